"""The demo's 300 mails: the same every time, readable by the standard library, and odd enough."""

import email
import email.policy
import io
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path

import pytest

from enate_desktop.demo import company
from enate_desktop.demo.mails import DemoMail, deliver_all, demo_mails, fresh_mail, new_arrival
from enate_desktop.demo.samples import sample
from enate_desktop.demo.session import DemoSession
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.wiring import build_supervisor

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
MAILS = demo_mails(NOW)
PARSED = [(mail, email.message_from_bytes(mail.raw)) for mail in MAILS]


def subject(message: Message) -> str:
    return str(make_header(decode_header(str(message["Subject"] or ""))))


def test_there_are_300_mails_of_the_last_fortnight_oldest_first() -> None:
    """UI 3.15: what the first-run page promises."""
    assert len(MAILS) == 300
    moments = [mail.received for mail in MAILS]
    assert moments == sorted(moments)
    assert NOW - timedelta(days=14) < moments[0]
    assert moments[-1] < NOW
    assert all(moment.tzinfo is UTC for moment in moments)


def test_the_same_moment_gives_the_same_mails() -> None:
    assert demo_mails(NOW) == MAILS
    assert demo_mails(NOW + timedelta(days=1)) != MAILS


def test_every_mail_goes_to_a_mailbox_that_receives() -> None:
    receiving = Counter(mail.user for mail in MAILS)
    assert set(receiving) == {"hr.emea", "payroll", "finance.uk"}
    assert min(receiving.values()) > 50


def test_every_mail_can_be_read_by_the_standard_library() -> None:
    """M-11: odd, but none so broken that its header cannot be read."""
    for mail, message in PARSED:
        assert message.keys(), mail.raw[:200]
        for part in message.walk():
            part.get_payload(decode=True)


def test_well_formed_mails_have_no_defects_and_crlf_line_ends() -> None:
    everyday = [
        (mail, message)
        for mail, message in PARSED
        if "odd-" not in str(message["Message-ID"] or "odd-")
    ]
    assert len(everyday) > 250
    for mail, message in everyday:
        assert b"\n" not in mail.raw.replace(b"\r\n", b"")
        assert not any(part.defects for part in message.walk())
        assert max(len(line) for line in mail.raw.split(b"\r\n")) <= 998
        assert subject(message)


@pytest.mark.parametrize(
    "word", ["Arrêt", "Krankmeldung", "Zaświadczenie", "¿", "申請", "Invoice", "Ä"]
)
def test_every_language_occurs_in_the_subjects(word: str) -> None:
    assert any(word in subject(message) for _, message in PARSED if "odd-" not in str(message))


def test_several_charsets_and_encodings_occur() -> None:
    charsets = {p.get_content_charset() for _, m in PARSED for p in m.walk()}
    assert {"utf-8", "iso-8859-1", "iso-8859-2", "iso-2022-jp", "windows-1252"} <= charsets
    encodings = {str(p["Content-Transfer-Encoding"]).lower() for _, m in PARSED for p in m.walk()}
    assert {"8bit", "7bit", "base64", "quoted-printable"} <= encodings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Importance", "high"),
        ("X-Priority", "1"),
        ("X-Priority", "2"),
        ("Priority", "urgent"),
        ("X-MSMail-Priority", "high"),
    ],
)
def test_every_way_to_say_important_occurs(field: str, value: str) -> None:
    """Q-1"""
    assert any(str(m[field] or "").lower().startswith(value) for _, m in PARSED)


@pytest.mark.parametrize("extension", [".pdf", ".docx", ".xlsx", ".png", ".jpg", ".csv", ".xml"])
def test_every_kind_of_attachment_occurs(extension: str) -> None:
    """Q-2"""
    names = [p.get_filename() or "" for _, m in PARSED for p in m.walk()]
    assert any(name.lower().endswith(extension) for name in names)


def test_replies_refer_to_a_mail_that_arrived_before() -> None:
    """M-03"""
    seen: set[str] = set()
    replies = 0
    for _, message in PARSED:
        parents = {message["In-Reply-To"], message["References"]} - {None}
        if parents:
            replies += 1
            assert parents <= seen
        seen.add(message["Message-ID"])
    assert replies == 24


def test_two_mails_are_delivered_twice_to_the_same_mailbox() -> None:
    """M-02"""
    repeated = Counter((mail.user, mail.raw) for mail in MAILS)
    assert sorted(repeated.values())[-3:] == [1, 2, 2]


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("no From", lambda m: m["From"] is None),
        ("no Message-ID", lambda m: m["Message-ID"] is None),
        ("blind copy", lambda m: "undisclosed" in str(m["To"])),
        ("mailing list", lambda m: m["List-Id"]),
        ("absence", lambda m: m["Auto-Submitted"] == "auto-replied"),
        ("bounce", lambda m: m["Return-Path"] == "<>"),
        ("group", lambda m: "HR teams" in str(m["To"])),
        ("a plus tag", lambda m: "onboarding+" in str(m["To"])),
        ("300 recipients", lambda m: len(getaddresses([str(m["To"])])) == 300),
        ("To twice", lambda m: len(m.get_all("To", [])) == 2),
        ("two of our addresses", lambda m: "rh-france" in str(m["Cc"])),
        ("an IDN sender", lambda m: "xn--" in str(m["From"])),
        ("an 8-bit subject", lambda m: "\ufffd" in str(m["Subject"])),
        (
            "a mail in a mail",
            lambda m: "message/rfc822" in {p.get_content_type() for p in m.walk()},
        ),
        ("a calendar", lambda m: "text/calendar" in {p.get_content_type() for p in m.walk()}),
        ("a defect", lambda m: any(p.defects for p in m.walk())),
    ],
)
def test_what_real_mailboxes_hold_occurs(what: str, found: object) -> None:
    assert callable(found)
    assert any(found(message) for _, message in PARSED), what


@pytest.mark.parametrize("name", ["a.pdf", "ü&<.docx", "b.xlsx", "c.png", "d.jpg", "e.csv", "f"])
def test_samples_are_well_formed_and_always_the_same(name: str) -> None:
    media_type, content = sample(name)
    assert sample(name) == (media_type, content)
    starts = {"pdf": b"%PDF-1.4", "png": b"\x89PNG", "jpg": b"\xff\xd8\xff"}
    assert content.startswith(starts.get(name[-3:], b""))
    if name.endswith(("docx", "xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert "[Content_Types].xml" in archive.namelist()


def test_the_cross_references_of_a_pdf_point_at_its_objects() -> None:
    content = sample("a.pdf")[1]
    start = int(content.rpartition(b"startxref\n")[2].split()[0])
    table = content[start:].split(b"\n")
    assert table[0] == b"xref"
    for number, entry in enumerate(table[3:8], 1):
        assert content[int(entry[:10]) :].startswith(b"%d 0 obj" % number)


def test_a_fresh_mail_is_everyday_and_never_the_same() -> None:
    one, two = fresh_mail(1, NOW), fresh_mail(2, NOW)
    assert one == fresh_mail(1, NOW)
    assert one.raw != two.raw
    assert one.received == NOW
    assert email.message_from_bytes(one.raw)["Message-ID"]


def test_every_mail_and_a_new_arrival_reach_the_server() -> None:
    with company.demo_server() as server:
        assert deliver_all(server, NOW) == 300
        arrival = new_arrival(server, 1)
    assert isinstance(arrival, DemoMail)
    assert arrival.user in {"hr.emea", "payroll", "finance.uk"}


def test_late_mails_are_acknowledged_but_for_one_gone_and_one_full_mailbox(tmp_path: Path) -> None:
    """UI 3.15, O-02: the demo's outbox shows what was sent, what failed and what waits."""
    with DemoSession(tmp_path) as demo:
        services = demo.open()
        try:
            results = build_supervisor(services).once()
            assert not any(result.error for result in results.values())
            counts = services.outbox.counts()
        finally:
            services.close()
    assert counts[DeliveryState.SENT] >= 4
    assert counts[DeliveryState.FAILED] == 1
    assert counts[DeliveryState.RETRY] == 1
