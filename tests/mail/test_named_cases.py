"""Every named case of MAIL.md 4 A to E that parsing or the server's talk decides, by its number."""

import ast
import re
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from enate_desktop.mail.parsing import body_text, read_message

TESTS = Path(__file__).resolve().parents[1]
RECEIVED = datetime(2026, 11, 23, 10, tzinfo=UTC)
FROM = "From: a@x.test\r\nSubject: s\r\n"


def mail(lines: str, body: str = "body") -> bytes:
    return f"{FROM}{lines}\r\n\r\n{body}".encode()


def heads(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\nbody").encode()


def parts(*inner: str, end: str = "--b--\r\n", kind: str = "mixed", more: str = "") -> bytes:
    text = "".join(f"--b\r\n{part}\r\n" for part in inner) + end
    return mail(f"Content-Type: multipart/{kind}; boundary=b{more}", text)


def file(name: str, kind: str = "application/pdf") -> str:
    return f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx'


def coded(encoding: str, content: str) -> bytes:
    return mail(f"Content-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}", content)


def charset(name: str, content: bytes = b"gr\xfcn") -> bytes:
    return f"{FROM}Content-Type: text/plain; charset={name}\r\n\r\n".encode() + content


def deep(kind: str, levels: int = 10_000) -> bytes:
    if kind == "message":
        return FROM.encode() + b"Content-Type: message/rfc822\r\n\r\n" * levels
    levels_text = (
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(levels)
    )
    return (FROM + "".join(levels_text)).encode()


S: dict[str, object] = {"subject": "s"}
A: dict[str, object] = {"sender": "a@x.test"}
GREEN: dict[str, object] = {"text": "grün"}
CHARSETS = ("x-unknown", "utf-7", "rot13", "idna", "punycode", "hex", "unicode_escape")
CUT: dict[str, object] = {**A, "incomplete": True}

# row of MAIL.md 4, the mail, facts of the Message (or "text": what is in the body's text;
# "names": of attachments), what the notes tell the person
CASES: list[tuple[int, bytes, dict[str, object], str]] = [
    (1, b"", {"subject": "", "sender": ""}, "The mail is empty."),
    (2, b"From: a@x.test\r\nSubject: s", {**S, "text": ""}, ""),
    (3, b"Dear all,\r\n\r\nbody", {"sender": "", "text": "Dear all"}, "names no sender"),
    (4, parts("\r\none", end=""), {**CUT, "text": "one"}, "ends before its last part"),
    (5, mail("Content-Type: multipart/mixed", "--b\r\n\r\none"), {**S, "text": "one"}, ""),
    (
        6,
        mail(
            f'Content-Type: multipart/mixed; boundary="{"x(.*" * 500}"',
            f"--{'x(.*' * 500}\r\n\r\none\r\n--{'x(.*' * 500}--",
        ),
        {**S, "text": "one"},
        "",
    ),
    (7, parts("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"), S, ""),
    (8, deep("multipart"), CUT, "nested more than 50 deep"),
    (9, deep("message"), {**A, "names": [""]}, ""),
    (10, parts(*["\r\nx"] * 100_000), CUT, "more than 1,000 parts"),
    (11, parts(file("a.bin") + "x" * 5_000_000), {"names": ["a.bin"]}, ""),
    (13, coded("base64", "aGVs!!bG8gd29ybGQ"), {"text": "hello world"}, ""),
    (14, coded("quoted-printable", "a=3Db =zz" + "x" * 1_000_000), {"text": "a=b"}, ""),
    (15, mail("", "begin 644 x\r\n#0V%T\r\nend"), {"text": "begin 644 x", "names": []}, ""),
    (16, coded("x-unknown", "plain"), {"text": "plain"}, ""),
    *((17, charset(name), GREEN, "") for name in CHARSETS),
    (18, charset("utf-8"), {"text": "gr"}, ""),
    (18, charset("utf-8", "grün".encode("utf-16")), S, ""),
    (19, b"Subject: a\x00b\r\n\r\nx\x00y", {"subject": "a\ufffdb", "text": "\ufffdy"}, ""),
    (20, b"From: a@x.test\rSubject: s\r\rbody\rmore", {**A, **S, "text": "body"}, ""),
    (20, b"From: a@x.test\nSubject: s\r\n\nbody\r", {**A, **S, "text": "body"}, ""),
    (21, mail("", "x" * 1_000_000), {"text": "xxx"}, ""),
    (22, parts(*[f"\r\nchoice {n}" for n in range(200)], kind="alternative"), {"text": "ce 0"}, ""),
    (23, mail("Content-Type: message/partial; id=x"), {"names": [""]}, ""),
    (23, mail("Content-Type: message/external-body; access-type=url"), {"names": [""]}, ""),
    (24, mail("Content-Type: text/html", "<a href=x>hello" * 5_000 + "<"), {"text": "hello"}, ""),
    (25, mail("").replace(b"body", bytes(range(256))), S, ""),
    (26, b"From a@x Mon\r\n>From x\r\n" + mail(""), {**A, **S, "text": "body"}, ""),
    (27, heads("Sender: b@x.test", "Subject: s"), {"sender": "b@x.test"}, "taken from Sender"),
    (27, heads("Reply-To: c@x.test"), {"sender": "c@x.test"}, "taken from Reply-To"),
    (27, heads("Return-Path: <d@x.test>"), {"sender": "d@x.test"}, "taken from Return-Path"),
    (27, heads("Subject: s"), {"sender": ""}, "names no sender"),
    (28, mail("Delivered-To: hr@y.test"), {"to": (), "delivered_to": ("hr@y.test",)}, ""),
    (28, mail("X-Original-To: hr@y.test"), {"delivered_to": ("hr@y.test",)}, ""),
    (28, mail("Envelope-To: hr@y.test"), {"delivered_to": ("hr@y.test",)}, ""),
    (29, mail("To: b@x.test"), {"date": RECEIVED}, ""),
    (29, mail("Date: garbage"), {"date": RECEIVED}, "date of the mail cannot be read"),
    (29, mail("Date: Mon, 1 Jan 99999 10:00:00 +0000"), {"date": RECEIVED}, "cannot be read"),
    (29, mail("Date: Mon, 1 Jan 2026 10:00:00 +9999"), {"date": RECEIVED}, "cannot be read"),
    (
        30,
        mail("Date: Mon, 1 Jan 2046 10:00:00 +0000"),
        {"date": datetime(2046, 1, 1, 10, tzinfo=UTC)},
        "",
    ),
    (35, mail("From: b@x.test\r\nSubject: t"), {**A, **S}, "more than one From header"),
    (35, mail("To: b@x.test\r\nTo: c@x.test"), {"to": ("b@x.test", "c@x.test")}, "put together"),
    (36, heads("Subject: =?utf-8?q?hi=0D=0ABcc:_e@x?="), {"subject": "hi  Bcc: e@x"}, ""),
    (37, heads("Subject: =?rot13?q?uryyb?="), {"subject": "uryyb"}, ""),
    (37, heads("From: =?utf-8?q?a=40x=2Etest?="), {"sender": ""}, "cannot be used"),
    (38, heads("From: alice@good.test)bob@evil.test"), {"sender": ""}, "cannot be used"),
    (38, heads("From: a@b <c@d.test>"), {"sender": ""}, "cannot be used"),
    (38, heads('From: "a@b" <c@d.test>'), {"sender": "c@d.test"}, ""),
    (39, mail("To: undisclosed-recipients:;"), {"to": ()}, ""),
    (39, mail("To: grp: a@b.test, c@d.test;"), {"to": ("a@b.test", "c@d.test")}, ""),
    (40, mail("To: " + ", ".join(f"u{n}@x.test" for n in range(50_000))), A, "too many addresses"),
    (41, mail("To: " + "(" * 1_000), {"to": ()}, ""),
    (42, mail("To: A@Ä.Example"), {"to": ("a@xn--4ca.example",)}, ""),
    (43, mail("To: jösé@x.test"), {"to": ("jösé@x.test",)}, ""),
    (45, mail("X-Big: " + "x" * 10_000_000), CUT, "too large"),
    (45, mail("\r\n".join(["X-Many: x"] * 100_000)), CUT, "too large"),
    (46, "From: a@x.test\r\nSubject: grün".encode("latin-1"), {"subject": "grün"}, ""),
    (
        47,
        parts(file("").replace('filename=""', "filename*0=a; filename*2=c.pdf")),
        {"names": ["a"]},
        "",
    ),
    (48, parts(file("../../etc/passwd")), {"names": ["passwd"]}, ""),
    (48, parts(file("exe\u202efdp.exe")), {"names": ["exefdp.exe"]}, ""),
    (49, parts(file("invoice.pdf.exe")), {"names": ["invoice.pdf.exe"]}, ""),
    (
        50,
        parts("Content-Type: image/png; name=l.png\r\nContent-ID: <l>\r\n\r\nx"),
        {"names": []},
        "",
    ),
    (51, mail("X-Priority: 1"), {"important": True, "importance_header": "X-Priority: 1"}, ""),
    (51, mail("Priority: urgent"), {"important": True}, ""),
    (52, heads("Subject: " + "x" * 200_000), {"subject": "x" * (64 << 10)}, ""),
    (54, heads("Subject: '; DROP TABLE--%_"), {"subject": "'; DROP TABLE--%_"}, ""),
    (55, mail("References: " + "<a@x> " * 100_000), {"references": ("<a@x>",)}, ""),
    (57, parts(file("winmail.dat", "application/ms-tnef")), {"names": ["winmail.dat"]}, ""),
    (58, parts(file("bomb.zip", "application/zip")), {"names": ["bomb.zip"]}, ""),
    (59, mail("Content-Type: application/pkcs7-mime"), A, "encrypted or signed as a whole"),
    (60, parts("\r\nx", kind="encrypted"), A, "encrypted or signed as a whole"),
    (61, parts("Content-Type: text/calendar; method=REQUEST\r\n\r\nx"), {**S, "names": []}, ""),
    (
        62,
        parts("\r\nread", kind="report", more="; report-type=disposition-notification"),
        {"auto_generated": "Content-Type: multipart/report", "bounced": ()},
        "",
    ),
    (63, parts(file("a.docm")), {"names": ["a.docm"]}, ""),
    (64, mail("Content-Type: text/html", "<img src=http://t/1>seen"), {"text": "seen"}, ""),
    (65, parts("Content-Type: message/rfc822\r\n\r\nTo: e@x.test"), {"to": (), "names": [""]}, ""),
    (
        66,
        mail("Auto-Submitted: auto-notified"),
        {"auto_generated": "Auto-Submitted: auto-notified"},
        "",
    ),
    (66, mail("Auto-Submitted: no"), {"auto_generated": ""}, ""),
    (67, mail("Precedence: bulk"), {"auto_generated": "Precedence: bulk"}, ""),
    (67, mail("List-Owner: <mailto:o@x.test>"), {"auto_generated": "List-Owner"}, ""),
    (68, mail("X-Loop: x"), {"auto_generated": "X-Loop"}, ""),
    (69, mail("Return-Path: <>"), {"auto_generated": "Return-Path: <>"}, ""),
    (69, heads("From: no-reply@x.test"), {"auto_generated": "From: no-reply@x.test"}, ""),
    (
        70,
        parts("Content-Type: message/rfc822\r\n\r\nMessage-ID: <o@x>", kind="report"),
        {"bounced": ("<o@x>",)},
        "",
    ),
    (71, parts("\r\nnot delivered", kind="report"), {"bounced": ()}, ""),
    (72, mail("X-Enate-Loop: 0123456789abcdef"), {"loop": ("0123456789abcdef",)}, ""),
    (
        77,
        mail("\r\n".join(["Received: x"] * 51)),
        {"hops": 51, "auto_generated": "More than 50 Received headers"},
        "",
    ),
]
# What takes two mails, a server or another room: the tests that prove it and cite the row
PROVEN: dict[int, tuple[str, str]] = {
    12: ("worker/test_poller.py", "test_a_too_large_mail_is_routed_by_its_headers"),
    31: ("mail/test_parsing_headers.py", "test_a_missing_message_id_is_made_of_the_content"),
    **dict.fromkeys(
        (81, 84, 85, 86, 87, 91, 97, 98, 109, 112),
        (
            "mail/test_hostile_imap.py",
            "test_a_hostile_answer_ends_in_words_and_in_time",
        ),
    ),
    **dict.fromkeys(
        (82, 88, 89, 90),
        (
            "mail/test_hostile_imap.py",
            "test_a_body_is_taken_only_under_the_uid_that_was_asked_for",
        ),
    ),
    83: ("mail/test_hostile_imap.py", "test_a_body_that_does_not_end_is_given_up"),
    92: ("mail/test_hostile_imap.py", "test_absurd_uids_are_left_out"),
    93: ("mail/test_commit_protocol.py", "test_mails_that_are_gone_count_as_done"),
    94: ("mail/test_hostile_imap.py", "test_a_move_that_moved_nothing_can_be_repeated"),
    95: ("mail/test_hostile_imap.py", "test_a_mail_that_cannot_be_moved_stays_owed"),
    96: (
        "mail/test_commit_protocol.py",
        "test_a_mailbox_that_can_only_be_read_lives_from_the_ledger",
    ),
    99: (
        "integration/test_pop3.py",
        "test_names_that_change_in_every_session_create_nothing_twice",
    ),
    100: ("mail/test_pop3_hostile.py", "test_a_bad_mail_keeps_no_other_from_being_taken_in"),
    101: ("mail/test_pop3_hostile.py", "test_quit_that_is_refused_deletes_nothing_for_sure"),
    102: ("mail/test_hostile_smtp.py", "test_a_hostile_answer_ends_in_words_and_in_time"),
    103: ("mail/test_hostile_smtp.py", "test_a_connection_lost_after_the_dot_is_told_apart"),
    104: ("mail/test_hostile_smtp.py", "test_each_recipient_has_an_outcome_of_its_own"),
    105: ("mail/test_hostile_smtp.py", "test_a_refused_mail_is_told_in_words"),
    106: ("mail/test_hostile_smtp.py", "test_no_mail_can_end_itself"),
    107: ("mail/test_folders.py", "test_a_name_cannot_carry_a_second_command"),
    108: ("mail/test_hostile_imap.py", "test_encryption_that_is_required_is_never_given_up"),
    110: ("mail/test_hostile_imap.py", "test_no_other_mechanism_is_tried"),
    111: ("mail/test_hostile_imap.py", "test_encryption_that_is_required_is_never_given_up"),
}
# Decided by intake, routing and storage; their rooms prove them: 32-34 duplicates, 44 display,
# 53 patterns, 56 tokens.
ELSEWHERE = frozenset((32, 33, 34, 44, 53, 56))


@pytest.mark.parametrize(
    ("raw", "facts", "noted"),
    [case[1:] for case in CASES],
    ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)],
)
def test_a_named_case_is_read_as_the_table_says(
    raw: bytes, facts: dict[str, object], noted: str
) -> None:
    """MAIL 4 A-D: the expected facts, a sentence where something is missing, in bounded time."""
    began = time.monotonic()
    message = read_message(raw, RECEIVED)
    assert time.monotonic() - began < 5
    for name, expected in facts.items():
        if name == "text":
            assert str(expected) in body_text(raw) or (expected == "" == body_text(raw))
        elif name == "names":
            assert [one.name for one in message.attachments] == expected
        else:
            assert getattr(message, name) == expected
    assert noted in " ".join(message.notes)


def test_every_row_is_covered() -> None:
    """MAIL 4 A, B, C, E, and of D what parsing decides."""
    wanted = {*range(1, 73), 77, *range(81, 113)}
    assert {case[0] for case in CASES} | set(PROVEN) | ELSEWHERE == wanted


@pytest.mark.parametrize("row", sorted(PROVEN))
def test_what_proves_a_row_is_there_and_cites_it(row: int) -> None:
    """MAIL 4: a test that was renamed or cites another row would prove nothing."""
    file_name, function = PROVEN[row]
    assert row in cited(docstrings(file_name)[function])


def cited(text: str) -> set[int]:
    """The rows that a docstring names: ``MAIL 4 E 81, 84-87``."""
    found: set[int] = set()
    for words in re.findall(r"\b[A-G] (\d[\d, \-]*)", text):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", words):
            found |= set(range(int(first), int(last or first) + 1))
    return found


@cache
def docstrings(file_name: str) -> dict[str, str]:
    """Those of the test functions of a file, by name."""
    tree = ast.parse((TESTS / file_name).read_text())
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {node.name: " ".join((ast.get_docstring(node) or "").split()) for node in functions}
