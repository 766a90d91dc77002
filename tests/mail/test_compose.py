"""The bytes of an automated email: what must be in them, and what a mail can never put there."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enate_desktop.mail.compose import AutomatedMail, UnsafeMailError, compose, new_message_id

MAIL = AutomatedMail(
    message_id="<0b1f@acme.example>",
    date=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    sender="hr@acme.example",
    to="marie@acme.fr",
    cc=("paul@acme.com",),
    subject="[100001-T] We have received your message",
    body="Hello\nthank you.\n",
    answers="<one@acme.fr>",
    references=("<zero@acme.fr>",),
    installation="abc123",
)


def test_every_header_is_as_it_must_be() -> None:
    """O-02, RFC 3834, RFC 5322."""
    made = message_from_bytes(compose(MAIL), policy=default)

    assert {name: str(value) for name, value in made.items()} == {
        "From": "hr@acme.example",
        "To": "marie@acme.fr",
        "Cc": "paul@acme.com",
        "Subject": "[100001-T] We have received your message",
        "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "Message-ID": "<0b1f@acme.example>",
        "In-Reply-To": "<one@acme.fr>",
        "References": "<zero@acme.fr> <one@acme.fr>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "X-Enate-Loop": "abc123",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }


def test_the_same_mail_has_the_same_bytes() -> None:
    """O-03: a retry is byte-identical."""
    assert compose(MAIL) == compose(MAIL)


@pytest.mark.parametrize("body", ["é" * 50, "日本語 " * 500, "x" * 5000, ".\n.\n", ""])
def test_every_body_is_plain_ascii_lines_on_the_wire(body: str) -> None:
    """RFC 5321 4.5.3.1.6, MAIL 4 E 106."""
    data = compose(replace(MAIL, body=body))

    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert message_from_bytes(data, policy=default).get_content().split() == body.split()


def test_an_international_address_makes_an_international_mail() -> None:
    """RFC 6532: only then."""
    data = compose(replace(MAIL, to="josé@acme.fr"))

    assert not data.isascii()
    assert "To: josé@acme.fr" in data.decode()


def test_long_ids_stay_readable_and_bad_ones_are_left_out() -> None:
    """RFC 5322 3.6.4: an encoded Message-ID is none."""
    long = f"<{'a' * 200}@acme.fr>"
    made = message_from_bytes(
        compose(replace(MAIL, answers=long, references=("<é@x>", "no id", "<a\r\nb@x>"))),
        policy=default,
    )
    assert made["References"] == long
    assert "In-Reply-To" not in message_from_bytes(compose(replace(MAIL, answers="<é@x>")))


def test_an_address_that_breaks_out_is_refused() -> None:
    """CVE-2026-1299."""
    with pytest.raises((UnsafeMailError, ValueError)):
        compose(replace(MAIL, to="a@b.example, eve@c.example"))


def test_message_ids_differ_and_name_the_domain() -> None:
    """O-02."""
    assert new_message_id("hr@acme.example") != new_message_id("hr@acme.example")
    assert new_message_id("hr@acme.example").endswith("@acme.example>")


@settings(max_examples=150, deadline=None)
@given(subject=st.text(max_size=300), body=st.text(max_size=300), answers=st.text(max_size=80))
def test_no_text_of_a_mail_ever_changes_the_headers(subject: str, body: str, answers: str) -> None:
    """CVE-2026-1299, MAIL 5."""
    usual = set(message_from_bytes(compose(MAIL)).keys())
    data = compose(replace(MAIL, subject=subject, body=body, answers=answers))

    assert set(message_from_bytes(data).keys()) <= usual
    assert len(message_from_bytes(data).keys()) <= len(usual)
