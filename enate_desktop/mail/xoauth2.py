"""Signing in with an access token instead of a password: XOAUTH2 and OAUTHBEARER (RFC 7628)."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Collection

from enate_desktop.domain.errors import (
    EnateError,
    InputError,
    SignInNeededError,
    UnavailableError,
)
from enate_desktop.mail.credential import AccessToken, Credential
from enate_desktop.mail.dialling import Line, in_background
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words
from enate_desktop.mail.provider_words import refused_sign_in
from enate_desktop.mail.secrecy import acting_as

XOAUTH2, OAUTHBEARER = "XOAUTH2", "OAUTHBEARER"
_CHALLENGE_LIMIT = 4096
_TOKEN = re.compile(r"[\x21-\x7e]+\Z")


class BearerExchange:
    """One exchange with one token, whatever the protocol wraps around it; never shown."""

    def __init__(self, line: Line, mechanism: str, token: str) -> None:
        """For ``mechanism``, one that the server offers (see :func:`chosen_mechanism`)."""
        self.mechanism = mechanism
        self._line = line
        self._token = token
        self._challenges: list[bytes] = []
        user = acting_as(line.settings)
        if mechanism == OAUTHBEARER:
            name = user.replace("=", "=3D").replace(",", "=2C")
            said = f"n,a={name},\1host={line.host}\1port={line.settings.port}\1"
        else:
            said = f"user={user}\1"
        self._initial = base64.b64encode(f"{said}auth=Bearer {token}\1\1".encode()).decode("ascii")

    def __repr__(self) -> str:
        """Without anything secret."""
        return f"BearerExchange({self.mechanism})"

    @property
    def initial(self) -> str:
        """What is sent first, in base64; one line however long."""
        return self._initial

    def answer(self, challenge: bytes) -> str:
        """What is sent after an error challenge (in base64); MailError when it is not the first.

        An empty line for XOAUTH2, the one byte of RFC 7628 (3.2.3) for the other; the server then
        says its refusal.
        """
        if self._challenges:
            raise MailError(
                ErrorKind.PROTOCOL,
                f"The server {self._line.host} does not come to an end with the sign-in.",
                "The connection was closed. No mail was changed; we try again later.",
            )
        self._challenges.append(challenge)
        return "AQ==" if self.mechanism == OAUTHBEARER else ""

    def shown(self, words: object) -> str:
        """A refusal's words and those of the challenge, safe to show."""
        told = [_challenge_words(challenge) for challenge in self._challenges]
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        whole = ", ".join(word for word in (text, *told) if word)
        return shown_words(whole, self._token, self._initial)

    def refused(self, words: object) -> MailError:
        """The error for a refusal: AUTHENTICATION, or TEMPORARY when the server is only busy."""
        return refused_sign_in(self._line, self.shown(words))


Attempt = Callable[[BearerExchange], None]
"""Carries an exchange out; raises what :meth:`BearerExchange.refused` gives for a refusal."""


def chosen_mechanism(line: Line, offered: Collection[str]) -> str:
    """XOAUTH2 where the server has it, else OAUTHBEARER; MailError where it has neither."""
    names = {name.upper() for name in offered}
    for mechanism in (XOAUTH2, OAUTHBEARER):
        if mechanism in names:
            return mechanism
    raise MailError(
        ErrorKind.AUTHENTICATION,
        f"The server {line.host} does not take OAuth 2.0.",
        "Nothing secret was sent. Choose another way to sign in, or check server and port.",
        field=line.field("authentication"),
    )


def sign_in_with_token(
    line: Line,
    credential: Credential,
    mechanism: str,
    attempt: Attempt,
    reopen: Callable[[], None],
) -> None:
    """Sign in; a refused token is tried once more as a fresh one, on a connection of its own.

    ``reopen`` makes that connection. The caller checks first that the line is encrypted
    (``secrecy.check_before_token``). Raises MailError, and lets a StorageError or CredentialError
    of the token pass: no server is to blame for a locked keyring.
    """
    ask = credential.access_token
    if ask is None:
        raise MailError(
            ErrorKind.AUTHENTICATION,
            "Nobody has signed in yet.",
            "Nothing was sent to the server. Sign in first.",
            field=line.field("oauth_token"),
        )
    token = _token(line, ask, renew=False)
    try:
        attempt(BearerExchange(line, mechanism, token))
    except MailError as refusal:
        if refusal.kind is not ErrorKind.AUTHENTICATION:
            raise
        fresh = _token(line, ask, renew=True, refusal=refusal)
        if fresh == token:
            raise
    else:
        return
    reopen()
    attempt(BearerExchange(line, mechanism, fresh))


def _token(line: Line, ask: AccessToken, *, renew: bool, refusal: MailError | None = None) -> str:
    try:
        token = in_background(
            line, lambda: ask(renew), line.patience.token, f"token {line.host}", _too_slow(line)
        )
    except (SignInNeededError, InputError, UnavailableError) as error:
        raise _without_token(line, error, refusal) from error
    if not _TOKEN.match(token):
        raise MailError(
            ErrorKind.AUTHENTICATION,
            "What the sign-in provider gave is not an access token.",
            "Nothing was sent to the server. Check the registration of this program, then sign in"
            " again.",
            field=line.field("oauth_token"),
        )
    return token


def _without_token(line: Line, error: EnateError, refusal: MailError | None) -> MailError:
    final = isinstance(error, SignInNeededError | InputError)
    return MailError(
        ErrorKind.AUTHENTICATION if final else ErrorKind.TEMPORARY,
        error.title,
        error.message,
        field=error.field or (line.field("oauth_token") if final else ""),
        server_words=refusal.server_words if refusal else "",
    )


def _too_slow(line: Line) -> MailError:
    error = UnavailableError(
        "The sign-in provider did not answer in time.",
        "Mail stays safely on the server; we try again later.",
    )
    return _without_token(line, error, None)


def _challenge_words(challenge: bytes) -> str:
    """``status 400, scope …`` of an error challenge; nothing of one that cannot be read."""
    if len(challenge) > _CHALLENGE_LIMIT:
        return ""
    try:
        said = json.loads(base64.b64decode(challenge, validate=False))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    told = ((name, said.get(name)) for name in ("status", "scope"))
    return ", ".join(f"{name} {value}" for name, value in told if isinstance(value, str | int))
