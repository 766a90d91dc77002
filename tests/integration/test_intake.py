"""A mail becomes a work item: the whole journey against a real Dovecot."""

import imaplib
import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.conftest import Configure
from tests.integration.program import ask, command, imported, run
from tests.servers.dovecot import Dovecot


def mail(number: int, sender: str = "bob@x.example", **headers: str) -> bytes:
    fields = {
        "From": sender,
        "To": "hr@acme.example",
        "Subject": f"Mail {number}",
        "Message-ID": f"<{number}@x.example>",
        "Date": "Mon, 23 Nov 2026 10:00:00 +0000",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{head}\r\nBody of mail {number}.\r\n".encode()


def mixed(count: int) -> list[bytes]:
    """Mails for every kind of end there is but quarantine."""
    made = []
    for number in range(count):
        match number % 10:
            case 0:
                made.append(mail(number, "marie@acme.fr"))
            case 1:
                made.append(mail(number, Subject=f"URGENT: number {number}"))
            case 2:
                made.append(mail(number, Cc="payroll@acme.example", Subject=f"Urgent {number}"))
            case 3 if number > 10:
                made.append(mail(number, **{"In-Reply-To": f"<{number - 10}@x.example>"}))
            case 4 if number > 10:
                made.append(mail(4))
            case _:
                made.append(mail(number))
    return made


def test_every_mail_has_one_end_and_a_second_pass_finds_nothing(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """X-05, M-02: 200 mails through ``worker --once --json``."""
    imported(data, configure())
    dovecot.fill(mailbox_user, mixed(200))
    (first,) = ask(data, "worker", "--once")["connectors"]
    assert (first["taken_in"], first["error"]) == (200, None)
    assert first["ends"] == {"created": 162, "appended": 19, "duplicate": 19}
    (second,) = ask(data, "worker", "--once")["connectors"]
    assert (second["taken_in"], second["ends"]) == (0, {})
    items = ask(data, "work-items")
    assert len(items) == 162 + 20
    assert len({item["reference"] for item in items}) == len(items)
    per_mail = Counter(item["message_id"] for item in items)
    assert sorted(per_mail.values()) == [1] * 142 + [2] * 20  # M-04: two routed addresses


def test_routes_and_explanations_agree(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path, tmp_path: Path
) -> None:
    """SPEC 11, M-12: explain says beforehand what the worker then does."""
    imported(data, configure())
    eml = tmp_path / "mail.eml"
    eml.write_bytes(mail(1, "marie@acme.fr"))
    (decision,) = ask(data, "route", "explain", str(eml))["decisions"]
    dovecot.fill(mailbox_user, [eml.read_bytes()])
    run(data, "worker", "--once")
    (item,) = ask(data, "work-items")
    assert (decision["outcome"], decision["block"]) == ("created", "normal")
    for key in ("route", "process", "category", "test_mode", "recipient"):
        assert item[key] == decision[key], key
    assert [step["result"] for step in decision["trace"]] == ["took"] + 4 * ["not_evaluated"]
    assert decision["automated_email"] is True
    (again,) = ask(data, "route", "explain", str(eml))["decisions"]
    assert again["outcome"] == "duplicate"


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_every_security_takes_mail_in(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path, security: str
) -> None:
    """C-13: TLS, STARTTLS, and plain only when chosen."""
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    imported(data, configure(security=security, port=port))
    dovecot.fill(mailbox_user, [mail(1)])
    (done,) = ask(data, "worker", "--once")["connectors"]
    assert done["ends"] == {"created": 1}


@pytest.mark.parametrize(
    ("after", "inbox", "elsewhere"),
    [("keep", 3, 0), ("mark_read", 3, 0), ({"move": "Processed"}, 0, 3), ("delete", 0, 0)],
)
def test_the_server_is_told_what_was_chosen(
    dovecot: Dovecot,
    mailbox_user: str,
    configure: Configure,
    data: Path,
    after: object,
    inbox: int,
    elsewhere: int,
) -> None:
    """C-12: after a mail is durably taken in."""
    imported(data, configure(after_intake=after))
    dovecot.fill(mailbox_user, [mail(number) for number in range(3)])
    run(data, "worker", "--once")
    assert len(dovecot.uids(mailbox_user)) == inbox
    seen = len(dovecot.uids(mailbox_user, criteria="SEEN"))
    assert seen == (3 if after == "mark_read" else 0)
    if elsewhere:
        assert len(dovecot.uids(mailbox_user, "Processed")) == elsewhere


def test_only_new_mail_from_the_first_enable_on(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """C-12: the default; mail that arrives between enable and the first look is taken in."""
    dovecot.fill(mailbox_user, [mail(number) for number in range(5)])
    imported(data, configure(first_intake="new"))
    dovecot.fill(mailbox_user, [mail(9)])
    (done,) = ask(data, "worker", "--once")["connectors"]
    assert done["ends"] == {"created": 1}
    assert [item["subject"] for item in ask(data, "work-items")] == ["Mail 9"]


def test_nothing_is_polled_while_off(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """C-05; mail of that time is taken in after the next enable."""
    imported(data, configure())
    run(data, "connector", "disable", "HR EMEA")
    dovecot.fill(mailbox_user, [mail(1)])
    assert ask(data, "worker", "--once") == {"connectors": [], "outbox": []}
    run(data, "connector", "enable", "HR EMEA")
    (done,) = ask(data, "worker", "--once")["connectors"]
    assert done["ends"] == {"created": 1}


def _accepted(dovecot: Dovecot, user: str) -> bool:
    """Whether the server takes the old password."""
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port) as connection:
        try:
            connection.login(user, dovecot.password(user))
        except imaplib.IMAP4.error:
            return False
    return True


def test_a_wrong_password_stops_the_connector_at_once(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """C-08: reason shown, history by System, no further sign-in."""
    imported(data, configure())
    dovecot.fill(mailbox_user, [mail(1)])
    users = dovecot.base / "passwd"
    before = users.read_text()
    users.write_text(
        before.replace(f"{mailbox_user}:{{PLAIN}}", f"{mailbox_user}:{{PLAIN}}changed")
    )
    # Dovecot looks at the file's time in whole seconds, and not at every sign-in.
    os.utime(users, (time.time() + 60, time.time() + 60))
    deadline = time.monotonic() + 30
    while _accepted(dovecot, mailbox_user):
        assert time.monotonic() < deadline, "Dovecot did not notice the new password"
    failed = ask(data, "worker", "--once", code=1)
    users.write_text(before)
    assert "refused" in failed["connectors"][0]["error"]
    assert ask(data, "worker", "--once") == {"connectors": [], "outbox": []}
    newest = ask(data, "activity")[-1]
    assert (newest["who"], newest["action"]) == ("System", "stopped")


def test_a_large_mail_arrives_whole(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """MAIL 4 A 11: 50 MB, fetched in parts, kept byte for byte."""
    imported(data, configure())
    line = b"0123456789abcdef" * 4 + b"\r\n"
    big = mail(1) + line * (50_000_000 // len(line))
    dovecot.fill(mailbox_user, [big, mail(2)])
    (done,) = ask(data, "worker", "--once")["connectors"]
    assert done["ends"] == {"created": 2}


@pytest.mark.parametrize("after", ["keep", {"move": "Processed"}])
def test_kill_9_at_any_moment_loses_nothing_and_does_nothing_twice(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path, after: object
) -> None:
    """MAIL 3.7: killed eight times at growing delays, then left to finish."""
    imported(data, configure(after_intake=after))
    dovecot.fill(mailbox_user, [mail(number) for number in range(120)])
    killed = 0
    for attempt in range(8):
        process = subprocess.Popen(
            command(data, "worker", "--once", "--json"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 0.55 + 0.08 * attempt
        while process.poll() is None and time.monotonic() < deadline:
            os.sched_yield()
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    assert killed
    run(data, "worker", "--once")
    items = ask(data, "work-items")
    assert sorted(item["message_id"] for item in items) == sorted(
        f"<{number}@x.example>" for number in range(120)
    )
    assert len(dovecot.uids(mailbox_user)) == (120 if after == "keep" else 0)


def test_no_secret_is_left_behind(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """S-02: not in the data folder, the export, the history or the log."""
    password = dovecot.password(mailbox_user).encode()
    imported(data, configure())
    run(data, "worker", "--once")
    exported = run(data, "config", "export", "-").stdout
    told = exported + run(data, "activity", "--json").stdout
    assert password not in told
    assert json.loads(exported)["connectors"][0]["incoming"]["password"] == {"set": True}
    files = [path for path in data.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert password not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
