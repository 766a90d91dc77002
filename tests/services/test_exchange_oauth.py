"""OAuth 2.0 registrations and sign-ins in the configuration file."""

import json
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.canary import CANARY, secret
from tests.company import connector, document, open_services
from tests.servers.pki import Pki

REFRESH = secret("refresh")


@pytest.fixture(autouse=True)
def given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFRESH", REFRESH)
    monkeypatch.setenv("CLIENT", secret("client"))
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))


def side(**changes: Any) -> dict[str, Any]:
    return {
        "service": "office365_imap",
        "authentication": "oauth2",
        "username": "hr@acme.example",
        "oauth": {"client_id": "app"},
        **changes,
    }


def sending(**changes: Any) -> dict[str, Any]:
    return side(**{"service": "office365_smtp_relay", "host": "smtp.office365.com", **changes})


def brought(services: Services, folder: Path, **changes: Any) -> tuple[str, ...]:
    """Import a connector with those sides; returns the notes."""
    report = services.exchange.import_(document(connector(**changes)), folder)
    return report.notes


def stored(services: Services) -> dict[SecretName, bytes]:
    (found,) = services.connectors.all()
    with services.context.database.read() as work:
        return services.context.vault.stored(work, found.id)


def test_a_registration_travels(services: Services, tmp_path: Path) -> None:
    """SPEC 11: every key, and an import of the export changes nothing."""
    oauth = {
        "provider": "other",
        "flow": "device",
        "client_id": "app",
        "tenant": "",
        "issuer": "https://login.acme.example",
        "scopes": ["mail", "offline_access"],
    }
    brought(services, tmp_path, incoming=side(service="other_imap", host="x.example", oauth=oauth))
    (found,) = services.connectors.all()
    assert found.incoming is not None
    assert found.incoming.oauth == OAuthSettings(
        OAuthProvider.OTHER,
        OAuthFlow.DEVICE,
        "app",
        issuer="https://login.acme.example",
        scopes=("mail", "offline_access"),
    )
    exported = services.exchange.export()
    assert exported["connectors"][0]["incoming"]["oauth"] == oauth
    assert services.exchange.import_(exported, tmp_path).changes == ()
    other = open_services(tmp_path / "other")
    other.exchange.import_(exported, tmp_path)
    assert other.exchange.export()["connectors"][0]["incoming"]["oauth"] == oauth
    other.close()


@pytest.mark.parametrize(
    ("service", "provider"),
    [("office365_imap", "microsoft"), ("gmail_imap", "google"), ("gmail_pop3", "google")],
)
def test_the_provider_is_that_of_the_service(
    services: Services, tmp_path: Path, service: str, provider: str
) -> None:
    """SPEC 11: and the browser is the usual way."""
    brought(services, tmp_path, incoming=side(service=service))
    (found,) = services.exchange.export()["connectors"]
    assert found["incoming"]["oauth"]["provider"] == provider
    assert found["incoming"]["oauth"]["flow"] == "browser"


def test_a_refresh_token_becomes_a_sign_in(services: Services, tmp_path: Path) -> None:
    """SPEC 11, S-02: from a variable or a file; in the export it is only "set"."""
    brought(
        services,
        tmp_path,
        incoming=side(refresh_token={"env": "REFRESH"}, client_secret={"env": "CLIENT"}),
    )
    kept = stored(services)
    assert Token.from_json(kept[SecretName.INCOMING_OAUTH_TOKEN]).refresh_token == REFRESH
    assert kept[SecretName.INCOMING_CLIENT_SECRET].decode() == secret("client")
    exported = services.exchange.export()
    assert exported["connectors"][0]["incoming"]["refresh_token"] == {"set": True}
    assert exported["connectors"][0]["incoming"]["client_secret"] == {"set": True}
    assert CANARY not in json.dumps(exported)
    assert services.exchange.import_(exported, tmp_path).changes == ()


def test_the_same_refresh_token_again_keeps_what_it_was_renewed_to(
    services: Services, tmp_path: Path
) -> None:
    """MAIL 1.4: the one in the file is used up since the first renewal."""
    incoming = side(refresh_token={"env": "REFRESH"})
    brought(services, tmp_path, incoming=incoming)
    (found,) = services.connectors.all()
    token = Token.from_json(stored(services)[SecretName.INCOMING_OAUTH_TOKEN])
    renewed = token.renewed({"access_token": secret("at")}, token.obtained_at)
    with services.context.database.write() as work:
        name = SecretName.INCOMING_OAUTH_TOKEN
        services.context.vault.renew(work, found.id, name, renewed)
    document_ = document(connector(incoming=incoming))
    assert services.exchange.import_(document_, tmp_path).changes == ()
    assert stored(services)[SecretName.INCOMING_OAUTH_TOKEN] == renewed.to_json()


def test_a_sign_in_of_both_sides_is_kept_once(services: Services, tmp_path: Path) -> None:
    """C-03: wherever it stands in the file."""
    outgoing = sending(refresh_token={"env": "REFRESH"})
    brought(services, tmp_path, use_for="both", incoming=side(), outgoing=outgoing)
    kept = stored(services)
    assert SecretName.INCOMING_OAUTH_TOKEN in kept
    assert SecretName.OUTGOING_OAUTH_TOKEN not in kept
    (found,) = services.connectors.all()
    assert services.oauth.account(found.id, Side.OUTGOING) == ""


def test_two_sign_ins_are_kept_apart(services: Services, tmp_path: Path) -> None:
    """C-03: another user name is another sign-in."""
    outgoing = sending(username="sender@acme.example", refresh_token={"env": "REFRESH"})
    brought(services, tmp_path, use_for="both", incoming=side(), outgoing=outgoing)
    assert set(stored(services)) == {SecretName.OUTGOING_OAUTH_TOKEN}


def test_an_application_brings_its_certificate(
    services: Services, tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 11: for receiving, too."""
    (tmp_path / "app.pfx").write_bytes(pki.client_pfx(password=secret("pfx").encode()))
    monkeypatch.setenv("PFX", secret("pfx"))
    incoming = side(
        oauth={"client_id": "app", "flow": "application", "tenant": "acme.example"},
        certificate={"file": "app.pfx"},
        certificate_password={"env": "PFX"},
    )
    brought(services, tmp_path, incoming=incoming)
    assert set(stored(services)) == {
        SecretName.INCOMING_CERTIFICATE,
        SecretName.INCOMING_CERTIFICATE_PASSWORD,
    }
    exported = services.exchange.export()["connectors"][0]["incoming"]
    assert exported["certificate"] == exported["certificate_password"] == {"set": True}


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_certificate_that_is_of_no_use_is_brought_with_a_note(
    services: Services, tmp_path: Path, pki: Pki, dry_run: bool
) -> None:
    """C-04: the rest of the file is worth having; a preview says the same."""
    expired = pki.client_pfx(password=b"", days=(-30, -1))
    (tmp_path / "old.pfx").write_bytes(expired)
    outgoing = {
        "service": "other_smtp",
        "host": "mail.acme.example",
        "security": "tls",
        "authentication": "certificate",
        "certificate": {"file": "old.pfx"},
    }
    wanted = document(connector(use_for="both", outgoing=outgoing))
    report = services.exchange.import_(wanted, tmp_path, dry_run=dry_run)
    assert any("expired" in note for note in report.notes)
    kept = stored(services).get(SecretName.OUTGOING_CERTIFICATE)
    assert kept == (None if dry_run else expired)


@pytest.mark.parametrize(
    ("incoming", "words"),
    [
        (side(oauth=None), "no OAuth 2.0 registration"),
        (side(oauth={}), "client ID is missing"),
        (side(oauth={"client_id": "a", "flow": "magic"}), '"flow" is "magic"'),
        (side(oauth={"client_id": "a", "provider": "magic"}), '"provider" is "magic"'),
        (side(oauth={"client_id": "a", "scopes": "mail"}), '"scopes" is not a list'),
        (side(oauth={"client_id": "a", "clientid": "b"}), "key nobody knows"),
        (side(oauth="app"), "is not an object"),
        (side(refresh_token="rt"), "secrets do not stand in the file"),
        (side(refresh_token={"env": "BLANK"}), "is not a refresh token"),
        (side(service="gmail_imap", oauth={"client_id": "a", "flow": "device"}), "Google"),
    ],
)
def test_an_unusable_registration_is_refused(
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    incoming: dict[str, Any],
    words: str,
) -> None:
    """SPEC 11: all or nothing, with a sentence."""
    monkeypatch.setenv("BLANK", " ")
    before = services.exchange.export()
    with pytest.raises(InputError) as caught:
        brought(services, tmp_path, incoming=incoming)
    assert words in caught.value.title
    assert "Nothing was imported." in caught.value.message
    assert services.exchange.export() == before


def test_a_preview_tells_that_a_sign_in_is_given(services: Services, tmp_path: Path) -> None:
    """SPEC 11: previewed, and no secret is kept by it."""
    wanted = document(connector(incoming=side(refresh_token={"env": "REFRESH"})))
    report = services.exchange.import_(wanted, tmp_path, dry_run=True)
    told = [c for c in report.changes if "oauth_token" in c.field]
    assert [c.new for c in told] == ["given in the file"]
    assert set(stored(services)) == {SecretName.INCOMING_PASSWORD}
    assert CANARY not in repr(report)
