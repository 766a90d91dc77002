"""The time by the database's own clock, which all workers share, however their own clocks go."""

from datetime import UTC, datetime

from sqlalchemy import Connection, DateTime, text

_NOW = {
    "sqlite": text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now') AS now").columns(now=DateTime()),
    "postgresql": text("SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now").columns(
        now=DateTime()
    ),
}


def database_now(connection: Connection) -> datetime:
    """The present moment in UTC, to the millisecond at least; moves on within a transaction."""
    moment: datetime = connection.execute(_NOW[connection.dialect.name]).scalar_one()
    return moment.replace(tzinfo=UTC)
