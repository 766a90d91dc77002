"""Which OAuth 2.0 registrations can be used, and where the token of a side is kept (C-03)."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from enate_desktop.credentials.oauth.registration import usual_scopes as scopes_for
from enate_desktop.domain.connectors import Authentication, Connector, ServerSettings, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.services.vault import SecretName

_NOTHING_SAVED = "Nothing was saved."
_MOST_CHARACTERS = 500
_MOST_SCOPES = 50
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,253}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""A scope-token (RFC 6749, 3.3)."""
_ANYBODY = frozenset(("common", "organizations", "consumers"))


def usable_oauth(settings: ServerSettings, side: Side) -> ServerSettings:
    """``settings`` with the registration in its stored form, and none with another method.

    InputError names the field to mend, such as ``incoming.oauth.client_id``.
    """
    if settings.authentication is not Authentication.OAUTH2:
        return replace(settings, oauth=None)
    if settings.oauth is None:
        raise _unusable(
            side, "oauth", "There is no OAuth 2.0 registration to sign in with.", "Fill it in."
        )
    oauth = settings.oauth
    oauth = replace(
        oauth,
        client_id=oauth.client_id.strip(),
        tenant=oauth.tenant.strip() if oauth.provider is OAuthProvider.MICROSOFT else "",
        issuer=oauth.issuer.strip().rstrip("/"),
        scopes=tuple(dict.fromkeys(scope.strip() for scope in oauth.scopes if scope.strip())),
    )
    _check_client(oauth, side)
    _check_flow(oauth, side)
    _check_tenant(oauth, side)
    _check_issuer(oauth, side)
    _check_scopes(oauth, side)
    return replace(settings, oauth=oauth)


def usual_scopes(settings: ServerSettings, side: Side) -> tuple[str, ...]:
    """What a side asks for when the administrator writes no scopes; empty where nobody knows."""
    if settings.oauth is None:
        return ()
    return scopes_for(replace(settings.oauth, scopes=()), (_protocol(settings, side),))


def asked_scopes(connector: Connector, side: Side) -> tuple[str, ...]:
    """What is asked for when ``side`` signs in: for both sides at once where they share it."""
    sides = tuple(connector.sides) if shared_sign_in(connector) else (side,)
    settings = connector.sides[side]
    if settings.oauth is None:
        return ()
    return scopes_for(settings.oauth, [_protocol(connector.sides[one], one) for one in sides])


def shared_sign_in(connector: Connector) -> bool:
    """Whether one sign-in serves both sides: the same registration for the same user name."""
    both = [s for s in connector.sides.values() if s.authentication is Authentication.OAUTH2]
    if len(both) != len(Side):
        return False
    one, other = both
    return one.oauth == other.oauth and one.username.strip() == other.username.strip()


def token_name(connector: Connector, side: Side) -> SecretName:
    """Where the token of a side is kept."""
    kept_by = Side.INCOMING if shared_sign_in(connector) else side
    return SecretName(f"{kept_by}.oauth_token")


def _protocol(settings: ServerSettings, side: Side) -> str:
    if side is Side.OUTGOING:
        return "smtp"
    return "pop3" if settings.is_pop3 else "imap"


def _check_client(oauth: OAuthSettings, side: Side) -> None:
    identity = oauth.client_id
    if not identity:
        raise _unusable(
            side,
            "oauth.client_id",
            "The client ID is missing.",
            "Copy it from the registration of this program with the sign-in provider.",
        )
    if len(identity) > _MOST_CHARACTERS or not identity.isascii() or not identity.isprintable():
        raise _unusable(
            side,
            "oauth.client_id",
            "This is not a client ID.",
            "Copy it from the registration: letters, digits and dashes, without a line break.",
        )


def _check_flow(oauth: OAuthSettings, side: Side) -> None:
    if oauth.provider is not OAuthProvider.GOOGLE or oauth.flow is OAuthFlow.BROWSER:
        return
    words = {
        OAuthFlow.DEVICE: "Google does not allow mail to be used after signing in with a code.",
        OAuthFlow.APPLICATION: "Google has no sign-in to a mailbox for an application itself.",
    }
    raise _unusable(side, "oauth.flow", words[oauth.flow], "Choose signing in with the browser.")


def _check_tenant(oauth: OAuthSettings, side: Side) -> None:
    if oauth.tenant and not _TENANT.fullmatch(oauth.tenant):
        raise _unusable(
            side,
            "oauth.tenant",
            f'"{oauth.tenant[:100]}" is not a directory (tenant).',
            "Write its ID or its domain, such as acme.onmicrosoft.com.",
        )
    alone = (
        oauth.provider is OAuthProvider.MICROSOFT
        and oauth.flow is OAuthFlow.APPLICATION
        and (not oauth.tenant or oauth.tenant.lower() in _ANYBODY)
    )
    if alone:
        raise _unusable(
            side,
            "oauth.tenant",
            "The directory (tenant) is missing.",
            "An application signs in to one directory: write its ID or its domain.",
        )


def _check_issuer(oauth: OAuthSettings, side: Side) -> None:
    if not oauth.issuer:
        if oauth.provider is OAuthProvider.OTHER:
            raise _unusable(
                side,
                "oauth.issuer",
                "The issuer is missing.",
                "Write the address of the sign-in provider, such as https://login.acme.com.",
            )
        return
    if not _is_issuer(oauth.issuer):
        raise _unusable(
            side,
            "oauth.issuer",
            f'"{oauth.issuer[:100]}" cannot be used as an issuer.',
            "Write its address beginning with https://, without a question mark or password.",
        )
    if oauth.provider is OAuthProvider.MICROSOFT and urlsplit(oauth.issuer).path:
        raise _unusable(
            side,
            "oauth.issuer",
            "Microsoft's address stands without the directory (tenant).",
            "Write only the server, such as https://login.microsoftonline.us, and the directory in"
            " its own field.",
        )


def _is_issuer(address: str) -> bool:
    """RFC 8414, 2: https, and neither query nor fragment; tokens never travel in clear."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme == "https" and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        return False
    clean = address.isascii() and address.isprintable() and not set(address) & set(' ?#@\\"<>')
    return usable and clean and len(address) <= _MOST_CHARACTERS


def _check_scopes(oauth: OAuthSettings, side: Side) -> None:
    if len(oauth.scopes) > _MOST_SCOPES:
        raise _unusable(
            side,
            "oauth.scopes",
            f"There are {len(oauth.scopes):,} scopes; the limit is {_MOST_SCOPES}.",
            "Name only those that reading and sending mail needs.",
        )
    for scope in oauth.scopes:
        if not _SCOPE.fullmatch(scope) or len(scope) > _MOST_CHARACTERS:
            raise _unusable(
                side,
                "oauth.scopes",
                f'"{scope[:100]}" is not a scope.',
                "Scopes are separated by blanks or line breaks and hold no quotation mark.",
            )


def _unusable(side: Side, key: str, title: str, remedy: str) -> InputError:
    return InputError(title, f"{_NOTHING_SAVED} {remedy}", field=f"{side}.{key}")
