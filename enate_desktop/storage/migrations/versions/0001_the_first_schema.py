"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "blocked_addresses",
        sa.Column("pattern", NAME, nullable=False),
        sa.Column("reject_as_spam", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pattern", name=op.f("pk_blocked_addresses")),
    )
    op.create_table(
        "companies",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name_key", name=op.f("uq_companies_name_key")),
    )
    op.create_table(
        "history",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("subject_id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("action", NAME, nullable=False),
        sa.Column("field", NAME, nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index("ix_history_subject", ["kind", "subject_id"], unique=False)

    op.create_table(
        "meta",
        sa.Column("key", NAME, nullable=False),
        sa.Column("value", NAME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "nodes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("parent_id", WHOLE, nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
        sa.UniqueConstraint(
            "parent_id", "kind", "name_key", name=op.f("uq_nodes_parent_id_kind_name_key")
        ),
    )
    with op.batch_alter_table("nodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nodes_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("login", NAME, nullable=False),
        sa.Column("role", NAME, nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_people")),
    )
    op.create_table(
        "raw_mails",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("sha256", NAME, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_mails")),
        sa.UniqueConstraint("sha256", name=op.f("uq_raw_mails_sha256")),
    )
    op.create_table(
        "settings",
        sa.Column("key", NAME, nullable=False),
        sa.Column("value", NAME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "company_domains",
        sa.Column("company_id", WHOLE, nullable=False),
        sa.Column("domain", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_company_domains_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "domain", name=op.f("pk_company_domains")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("company_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_contacts_company_id_companies"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("address", name=op.f("uq_contacts_address")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_company_id"), ["company_id"], unique=False)

    op.create_table(
        "processes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("service_id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["nodes.id"], name=op.f("fk_processes_service_id_nodes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
        sa.UniqueConstraint(
            "service_id", "name_key", name=op.f("uq_processes_service_id_name_key")
        ),
    )
    op.create_table(
        "raw_chunks",
        sa.Column("raw_mail_id", WHOLE, nullable=False),
        sa.Column("n", WHOLE, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["raw_mail_id"],
            ["raw_mails.id"],
            name=op.f("fk_raw_chunks_raw_mail_id_raw_mails"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raw_mail_id", "n", name=op.f("pk_raw_chunks")),
    )
    op.create_table(
        "categories",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("process_id", WHOLE, nullable=False),
        sa.Column("path", NAME, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["processes.id"],
            name=op.f("fk_categories_process_id_processes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("process_id", "path", name=op.f("uq_categories_process_id_path")),
    )
    op.create_table(
        "connectors",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("use_for", NAME, nullable=False),
        sa.Column("primary_address", NAME, nullable=False),
        sa.Column("incoming", sa.Text(), nullable=True),
        sa.Column("outgoing", sa.Text(), nullable=True),
        sa.Column("after_intake", NAME, nullable=False),
        sa.Column("after_intake_folder", NAME, nullable=False),
        sa.Column("start_choice", NAME, nullable=False),
        sa.Column("start_since", sa.DateTime(), nullable=True),
        sa.Column("fallback_process_id", WHOLE, nullable=True),
        sa.Column("fallback_category", NAME, nullable=True),
        sa.Column("fallback_automated", sa.Boolean(), nullable=False),
        sa.Column("fallback_test_mode", sa.Boolean(), nullable=False),
        sa.Column("fallback_covers", NAME, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("default_sender", sa.Boolean(), nullable=False),
        sa.Column("tested_fingerprint", NAME, nullable=False),
        sa.Column("tested_at", sa.DateTime(), nullable=True),
        sa.Column("tested_by", NAME, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["fallback_process_id"],
            ["processes.id"],
            name=op.f("fk_connectors_fallback_process_id_processes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connectors")),
        sa.UniqueConstraint("name_key", name=op.f("uq_connectors_name_key")),
    )
    op.create_table(
        "connector_conditions",
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("health", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failures", WHOLE, nullable=False),
        sa.Column("last_check", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_connector_conditions_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connector_id", name=op.f("pk_connector_conditions")),
    )
    op.create_table(
        "credentials",
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("mark", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_credentials_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connector_id", "name", name=op.f("pk_credentials")),
    )
    op.create_table(
        "mailbox_epochs",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("mailbox", NAME, nullable=False),
        sa.Column("uidvalidity", WHOLE, nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("baseline_uid", WHOLE, nullable=False),
        sa.Column("last_uid", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_mailbox_epochs_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_epochs")),
        sa.UniqueConstraint(
            "connector_id",
            "mailbox",
            "uidvalidity",
            name=op.f("uq_mailbox_epochs_connector_id_mailbox_uidvalidity"),
        ),
    )
    op.create_table(
        "outgoing_routes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("description", NAME, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("tested", sa.Boolean(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_outgoing_routes_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_routes")),
    )
    with op.batch_alter_table("outgoing_routes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outgoing_routes_connector_id"), ["connector_id"], unique=False
        )

    op.create_table(
        "pins",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_pins_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pins")),
        sa.UniqueConstraint("connector_id", "name_key", name=op.f("uq_pins_connector_id_name_key")),
    )
    op.create_table(
        "routes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("block", NAME, nullable=False),
        sa.Column("process_id", WHOLE, nullable=False),
        sa.Column("category", NAME, nullable=True),
        sa.Column("send_automated_emails", sa.Boolean(), nullable=False),
        sa.Column("test_mode", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("for_attention", sa.Boolean(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_routes_connector_id_connectors"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_routes_process_id_processes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
    )
    with op.batch_alter_table("routes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_routes_order", ["connector_id", "block", "position"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_routes_process_id"), ["process_id"], unique=False)

    op.create_table(
        "work_items",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("process_id", WHOLE, nullable=False),
        sa.Column("category", NAME, nullable=True),
        sa.Column("state", NAME, nullable=False),
        sa.Column("test_mode", sa.Boolean(), nullable=False),
        sa.Column("sender", NAME, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("route_id", WHOLE, nullable=False),
        sa.Column("route_name", NAME, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", NAME, nullable=True),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("new_information", sa.Boolean(), nullable=False),
        sa.Column("follows_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["connector_id"], ["connectors.id"], name=op.f("fk_work_items_connector_id_connectors")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["work_items.id"], name=op.f("fk_work_items_follows_id_work_items")
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_work_items_process_id_processes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_items")),
    )
    with op.batch_alter_table("work_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_items_connector_id"), ["connector_id"], unique=False
        )
        batch_op.create_index("ix_work_items_created", ["test_mode", "created"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_items_process_id"), ["process_id"], unique=False)

    op.create_table(
        "intake",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("connector_id", WHOLE, nullable=False),
        sa.Column("epoch_id", WHOLE, nullable=True),
        sa.Column("uid", WHOLE, nullable=False),
        sa.Column("received", sa.DateTime(), nullable=False),
        sa.Column("taken", sa.DateTime(), nullable=False),
        sa.Column("raw_mail_id", WHOLE, nullable=True),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("end", NAME, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("disposition", NAME, nullable=False),
        sa.Column("fingerprint", NAME, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", NAME, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"], ["connectors.id"], name=op.f("fk_intake_connector_id_connectors")
        ),
        sa.ForeignKeyConstraint(
            ["epoch_id"],
            ["mailbox_epochs.id"],
            name=op.f("fk_intake_epoch_id_mailbox_epochs"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["raw_mail_id"], ["raw_mails.id"], name=op.f("fk_intake_raw_mail_id_raw_mails")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("epoch_id", "uid", name=op.f("uq_intake_epoch_id_uid")),
    )
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.create_index("ix_intake_disposition", ["epoch_id", "disposition"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_intake_open", ["connector_id", "end"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_raw_mail_id"), ["raw_mail_id"], unique=False)

    op.create_table(
        "issued_messages",
        sa.Column("message_id", NAME, nullable=False),
        sa.Column("work_item_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["work_item_id"],
            ["work_items.id"],
            name=op.f("fk_issued_messages_work_item_id_work_items"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_issued_messages")),
    )
    with op.batch_alter_table("issued_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issued_messages_work_item_id"), ["work_item_id"], unique=False
        )

    op.create_table(
        "participants",
        sa.Column("work_item_id", WHOLE, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["work_item_id"],
            ["work_items.id"],
            name=op.f("fk_participants_work_item_id_work_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("work_item_id", "address", name=op.f("pk_participants")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("intake_id", WHOLE, nullable=False),
        sa.Column("key", NAME, nullable=True),
        sa.Column("recipient", NAME, nullable=True),
        sa.Column("outcome", NAME, nullable=False),
        sa.Column("route_id", WHOLE, nullable=True),
        sa.Column("work_item_id", WHOLE, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_decisions_intake_id_intake")
        ),
        sa.ForeignKeyConstraint(
            ["work_item_id"], ["work_items.id"], name=op.f("fk_decisions_work_item_id_work_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("key", name=op.f("uq_decisions_key")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_route_id"), ["route_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_decisions_work_item_id"), ["work_item_id"], unique=False
        )
