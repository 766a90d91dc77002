"""Made-up mails that show what a warning says, and as .eml files for the simulator (X-02)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from itertools import islice

from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.routes import Block
from enate_desktop.routing.analysis.cells import Choice
from enate_desktop.routing.facts import (
    ATTACHMENTS,
    COMPANIES,
    IMPORTANT,
    RECIPIENTS,
    SENDERS,
    SUBJECT,
    Key,
    address_keys,
)
from enate_desktop.routing.index import CompiledRoute

_MOST_PEOPLE = 20
_STRANGER = "somebody@elsewhere.invalid"


class People:
    """Senders that fit a sender value or a company, as the contacts are at present (Q-6)."""

    def __init__(self, companies: CompanyBook, listed: frozenset[Key]) -> None:
        """``listed`` are all addresses and domains rules name: nobody made up has one of them."""
        self._book = companies
        self._listed = listed
        self._by_company: dict[int, list[str]] = {}
        self._by_domain: dict[str, list[str]] = {}
        for address, company in companies.by_contact.items():
            self._by_company.setdefault(company, []).append(address)
            self._by_domain.setdefault(address.rpartition("@")[2], []).append(address)
        for domain, ids in companies.by_domain.items():
            for company in ids:
                self._by_company.setdefault(company, []).append(self._somebody("@" + domain))

    def companies_of(self, address: str) -> frozenset[int]:
        """The companies of ``address``."""
        return self._book.companies_of(address)

    def senders(self, choice: Choice) -> Iterator[str]:
        """Single senders that fit the sender and company of a cell; an empty text: anybody."""
        wanted, company = choice.get(SENDERS), choice.get(COMPANIES)
        if company is None:
            yield from islice(self._meant_by(str(wanted)), _MOST_PEOPLE) if wanted else ("",)
            return
        if wanted is None or str(wanted)[0] == ".":
            people: Iterable[str] = self._by_company.get(int(company), ())
        else:
            people = self._meant_by(str(wanted))
        fitting = (
            address
            for address in people
            if company in self.companies_of(address)
            and (wanted is None or wanted in address_keys((address,)))
        )
        yield from islice(fitting, _MOST_PEOPLE)

    def _meant_by(self, key: str) -> Iterator[str]:
        """Somebody unknown whom a listed value means, then the contacts it means."""
        if key[0] not in "@.":
            yield key
            return
        yield self._somebody(key)
        if key[0] == "@":
            yield from self._by_domain.get(key[1:], ())

    def _somebody(self, key: str) -> str:
        """An address at ``@domain``, or below ``.domain``, that no rule lists and nobody has."""
        number = 0
        while True:
            mark = str(number) if number else ""
            domain = key[1:] if key[0] == "@" else f"mail{mark}{key}"
            address = f"somebody{mark}@{domain}"
            taken = address in self._listed or address in self._book.by_contact
            below = key[0] == "." and (
                "@" + domain in self._listed or domain in self._book.by_domain
            )
            if not taken and not below:
                return address
            number += 1


def witness(
    route: CompiledRoute, choice: Choice, sender: str, written: Mapping[Key, str]
) -> Message:
    """A mail of one cell of ``route``; ``written`` has the values as somebody wrote them."""
    to = () if route.route.block is Block.WILDCARD else (route.route.address,)
    kind = choice.get(ATTACHMENTS)
    words = written.get(choice.get(SUBJECT, ""), "A mail to show what the routes do")
    also = choice.get(RECIPIENTS)
    return Message(
        message_id="<witness@enate-desktop.invalid>",
        fingerprint="witness",
        senders=(sender or _STRANGER,),
        to=to,
        cc=(_address_for(str(also)),) if also is not None else (),
        subject=words.strip('"') if SUBJECT in choice else words,
        date=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
        important=IMPORTANT in choice,
        importance_header="Importance: high" if IMPORTANT in choice else "",
        attachments=(Attachment(f"file{kind}", "application/octet-stream"),) if kind else (),
    )


def witness_eml(message: Message) -> bytes:
    """``message`` as the bytes of an .eml file, CRLF line ends (RFC 5322, RFC 6532)."""
    texts = (*message.senders, *message.to, *message.cc, message.subject)
    # Not for every mail, and not as encoded words: in long ones Python's library loses spaces.
    mail = EmailMessage(policy=SMTP if "".join(texts).isascii() else SMTPUTF8)
    mail["Message-ID"] = message.message_id
    if message.date is not None:
        mail["Date"] = message.date
    for name, addresses in (("From", message.senders), ("To", message.to), ("Cc", message.cc)):
        if addresses:
            mail[name] = ", ".join(addresses)
    mail["Subject"] = " ".join(message.subject.split())
    if message.important:
        mail["Importance"] = "high"
    mail.set_content("This mail was made up to show where the routes would take it.\n")
    for item in message.attachments:
        main, _, sub = item.media_type.partition("/")
        mail.add_attachment(b"", maintype=main, subtype=sub, filename=item.name)
    return mail.as_bytes()


def _address_for(key: str) -> str:
    if key[0] == "@":
        return f"somebody{key}"
    return f"somebody@mail{key}" if key[0] == "." else key
