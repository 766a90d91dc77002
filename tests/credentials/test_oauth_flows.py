"""Signing in and renewing, at Microsoft, Google and an issuer of one's own."""

import datetime as dt
import logging
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from enate_desktop.credentials.certificates import ClientCertificate
from enate_desktop.credentials.oauth.flows import flow_of
from enate_desktop.credentials.oauth.registration import (
    Patience,
    Registration,
    SignInCancelledError,
    usual_scopes,
)
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.errors import EnateError, InputError, SignInNeededError, UnavailableError
from enate_desktop.domain.oauth import OAuthProvider
from tests.canary import CANARY, secret
from tests.credentials.oauth_support import (
    APPLICATION,
    DEVICE,
    GOOGLE,
    HASTE,
    MICROSOFT,
    OTHER,
    PROVIDERS,
    registration_at,
)
from tests.servers.identity_person import Person
from tests.servers.identity_provider import DEVICE_GRANT, IdentityProvider
from tests.servers.pki import Pki
from tests.servers.process import free_ports
from tests.servers.scripted import Conversation, Script, ScriptedServer

OUTLOOK = "https://outlook.office.com"


@pytest.fixture
def person(provider: IdentityProvider) -> Iterator[Person]:
    with Person(provider) as somebody:
        yield somebody


def sign_in(registration: Registration, person: Person) -> Token:
    return flow_of(registration).sign_in(person, threading.Event())


def asked_for(person: Person) -> dict[str, str]:
    """The parameters of the sign-in page."""
    (opened,) = person.opened
    return {name: values[0] for name, values in parse_qs(urlsplit(opened).query).items()}


# ------------------------------------------------------------------------------------ the browser


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_person_signs_in_with_the_browser(
    provider: IdentityProvider, person: Person, kind: OAuthProvider
) -> None:
    """C-03: authorization code with PKCE; who it was is known, and it can be renewed."""
    token = sign_in(registration_at(provider, kind), person)
    assert provider.account_of(token.access_token) == "hr@acme.example"
    assert token.account == "hr@acme.example"
    assert (token.expires_in, token.renewals) == (3600, 0)
    assert token.refresh_token
    asked = asked_for(person)
    assert asked["code_challenge_method"] == "S256"
    assert asked["login_hint"] == "hr@acme.example"
    assert len(asked["state"]) >= 22
    (exchange,) = provider.asked("token", "authorization_code")
    assert len(exchange.parameters["code_verifier"]) >= 43
    host = "localhost" if kind is MICROSOFT else "127.0.0.1"
    assert re.fullmatch(rf"http://{host}:\d+", asked["redirect_uri"])


@pytest.mark.parametrize(
    ("kind", "protocols", "scopes"),
    [
        (MICROSOFT, ("imap",), {f"{OUTLOOK}/IMAP.AccessAsUser.All"}),
        (MICROSOFT, ("pop3",), {f"{OUTLOOK}/POP.AccessAsUser.All"}),
        (MICROSOFT, ("smtp",), {f"{OUTLOOK}/SMTP.Send"}),
        (
            MICROSOFT,
            ("imap", "smtp"),
            {f"{OUTLOOK}/IMAP.AccessAsUser.All", f"{OUTLOOK}/SMTP.Send"},
        ),
        (GOOGLE, ("imap", "smtp"), {"https://mail.google.com/"}),
        (OTHER, ("imap",), set()),
    ],
)
def test_the_scopes_are_those_of_the_protocols(
    provider: IdentityProvider,
    person: Person,
    kind: OAuthProvider,
    protocols: tuple[str, ...],
    scopes: set[str],
) -> None:
    """MAIL 1.1, 1.2: exactly these, besides what names the person and makes the sign-in last."""
    sign_in(registration_at(provider, kind, protocols=protocols), person)
    names = {"openid", "profile", "email", "offline_access"}
    assert set(asked_for(person)["scope"].split()) - names == scopes


@pytest.mark.parametrize("kind", PROVIDERS)
def test_the_administrator_may_write_other_scopes(
    provider: IdentityProvider, person: Person, kind: OAuthProvider
) -> None:
    """MAIL 1.1: make scopes editable."""
    registration = registration_at(provider, kind)
    settings = replace(registration.settings, scopes=("https://example.test/mail", "openid"))
    scopes = usual_scopes(settings, ("imap",))
    sign_in(replace(registration, settings=settings, scopes=scopes), person)
    added = {"profile", "offline_access"} if kind is MICROSOFT else set()
    assert set(asked_for(person)["scope"].split()) == {*settings.scopes, *added}


def test_google_is_asked_for_a_lasting_sign_in(provider: IdentityProvider, person: Person) -> None:
    """MAIL 1.2: without it, somebody who agreed before gets no refresh token."""
    sign_in(registration_at(provider, GOOGLE), person)
    asked = asked_for(person)
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")


def test_somebody_without_a_user_name_chooses_an_account(
    provider: IdentityProvider, person: Person
) -> None:
    """C-03: the browser may be signed in as somebody else."""
    sign_in(registration_at(provider, MICROSOFT, username=""), person)
    asked = asked_for(person)
    assert asked["prompt"] == "select_account"
    assert "login_hint" not in asked


def test_microsofts_directory_and_server_are_those_of_the_registration(
    provider: IdentityProvider, person: Person
) -> None:
    """MAIL 1.1: national clouds and single directories."""
    sign_in(registration_at(provider, MICROSOFT), person)
    assert provider.asked("configuration")[0].below == "/acme.example/v2.0"


@pytest.mark.parametrize("kind", PROVIDERS)
@pytest.mark.parametrize("error", ["access_denied", "consent_required"])
def test_a_person_who_says_no_is_told_so(
    provider: IdentityProvider, person: Person, kind: OAuthProvider, error: str
) -> None:
    """MAIL 4 F 130: nothing is changed."""
    provider.denies = error
    with pytest.raises(InputError) as caught:
        sign_in(registration_at(provider, kind), person)
    assert "Nothing was changed." in caught.value.message
    assert caught.value.field.startswith("incoming.oauth")


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_forged_answer_does_not_sign_anybody_in(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """RFC 8252, 8.9: a request with another state is not ours."""

    def forge(address: str) -> None:
        parts = urlsplit(address)
        forged = f"{parts.scheme}://{parts.netloc}/?code=evil&state=evil"
        with pytest.raises(OSError, match="404"):
            Person.fetch(forged)
        with pytest.raises(OSError, match="404"):
            Person.fetch(f"{parts.scheme}://{parts.netloc}/favicon.ico")

    with Person(provider, before=forge) as somebody:
        token = sign_in(registration_at(provider, kind), somebody)
    assert provider.account_of(token.access_token)
    assert not [one for one in provider.asked("token") if one.parameters.get("code") == "evil"]


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_sign_in_can_be_cancelled(provider: IdentityProvider, kind: OAuthProvider) -> None:
    """C-06: within a fraction of a second; nothing was asked for."""
    cancel = threading.Event()
    with Person(provider, approves=None) as nobody, ThreadPoolExecutor(1) as threads:
        running = threads.submit(flow_of(registration_at(provider, kind)).sign_in, nobody, cancel)
        deadline = time.monotonic() + 10
        while not nobody.opened and time.monotonic() < deadline:
            cancel.wait(0.01)
        began = time.monotonic()
        cancel.set()
        with pytest.raises(SignInCancelledError):
            running.result(5)
    assert time.monotonic() - began < 5
    assert not provider.asked("token")


def test_a_google_account_without_the_mail_permission_is_refused(
    provider: IdentityProvider, person: Person
) -> None:
    """MAIL 1.2: Google lets the person untick single permissions."""
    provider.granted = "openid email"
    with pytest.raises(InputError, match="permission to use the mailbox was not given"):
        sign_in(registration_at(provider, GOOGLE), person)


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_sign_in_that_does_not_last_is_refused(
    provider: IdentityProvider, person: Person, kind: OAuthProvider
) -> None:
    """MAIL 1.4: without a refresh token mail would stand still within the hour."""
    provider.lasting = False
    with pytest.raises(EnateError) as caught:
        sign_in(registration_at(provider, kind), person)
    assert "within the hour" in caught.value.sentence()


# --------------------------------------------------------------------------------------- renewing


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_token_is_renewed_and_its_refresh_token_rotates(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """MAIL 1.4: the new refresh token is the one that counts."""
    before = Token.imported(provider.refresh_token())
    flow = flow_of(registration_at(provider, kind))
    after = flow.renew(before)
    assert provider.account_of(after.access_token) == "hr@acme.example"
    assert after.refresh_token != before.refresh_token
    assert after.newer_than(before)
    assert flow.renew(after).newer_than(after)


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_provider_that_does_not_rotate_keeps_its_refresh_token(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """RFC 6749, 6: the old one stays where no other is sent."""
    before = Token.imported(provider.refresh_token())
    provider.rotates = False
    after = flow_of(registration_at(provider, kind)).renew(before)
    assert after.refresh_token == before.refresh_token


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_withdrawn_sign_in_needs_a_person(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """MAIL 1.2, 4 F 130, catalogue H: the sentence, and what to do."""
    before = Token.imported(provider.refresh_token())
    provider.revoke()
    with pytest.raises(SignInNeededError) as caught:
        flow_of(registration_at(provider, kind)).renew(before)
    assert caught.value.title == "Sign-in to hr@acme.example is no longer accepted."
    assert "Mail stays safely on the server. Sign in again." in caught.value.message
    assert caught.value.field == "incoming.oauth"
    assert len(provider.asked("token")) == 1


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
@pytest.mark.parametrize(
    ("path", "fault"),
    [
        *(("token", fault) for fault in ("429", "500", "503", "slow", "drip", "huge", "bomb")),
        *(("token", fault) for fault in ("html", "garbage", "list", "deep", "redirect", "drop")),
        *(("token", fault) for fault in ("403", "temporarily_unavailable", "server_error")),
        ("token", "invalid_request:AADSTS90033: A transient error has occurred."),
        *(("configuration", fault) for fault in ("404", "429", "500", "drip", "huge", "html")),
        *(("configuration", fault) for fault in ("garbage", "list", "redirect", "drop")),
    ],
)
def test_a_provider_that_is_out_of_order_is_tried_again_later(
    provider: IdentityProvider, kind: OAuthProvider, path: str, fault: str
) -> None:
    """MAIL 1.4: never the end of a sign-in, never for ever, never an answer without bounds."""
    before = Token.imported(provider.refresh_token())
    provider.fail(path, fault)
    patience = HASTE if fault in ("slow", "drip") else Patience()
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="sign-in provider") as caught:
        flow_of(registration_at(provider, kind, patience=patience)).renew(before)
    assert time.monotonic() - began < 10
    assert "Mail stays safely on the server." in caught.value.message
    assert CANARY not in caught.value.sentence()
    provider.recover()
    assert flow_of(registration_at(provider, kind)).renew(before).renewals == 1


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "undefined", "base64", "utf-7", "utf-16", "no-such"]
)
def test_an_answer_is_json_whatever_charset_it_claims(
    provider: IdentityProvider, kind: OAuthProvider, charset: str
) -> None:
    """MAIL 4 A 17, RFC 8259, 8.1: Python's own codecs raise errors of every kind."""
    before = Token.imported(provider.refresh_token())
    provider.say_content_type(f"application/json; charset={charset}")
    assert flow_of(registration_at(provider, kind)).renew(before).renewals == 1
    provider.fail("token", "garbage")
    with pytest.raises(UnavailableError, match="sign-in provider"):
        flow_of(registration_at(provider, kind)).renew(before)


def _drips(talk: Conversation) -> None:
    while talk.line():
        pass
    talk.send(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        talk.send(b"x")
        time.sleep(0.05)


def _endless(talk: Conversation) -> None:
    while talk.line():
        pass
    talk.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        talk.send(b"X: " + b"x" * 60_000 + b"\r\n")


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
@pytest.mark.parametrize(
    ("script", "encrypted"),
    [
        (Conversation.stall, False),
        (Conversation.stall, True),
        (Conversation.drop, True),
        (_drips, True),
        (_endless, True),
        (lambda talk: talk.send(b"* OK IMAP4rev1\r\n"), True),
        (lambda talk: talk.send(b"* OK IMAP4rev1\r\n"), False),
    ],
    ids=["no TLS", "silent", "gone", "slow header", "endless header", "no HTTP", "plain"],
)
def test_whatever_listens_at_the_address_keeps_nobody_waiting(
    provider: IdentityProvider, pki: Pki, kind: OAuthProvider, script: Script, encrypted: bool
) -> None:
    """MAIL 1.4: bounded in time, the handshake and the head of the answer too."""
    registration = registration_at(provider, kind, patience=HASTE)
    with ScriptedServer(script, pki.server().server_context() if encrypted else None) as server:
        settings = replace(registration.settings, issuer=f"https://localhost:{server.port}")
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            flow_of(replace(registration, settings=settings)).renew(Token.imported("rt"))
        assert time.monotonic() - began < 10


def test_nobody_at_the_address_is_told(provider: IdentityProvider) -> None:
    """MAIL 1.4."""
    registration = registration_at(provider, OTHER)
    settings = replace(registration.settings, issuer=f"https://localhost:{free_ports(1)[0]}")
    with pytest.raises(UnavailableError, match="does not answer"):
        flow_of(replace(registration, settings=settings)).renew(Token.imported("rt"))


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_redirect_is_not_followed(provider: IdentityProvider, kind: OAuthProvider) -> None:
    """MAIL 1.4: a refresh token goes to the issuer's address and nowhere else."""
    provider.fail("token", "redirect")
    with pytest.raises(UnavailableError, match="cannot be used"):
        flow_of(registration_at(provider, kind)).renew(Token.imported(provider.refresh_token()))
    assert not provider.asked("elsewhere")


def test_the_provider_says_how_long_to_wait(provider: IdentityProvider) -> None:
    """RFC 9110, 10.2.3."""
    provider.fail("token", "429")
    with pytest.raises(UnavailableError) as caught:
        flow_of(registration_at(provider, OTHER)).renew(Token.imported("rt"))
    assert getattr(caught.value, "wait", 0) == 7


# -------------------------------------------------------------------------- trust and encryption


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_provider_of_an_unknown_authority_is_not_trusted(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """C-13: verified by default, and nothing was sent."""
    registration = registration_at(provider, kind, ca_certificate="", side="outgoing")
    with pytest.raises(UnavailableError, match="certificate of the sign-in provider") as caught:
        flow_of(registration).renew(Token.imported("rt"))
    assert caught.value.field == "outgoing.ca_certificate"
    assert not provider.requests


@pytest.mark.parametrize("fault", ["expired", "wrong-host", "self-signed", "unknown-ca"])
def test_a_bad_certificate_of_the_provider_is_refused(pki: Pki, fault: str) -> None:
    """C-13: also where the private CA is given."""
    with IdentityProvider(pki, fault=fault) as provider:
        with pytest.raises(UnavailableError, match="certificate of the sign-in provider"):
            flow_of(registration_at(provider, OTHER)).renew(Token.imported("rt"))
        assert not provider.requests


@pytest.mark.parametrize("kind", PROVIDERS)
def test_the_bundle_of_this_computer_is_honoured(
    provider: IdentityProvider, kind: OAuthProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAIL 1.4: REQUESTS_CA_BUNDLE, which a TLS-inspecting company sets."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(provider.ca_path))
    registration = registration_at(provider, kind, ca_certificate="")
    assert flow_of(registration).renew(Token.imported(provider.refresh_token())).renewals == 1


def test_another_bundle_does_not_replace_the_private_ca(
    provider: IdentityProvider, pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-13: both are trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pki.other_ca.certificate_path))
    registration = registration_at(provider, OTHER)
    assert flow_of(registration).renew(Token.imported(provider.refresh_token())).renewals == 1


def test_a_bundle_that_is_not_there_is_named(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """MAIL 1.4: confusing TLS errors."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    with pytest.raises(UnavailableError) as caught:
        flow_of(registration_at(provider, OTHER)).renew(Token.imported("rt"))
    assert "REQUESTS_CA_BUNDLE" in caught.value.message


def test_a_private_ca_that_is_none_is_told(provider: IdentityProvider) -> None:
    """C-13."""
    registration = registration_at(provider, OTHER, ca_certificate="nonsense")
    with pytest.raises(InputError, match="private CA") as caught:
        flow_of(registration).renew(Token.imported("rt"))
    assert caught.value.field == "incoming.ca_certificate"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("token_endpoint", "http://127.0.0.1/token"),
        ("token_endpoint", "ftp://127.0.0.1/token"),
        ("token_endpoint", "https://user:pw@127.0.0.1/token"),
        ("token_endpoint", "https:///token"),
        ("token_endpoint", 5),
        ("token_endpoint", None),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "file:///etc/passwd"),
        ("authorization_endpoint", "https://x\nhttps://y"),
        ("device_authorization_endpoint", "http://127.0.0.1/device"),
    ],
)
@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
def test_a_token_is_never_asked_for_in_clear(
    provider: IdentityProvider,
    person: Person,
    kind: OAuthProvider,
    name: str,
    address: object,
) -> None:
    """MAIL 1.4: whatever the provider says of itself; and no odd page is opened."""
    provider.configured[name] = address
    with pytest.raises(UnavailableError, match="cannot be used"):
        sign_in(registration_at(provider, kind), person)
    assert not person.opened


def test_a_provider_cannot_speak_for_another(provider: IdentityProvider, person: Person) -> None:
    """RFC 8414, 3.3."""
    provider.configured["issuer"] = "https://login.example.test"
    with pytest.raises(UnavailableError) as caught:
        sign_in(registration_at(provider, OTHER), person)
    assert "speaks for another" in caught.value.message


def test_the_standards_place_is_looked_at_too(provider: IdentityProvider, person: Person) -> None:
    """RFC 8414, 3.1: for an issuer that knows nothing of OpenID."""
    provider.fail("configuration", "404", times=1)
    assert sign_in(registration_at(provider, OTHER), person).refresh_token


def test_an_address_without_a_provider_is_told(provider: IdentityProvider, person: Person) -> None:
    """C-03: the administrator's own issuer, mistyped."""
    provider.fail("configuration", "404")
    with pytest.raises(UnavailableError, match="There is no sign-in provider at") as caught:
        sign_in(registration_at(provider, OTHER), person)
    assert caught.value.field == "incoming.oauth.issuer"


# ------------------------------------------------------------------------- a code on another device


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
def test_a_person_signs_in_with_a_code(
    provider: IdentityProvider, person: Person, kind: OAuthProvider
) -> None:
    """C-03, RFC 8628."""
    token = sign_in(registration_at(provider, kind, DEVICE), person)
    assert provider.account_of(token.access_token) == "hr@acme.example"
    ((code, url, seconds),) = person.codes
    assert len(code) == 8
    assert url.startswith("https://")
    assert seconds == 900
    assert flow_of(registration_at(provider, kind, DEVICE)).renew(token).renewals == 1


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
def test_waiting_for_a_code_can_be_cancelled(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """C-06."""
    cancel = threading.Event()
    with Person(provider, approves=None) as nobody, ThreadPoolExecutor(1) as threads:
        running = threads.submit(
            flow_of(registration_at(provider, kind, DEVICE)).sign_in, nobody, cancel
        )
        deadline = time.monotonic() + 10
        while not provider.asked("token", DEVICE_GRANT) and time.monotonic() < deadline:
            cancel.wait(0.01)
        began = time.monotonic()
        cancel.set()
        with pytest.raises(SignInCancelledError):
            running.result(5)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
def test_a_code_that_was_refused_is_told(provider: IdentityProvider, kind: OAuthProvider) -> None:
    """RFC 8628, 3.5."""
    with (
        Person(provider, approves=False) as somebody,
        pytest.raises(InputError, match="permission was not given"),
    ):
        sign_in(registration_at(provider, kind, DEVICE), somebody)


def test_a_directory_that_forbids_codes_is_explained(
    provider: IdentityProvider, person: Person
) -> None:
    """MAIL 1.1: the Conditional Access block of device codes is detected and explained."""
    provider.fail("token", "invalid_grant:AADSTS53003: Access has been blocked by policies.")
    with pytest.raises(InputError) as caught:
        sign_in(registration_at(provider, MICROSOFT, DEVICE), person)
    assert "Conditional Access" in caught.value.title
    assert "no longer allow signing in with a code" in caught.value.message
    assert "browser" in caught.value.message


def test_google_is_never_asked_for_a_code(provider: IdentityProvider, person: Person) -> None:
    """MAIL 1.2: the mail scope is not usable there."""
    with pytest.raises(InputError, match="does not offer"):
        sign_in(registration_at(provider, GOOGLE, DEVICE), person)
    assert not provider.asked("device")


def test_an_issuer_without_codes_is_told(provider: IdentityProvider, person: Person) -> None:
    """C-03: device flow where the issuer has it."""
    provider.has_device_flow = False
    with pytest.raises(InputError, match="does not offer") as caught:
        sign_in(registration_at(provider, OTHER, DEVICE), person)
    assert caught.value.field == "incoming.oauth.flow"


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
@pytest.mark.parametrize(
    "answer",
    [
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "http://example.test/"},
        {"user_code": "x" * 1000},
        {"user_code": "A\x1b[2J"},
        {"user_code": None},
        {"device_code": 5},
    ],
)
def test_a_code_that_cannot_be_shown_is_not(
    provider: IdentityProvider, person: Person, kind: OAuthProvider, answer: dict[str, object]
) -> None:
    """RFC 8628: what comes from outside is looked at before a person sees it."""
    provider.device_facts = answer
    with pytest.raises(UnavailableError, match="cannot be used"):
        sign_in(registration_at(provider, kind, DEVICE), person)
    assert not person.codes


# -------------------------------------------------------------------------- the application itself


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
def test_an_application_signs_in_with_its_secret(
    provider: IdentityProvider, kind: OAuthProvider
) -> None:
    """MAIL 1.1: client credentials; there is no refresh token, one just asks again."""
    provider.client_secret = secret("client:secret %")
    registration = registration_at(
        provider, kind, APPLICATION, client_secret=provider.client_secret
    )
    token = flow_of(registration).for_itself()
    assert provider.account_of(token.access_token)
    assert token.refresh_token == ""
    (asked,) = provider.asked("token", "client_credentials")
    scope = "https://outlook.office365.com/.default" if kind is MICROSOFT else None
    assert asked.parameters.get("scope") == scope


@pytest.mark.parametrize("kind", [MICROSOFT, OTHER])
def test_a_wrong_secret_is_told(provider: IdentityProvider, kind: OAuthProvider) -> None:
    """MAIL 1.1: with the field to mend, and without the secret."""
    provider.client_secret = secret("right")
    wrong = secret("wrong")
    registration = registration_at(provider, kind, APPLICATION, client_secret=wrong)
    with pytest.raises(SignInNeededError, match="application cannot sign in") as caught:
        flow_of(registration).for_itself()
    assert caught.value.field == "incoming.client_secret"
    assert "client secret is not the one" in caught.value.message
    assert CANARY not in caught.value.sentence()


@pytest.mark.parametrize("in_body", [True, False])
@pytest.mark.parametrize("kind", [GOOGLE, OTHER])
def test_a_client_secret_goes_where_the_provider_wants_it(
    provider: IdentityProvider, person: Person, kind: OAuthProvider, in_body: bool
) -> None:
    """RFC 6749, 2.3.1: the header unless the provider says that it takes the form; Google does."""
    provider.client_secret = secret("client:secret %")
    if in_body:
        provider.configured["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    registration = registration_at(provider, kind, client_secret=provider.client_secret)
    token = sign_in(registration, person)
    assert flow_of(registration).renew(token).renewals == 1
    for asked in provider.asked("token"):
        assert ("client_secret" in asked.parameters) is (in_body or kind is GOOGLE)


def rsa_pfx(password: bytes) -> tuple[bytes, x509.Certificate]:
    """A certificate of the kind that Microsoft takes."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Enate")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pfx = pkcs12.serialize_key_and_certificates(
        b"Enate", key, certificate, None, BestAvailableEncryption(password)
    )
    return pfx, certificate


def test_an_application_signs_in_with_its_certificate(provider: IdentityProvider) -> None:
    """MAIL 1.1: an assertion signed with the key of the .pfx (RFC 7523); no path is needed."""
    password = secret("pfx").encode()
    pfx, provider.client_certificate = rsa_pfx(password)
    registration = registration_at(
        provider, MICROSOFT, APPLICATION, certificate=ClientCertificate(pfx, password)
    )
    token = flow_of(registration).for_itself()
    assert provider.account_of(token.access_token)
    (asked,) = provider.asked("token")
    assert "client_secret" not in asked.parameters


def test_a_certificate_that_the_registration_does_not_know_is_told(
    provider: IdentityProvider,
) -> None:
    """MAIL 1.1."""
    pfx, _ = rsa_pfx(b"pw")
    _, provider.client_certificate = rsa_pfx(b"pw")
    registration = registration_at(
        provider, MICROSOFT, APPLICATION, certificate=ClientCertificate(pfx, b"pw")
    )
    with pytest.raises(SignInNeededError) as caught:
        flow_of(registration).for_itself()
    assert caught.value.field == "incoming.certificate"
    assert "does not know this certificate" in caught.value.message


def test_a_certificate_that_microsoft_does_not_take_is_told(
    provider: IdentityProvider, pki: Pki
) -> None:
    """C-04: RSA only."""
    certificate = ClientCertificate(pki.client_pfx(password=b""), b"")
    registration = registration_at(provider, MICROSOFT, APPLICATION, certificate=certificate)
    with pytest.raises(InputError, match="RSA") as caught:
        flow_of(registration).for_itself()
    assert caught.value.field == "incoming.certificate"


def test_a_certificate_password_that_does_not_fit_is_told(provider: IdentityProvider) -> None:
    """C-04: the field has the name of the side."""
    pfx, _ = rsa_pfx(b"right")
    registration = registration_at(
        provider,
        MICROSOFT,
        APPLICATION,
        side="outgoing",
        certificate=ClientCertificate(pfx, b"wrong"),
    )
    with pytest.raises(InputError, match="does not open") as caught:
        flow_of(registration).for_itself()
    assert caught.value.field == "outgoing.certificate_password"


# ------------------------------------------------------------------------------------- secrecy


@pytest.mark.parametrize("kind", PROVIDERS)
def test_nothing_secret_is_logged_or_shown(
    provider: IdentityProvider,
    person: Person,
    kind: OAuthProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """S-02: not even where somebody turns the log up to its smallest details."""
    caplog.set_level(logging.DEBUG)
    registration = registration_at(provider, kind)
    token = sign_in(registration, person)
    flow_of(registration).renew(token)
    with pytest.raises(SignInNeededError) as caught:
        flow_of(registration).renew(token)
    provider.fail("token", f"invalid_grant:The token {token.refresh_token} has expired.")
    with pytest.raises(SignInNeededError) as echoed:
        flow_of(registration).renew(token)
    for text in (caplog.text, repr(registration), repr(flow_of(registration)), repr(token)):
        assert CANARY not in text
    for error in (caught.value, echoed.value):
        assert CANARY not in f"{error!r} {error.sentence()} {error.__cause__!r}"
