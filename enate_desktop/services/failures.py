"""What trouble of the worker means for its connector: stop, count, or only wait (C-08)."""

import errno
import socket
from dataclasses import dataclass

from enate_desktop.domain.errors import CredentialError, EnateError, SignInNeededError
from enate_desktop.mail.mailbox import ErrorKind, MailError

_THIS_COMPUTER = {errno.ENETUNREACH, errno.ENETDOWN}


@dataclass(frozen=True, slots=True)
class Failure:
    """``final``: stop at once, with ``sign_in`` until a person signs in again.

    ``counted``: one of the failed attempts after which a connector is switched off.
    """

    final: bool = False
    sign_in: bool = False
    counted: bool = True


def weighed(error: EnateError) -> Failure:
    """What ``error`` means for the connector it happened to."""
    cause = error.__cause__
    if isinstance(error, SignInNeededError) or isinstance(cause, SignInNeededError):
        return Failure(final=True, sign_in=True)
    if isinstance(error, MailError) and error.kind is ErrorKind.AUTHENTICATION:
        return Failure(final=True)
    # A locked keyring or a computer without network is no reason to switch a mailbox off.
    return Failure(counted=not (isinstance(error, CredentialError) or _is_offline(cause)))


def _is_offline(cause: BaseException | None) -> bool:
    if isinstance(cause, socket.gaierror):
        return cause.errno == socket.EAI_AGAIN
    return isinstance(cause, OSError) and cause.errno in _THIS_COMPUTER
