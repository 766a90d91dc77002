"""Wrong settings and odd mails: a plain sentence each, the right exit code, nothing lost."""

import subprocess
from pathlib import Path

import pytest

from tests.canary import CANARY, secret
from tests.integration.conftest import Configure
from tests.integration.program import ask, command, imported, run
from tests.integration.test_intake import mail
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki


def failing_stage(data: Path) -> dict[str, str]:
    """The one stage that failed when the connector is tested; enabling is refused too."""
    report = ask(data, "connector", "test", "HR EMEA", code=1)
    run(data, "connector", "enable", "HR EMEA", code=1)
    (failed,) = [stage for stage in report["stages"] if stage["state"] == "failed"]
    assert failed["detail"]
    assert failed["cause"]
    states = [stage["state"] for stage in report["stages"]]
    assert set(states[states.index("failed") + 1 :]) <= {"not_reached", "not_needed"}
    return dict(failed)


def test_a_wrong_host_fails_at_dns(configure: Configure, data: Path) -> None:
    """C-06: stage, cause, field to mend."""
    imported(data, configure(host="nosuch.invalid"), enable=False)
    failed = failing_stage(data)
    assert (failed["stage"], failed["field"]) == ("dns", "incoming.host")


def test_a_closed_port_fails_at_tcp(configure: Configure, data: Path) -> None:
    """C-06."""
    imported(data, configure(port=1), enable=False)
    failed = failing_stage(data)
    assert (failed["stage"], failed["field"]) == ("tcp", "incoming.port")


def test_a_plain_port_asked_for_tls_fails_at_tls(
    dovecot: Dovecot, configure: Configure, data: Path
) -> None:
    """C-13: no silent downgrade."""
    imported(data, configure(port=dovecot.imap_port), enable=False)
    assert failing_stage(data)["stage"] == "tls"


def test_a_wrong_password_fails_at_sign_in_with_the_server_s_words(
    configure: Configure, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-06: the password itself is not among the words."""
    monkeypatch.setenv("HR_PASSWORD", secret("wrong"))
    imported(data, configure(), enable=False)
    failed = failing_stage(data)
    assert (failed["stage"], failed["field"]) == ("sign-in", "incoming.password")
    assert failed["server_words"]
    assert CANARY not in str(failed)


@pytest.mark.parametrize("fault", ["self-signed", "expired", "wrong-host"])
def test_a_bad_certificate_fails_at_tls_and_no_password_is_sent(
    pki: Pki, configure: Configure, data: Path, fault: str
) -> None:
    """C-13, MAIL 4 F 113-115."""
    with Dovecot(pki, certificate=pki.server(fault)) as server:
        imported(data, configure(port=server.imaps_port), enable=False)
        assert failing_stage(data)["stage"] == "tls"
        assert "Login:" not in server.log()


def test_odd_mails_each_become_a_work_item(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """M-11, MAIL 4 A and B: no From, nothing at all, no header end, NUL, deep nesting."""
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    odd = [
        b"To: hr@acme.example\r\nSubject: nobody\r\n\r\nHi\r\n",
        b"\r\n",
        b"no headers at all, only text\r\n",
        b"Subject: no end of the headers",
        mail(1).replace(b"Mail 1", b"nul \x00 here"),
        b"From: a@x.example\r\nTo: hr@acme.example\r\nMessage-ID: <deep@x>\r\n" + nested,
        mail(2, **{"To": ", ".join(f"u{n}@x.example" for n in range(5000)) + ", hr@acme.example"}),
        mail(3, Subject="=?utf-8?q?hi=0D=0ABcc:_evil@x.example?="),
        mail(4, **{"Date": "Mon, 99 Foo 99999 99:99:99 +9999"}),
        mail(5),
    ]
    imported(data, configure())
    dovecot.fill(mailbox_user, odd)
    (done,) = ask(data, "worker", "--once")["connectors"]
    assert (done["ends"], done["error"]) == ({"created": len(odd)}, None)
    subjects = {item["subject"] for item in ask(data, "work-items")}
    assert "Mail 5" in subjects
    assert not any(ord(c) < 32 for subject in subjects for c in subject)


def test_a_second_worker_at_the_same_time_does_nothing_twice(
    dovecot: Dovecot, mailbox_user: str, configure: Configure, data: Path
) -> None:
    """MAIL 3.8: the unique keys are the last line of defence."""
    imported(data, configure())
    dovecot.fill(mailbox_user, [mail(number) for number in range(60)])
    both = [
        subprocess.Popen(
            command(data, "worker", "--once", "--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[0].decode() for process in both]
    assert not any("Traceback" in text for text in told), told
    run(data, "worker", "--once")
    items = ask(data, "work-items")
    assert sorted(i["message_id"] for i in items) == sorted(f"<{n}@x.example>" for n in range(60))
