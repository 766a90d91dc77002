"""Signing in for a connector, and what becomes of its tokens."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from enate_desktop.credentials.oauth.registration import utc_now
from enate_desktop.credentials.oauth.source import SystemClock, TokenSources
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import Authentication, Connector, Security, Side, UseFor
from enate_desktop.domain.errors import (
    CredentialError,
    InputError,
    NotPermittedError,
    SignInNeededError,
    StorageError,
    UnavailableError,
)
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.domain.people import ROLES
from enate_desktop.domain.people import Person as Login
from enate_desktop.services.oauth import SignInService
from enate_desktop.services.sign_in import credential_for
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services, build_services, build_supervisor
from tests.canary import CANARY, secret
from tests.company import connector as connector_document
from tests.company import document, open_services
from tests.servers.dovecot import Dovecot
from tests.servers.identity_person import Person
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki
from tests.services.connections import passed

TOKEN = SecretName.INCOMING_OAUTH_TOKEN
SENDING_TOKEN = SecretName.OUTGOING_OAUTH_TOKEN


class _Impatient(SystemClock):
    """No other program renews these sign-ins, so nobody waits for one."""

    @override
    def wait(self, seconds: float) -> None:
        pass


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(connector_document(incoming=_other_incoming())), tmp_path)
    opened.context.vault.token_sources = TokenSources(_Impatient())
    yield opened
    opened.close()


def _other_incoming() -> dict[str, Any]:
    return {"service": "other_imap", "host": "127.0.0.1", "port": 1143, "username": "hr"}


def signing_in(
    services: Services, at: IdentityProvider, *, sends: bool = False, **changes: Any
) -> Connector:
    """The connector of the company with an OAuth 2.0 registration, not saved yet."""
    (stored,) = services.connectors.all()
    assert stored.incoming is not None
    oauth = replace(
        OAuthSettings(OAuthProvider.OTHER, client_id=at.client_id, issuer=at.issuer),
        **changes,
    )
    incoming = replace(
        stored.incoming,
        security=Security.TLS,
        authentication=Authentication.OAUTH2,
        ca_certificate=at.ca_pem,
        username="hr@acme.example",
        oauth=oauth,
    )
    if not sends:
        return replace(stored, incoming=incoming)
    outgoing = replace(incoming, service="other_smtp", port=1465)
    return replace(stored, use_for=UseFor.BOTH, incoming=incoming, outgoing=outgoing)


def signed_in(
    services: Services, at: IdentityProvider, side: Side = Side.INCOMING, **changes: Any
) -> Connector:
    """The same, after a person has signed in and it was saved."""
    connector = signing_in(services, at, **changes)
    with Person(at) as person:
        found = services.oauth.sign_in(connector, side, {}, person, threading.Event())
    return services.connectors.save(connector, found.secrets)


def stored_token(services: Services, name: SecretName = TOKEN) -> Token:
    (connector,) = services.connectors.all()
    with services.context.database.read() as work:
        raw = services.context.vault.secret(work, connector.id, name)
    assert raw is not None
    return Token.from_json(raw)


def access(services: Services, connector: Connector, side: Side = Side.INCOMING) -> Any:
    return credential_for(services.context, connector, side).access_token


# -------------------------------------------------------------------------------------- signing in


def test_a_sign_in_of_what_is_on_screen_stores_nothing(
    services: Services, provider: IdentityProvider
) -> None:
    """C-06: saved or not; the answer goes into the save."""
    connector = replace(signing_in(services, provider), id=0, name="New")
    before = services.exchange.export()
    with Person(provider) as person:
        found = services.oauth.sign_in(connector, Side.INCOMING, {}, person, threading.Event())
    assert found.account == "hr@acme.example"
    assert list(found.secrets) == [TOKEN]
    assert services.exchange.export() == before
    assert CANARY not in repr(found)
    assert services.oauth.account(connector.id, Side.INCOMING) == ""


def test_who_signed_in_is_known_after_the_save(
    services: Services, provider: IdentityProvider
) -> None:
    """C-03."""
    connector = signed_in(services, provider)
    assert services.oauth.account(connector.id, Side.INCOMING) == "hr@acme.example"
    assert services.oauth.account(connector.id, Side.OUTGOING) == ""
    assert services.oauth.account(999, Side.INCOMING) == ""


def test_both_sides_with_one_registration_sign_in_once(
    services: Services, provider: IdentityProvider
) -> None:
    """C-03: whichever side was asked for; the token is kept once and serves both."""
    connector = signed_in(services, provider, Side.OUTGOING, sends=True)
    assert services.connectors.stored_secrets(connector.id) >= {TOKEN}
    assert SENDING_TOKEN not in services.connectors.stored_secrets(connector.id)
    for side in Side:
        assert services.oauth.account(connector.id, side) == "hr@acme.example"
    assert access(services, connector)(False) == access(services, connector, Side.OUTGOING)(False)


def test_microsoft_is_asked_for_receiving_and_sending_at_once(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.1: the union of the scopes."""
    signed_in(
        services,
        provider,
        sends=True,
        provider=OAuthProvider.MICROSOFT,
        tenant="acme.example",
        issuer=provider.base,
    )
    (asked,) = provider.asked("authorize")
    assert "IMAP.AccessAsUser.All" in asked.parameters["scope"]
    assert "SMTP.Send" in asked.parameters["scope"]


def test_sides_with_different_registrations_sign_in_each(
    services: Services, provider: IdentityProvider
) -> None:
    """C-03."""
    connector = signing_in(services, provider, sends=True)
    assert connector.outgoing is not None
    other = replace(connector.outgoing, username="sender@acme.example")
    connector = replace(connector, outgoing=other)
    with Person(provider) as person:
        found = services.oauth.sign_in(connector, Side.OUTGOING, {}, person, threading.Event())
    assert list(found.secrets) == [SENDING_TOKEN]


def test_a_secret_on_screen_is_used(services: Services, provider: IdentityProvider) -> None:
    """C-06: stored secrets fill in for those not given."""
    provider.client_secret = secret("client")
    connector = signing_in(services, provider)
    given = {SecretName.INCOMING_CLIENT_SECRET: provider.client_secret.encode()}
    with Person(provider) as person:
        found = services.oauth.sign_in(connector, Side.INCOMING, given, person, threading.Event())
        services.connectors.save(connector, {**given, **found.secrets})
        again = services.oauth.sign_in(connector, Side.INCOMING, {}, person, threading.Event())
    assert again.account == "hr@acme.example"


def test_blanks_around_what_was_typed_make_no_other_sign_in(
    services: Services, provider: IdentityProvider
) -> None:
    """C-03: what is on screen is taken as it would be saved."""
    connector = signing_in(services, provider, sends=True)
    assert connector.outgoing is not None
    typed = replace(connector.outgoing, username=" hr@acme.example ")
    assert typed.oauth is not None
    typed = replace(typed, oauth=replace(typed.oauth, client_id=f" {provider.client_id} "))
    with Person(provider) as person:
        found = services.oauth.sign_in(
            replace(connector, outgoing=typed), Side.OUTGOING, {}, person, threading.Event()
        )
    assert list(found.secrets) == [TOKEN]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": ""}, "incoming.oauth.client_id"),
        ({"issuer": "http://127.0.0.1"}, "incoming.oauth.issuer"),
    ],
)
def test_an_unusable_registration_asks_nobody(
    services: Services, provider: IdentityProvider, changes: dict[str, Any], field: str
) -> None:
    """C-03: refused with the field before anything is opened."""
    connector = signing_in(services, provider, **changes)
    with Person(provider) as person, pytest.raises(InputError) as caught:
        services.oauth.sign_in(connector, Side.INCOMING, {}, person, threading.Event())
    assert caught.value.field == field
    assert not person.opened


def test_a_side_without_oauth_asks_nobody(services: Services, provider: IdentityProvider) -> None:
    """C-03."""
    (connector,) = services.connectors.all()
    for side in Side:
        with Person(provider) as person, pytest.raises(InputError):
            services.oauth.sign_in(connector, side, {}, person, threading.Event())


def test_signing_in_needs_the_permission(services: Services, provider: IdentityProvider) -> None:
    """P-01: checked in the service."""
    viewer = services.context.acting_as(Login("vera", "Viewer", ROLES["Viewer"]))
    connector = signing_in(services, provider)
    with Person(provider) as person, pytest.raises(NotPermittedError):
        SignInService(viewer).sign_in(connector, Side.INCOMING, {}, person, threading.Event())


def test_an_application_signs_in_without_a_person(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.1: nothing is kept; it just asks again."""
    provider.client_secret = secret("client")
    connector = signing_in(services, provider, flow=OAuthFlow.APPLICATION)
    given = {SecretName.INCOMING_CLIENT_SECRET: provider.client_secret.encode()}
    with Person(provider) as person:
        found = services.oauth.sign_in(connector, Side.INCOMING, given, person, threading.Event())
    assert (found.account, found.secrets, person.opened) == ("", {}, [])
    saved = services.connectors.save(connector, given)
    ask = access(services, saved)
    assert provider.account_of(ask(False)) == "hr@acme.example"
    assert ask(False) == ask(False)
    assert TOKEN not in services.connectors.stored_secrets(saved.id)


def test_an_application_with_a_mended_secret_is_asked_again(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.4: what was refused is remembered for the registration that was refused only."""
    provider.client_secret = secret("right")
    connector = signing_in(services, provider, flow=OAuthFlow.APPLICATION)
    name = SecretName.INCOMING_CLIENT_SECRET
    saved = services.connectors.save(connector, {name: secret("wrong").encode()})
    ask = access(services, saved)
    for _ in range(3):
        with pytest.raises(SignInNeededError):
            ask(False)
    assert len(provider.asked("token")) == 1
    saved = services.connectors.save(saved, {name: provider.client_secret.encode()})
    assert provider.account_of(access(services, saved)(False))


# ---------------------------------------------------------------------------------------- renewing


def test_a_renewed_token_is_stored_before_it_is_used(
    services: Services, provider: IdentityProvider, tmp_path: Path
) -> None:
    """MAIL 1.4: another program finds the refresh token that counts in the data file."""
    provider.lifetime = 0
    connector = signed_in(services, provider)
    ask = access(services, connector)
    for number in range(1, 4):
        assert provider.account_of(ask(False)) is None  # it lives for no second
        other = open_services(tmp_path / "data")
        kept = stored_token(other)
        other.close()
        assert kept.refresh_token == provider.families[0].refresh_token
        assert kept.renewals == number


def test_a_renewed_token_is_stored_although_the_lease_was_lost(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.4: the provider takes the former refresh token no more, whoever has the mailbox."""
    provider.lifetime = 0
    connector = signed_in(services, provider)

    def lost(_work: object) -> None:
        raise StorageError("Another worker has taken over this mailbox.")

    fenced = replace(services.context, database=services.context.database.fenced(lost))
    ask = credential_for(fenced, connector, Side.INCOMING).access_token
    assert ask is not None
    ask(False)
    assert stored_token(services).refresh_token == provider.families[0].refresh_token
    assert stored_token(services).renewals == 1


_CHILD = """
import sys
from pathlib import Path
from enate_desktop.domain.connectors import Side
from enate_desktop.services.sign_in import credential_for
from enate_desktop.wiring import build_services
services = build_services(Path(sys.argv[1]), trusted_keyrings=())
(connector,) = services.connectors.all()
credential = credential_for(services.context, connector, Side.INCOMING)
print("ready", flush=True)
sys.stdin.readline()
credential.access_token(False)
print("used", flush=True)
"""


def test_who_is_killed_between_renewing_and_storing_has_used_nothing(
    provider: IdentityProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAIL 1.4, 4 G 145: the provider has answered, the data file is not written yet."""
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("passphrase"))
    provider.lifetime = 0
    opened = build_services(tmp_path / "data", trusted_keyrings=())
    opened.context.vault.token_sources = TokenSources(_Impatient())
    opened.exchange.import_(document(connector_document(incoming=_other_incoming())), tmp_path)
    connector = signed_in(opened, provider)
    before = stored_token(opened)
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "ready\n"
        with opened.context.database.write():
            child.stdin.write("go\n")
            child.stdin.flush()
            deadline = time.monotonic() + 10
            while provider.families[0].refresh_token == before.refresh_token:
                assert time.monotonic() < deadline
                threading.Event().wait(0.01)
            child.kill()
            assert child.stdout.read() == ""
    assert stored_token(opened) == before
    # The provider takes a refresh token once: a person has to sign in, and nothing else is lost.
    with pytest.raises(SignInNeededError, match="no longer accepted"):
        access(opened, connector)(False)
    opened.close()


def test_a_renewal_is_no_change_of_the_connector(
    services: Services, provider: IdentityProvider
) -> None:
    """C-05, R-08: the test stays good, the history says nothing; a new sign-in is a change."""
    connector = signed_in(services, provider)
    live = services.connectors.enable(connector.id, passed(services, connector))
    lines = list(services.history.all())
    revision = _revision(services)
    before = stored_token(services)
    ask = access(services, live)
    ask(False)
    ask(True)
    assert stored_token(services).newer_than(before)
    assert list(services.history.all()) == lines
    assert _revision(services) == revision
    assert services.connectors.save(live).enabled
    with Person(provider) as person:
        again = services.oauth.sign_in(live, Side.INCOMING, {}, person, threading.Event())
    assert not services.connectors.save(live, again.secrets).enabled


def _revision(services: Services) -> int:
    with services.context.database.read() as work:
        return work.facts.revision()


def test_an_older_copy_of_a_token_does_not_replace_a_newer_one(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.4: a form that was open meanwhile hands its copy on once more."""
    connector = signing_in(services, provider)
    with Person(provider) as person:
        found = services.oauth.sign_in(connector, Side.INCOMING, {}, person, threading.Event())
    connector = services.connectors.save(connector, found.secrets)
    ask = access(services, connector)
    ask(False)
    ask(True)
    newest = stored_token(services)
    services.connectors.save(connector, found.secrets)
    assert stored_token(services) == newest


def test_a_sign_in_made_meanwhile_is_not_overwritten_by_a_renewal(
    services: Services, provider: IdentityProvider
) -> None:
    """S-01."""
    connector = signed_in(services, provider)
    old = stored_token(services)
    connector = signed_in(services, provider)
    new = stored_token(services)
    renewed = old.renewed({"access_token": "late"}, new.obtained_at)
    with services.context.database.write() as work:
        services.context.vault.renew(work, connector.id, TOKEN, renewed)
    assert stored_token(services) == new


def test_ten_sessions_of_one_connector_renew_once(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.4: single flight per connector, whoever made the credential."""
    provider.lifetime = 0
    connector = signed_in(services, provider)
    provider.lifetime = 3600
    together = threading.Barrier(10)

    def ask(_number: int) -> str:
        token = access(services, connector)
        together.wait()
        return str(token(False))

    with ThreadPoolExecutor(10) as threads:
        assert len(set(threads.map(ask, range(10)))) == 1
    assert len(provider.asked("token", "refresh_token")) == 1


def test_a_withdrawn_sign_in_is_asked_for_once(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.2, 1.4: no retry storm; a new sign-in ends it."""
    provider.lifetime = 0
    connector = signed_in(services, provider)
    provider.revoke()
    for _ in range(3):
        with pytest.raises(SignInNeededError, match="is no longer accepted"):
            access(services, connector)(False)
    assert len(provider.asked("token", "refresh_token")) == 1
    provider.lifetime = 3600
    connector = signed_in(services, provider)
    assert provider.account_of(access(services, connector)(False)) == "hr@acme.example"


def test_a_provider_that_is_down_keeps_the_sign_in(
    services: Services, provider: IdentityProvider
) -> None:
    """MAIL 1.4."""
    provider.lifetime = 0
    connector = signed_in(services, provider)
    before = stored_token(services)
    provider.fail("token", "503")
    with pytest.raises(UnavailableError):
        access(services, connector)(False)
    assert stored_token(services) == before


def test_nobody_signed_in_is_told(services: Services, provider: IdentityProvider) -> None:
    """C-03: mail stays, and what to do."""
    connector = services.connectors.save(signing_in(services, provider))
    with pytest.raises(SignInNeededError, match="Nobody has signed in") as caught:
        access(services, connector)(False)
    assert caught.value.field == "incoming.oauth"
    assert not provider.requests


def test_a_password_that_is_not_stored_is_told(services: Services) -> None:
    """MAIL 4 G 133."""
    (connector,) = services.connectors.all()
    with pytest.raises(CredentialError, match="No password is stored") as caught:
        credential_for(services.context, connector, Side.INCOMING)
    assert caught.value.field == "incoming.password"


# ----------------------------------------------------------------------------- the connection test


def mailbox(
    services: Services, dovecot: Dovecot, pki: Pki, provider: IdentityProvider, user: str
) -> Connector:
    """The connector with a real mailbox that takes the provider's tokens."""
    connector = signing_in(services, provider)
    assert connector.incoming is not None
    incoming = replace(
        connector.incoming,
        host="localhost",
        port=dovecot.imaps_port,
        username=user,
        ca_certificate=pki.ca_pem,
    )
    return replace(connector, incoming=incoming, primary_address=f"{user}@acme.example")


def run(services: Services, connector: Connector, secrets: dict[SecretName, bytes]) -> Any:
    return services.testing.run(connector, secrets, lambda _stage: None, threading.Event())


def test_a_token_renewed_by_a_test_comes_back_for_the_save(
    services: Services,
    dovecot: Dovecot,
    pki: Pki,
    server_provider: IdentityProvider,
    mailbox_user: str,
) -> None:
    """C-05, MAIL 1.4: the test of what is not stored; saving it enables at once."""
    connector = mailbox(services, dovecot, pki, server_provider, mailbox_user)
    given = {TOKEN: Token.imported(server_provider.refresh_token(mailbox_user)).to_json()}
    test = run(services, connector, given)
    assert test.ok, test.report
    (name,) = test.renewed
    newest = Token.from_json(test.renewed[name])
    assert (name, newest.renewals) == (TOKEN, 1)
    assert CANARY not in repr(test)
    saved = services.connectors.save(
        replace(connector, enabled=True), {**given, **test.renewed}, test
    )
    assert saved.enabled
    assert stored_token(services) == newest


def test_a_stored_token_renewed_by_a_test_is_stored(
    services: Services,
    dovecot: Dovecot,
    pki: Pki,
    server_provider: IdentityProvider,
    mailbox_user: str,
) -> None:
    """MAIL 1.4: there is nothing for the form to hand on."""
    connector = mailbox(services, dovecot, pki, server_provider, mailbox_user)
    given = {TOKEN: Token.imported(server_provider.refresh_token(mailbox_user)).to_json()}
    saved = services.connectors.save(connector, given)
    test = run(services, saved, {})
    assert test.ok, test.report
    assert not test.renewed
    assert stored_token(services).renewals == 1
    assert services.connectors.enable(saved.id, test).enabled


def test_a_token_that_the_server_refuses_is_renewed_once(
    services: Services,
    dovecot: Dovecot,
    pki: Pki,
    server_provider: IdentityProvider,
    mailbox_user: str,
) -> None:
    """MAIL 4 F 130: refresh once."""
    connector = mailbox(services, dovecot, pki, server_provider, mailbox_user)
    refresh = server_provider.refresh_token(mailbox_user)
    dead = replace(
        Token.imported(refresh), access_token="dead", expires_in=3600, obtained_at=utc_now()
    )
    test = run(services, connector, {TOKEN: dead.to_json()})
    assert test.ok, test.report
    assert Token.from_json(test.renewed[TOKEN]).renewals == 1


def test_a_test_asks_again_after_something_was_mended(
    services: Services,
    dovecot: Dovecot,
    pki: Pki,
    server_provider: IdentityProvider,
    mailbox_user: str,
) -> None:
    """C-06: the worker was refused; an administrator mended it at the provider and tests."""
    connector = mailbox(services, dovecot, pki, server_provider, mailbox_user)
    given = {TOKEN: Token.imported(server_provider.refresh_token(mailbox_user)).to_json()}
    saved = services.connectors.save(connector, given)
    server_provider.fail("token", "invalid_grant:AADSTS50057: It is disabled.", times=1)
    for _ in range(2):
        with pytest.raises(SignInNeededError, match="no longer accepted"):
            access(services, saved)(False)
    assert run(services, saved, {}).ok
    assert server_provider.account_of(access(services, saved)(False)) == mailbox_user


def test_mail_is_taken_in_until_the_sign_in_is_withdrawn(
    services: Services,
    dovecot: Dovecot,
    pki: Pki,
    server_provider: IdentityProvider,
    mailbox_user: str,
) -> None:
    """C-08, MAIL 1.2: then the connector stops at once and says why; the mail waits."""
    connector = mailbox(services, dovecot, pki, server_provider, mailbox_user)
    refresh = server_provider.refresh_token(mailbox_user)
    family = server_provider.families[-1]
    given = {TOKEN: Token.imported(refresh).to_json()}
    saved = services.connectors.save(connector, given)
    services.connectors.enable(saved.id, run(services, saved, {}))
    mail = b"From: marie@acme.fr\r\nTo: hr@acme.example\r\nSubject: Hello\r\n\r\nx\r\n"
    dovecot.deliver(mailbox_user, mail)
    (result,) = build_supervisor(services).once().values()
    assert result.error is None
    assert result.ends.total() == 1
    family.alive = False
    dovecot.deliver(mailbox_user, mail.replace(b"Hello", b"Again"))
    (result,) = build_supervisor(services).once().values()
    assert result.ends.total() == 0
    stopped = services.connectors.get(saved.id)
    assert not stopped.enabled
    assert "no longer accepted. Mail stays safely on the server." in stopped.condition.reason
    assert CANARY not in stopped.condition.reason


def test_a_forgotten_sign_in_is_not_used_by_a_test(
    services: Services, provider: IdentityProvider, dovecot: Dovecot, pki: Pki, mailbox_user: str
) -> None:
    """C-06: it works on what is on screen."""
    connector = mailbox(services, dovecot, pki, provider, mailbox_user)
    given = {TOKEN: Token.imported(provider.refresh_token(mailbox_user)).to_json()}
    saved = services.connectors.save(connector, given)
    test = services.testing.run(saved, {TOKEN: None}, lambda _stage: None, threading.Event())
    assert not test.ok
    assert not provider.asked("token")


def test_the_window_opens_without_the_web_libraries() -> None:
    """QUALITY: they cost 150 ms to import; only somebody who signs in pays for it."""
    heavy = "{'msal', 'requests', 'requests_oauthlib', 'oauthlib', 'jwt', 'urllib3'}"
    check = f"import sys, enate_desktop.app, enate_desktop.cli; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
