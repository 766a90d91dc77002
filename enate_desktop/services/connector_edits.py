"""Changes to connectors inside a transaction that somebody else opened (SPEC 2)."""

from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import (
    Connector,
    IntakeAction,
    ServerSettings,
    Side,
    UseFor,
    check_no_control_characters,
    check_password,
    connection_fingerprint,
)
from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.rules import folded
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.services.context import Context
from enate_desktop.services.differences import Change, differences
from enate_desktop.services.route_edits import usable_target
from enate_desktop.services.vault import SecretChanges
from enate_desktop.storage.unit_of_work import UnitOfWork

_NOWHERE = ServerSettings("", "", 0)


def usable_connector(work: UnitOfWork, connector: Connector) -> Connector:
    """``connector`` in its stored form; InputError names the field to mend (C-01…C-12)."""
    name = " ".join(connector.name.split())
    if not name or len(name) > 200:
        raise InputError(
            "The connector needs a name of 1 to 200 characters.", "Nothing was saved.", field="name"
        )
    address = normal_address(connector.primary_address)
    if address is None:
        raise InputError(
            f'"{connector.primary_address}" is not a mail address.',
            "Write the connector's own address, such as hr@acme.com.",
            field="primary_address",
        )
    _check_unique(work, connector, name, address)
    connector = replace(
        with_usable_servers(connector),
        name=name,
        primary_address=address,
        default_sender=connector.default_sender and connector.use_for.sends,
    )
    after = connector.after_intake
    if after.action is IntakeAction.MOVE:
        check_no_control_characters(after.folder, "The folder name", "after_intake")
        if not after.folder.strip():
            raise InputError(
                "No folder to move mail to was named.",
                "Name one, such as Processed.",
                field="after_intake",
            )
        polled = {"inbox", folded((connector.incoming or _NOWHERE).additional_mailbox or "")}
        if folded(after.folder) in polled:
            raise InputError(
                f'Mail cannot be moved to "{after.folder.strip()}", where it is fetched from.',
                "It would be taken in again and again. Name another folder, such as Processed.",
                field="after_intake",
            )
    if not connector.use_for.receives:
        return replace(connector, fallback=None)
    return _with_usable_fallback(work, connector)


def with_usable_servers(connector: Connector) -> Connector:
    """``connector`` with the sides it uses in their stored form, and no other."""
    receives, sends = connector.use_for.receives, connector.use_for.sends
    return replace(
        connector,
        incoming=_usable_server(connector.incoming, Side.INCOMING) if receives else None,
        outgoing=_usable_server(connector.outgoing, Side.OUTGOING) if sends else None,
    )


def check_secrets(secrets: SecretChanges) -> None:
    """Raise InputError for a password that is too long or not text (C-01)."""
    for name, secret in secrets.items():
        if secret is None or not name.endswith("password"):
            continue
        try:
            check_password(secret.decode("utf-8"), name)
        except UnicodeDecodeError:
            raise InputError(
                "The password is not text.", "Nothing was saved. Type it again.", field=name
            ) from None


def save_connector(
    context: Context,
    work: UnitOfWork,
    connector: Connector,
    secrets: SecretChanges,
    passed_fingerprint: str = "",
) -> int:
    """Add (id 0) or replace a connector and its secrets; returns its id.

    ``passed_fingerprint`` is that of a test just passed. Enable is taken back, not refused, when
    the connection as saved was never tested (C-05).
    """
    stored = work.connectors.get(connector.id) if connector.id else None
    if connector.id and stored is None:
        raise NotFoundError(f'The connector "{connector.name}" was deleted.', "Add it anew.")
    connector = usable_connector(work, connector)
    check_secrets(secrets)
    if stored is not None:
        _check_direction(stored, connector)
    connector = _with_one_default_sender(work, connector)
    marks = context.vault.marks(work, connector.id, secrets)
    fingerprint = connection_fingerprint(connector, marks)
    connector = _with_test(context, connector, stored, fingerprint, passed_fingerprint)
    changes = _told(work, stored, connector) if stored else ()
    if stored is None:
        connector_id = work.connectors.add(connector)
    else:
        connector_id = connector.id
        if changes or connector != stored:
            work.connectors.update(connector)
    changed_secrets = context.vault.store(work, connector_id, secrets)
    changes = (*changes, *((name, "changed", "changed") for name in changed_secrets))
    if stored is None:
        context.note(work, "connector", connector_id, connector.name, "created")
    elif changes:
        context.note(work, "connector", connector_id, connector.name, "changed", *changes)
    if stored is None or changes:
        work.facts.next_revision()
    return connector_id


def delete_connector(context: Context, work: UnitOfWork, connector: Connector) -> None:
    """Remove a connector; refused while enabled or the default sender (C-10)."""
    if connector.enabled:
        raise RefusedError(
            f'"{connector.name}" is enabled.', "Switch it off before deleting it.", field="enabled"
        )
    others = [c for c in work.connectors.all() if c.use_for.sends and c.id != connector.id]
    if connector.default_sender and others:
        raise RefusedError(
            f'"{connector.name}" is the default sender.',
            "Make another connector the default sender first.",
        )
    work.routes.delete_of(connector.id)
    work.connectors.delete(connector)
    context.note(work, "connector", connector.id, connector.name, "deleted")
    work.facts.next_revision()


def _usable_server(settings: ServerSettings | None, side: Side) -> ServerSettings:
    if settings is None:
        raise InputError(
            f"The {side} server is not filled in.", "Fill it in, or change Use for.", field=side
        )
    service = SERVICES.get(settings.service)
    if service is None or service.side is not side:
        raise InputError(
            f'The email service "{settings.service}" cannot be used for {side} mail.',
            "Choose another one.",
            field=f"{side}.service",
        )
    if settings.authentication not in service.authentications:
        allowed = ", ".join(service.authentications)
        raise InputError(
            f'{service.label} does not allow the sign-in method "{settings.authentication}".',
            f"It allows: {allowed}.",
            field=f"{side}.authentication",
        )
    if service.preset:
        settings = replace(
            settings, host=service.host, port=service.port, security=service.security
        )
    _check_place(settings, side)
    mailbox = (settings.additional_mailbox or "").strip() or None
    return replace(
        settings,
        host=settings.host.strip(),
        username=settings.username.strip(),
        additional_mailbox=mailbox,
    )


def _check_place(settings: ServerSettings, side: Side) -> None:
    """Where to connect and as whom, in a form that no server can misunderstand."""
    for text, what, key in (
        (settings.host, "The server name", "host"),
        (settings.username, "The user name", "username"),
        (settings.additional_mailbox or "", "The additional mailbox", "additional_mailbox"),
    ):
        check_no_control_characters(text, what, f"{side}.{key}")
    host = settings.host.strip()
    if not host or " " in host or "/" in host:
        raise InputError(
            f'"{settings.host}" is not a server name.',
            "Write the name only, such as imap.acme.com.",
            field=f"{side}.host",
        )
    if not 1 <= settings.port <= 65535:
        raise InputError(
            f"The port {settings.port} does not exist.",
            "Ports are numbers from 1 to 65535.",
            field=f"{side}.port",
        )


def _check_unique(work: UnitOfWork, connector: Connector, name: str, address: str) -> None:
    for other in work.connectors.all():
        if other.id == connector.id:
            continue
        if folded(other.name) == folded(name):
            raise InputError(
                f'There is already a connector named "{other.name}".',
                "Choose another name.",
                field="name",
            )
        if (
            other.primary_address == address
            and other.use_for.receives
            and connector.use_for.receives
        ):
            raise InputError(
                f'The address {address} already belongs to the connector "{other.name}".',
                "A mailbox is received by one connector only, so that no mail is taken in twice.",
                field="primary_address",
            )


def _with_usable_fallback(work: UnitOfWork, connector: Connector) -> Connector:
    what = f'The fallback of "{connector.name}"'
    if connector.fallback is None:
        raise InputError(
            f"{what} is not set.",
            "A connector that receives needs one: choose the Ticket or Case it creates.",
            field="fallback",
        )
    process = work.directory.process_map().get(connector.fallback.process_id)
    _, category = usable_target(process, connector.fallback.category, what)
    return replace(connector, fallback=replace(connector.fallback, category=category))


def _with_one_default_sender(work: UnitOfWork, connector: Connector) -> Connector:
    """Exactly one of all that send is the default sender (C-09): asked for, else the first."""
    others = [c for c in work.connectors.all() if c.default_sender and c.id != connector.id]
    if connector.default_sender:
        for other in others:
            work.connectors.change(other.id, default_sender=False)
    return replace(
        connector,
        default_sender=connector.use_for.sends and (connector.default_sender or not others),
    )


def _check_direction(stored: Connector, connector: Connector) -> None:
    if stored.enabled and stored.use_for.sends and connector.use_for is UseFor.INCOMING:
        raise RefusedError(
            f'"{stored.name}" is live and sends mail, so it cannot become Incoming.',
            "Switch it off first.",
            field="use_for",
        )


def _with_test(
    context: Context,
    connector: Connector,
    stored: Connector | None,
    fingerprint: str,
    passed_fingerprint: str,
) -> Connector:
    if passed_fingerprint == fingerprint:
        return replace(
            connector,
            tested_fingerprint=fingerprint,
            tested_at=datetime.now(UTC),
            tested_by=context.me.login,
        )
    tested = bool(stored and stored.tested_fingerprint == fingerprint)
    return replace(
        connector,
        enabled=connector.enabled and tested,
        tested_fingerprint=fingerprint if tested else "",
        tested_at=stored.tested_at if stored else None,
        tested_by=stored.tested_by if stored else "",
    )


def _told(work: UnitOfWork, stored: Connector, connector: Connector) -> tuple[Change, ...]:
    paths = {key: process.path for key, process in work.directory.process_map().items()}
    return differences(stored, connector, process_id=paths)
