"""Getting into a POP3 mailbox: passwords and access tokens, and what is refused."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.domain.errors import SignInNeededError, UnavailableError
from enate_desktop.mail.credential import AccessToken, Credential
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.pop3 import Pop3Mailbox
from tests.mail.pop3_support import Maildrop, MemoryNumbers, mail, pop3_mailbox, pop3_settings
from tests.mail.support import HASTY, scripted_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Conversation, ScriptedServer


def test_a_wrong_password_is_an_authentication_error(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-08: this kind stops a connector; the password appears nowhere."""
    settings = pop3_settings(dovecot, mailbox_user, pki)
    box = Pop3Mailbox(settings, Credential("not-the-password"), MemoryNumbers())
    with pytest.raises(MailError) as caught:
        box.open()
    error = caught.value
    assert (error.kind, error.field) == (ErrorKind.AUTHENTICATION, "incoming.password")
    assert error.server_words
    assert "not-the-password" not in f"{error.sentence()}{error.server_words}"


@pytest.mark.parametrize("user", ["odd user", "ümlaut"])
def test_any_character_may_be_in_user_name_and_password(
    pki: Pki, bare_dovecot: Dovecot, user: str
) -> None:
    """MAIL 4 F 131: blanks, quotes, backslash; what is not ASCII goes by AUTH PLAIN (RFC 6856)."""
    box = pop3_mailbox(bare_dovecot, user, pki)
    assert box.open().count == 0
    box.close()


@pytest.mark.parametrize("bad", ["a\r\nDELE 1", "a\x00b", "a\nb"])
@pytest.mark.parametrize("place", ["username", "password"])
def test_control_characters_never_reach_the_wire(place: str, bad: str) -> None:
    """MAIL 4 E 107: no second command, and none before it."""
    drop = Maildrop({})
    with ScriptedServer(drop) as server:
        settings = scripted_settings(server, "other_pop3")
        if place == "username":
            settings = replace(settings, username=bad)
        password = bad if place == "password" else "pw"
        with pytest.raises(MailError) as caught:
            Pop3Mailbox(settings, Credential(password), MemoryNumbers()).open()
    assert caught.value.field == f"incoming.{place}"
    assert set(drop.verbs()) <= {"QUIT"}


def test_an_additional_mailbox_needs_imap(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> None:
    """C-01: POP3 has one mailbox for each user name."""
    box = pop3_mailbox(dovecot, mailbox_user, pki, additional_mailbox="Team")
    with pytest.raises(MailError, match="cannot open an additional mailbox") as caught:
        box.open()
    assert caught.value.field == "incoming.additional_mailbox"


@pytest.mark.parametrize(
    ("username", "said"),
    [("hr@acme.example", "recent:hr@acme.example"), ("recent:hr@x.example", "recent:hr@x.example")],
)
def test_google_is_asked_for_the_last_30_days(username: str, said: str) -> None:
    """MAIL 1.3: else it hides what anybody fetched, and lists only the oldest mails."""
    drop = Maildrop({"m1": mail(1)})
    with ScriptedServer(drop) as server:
        settings = scripted_settings(server, "gmail_pop3")
        settings = replace(settings, username=username)
        box = Pop3Mailbox(settings, Credential("abcd efgh ijkl mnop"), MemoryNumbers())
        box.open()
        box.close()
        assert drop.heard[:2] == [f"USER {said}", "PASS abcdefghijklmnop"]
        drop.answers["PASS"] = b"-ERR no\r\n"
        with pytest.raises(MailError) as caught:
            box.open()
    assert caught.value.title.startswith(f"Sign-in as {username} was refused")


class Tokens:
    """Gives one access token after the other; ``asked`` is how."""

    def __init__(self, *tokens: str | Exception) -> None:
        self._tokens = list(tokens)
        self.asked: list[bool] = []

    def __call__(self, renew: bool) -> str:
        self.asked.append(renew)
        token = self._tokens.pop(0)
        if isinstance(token, Exception):
            raise token
        return token


def bearer(user: str, token: str) -> str:
    """What XOAUTH2 sends."""
    return base64.b64encode(f"user={user}\1auth=Bearer {token}\1\1".encode()).decode()


def authenticating(good: str, heard: list[str]) -> Callable[[Conversation, list[str]], bytes]:
    """AUTH of a server that takes the token ``good`` only, and explains itself otherwise."""

    def answer(talk: Conversation, words: list[str]) -> bytes:
        talk.send(b"+ \r\n")
        said = talk.line().decode()
        heard.append(said)
        if f"Bearer {good}\1" in base64.b64decode(said).decode():
            return b"+OK welcome\r\n"
        challenge = json.dumps({"status": "400", "scope": "https://mail.example/"}).encode()
        talk.send(b"+ " + base64.b64encode(challenge) + b"\r\n")
        heard.append(talk.line().decode())
        return b"-ERR [AUTH] refused " + said.encode() + b"\r\n"

    return answer


@pytest.fixture
def tls_drop() -> Maildrop:
    """A maildrop that takes tokens."""
    return Maildrop({"m1": mail(1)}, capabilities=("UIDL", "TOP", "SASL PLAIN XOAUTH2"))


def box_of(server: ScriptedServer, pki: Pki, tokens: AccessToken, **changes: Any) -> Pop3Mailbox:
    """A mailbox on a scripted server under TLS, signing in with tokens."""
    settings = ServerSettings(
        "office365_pop3",
        "localhost",
        server.port,
        Security.TLS,
        Authentication.OAUTH2,
        username="anna@acme.example",
        ca_certificate=pki.ca_pem,
    )
    return Pop3Mailbox(
        replace(settings, **changes),
        Credential(access_token=tokens),
        MemoryNumbers(),
        patience=HASTY,
    )


@pytest.mark.parametrize(
    ("mailbox", "user"), [(None, "anna@acme.example"), ("hr@acme.example", "hr@acme.example")]
)
def test_a_token_signs_in_on_a_line_of_its_own(
    tls_drop: Maildrop, pki: Pki, mailbox: str | None, user: str
) -> None:
    """MAIL 1.1: also into a shared mailbox, which is named as the user."""
    heard: list[str] = []
    tls_drop.answers["AUTH"] = authenticating("good", heard)
    with ScriptedServer(tls_drop, pki.server().server_context()) as server:
        tokens = Tokens("good")
        box = box_of(server, pki, tokens, additional_mailbox=mailbox)
        assert box.open().count == 1
        box.close()
    assert "AUTH XOAUTH2" in tls_drop.heard
    assert heard == [bearer(user, "good")]
    assert tokens.asked == [False]


def test_a_refused_token_is_renewed_once(tls_drop: Maildrop, pki: Pki) -> None:
    """MAIL 4 E 112, F 130: one empty line to the challenge, one fresh token, a new connection."""
    heard: list[str] = []
    tls_drop.answers["AUTH"] = authenticating("fresh", heard)
    with ScriptedServer(tls_drop, pki.server().server_context()) as server:
        tokens = Tokens("stale", "fresh")
        box = box_of(server, pki, tokens)
        assert box.open().count == 1
        box.close()
    user = "anna@acme.example"
    assert heard == [bearer(user, "stale"), "", bearer(user, "fresh")]
    assert (tokens.asked, tls_drop.sessions) == ([False, True], 2)


def test_a_token_that_is_refused_again_needs_a_person(tls_drop: Maildrop, pki: Pki) -> None:
    """C-08: stopped; no loop, and no token in what is shown."""
    tls_drop.answers["AUTH"] = authenticating("another", [])
    tokens = Tokens("token-one-1111111", "token-two-2222222")
    with (
        ScriptedServer(tls_drop, pki.server().server_context()) as server,
        pytest.raises(MailError) as caught,
    ):
        box_of(server, pki, tokens).open()
    error = caught.value
    assert (error.kind, error.field) == (ErrorKind.AUTHENTICATION, "incoming.oauth_token")
    assert "status 400" in error.server_words
    shown = f"{error.sentence()} {error.server_words}"
    assert not any(secret in shown for secret in ("token-one", bearer("anna@acme.example", "x")))
    assert bearer("anna@acme.example", "token-two-2222222") not in shown


def test_a_server_that_challenges_for_ever_is_left(tls_drop: Maildrop, pki: Pki) -> None:
    """MAIL 4 E 112: one empty line, and no second."""

    def answer(talk: Conversation, words: list[str]) -> bytes:
        while True:
            talk.send(b"+ eyJ9\r\n")
            talk.line()

    tls_drop.answers["AUTH"] = answer
    with (
        ScriptedServer(tls_drop, pki.server().server_context()) as server,
        pytest.raises(MailError, match="does not come to an end") as caught,
    ):
        box_of(server, pki, Tokens("good")).open()
    assert caught.value.kind is ErrorKind.PROTOCOL


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (SignInNeededError("Sign in again."), ErrorKind.AUTHENTICATION),
        (UnavailableError("The provider is down."), ErrorKind.TEMPORARY),
    ],
)
def test_without_a_token_nothing_is_tried(
    tls_drop: Maildrop, pki: Pki, trouble: Exception, kind: ErrorKind
) -> None:
    """C-08: a person must sign in, or the provider comes back by itself."""
    with (
        ScriptedServer(tls_drop, pki.server().server_context()) as server,
        pytest.raises(MailError) as caught,
    ):
        box_of(server, pki, Tokens(trouble)).open()
    assert caught.value.kind is kind
    assert "AUTH" not in tls_drop.verbs()


def test_a_server_that_takes_no_tokens_gets_none(pki: Pki) -> None:
    """MAIL 4 E 111: no other way to sign in is tried."""
    drop = Maildrop({}, capabilities=("UIDL", "SASL PLAIN"))
    with ScriptedServer(drop, pki.server().server_context()) as server:
        tokens = Tokens("good")
        with pytest.raises(MailError, match=r"does not take OAuth 2\.0"):
            box_of(server, pki, tokens).open()
    assert tokens.asked == []


def test_a_token_never_travels_in_clear(tls_drop: Maildrop, pki: Pki) -> None:
    """C-13: not even when the connection was chosen to be plain."""
    with ScriptedServer(tls_drop) as server:
        tokens = Tokens("good")
        with pytest.raises(MailError, match="needs an encrypted connection"):
            box_of(server, pki, tokens, security=Security.NONE).open()
    assert tokens.asked == []


def test_what_was_offered_before_tls_counts_for_nothing(pki: Pki) -> None:
    """RFC 2595, 4: somebody on the line may have said it."""
    keys = pki.server().server_context()

    def script(talk: Conversation) -> None:
        talk.send(b"+OK plain\r\n")
        while (line := talk.line()) != b"STLS":
            talk.send(b"+OK\r\nSASL PLAIN\r\n.\r\n" if line == b"CAPA" else b"-ERR\r\n")
        talk.send(b"+OK\r\n")
        talk.start_tls(keys)
        drop.greets = False
        drop(talk)

    drop = Maildrop({"m1": mail(1)}, capabilities=("UIDL", "TOP", "SASL XOAUTH2"))
    drop.answers["AUTH"] = authenticating("good", [])
    with ScriptedServer(script) as server:
        box = box_of(server, pki, Tokens("good"), security=Security.STARTTLS)
        assert box.open().count == 1
        box.close()


def test_words_before_tls_are_refused(pki: Pki) -> None:
    """MAIL 4 E 108: an answer that came with the agreement to STLS."""

    def script(talk: Conversation) -> None:
        talk.send(b"+OK plain\r\n")
        talk.line()
        talk.send(b"+OK begin\r\n+OK injected\r\n")
        talk.line()

    with ScriptedServer(script) as server:
        settings = replace(
            scripted_settings(server, "other_pop3"),
            security=Security.STARTTLS,
            ca_certificate=pki.ca_pem,
        )
        with pytest.raises(MailError, match="before the encryption had begun") as caught:
            Pop3Mailbox(settings, Credential("pw"), MemoryNumbers(), patience=HASTY).open()
    assert caught.value.kind is ErrorKind.TLS
