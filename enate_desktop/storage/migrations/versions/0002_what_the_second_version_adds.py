"""What the second version adds."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "route_counts",
        sa.Column("route_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("hits", WHOLE, nullable=False),
        sa.Column("first_hit", sa.DateTime(), nullable=True),
        sa.Column("last_hit", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("route_id", name=op.f("pk_route_counts")),
    )
    op.create_table(
        "route_hits",
        sa.Column("route_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("day", NAME, nullable=False),
        sa.Column("hits", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("route_id", "day", name=op.f("pk_route_hits")),
    )
    op.create_table(
        "history_states",
        sa.Column("change_id", WHOLE, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["history.id"], name=op.f("fk_history_states_change_id_history")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_history_states")),
    )
    op.create_table(
        "pop3_numbers",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("mailbox", NAME, nullable=False),
        sa.Column("uidl", NAME, nullable=True),
        sa.Column("content", NAME, nullable=True),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_pop3_numbers_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pop3_numbers")),
        sa.UniqueConstraint(
            "connector_id",
            "mailbox",
            "content",
            name=op.f("uq_pop3_numbers_connector_id_mailbox_content"),
        ),
        sa.UniqueConstraint(
            "connector_id",
            "mailbox",
            "uidl",
            name=op.f("uq_pop3_numbers_connector_id_mailbox_uidl"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change_id", WHOLE, nullable=True))
        batch_op.create_index(batch_op.f("ix_history_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_who"), ["who"], unique=False)
    # No other table refers to these two, so that making them anew loses nothing. PostgreSQL's
    # sequences never give a number twice as it is.
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("routes", "outgoing_routes") if sqlite else ():
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_autoincrement": True}
        ):
            pass
    _name_mailboxes_by_host()


def _name_mailboxes_by_host() -> None:
    """The first version named mailboxes by user alone: equal users of two servers were one."""
    connection = op.get_bind()
    connectors = sa.table("connectors", sa.column("id"), sa.column("incoming"))
    epochs = sa.table("mailbox_epochs", sa.column("connector_id"), sa.column("mailbox"))
    rows = connection.execute(sa.select(connectors).where(connectors.c.incoming.is_not(None)))
    for connector_id, text in rows.all():
        incoming = json.loads(text)
        host, user = incoming["host"].strip().lower(), incoming["username"]
        inbox = f"{incoming.get('additional_mailbox') or ''}/INBOX"
        connection.execute(
            sa.update(epochs)
            .where(
                epochs.c.connector_id == connector_id,
                epochs.c.mailbox == f"{user.casefold()}/{inbox}",
            )
            .values(mailbox=f"{host}/{user.strip()}/{inbox}")
        )
