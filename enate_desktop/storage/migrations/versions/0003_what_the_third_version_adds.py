"""What the third version adds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "leases",
        sa.Column("name", NAME, nullable=False),
        sa.Column("owner", NAME, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("login", NAME, nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "roles",
        sa.Column("name", NAME, nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
    )
    op.create_table(
        "templates",
        sa.Column("language", NAME, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_templates")),
    )
    op.create_table(
        "mailbox_counts",
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("on_server", WHOLE, nullable=False),
        sa.Column("accounted", WHOLE, nullable=False),
        sa.Column("waiting", WHOLE, nullable=False),
        sa.Column("unexplained", WHOLE, nullable=False),
        sa.Column("before_first", WHOLE, nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_mailbox_counts_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connector_id", name=op.f("pk_mailbox_counts")),
    )
    op.create_table(
        "worker_errors",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("side", NAME, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("field", NAME, nullable=False),
        sa.Column("server_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_worker_errors_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_errors")),
    )
    with op.batch_alter_table("worker_errors", schema=None) as batch_op:
        batch_op.create_index("ix_worker_errors_connector", ["connector_id", "id"], unique=False)

    op.create_table(
        "outgoing_mails",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("intake_id", WHOLE, nullable=True),
        sa.Column("work_item_id", WHOLE, nullable=True),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("sender", NAME, nullable=False),
        sa.Column("message_id", NAME, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_outgoing_mails_connector_id_connectors"),
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_outgoing_mails_intake_id_intake")
        ),
        sa.ForeignKeyConstraint(
            ["work_item_id"],
            ["work_items.id"],
            name=op.f("fk_outgoing_mails_work_item_id_work_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outgoing_mails_message_id")),
    )
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outgoing_mails_intake_id"), ["intake_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outgoing_mails_work_item_id"), ["work_item_id"], unique=False
        )

    op.create_table(
        "deliveries",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("mail_id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("recipient", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("claim", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"], ["connectors.id"], name=op.f("fk_deliveries_connector_id_connectors")
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"],
            ["outgoing_mails.id"],
            name=op.f("fk_deliveries_mail_id_outgoing_mails"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("mail_id", "recipient", name=op.f("uq_deliveries_mail_id_recipient")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_changed", ["connector_id", "state", "changed"], unique=False
        )
        batch_op.create_index(
            "ix_deliveries_due", ["connector_id", "state", "next_at"], unique=False
        )
        batch_op.create_index("ix_deliveries_recipient", ["recipient", "created"], unique=False)

    op.create_table(
        "repairs",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("change_id", WHOLE, nullable=False),
        sa.Column("intake_id", WHOLE, nullable=False),
        sa.Column("decision_id", WHOLE, nullable=False),
        sa.Column("work_item_id", WHOLE, nullable=False),
        sa.Column("replaced_id", WHOLE, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", NAME, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("undone", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["history.id"], name=op.f("fk_repairs_change_id_history")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_repairs_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_repairs_intake_id_intake")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_id"], ["work_items.id"], name=op.f("fk_repairs_replaced_id_work_items")
        ),
        sa.ForeignKeyConstraint(
            ["work_item_id"], ["work_items.id"], name=op.f("fk_repairs_work_item_id_work_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    with op.batch_alter_table("repairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repairs_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_repairs_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_repairs_work_item_id"), ["work_item_id"], unique=False)

    with op.batch_alter_table("connector_conditions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_until", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("paused_by", NAME, server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("sending_reason", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("sending_failures", WHOLE, server_default="0", nullable=False)
        )

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("acknowledgement", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("replaces_id", WHOLE, nullable=True))

    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("deleted_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("deleted_by", NAME, server_default="", nullable=False))
        batch_op.create_index("ix_intake_taken", ["connector_id", "taken"], unique=False)

    with op.batch_alter_table("mailbox_epochs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("work_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaced_by_id", WHOLE, nullable=True))
        batch_op.create_index(batch_op.f("ix_work_items_follows_id"), ["follows_id"], unique=False)
        batch_op.create_index(
            "ix_work_items_list",
            ["test_mode", "id", "state", "kind", "process_id", "connector_id", "route_id"],
            unique=False,
        )
        batch_op.create_index("ix_work_items_open", ["test_mode", "state", "id"], unique=False)
