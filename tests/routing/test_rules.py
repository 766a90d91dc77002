"""The six rules against single mails (SPEC 5)."""

from dataclasses import replace
from typing import Any

import pytest

from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.routing.explanation import RouteTrace
from enate_desktop.routing.extensions import extensions_of
from tests.routing.builders import PRIMARY, mail, route, table


def takes(message: Message, **tested: Any) -> bool:
    """Whether a route with these rules takes the mail."""
    return table(route(**tested)).decide(message)[0].block == "normal"


def traced(message: Message, **tested: Any) -> RouteTrace:
    """What the explanation says of the route."""
    return table(route(**tested)).decide(message, explain=True)[0].trace[0]


@pytest.mark.parametrize(("important", "asked", "taken"), [
    (True, True, True), (False, True, False), (True, False, True), (False, False, True),
])  # fmt: skip
def test_the_important_flag_counts_only_when_asked(
    important: bool, asked: bool, taken: bool
) -> None:
    """Q-1: unset means do not care."""
    assert takes(mail(important=important), important=asked) is taken


@pytest.mark.parametrize(("name", "kind", "found"), [
    ("cv.pdf", "application/octet-stream", (".pdf",)),
    ("CV.PDF", "application/octet-stream", (".pdf",)),
    ("archive.tar.gz", "application/gzip", (".gz",)),
    ("invoice.pdf.exe", "application/pdf", (".exe",)),
    (" cv.pdf ", "text/plain", (".pdf",)),
    ("cv.pdf.", "text/plain", (".pdf",)),
    ("Straße.DOCX", "text/plain", (".docx",)),
    ("", "application/pdf", (".pdf",)),
    ("", "image/jpeg", (".jpg", ".jpeg")),
    ("", "application/pdf; name=x", (".pdf",)),
    ("", "application/x-tar", (".tar",)),
    ("", "message/rfc822", (".eml",)),
    ("", "application/x-unheard-of", ()),
    ("invoice", "application/pdf", ()),
    ("v1.2/readme", "text/plain", ()),
    ("README", "application/octet-stream", ()),
])  # fmt: skip
def test_an_attachment_counts_by_its_last_extension(
    name: str, kind: str, found: tuple[str, ...]
) -> None:
    """Q-2: without a name or extension the media type decides."""
    assert extensions_of(Attachment(name, kind)) == found


def test_any_attachment_and_any_listed_type_is_enough() -> None:
    """Q-2, SPEC 5: within one rule any value suffices."""
    message = mail(files=("a.txt", "b.pdf"))
    assert takes(message, types=(".docx", ".pdf"))
    assert not takes(message, types=(".docx",))
    assert not takes(mail(), types=(".pdf",))


@pytest.mark.parametrize(("word", "subject", "taken"), [
    ("arrivée", "ARRIVÉE lundi", True),
    ("arrivée", "arrive\u0301e", True),
    ("arrivée", "arrivee", False),
    ("STRASSE", "Hauptstraße 5", True),
    ("file", "\ufb01le", True),
    ("\uff46\uff55\uff4c\uff4c", "full width", True),
    ("new  starter", "A new\t starter", True),
    ("car", "the cargo", True),
    ('"car"', "the cargo", False),
    ('"car"', "the cargo, the Car!", True),
    ('"car"', "car", True),
    ('"car"', "car_pool", False),
    ('"car"', "écar", False),
    ('"c++"', "Learn C++ now", True),
    ('"c++"', "abc++", False),
    ('"c++"', "c++17", True),
    ('"हिन्द"', "हिन्दी", False),
    ('"sick leave"', "on sick  leave", True),
    ('"a', 'say "a b', True),
    ('"a', "say a", False),
    ("урок", "Сегодня Урок", True),
    ("請假", "關於請假事宜", True),
])  # fmt: skip
def test_key_words_compare_without_regard_to_form(word: str, subject: str, taken: bool) -> None:
    """Q-3: NFKC, case folding, white space collapsed; quotes mean whole words."""
    assert takes(mail(subject=subject), words=(word,)) is taken


def test_an_empty_subject_contains_nothing() -> None:
    """Q-3."""
    assert not takes(mail(subject=""), words=("a",))


@pytest.mark.parametrize(("listed", "address", "taken"), [
    ("anna@acme.com", "anna@acme.com", True),
    ("anna@acme.com", "anna+x@acme.com", False),
    ("*@acme.com", "anna@acme.com", True),
    ("*acme.com", "anna@acme.com", True),
    ("*@acme.com", "anna@mail.acme.com", False),
    ("*@acme.com", "anna@notacme.com", False),
    ("*.acme.com", "anna@mail.acme.com", True),
    ("*.acme.com", "anna@a.mail.acme.com", True),
    ("*.acme.com", "anna@acme.com", False),
    ("*.acme.com", "anna@notacme.com", False),
    ("*@münchen.example", "anna@xn--mnchen-3ya.example", True),
])  # fmt: skip
def test_listed_addresses_and_domains(listed: str, address: str, taken: bool) -> None:
    """Q-4, Q-5, Q-7, Q-8: an address, exactly a domain, or its sub-domains."""
    assert takes(mail(by=address), by=(listed,)) is taken
    assert takes(mail(to=(PRIMARY, address)), to=(listed,)) is taken


def test_recipients_are_to_and_cc_together() -> None:
    """Q-4: any To/CC address."""
    assert takes(mail(cc=("boss@acme.com",)), to=("boss@acme.com",))


def test_any_of_several_senders_is_enough() -> None:
    """Q-5: From may name several people."""
    assert takes(mail(by=("a@x.example", "b@acme.com")), by=("*@acme.com",))
    assert not takes(mail(by=()), by=("*@acme.com",))


@pytest.mark.parametrize(("sender", "company", "taken"), [
    ("marie@acme.com", 1, True),      # by contact
    ("anybody@acme.fr", 1, True),     # by domain
    ("boss@acme.fr", 1, False),       # the contact record beats the domain
    ("boss@acme.fr", 2, True),
    ("new@acme.fr", 1, True),         # a contact without a company says nothing
    ("x@shared.example", 2, True),    # one domain, two companies
    ("x@shared.example", 3, True),
    ("x@mail.acme.fr", 1, False),     # a sub-domain is another domain
])  # fmt: skip
def test_the_senders_company(sender: str, company: int, taken: bool) -> None:
    """Q-6."""
    assert takes(mail(by=sender), companies=(company,)) is taken


def test_every_filled_rule_must_be_true() -> None:
    """SPEC 5: rules are joined by AND, values by OR."""
    asked: dict[str, Any] = {"types": (".pdf",), "words": ("cv",), "by": ("*@acme.fr",)}
    fits = mail(by="x@acme.fr", subject="My CV", files=("cv.pdf",))
    assert takes(fits, **asked)
    assert not takes(replace(fits, subject="Mine"), **asked)
    assert not takes(replace(fits, attachments=()), **asked)
    assert not takes(replace(fits, senders=("x@acme.de",)), **asked)


@pytest.mark.parametrize(("message", "asked", "shown", "found", "true"), [
    (mail(), {"important": True}, "yes", "not marked as important", False),
    (mail(important=True, importance_header="X-Priority: 1"), {"important": True},
     "yes", "X-Priority: 1", True),
    (mail(files=("a.txt",)), {"types": (".pdf", ".docx")}, ".pdf; .docx", "a.txt", False),
    (mail(), {"types": (".pdf",)}, ".pdf", "no attachments", False),
    (mail(files=("a.txt", "b.pdf")), {"types": (".pdf",)}, ".pdf", "b.pdf", True),
    (mail(subject="Arrivee"), {"words": ("arrivée",)}, "arrivée", '"Arrivee"', False),
    (mail(subject="Arrivée"), {"words": ("x", "ARRIVÉE")}, "x; ARRIVÉE",
     '"Arrivée" contains ARRIVÉE', True),
    (mail(subject="cargo"), {"words": ('"car"',)}, '"car"',
     '"cargo", where "car" is only part of a longer word', False),
    (mail(subject=""), {"words": ("a",)}, "a", "no subject", False),
    (mail(by="x@acme.de"), {"by": ("*@acme.fr",)}, "*@acme.fr", "x@acme.de", False),
    (mail(by="x@acme.fr"), {"by": ("*@acme.fr",)}, "*@acme.fr", "x@acme.fr", True),
    (mail(by=()), {"by": ("*@acme.fr",)}, "*@acme.fr", "no usable From address", False),
    (mail(to=(PRIMARY, "z@z.example", "ana@acme.fr")), {"to": ("anna@acme.fr",)}, "anna@acme.fr",
     "ana@acme.fr; hr@acme.example; z@z.example", False),
    (mail(by="x@acme.de"), {"companies": (1,)}, "Acme France",
     "x@acme.de: no known company", False),
    (mail(by="boss@acme.fr"), {"companies": (1,)}, "Acme France", "boss@acme.fr: Beta", False),
    (mail(by="marie@acme.com"), {"companies": (3, 1)}, "Acme France; Gamma",
     "marie@acme.com belongs to Acme France", True),
    (mail(), {"companies": (77,)}, "company 77", "anna@else.example: no known company", False),
])  # fmt: skip
def test_a_rule_says_what_was_asked_and_what_was_found(
    message: Message, asked: dict[str, Any], shown: str, found: str, true: bool
) -> None:
    """M-12: the nearest miss when the rule is not true."""
    (rule,) = traced(message, **asked).rules
    assert (rule.asked, rule.found, rule.true) == (shown, found, true)


def test_long_lists_are_shown_with_their_number() -> None:
    """M-12: an explanation stays short, whatever is asked."""
    words = tuple(f"word{number}" for number in range(50))
    (rule,) = traced(mail(), words=words).rules
    assert rule.asked.endswith("word19 and 30 more")
    crowd = tuple(f"p{number}@crowd.example" for number in range(50_000))
    (rule,) = traced(mail(to=(PRIMARY, *crowd)), to=("x@crowd.example",)).rules
    assert rule.found == "p0@crowd.example; p1@crowd.example; p2@crowd.example and 49998 more"
