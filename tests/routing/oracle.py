"""The same decision written the plain way, one route after the other, to compare with.

It shares no code with the program's routing: only the domain's values and how words fold.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from enate_desktop.domain.addresses import AddressPattern
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.routes import Covers, Route
from enate_desktop.domain.rules import folded


class Answer(NamedTuple):
    """What the program must answer."""

    recipient: str | None
    route_id: int | None
    block: str | None


def decide(
    connector: Connector, routes: Sequence[Route], book: CompanyBook, message: Message
) -> list[Answer]:
    """Every decision about ``message``; a route id of None means unhandled."""
    normal = sorted((r for r in routes if r.address != "*"), key=lambda r: r.position)
    wildcards = sorted((r for r in routes if r.address == "*"), key=lambda r: r.position)
    known: list[str] = []
    for written in [*message.to, *message.cc]:
        for address in (written, plain(written)):
            if any(r.address == address for r in normal):
                if address not in known:
                    known.append(address)
                break
    answers = []
    for address in known:
        for r in normal:
            if r.enabled and r.address == address and matches(r, book, message):
                answers.append(Answer(address, r.id, "normal"))
                break
    if answers:
        return answers
    if not known:
        for r in wildcards:
            if r.enabled and matches(r, book, message):
                return [Answer(None, r.id, "wildcard")]
    addressed = [*message.to, *message.cc]
    primary = connector.primary_address
    to_primary = any(primary in (address, plain(address)) for address in addressed)
    recipient = known[0] if known else primary if to_primary else None
    fallback = connector.fallback
    if fallback is not None and (fallback.covers is Covers.ALL or to_primary):
        return [Answer(recipient, -connector.id, "fallback")]
    return [Answer(recipient, None, None)]


def plain(address: str) -> str:
    """``address`` without its plus tag."""
    local, domain = address.rsplit("@", 1)
    return f"{local.split('+')[0]}@{domain}" if local.split("+")[0] else address


def matches(route: Route, book: CompanyBook, message: Message) -> bool:
    """Whether every filled rule of ``route`` is true."""
    rules = route.rules
    addressed = [*message.to, *message.cc]
    return (
        (not rules.important or message.important)
        and (
            not rules.attachment_types
            or any(extension(item) in rules.attachment_types for item in message.attachments)
        )
        and (
            not rules.subject_keywords
            or any(contains(message.subject, word) for word in rules.subject_keywords)
        )
        and (not rules.recipients or any_of(rules.recipients, addressed))
        and (not rules.senders or any_of(rules.senders, message.senders))
        and (
            not rules.companies
            or any(book.companies_of(sender) & set(rules.companies) for sender in message.senders)
        )
    )


def extension(item: Attachment) -> str:
    """Q-2, for the few media types the generated mails have."""
    if "." in item.name:
        return "." + item.name.lower().split(".")[-1]
    if item.name:
        return ""
    return {"application/pdf": ".pdf", "text/plain": ".txt"}.get(item.media_type, "")


def any_of(wanted: Sequence[AddressPattern], addresses: Sequence[str]) -> bool:
    """Whether a listed value means one of ``addresses``."""
    return any(pattern.matches(address) for pattern in wanted for address in addresses)


def contains(subject: str, word: str) -> bool:
    """Q-3 letter by letter."""
    text = folded(subject)
    if not (len(word) > 2 and word[0] == word[-1] == '"'):
        return folded(word) in text
    phrase = folded(word[1:-1])
    return any(
        text[start : start + len(phrase)] == phrase
        and not (_in_word(phrase[0]) and start > 0 and _in_word(text[start - 1]))
        and not (
            _in_word(phrase[-1])
            and start + len(phrase) < len(text)
            and _in_word(text[start + len(phrase)])
        )
        for start in range(len(text) - len(phrase) + 1)
    )


def _in_word(letter: str) -> bool:
    return letter == "_" or letter.isalnum() or unicodedata.category(letter)[0] == "M"
