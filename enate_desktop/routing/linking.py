"""Which work item a mail belongs to: replies find their item before any routing (M-03)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from enate_desktop.domain.addresses import tag_of
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import State, reference_id

_REFERENCES = 50
"""Message-IDs looked at; a hostile mail may list a megabyte of them (MAIL.md 4, 55)."""
_SUBJECT_REFERENCES = 5
_TAGS = 20
_BRACKETED = re.compile(r"\[\s*(\d{1,18}-[TtCc])\s*\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A work item as linking sees it; ``participants`` are addresses in comparable form."""

    work_item_id: int
    reference: str
    state: State
    participants: frozenset[str]


class KnownWork(Protocol):
    """What the decision asks of the store, answered inside one transaction."""

    def issued_by_us(self, message_id: str) -> bool:
        """Whether this system sent a mail with that Message-ID (M-01)."""
        ...

    def by_message_ids(self, ids: Sequence[str]) -> LinkTarget | None:
        """The work item of which a mail, taken in or sent, has one of these Message-IDs."""
        ...

    def by_reference(self, reference: str) -> LinkTarget | None:
        """The work item people call ``101203-T``."""
        ...

    def taken_in(self, key: str) -> bool:
        """Whether a mail was taken in under this resolution key (M-02)."""
        ...


class NothingKnown:
    """An empty store: every mail is looked at by the routes alone (simulation, replay)."""

    def issued_by_us(self, message_id: str) -> bool:
        """No mail was sent by us."""
        return False

    def by_message_ids(self, ids: Sequence[str]) -> LinkTarget | None:
        """No work item has any of them."""
        return None

    def by_reference(self, reference: str) -> LinkTarget | None:
        """No work item is called that."""
        return None

    def taken_in(self, key: str) -> bool:
        """Nothing was taken in."""
        return False


@dataclass(frozen=True, slots=True)
class Link:
    """The work item a mail belongs to; ``how`` completes the sentence "it belongs to … by …"."""

    target: LinkTarget
    how: str
    stranger: bool

    @property
    def closed(self) -> bool:
        """Whether the item is closed, so that the mail is routed as new and linked to it."""
        return self.target.state is State.CLOSED


def find_link(message: Message, known: KnownWork, link_by_subject: bool) -> Link | None:
    """The first work item that In-Reply-To, References, a plus tag or the subject names."""
    for target, how in _targets(message, known, link_by_subject):
        if target is not None:
            stranger = target.participants.isdisjoint(message.senders)
            return Link(target, how, stranger)
    return None


def _targets(
    message: Message, known: KnownWork, link_by_subject: bool
) -> Iterator[tuple[LinkTarget | None, str]]:
    if message.bounced:
        yield known.by_message_ids(message.bounced[:_REFERENCES]), "the mail that came back"
    if message.in_reply_to:
        answered = message.in_reply_to[:_REFERENCES]
        yield known.by_message_ids(answered), "the mail it answers"
    if message.references:
        newest_first = tuple(reversed(message.references[-_REFERENCES:]))
        yield known.by_message_ids(newest_first), "the mails it refers to"
    for reference, address in _tagged(message):
        yield known.by_reference(reference), f"the address {address}"
    if link_by_subject:
        for reference in _BRACKETED.findall(message.subject)[:_SUBJECT_REFERENCES]:
            yield known.by_reference(reference.upper()), f"[{reference.upper()}] in its subject"


def _tagged(message: Message) -> Iterator[tuple[str, str]]:
    left = _TAGS
    for address in message.recipients:
        for tag in tag_of(address).upper().split("+") if "+" in address else ():
            if reference_id(tag) is not None and left:
                left -= 1
                yield tag, address
