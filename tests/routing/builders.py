"""Short ways to write connectors, routes and mails in tests."""

from dataclasses import replace
from itertools import count
from typing import Any

from enate_desktop.domain.connectors import Connector, Fallback, UseFor
from enate_desktop.domain.directory import Company, CompanyBook, Contact
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.routes import Covers, Route
from enate_desktop.domain.rules import Rules, patterns
from enate_desktop.routing.table import RouteTable

PRIMARY = "hr@acme.example"
_numbers = count(1)


def connector(
    covers: Covers = Covers.ALL, primary: str = PRIMARY, number: int = 7, **changes: Any
) -> Connector:
    """A receiving connector with a fallback to process 99."""
    made = Connector(
        id=number,
        name=f"Mailbox {number}",
        use_for=UseFor.INCOMING,
        primary_address=primary,
        fallback=Fallback(process_id=99, category="General", covers=covers),
        enabled=True,
    )
    return replace(made, **changes)


def rules(
    important: bool = False,
    types: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    to: tuple[str, ...] = (),
    by: tuple[str, ...] = (),
    companies: tuple[int, ...] = (),
) -> Rules:
    """The six rules, addresses as typed."""
    return Rules(important, types, words, patterns(to), patterns(by), companies)


def routes(*given: Route) -> tuple[Route, ...]:
    """``given`` numbered from 1 in their order, positions counted inside each block."""
    seen: dict[str, int] = {}
    numbered = []
    for number, made in enumerate(given, 1):
        position = seen[made.block] = seen.get(made.block, -1) + 1
        numbered.append(replace(made, id=number, name=made.name or f"R{number}", position=position))
    return tuple(numbered)


def route(address: str = PRIMARY, name: str = "", **changes: Any) -> Route:
    """A route without id or position; rules by the names of :func:`rules`."""
    tested = {key: changes.pop(key) for key in tuple(changes) if key in _RULES}
    return Route(
        id=0,
        connector_id=7,
        name=name,
        address=address,
        process_id=changes.pop("process_id", 1),
        rules=rules(**tested),
        **changes,
    )


_RULES = ("important", "types", "words", "to", "by", "companies")


def mail(
    to: tuple[str, ...] | str = PRIMARY,
    by: tuple[str, ...] | str = "anna@else.example",
    subject: str = "Hello",
    files: tuple[str, ...] = (),
    **changes: Any,
) -> Message:
    """A mail of its own (Message-ID and fingerprint differ from every other)."""
    number = next(_numbers)
    return Message(
        message_id=f"<{number}@test>",
        fingerprint=f"print{number}",
        senders=(by,) if isinstance(by, str) else by,
        to=(to,) if isinstance(to, str) else to,
        subject=subject,
        attachments=tuple(Attachment(name, "application/octet-stream") for name in files),
        **changes,
    )


BOOK = CompanyBook.of(
    (
        Company(1, "Acme France", ("acme.fr",)),
        Company(2, "Beta", ("beta.example", "shared.example")),
        Company(3, "Gamma", ("shared.example",)),
    ),
    (
        Contact(1, "marie@acme.com", company_id=1),
        Contact(2, "boss@acme.fr", company_id=2),
        Contact(3, "new@acme.fr", company_id=None),
    ),
)
"""Three companies; a contact whose company differs from its domain's."""


def table(*given: Route, covers: Covers = Covers.ALL, **options: Any) -> RouteTable:
    """The compiled table of ``given`` in their order."""
    return RouteTable.compile(connector(covers), routes(*given), BOOK, **options)


def winners(compiled: RouteTable, message: Message) -> list[tuple[str | None, str | None]]:
    """Recipient and route name of every decision; the name is None when unhandled."""
    return [(made.recipient, made.route) for made in compiled.decide(message)]
