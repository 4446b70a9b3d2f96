"""supervision

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_task",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column(
            "form",
            sa.Enum("sample", "special", "audit", name="form", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "topic",
            sa.Enum(
                "finance",
                "work_safety",
                "service_quality",
                "general",
                name="topic",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "recorded",
                "concluded",
                "published",
                "cancelled",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("inspectors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handlers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("auditor", sa.String(), nullable=False),
        sa.Column("engagement", sa.String(), nullable=False),
        sa.Column("report_number", sa.String(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("was_reached", sa.Boolean(), nullable=True),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "no_problem",
                "rectify",
                "case",
                "unreachable",
                name="result",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("concluded_by", sa.String(), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "told",
            sa.Enum("due-soon", "overdue", name="notice", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_task")),
    )
    op.create_index(
        "ix_check_task_district",
        "check_task",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_check_task_organization_id", "check_task", ["organization_id"], unique=False
    )
    op.create_index("ix_check_task_plan_id", "check_task", ["plan_id"], unique=False)
    op.create_table(
        "document_serial",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "authority", "year", name=op.f("pk_document_serial")),
    )
    op.create_table(
        "liquidation",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "revocation",
                "purpose_achieved",
                "dissolution",
                "merger_or_division",
                "other",
                name="ground",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "due",
                "running",
                "ended",
                "closed",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("triggered_on", sa.Date(), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("assets_fen", sa.BigInteger(), nullable=False),
        sa.Column("debts_fen", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("overdue_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "told",
            sa.Enum("due-soon", "overdue", name="notice", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liquidation")),
    )
    op.create_index(
        "ix_liquidation_district",
        "liquidation",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_liquidation_organization_id", "liquidation", ["organization_id"], unique=False
    )
    op.create_index(
        "uq_liquidation_open",
        "liquidation",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('due', 'running', 'ended')"),
    )
    op.create_table(
        "officer",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("certificate_number", sa.String(), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("certificate_number", name=op.f("uq_officer_certificate_number")),
        sa.UniqueConstraint("subject", name=op.f("uq_officer_subject")),
    )
    op.create_index(
        "ix_officer_district",
        "officer",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_table(
        "officer_interest",
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("officer_id", "organization_id", name=op.f("pk_officer_interest")),
    )
    op.create_index(
        op.f("ix_officer_interest_organization_id"),
        "officer_interest",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "penalty",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "association",
                "service_institution",
                "foundation",
                "community_group",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reported",
                "not_filed",
                "filed",
                "proposed",
                "noticed",
                "hearing",
                "heard",
                "reviewed",
                "decided",
                "served",
                "executed",
                "no_penalty",
                "dismissed",
                "transferred",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "check",
                "rectification",
                "inspection",
                "complaint",
                "transfer",
                "other",
                name="source",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("suspected", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("discovered_on", sa.Date(), nullable=False),
        sa.Column("violation_ended_on", sa.Date(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("investigators", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handlers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_by", sa.String(), nullable=True),
        sa.Column("extensions", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "proposal", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("is_heavy", sa.Boolean(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column(
            "notice", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("notice_served_on", sa.Date(), nullable=True),
        sa.Column("statement_until", sa.Date(), nullable=True),
        sa.Column("hearing_until", sa.Date(), nullable=True),
        sa.Column("first_informed_on", sa.Date(), nullable=True),
        sa.Column("statements", sa.Text(), nullable=False),
        sa.Column("hearing_requested_on", sa.Date(), nullable=True),
        sa.Column(
            "hearing", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("hearing_record", sa.Text(), nullable=False),
        sa.Column("hearing_ended_on", sa.Date(), nullable=True),
        sa.Column(
            "hearing_outcome",
            sa.Enum("held", "given_up", name="hearingoutcome", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("stops", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column(
            "review", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("rounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(), nullable=True),
        sa.Column(
            "discussion", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("basis", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "service", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column(
            "effect",
            sa.Enum("none", "suspended", "revoked", name="effect", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("payments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("executed_on", sa.Date(), nullable=True),
        sa.Column(
            "publication_class",
            sa.Enum("minor", "ordinary", "serious", name="class", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("publication_until", sa.Date(), nullable=True),
        sa.Column("unpublished_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawal_reasons", sa.String(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column(
            "told",
            sa.Enum("due-soon", "overdue", name="notice", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            """decided_on IS NULL OR (
    notice_served_on IS NOT NULL AND statement_until IS NOT NULL AND statement_until < decided_on
    AND (hearing_requested_on IS NULL OR hearing_ended_on IS NOT NULL)
    AND (hearing_requested_on IS NOT NULL OR hearing_until IS NULL OR hearing_until < decided_on)
    AND reviewed_by IS NOT NULL AND decided_by IS NOT NULL AND reviewed_by <> decided_by)""",
            name=op.f("ck_penalty_decided_with_every_safeguard"),
        ),
        sa.CheckConstraint(
            "paid_fen >= 0 AND paid_fen <= due_fen", name=op.f("ck_penalty_paid_what_is_due")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty")),
        sa.UniqueConstraint("decision_number", name=op.f("uq_penalty_decision_number")),
    )
    op.create_index(
        "ix_penalty_district",
        "penalty",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index("ix_penalty_organization_id", "penalty", ["organization_id"], unique=False)
    op.create_index("ix_penalty_published_on", "penalty", ["published_on", "id"], unique=False)
    op.create_index(
        "uq_penalty_source",
        "penalty",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text(
            "source_id IS NOT NULL AND status NOT IN ('not_filed', 'dismissed', 'withdrawn')"
        ),
    )
    op.create_table(
        "rectification",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "drafted",
                "issued",
                "ordered",
                "submitted",
                "completed",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "check",
                "penalty",
                "inspection",
                "other",
                name="source",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("drafters", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column(
            "service", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("act_until", sa.Date(), nullable=True),
        sa.Column("extensions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reports", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=True),
        sa.Column("overdue_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("completed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "told",
            sa.Enum("due-soon", "overdue", name="notice", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "due_on IS NULL OR (served_on IS NOT NULL AND issued_by IS NOT NULL)",
            name=op.f("ck_rectification_due_only_when_served"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
        sa.UniqueConstraint("number", name=op.f("uq_rectification_number")),
    )
    op.create_index(
        "ix_rectification_district",
        "rectification",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_rectification_organization_id", "rectification", ["organization_id"], unique=False
    )
    op.create_index(
        "uq_rectification_source",
        "rectification",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("source_id IS NOT NULL AND status <> 'withdrawn'"),
    )
    op.create_table(
        "sampling_draw",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("candidates", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("candidates_digest", sa.String(), nullable=False),
        sa.Column("pool", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "round", name=op.f("pk_sampling_draw")),
    )
    op.create_table(
        "sampling_plan",
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("pool_district", sa.String(), nullable=False),
        sa.Column("season", sa.String(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "finance",
                "work_safety",
                "service_quality",
                "general",
                name="topic",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("service_field", sa.String(), nullable=False),
        sa.Column("is_community", sa.Boolean(), nullable=True),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("officers_each", sa.BigInteger(), nullable=False),
        sa.Column("checked_from", sa.Date(), nullable=False),
        sa.Column("checked_until", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "drawn",
                "published",
                "cancelled",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("draws", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(percent, number) = 1", name=op.f("ck_sampling_plan_share_or_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_plan")),
    )
    op.create_index(
        "ix_sampling_plan_district",
        "sampling_plan",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index(
        "ix_sampling_plan_district",
        table_name="sampling_plan",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("sampling_plan")
    op.drop_table("sampling_draw")
    op.drop_index(
        "uq_rectification_source",
        table_name="rectification",
        postgresql_where=sa.text("source_id IS NOT NULL AND status <> 'withdrawn'"),
    )
    op.drop_index("ix_rectification_organization_id", table_name="rectification")
    op.drop_index(
        "ix_rectification_district",
        table_name="rectification",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("rectification")
    op.drop_index(
        "uq_penalty_source",
        table_name="penalty",
        postgresql_where=sa.text(
            "source_id IS NOT NULL AND status NOT IN ('not_filed', 'dismissed', 'withdrawn')"
        ),
    )
    op.drop_index("ix_penalty_published_on", table_name="penalty")
    op.drop_index("ix_penalty_organization_id", table_name="penalty")
    op.drop_index(
        "ix_penalty_district", table_name="penalty", postgresql_ops={"district": "text_pattern_ops"}
    )
    op.drop_table("penalty")
    op.drop_index(op.f("ix_officer_interest_organization_id"), table_name="officer_interest")
    op.drop_table("officer_interest")
    op.drop_index(
        "ix_officer_district", table_name="officer", postgresql_ops={"district": "text_pattern_ops"}
    )
    op.drop_table("officer")
    op.drop_index(
        "uq_liquidation_open",
        table_name="liquidation",
        postgresql_where=sa.text("status IN ('due', 'running', 'ended')"),
    )
    op.drop_index("ix_liquidation_organization_id", table_name="liquidation")
    op.drop_index(
        "ix_liquidation_district",
        table_name="liquidation",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("liquidation")
    op.drop_table("document_serial")
    op.drop_index("ix_check_task_plan_id", table_name="check_task")
    op.drop_index("ix_check_task_organization_id", table_name="check_task")
    op.drop_index(
        "ix_check_task_district",
        table_name="check_task",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("check_task")
