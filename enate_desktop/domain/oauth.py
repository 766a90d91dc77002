"""Signing in with OAuth 2.0 (RFC 6749): what the administrator registered, and how it is used."""

from dataclasses import dataclass
from enum import StrEnum


class OAuthProvider(StrEnum):
    """Who issues the tokens."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"
    OTHER = "other"


class OAuthFlow(StrEnum):
    """How a token is got."""

    BROWSER = "browser"
    """A person signs in, in the browser: authorization code with PKCE (RFC 7636, RFC 8252)."""
    DEVICE = "device"
    """A person types a code on another device (RFC 8628)."""
    APPLICATION = "application"
    """The program itself signs in, with a client secret or certificate (RFC 6749, 4.4)."""


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """One registration of this program with a provider; secrets are kept apart (S-02)."""

    provider: OAuthProvider
    flow: OAuthFlow = OAuthFlow.BROWSER
    client_id: str = ""
    tenant: str = ""
    """Microsoft only: the directory's id or domain; empty for the one of whoever signs in."""
    issuer: str = ""
    """The ``https`` address of the issuer (RFC 8414); empty for the provider's own."""
    scopes: tuple[str, ...] = ()
    """What is asked for; empty for what the mail protocol of the side needs."""
