"""Twenty hand-made mails and what ``route explain`` says of each, with the number that decides."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Program
from tests.company import connector, document, route

ROUTES = [
    route("Urgent", rules={"important": True}),
    route("Bills", rules={"attachment_types": [".pdf", ".xlsx"]}),
    route("Arrivals", rules={"subject_keywords": ["arrivée", '"pay day"']}),
    route("With payroll", rules={"recipients": ["payroll@acme.example"]}, test_mode=True),
    route("Germany", rules={"senders": ["*@müller.example", "*.de.example"]}),
    route("France", rules={"companies": ["Acme France"]}, send_automated_emails=True),
    route("Switched off", enabled=False),
    route("Payroll", "payroll@acme.example", rules={"senders": ["*@acme.example"]}),
    route("Partners", "*", rules={"senders": ["*@partner.example"]}),
]

Row = tuple[str, str, str | None, str | None, str]
"""Number that decides, route, block, recipient, the headers (To is hr@ unless given)."""

TABLE: list[Row] = [
    ("Q-1", "Urgent", "normal", "hr@acme.example", "Importance: High"),
    ("Q-1 X-Priority", "Urgent", "normal", "hr@acme.example", "X-Priority: 2 (High)"),
    ("Q-1 X-Priority 3", "Fallback", "fallback", "hr@acme.example", "X-Priority: 3"),
    ("Q-2", "Bills", "normal", "hr@acme.example", "ATTACH: invoice.final.PDF"),
    ("Q-2 last extension", "Fallback", "fallback", "hr@acme.example", "ATTACH: invoice.pdf.exe"),
    ("Q-2 RFC 2231", "Bills", "normal", "hr@acme.example", "ATTACH*: utf-8''r%C3%A9sum%C3%A9.pdf"),
    ("Q-3 encoded", "Arrivals", "normal", "hr@acme.example", "Subject: =?utf-8?q?L'ARRIV=C3=89E?="),
    ("Q-3 whole words", "Arrivals", "normal", "hr@acme.example", "Subject: Pay  day!"),
    ("Q-3 part of a word", "Fallback", "fallback", "hr@acme.example", "Subject: repay days"),
    ("Q-4", "With payroll", "normal", "hr@acme.example", "Cc: Pay <PAYROLL@acme.example>"),
    ("Q-5 Q-8 IDN", "Germany", "normal", "hr@acme.example", "From: x@xn--mller-kva.example"),
    ("Q-7 sub-domain", "Germany", "normal", "hr@acme.example", "From: x@a.de.example"),
    ("Q-7 not the domain", "Fallback", "fallback", "hr@acme.example", "From: x@de.example"),
    ("Q-6 contact", "France", "normal", "hr@acme.example", "From: marie@acme.com"),
    ("Q-6 domain", "France", "normal", "hr@acme.example", "From: paul@acme.fr"),
    (
        "Q-8 plus tag",
        "Urgent",
        "normal",
        "hr@acme.example",
        "To: hr+x@acme.example|Priority: urgent",
    ),
    ("R-07 off, R-04", "Fallback", "fallback", "hr@acme.example", "Subject: nothing special"),
    ("R-05", "Partners", "wildcard", None, "To: who@acme.example|From: a@partner.example"),
    ("R-05 known address", "Fallback", "fallback", "hr@acme.example", "From: a@partner.example"),
    ("M-05 Bcc", "Fallback", "fallback", None, "To: undisclosed-recipients:;"),
    (
        "M-09",
        "Urgent",
        "normal",
        "hr@acme.example",
        "To: <no one>, hr@acme.example|Importance: high",
    ),
]


def raw(headers: str) -> bytes:
    given = dict(line.split(": ", 1) for line in headers.split("|"))
    fields = {
        "From": "bob@x.example",
        "To": "hr@acme.example",
        "Subject": "Hello",
        "Message-ID": "<1@x.example>",
        "Date": "Mon, 23 Nov 2026 10:00:00 +0000",
        **{k: v for k, v in given.items() if not k.startswith("ATTACH")},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    name = next(((k[6:], v) for k, v in given.items() if k.startswith("ATTACH")), None)
    if name is None:
        return f"{head}\r\nHi\r\n".encode()
    disposition = f"filename{name[0]}={name[1]}" if name[0] else f'filename="{name[1]}"'
    return (
        f"{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi"
        f"\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Disposition: attachment; {disposition}\r\n\r\nx\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def explain(
    program: Program, write: Callable[[object], str], data: Path
) -> Callable[[bytes], list[dict[str, Any]]]:
    program("config", "import", write(document(connector(routes=ROUTES))))

    def ask(mail: bytes) -> list[dict[str, Any]]:
        file = data.parent / "mail.eml"
        file.write_bytes(mail)
        code, out, _ = program("route", "explain", str(file), "--json", "--connector", "HR EMEA")
        assert code == 0
        return list(json.loads(out)["decisions"])

    return ask


@pytest.mark.parametrize(
    ("number", "name", "block", "recipient", "headers"), TABLE, ids=[row[0] for row in TABLE]
)
def test_a_mail_goes_where_the_specification_says(
    explain: Callable[[bytes], list[dict[str, Any]]],
    number: str,
    name: str,
    block: str | None,
    recipient: str | None,
    headers: str,
) -> None:
    """SPEC 5 and 6, each row by the number that decides it."""
    decision = explain(raw(headers))[0]
    assert (decision["route"], decision["block"], decision["recipient"]) == (name, block, recipient)
    assert decision["outcome"] == "created"
    took = [step["route"] for step in decision["trace"] if step["result"] == "took"]
    assert took == [name]
    assert len(decision["trace"]) == len(ROUTES) + 1


def test_each_routed_address_makes_its_own_work_item(
    explain: Callable[[bytes], list[dict[str, Any]]],
) -> None:
    """M-04: one work item per matched address; test mode and automated email by their route."""
    headers = "From: boss@acme.example|Importance: high|Cc: payroll@acme.example, hr@acme.example"
    decisions = explain(raw(headers))
    assert [(d["recipient"], d["route"]) for d in decisions] == [
        ("hr@acme.example", "Urgent"),
        ("payroll@acme.example", "Payroll"),
    ]


def test_an_automatic_mail_is_routed_but_never_answered(
    explain: Callable[[bytes], list[dict[str, Any]]],
) -> None:
    """M-08."""
    assert explain(raw("From: paul@acme.fr"))[0]["automated_email"] is True
    answer = explain(raw("From: paul@acme.fr|Auto-Submitted: auto-replied"))[0]
    assert (answer["route"], answer["automated_email"]) == ("France", False)


def test_blocked_senders_get_no_answer_and_spam_is_closed(
    program: Program, write: Callable[[object], str], data: Path
) -> None:
    """M-10: no automated mail to a blocked address; it travels with the configuration."""
    blocked = [
        {"address": "*@acme.fr", "reject_as_spam": False},
        {"address": "bob@x.example", "reject_as_spam": True},
    ]
    config = {**document(connector(routes=ROUTES)), "blocked_addresses": blocked}
    program("config", "import", write(config))
    file = data.parent / "mail.eml"
    file.write_bytes(raw("From: paul@acme.fr"))
    (decision,) = json.loads(program("route", "explain", str(file), "--json")[1])["decisions"]
    assert (decision["route"], decision["automated_email"]) == ("France", False)
    file.write_bytes(raw("Importance: high"))
    (decision,) = json.loads(program("route", "explain", str(file), "--json")[1])["decisions"]
    assert "spam" in decision["reason"]
    exported = program("config", "export", "-")[1]
    assert json.loads(exported)["blocked_addresses"] == blocked
    assert (
        json.loads(program("config", "import", write(json.loads(exported)), "--json")[1])["changes"]
        == []
    )
