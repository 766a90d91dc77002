"""How alembic reaches the database: always through the connection it is handed."""

from typing import Literal

from alembic import context

# These modules declare tables; importing them fills the metadata.
from enate_desktop.storage import mail_tables, tables, worker_tables
from enate_desktop.storage.types import NAME, WHOLE, Base, Utc

_DECLARED = (tables, mail_tables, worker_tables)


def _plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Our own column types appear as what they are in the database: migrations outlive code."""
    if kind == "type" and isinstance(item, type(WHOLE)):
        return "WHOLE"
    if kind == "type" and type(item) is type(NAME):
        return "NAME"
    return "sa.DateTime()" if kind == "type" and isinstance(item, Utc) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_plain_type,
    # DDL runs inside our own transaction, on both databases; alembic must not open another.
    transactional_ddl=False,
)
context.run_migrations()
