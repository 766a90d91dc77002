"""What an issuer says of itself (RFC 8414, OpenID Connect Discovery)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from enate_desktop.credentials.oauth.http import answer_of, in_words, secure_address
from enate_desktop.credentials.oauth.refusals import BusyError, not_understood
from enate_desktop.credentials.oauth.registration import Registration

GOOGLE_ISSUER = "https://accounts.google.com"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Its addresses, all https; ``device`` is empty where it has no such flow (RFC 8628)."""

    authorize: str
    token: str
    device: str
    scopes: frozenset[str]
    secret_in_body: bool
    """Whether a client secret goes into the form; else it goes into the header."""


def discover(session: requests.Session, registration: Registration) -> Issuer:
    """Ask the issuer for its addresses; UnavailableError when it does not say them."""
    issuer = (registration.settings.issuer or GOOGLE_ISSUER).rstrip("/")
    parts = urlsplit(issuer)
    for address in (
        f"{issuer}/.well-known/openid-configuration",
        f"https://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}",
    ):
        with in_words():
            response = session.get(address)
        if response.status_code == requests.codes.ok:
            return _issuer(answer_of(response), issuer)
    raise BusyError(
        f"There is no sign-in provider at {issuer}.",
        "Mail stays safely on the server. Check the address of the issuer.",
        field=registration.at("oauth.issuer"),
    )


def _issuer(facts: dict[str, object], issuer: str) -> Issuer:
    if str(facts.get("issuer", "")).rstrip("/") != issuer:
        # RFC 8414, 3.3: else one provider could pose as another.
        raise not_understood("It speaks for another provider.")
    device = facts.get("device_authorization_endpoint")
    scopes = facts.get("scopes_supported")
    ways = facts.get("token_endpoint_auth_methods_supported")
    return Issuer(
        authorize=secure_address(facts.get("authorization_endpoint")),
        token=secure_address(facts.get("token_endpoint")),
        device=secure_address(device) if device else "",
        scopes=frozenset(str(s) for s in scopes) if isinstance(scopes, list) else frozenset(),
        secret_in_body=isinstance(ways, list) and "client_secret_post" in ways,
    )
