"""Signing in with a code that is typed on another device (RFC 8628)."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from enate_desktop.credentials.oauth.http import is_https
from enate_desktop.credentials.oauth.refusals import BusyError, not_understood, refused
from enate_desktop.credentials.oauth.registration import (
    Prompt,
    Registration,
    SignInCancelledError,
)

_USUAL_INTERVAL, _MOST_INTERVAL = 5, 60
_USUAL_SECONDS, _MOST_SECONDS = 900, 1800
_SLOWER = 5
_MOST_CODE = 64


@dataclass(frozen=True, slots=True, repr=False)
class DeviceCode:
    """What the provider gave; times in seconds."""

    device_code: str
    user_code: str
    address: str
    seconds: int
    interval: int

    @classmethod
    def of(cls, answer: Mapping[str, object]) -> Self:
        """Out of the provider's answer; UnavailableError when it is of no use."""
        device_code, user_code = answer.get("device_code"), answer.get("user_code")
        address = answer.get("verification_uri") or answer.get("verification_url")
        if not isinstance(device_code, str) or not isinstance(address, str):
            raise not_understood()
        if not isinstance(user_code, str) or not 0 < len(user_code) <= _MOST_CODE:
            raise not_understood()
        if not user_code.isprintable() or not is_https(address):
            raise not_understood()
        seconds = _whole(answer.get("expires_in"), _USUAL_SECONDS, _MOST_SECONDS)
        interval = _whole(answer.get("interval"), _USUAL_INTERVAL, _MOST_INTERVAL)
        return cls(device_code, user_code, address, seconds, interval)


def wait_for_person(
    registration: Registration,
    code: DeviceCode,
    prompt: Prompt,
    cancel: threading.Event,
    ask: Callable[[], Mapping[str, object]],
) -> Mapping[str, object]:
    """Show the code and ``ask`` the provider until the person has agreed; returns its answer.

    SignInCancelledError once ``cancel`` is set, InputError when it was refused or not used in time.
    """
    prompt.show_code(code.user_code, code.address, code.seconds)
    until = time.monotonic() + code.seconds
    interval: float = code.interval
    while not cancel.wait(interval):
        if time.monotonic() > until:
            raise refused(registration, {"error": "expired_token"}, renewing=False)
        try:
            answer = ask()
        except BusyError as error:
            interval = min(max(interval * 2, error.wait), _MOST_INTERVAL)
            continue
        error_name = answer.get("error")
        if error_name is None:
            return answer
        if error_name == "slow_down":
            interval = min(interval + _SLOWER, _MOST_INTERVAL)
        elif error_name != "authorization_pending":
            raise refused(registration, answer, renewing=False)
    raise SignInCancelledError("The sign-in was cancelled.", "Nothing was changed.")


def _whole(given: object, usual: int, most: int) -> int:
    """A number of seconds; some providers send it as text."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        return usual
    return int(min(max(given, 1), most))
