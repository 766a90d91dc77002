"""What a sign-in provider gave: an access token, how long it is good, and how to renew it."""

import base64
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self

from enate_desktop.domain.errors import CredentialError

_USUAL_SECONDS = 3600
_MOST_SECONDS = 7 * 24 * 3600
_MOST_CHARACTERS = 32_768
_ACCESS_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """One access token with what renews it.

    ``grant`` names the sign-in: it is made when somebody signs in and kept by every renewal, which
    ``renewals`` counts. ``expires_in`` is seconds from ``obtained_at`` (UTC, by this computer).
    """

    access_token: str
    expires_in: int
    obtained_at: datetime
    refresh_token: str = ""
    account: str = ""
    scopes: tuple[str, ...] = ()
    grant: str = ""
    renewals: int = 0

    def __repr__(self) -> str:
        """Without anything secret (S-02)."""
        return f"Token(renewals={self.renewals})"

    @classmethod
    def signed_in(
        cls, answer: Mapping[str, object], scopes: tuple[str, ...], now: datetime, account: str = ""
    ) -> Self:
        """The token of a new sign-in; ValueError for an answer that holds no usable one."""
        access_token, expires_in = _access_token(answer), _seconds(answer.get("expires_in"))
        refresh_token, grant = _refresh_token(answer), uuid.uuid4().hex
        return cls(access_token, expires_in, now, refresh_token, account, scopes, grant)

    @classmethod
    def imported(cls, refresh_token: str, scopes: tuple[str, ...] = ()) -> Self:
        """A sign-in that was made elsewhere: equal refresh tokens are the same sign-in."""
        grant = sha256(b"imported\0" + refresh_token.encode()).hexdigest()[:32]
        return cls("", 0, datetime.fromtimestamp(0, UTC), refresh_token, scopes=scopes, grant=grant)

    def renewed(self, answer: Mapping[str, object], now: datetime) -> Self:
        """What a renewal gave; the refresh token stays where the provider sent no other.

        ValueError for an answer that holds no usable token.
        """
        return replace(
            self,
            access_token=_access_token(answer),
            expires_in=_seconds(answer.get("expires_in")),
            obtained_at=now,
            refresh_token=_refresh_token(answer) or self.refresh_token,
            renewals=self.renewals + 1,
        )

    def newer_than(self, other: "Token") -> bool:
        """Whether it is a later renewal of the same sign-in."""
        return self.grant == other.grant and self.renewals > other.renewals

    def to_json(self) -> bytes:
        """The form in which the vault seals it."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        facts["obtained_at"] = self.obtained_at.isoformat()
        return json.dumps(facts).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        """The token behind ``to_json``; CredentialError for anything else."""
        try:
            facts = json.loads(raw)
            return cls(
                access_token=str(facts["access_token"]),
                expires_in=int(facts["expires_in"]),
                obtained_at=datetime.fromisoformat(facts["obtained_at"]).astimezone(UTC),
                refresh_token=str(facts["refresh_token"]),
                account=str(facts["account"]),
                scopes=tuple(str(scope) for scope in facts["scopes"]),
                grant=str(facts["grant"]),
                renewals=int(facts["renewals"]),
            )
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            raise CredentialError(
                "The stored sign-in cannot be read.",
                "Mail stays safely on the server. Sign in again.",
            ) from None


def grant_in(raw: bytes) -> bytes:
    """What tells a sign-in from another, of a stored token; all of it when it is none of ours."""
    try:
        return Token.from_json(raw).grant.encode()
    except CredentialError:
        return raw


def account_in(answer: Mapping[str, object], *claims: str) -> str:
    """Who signed in, by the first of ``claims`` in the ID token; empty when it does not say.

    It came straight from the provider over TLS, so its signature says nothing more (OpenID Connect
    Core, 3.1.3.7); it is shown and decides nothing.
    """
    parts = str(answer.get("id_token", "")).split(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(f"{parts[1]}==="))
        names = [found.get(claim) for claim in claims]
    except (IndexError, ValueError, AttributeError, RecursionError):
        return ""
    usable = (n for n in names if isinstance(n, str) and n.isprintable() and 0 < len(n) <= 320)
    return next(usable, "")


def _access_token(answer: Mapping[str, object]) -> str:
    found = answer.get("access_token")
    if not isinstance(found, str) or not 0 < len(found) <= _MOST_CHARACTERS:
        raise ValueError("no access token")
    if not _ACCESS_TOKEN.fullmatch(found):
        # It goes to a mail server as it is: a control character would end the command (RFC 6750).
        raise ValueError("not the characters of an access token")
    kind = answer.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise ValueError("not a bearer token")
    return found


def _refresh_token(answer: Mapping[str, object]) -> str:
    found = answer.get("refresh_token")
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > _MOST_CHARACTERS:
        raise ValueError("not a refresh token")
    return found


def _seconds(given: object) -> int:
    """``expires_in``: it is only recommended (RFC 6749, 5.1), and some send it as text."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        return _USUAL_SECONDS
    return int(min(max(given, 0), _MOST_SECONDS))
