"""Carrying out decisions: work items made or joined, and the explanation kept with each (M-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, State, reference
from enate_desktop.routing.decision import resolution_key
from enate_desktop.routing.explanation import Decision, Outcome, to_stored
from enate_desktop.services.route_tables import Deciding
from enate_desktop.storage.deciding import Ending
from enate_desktop.storage.unit_of_work import UnitOfWork

_ENDS = {
    Outcome.CREATED: End.CREATED,
    Outcome.APPENDED: End.APPENDED,
    Outcome.UNHANDLED: End.UNHANDLED,
    Outcome.OWN: End.OWN,
    Outcome.DUPLICATE: End.DUPLICATE,
}
_COUNTED = (Outcome.CREATED, Outcome.APPENDED, Outcome.UNHANDLED)
_CAME_BACK = "It came back: the report is with the work item."
_REOPENED = {State.WAITING: State.TO_DO, State.RESOLVED: State.TO_DO}


@dataclass(frozen=True, slots=True)
class Decided:
    """A mail with all its decisions; ``note`` is kept with its end."""

    intake_id: int
    message: Message
    decisions: tuple[Decision, ...]
    note: str = ""

    @property
    def end(self) -> End:
        """The one end of the mail."""
        return end_of(self.decisions)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of decisions: the work item of each (by mail, in order) and their references."""

    items: tuple[tuple[int | None, ...], ...]
    references: tuple[tuple[str, ...], ...]


def end_of(decisions: Sequence[Decision]) -> End:
    """The one end of a mail (X-05): what was made counts before what was passed over."""
    outcomes = {decision.outcome for decision in decisions}
    return next(end for outcome, end in _ENDS.items() if outcome in outcomes)


def takers(decisions: Sequence[Decision]) -> list[int]:
    """The ids of the routes that took the mail, for their hit counters."""
    return [d.route_id for d in decisions if d.outcome is Outcome.CREATED and d.route_id]


def apply_decisions(work: UnitOfWork, deciding: Deciding, mails: Sequence[Decided]) -> Outcomes:
    """Write everything the decisions about ``mails`` ask for, work items to join excepted.

    What a mail joins is changed by :func:`join` when it is decided.
    """
    work.deciding.finish([Ending(m.intake_id, m.end, m.message, m.note) for m in mails])
    made = iter(
        work.work_items.add_all(
            [
                (
                    new_item(deciding, mail.message, decision),
                    (*mail.message.senders, *mail.message.recipients),
                )
                for mail in mails
                for decision in mail.decisions
                if decision.outcome is Outcome.CREATED
            ]
        )
    )
    items = tuple(
        tuple(next(made) if d.outcome is Outcome.CREATED else d.work_item_id for d in m.decisions)
        for m in mails
    )
    for mail in mails:
        if mail.message.bounced:
            lost = mail.message
            work.outbox.bounced(lost.bounced, lost.bounced_recipients, _CAME_BACK)
    connector_id = deciding.table.connector.id
    work.decisions.add_all(
        [
            decision_row(mail, decision, item, connector_id)
            for mail, ids in zip(mails, items, strict=True)
            for decision, item in zip(mail.decisions, ids, strict=True)
        ]
    )
    references = tuple(
        _references(work, deciding, mail, ids) for mail, ids in zip(mails, items, strict=True)
    )
    if deciding.settings.create_contacts:
        _remember(work, [m.message for m, r in zip(mails, references, strict=True) if r])
    return Outcomes(items, references)


def reference_of(deciding: Deciding, decision: Decision, work_item_id: int) -> str:
    """The reference of a work item that was just made by ``decision``."""
    return reference(deciding.processes[decision.process_id or 0].kind, work_item_id)


def join(work: UnitOfWork, work_item_id: int, message: Message) -> None:
    """A mail is appended to a work item: new information, perhaps to be done again (M-03)."""
    state = work.work_items.state(work_item_id) or State.TO_DO
    work.work_items.receive(work_item_id, _REOPENED.get(state, state))
    # A stranger stays one until a person acts: else one forged reply would open the door.
    if message.sender in work.work_items.participants(work_item_id):
        work.work_items.add_participants(work_item_id, message.recipients)


def new_item(deciding: Deciding, message: Message, decision: Decision) -> dict[str, object]:
    """The row of the work item that ``decision`` asks for."""
    process = deciding.processes[decision.process_id or 0]
    return {
        "kind": process.kind,
        "process_id": process.id,
        "category": decision.category,
        "state": State.CLOSED if decision.rejected else State.TO_DO,
        "test_mode": decision.test_mode,
        "sender": message.sender,
        "subject": message.subject,
        "route_id": decision.route_id or 0,
        "route_name": decision.route or "",
        "connector_id": deciding.table.connector.id,
        "message_id": message.message_id,
        "recipient": decision.recipient,
        "created": datetime.now(UTC),
        "follows_id": decision.follows_id,
    }


def decision_row(
    mail: Decided, decision: Decision, work_item_id: int | None, connector_id: int
) -> dict[str, object]:
    """The row that keeps ``decision``; its key makes doing it twice impossible (M-02)."""
    counted = decision.outcome in _COUNTED
    return {
        "intake_id": mail.intake_id,
        "key": resolution_key(decision, mail.message, connector_id) if counted else None,
        "recipient": decision.recipient,
        "outcome": decision.outcome,
        "route_id": decision.route_id,
        "work_item_id": work_item_id,
        "revision": decision.revision,
        "reason": decision.reason,
        "explanation": to_stored(decision),
    }


def _references(
    work: UnitOfWork, deciding: Deciding, mail: Decided, items: Sequence[int | None]
) -> tuple[str, ...]:
    found = []
    for decision, item in zip(mail.decisions, items, strict=True):
        if item is not None and decision.outcome in _COUNTED:
            process = deciding.processes.get(decision.process_id or 0)
            kind = process.kind if process else work.work_items.kind(item)
            if kind is not None:
                found.append(reference(kind, item))
    return tuple(found)


def _remember(work: UnitOfWork, messages: Sequence[Message]) -> None:
    """M-07: an unknown sender becomes a contact, after routing."""
    senders = {m.sender: m.sender_name for m in reversed(messages) if m.sender}
    known = work.deciding.contacts(senders)
    fresh = {address: senders[address] for address in reversed(senders) if address not in known}
    work.companies.add_contacts(fresh)
