"""Sharing, received lists, monthly reports 共享、接收与月报.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monthly_report",
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "reported", "confirmed", name="status", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> reported_by",
            name=op.f("ck_monthly_report_confirmed_by_another"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_report")),
        sa.UniqueConstraint("district", "month", name=op.f("uq_monthly_report_district_month")),
    )
    op.create_table(
        "receiving_sender",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("department", "city", name="senderkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("next_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_receiving_sender")),
    )
    op.create_table(
        "shared_change",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_position", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("listing", "penalty", name="subject", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum("add", "change", "delete", name="operation", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(operation = 'delete') = (content IS NULL)",
            name=op.f("ck_shared_change_deleted_without_content"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_shared_change")),
    )
    op.create_index(
        "ix_shared_change_organization_id", "shared_change", ["organization_id"], unique=False
    )
    op.create_index(
        "ix_shared_change_subject",
        "shared_change",
        ["subject", "subject_id", "position"],
        unique=False,
    )
    op.create_index(
        "uq_shared_change_current",
        "shared_change",
        ["subject", "subject_id"],
        unique=True,
        postgresql_where=sa.text("until_position IS NULL"),
    )
    op.create_table(
        "shared_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("previous_day", sa.Date(), nullable=True),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_shared_day")),
    )
    op.create_table(
        "shared_mark",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("listing", "penalty", name="subject", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shared_mark")),
    )
    op.create_table(
        "foreign_listing",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("kind_name", sa.String(), nullable=False),
        sa.Column("adverse", sa.Boolean(), nullable=False),
        sa.Column("document_key", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("made_record", sa.Boolean(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["known_organization.organization_id"],
            name=op.f("fk_foreign_listing_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_foreign_listing_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_listing")),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "document_key",
            name=op.f("uq_foreign_listing_organization_id_kind_document_key"),
        ),
    )
    op.create_index(
        "ix_foreign_listing_district",
        "foreign_listing",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_table(
        "monthly_report_note",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["monthly_report.id"], name=op.f("fk_monthly_report_note_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("pk_monthly_report_note")),
    )
    op.create_table(
        "received_batch",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("held", "applied", name="batchstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender"], ["receiving_sender.code"], name=op.f("fk_received_batch_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_batch")),
        sa.UniqueConstraint("sender", "number", name=op.f("uq_received_batch_sender_number")),
        sa.UniqueConstraint("sender", "sequence", name=op.f("uq_received_batch_sender_sequence")),
    )
    op.create_index(
        "ix_received_batch_district",
        "received_batch",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_table(
        "received_row",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("record_key", sa.String(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum("add", "change", "delete", name="operation", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("plain_name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=True),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("named_district", sa.String(), nullable=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "linked",
                "unresolved",
                "superseded",
                "withdrawn",
                "dismissed",
                "done",
                name="rowstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "unknown",
                "cancelled",
                "other-district",
                "name-differs",
                "several",
                name="reason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["received_batch.id"], name=op.f("fk_received_row_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["foreign_listing.id"], name=op.f("fk_received_row_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_row")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_received_row_batch_id_number")),
    )
    op.create_index(
        "ix_received_row_district",
        "received_row",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index("ix_received_row_key", "received_row", ["sender", "record_key"], unique=False)
    op.create_index("ix_received_row_listing_id", "received_row", ["listing_id"], unique=False)
    op.create_index(
        "ix_received_row_unresolved_code",
        "received_row",
        ["credit_code"],
        unique=False,
        postgresql_where=sa.text("status = 'unresolved'"),
    )
    op.create_index(
        "ix_received_row_unresolved_name",
        "received_row",
        ["plain_name"],
        unique=False,
        postgresql_where=sa.text("status = 'unresolved'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_received_row_unresolved_name",
        table_name="received_row",
        postgresql_where=sa.text("status = 'unresolved'"),
    )
    op.drop_index(
        "ix_received_row_unresolved_code",
        table_name="received_row",
        postgresql_where=sa.text("status = 'unresolved'"),
    )
    op.drop_index("ix_received_row_listing_id", table_name="received_row")
    op.drop_index("ix_received_row_key", table_name="received_row")
    op.drop_index(
        "ix_received_row_district",
        table_name="received_row",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("received_row")
    op.drop_index(
        "ix_received_batch_district",
        table_name="received_batch",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("received_batch")
    op.drop_table("monthly_report_note")
    op.drop_index(
        "ix_foreign_listing_district",
        table_name="foreign_listing",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("foreign_listing")
    op.drop_table("shared_mark")
    op.drop_table("shared_day")
    op.drop_index(
        "uq_shared_change_current",
        table_name="shared_change",
        postgresql_where=sa.text("until_position IS NULL"),
    )
    op.drop_index("ix_shared_change_subject", table_name="shared_change")
    op.drop_index("ix_shared_change_organization_id", table_name="shared_change")
    op.drop_table("shared_change")
    op.drop_table("receiving_sender")
    op.drop_table("monthly_report")
