"""What a sign-in provider refuses, in plain words (RFC 6749, 5.2; Microsoft's AADSTS numbers)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from enate_desktop.credentials.oauth.registration import Registration
from enate_desktop.domain.errors import (
    EnateError,
    InputError,
    SignInNeededError,
    UnavailableError,
)
from enate_desktop.domain.oauth import OAuthFlow

_SAFE = "Mail stays safely on the server."
_AGAIN = "Sign in again."
_MOST_WORDS = 300
_NUMBER = re.compile(r"AADSTS(\d+)")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SECRET_LIKE = re.compile(r"[\w\-+=~]{24,}", re.ASCII)
_TEMPORARY = frozenset(("temporarily_unavailable", "server_error", "slow_down"))
_TEMPORARY_NUMBERS = frozenset((50196, 90006, 90033, 90055))
BLOCKED_DEVICE_CODE = (
    "Many organizations no longer allow signing in with a code (Conditional Access). Choose"
    " signing in with the browser, or ask your administrator to allow it for this application."
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is told of one kind of refusal; ``field`` is the input to mend."""

    title: str
    remedy: str
    field: str = ""


_CLIENT_UNKNOWN = _Words(
    "The sign-in provider does not know this client ID.",
    "Copy the application (client) ID of the registration, and check the directory (tenant).",
    "oauth.client_id",
)
_TENANT_UNKNOWN = _Words(
    "The sign-in provider does not know this directory (tenant).",
    "Write the directory's ID or its domain, such as acme.onmicrosoft.com.",
    "oauth.tenant",
)
_NO_CONSENT = _Words(
    "Nobody has allowed this application to use the mailbox yet.",
    "Ask an administrator of the directory to grant consent to its mail permissions.",
    "oauth.scopes",
)
_DISABLED = _Words(
    "This account is disabled.", "Ask your administrator to enable it, or use another account."
)
_MORE_PROOF = _Words("More proof is asked for, such as a second factor.", _AGAIN)
_BLOCKED = _Words(
    "Your organization's rules (Conditional Access) do not allow this sign-in.",
    "Ask your administrator to allow it for this application.",
)
_REDIRECT = _Words(
    "The registration does not allow the way back to this program.",
    "Register it as a mobile and desktop application with the redirect http://localhost.",
    "oauth.client_id",
)
_WRONG_SECRET = _Words(
    "The client secret is not the one of the registration.",
    "Enter the secret's value, not its ID.",
    "client_secret",
)
_EXPIRED_SECRET = _Words(
    "The client secret has expired.", "Make a new one and enter it here.", "client_secret"
)
_CERTIFICATE = _Words(
    "The registration does not know this certificate.",
    "Upload its public part to the registration, or choose the certificate that is there.",
    "certificate",
)
_NOT_PUBLIC = _Words(
    "The registration wants a client secret.",
    'Enter it, or allow "public client flows" in the registration.',
    "client_secret",
)
_SCOPES = _Words(
    "The sign-in provider does not give the permissions that were asked for.",
    "Check the scopes, and the permissions of the registration.",
    "oauth.scopes",
)
_ENDED = _Words("It has expired or was withdrawn.", _AGAIN)
_DECLINED = _Words("The sign-in was refused: permission was not given.", _AGAIN)
_LATE = _Words("The code was not used in time.", _AGAIN)
_PASSWORD = _Words("The account's password has changed or expired.", _AGAIN)
_WRONG_PERSON = _Words(
    "This account does not belong to the directory (tenant) of the registration.",
    "Sign in with another account, or check the directory.",
    "oauth.tenant",
)

_BY_NUMBER = {
    50011: _REDIRECT,
    500113: _REDIRECT,
    50020: _WRONG_PERSON,
    50034: _WRONG_PERSON,
    90072: _WRONG_PERSON,
    50053: _Words("This account is locked for some time.", "Wait, then sign in again."),
    50055: _PASSWORD,
    50057: _DISABLED,
    50059: _TENANT_UNKNOWN,
    90002: _TENANT_UNKNOWN,
    900023: _TENANT_UNKNOWN,
    900021: _TENANT_UNKNOWN,
    900971: _REDIRECT,
    50072: _MORE_PROOF,
    50074: _MORE_PROOF,
    50076: _MORE_PROOF,
    50078: _MORE_PROOF,
    50079: _MORE_PROOF,
    50105: _Words(
        "This account may not use the application.",
        "Ask your administrator to assign it to the account.",
    ),
    50126: _Words("User name or password are not right.", _AGAIN),
    50133: _PASSWORD,
    50173: _PASSWORD,
    50194: _Words(
        "The registration is for one directory (tenant) only.",
        "Write the directory's ID or its domain.",
        "oauth.tenant",
    ),
    53000: _BLOCKED,
    53001: _BLOCKED,
    53002: _BLOCKED,
    53003: _BLOCKED,
    530033: _BLOCKED,
    530034: _BLOCKED,
    65001: _NO_CONSENT,
    65004: _NO_CONSENT,
    90094: _NO_CONSENT,
    650056: _NO_CONSENT,
    650057: _SCOPES,
    70011: _SCOPES,
    28002: _SCOPES,
    500011: _SCOPES,
    700016: _CLIENT_UNKNOWN,
    7000112: _CLIENT_UNKNOWN,
    700027: _CERTIFICATE,
    7000215: _WRONG_SECRET,
    7000216: _NOT_PUBLIC,
    7000218: _NOT_PUBLIC,
    7000222: _EXPIRED_SECRET,
    700025: _Words(
        "The registration is one of a desktop application, which has no client secret.",
        "Remove the client secret.",
        "client_secret",
    ),
    70008: _ENDED,
    70043: _ENDED,
    700082: _ENDED,
    700084: _ENDED,
}

_BY_NAME = {
    "access_denied": _DECLINED,
    "authorization_declined": _DECLINED,
    "admin_policy_enforced": _NO_CONSENT,
    "consent_required": _NO_CONSENT,
    "deleted_client": _CLIENT_UNKNOWN,
    "expired_token": _LATE,
    "code_expired": _LATE,
    "invalid_client": _Words(
        "The sign-in provider does not know this client ID with this secret.",
        "Check the client ID, and the client secret if there is one.",
        "oauth.client_id",
    ),
    "invalid_scope": _SCOPES,
    "org_internal": _WRONG_PERSON,
    "redirect_uri_mismatch": _REDIRECT,
    "unauthorized_client": _Words(
        "The registration does not allow this way of signing in.",
        "Allow it in the registration, or choose another way.",
        "oauth.flow",
    ),
    "unsupported_grant_type": _Words(
        "The sign-in provider does not know this way of signing in.",
        "Choose another way.",
        "oauth.flow",
    ),
}

_CODE_NOT_USED = (_BLOCKED, _DECLINED, _LATE)
"""How a directory that forbids device codes answers, depending on where it stops the person."""


class BusyError(UnavailableError):
    """A provider that does not answer now; ``wait`` is the seconds it asked for, 0 for none."""

    def __init__(self, title: str, message: str, *, field: str = "", wait: float = 0.0) -> None:
        super().__init__(title, message, field=field)
        self.wait = wait


def not_answering(reason: str = "", *, wait: float = 0.0) -> BusyError:
    """The provider cannot be reached or is out of order."""
    message = f"{_SAFE} It is tried again in a while. {f'({reason})' if reason else ''}"
    return BusyError("The sign-in provider does not answer.", message.strip(), wait=wait)


def not_understood(reason: str = "") -> BusyError:
    """What came is not the answer of a sign-in provider."""
    message = f"{reason} {_SAFE} A proxy or Wi-Fi page may be in the way; it is tried again."
    return BusyError("The sign-in provider's answer cannot be used.", message.strip())


def unknown_ca(side: str, words: str) -> BusyError:
    """The provider's certificate was not accepted (C-13)."""
    said = f" ({shown(words)})" if words else ""
    return BusyError(
        "The certificate of the sign-in provider is not trusted.",
        f"Nothing was sent. {_SAFE} For a provider of your own, add its authority as the private"
        f" CA of this connector.{said}",
        field=f"{side}.ca_certificate",
    )


def nobody_signed_in(registration: Registration) -> SignInNeededError:
    """There is no token to renew."""
    return SignInNeededError(
        f"Nobody has signed in to {registration.who} yet.",
        f"{_SAFE} Sign in.",
        field=registration.at("oauth"),
    )


def refused(
    registration: Registration, answer: Mapping[str, object], *, renewing: bool
) -> EnateError:
    """The error of an ``error`` answer: UnavailableError for a passing one.

    Else SignInNeededError, or InputError while somebody is signing in (``renewing`` is false).
    """
    name = str(answer.get("error", ""))[:100]
    description = str(answer.get("error_description") or "")[:4_000]
    numbers = [int(number) for number in _NUMBER.findall(description)]
    if name in _TEMPORARY or _TEMPORARY_NUMBERS.intersection(numbers):
        return not_answering(shown(name))
    words = next((_BY_NUMBER[n] for n in numbers if n in _BY_NUMBER), _BY_NAME.get(name))
    why, remedy, key = (words.title, words.remedy, words.field) if words else ("", _AGAIN, "")
    if registration.settings.flow is OAuthFlow.DEVICE and words in _CODE_NOT_USED:
        remedy = f"{remedy} {BLOCKED_DEVICE_CODE}"
    if registration.client_secret:
        description = description.replace(registration.client_secret, "…")
    said = shown(description)
    said = f'The provider said: "{said}"' if said else f"({shown(name)})"
    field = registration.at(key or "oauth")
    if not renewing:
        title = why or f"Signing in to {registration.who} did not succeed."
        return InputError(title, f"Nothing was changed. {remedy} {said}", field=field)
    title = f"Sign-in to {registration.who} is no longer accepted."
    if registration.settings.flow is OAuthFlow.APPLICATION:
        title = f"The application cannot sign in for {registration.who}."
    why = "" if words is _ENDED else why
    message = " ".join(filter(None, (why, _SAFE, remedy, said)))
    return SignInNeededError(title, message, field=field)


def shown(words: str) -> str:
    """What a provider said, on one short line, without what may be a secret (S-02)."""
    text = words[:4_000].partition("Trace ID:")[0]
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    text = _SECRET_LIKE.sub(lambda run: run[0] if _GUID.fullmatch(run[0]) else "…", text)
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"
