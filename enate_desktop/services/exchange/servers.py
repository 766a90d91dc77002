"""Importing one side of a connector: its server, its OAuth 2.0 registration and its secrets."""

from pathlib import Path

from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    Security,
    ServerSettings,
    Side,
)
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.domain.services_catalogue import SERVICES, usual_port
from enate_desktop.services.exchange.reader import Section, pem_text, secret, unusable
from enate_desktop.services.oauth_settings import token_name
from enate_desktop.services.vault import SecretName

SECRET_KEYS = ("password", "certificate", "certificate_password", "client_secret", "refresh_token")
"""What a side holds in an environment variable or a file; a refresh token becomes a sign-in."""
_PROVIDERS = {"gmail": OAuthProvider.GOOGLE, "office365": OAuthProvider.MICROSOFT}

GivenSecrets = dict[SecretName, bytes | None]


def secret_name(side: Side, key: str) -> SecretName:
    """Where a secret of the file is kept."""
    return SecretName(f"{side}.{'oauth_token' if key == 'refresh_token' else key}")


def read_secrets(facts: Section, side: Side, folder: Path) -> GivenSecrets:
    """The secrets that the file gives for a side; what it calls ``set`` stays as it is stored."""
    given: GivenSecrets = {}
    for key in SECRET_KEYS:
        value = secret(facts, key, folder)
        if value is None:
            continue
        if key == "refresh_token":
            value = _token(facts, value)
        given[secret_name(side, key)] = value
    return given


def shared_secrets(connector: Connector, given: GivenSecrets) -> GivenSecrets:
    """``given`` with the token of a sign-in that both sides share where it is looked for."""
    outgoing = SecretName.OUTGOING_OAUTH_TOKEN
    if outgoing not in given or Side.OUTGOING not in connector.sides:
        return given
    name = token_name(connector, Side.OUTGOING)
    others = {key: value for key, value in given.items() if key is not outgoing}
    return {name: given[outgoing], **others}


def read_server(facts: Section, side: Side, folder: Path) -> ServerSettings:
    """Where the side connects to, and as whom."""
    service = SERVICES.get(facts.text("service"))
    if service is None or service.side is not side:
        known = ", ".join(key for key, s in SERVICES.items() if s.side is side)
        raise unusable(facts.where, f'"service" must be one of: {known}.')
    usual = Authentication.PASSWORD if facts.has("password") else service.authentications[0]
    method = facts.choice("authentication", Authentication, usual)
    place = service.endpoint(method)
    security = facts.choice("security", Security, place.security)
    same = security is place.security
    return ServerSettings(
        service=service.key,
        host=facts.text("host", place.host or None),
        port=facts.number("port", place.port if same else usual_port(service.key, security)),
        security=security,
        authentication=method,
        username=facts.text("username", ""),
        additional_mailbox=facts.optional_text("additional_mailbox"),
        ca_certificate=pem_text(facts, "ca_certificate", folder),
        oauth=_oauth(facts, service.key),
    )


def _oauth(facts: Section, service: str) -> OAuthSettings | None:
    if not facts.has("oauth") or facts.value("oauth") is None:
        return None
    section = facts.section("oauth")
    usual = _PROVIDERS.get(service.partition("_")[0], OAuthProvider.OTHER)
    oauth = OAuthSettings(
        provider=section.choice("provider", OAuthProvider, usual),
        flow=section.choice("flow", OAuthFlow, OAuthFlow.BROWSER),
        client_id=section.text("client_id", ""),
        tenant=section.text("tenant", ""),
        issuer=section.text("issuer", ""),
        scopes=section.texts("scopes"),
    )
    section.done()
    return oauth


def _token(facts: Section, value: bytes) -> bytes:
    text = value.decode("utf-8", "replace").strip()
    if not text or not text.isascii() or not text.isprintable():
        raise unusable(facts.where, '"refresh_token" is not a refresh token.')
    return Token.imported(text).to_json()
