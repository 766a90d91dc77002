"""Which connectors may be saved: each value in its stored form, or the reason why not (SPEC 2)."""

from dataclasses import replace

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    IntakeAction,
    Security,
    ServerSettings,
    Side,
    check_no_control_characters,
    check_password,
)
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.rules import folded
from enate_desktop.domain.services_catalogue import SERVICES, with_preset
from enate_desktop.services.authorities import certificates_in
from enate_desktop.services.oauth_settings import usable_oauth
from enate_desktop.services.pop3_rules import check_after_intake_possible
from enate_desktop.services.route_edits import usable_target
from enate_desktop.services.vault import SecretChanges
from enate_desktop.storage.directory import key_of
from enate_desktop.storage.unit_of_work import UnitOfWork

LONGEST_NAME = 200
"""Characters the name of a connector may have."""
LONGEST_FOLDER = 1000
"""Characters the name of a folder on the server may have."""
_PLACE_LIMITS = {"host": 255, "username": 320, "additional_mailbox": LONGEST_FOLDER}
"""Characters (a host: RFC 1035; a user name: an address as of RFC 3696)."""
_NOWHERE = ServerSettings("", "", 0)


def usable_connector(work: UnitOfWork, connector: Connector) -> Connector:
    """``connector`` in its stored form; InputError names the field to mend (C-01…C-12)."""
    name = " ".join(connector.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InputError(
            f"The connector needs a name of 1 to {LONGEST_NAME} characters.",
            "Nothing was saved.",
            field="name",
        )
    check_no_control_characters(name, "The name of the connector", "name")
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
    if not connector.use_for.receives:
        return replace(connector, fallback=None)
    _check_after_intake(connector)
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
    """Raise InputError for a password that is not text, or longer than C-01 allows.

    The limit is for passwords of mailboxes; that of a certificate is whatever opens its file.
    """
    for name, secret in secrets.items():
        if secret is None or not name.endswith("password"):
            continue
        try:
            text = secret.decode("utf-8")
        except UnicodeDecodeError:
            raise InputError(
                "The password is not text.", "Nothing was saved. Type it again.", field=name
            ) from None
        if name.endswith("certificate_password"):
            check_no_control_characters(text, "The certificate password", name)
        else:
            check_password(text, name)


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
    settings = usable_oauth(with_preset(settings), side)
    _check_place(settings, side)
    _check_encryption(settings, side)
    mailbox = (settings.additional_mailbox or "").strip() or None
    return replace(
        settings,
        host=settings.host.strip(),
        username=settings.username.strip(),
        additional_mailbox=mailbox,
        ca_certificate=certificates_in(
            settings.ca_certificate, "the private CA", f"{side}.ca_certificate"
        ),
    )


def _check_place(settings: ServerSettings, side: Side) -> None:
    """Where to connect and as whom, in a form that no server can misunderstand."""
    for text, what, key in (
        (settings.host, "The server name", "host"),
        (settings.username, "The user name", "username"),
        (settings.additional_mailbox or "", "The additional mailbox", "additional_mailbox"),
    ):
        check_no_control_characters(text, what, f"{side}.{key}")
        _check_length(text, _PLACE_LIMITS[key], what, f"{side}.{key}")
    host = settings.host.strip()
    if not host or not host.isprintable() or set(host) & set(" /@"):
        shown = "".join(c if c.isprintable() else "?" for c in settings.host)
        raise InputError(
            f'"{shown}" is not a server name.',
            "Write the name only, such as imap.acme.com.",
            field=f"{side}.host",
        )
    if not 1 <= settings.port <= 65535:
        raise InputError(
            f"The port {settings.port} does not exist.",
            "Ports are numbers from 1 to 65535.",
            field=f"{side}.port",
        )


def _check_length(text: str, most: int, what: str, field: str) -> None:
    if len(text) > most:
        raise InputError(
            f"{what} has {len(text):,} characters; the limit is {most:,}.",
            "Nothing was cut. Look whether something else was pasted.",
            field=field,
        )


def _check_encryption(settings: ServerSettings, side: Side) -> None:
    """A token or a certificate without TLS: the one would be read, the other cannot be shown."""
    if settings.security is not Security.NONE:
        return
    words = {
        Authentication.OAUTH2: "Signing in with OAuth 2.0 needs an encrypted connection.",
        Authentication.CERTIFICATE: "A certificate is shown to the server by TLS only.",
    }.get(settings.authentication)
    if words is not None:
        raise InputError(words, "Choose TLS or STARTTLS as security.", field=f"{side}.security")


def _check_after_intake(connector: Connector) -> None:
    check_after_intake_possible(connector)
    after = connector.after_intake
    if after.action is not IntakeAction.MOVE:
        return
    check_no_control_characters(after.folder, "The folder name", "after_intake")
    _check_length(after.folder, LONGEST_FOLDER, "The folder name", "after_intake")
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


def _check_unique(work: UnitOfWork, connector: Connector, name: str, address: str) -> None:
    """C-11; inside the write transaction, so that two saves at once cannot both pass."""
    for other in work.connectors.all():
        if other.id == connector.id:
            continue
        if folded(other.name) == folded(name) or key_of(other.name) == key_of(name):
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
