"""What is needed to ask a sign-in provider for a token: the registration with its secrets."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings

if TYPE_CHECKING:
    from enate_desktop.credentials.certificates import ClientCertificate

_MICROSOFT = "https://outlook.office.com"
_DELEGATED = {
    "imap": f"{_MICROSOFT}/IMAP.AccessAsUser.All",
    "pop3": f"{_MICROSOFT}/POP.AccessAsUser.All",
    "smtp": f"{_MICROSOFT}/SMTP.Send",
}
_APPLICATION = "https://outlook.office365.com/.default"
GOOGLE_MAIL = "https://mail.google.com/"


class SignInCancelledError(EnateError):
    """The person thought better of signing in; nothing was changed."""


class Prompt(Protocol):
    """How a person is asked to sign in; called in the thread that signs in."""

    def open_page(self, url: str) -> None:
        """Show the provider's page in the browser."""

    def show_code(self, code: str, url: str, expires_seconds: int) -> None:
        """Show the code that is to be typed at ``url`` (RFC 8628)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, and how much is taken from a provider; tests make them smaller."""

    connect: float = 8.0
    answer: float = 12.0
    person: float = 300.0
    most_bytes: int = 256 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Registration:
    """The settings of one side with the secrets that belong to them.

    ``side`` names the fields in errors. ``scopes`` are the ones to ask for. ``ca_certificate`` is
    trusted besides the authorities of this computer (C-13).
    """

    settings: OAuthSettings
    scopes: tuple[str, ...]
    username: str = ""
    side: str = "incoming"
    client_secret: str = ""
    certificate: "ClientCertificate | None" = None
    ca_certificate: str = ""
    patience: Patience = field(default=Patience())

    def __repr__(self) -> str:
        """Without anything secret (S-02)."""
        return f"Registration({self.settings.provider}, {self.settings.flow})"

    @property
    def who(self) -> str:
        """Whom a sentence about this sign-in names."""
        return self.username or self.settings.client_id

    def at(self, key: str) -> str:
        """The name of an input of this side."""
        return f"{self.side}.{key}"


class Flow(Protocol):
    """One provider's ways of giving tokens.

    Errors: SignInNeededError when a person has to do something, UnavailableError when the provider
    does not answer, InputError for a registration that is of no use.
    """

    def sign_in(self, prompt: Prompt, cancel: threading.Event) -> Token:
        """Let a person sign in; blocks until done. SignInCancelledError once ``cancel`` is set."""

    def renew(self, token: Token) -> Token:
        """A new access token for ``token``."""

    def for_itself(self) -> Token:
        """A token for the program itself (RFC 6749, 4.4)."""


def usual_scopes(settings: OAuthSettings, protocols: Iterable[str]) -> tuple[str, ...]:
    """What is asked for: what the administrator wrote, else what ``imap pop3 smtp`` need."""
    if settings.scopes:
        return settings.scopes
    if settings.provider is OAuthProvider.GOOGLE:
        return (GOOGLE_MAIL,)
    if settings.provider is OAuthProvider.OTHER:
        return ()
    if settings.flow is OAuthFlow.APPLICATION:
        return (_APPLICATION,)
    return tuple(dict.fromkeys(_DELEGATED[protocol] for protocol in protocols))


def utc_now() -> datetime:
    """This computer's time."""
    return datetime.now(UTC)
