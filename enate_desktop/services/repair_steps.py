"""One decision of a repair carried out, and taken back (X-07)."""

from dataclasses import replace
from datetime import datetime

from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, Handling, State
from enate_desktop.routing.decision import resolution_key
from enate_desktop.routing.explanation import Decision, Outcome
from enate_desktop.services.hindsight import Pair, present
from enate_desktop.services.outcomes import Decided, decision_row, new_item
from enate_desktop.services.route_tables import RouteTables
from enate_desktop.storage.repairs import Step, StoredDecision
from enate_desktop.storage.unit_of_work import UnitOfWork

_NO_EMAIL = "No automated email was sent: a repair routed the mail again."


class Repairer:
    """Works inside one transaction on behalf of ``who``."""

    def __init__(self, work: UnitOfWork, who: str) -> None:
        """Change through ``work``."""
        self._work = work
        self._who = who
        self._tables = RouteTables()

    def step(self, intake_id: int, connector_id: int, message: Message, pair: Pair) -> Step:
        """Do with a mail what the present routes say; ``pair.now`` creates work.

        The work item is corrected in place and keeps its reference. Where a Ticket has to become a
        Case or the other way round, which changes the reference, a new one takes its place and the
        old one is closed. Nothing is sent.
        """
        if pair.now is None:
            raise ValueError("there is nothing to be done with this mail")
        reason = f"{pair.now.reason} Routed again by {self._who}.".strip()
        now = replace(pair.now, automated_email=False, reason=reason)
        before = self._corrected(pair)
        if before is None:
            made = self._make(connector_id, message, now)
            key = resolution_key(now, message, connector_id)
            free = not self._work.decisions.key_taken(key)
            mail = Decided(intake_id, message, (now,))
            decision_id = self._keep(mail, connector_id, made, pair, key if free else None)
            self._work.repairs.set_end(intake_id, End.CREATED)
            return Step(intake_id, decision_id, made, None, self._handling(made))
        item = before.id
        replaced = self._kind_of(connector_id, now) is not self._work.work_items.kind(item)
        if replaced:
            item = self._make(connector_id, message, replace(now, follows_id=before.id))
            self._work.work_items.change(replace(self._handling(item), state=before.state))
            people = self._work.work_items.participants(before.id)
            self._work.work_items.add_participants(item, sorted(people))
            closed = replace(before, state=State.CLOSED, replaced_by_id=item)
            self._work.work_items.change(closed)
        else:
            self._work.work_items.change(_routed(before, now))
        mail = Decided(intake_id, message, (now,))
        decision_id = self._keep(mail, connector_id, item, pair, None)
        return Step(
            intake_id,
            decision_id,
            item,
            before,
            self._handling(item),
            before.id if replaced else None,
        )

    def take_back(self, step: Step, now: datetime) -> None:
        """As it was before the step; a work item that it made is closed."""
        self._work.repairs.take_back(step.decision_id, now)
        if step.before is not None:
            self._work.work_items.change(step.before)
        if is_made(step):
            self._work.work_items.change(replace(step.after, state=State.CLOSED))
        stored = self._work.repairs.decisions([step.intake_id]).get(step.intake_id, [])
        if all(one.outcome is Outcome.UNHANDLED for _, one in present(stored)):
            self._work.repairs.set_end(step.intake_id, End.UNHANDLED)

    def _corrected(self, pair: Pair) -> Handling | None:
        if pair.stored is None or pair.stored.work_item_id is None:
            return None
        return self._work.work_items.handling(pair.stored.work_item_id)

    def _make(self, connector_id: int, message: Message, decision: Decision) -> int:
        values = new_item(self._tables.of(self._work, connector_id), message, decision)
        people = (*message.senders, *message.recipients)
        return self._work.work_items.add_all([(values, people)])[0]

    def _keep(
        self, mail: Decided, connector_id: int, item: int, pair: Pair, key: str | None
    ) -> int:
        """The decision beside the former one, which stays."""
        row = decision_row(mail, mail.decisions[0], item, connector_id)
        wanted = pair.now is not None and pair.now.automated_email
        former: StoredDecision | None = pair.stored
        return self._work.repairs.add_decision(
            {
                **row,
                "key": key,
                "replaces_id": former.id if former is not None else None,
                "acknowledgement": _NO_EMAIL if wanted else "",
            }
        )

    def _kind_of(self, connector_id: int, decision: Decision) -> object:
        processes = self._tables.of(self._work, connector_id).processes
        return processes[decision.process_id or 0].kind

    def _handling(self, work_item_id: int) -> Handling:
        now = self._work.work_items.handling(work_item_id)
        if now is None:
            raise ValueError("a work item that was just there is gone")
        return now


def is_made(step: Step) -> bool:
    """Whether the repair made the work item of this step."""
    return step.before is None or step.replaced_id is not None


def _routed(before: Handling, decision: Decision) -> Handling:
    return replace(
        before,
        process_id=decision.process_id or before.process_id,
        category=decision.category,
        test_mode=decision.test_mode,
        route_id=decision.route_id or 0,
        route=decision.route or "",
    )
