"""Column types and naming shared by all tables."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


WHOLE = BigInteger().with_variant(Integer, "sqlite")
"""64 bits: UIDs (RFC 9051: unsigned 32 bits) and sizes exceed an INTEGER of PostgreSQL."""

NAME = String().with_variant(String(collation="C"), "postgresql")
"""A name or key: ordered by its bytes on both databases, whatever the language of the server."""


class Base(DeclarativeBase):
    """The declared schema; a test proves that the migrations arrive at exactly this."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: WHOLE, str: NAME}  # noqa: RUF012  # as SQLAlchemy wants it


class Utc(TypeDecorator[datetime]):
    """An aware UTC time, kept without its zone; a naive time is refused with ValueError."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not reach the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)
