"""Changes to connectors inside a transaction that somebody else opened (SPEC 2)."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count

from enate_desktop.domain.connectors import Connector, ServerSettings, UseFor
from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.history import HistoryLine, WholeConnector
from enate_desktop.domain.outbox import NOBODY_SENDS, NOT_CERTAIN
from enate_desktop.domain.rules import folded
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services.certificates import with_certificate_facts
from enate_desktop.services.connector_checks import LONGEST_NAME, check_secrets, usable_connector
from enate_desktop.services.context import Context
from enate_desktop.services.differences import Change, differences
from enate_desktop.services.fingerprints import fingerprint, route_fingerprint, settled
from enate_desktop.services.live_mailboxes import go_live, same_mailbox
from enate_desktop.services.route_edits import outdate_outgoing
from enate_desktop.services.vault import SecretChanges
from enate_desktop.storage.unit_of_work import UnitOfWork

_COPY = re.compile(r" \(copy(?: \d+)?\)\Z")


def save_connector(
    context: Context,
    work: UnitOfWork,
    connector: Connector,
    secrets: SecretChanges,
    passed_fingerprint: str = "",
    *,
    strict: bool = True,
) -> int:
    """Add (id 0) or replace a connector and its secrets; returns its id.

    ``passed_fingerprint`` is that of a test just passed. Enable is taken back, not refused, when
    the connection as saved was never tested (C-05). Secrets that no method uses any more are
    forgotten. Without ``strict`` (a file from elsewhere) a certificate that is of no use is kept as
    given, and a default sender that no longer sends hands its part on.
    """
    stored = work.connectors.get(connector.id) if connector.id else None
    if connector.id and stored is None:
        raise NotFoundError(f'The connector "{connector.name}" was deleted.', "Add it anew.")
    connector = usable_connector(work, connector)
    check_secrets(secrets)
    if stored is not None:
        _check_direction(work, stored, connector, strict=strict)
    known = work.connectors.credential_marks(connector.id) if stored else {}
    secrets = settled(connector, known, secrets)
    connector = with_certificate_facts(context, work, connector, stored, secrets, strict=strict)
    connector, also = _with_one_default_sender(work, connector, stored)
    present = fingerprint(context, work, connector, secrets)
    connector = _with_test(context, connector, stored, present, passed_fingerprint)
    sending = route_fingerprint(context, work, stored, "") if stored else ""
    changes = _told(work, stored, connector) if stored else ()
    if stored is None:
        connector = replace(connector, id=work.connectors.add(connector))
    changed = context.vault.store(work, connector.id, secrets)
    if stored is not None and (changed or connector != stored):
        work.connectors.update(connector)
    told = {field for field, _, _ in changes}
    changes = (*changes, *((name, "changed", "changed") for name in changed if name not in told))
    if stored is None or changes:
        action, lines = ("changed", changes) if stored else ("created", ())
        subject = ("connector", connector.id, connector.name)
        context.note(work, *subject, action, *lines, before=stored, after=connector, also=also)
        work.facts.next_revision()
    if stored is not None and route_fingerprint(context, work, connector, "") != sending:
        outdate_outgoing(context, work, connector)
    return connector.id


def begin_life(
    work: UnitOfWork,
    before: Connector | None,
    saved: Connector,
    folder: FolderState | None = None,
) -> None:
    """Let a connector that was just switched on, or given another mailbox, go live (C-12).

    ``before`` is what was stored until now; ``folder`` what a test just made of it saw.
    """
    goes_on = before is not None and before.enabled and same_mailbox(before, saved)
    if saved.enabled and not goes_on:
        go_live(work, saved, folder)


def delete_connector(context: Context, work: UnitOfWork, connector: Connector) -> None:
    """Remove a connector; refused while enabled or the default sender (C-10)."""
    if connector.enabled:
        raise RefusedError(
            f'"{connector.name}" is enabled.', "Switch it off before deleting it.", field="enabled"
        )
    if connector.default_sender and _other_senders(work, connector):
        raise _still_default_sender(connector)
    outgoing = tuple(r for r in work.routes.outgoing() if r.connector_id == connector.id)
    whole = WholeConnector(connector, work.routes.of(connector.id), outgoing)
    work.routes.delete_of(connector.id)
    work.connectors.delete(connector)
    work.sending.give_up(connector.id, work.now(), NOBODY_SENDS, NOT_CERTAIN)
    context.note(work, "connector", connector.id, connector.name, "deleted", before=whole)
    work.facts.next_revision()


def dependants(work: UnitOfWork, connector: Connector) -> tuple[str, ...]:
    """What goes or stays when ``connector`` is deleted, in words (C-10)."""
    outgoing = [r for r in work.routes.outgoing() if r.connector_id == connector.id]
    mails = sum(work.ledger.counts(connector.id).values())
    lines = [
        _counted(len(work.routes.of(connector.id)), "email route", "deleted with it."),
        _counted(len(outgoing), "outgoing route", "deleted with it."),
        _counted(len(work.pins.of(connector.id)), "pinned mail", "deleted with it."),
    ]
    if mails:
        noun = "1 mail" if mails == 1 else f"{mails:,} mails"
        lines.append(f"{noun} it took in and their work items stay, with their history.")
    if waiting := work.sending.unsent(connector.id):
        noun = "1 automated email" if waiting == 1 else f"{waiting:,} automated emails"
        lines.append(f"{noun} that it has not sent will not be sent.")
    if connector.use_for.sends and not _other_senders(work, connector):
        lines.append("No other connector sends: no automated email is sent until there is one.")
    return tuple(line for line in lines if line)


def copied(connector: Connector, names: Collection[str]) -> Connector:
    """A new connector like ``connector`` with a name not among ``names``; without an address."""
    taken = {folded(name) for name in names}
    base = _COPY.sub("", connector.name)[: LONGEST_NAME - 20]
    numbered = chain((f"{base} (copy)",), (f"{base} (copy {n})" for n in count(2)))
    return Connector(
        id=0,
        name=next(name for name in numbered if folded(name) not in taken),
        use_for=connector.use_for,
        primary_address="",
        incoming=_without_certificate(connector.incoming),
        outgoing=_without_certificate(connector.outgoing),
        after_intake=connector.after_intake,
        start_from=connector.start_from,
        fallback=connector.fallback,
    )


def _without_certificate(settings: ServerSettings | None) -> ServerSettings | None:
    return None if settings is None else replace(settings, certificate=None)


def _counted(number: int, noun: str, fate: str) -> str:
    if not number:
        return ""
    return f"1 {noun} is {fate}" if number == 1 else f"{number:,} {noun}s are {fate}"


def _with_one_default_sender(
    work: UnitOfWork, connector: Connector, stored: Connector | None
) -> tuple[Connector, tuple[HistoryLine, ...]]:
    """Exactly one of all that send is the default sender (C-09); lines tell of the other one."""
    others = _other_senders(work, connector)
    former = next((other for other in others if other.default_sender), None)
    chosen = connector.use_for.sends and (connector.default_sender or former is None)
    lines: tuple[HistoryLine, ...] = ()
    if chosen and former is not None:
        lines = (hand_over(work, former, default_sender=False),)
    elif not chosen and former is None and others:
        heir = min(others, key=lambda other: not other.enabled)
        lines = (hand_over(work, heir, default_sender=True),)
    return replace(connector, default_sender=chosen), lines


def hand_over(work: UnitOfWork, connector: Connector, *, default_sender: bool) -> HistoryLine:
    """Make ``connector`` the default sender or take that from it; the line tells of it."""
    work.connectors.change(connector.id, default_sender=default_sender)
    old, new = ("off", "on") if default_sender else ("on", "off")
    return HistoryLine(
        "connector", connector.id, connector.name, "changed", "default_sender", old, new
    )


def _other_senders(work: UnitOfWork, connector: Connector) -> list[Connector]:
    return [c for c in work.connectors.all() if c.use_for.sends and c.id != connector.id]


def _still_default_sender(connector: Connector) -> RefusedError:
    return RefusedError(
        f'"{connector.name}" is the default sender.',
        "Make another connector the default sender first.",
        field="use_for",
    )


def _check_direction(
    work: UnitOfWork, stored: Connector, connector: Connector, *, strict: bool
) -> None:
    if not stored.use_for.sends or connector.use_for is not UseFor.INCOMING:
        return
    if stored.enabled:
        raise RefusedError(
            f'"{stored.name}" is live and sends mail, so it cannot become Incoming.',
            "Switch it off first.",
            field="use_for",
        )
    if strict and stored.default_sender and _other_senders(work, stored):
        raise _still_default_sender(stored)


def _with_test(
    context: Context,
    connector: Connector,
    stored: Connector | None,
    present: str,
    passed_fingerprint: str,
) -> Connector:
    if passed_fingerprint == present:
        return replace(
            connector,
            tested_fingerprint=present,
            tested_at=datetime.now(UTC),
            tested_by=context.me.login,
        )
    tested = bool(stored and stored.tested_fingerprint == present)
    return replace(
        connector,
        enabled=connector.enabled and tested,
        tested_fingerprint=present if tested else "",
        tested_at=stored.tested_at if stored else None,
        tested_by=stored.tested_by if stored else "",
    )


def _told(work: UnitOfWork, stored: Connector, connector: Connector) -> tuple[Change, ...]:
    paths = {key: process.path for key, process in work.directory.process_map().items()}
    return differences(stored, connector, process_id=paths)
