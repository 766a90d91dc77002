"""How one side of a connector proves who it is to a mail server."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

AccessToken = Callable[[bool], str]
"""Gives an access token (RFC 6750) that is good for some minutes; True asks for a new one, because
the server refused the last. Raises SignInNeededError when a person must sign in again, and
UnavailableError when the provider does not answer."""


class ClientIdentity(Protocol):
    """A client certificate with its private key."""

    def present_in(self, context: ssl.SSLContext) -> None:
        """Let ``context`` present it; EnateError, whose ``field`` is ``certificate`` or
        ``certificate_password``, for one that is of no use.
        """


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """What the authentication of the side needs; the rest stays empty."""

    password: str = ""
    access_token: AccessToken | None = None
    identity: ClientIdentity | None = None


NO_CREDENTIAL = Credential()
