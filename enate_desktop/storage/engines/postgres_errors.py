"""What PostgreSQL refuses, in words for a person (MAIL 4 G 137-140)."""

from sqlalchemy.exc import DBAPIError

from enate_desktop.domain.errors import StorageError

_LOST = (
    "The connection to the database was lost.",
    "Mail stays on the server and nothing is done twice. Look again whether the last change was "
    "saved; the program connects again by itself.",
)
_UNREACHABLE = (
    "The database server does not answer.",
    "Nothing was saved; mail stays on the server. Check its address, the network and whether it "
    "is running.",
)
_NO_RIGHT = (
    "The login may not do this in the database.",
    "Nothing was saved. Ask whoever runs the database server for the right to make and change "
    "tables in it.",
)
_READ_ONLY = (
    "The database server takes no changes: it is a standby or read-only.",
    "Nothing was saved; mail stays on the server. Use the address of the primary server.",
)
_FULL = (
    "The disk of the database server is full or does not take what is written.",
    "Nothing was saved; mail stays on the server. Free some space there and try again.",
)
_BUSY = (
    "The database is busy: somebody else has been saving for too long.",
    "Nothing was saved; what was there is safe. Try again in a moment.",
)
_DAMAGED = (
    "The database is damaged.",
    "Nothing was saved. Ask whoever runs the database server before going on.",
)
_FOREIGN = (
    "The tables in the database are not as Enate Desktop left them.",
    "Nothing was changed. Use a database of its own for Enate Desktop, or restore a backup.",
)
_CROWDED = (
    "The database server has too many connections.",
    "Nothing was saved; mail stays on the server. Try again in a moment, or raise its limit.",
)
_NO_DATABASE = (
    "There is no such database on the server.",
    "Nothing was opened. Make it there first (CREATE DATABASE), or mend the address.",
)
_REFUSED = (
    "The database server refuses the login or its password.",
    "Nothing was opened. Check the login in the address and the password in the password file.",
)
_TOO_LONG = (
    "A text is too long for the database.",
    "Nothing was saved. Shorten it; if it came with a mail, the mail stays on the server.",
)
_STATES = {
    "28": _REFUSED,
    "3D000": _NO_DATABASE,
    "3F000": _NO_RIGHT,
    "42501": _NO_RIGHT,
    "25006": _READ_ONLY,
    "53100": _FULL,
    "58030": _FULL,
    "53300": _CROWDED,
    "55P03": _BUSY,
    "40P01": _BUSY,
    "40001": _BUSY,
    "57014": _BUSY,
    "25P03": _LOST,
    "54": _TOO_LONG,
    "57P": _LOST,
    "08": _LOST,
    "XX": _DAMAGED,
    "42": _FOREIGN,
}
"""By the beginning of SQLSTATE (PostgreSQL, appendix A); the longest that fits counts."""
_WORDS = {
    "password authentication failed": _REFUSED,
    "no password supplied": _REFUSED,
    "no pg_hba.conf entry": _REFUSED,
    "authentication failed": _REFUSED,
    "role ": _REFUSED,
    "too many ": _CROWDED,
    "remaining connection slots": _CROWDED,
    "starting up": _UNREACHABLE,
    "shutting down": _UNREACHABLE,
    "recovery mode": _UNREACHABLE,
    "permission denied": _NO_RIGHT,
    "database ": _NO_DATABASE,
}
"""While connecting the driver knows no SQLSTATE, only what the server says; the first counts."""


def explain(error: DBAPIError, *, connecting: bool) -> StorageError:
    """A sentence for ``error``, without what was sent and without a password.

    ``connecting``: no connection was made so far, so that nothing can have been lost.
    """
    origin = error.orig
    state = getattr(origin, "sqlstate", None)
    reason = _reason(origin)
    if state:
        found = next((_STATES[state[:n]] for n in (5, 3, 2) if state[:n] in _STATES), None)
    elif connecting or _is_connecting(reason):
        found = next((words for part, words in _WORDS.items() if part in reason), _UNREACHABLE)
    else:
        found = _LOST if error.connection_invalidated or not state else None
    title, message = found or ("The database could not be used.", "Nothing was saved.")
    return StorageError(title, f"{message} ({reason})" if reason else message)


def takes_no_changes() -> StorageError:
    """For a server that only reads, as it says itself."""
    return StorageError(*_READ_ONLY)


def _is_connecting(reason: str) -> bool:
    return reason.startswith(("connection failed", "connection to server", "connection timeout"))


def _reason(origin: object) -> str:
    """The server's own words in one line; its details are left out, they quote what was sent."""
    told = getattr(getattr(origin, "diag", None), "message_primary", None)
    lines = str(told or origin or "").strip().splitlines()
    return lines[0] if lines else ""
