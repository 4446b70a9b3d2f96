"""Credit records, their versions and objections 信用记录.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_record",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "basic",
                "annual_report",
                "check",
                "penalty",
                "other",
                name="category",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "revocation",
                "change_revoked",
                "report_missed",
                "inspection_verdict",
                "check_finding",
                "rectification_overdue",
                "penalty",
                "court_defaulter",
                "letter_undelivered",
                "no_party_organisation",
                "fundraising_unqualified",
                "fundraising_idle",
                "commendation",
                "other",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "recorded",
                "objected",
                "checked",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("arose_on", sa.Date(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("codes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sanctions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fine_fen", sa.BigInteger(), nullable=False),
        sa.Column("remedied_on", sa.Date(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("record_by", sa.Date(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column(
            "withdrawn_ground",
            sa.Enum("source", "objection", name="ground", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_on IS NOT NULL)",
            name=op.f("ck_credit_record_withdrawn_with_its_day"),
        ),
        sa.CheckConstraint("fine_fen >= 0", name=op.f("ck_credit_record_fine_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_record")),
        sa.UniqueConstraint(
            "organization_id",
            "source",
            "source_key",
            name=op.f("uq_credit_record_organization_id_source_source_key"),
        ),
    )
    op.create_index(
        "ix_credit_record_district",
        "credit_record",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_credit_record_late",
        "credit_record",
        ["id"],
        unique=False,
        postgresql_where=sa.text("is_late"),
    )
    op.create_table(
        "credit_record_objection",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("check_by", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("by_organization", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.String(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("correct", "withdraw", "reject", name="outcome", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> checked_by",
            name=op.f("ck_credit_record_objection_decided_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_credit_record_objection_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", "number", name=op.f("pk_credit_record_objection")),
    )
    op.create_table(
        "credit_record_version",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "record",
                "amend",
                "object",
                "check",
                "correct",
                "reject",
                "withdraw",
                "reinstate",
                name="action",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "recorded",
                "objected",
                "checked",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("caused_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_credit_record_version_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", "number", name=op.f("pk_credit_record_version")),
    )


def downgrade() -> None:
    op.drop_table("credit_record_version")
    op.drop_table("credit_record_objection")
    op.drop_index(
        "ix_credit_record_late", table_name="credit_record", postgresql_where=sa.text("is_late")
    )
    op.drop_index(
        "ix_credit_record_district",
        table_name="credit_record",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("credit_record")
