"""Generated routes and mails over alphabets so small that values meet."""

from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import Rules
from tests.routing.builders import PRIMARY, routes

ADDRESSES = (
    PRIMARY,
    "pay@acme.example",
    "pay+de@acme.example",
    "marie@acme.com",
    "boss@acme.fr",
    "new@acme.fr",
    "a@mail.acme.fr",
    "b@x.mail.acme.fr",
    "c@shared.example",
    "d@beta.example",
)
TAGGED = ("hr+x@acme.example", "pay+de+y@acme.example", "pay+z@acme.example", "+q@acme.example")
_DOMAINS = (
    "*@acme.fr",
    "*@acme.example",
    "*.acme.fr",
    "*.fr",
    "*@shared.example",
    "*.mail.acme.fr",
)
_TYPES = (".pdf", ".doc", ".gz")
_PATTERNS = st.sampled_from(ADDRESSES + _DOMAINS).map(parse_pattern)
_TEXT = st.text(alphabet="abÄé_ -", min_size=1, max_size=4).filter(lambda text: text.strip() != "")
_WORDS = st.one_of(_TEXT, _TEXT.map(lambda text: f'"{text}"'), st.sampled_from(("ab", '"a b"')))


_T = TypeVar("_T")


def _few(values: st.SearchStrategy[_T]) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.one_of(st.just(()), st.lists(values, max_size=3, unique=True).map(tuple))


RULES = st.builds(
    Rules,
    important=st.sampled_from((False, False, False, True)),
    attachment_types=_few(st.sampled_from(_TYPES)),
    subject_keywords=_few(_WORDS),
    recipients=_few(_PATTERNS),
    senders=_few(_PATTERNS),
    companies=_few(st.sampled_from((1, 2, 3))),
)
ROUTES = st.builds(
    Route,
    id=st.just(0),
    connector_id=st.just(7),
    name=st.just(""),
    address=st.sampled_from((PRIMARY, PRIMARY, "pay@acme.example", "pay+de@acme.example", "*")),
    process_id=st.sampled_from((1, 2)),
    enabled=st.sampled_from((True, True, True, False)),
    rules=st.one_of(RULES, RULES, st.just(Rules())),
)
ORDERS = st.lists(ROUTES, max_size=12).map(lambda made: routes(*made))
"""A connector's normal and wildcard routes, numbered and placed."""

_FILES = st.builds(
    Attachment,
    st.sampled_from(("x.pdf", "Y.TAR.GZ", "z.doc", "pdf", "", "a.pdf.exe")),
    st.sampled_from(("application/octet-stream", "application/pdf")),
)
_ANYBODY = st.lists(st.sampled_from(ADDRESSES + TAGGED), max_size=3).map(tuple)
MAILS = st.builds(
    Message,
    message_id=st.just("<m@test>"),
    fingerprint=st.just("print"),
    senders=st.lists(st.sampled_from(ADDRESSES), max_size=2).map(tuple),
    to=_ANYBODY,
    cc=_ANYBODY,
    subject=st.text(alphabet="abAÄé_ -\u0301", max_size=8),
    important=st.booleans(),
    attachments=st.lists(_FILES, max_size=2).map(tuple),
)


@st.composite
def fitting(draw: st.DrawFn, route: Route) -> Message:
    """A mail made to fit ``route``, so that the later rules of long orders are reached too."""
    message = draw(MAILS)
    rules = route.rules
    if route.address != "*":
        message = replace(message, to=(*message.to, route.address))
    listed = [p for p in rules.senders if "*" not in str(p)]
    if listed:
        message = replace(message, senders=(draw(st.sampled_from(listed)).value,))
    if rules.subject_keywords:
        word = draw(st.sampled_from(rules.subject_keywords)).strip('"')
        message = replace(message, subject=f"{message.subject} {word}")
    if rules.attachment_types:
        kind = draw(st.sampled_from(rules.attachment_types))
        message = replace(message, attachments=(Attachment(f"f{kind}", "text/plain"),))
    return replace(message, important=message.important or rules.important)


@st.composite
def mails_for(draw: st.DrawFn, given: tuple[Route, ...]) -> Message:
    """Any mail, or one made to fit one of ``given``."""
    if not given or draw(st.booleans()):
        return draw(MAILS)
    return draw(fitting(draw(st.sampled_from(given))))
