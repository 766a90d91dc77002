"""A mail the worker took in as one line: where it went, in words, and how long that took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.work_items import End, reference
from enate_desktop.routing.explanation import Decision, Outcome, Result, from_stored
from enate_desktop.storage.monitor import TakenMail


@dataclass(frozen=True, slots=True)
class MailLine:
    """``at`` is when it was decided, or taken in when it is not yet; ``took_ms`` between the two.

    ``work_item_id`` is the first work item it created or joined.
    """

    intake_id: int
    connector_id: int
    connector: str
    uid: int
    subject: str
    at: datetime
    end: End
    words: str
    work_item_id: int | None
    took_ms: int | None


def mail_line(mail: TakenMail, names: Mapping[int, str]) -> MailLine:
    """``mail`` in words; ``names`` are the connectors'."""
    told = [_told(*decision) for decision in mail.decisions]
    work_items = [decision[1] for decision in mail.decisions if decision[1] is not None]
    took = None if mail.decided is None else mail.decided - mail.taken
    return MailLine(
        intake_id=mail.intake_id,
        connector_id=mail.connector_id,
        connector=names.get(mail.connector_id, "(deleted connector)"),
        uid=mail.uid,
        subject=mail.subject,
        at=mail.decided or mail.taken,
        end=mail.end,
        words="; ".join(dict.fromkeys(text for text in told if text)) or _without_decision(mail),
        work_item_id=work_items[0] if work_items else None,
        took_ms=None if took is None else max(0, round(took.total_seconds() * 1000)),
    )


def _told(kind: str | None, work_item_id: int | None, reason: str, explanation: str) -> str:
    decision = from_stored(explanation)
    number = reference(Kind(kind), work_item_id) if kind and work_item_id else ""
    match decision.outcome:
        case Outcome.CREATED:
            return f"{_route(decision)} → {number}"
        case Outcome.APPENDED:
            return f"linked to {number}"
        case Outcome.UNHANDLED:
            return f"unhandled: {reason}"
        case Outcome.OWN:
            return "own mail, left out"
        case Outcome.DUPLICATE:
            return "duplicate, left out"


def _route(decision: Decision) -> str:
    """``France (3)``: the route and its place in the order it was tried in."""
    place = 0
    for step in decision.trace:
        place += step.count
        if step.result is Result.TOOK:
            return f"{decision.route} ({place})"
    return decision.route or "a deleted route"


def _without_decision(mail: TakenMail) -> str:
    match mail.end:
        case End.PENDING:
            return f"waits for another try: {mail.error}" if mail.error else "waits to be decided"
        case End.QUARANTINED:
            return f"in quarantine: {mail.error}" if mail.error else "in quarantine"
        case End.SKIPPED:
            return f"skipped: {mail.error}" if mail.error else "skipped by choice"
        case _:
            return f"{mail.end}: {mail.error}" if mail.error else str(mail.end)
