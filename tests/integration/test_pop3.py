"""Mail over POP3 becomes work items: the whole journey, and every way to be killed on it."""

import base64
import itertools
import json
import os
import resource
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Configure
from tests.integration.program import ask, command, imported, run
from tests.integration.test_intake import mail, mixed
from tests.mail.pop3_support import Maildrop
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Conversation, ScriptedServer


@pytest.fixture
def pop3(configure: Configure, dovecot: Dovecot) -> Configure:
    """A document whose one connector reads the mailbox over POP3."""

    def make(**changes: Any) -> dict[str, Any]:
        return configure(**{"service": "other_pop3", "port": dovecot.pop3s_port, **changes})

    return make


def once(data: Path) -> dict[str, Any]:
    """One look of the worker into the one connector."""
    (done,) = ask(data, "worker", "--once")["connectors"]
    return dict(done)


def message_ids(data: Path) -> list[str]:
    return sorted(item["message_id"] for item in ask(data, "work-items"))


@pytest.mark.parametrize("after", ["keep", "delete"])
def test_every_mail_has_one_end_and_a_second_pass_finds_nothing(
    dovecot: Dovecot, mailbox_user: str, pop3: Configure, data: Path, after: str
) -> None:
    """X-05, M-02, MAIL 3.5: 250 mails in two sessions, exactly as over IMAP."""
    imported(data, pop3(after_intake=after))
    dovecot.fill(mailbox_user, mixed(250))
    first = once(data)
    assert (first["taken_in"], first["error"]) == (250, None)
    assert len(dovecot.uids(mailbox_user)) == (250 if after == "keep" else 0)
    second = once(data)
    assert (second["taken_in"], second["ends"], second["error"]) == (0, {}, None)
    items = ask(data, "work-items")
    per_mail = Counter(item["message_id"] for item in items)
    assert set(per_mail.values()) == {1, 2}  # M-04: two routed addresses
    assert len({item["reference"] for item in items}) == len(items)


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_every_security_takes_mail_in(
    dovecot: Dovecot, mailbox_user: str, pop3: Configure, data: Path, security: str
) -> None:
    """C-13: TLS, STARTTLS, and plain only when chosen."""
    port = dovecot.pop3s_port if security == "tls" else dovecot.pop3_port
    imported(data, pop3(security=security, port=port))
    dovecot.fill(mailbox_user, [mail(1)])
    assert once(data)["ends"] == {"created": 1}


def test_only_new_mail_from_the_first_enable_on(
    dovecot: Dovecot, mailbox_user: str, pop3: Configure, data: Path
) -> None:
    """C-12: the default; mail that arrives between enable and the first look is taken in."""
    dovecot.fill(mailbox_user, [mail(number) for number in range(5)])
    imported(data, pop3(first_intake="new", after_intake="delete"))
    dovecot.fill(mailbox_user, [mail(9)])
    assert once(data)["ends"] == {"created": 1}
    assert [item["subject"] for item in ask(data, "work-items")] == ["Mail 9"]
    assert len(dovecot.uids(mailbox_user)) == 5


def test_mail_since_a_date_is_told_by_its_header_lines(
    dovecot: Dovecot, mailbox_user: str, pop3: Configure, data: Path
) -> None:
    """C-12: POP3 has no time of receipt; a mail without a date is taken in."""
    dates = ["Sun, 1 Nov 2026 10:00:00 +0000", "Tue, 10 Nov 2026 10:00:00 +0000", "never"]
    dovecot.fill(mailbox_user, [mail(n, Date=date) for n, date in enumerate(dates)])
    imported(data, pop3(first_intake={"since": "2026-11-05T00:00:00Z"}))
    assert once(data)["ends"] == {"created": 2, "skipped": 1}
    assert once(data)["ends"] == {}
    assert message_ids(data) == ["<1@x.example>", "<2@x.example>"]


def test_from_imap_to_pop3_nothing_is_taken_in_twice(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, pop3: Configure, data: Path
) -> None:
    """MAIL 3.2: another life of the same mailbox; known mails are known by their content."""
    imported(data, configure())
    dovecot.fill(mailbox_user, [mail(1), mail(2)])
    assert once(data)["ends"] == {"created": 2}
    run(data, "connector", "disable", "HR EMEA")
    imported(data, pop3())
    dovecot.fill(mailbox_user, [mail(3)])
    assert once(data)["ends"] == {"created": 1, "duplicate": 2}
    assert once(data)["ends"] == {}


@pytest.mark.parametrize("after", ["mark_read", {"move": "Processed"}])
def test_what_pop3_cannot_do_is_refused_before_it_is_saved(
    pop3: Configure, data: Path, tmp_path: Path, after: object
) -> None:
    """C-12: with a sentence, and nothing is imported."""
    file = tmp_path / "config.json"
    file.write_text(json.dumps(pop3(after_intake=after)))
    refused = run(data, "config", "import", str(file), code=2)
    assert b"POP3 cannot" in refused.stderr


@pytest.mark.parametrize("after", ["keep", "delete"])
def test_kill_9_at_any_moment_loses_nothing_and_does_nothing_twice(
    dovecot: Dovecot, mailbox_user: str, pop3: Configure, data: Path, after: str
) -> None:
    """MAIL 3.7: killed six times at growing delays, then left to finish."""
    imported(data, pop3(after_intake=after))
    dovecot.fill(mailbox_user, [mail(number) for number in range(120)])
    killed = 0
    for attempt in range(6):
        process = subprocess.Popen(
            command(data, "worker", "--once", "--json"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 0.55 + 0.1 * attempt
        while process.poll() is None and time.monotonic() < deadline:
            os.sched_yield()
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    assert killed
    once(data)
    assert message_ids(data) == sorted(f"<{number}@x.example>" for number in range(120))
    assert len(dovecot.uids(mailbox_user)) == (120 if after == "keep" else 0)


class Killer:
    """Kills ``process`` when the server hears, or has answered, the ``nth`` command ``verb``."""

    def __init__(self, drop: Maildrop) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._drop = drop
        self._step = ("", 0, False)
        drop.answered = self._after
        drop.answers = dict.fromkeys({verb for verb, _, _ in STEPS}, self._before)

    def run(self, data: Path, verb: str, nth: int, *, answered: bool) -> int:
        """Start a worker and let it be killed at that step; returns its exit code."""
        self._drop.heard.clear()
        self._step = (verb, nth, answered)
        self.process = subprocess.Popen(
            command(data, "worker", "--once"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self.process.wait(60)

    def _before(self, talk: Conversation, words: list[str]) -> None:
        self._kill((words[0], self._drop.verbs().count(words[0]), False))

    def _after(self, verb: str) -> None:
        self._kill((verb, self._drop.verbs().count(verb), True))

    def _kill(self, step: tuple[str, int, bool]) -> None:
        if self.process is not None and step == self._step:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            raise EOFError


STEPS = [
    (verb, nth, answered)
    for verb, most in (("USER", 1), ("LIST", 1), ("UIDL", 1), ("RETR", 3), ("DELE", 3), ("QUIT", 1))
    for nth in range(1, most + 1)
    for answered in (False, True)
]


def test_killed_at_every_command_nothing_is_lost_or_done_twice(
    configure: Configure, data: Path
) -> None:
    """MAIL 3.7: before and after each command of sessions that delete; three new mails each time,
    and what the last one left behind.
    """
    drop = Maildrop({})
    serial = itertools.count()
    with ScriptedServer(drop) as server:
        imported(data, on(server, configure))
        killer = Killer(drop)
        for verb, nth, answered in STEPS:
            drop.mails |= {f"m{n}": mail(n) for n in itertools.islice(serial, 3)}
            assert killer.run(data, verb, nth, answered=answered) == -signal.SIGKILL
        drop.answers, drop.answered = {}, lambda _verb: None
        assert once(data)["error"] is None
        assert once(data)["ends"] == {}
    assert message_ids(data) == sorted(f"<{n}@x.example>" for n in range(3 * len(STEPS)))
    assert not drop.mails


def on(server: ScriptedServer, configure: Configure, **changes: Any) -> dict[str, Any]:
    """A document whose one connector reads a scripted server and deletes what it took in."""
    return configure(
        service="other_pop3",
        host=server.host,
        port=server.port,
        security="none",
        **{"after_intake": "delete", **changes},
    )


def test_names_that_change_in_every_session_create_nothing_twice(
    configure: Configure, data: Path
) -> None:
    """MAIL 4 E 99: kept on the server, looked at three times; old mail stays old mail."""
    drop = Maildrop({f"old{n}": mail(n) for n in range(3)})

    def rename() -> None:
        drop.names = {uidl: f"{drop.sessions}-{uidl}" for uidl in drop.mails}

    with ScriptedServer(drop) as server:
        rename()
        imported(data, on(server, configure, after_intake="keep", first_intake="new"))
        recent = "Fri, 1 Jan 2100 00:00:00 +0000"
        drop.mails |= {f"new{n}": mail(10 + n, Date=recent) for n in range(2)}
        ends = []
        for _ in range(3):
            rename()
            ends.append(once(data)["ends"])
    assert ends[0] == {"created": 2, "skipped": 3}
    assert ends[1:] == [{}, {}]
    assert message_ids(data) == ["<10@x.example>", "<11@x.example>"]


def test_a_full_disk_ends_the_session_without_quit(configure: Configure, data: Path) -> None:
    """MAIL 3.5 step 5, 3.7: what was fetched is not durable, so the server must not act on it."""
    large = [mail(n) + base64.encodebytes(os.urandom(300_000)) for n in range(3)]
    drop = Maildrop({f"m{n}": raw.replace(b"\n", b"\r\n") for n, raw in enumerate(large)})
    with ScriptedServer(drop) as server:
        imported(data, on(server, configure))
        drop.heard.clear()
        most = (data / "enate.sqlite3").stat().st_size + 200_000
        full = subprocess.run(
            command(data, "worker", "--once", "--json"),
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )
        assert full.returncode == 1, full.stderr.decode()
        assert "disk is full" in json.loads(full.stdout)["connectors"][0]["error"]
        assert drop.verbs().count("RETR") == 3
        assert not {"DELE", "QUIT"} & set(drop.verbs())
        assert once(data)["ends"] == {"created": 3}
    assert not drop.mails


def test_a_mailbox_in_use_does_not_switch_the_connector_off(
    configure: Configure, data: Path
) -> None:
    """MAIL 4 E 101, C-08: as often as it happens."""
    drop = Maildrop({"m1": mail(1)})
    with ScriptedServer(drop) as server:
        imported(data, on(server, configure))
        drop.answers["PASS"] = b"-ERR [IN-USE] somebody else\r\n"
        for _ in range(6):
            failed = ask(data, "worker", "--once", code=1)
        assert "cannot sign" in failed["connectors"][0]["error"]
        drop.answers.clear()
        assert once(data)["ends"] == {"created": 1}


def test_a_wrong_certificate_gets_no_password(
    pki: Pki, mailbox_user: str, pop3: Configure, data: Path
) -> None:
    """C-13: the connection test of a POP3 server that is another one."""
    with Dovecot(pki, certificate=pki.server("wrong-host")) as server:
        imported(data, pop3(port=server.pop3s_port), enable=False)
        report = ask(data, "connector", "test", "HR EMEA", code=1)
        (failed,) = [stage for stage in report["stages"] if stage["state"] == "failed"]
        assert failed["stage"] == "tls"
        assert "Login:" not in server.log()
