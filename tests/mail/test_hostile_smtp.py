"""Sending servers that are broken or mean (MAIL.md 4 E 102-111): bounded and in words."""

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side
from enate_desktop.mail.credential import NO_CREDENTIAL, Credential
from enate_desktop.mail.dialling import Line, resolve
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.patience import Patience
from enate_desktop.mail.probe import Stage
from enate_desktop.mail.smtp import SmtpSession
from enate_desktop.mail.smtp_errors import UncertainError
from tests.mail.support import CALM, HASTY, bounded, run, scripted_settings, smtp_script
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, ScriptedServer

SENDER, RECIPIENT = "a@acme.test", "b@acme.test"
MAIL = b"Subject: hello\r\n\r\nbody\r\n"


def flood(line: bytes) -> Answer:
    def answer(talk: Conversation, name: bytes) -> None:
        for _ in range(100_000):
            talk.send(line * 100)

    return answer


def drip(talk: Conversation, name: bytes) -> None:
    for _ in range(100):
        talk.send(b"2")
        time.sleep(0.05)


def stall(talk: Conversation, name: bytes) -> None:
    talk.stall()


def drop(talk: Conversation, name: bytes) -> None:
    talk.drop()


def plain(server: ScriptedServer) -> ServerSettings:
    settings = scripted_settings(server, "other_smtp")
    return replace(settings, authentication=Authentication.NONE, username="")


def session_of(
    settings: ServerSettings, credential: Credential = NO_CREDENTIAL, patience: Patience = CALM
) -> SmtpSession:
    """A session that is signed in."""
    line = Line(Side.OUTGOING, settings, patience=patience)
    session = SmtpSession(line, credential)
    try:
        session.dial(resolve(line))
        session.encrypt()
        session.sign_in()
    except BaseException:
        session.close()
        raise
    return session


def send(
    answers: Mapping[str, Answer],
    mail: bytes = MAIL,
    heard: list[bytes] | None = None,
    sender: str = SENDER,
    recipient: str = RECIPIENT,
    patience: Patience = CALM,
) -> None:
    """Send one mail to a scripted server."""
    with ScriptedServer(smtp_script(answers, heard)) as server:
        session = session_of(plain(server), patience=patience)
        try:
            session.send(sender, recipient, mail)
        finally:
            session.close()


FLOODS: list[tuple[str, dict[str, Answer], ErrorKind]] = [
    ("102-hello-flood", {"EHLO": flood(b"250-X\r\n")}, ErrorKind.PROTOCOL),
    ("102-hello-ten-thousand", {"EHLO": b"250-X\r\n" * 10_000}, ErrorKind.PROTOCOL),
    ("102-hello-keywords", {"EHLO": flood(b"250-" + b"K" * 4_000 + b"\r\n")}, ErrorKind.PROTOCOL),
    ("102-greeting-flood", {"": flood(b"220-welcome\r\n")}, ErrorKind.PROTOCOL),
    ("102-answer-flood", {"MAIL": flood(b"250-ok\r\n")}, ErrorKind.PROTOCOL),
    ("102-no-line-end", {"EHLO": flood(b"250-" + b"x" * 9_000)}, ErrorKind.PROTOCOL),
    ("87-one-byte-at-a-time", {"RCPT": drip}, ErrorKind.TEMPORARY),
    ("86-stall", {"RCPT": stall}, ErrorKind.TEMPORARY),
    ("drop", {"RCPT": drop}, ErrorKind.TEMPORARY),
    ("drop-at-data", {"DATA": drop}, ErrorKind.TEMPORARY),
    ("nonsense", {"RCPT": b"\x00\xff\xfe what\r\n"}, ErrorKind.PROTOCOL),
    ("no-data", {"DATA": b"250 ok\r\n"}, ErrorKind.PROTOCOL),
    ("105-421", {"RCPT": b"421 4.3.2 closing\r\n"}, ErrorKind.TEMPORARY),
]


@pytest.mark.parametrize(
    ("answers", "kind"), [row[1:] for row in FLOODS], ids=[row[0] for row in FLOODS]
)
def test_a_hostile_answer_ends_in_words_and_in_time(
    answers: dict[str, Answer], kind: ErrorKind
) -> None:
    """MAIL 4 E 86, 87, 102 (the row is the name of the case): as with IMAP."""
    heard: list[bytes] = []
    patience = CALM if kind is ErrorKind.PROTOCOL else HASTY
    with bounded(megabytes=24), pytest.raises(MailError) as caught:
        send(answers, heard=heard, patience=patience)
    assert caught.value.kind is kind, caught.value.sentence()
    assert not isinstance(caught.value, UncertainError)
    assert len(caught.value.server_words) <= 420
    assert b"Subject: hello" not in heard


@pytest.mark.parametrize(("name", "answer"), [("dropped", drop), ("silent", stall)])
def test_a_connection_lost_after_the_dot_is_told_apart(name: str, answer: Answer) -> None:
    """MAIL 4 E 103, 3.6: the mail may have left; nobody can know (RFC 1047)."""
    heard: list[bytes] = []
    with bounded(), pytest.raises(UncertainError) as caught:
        send({".": answer}, heard=heard, patience=replace(CALM, sent=0.6))
    assert "not certain" in caught.value.title
    assert caught.value.kind is ErrorKind.TEMPORARY
    assert b"." in heard


@pytest.mark.parametrize(
    "answer",
    [b"\x00\xff what\r\n", b"354 go on\r\n", b"199 hm\r\n", b"600 no\r\n", b"x" * 9_000 + b"\r\n"],
)
def test_an_answer_after_the_dot_that_says_nothing_is_not_certain(answer: bytes) -> None:
    """MAIL 3.6, RFC 5321 4.2: only 4xx and 5xx say that the mail was not taken."""
    with bounded(), pytest.raises(UncertainError) as caught:
        send({".": answer})
    assert "was not understood" in caught.value.sentence()


def test_any_success_after_the_dot_is_a_success() -> None:
    """RFC 5321 4.2.1: a client decides by the first digit."""
    heard: list[bytes] = []
    send({".": b"252 queued\r\n"}, heard=heard)
    assert b"." in heard


def test_each_recipient_has_an_outcome_of_its_own() -> None:
    """MAIL 4 E 104: a refused recipient is an error, and the next mail of the session is not."""

    def rcpt(talk: Conversation, name: bytes) -> None:
        refused = b"bad@" in talk.last
        talk.send(b"550 5.1.1 unknown\r\n" if refused else b"250 ok\r\n")

    heard: list[bytes] = []
    with ScriptedServer(smtp_script({"RCPT": rcpt}, heard)) as server:
        session = session_of(plain(server))
        session.send(SENDER, "good@acme.test", MAIL)
        with pytest.raises(MailError) as caught:
            session.send(SENDER, "bad@acme.test", MAIL)
        session.send(SENDER, "other@acme.test", MAIL)
        session.close()
    assert caught.value.field == "send_to"
    assert heard.count(b"DATA") == 2


@pytest.mark.parametrize(
    ("answers", "title", "kind"),
    [
        ({"EHLO": b"250-x\r\n250 SIZE 20\r\n"}, "larger than", ErrorKind.PROTOCOL),
        ({".": b"552 5.3.4 Message too big\r\n"}, "larger than", ErrorKind.PROTOCOL),
        ({".": b"554 5.7.1 Policy\r\n"}, "A rule of the server", ErrorKind.PROTOCOL),
        ({"RCPT": b"451 4.7.1 Greylisted\r\n"}, "second try", ErrorKind.TEMPORARY),
        ({"MAIL": b"421 4.7.0 later\r\n"}, "did not take the sender", ErrorKind.TEMPORARY),
    ],
)
def test_a_refused_mail_is_told_in_words(
    answers: dict[str, Answer], title: str, kind: ErrorKind
) -> None:
    """MAIL 4 E 105: size (looked up before anything is said), policy, greylisting, 421."""
    heard: list[bytes] = []
    with pytest.raises(MailError) as caught:
        send(answers, heard=heard)
    assert title in caught.value.title
    assert caught.value.kind is kind
    assert not isinstance(caught.value, UncertainError)
    assert any(line.startswith(b"MAIL") for line in heard) is ("SIZE 20" not in str(answers))


@pytest.mark.parametrize(
    "body",
    [
        b"a\n.\nMAIL FROM:<evil@x.test>\n",
        b"a\r.\rMAIL FROM:<evil@x.test>\r",
        b"a\r\n.\r\nMAIL FROM:<evil@x.test>\r\n",
        b"a\n.\r\nMAIL FROM:<evil@x.test>",
        b"a\r\n.\nMAIL FROM:<evil@x.test>\r\n.",
    ],
)
def test_no_mail_can_end_itself(body: bytes) -> None:
    """MAIL 4 E 106: every line end leaves as CRLF and every first dot doubled (SMTP smuggling)."""
    heard: list[bytes] = []
    send({}, b"Subject: x\r\n\r\n" + body, heard)
    data = heard[heard.index(b"DATA") + 1 :]
    end = data.index(b".")
    assert b"MAIL FROM:<evil@x.test>" in data[:end]
    assert b".." in data[:end]
    assert data[end + 1 :] == [b"QUIT"]


@pytest.mark.parametrize(
    "address", ["a@b.test\r\nRCPT TO:<x@y.test>", "a", "", "a b@c.test", "a@b>"]
)
@pytest.mark.parametrize("place", ["sender", "recipient"])
def test_an_address_cannot_carry_a_second_command(address: str, place: str) -> None:
    """MAIL 4 E 107: refused before anything of it is said."""
    heard: list[bytes] = []
    sender, recipient = (address, RECIPIENT) if place == "sender" else (SENDER, address)
    with pytest.raises(MailError) as caught:
        send({}, heard=heard, sender=sender, recipient=recipient)
    assert "No mail can be sent" in caught.value.title
    assert [line.split()[0] for line in heard] == [b"EHLO", b"QUIT"]


@pytest.mark.parametrize(
    ("hello", "recipient", "expected"),
    [
        (b"SMTPUTF8", "jösé@acme.test", "RCPT TO:<jösé@acme.test>"),
        (b"SIZE 0", "jösé@acme.test", ""),
        (b"SIZE 0", "anna@bücher.test", "RCPT TO:<anna@xn--bcher-kva.test>"),
    ],
)
def test_addresses_beyond_ascii_need_a_server_that_knows_them(
    hello: bytes, recipient: str, expected: str
) -> None:
    """MAIL 4 B 42, 43: SMTPUTF8 or a sentence; a domain goes as ASCII to any server."""
    heard: list[bytes] = []
    answers: dict[str, Answer] = {"EHLO": b"250-x\r\n250 " + hello + b"\r\n"}
    if expected:
        send(answers, heard=heard, recipient=recipient)
        assert expected.encode() in heard
        return
    with pytest.raises(MailError) as caught:
        send(answers, heard=heard, recipient=recipient)
    assert "letters such as" in caught.value.title
    assert not any(line.startswith(b"MAIL") for line in heard)


def test_size_and_eight_bit_are_announced_where_the_server_knows_them() -> None:
    """RFC 1870, RFC 6152."""
    heard: list[bytes] = []
    raw = "Subject: x\r\n\r\nä\r\n".encode()
    send({"EHLO": b"250-x\r\n250-8BITMIME\r\n250 SIZE 100000\r\n"}, raw, heard)
    assert b"MAIL FROM:<a@acme.test> SIZE=%d BODY=8BITMIME" % len(raw) in heard


STARTTLS = b"250-x\r\n250 STARTTLS\r\n"


def inject(pki: Pki) -> Answer:
    def answer(talk: Conversation, name: bytes) -> None:
        talk.send(b"220 go\r\n250-AUTH PLAIN\r\n250 x\r\n")
        talk.start_tls(pki.server().server_context())

    return answer


def early(talk: Conversation, name: bytes) -> None:
    talk.send(STARTTLS + b"220 go ahead\r\n")


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("108-stripped", {"EHLO": b"250-x\r\n250 AUTH PLAIN LOGIN\r\n"}),
        ("108-bad", {"EHLO": STARTTLS, "STARTTLS": b"500 what\r\n"}),
        ("108-later", {"EHLO": STARTTLS, "STARTTLS": b"454 4.7.0 no TLS now\r\n"}),
        ("108-injected", {"EHLO": STARTTLS, "STARTTLS": None}),
        ("109-early", {"EHLO": early, "STARTTLS": stall}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("method", [Authentication.PASSWORD, Authentication.NONE])
def test_encryption_that_is_required_is_never_given_up(
    pki: Pki, name: str, answers: dict[str, Answer | None], method: Authentication
) -> None:
    """C-13, MAIL 4 E 108, 109, 111: no password and no mail without it."""
    heard: list[bytes] = []
    table = {key: answer or inject(pki) for key, answer in answers.items()}
    with ScriptedServer(smtp_script(table, heard)) as server:
        settings = replace(
            scripted_settings(server, "other_smtp"),
            security=Security.STARTTLS,
            authentication=method,
            ca_certificate=pki.ca_pem,
        )
        secrets = {"outgoing.password": b"pass-wort"}
        patience = HASTY if "early" in name else CALM
        with bounded():
            report = run(None, settings, secrets=secrets, send_to=RECIPIENT, patience=patience)
    failure = report.failure
    assert failure is not None
    assert (failure.stage, failure.kind) == (Stage.TLS, ErrorKind.TLS)
    assert "Nothing was sent" in failure.cause or "No password was sent" in failure.cause
    assert not any(line.startswith((b"AUTH", b"MAIL")) for line in heard)


def test_what_was_said_before_encryption_does_not_count(pki: Pki) -> None:
    """MAIL 4 E 108: capabilities are asked for again; only the second answer is believed."""
    hellos = iter([STARTTLS + b"", b"250-x\r\n250 AUTH SCRAM-SHA-256\r\n"])

    def hello(talk: Conversation, name: bytes) -> None:
        talk.send(next(hellos).replace(b"250-x\r\n250 STARTTLS", b"250-AUTH PLAIN\r\n250 STARTTLS"))

    def starttls(talk: Conversation, name: bytes) -> None:
        talk.send(b"220 go\r\n")
        talk.start_tls(pki.server().server_context())

    heard: list[bytes] = []
    with ScriptedServer(smtp_script({"EHLO": hello, "STARTTLS": starttls}, heard)) as server:
        settings = replace(
            scripted_settings(server, "other_smtp"),
            security=Security.STARTTLS,
            ca_certificate=pki.ca_pem,
        )
        with pytest.raises(MailError) as caught:
            session_of(settings, Credential("pass-wort"))
    assert caught.value.field == "outgoing.authentication"
    assert not any(line.startswith(b"AUTH") for line in heard)


@pytest.mark.parametrize("offered", [b"SCRAM-SHA-256 CRAM-MD5 NTLM GSSAPI", b""])
def test_no_other_mechanism_is_tried(offered: bytes) -> None:
    """MAIL 4 E 110: neither SCRAM with its iterations nor what is older than that."""
    heard: list[bytes] = []
    hello = b"250-x\r\n250 AUTH " + offered + b"\r\n"
    with ScriptedServer(smtp_script({"EHLO": hello}, heard)) as server:
        settings = scripted_settings(server, "other_smtp")
        with bounded(), pytest.raises(MailError) as caught:
            session_of(settings, Credential("pass-wort"))
    assert caught.value.kind is ErrorKind.AUTHENTICATION
    assert not any(line.startswith(b"AUTH") for line in heard)


@pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN"])
def test_a_server_that_goes_on_asking_gets_the_password_once(mechanism: bytes) -> None:
    """MAIL 4 E 112: challenges without end."""
    heard: list[bytes] = []
    more = b"334 VXNlcm5hbWU6\r\n"
    answers: dict[str, Answer] = {
        "EHLO": b"250-x\r\n250 AUTH " + mechanism + b"\r\n",
        "AUTH": more,
        "...": more,
        "*": more,
    }

    def everything(talk: Conversation, name: bytes) -> None:
        while True:
            talk.send(more)
            heard.append(talk.line())

    with ScriptedServer(smtp_script(answers | {"AUTH": everything})) as server:
        settings = scripted_settings(server, "other_smtp")
        with bounded(), pytest.raises(MailError) as caught:
            session_of(settings, Credential("pass-wort"))
    assert caught.value.kind is ErrorKind.AUTHENTICATION
    assert len(heard) <= 4
    assert "pass-wort" not in caught.value.server_words


def test_a_certificate_is_not_taken_for_shown_in_clear() -> None:
    """C-03, C-04: without encryption no certificate was ever presented."""
    with ScriptedServer(smtp_script()) as server:
        settings = replace(plain(server), authentication=Authentication.CERTIFICATE)
        with pytest.raises(MailError) as caught:
            session_of(settings)
    assert caught.value.field == "outgoing.security"


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({}, "", "only a real test mail proves"),
        (
            {"RCPT": b"550 5.7.64 TenantAttribution; Relay Access Denied\r\n"},
            "outgoing.certificate",
            "does not recognise this sender",
        ),
        (
            {"MAIL": b"550 5.7.68 TenantInboundAttribution; Direct Send not allowed\r\n"},
            "outgoing.authentication",
            "refuses direct sending",
        ),
        ({"RCPT": b"554 5.7.1 Relay access denied\r\n"}, "outgoing.authentication", "pass mail on"),
        (
            {"EHLO": b"530 5.7.0 Must issue a STARTTLS command first\r\n"},
            "outgoing.security",
            "wants",
        ),
        ({"": b"554 5.7.1 go away\r\n"}, "outgoing.port", "does not talk to this computer"),
    ],
)
def test_a_relay_is_asked_without_sending_a_mail(
    answers: dict[str, Answer], field: str, words: str
) -> None:
    """MAIL 1.1: a handshake proves nothing about relaying; sender and recipient do a little."""
    heard: list[bytes] = []
    with ScriptedServer(smtp_script(answers, heard)) as server:
        settings = replace(plain(server), service="office365_smtp_relay")
        report = run(None, settings, send_from=SENDER, patience=CALM)
    if not field:
        assert report.ok
        assert words in report.stages[-1].detail
        assert "Sending works" not in report.summary
        said = [line.partition(b" ")[0] for line in heard]
        assert said == [b"EHLO", b"MAIL", b"RCPT", b"RSET", b"QUIT"]
        return
    failure = report.failure
    assert failure is not None
    assert failure.field == field
    assert words in failure.detail
    assert b"DATA" not in heard
