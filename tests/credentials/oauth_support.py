"""What the tests of signing in with OAuth 2.0 share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from enate_desktop.credentials.oauth.registration import Patience, Registration, usual_scopes
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from tests.servers.identity_provider import IdentityProvider

MICROSOFT, GOOGLE, OTHER = OAuthProvider.MICROSOFT, OAuthProvider.GOOGLE, OAuthProvider.OTHER
BROWSER, DEVICE, APPLICATION = OAuthFlow.BROWSER, OAuthFlow.DEVICE, OAuthFlow.APPLICATION
PROVIDERS = (MICROSOFT, GOOGLE, OTHER)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HASTE = Patience(connect=0.6, answer=0.6)
"""For providers that would never answer."""


def settings_at(
    provider: IdentityProvider, kind: OAuthProvider, flow: OAuthFlow = BROWSER, **changes: Any
) -> OAuthSettings:
    """A registration with ``provider``, which poses as any of them."""
    microsoft = kind is MICROSOFT
    settings = OAuthSettings(
        kind,
        flow,
        provider.client_id,
        "acme.example" if microsoft else "",
        provider.base if microsoft else provider.issuer,
    )
    return replace(settings, **changes)


def registration_at(
    provider: IdentityProvider,
    kind: OAuthProvider,
    flow: OAuthFlow = BROWSER,
    protocols: tuple[str, ...] = ("imap",),
    **changes: Any,
) -> Registration:
    """What is needed to ask ``provider``; its authority is trusted as a private CA."""
    settings = settings_at(provider, kind, flow)
    registration = Registration(
        settings,
        usual_scopes(settings, protocols),
        "hr@acme.example",
        ca_certificate=provider.ca_pem,
    )
    return replace(registration, **changes)


def token(**changes: Any) -> Token:
    """A token got at NOON that is good for an hour."""
    sample = Token("at-0", 3600, NOON, "rt-0", "hr@acme.example", ("mail",), "grant", 0)
    return replace(sample, **changes)


def answer(**changes: Any) -> dict[str, object]:
    """What a provider answers."""
    facts: dict[str, object] = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600}
    return facts | changes


class TurnedClock:
    """Clocks that a test turns."""

    def __init__(self) -> None:
        self.wall = NOON
        self.steady = 1000.0

    def monotonic(self) -> float:
        return self.steady

    def now(self) -> datetime:
        return self.wall

    def wait(self, seconds: float) -> None:
        self.pass_(seconds)

    def pass_(self, seconds: float) -> None:
        """Time goes by."""
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds

    def sleep(self, seconds: float) -> None:
        """The computer sleeps: the steady clock stands still."""
        self.wall += timedelta(seconds=seconds)
