"""The staged connection test (C-06) against real servers."""

import threading
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.mail.mailbox import ErrorKind
from enate_desktop.mail.probe import Stage, StageState, TestReport
from tests.mail.support import imap_settings, run
from tests.servers.dovecot import Dovecot
from tests.servers.pki import PFX_PASSWORD, Pki
from tests.servers.postfix import Postfix


def states(report: TestReport) -> dict[str, StageState]:
    return {f"{result.stage}": result.state for result in report.stages}


def smtp_settings(
    postfix: Postfix,
    pki: Pki,
    port: int,
    security: Security,
    authentication: Authentication = Authentication.NONE,
    user: str = "",
) -> ServerSettings:
    return ServerSettings(
        "other_smtp", postfix.host, port, security, authentication, user, None, pki.ca_pem
    )


@pytest.mark.parametrize("security", list(Security))
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_good_mailbox_passes_every_stage_and_stays_as_it_was(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, protocol: str, security: Security
) -> None:
    """C-05, C-06: nothing is marked read, taken or moved."""
    dovecot.fill(mailbox_user, [b"Subject: a\r\n\r\n", b"Subject: b\r\n\r\n"])
    settings = imap_settings(dovecot, mailbox_user, pki, security)
    if protocol == "pop3":
        port = dovecot.pop3s_port if security is Security.TLS else dovecot.pop3_port
        settings = replace(settings, service="other_pop3", port=port)
    report = run(settings, secrets={"incoming.password": dovecot.password(mailbox_user).encode()})
    assert report.ok, report.summary
    assert report.summary == "Receiving works. 2 mails are in the mailbox."
    assert report.folder is not None
    assert report.folder.count == 2
    tls = StageState.NOT_NEEDED if security is Security.NONE else StageState.PASSED
    assert states(report)["tls"] is tls
    assert [result.stage for result in report.stages] == [s for s in Stage if s is not Stage.SEND]
    assert dovecot.uids(mailbox_user, criteria="UNSEEN") == [1, 2]


@pytest.mark.parametrize(
    ("change", "failed", "field", "kind"),
    [
        ({"host": "x" * 70 + ".test"}, Stage.DNS, "incoming.host", ErrorKind.UNREACHABLE),
        ({"port": 1}, Stage.TCP, "incoming.port", ErrorKind.UNREACHABLE),
        ({"ca_certificate": ""}, Stage.TLS, "incoming.ca_certificate", ErrorKind.TLS),
        ({"ca_certificate": "x"}, Stage.TCP, "incoming.ca_certificate", ErrorKind.TLS),
        ({"username": "nobody"}, Stage.SIGN_IN, "incoming.password", ErrorKind.AUTHENTICATION),
        ({"username": ""}, Stage.SIGN_IN, "incoming.username", ErrorKind.AUTHENTICATION),
        (
            {"additional_mailbox": "None/Such"},
            Stage.FOLDER,
            "incoming.additional_mailbox",
            ErrorKind.FOLDER,
        ),
    ],
    ids=["host", "port", "unknown-ca", "unreadable-ca", "user", "no-user", "folder"],
)
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_the_first_failure_names_stage_and_field(
    dovecot: Dovecot,
    mailbox_user: str,
    pki: Pki,
    protocol: str,
    change: dict[str, str],
    failed: Stage,
    field: str,
    kind: ErrorKind,
) -> None:
    """C-06: later stages are not reached; a POP3 mailbox has no other folders."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    if protocol == "pop3":
        settings = replace(settings, service="other_pop3", port=dovecot.pop3s_port)
    settings = replace(settings, **change)  # type: ignore[arg-type]
    report = run(settings, secrets={"incoming.password": dovecot.password(mailbox_user).encode()})
    assert not report.ok
    failure = report.failure
    assert failure is not None
    assert (failure.stage, failure.field, failure.kind) == (failed, field, kind)
    assert failure.detail
    assert failure.cause
    assert report.summary.startswith(failure.detail)
    after = [result.state for result in report.stages if result.stage not in list(Stage)[:2]]
    assert after[-1] in (StageState.NOT_REACHED, StageState.FAILED)


def test_both_sides_are_tested_even_when_the_first_fails(
    dovecot: Dovecot, postfix: Postfix, mailbox_user: str, pki: Pki
) -> None:
    """C-06: an administrator sees everything that is wrong at once."""
    incoming = replace(imap_settings(dovecot, mailbox_user, pki), port=1)
    outgoing = smtp_settings(postfix, pki, postfix.plain_port, Security.NONE)
    report = run(incoming, outgoing)
    assert not report.ok
    assert [result.side for result in report.stages] == ["incoming"] * 6 + ["outgoing"] * 6
    assert all(result.state is not StageState.FAILED for result in report.stages[6:])


def test_an_outgoing_side_works_with_each_security_and_authentication(
    dovecot: Dovecot, postfix: Postfix, mailbox_user: str, pki: Pki
) -> None:
    """C-03: None, Username and Password, Authentication Certificate; a mail really arrives."""
    sign_in = Authentication.PASSWORD
    rows = (
        smtp_settings(postfix, pki, postfix.plain_port, Security.NONE),
        smtp_settings(postfix, pki, postfix.plain_port, Security.STARTTLS),
        smtp_settings(postfix, pki, postfix.tls_port, Security.TLS),
        smtp_settings(postfix, pki, postfix.sign_in_port, Security.STARTTLS, sign_in, mailbox_user),
        smtp_settings(
            postfix, pki, postfix.certificate_port, Security.STARTTLS, Authentication.CERTIFICATE
        ),
    )
    for settings in rows:
        report = run(
            None,
            settings,
            send_to=f"{mailbox_user}@example.test",
            secrets={
                "outgoing.password": dovecot.password(mailbox_user).encode(),
                "outgoing.certificate": pki.client_pfx(),
                "outgoing.certificate_password": PFX_PASSWORD,
            },
        )
        assert report.ok, report.summary
        assert report.summary == "Sending works."
    arrived = 0
    for _ in range(200):
        arrived = len(dovecot.uids(mailbox_user))
        if arrived == len(rows):
            break
        threading.Event().wait(0.05)
    assert arrived == len(rows)


def test_no_mail_is_sent_without_an_address(
    dovecot: Dovecot, postfix: Postfix, mailbox_user: str, pki: Pki
) -> None:
    """C-06: the last stage is not needed then, and says so."""
    settings = smtp_settings(postfix, pki, postfix.plain_port, Security.NONE)
    report = run(None, settings)
    assert report.ok
    assert states(report)["send"] is StageState.NOT_NEEDED
    assert "no address" in report.stages[-1].detail
    assert report.summary == "The sending server is ready; no mail was sent."


@pytest.mark.parametrize(
    ("port", "authentication", "secret", "field", "words"),
    [
        ("sign_in_port", "password", "password", "password", "was refused by"),
        ("sign_in_port", "none", "", "authentication", "does not pass mail on"),
        ("certificate_port", "none", "", "authentication", "known certificate"),
        ("certificate_port", "certificate", "", "certificate", "no certificate file"),
        ("certificate_port", "certificate", "wrong", "certificate_password", "password"),
        ("certificate_port", "certificate", "garbage", "certificate", "not a .pfx"),
        ("certificate_port", "certificate", "expired", "certificate", "expired on"),
        ("certificate_port", "certificate", "future", "certificate", "not valid before"),
    ],
)
def test_a_sending_server_that_refuses_names_the_field(
    dovecot: Dovecot,
    postfix: Postfix,
    mailbox_user: str,
    pki: Pki,
    port: str,
    authentication: str,
    secret: str,
    field: str,
    words: str,
) -> None:
    """C-03, C-04, C-06: each reason its own sentence."""
    files = {
        "wrong": (pki.client_pfx(), b"oops"),
        "garbage": (pki.ca_pem.encode(), b""),
        "expired": (pki.client_pfx(days=(-9, -1)), PFX_PASSWORD),
        "future": (pki.client_pfx(days=(5, 9)), PFX_PASSWORD),
    }
    secrets = {"outgoing.password": b"wrong"}
    if secret in files:
        secrets["outgoing.certificate"], secrets["outgoing.certificate_password"] = files[secret]
    settings = smtp_settings(
        postfix,
        pki,
        getattr(postfix, port),
        Security.STARTTLS,
        Authentication(authentication),
        mailbox_user,
    )
    report = run(None, settings, send_to=f"{mailbox_user}@example.test", secrets=secrets)
    failure = report.failure
    assert failure is not None
    assert failure.field == f"outgoing.{field}", failure
    assert words in failure.detail
    assert dovecot.uids(mailbox_user) == []


@pytest.mark.parametrize("send_to", ["nobody", "a@b@c", "x@y\r\nRCPT TO:<z@w>"])
def test_an_unusable_test_address_is_refused_before_the_server_sees_it(
    postfix: Postfix, pki: Pki, send_to: str
) -> None:
    """MAIL 4 E 107."""
    settings = smtp_settings(postfix, pki, postfix.plain_port, Security.NONE)
    report = run(None, settings, send_to=send_to)
    assert report.failure is not None
    assert report.failure.field == "send_to"


def test_nothing_to_test_is_not_a_passed_test() -> None:
    """C-05: Enable needs a test that proved something."""
    report = run()
    assert not report.ok
    assert "nothing to test" in report.summary
