"""Carrying out decisions: work items made or joined, and the explanation kept with each (M-12)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from enate_desktop.domain.directory import Contact
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, State, reference
from enate_desktop.routing.decision import resolution_key
from enate_desktop.routing.explanation import Decision, Outcome, to_stored
from enate_desktop.services.route_tables import Deciding
from enate_desktop.storage.unit_of_work import UnitOfWork

_ENDS = {
    Outcome.CREATED: End.CREATED,
    Outcome.APPENDED: End.APPENDED,
    Outcome.UNHANDLED: End.UNHANDLED,
    Outcome.OWN: End.OWN,
    Outcome.DUPLICATE: End.DUPLICATE,
}
_REOPENED = {State.WAITING: State.TO_DO, State.RESOLVED: State.TO_DO}


def end_of(decisions: Sequence[Decision]) -> End:
    """The one end of a mail (X-05): what was made counts before what was passed over."""
    outcomes = {decision.outcome for decision in decisions}
    return next(end for outcome, end in _ENDS.items() if outcome in outcomes)


def takers(decisions: Sequence[Decision]) -> list[int]:
    """The ids of the routes that took the mail, for their hit counters."""
    return [d.route_id for d in decisions if d.outcome is Outcome.CREATED and d.route_id]


def apply_decisions(
    work: UnitOfWork,
    deciding: Deciding,
    intake_id: int,
    message: Message,
    decisions: Sequence[Decision],
) -> tuple[str, ...]:
    """Write everything the decisions ask for; returns the references of the work items touched."""
    references = []
    for decision in decisions:
        work_item_id = decision.work_item_id
        if decision.outcome is Outcome.CREATED:
            work_item_id = _create(work, deciding, message, decision)
        elif decision.outcome is Outcome.APPENDED and work_item_id is not None:
            _append(work, work_item_id, message)
        counted = decision.outcome in (Outcome.CREATED, Outcome.APPENDED, Outcome.UNHANDLED)
        work.decisions.add(
            intake_id,
            resolution_key(decision, message, deciding.table.connector.id) if counted else None,
            {
                "recipient": decision.recipient,
                "outcome": decision.outcome,
                "route_id": decision.route_id,
                "work_item_id": work_item_id,
                "revision": decision.revision,
                "reason": decision.reason,
                "explanation": to_stored(decision),
            },
        )
        if work_item_id is not None and counted:
            process = deciding.processes.get(decision.process_id or 0)
            kind = process.kind if process else work.work_items.kind(work_item_id)
            if kind is not None:
                references.append(reference(kind, work_item_id))
    if references:
        _remember_sender(work, deciding, message)
    return tuple(references)


def _create(work: UnitOfWork, deciding: Deciding, message: Message, decision: Decision) -> int:
    process = deciding.processes[decision.process_id or 0]
    return work.work_items.add(
        {
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
        },
        (*message.senders, *message.recipients),
    )


def _append(work: UnitOfWork, work_item_id: int, message: Message) -> None:
    state = work.work_items.state(work_item_id) or State.TO_DO
    work.work_items.receive(work_item_id, _REOPENED.get(state, state))
    # A stranger stays one until a person acts: else one forged reply would open the door.
    if message.sender in work.work_items.participants(work_item_id):
        work.work_items.add_participants(work_item_id, message.recipients)


def _remember_sender(work: UnitOfWork, deciding: Deciding, message: Message) -> None:
    """M-07: an unknown sender becomes a contact, after routing."""
    address = message.sender
    if not address or not deciding.settings.create_contacts:
        return
    if not work.companies.has_contact(address):
        work.companies.save_contact(Contact(0, address, message.sender_name))
