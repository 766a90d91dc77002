"""Acknowledgements: planned and written in the transaction that makes their work items (O-01)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.outbox import ACKNOWLEDGEMENT, Template
from enate_desktop.services.answering import Wanted
from enate_desktop.services.brakes import is_blocked, is_one_of, pull_the_brake, why_not
from enate_desktop.services.placeholders import all_templates, filled, in_language
from enate_desktop.services.route_tables import Deciding
from enate_desktop.storage.unit_of_work import UnitOfWork

MOST_COPIES = 20
_NAMED = 5
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _From:
    """The connector that sends and the address it sends from."""

    connector_id: int
    address: str


def plan(work: UnitOfWork, deciding: Deciding, wanted: Sequence[Wanted]) -> list[str]:
    """Queue an automated email for each of ``wanted``; call it in the write that made the items.

    The answer is, for each, "" when one was queued for everybody, or the sentence why nothing is
    sent or who does not get it. Nothing is read or written when nothing is wanted.
    """
    if not wanted:
        return []
    batch = _Batch(work, deciding, wanted)
    told = [batch.add(one) for one in wanted]
    batch.write()
    return told


class _Batch:
    """What is read once for all of a batch, and what is to be written."""

    def __init__(self, work: UnitOfWork, deciding: Deciding, wanted: Sequence[Wanted]) -> None:
        self._work = work
        self._deciding = deciding
        self._table = deciding.table
        self._now = work.now()
        self._installation = work.facts.identity()
        self._templates: Sequence[Template] = all_templates(work.templates.all())
        people = {a for w in wanted for a in (w.message.sender, *w.message.recipients) if a}
        self._written = _in_portions(work, sorted(people), self._now - _HOUR)
        self._senders: dict[str, _From | None] = {}
        self._mails: list[tuple[Mapping[str, object], Sequence[str]]] = []

    def add(self, one: Wanted) -> str:
        """ "" when an email is to be written to everybody, or the sentence why not, or who not."""
        table, message = self._table, one.message
        reason = why_not(
            message, one.decision, table.own_addresses, table.blocked, self._installation
        )
        if reason:
            return f"No automated email was sent: {reason}."
        recipients, left_out = self._recipients(message)
        if not recipients:
            return f"No automated email was sent: {left_out}."
        sender = self._from(one.decision.recipient or table.connector.primary_address)
        if sender is None:
            return (
                "No automated email was sent: no connector sends from the address it came to, and"
                " there is no default sender."
            )
        try:
            self._queue(one, sender, recipients)
        except EnateError as error:
            return f"No automated email was sent. {error.title}"
        return f"The automated email was not sent to everybody: {left_out}." if left_out else ""

    def write(self) -> None:
        """Write everything at once."""
        if self._mails:
            planned = sum(len(recipients) for _, recipients in self._mails)
            pull_the_brake(self._work, self._now, planned)
            self._work.outbox.add(self._mails)

    def _recipients(self, message: Message) -> tuple[Sequence[str], str]:
        """Who gets the email, and who would but for a limit, as the end of a sentence.

        The limit of an hour is each address's own (O-04); copies go to a few (MAIL 4 D 78).
        """
        table, most = self._table, self._deciding.settings.automated_per_hour
        copies = [
            address
            for address in dict.fromkeys(message.cc)
            if address != message.sender
            and not is_one_of(address, table.own_addresses)
            and not is_blocked(address, table.blocked)
        ]
        people = (message.sender, *copies[:MOST_COPIES])
        full = [address for address in people if self._written[address] >= most]
        return [a for a in people if a not in full], self._left_out(full, most, len(copies))

    def _left_out(self, full: Sequence[str], most: int, copies: int) -> str:
        parts = [
            f"{address} was sent {self._written[address]} within the last hour, the limit is {most}"
            for address in full[:_NAMED]
        ]
        if len(full) > _NAMED:
            parts.append(f"so was each of {len(full) - _NAMED} more")
        if copies > MOST_COPIES:
            parts.append(
                f"{MOST_COPIES} of its {copies} CC contacts get a copy, which is the limit"
            )
        return "; ".join(parts)

    def _queue(self, one: Wanted, sender: _From, recipients: Sequence[str]) -> None:
        # The email package costs 40 ms and is of no use before the first acknowledgement.
        from enate_desktop.mail.compose import AutomatedMail, compose, new_message_id

        message, settings = one.message, self._deciding.settings
        template = in_language(self._templates, message.language, settings.acknowledgement_language)
        values = self._values(one)
        mail = AutomatedMail(
            message_id=new_message_id(sender.address),
            date=self._now,
            sender=sender.address,
            to=message.sender,
            cc=[address for address in recipients if address != message.sender],
            subject=filled(template.subject, values),
            body=filled(template.body, values),
            answers=message.message_id,
            references=message.references,
            installation=self._installation,
        )
        row = {
            "intake_id": one.intake_id,
            "work_item_id": one.work_item_id,
            "connector_id": sender.connector_id,
            "kind": ACKNOWLEDGEMENT,
            "sender": sender.address,
            "message_id": mail.message_id,
            "subject": " ".join(mail.subject.split()),
            "data": compose(mail),
            "created": self._now,
        }
        self._mails.append((row, recipients))
        self._written.update(recipients)

    def _values(self, one: Wanted) -> Mapping[str, str]:
        message, decision = one.message, one.decision
        process = self._deciding.processes.get(decision.process_id or 0)
        connector = self._table.connector
        return {
            "reference": one.reference,
            "subject": message.subject,
            "sender_name": message.sender_name or message.sender,
            "sender": message.sender,
            "process": process.name if process else "",
            "category": decision.category or "",
            "received": f"{self._now:%Y-%m-%d %H:%M}",
            "connector": connector.name,
            "address": decision.recipient or connector.primary_address,
        }

    def _from(self, address: str) -> _From | None:
        if address not in self._senders:
            self._senders[address] = _sender_for(self._work, address)
        return self._senders[address]


def _sender_for(work: UnitOfWork, address: str) -> _From | None:
    """O-02: who sends from the address a mail came to; off or not, as the outbox keeps it."""
    sending: dict[int, Connector] = {
        c.id: c for c in work.connectors.all() if c.use_for.sends and c.outgoing is not None
    }
    for connector in sending.values():
        if connector.primary_address == address:
            return _From(connector.id, address)
    for route in work.routes.outgoing():
        if route.enabled and route.address == address and route.connector_id in sending:
            return _From(route.connector_id, address)
    for connector in sending.values():
        if connector.default_sender:
            return _From(connector.id, connector.primary_address)
    return None


def _in_portions(work: UnitOfWork, people: Sequence[str], since: datetime) -> Counter[str]:
    written: Counter[str] = Counter()
    for start in range(0, len(people), 500):
        written.update(work.outbox.sent_to(people[start : start + 500], since))
    return written
