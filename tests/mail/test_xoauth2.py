"""Signing in with an access token (XOAUTH2, OAUTHBEARER), against scripted servers over TLS."""

import base64
import json
import logging
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from enate_desktop.domain.connectors import Authentication, Security
from enate_desktop.domain.errors import CredentialError, SignInNeededError, UnavailableError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.mail.credential import AccessToken, Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.mailbox import BusyError, ErrorKind, MailError, StoppedError
from enate_desktop.mail.probe import Stage
from tests.canary import secret
from tests.mail.support import CALM, Tokens, encrypted_settings, run, smtp_script
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, ScriptedServer, imap_script

OFFERS = b"* CAPABILITY IMAP4rev1 %s\r\n"
TOKEN, FRESH = secret("token") + "." + "x" * 1800, secret("fresh")
INBOX: dict[str, Answer] = {"STATUS": b"* STATUS INBOX (UNSEEN 0)\r\n"}


def blob(user: str, token: str) -> bytes:
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode())


def challenge(**facts: str) -> bytes:
    return base64.b64encode(json.dumps(facts).encode())


def imap_sign_in(good: str = "", told: bytes = b"", words: bytes = b"NO refused") -> Answer:
    """AUTHENTICATE that takes the token ``good`` only; ``told`` is the challenge of a refusal."""

    def answer(talk: Conversation, tag: bytes) -> None:
        said = talk.last.split()[3:]
        if not said:
            talk.send(b"+ \r\n")
            said = [talk.line()]
        if good and good.encode() in base64.b64decode(said[0]):
            talk.send(tag + b" OK welcome\r\n")
            return
        if told:
            talk.send(b"+ " + told + b"\r\n")
            talk.line()
        token = base64.b64decode(said[0]).partition(b"Bearer ")[2].rstrip(b"\x01")
        repeated = words.replace(b"TOKEN", token).replace(b"CUT", token[:99] + b" " + said[0][9:99])
        talk.send(tag + b" " + repeated + b"\r\n")

    return answer


def server_of(pki: Pki, answers: Mapping[str, Answer], heard: list[bytes]) -> ScriptedServer:
    return ScriptedServer(
        imap_script(INBOX | dict(answers), heard=heard), pki.server().server_context()
    )


def oauth_mailbox(
    server: ScriptedServer, pki: Pki, token: AccessToken | None, **changes: Any
) -> ImapMailbox:
    changes = {"username": "hr@acme.test", "authentication": Authentication.OAUTH2} | changes
    settings = encrypted_settings(server, pki, **changes)
    return ImapMailbox(settings, Credential(access_token=token), patience=CALM)


@pytest.mark.parametrize("offer", [b"AUTH=XOAUTH2 SASL-IR", b"AUTH=XOAUTH2 AUTH=OAUTHBEARER"])
def test_the_token_is_sent_as_xoauth2(pki: Pki, offer: bytes) -> None:
    """MAIL 1.1: user, token and two control characters; at once where the server offers that."""
    heard: list[bytes] = []
    answers = {"CAPABILITY": OFFERS % offer, "AUTHENTICATE": imap_sign_in(TOKEN)}
    with server_of(pki, answers, heard) as server:
        mailbox = oauth_mailbox(server, pki, Tokens(TOKEN))
        assert mailbox.open().count == 3
        mailbox.close()
    sent = next(line for line in heard if b"AUTHENTICATE" in line)
    at_once = b" AUTHENTICATE XOAUTH2 " + blob("hr@acme.test", TOKEN)
    assert sent.endswith(at_once if b"SASL-IR" in offer else b" AUTHENTICATE XOAUTH2")


def test_oauthbearer_is_used_where_a_server_has_only_that(pki: Pki) -> None:
    """RFC 7628: host and port are named, and what would end the user name is escaped."""
    heard: list[bytes] = []
    answers = {
        "CAPABILITY": OFFERS % b"AUTH=OAUTHBEARER SASL-IR",
        "AUTHENTICATE": imap_sign_in(TOKEN),
    }
    with server_of(pki, answers, heard) as server:
        mailbox = oauth_mailbox(server, pki, Tokens(TOKEN), username="a=b,c@acme.test")
        mailbox.open()
        mailbox.close()
        expected = (
            f"n,a=a=3Db=2Cc@acme.test,\x01host={server.host}\x01port={server.port}\x01"
            f"auth=Bearer {TOKEN}\x01\x01"
        )
    sent = next(line for line in heard if b"AUTHENTICATE" in line).split()
    assert sent[2] == b"OAUTHBEARER"
    assert base64.b64decode(sent[3]).decode() == expected


@pytest.mark.parametrize(
    ("service", "host_is_folder"),
    [("office365_imap", False), ("gmail_imap", False), ("other_imap", True)],
)
def test_a_shared_mailbox_is_named_at_sign_in_by_the_two_providers(
    pki: Pki, service: str, host_is_folder: bool
) -> None:
    """MAIL 1.1: the token of the person, ``user=`` the shared mailbox; elsewhere it is a folder."""
    heard: list[bytes] = []
    answers = {
        "CAPABILITY": OFFERS % b"AUTH=XOAUTH2 SASL-IR",
        "AUTHENTICATE": imap_sign_in(TOKEN),
    }
    with server_of(pki, answers, heard) as server:
        mailbox = oauth_mailbox(
            server, pki, Tokens(TOKEN), service=service, additional_mailbox="team@acme.test"
        )
        mailbox.open()
        mailbox.close()
    user = "hr@acme.test" if host_is_folder else "team@acme.test"
    assert any(line.endswith(blob(user, TOKEN)) for line in heard)
    opened = next(line for line in heard if b" SELECT " in line)
    assert (b"team@acme.test" in opened) is host_is_folder


def test_a_refused_token_is_tried_once_more_as_a_fresh_one(pki: Pki) -> None:
    """MAIL 4 F 130: on a new connection, whatever the server did with the first."""
    heard: list[bytes] = []
    answers = {
        "CAPABILITY": OFFERS % b"AUTH=XOAUTH2 SASL-IR",
        "AUTHENTICATE": imap_sign_in(FRESH, challenge(status="401")),
    }
    tokens = Tokens(TOKEN, FRESH)
    with server_of(pki, answers, heard) as server:
        mailbox = oauth_mailbox(server, pki, tokens)
        mailbox.open()
        mailbox.close()
        assert server.connections == 2
    assert tokens.asked == [False, True]


@pytest.mark.parametrize(
    ("tokens", "connections"), [((TOKEN, FRESH), 2), ((TOKEN,), 1)], ids=["fresh", "the-same"]
)
def test_a_token_refused_for_good_stops_the_connector_in_words(
    pki: Pki, tokens: tuple[str, ...], connections: int, caplog: pytest.LogCaptureFixture
) -> None:
    """MAIL 1.1, 4 E 112, 4 F 130: one empty answer to the challenge, its words shown, no token."""
    caplog.set_level(logging.DEBUG)
    heard: list[bytes] = []
    told = challenge(status="400", schemes="Bearer", scope="https://mail.google.com/")
    answers = {
        "CAPABILITY": OFFERS % b"AUTH=XOAUTH2 SASL-IR",
        "AUTHENTICATE": imap_sign_in("", told, b"NO [AUTHENTICATIONFAILED] TOKEN CUT Invalid"),
    }
    with server_of(pki, answers, heard) as server:
        with pytest.raises(MailError) as caught:
            oauth_mailbox(server, pki, Tokens(*tokens)).open()
        assert server.connections == connections
    error = caught.value
    assert error.kind is ErrorKind.AUTHENTICATION
    assert error.field == "incoming.oauth_token"
    assert "127.0.0.1 refused the sign-in of hr@acme.test" in error.title
    assert "status 400, scope https://mail.google.com/" in error.server_words
    shown = "".join(traceback.format_exception(error)) + error.server_words + caplog.text
    for token in (TOKEN, FRESH):
        assert token[:22] not in shown
        assert blob("hr@acme.test", token).decode()[20:60] not in shown
    assert error.server_words.startswith("[AUTHENTICATIONFAILED] ••• ••• ••• Invalid, status")


@pytest.mark.parametrize("mechanism", [b"XOAUTH2", b"OAUTHBEARER"])
def test_a_challenge_is_answered_once(pki: Pki, mechanism: bytes) -> None:
    """MAIL 4 E 112: a server that asks again and again is left."""
    heard: list[bytes] = []

    def ask_again(talk: Conversation, tag: bytes) -> None:
        while True:
            talk.send(b"+ " + challenge(status="400") + b"\r\n")
            heard.append(talk.line())

    offer = OFFERS % (b"SASL-IR AUTH=" + mechanism)
    answers: dict[str, Answer] = {"CAPABILITY": offer, "AUTHENTICATE": ask_again}
    began = time.monotonic()
    with server_of(pki, answers, []) as server, pytest.raises(MailError) as caught:
        oauth_mailbox(server, pki, Tokens(TOKEN)).open()
    assert time.monotonic() - began < 10
    assert caught.value.kind is ErrorKind.PROTOCOL
    assert "does not come to an end" in caught.value.title
    assert heard[0] == (b"" if mechanism == b"XOAUTH2" else b"AQ==")
    assert not any(b"auth" in line or len(line) > 40 for line in heard)


@pytest.mark.parametrize(
    "told",
    [b"", b"%%%", b"bm8=", base64.b64encode(b"[" * 3_000), base64.b64encode(b"[1]"), b"e" * 9_000],
    ids=["empty", "no-base64", "no-json", "nested", "a-list", "long"],
)
def test_a_challenge_that_cannot_be_read_is_answered_all_the_same(pki: Pki, told: bytes) -> None:
    """MAIL 4 E 112: its words are for people only."""
    answers: dict[str, Answer] = {
        "CAPABILITY": OFFERS % b"AUTH=XOAUTH2 SASL-IR",
        "AUTHENTICATE": imap_sign_in("", told or b" "),
    }
    with server_of(pki, answers, []) as server, pytest.raises(MailError) as caught:
        oauth_mailbox(server, pki, Tokens(TOKEN)).open()
    assert caught.value.kind is ErrorKind.AUTHENTICATION
    assert caught.value.server_words == "refused"


@pytest.mark.parametrize(
    ("trouble", "kind", "field"),
    [
        (SignInNeededError("Sign in again.", field="incoming.oauth_token"), "authentication", 1),
        (UnavailableError("The provider does not answer."), "temporary", 0),
    ],
)
def test_trouble_with_the_token_is_told_as_it_is(
    pki: Pki, trouble: Exception, kind: str, field: int
) -> None:
    """MAIL 1.4: invalid_grant stops the connector, a provider that is away does not."""
    heard: list[bytes] = []
    server = server_of(pki, {"CAPABILITY": OFFERS % b"AUTH=XOAUTH2"}, heard)
    with server, pytest.raises(MailError) as caught:
        oauth_mailbox(server, pki, Tokens(trouble)).open()
    assert caught.value.kind == kind
    assert caught.value.title == str(trouble)
    assert bool(caught.value.field) is bool(field)
    assert not any(b"AUTHENTICATE" in line for line in heard)


def test_a_locked_keyring_is_not_the_servers_fault(pki: Pki) -> None:
    """C-08, MAIL 4 G 132: it passes as it is; the connection test tells it too."""
    trouble = CredentialError("The keyring is locked.")
    with server_of(pki, {"CAPABILITY": OFFERS % b"AUTH=XOAUTH2"}, []) as server:
        with pytest.raises(CredentialError):
            oauth_mailbox(server, pki, Tokens(trouble)).open()
        settings = encrypted_settings(server, pki, authentication=Authentication.OAUTH2)
        report = run(settings, token=Tokens(trouble))
    assert report.failure is not None
    assert (report.failure.stage, report.failure.detail) == (
        Stage.SIGN_IN,
        "The keyring is locked.",
    )


@pytest.mark.parametrize("ended", ["cancel", "time"])
def test_a_provider_that_does_not_answer_is_left_behind(pki: Pki, ended: str) -> None:
    """C-06: the wait for a token ends by itself, or as soon as somebody cancels."""
    release, began = threading.Event(), time.monotonic()

    def wait(renew: bool) -> str:
        release.wait(20)
        return TOKEN

    with server_of(pki, {"CAPABILITY": OFFERS % b"AUTH=XOAUTH2"}, []) as server:
        settings = encrypted_settings(server, pki, authentication=Authentication.OAUTH2)
        patience = replace(CALM, token=0.5 if ended == "time" else 30)
        mailbox = ImapMailbox(settings, Credential(access_token=wait), patience=patience)
        timer = threading.Timer(0.3, mailbox.abort)
        if ended == "cancel":
            timer.start()
        with pytest.raises(MailError) as caught:
            mailbox.open()
        timer.cancel()
    release.set()
    assert time.monotonic() - began < 10
    assert isinstance(caught.value, StoppedError) is (ended == "cancel")
    assert caught.value.kind is ErrorKind.TEMPORARY


@pytest.mark.parametrize("token", ["", "a b", "a\r\nB1 LOGOUT", "ä", "a\x01auth=Bearer evil"])
def test_what_is_no_token_is_not_sent(pki: Pki, token: str) -> None:
    """MAIL 4 E 107: nothing that could say more than a token."""
    heard: list[bytes] = []
    server = server_of(pki, {"CAPABILITY": OFFERS % b"AUTH=XOAUTH2"}, heard)
    with server, pytest.raises(MailError) as caught:
        oauth_mailbox(server, pki, Tokens(token)).open()
    assert caught.value.field == "incoming.oauth_token"
    assert not any(b"AUTHENTICATE" in line for line in heard)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"security": Security.NONE}, "security"),
        ({"username": ""}, "username"),
        ({"username": "a\x01b"}, "username"),
        ({"additional_mailbox": "a\r\nb"}, "additional_mailbox"),
    ],
)
@pytest.mark.parametrize("service", ["other_imap", "other_smtp"])
def test_a_token_leaves_only_where_it_may(
    pki: Pki, changes: dict[str, Any], field: str, service: str
) -> None:
    """C-13, MAIL 4 E 107: encrypted, and for a user name that is one."""
    heard: list[bytes] = []
    outgoing = service == "other_smtp"
    script = smtp_script(heard=heard) if outgoing else imap_script(INBOX, heard=heard)
    bare = changes.get("security") is Security.NONE
    with ScriptedServer(script, None if bare else pki.server().server_context()) as server:
        settings = encrypted_settings(server, pki, service)
        settings = replace(settings, authentication=Authentication.OAUTH2, **changes)
        tokens = Tokens(TOKEN)
        report = run(None if outgoing else settings, settings if outgoing else None, token=tokens)
    assert report.failure is not None
    assert report.failure.stage is Stage.SIGN_IN
    assert report.failure.field == f"{'outgoing' if outgoing else 'incoming'}.{field}"
    assert "Nothing was sent" in report.failure.cause
    assert tokens.asked == []
    assert not any(b"AUTH" in line.upper() for line in heard)


def test_nobody_has_signed_in_yet_and_a_server_without_tokens(pki: Pki) -> None:
    """C-06: each its own sentence and field."""
    for offer, token, field in (
        (b"AUTH=XOAUTH2", None, "incoming.oauth_token"),
        (b"AUTH=PLAIN", Tokens(TOKEN), "incoming.authentication"),
    ):
        server = server_of(pki, {"CAPABILITY": OFFERS % offer}, [])
        with server, pytest.raises(MailError) as caught:
            oauth_mailbox(server, pki, token).open()
        assert caught.value.kind is ErrorKind.AUTHENTICATION
        assert caught.value.field == field


@pytest.mark.parametrize(
    "words",
    [
        b"* BYE Session expired, please login again.\r\n",
        b"* BAD Session invalidated - AccessTokenExpired\r\n",
        b"* BYE Session invalidated - AccessTokenExpired\r\n",
        b"TAG BAD Session invalidated - AccessTokenExpired\r\n",
    ],
)
def test_a_session_that_ends_with_its_token_is_no_alarm(pki: Pki, words: bytes) -> None:
    """MAIL 1.1: the connection ends when the token does; the next check just signs in anew."""

    def end(talk: Conversation, tag: bytes) -> None:
        talk.send(words.replace(b"TAG", tag))
        talk.drop()

    answers = {
        "CAPABILITY": OFFERS % b"AUTH=XOAUTH2",
        "AUTHENTICATE": imap_sign_in(TOKEN),
        "SEARCH": end,
    }
    with server_of(pki, answers, []) as server:
        mailbox = oauth_mailbox(server, pki, Tokens(TOKEN))
        mailbox.open()
        with pytest.raises(MailError) as caught:
            mailbox.new_mails(0)
        mailbox.close()
    assert caught.value.kind is ErrorKind.TEMPORARY
    assert isinstance(caught.value, BusyError) is words.startswith((b"* BYE", b"TAG"))


@pytest.mark.parametrize("command", ["STATUS", "SELECT"])
def test_a_mailbox_that_office_365_does_not_open_is_told(pki: Pki, command: str) -> None:
    """MAIL 1.1: the token is good, but the mailbox is missing or not permitted."""

    def refuse(talk: Conversation, tag: bytes) -> None:
        talk.send(tag + b" BAD User is authenticated but not connected.\r\n")

    answers: dict[str, Answer] = {
        "CAPABILITY": OFFERS % b"AUTH=XOAUTH2",
        "AUTHENTICATE": imap_sign_in(TOKEN),
        command: refuse,
    }
    with server_of(pki, answers, []) as server, pytest.raises(MailError) as caught:
        oauth_mailbox(server, pki, Tokens(TOKEN), service="office365_imap").open()
    assert "does not open the mailbox" in caught.value.title
    assert caught.value.kind is ErrorKind.FOLDER
    assert caught.value.field == "incoming.additional_mailbox"


def test_smtp_signs_in_with_a_token_and_answers_the_challenge_once(pki: Pki) -> None:
    """MAIL 1.1: XOAUTH2 for sending; 334, an empty line, 535, and a fresh token."""
    heard: list[bytes] = []
    rounds: list[bytes] = []

    def auth(talk: Conversation, name: bytes) -> None:
        said = base64.b64decode(talk.last.split()[2])
        if FRESH.encode() in said:
            talk.send(b"235 2.7.0 welcome\r\n")
            return
        talk.send(b"334 " + challenge(status="401") + b"\r\n")
        rounds.append(talk.line())
        talk.send(b"535 5.7.3 Authentication unsuccessful\r\n")

    hello = b"250-x\r\n250 AUTH LOGIN XOAUTH2\r\n"
    tokens = Tokens(TOKEN, FRESH)
    script = smtp_script({"EHLO": hello, "AUTH": auth}, heard)
    with ScriptedServer(script, pki.server().server_context()) as server:
        settings = encrypted_settings(
            server, pki, "other_smtp", authentication=Authentication.OAUTH2, username="hr@acme.test"
        )
        report = run(None, settings, token=tokens)
        assert report.ok, report.summary
    assert rounds == [b""]
    assert tokens.asked == [False, True]
    assert b"AUTH XOAUTH2 " + blob("hr@acme.test", FRESH) in heard
    signed_in = next(one for one in report.stages if one.stage is Stage.SIGN_IN)
    assert signed_in.detail == "Signed in as hr@acme.test with OAuth 2.0."


@pytest.mark.parametrize(
    ("flow", "words", "field"),
    [
        (OAuthFlow.BROWSER, "authenticated SMTP", "authentication"),
        (OAuthFlow.BROWSER, "SMTP is switched on for the mailbox", "oauth_token"),
        (OAuthFlow.APPLICATION, "object id of the enterprise application", "client_id"),
    ],
)
def test_office_365_says_why_it_did_not_take_a_token(
    pki: Pki, flow: OAuthFlow, words: str, field: str
) -> None:
    """MAIL 1.1: the switch of the tenant, the permission, the wrong object id."""
    said = b"535 5.7.3 Authentication unsuccessful\r\n"
    if "authenticated" in words:
        said = b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled\r\n"
    script = smtp_script({"EHLO": b"250-x\r\n250 AUTH XOAUTH2\r\n", "AUTH": said})
    with ScriptedServer(script, pki.server().server_context()) as server:
        settings = encrypted_settings(
            server,
            pki,
            "office365_smtp_relay",
            authentication=Authentication.OAUTH2,
            username="hr@acme.test",
            oauth=OAuthSettings(OAuthProvider.MICROSOFT, flow, "client"),
        )
        report = run(None, settings, token=Tokens(TOKEN))
    failure = report.failure
    assert failure is not None
    assert words in f"{failure.detail} {failure.cause}"
    assert failure.field == f"outgoing.{field}"
    assert failure.kind is ErrorKind.AUTHENTICATION
