"""Addresses and domains in the one form in which they compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enate_desktop.domain.addresses import (
    normal_address,
    normal_domain,
    parse_pattern,
    shown_domain,
    tag_of,
    without_tag,
)
from enate_desktop.domain.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HR@Acme.Example", "hr@acme.example"),
        (" hr@acme.example ", "hr@acme.example"),
        ("hr@acme.example.", "hr@acme.example"),
        ("hr@MÜNCHEN.example", "hr@xn--mnchen-3ya.example"),
        ("hr@xn--mnchen-3ya.example", "hr@xn--mnchen-3ya.example"),
        ("hr@straße.example", "hr@xn--strae-oqa.example"),
        ("JÖSÉ@acme.example", "jösé@acme.example"),
        ("jo\u0308se@acme.example", "jöse@acme.example"),
        ("a+b@acme.example", "a+b@acme.example"),
        ("o'brien@acme.example", "o'brien@acme.example"),
    ],
)
def test_an_address_has_one_form(text: str, expected: str) -> None:
    """Q-8: case-insensitive, IDNA 2008, without display name."""
    assert normal_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b@c.example",
        "<a@b.example>",
        "a@b c",
        "a@-b.example",
        "a@b..example",
        ".a@b.example",
        "a..b@c.example",
        "a\r\n@b.example",
        "a@\u202eb.example",
        "x" * 300 + "@b.example",
        "a@" + "b" * 64 + ".example",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    """M-09, MAIL 4 B: never guessed."""
    assert normal_address(text) is None


@given(st.text(max_size=80))
def test_any_text_has_a_stable_form_or_none(text: str) -> None:
    """Q-8: comparing twice changes nothing; nothing raises."""
    once = normal_address(text)
    assert once is None or normal_address(once) == once
    domain = normal_domain(text)
    assert domain is None or normal_domain(domain) == domain


@pytest.mark.parametrize(
    ("text", "stored", "yes", "no"),
    [
        ("*@acme.com", "*@acme.com", "x@acme.com", "x@eu.acme.com"),
        ("*acme.com", "*@acme.com", "x@acme.com", "x@evil-acme.com"),
        ("*.acme.com", "*.acme.com", "x@a.b.acme.com", "x@acme.com"),
        ("Anna@ACME.com", "anna@acme.com", "anna@acme.com", "hanna@acme.com"),
        ("*@MÜNCHEN.example", "*@xn--mnchen-3ya.example", "x@xn--mnchen-3ya.example", "x@a.b"),
    ],
)
def test_a_listed_value_means_exactly_what_it_says(
    text: str, stored: str, yes: str, no: str
) -> None:
    """Q-7: exact domain, stored form, sub-domains."""
    pattern = parse_pattern(text)
    assert str(pattern) == stored
    assert pattern.matches(yes)
    assert not pattern.matches(no)
    assert parse_pattern(str(pattern)) == pattern


@pytest.mark.parametrize(
    "text", ["*", "**@a.example", "a*@b.example", "a@*", "*@", "*.", "nobody", ""]
)
def test_a_star_elsewhere_is_refused_with_the_reason(text: str) -> None:
    """Q-7: a star elsewhere, two stars or a bare star."""
    with pytest.raises(InputError) as caught:
        parse_pattern(text)
    assert caught.value.message


def test_the_plus_tag_is_taken_off_and_read() -> None:
    """Q-8, M-03."""
    assert without_tag("hr+101203-t@acme.example") == "hr@acme.example"
    assert without_tag("hr@acme.example") == "hr@acme.example"
    assert without_tag("+odd@acme.example") == "+odd@acme.example"
    assert tag_of("hr+101203-t@acme.example") == "101203-t"
    assert tag_of("hr@acme.example") == ""


def test_people_see_the_readable_domain() -> None:
    """MAIL 4 B 42: compared as A-label, shown as U-label."""
    assert shown_domain("xn--mnchen-3ya.example") == "münchen.example"
    assert shown_domain("xn--zz.example") == "xn--zz.example"
