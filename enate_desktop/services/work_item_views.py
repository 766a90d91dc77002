"""What is shown of a work item: its mails, people, events, and the items it belongs with (W-02)."""

from dataclasses import dataclass, replace
from datetime import datetime

from enate_desktop.domain.directory import CompanyBook, Contact
from enate_desktop.domain.messages import Message
from enate_desktop.domain.outbox import DeliveryFilter, DeliveryState
from enate_desktop.domain.work_items import WorkItem
from enate_desktop.mail.parsing import body_text
from enate_desktop.routing.explanation import Decision, from_stored
from enate_desktop.services.route_tables import process_paths
from enate_desktop.storage.repairs import StoredDecision, standing
from enate_desktop.storage.unit_of_work import UnitOfWork

WORK_ITEM = "work item"
"""The kind of a work item in the history."""
_MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail with why it went where it went; ``text`` is plain and bounded.

    ``decisions`` stand, ``former`` are those that repairs corrected (X-07).
    """

    intake_id: int
    received: datetime
    message: Message
    decisions: tuple[Decision, ...]
    text: str
    former: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody of a work item; ``wrote`` but not ``takes_part`` marks a stranger (M-03)."""

    address: str
    name: str = ""
    company: str = ""
    takes_part: bool = True
    wrote: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a work item, in words; ``at`` is UTC."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Another work item, and how this one belongs to it: ``Follows``, ``Replaced by``."""

    how: str
    work_item_id: int
    reference: str


@dataclass(frozen=True, slots=True)
class WorkItemDetail:
    """A work item with its mails, oldest first, the people, what happened, and what is linked."""

    work_item: WorkItem
    mails: tuple[MailView, ...]
    people: tuple[Participant, ...] = ()
    events: tuple[Event, ...] = ()
    linked: tuple[Linked, ...] = ()


def named(work: UnitOfWork, items: tuple[WorkItem, ...]) -> tuple[WorkItem, ...]:
    """``items`` with the paths of their processes."""
    paths = process_paths(work) if items else {}
    return tuple(replace(item, process=paths.get(item.process_id, "")) for item in items)


def mail_view(work: UnitOfWork, intake_id: int, received: datetime) -> MailView:
    """One mail with every decision about it."""
    stored = work.repairs.decisions([intake_id]).get(intake_id, [])
    return _view(work, intake_id, received, stored, standing(stored))


def detail_of(work: UnitOfWork, item: WorkItem) -> WorkItemDetail:
    """Everything about a work item."""
    received = work.work_items.mails(item.id)
    stored = work.repairs.decisions([intake_id for intake_id, _ in received])
    mails = tuple(
        _view(work, intake_id, when, of_it, _of_item(of_it, item.id))
        for intake_id, when in received
        for of_it in (stored.get(intake_id, []),)
    )
    return WorkItemDetail(
        named(work, (item,))[0],
        mails,
        _people(work, item.id, mails),
        _events(work, item, mails),
        _linked(work, item),
    )


def _of_item(stored: list[StoredDecision], work_item_id: int) -> tuple[StoredDecision, ...]:
    """What stands of the decisions about this work item; of one replaced, what made it."""
    own = [one for one in stored if one.work_item_id == work_item_id]
    return tuple(one for one in standing(stored) if one in own) or tuple(own[:1])


def _view(
    work: UnitOfWork,
    intake_id: int,
    received: datetime,
    stored: list[StoredDecision],
    present: tuple[StoredDecision, ...],
) -> MailView:
    message = work.decisions.message(intake_id) or Message(message_id="", fingerprint="")
    raw_mail_id = work.decisions.raw_mail_id(intake_id)
    text = body_text(work.raw_mails.get(raw_mail_id)) if raw_mail_id is not None else ""
    chosen = {one.id for one in present}
    corrected = {one.replaces_id for one in stored if one.id in chosen}
    former = tuple(from_stored(one.explanation) for one in stored if one.id in corrected)
    decisions = tuple(from_stored(one.explanation) for one in present)
    return MailView(intake_id, received, message, decisions, text, former)


def _people(
    work: UnitOfWork, work_item_id: int, mails: tuple[MailView, ...]
) -> tuple[Participant, ...]:
    taking_part = work.work_items.participants(work_item_id)
    writers = list(dict.fromkeys(mail.message.sender for mail in mails if mail.message.sender))
    addresses = (*writers, *sorted(taking_part - set(writers)))
    known = work.companies.contacts_of(addresses)
    contacts = {one.address: one for one in known}
    book = CompanyBook.of(work.companies.all(), known)
    return tuple(
        Participant(
            address,
            contacts.get(address, Contact(0, address)).name,
            ", ".join(sorted(book.names[key] for key in book.companies_of(address))),
            address in taking_part,
            address in writers,
        )
        for address in addresses
    )


def _events(work: UnitOfWork, item: WorkItem, mails: tuple[MailView, ...]) -> tuple[Event, ...]:
    made = f"Created by the route {item.route}" if item.route else "Created"
    if item.by_fallback:
        made = "Created by the fallback"
    found = [Event(item.created, "System", f"{made} for {item.recipient or 'no recipient'}")]
    found += [
        Event(mail.received, mail.message.sender or "(no sender)", _joined(mail))
        for mail in mails[1:]
    ]
    for sent in work.outbox.page(DeliveryFilter(work_item_id=item.id), 0, _MOST_EVENTS).items:
        state = "" if sent.state is DeliveryState.SENT else f": {sent.state}"
        found.append(
            Event(sent.changed, "System", f"Automated email to {sent.recipient}{state or ' sent'}")
        )
    for entry in work.history.entries(WORK_ITEM, item.id, _MOST_EVENTS):
        change = f": {entry.old} → {entry.new}" if entry.field else ""
        found.append(Event(entry.at, entry.who, f"{entry.action.capitalize()}{change}"))
    return tuple(sorted(found, key=lambda event: event.at))


def _joined(mail: MailView) -> str:
    subject = mail.message.subject or "(no subject)"
    stranger = any(decision.stranger for decision in mail.decisions)
    return f"Mail added: {subject}{' (by somebody who takes no part)' if stranger else ''}"


def _linked(work: UnitOfWork, item: WorkItem) -> tuple[Linked, ...]:
    found = []
    for how, key in (("Follows", item.follows_id), ("Replaced by", item.replaced_by_id)):
        other = work.work_item_lists.get(key) if key is not None else None
        if other is not None:
            told = "Takes the place of" if other.replaced_by_id == item.id else how
            found.append(Linked(told, other.id, other.reference))
    found += [
        Linked("Followed by", other.id, other.reference)
        for other in work.work_item_lists.followers(item.id)
        if other.id != item.replaced_by_id
    ]
    return tuple(found)
