"""What trouble of the worker means for its connector: stop, count, or only wait (C-08)."""

import errno
import socket
from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.errors import CredentialError, EnateError, SignInNeededError
from enate_desktop.mail.mailbox import ErrorKind, MailError

_THIS_COMPUTER = {errno.ENETUNREACH, errno.ENETDOWN}
_PERHAPS_THIS_COMPUTER = {errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT}


class Network(StrEnum):
    """What a failure says about the network of this computer (MAIL 4 G 143)."""

    THERE = "there"
    """A server was reached, or the failure has nothing to do with the network."""
    IN_DOUBT = "in doubt"
    """The server has no name here or does not answer: it, or everything, is out of reach."""
    GONE = "gone"
    """The system itself says that it has no network or no name server."""


@dataclass(frozen=True, slots=True)
class Failure:
    """``final``: stop at once, with ``sign_in`` until a person signs in again.

    ``counted``: one of the failed attempts after which a connector is switched off.
    """

    final: bool = False
    sign_in: bool = False
    counted: bool = True
    network: Network = Network.THERE


def weighed(error: EnateError) -> Failure:
    """What ``error`` means for the connector it happened to."""
    cause = error.__cause__
    if isinstance(error, SignInNeededError) or isinstance(cause, SignInNeededError):
        return Failure(final=True, sign_in=True)
    if isinstance(error, MailError) and error.kind is ErrorKind.AUTHENTICATION:
        return Failure(final=True)
    # A locked keyring or a computer without network is no reason to switch a mailbox off.
    network = _network(error)
    counted = not isinstance(error, CredentialError) and network is not Network.GONE
    return Failure(counted=counted, network=network)


def _network(error: EnateError) -> Network:
    """Judged by what the system said; a look-up that took too long has no such cause."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__
    if isinstance(cause, socket.gaierror):
        return Network.GONE if cause.errno == socket.EAI_AGAIN else Network.IN_DOUBT
    if isinstance(cause, OSError) and cause.errno in _THIS_COMPUTER:
        return Network.GONE
    if isinstance(cause, TimeoutError) or (
        isinstance(cause, OSError) and cause.errno in _PERHAPS_THIS_COMPUTER
    ):
        return Network.IN_DOUBT
    unanswered = isinstance(error, MailError) and error.kind is ErrorKind.UNREACHABLE
    return Network.IN_DOUBT if unanswered and cause is None else Network.THERE
