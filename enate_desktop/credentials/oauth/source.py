"""Gives access tokens that are good for some minutes: renewed in time, once, and kept first."""

import random
import threading
import time
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Protocol

from enate_desktop.credentials.oauth.registration import utc_now
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.errors import EnateError, SignInNeededError, UnavailableError

MARGIN = 300.0
"""Seconds before its end at which a token is renewed (MAIL 1.4)."""
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 300.0
_LOOKS, _BETWEEN_LOOKS = 7, 0.5
"""Another program has three seconds to keep what it renewed."""
_MOST_SPREAD = 60.0


class Shelf(Protocol):
    """Where the token of one sign-in is kept."""

    def load(self) -> Token | None:
        """The token, or None when nobody has signed in."""

    def store(self, token: Token) -> None:
        """Keep a renewed token durably; a new sign-in that came in between stays."""


class Clock(Protocol):
    """The time, so that a test can turn it."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""

    def now(self) -> datetime:
        """This computer's idea of the time (UTC)."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


class SystemClock:
    """This computer's clocks."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    def now(self) -> datetime:
        """This computer's idea of the time (UTC)."""
        return utc_now()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


class TokenSource:
    """The tokens of one sign-in, for any number of threads: one of them renews, the others wait.

    After a refusal nothing is asked again until somebody signs in or ``ask_anew`` is called; after
    no answer, not before a growing wait is over.
    """

    def __init__(self, shelf: Shelf, clock: Clock | None = None, early: float = 0.0) -> None:
        """Of what ``shelf`` keeps; renewed ``early`` seconds before the others that use it."""
        self._shelf = shelf
        self._margin = MARGIN + early
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._good_until: dict[tuple[str, int], float] = {}
        self._unsaved: Token | None = None
        self._refused: tuple[tuple[str, int], EnateError] | None = None
        self._failures = 0
        self._ask_again = 0.0

    def access_token(
        self, renew: Callable[[Token | None], Token], *, refused: str | None = None
    ) -> str:
        """A token that is good for MARGIN seconds where the provider allows it.

        ``renew`` asks the provider. ``refused`` is the token that a mail server did not accept; it
        is not given again. Raises SignInNeededError, UnavailableError, and what the shelf raises:
        a renewed token that could not be kept is not given either.
        """
        with self._lock:
            token = self._present()
            if token is not None and token.access_token != refused and self._left(token) > 0:
                return token.access_token
            living = token is not None and token.access_token != refused and self._alive(token)
            try:
                fresh = self._renewed(token, renew)
            except UnavailableError:
                if living and token is not None:
                    return token.access_token
                raise
            return fresh.access_token

    def ask_anew(self) -> None:
        """A person asks: what was refused, or not answered, before does not count."""
        with self._lock:
            self._refused = None
            self._failures = 0
            self._ask_again = 0.0

    def _present(self) -> Token | None:
        """The token on the shelf, after one that is still to be kept has been."""
        if self._unsaved is not None:
            self._keep(self._unsaved)
        return self._shelf.load()

    def _renewed(self, token: Token | None, renew: Callable[[Token | None], Token]) -> Token:
        key = _key(token)
        if self._refused is not None and self._refused[0] == key:
            raise self._refused[1]
        wait = self._ask_again - self._clock.monotonic()
        if wait > 0:
            raise UnavailableError(
                "The sign-in provider did not answer.",
                f"Mail stays safely on the server. It is asked again in {wait:.0f} seconds.",
            )
        try:
            fresh = renew(token)
        except UnavailableError as error:
            self._failures += 1
            growing = min(_FIRST_WAIT * 2 ** (self._failures - 1), _LONGEST_WAIT)
            asked_for = float(getattr(error, "wait", 0.0))
            self._ask_again = self._clock.monotonic() + max(growing, asked_for)
            raise
        except SignInNeededError as error:
            newer = self._renewed_elsewhere(token)
            if newer is not None:
                return newer
            self._refused = (key, error)
            raise
        self._failures = 0
        self._ask_again = 0.0
        self._keep(fresh)
        return fresh

    def _renewed_elsewhere(self, token: Token | None) -> Token | None:
        """What another program on this data file got instead of ``token``, when it is kept soon.

        A refused renewal may mean that the other one was a moment faster (RFC 6749, 10.4).
        """
        looks = _LOOKS if token is not None and token.refresh_token else 1
        for look in range(looks):
            if look:
                self._clock.wait(_BETWEEN_LOOKS)
            newer = self._shelf.load()
            if newer is not None and _key(newer) != _key(token) and self._left(newer) > 0:
                return newer
        return None

    def _keep(self, token: Token) -> None:
        """First on the shelf, then in use: what it renewed is no longer honoured (MAIL 1.4)."""
        if self._unsaved is not token:
            self._good_until = {_key(token): self._clock.monotonic() + token.expires_in}
        self._unsaved = token
        self._shelf.store(token)
        self._unsaved = None

    def _left(self, token: Token) -> float:
        """Seconds until it should be renewed; a short-lived one is used for half of its life."""
        return self._seconds(token) - min(self._margin, token.expires_in / 2)

    def _alive(self, token: Token) -> bool:
        return self._seconds(token) > 0

    def _seconds(self, token: Token) -> float:
        """Seconds it is good for, by the clock that is the more careful.

        The wall clock may be turned; the other one stands still while the computer sleeps, and
        knows nothing of a token that was kept before the program started.
        """
        if not token.access_token:
            return 0.0
        elapsed = (self._clock.now() - token.obtained_at).total_seconds()
        by_wall = token.expires_in - elapsed
        good_until = self._good_until.get(_key(token))
        if good_until is None:
            return by_wall if elapsed >= 0 else 0.0
        by_monotonic = good_until - self._clock.monotonic()
        return min(by_wall, by_monotonic) if elapsed >= 0 else by_monotonic


class TokenSources:
    """The sources of one process by the sign-in they serve.

    Two processes on one data file renew at different times, so that they seldom meet.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        """None yet; all of them keep to ``clock``."""
        self._clock = clock
        self._early = random.uniform(0, _MOST_SPREAD)  # noqa: S311 - spreads load, hides nothing
        self._lock = threading.Lock()
        self._sources: dict[Hashable, tuple[str, TokenSource]] = {}

    def of(self, key: Hashable, make: Callable[[], Shelf], version: str = "") -> TokenSource:
        """The source of ``key``, over the shelf that ``make`` gives when it is a new one.

        Another ``version`` than before begins anew, such as one for another client secret.
        """
        with self._lock:
            found = self._sources.get(key)
            if found is None or found[0] != version:
                found = self._sources[key] = (
                    version,
                    TokenSource(make(), self._clock, self._early),
                )
            return found[1]


class MemoryShelf:
    """Keeps a token for as long as the program runs."""

    def __init__(self, token: Token | None = None) -> None:
        """Begin with ``token``."""
        self.token = token

    def load(self) -> Token | None:
        """The token."""
        return self.token

    def store(self, token: Token) -> None:
        """Keep it."""
        self.token = token


def _key(token: Token | None) -> tuple[str, int]:
    return (token.grant, token.renewals) if token is not None else ("", -1)
