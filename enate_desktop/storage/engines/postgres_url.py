"""The address of a PostgreSQL database as a person types it, and as it may be shown."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from enate_desktop.domain.errors import StorageError

DRIVER = "postgresql+psycopg"
_ACCEPTED = ("postgresql", DRIVER)


def parse_url(text: str) -> URL:
    """The address in ``text``, for our driver; StorageError says what is wrong, without secrets."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _unreadable() from None
    if url.drivername not in _ACCEPTED or not url.database:
        raise _unreadable()
    return url.set(drivername=DRIVER)


def shown(url: URL) -> str:
    """The address without password and options, for screens, logs and errors."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return plain.render_as_string(hide_password=True)


def _unreadable() -> StorageError:
    return StorageError(
        "The address of the database is not understood.",
        "Nothing was opened. It looks like postgresql+psycopg://login@server:5432/database; "
        "the password is best kept in the password file of PostgreSQL.",
    )
