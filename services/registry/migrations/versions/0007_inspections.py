"""inspections

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inspection",
        sa.Column("season_id", sa.Uuid(), nullable=False),
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
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "regime",
            sa.Enum(
                "association",
                "service_institution",
                "foundation",
                "charity_report",
                name="regime",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("regime_reason", sa.String(), server_default="", nullable=False),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("simplified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("after_bad_year", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not_started",
                "draft",
                "submitted_to_supervisor",
                "supervisor_opinion",
                "submitted_to_registrar",
                "returned",
                "sampled",
                "reviewed",
                "concluded",
                "received",
                "rectifying",
                "rectified",
                "failed",
                "missed",
                "dropped",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("own_last_day", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("registrar_on", sa.Date(), nullable=True),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.Column(
            "opinion",
            sa.Enum(
                "qualified",
                "basically_qualified",
                "unqualified",
                name="verdict",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("opinion_reason", sa.String(), server_default="", nullable=False),
        sa.Column("sampling_id", sa.Uuid(), nullable=True),
        sa.Column("check_result", sa.String(), server_default="", nullable=False),
        sa.Column(
            "reviewed_by",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("review", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "qualified",
                "basically_qualified",
                "unqualified",
                name="verdict",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("explanation", sa.String(), server_default="", nullable=False),
        sa.Column(
            "decided_by",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("consecutive_missed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("consecutive_basic", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("consecutive_unqualified", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "revocation_indicated", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("rectification", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.Column(
            "drop_cause",
            sa.Enum(
                "ended",
                "moved",
                "exempt",
                "withdrawn",
                name="dropcause",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(
        "ix_inspection_counted",
        "inspection",
        ["year", "district", "regime", "status", "verdict", "missed_on"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_inspection_district",
        "inspection",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_inspection_dropped",
        "inspection",
        ["year"],
        unique=False,
        postgresql_where=sa.text("status = 'dropped'"),
    )
    op.create_index(
        "ix_inspection_sampling_id",
        "inspection",
        ["sampling_id"],
        unique=False,
        postgresql_where=sa.text("sampling_id IS NOT NULL"),
    )
    op.create_index(
        "ix_inspection_season_status",
        "inspection",
        ["season_id", "status", "regime", "id"],
        unique=False,
    )
    op.create_index(
        "uq_inspection_organization_year", "inspection", ["organization_id", "year"], unique=True
    )
    op.create_table(
        "inspection_sampling",
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "regime",
            sa.Enum(
                "association",
                "service_institution",
                "foundation",
                "charity_report",
                name="regime",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("population", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("population_digest", sa.String(), nullable=False),
        sa.Column("drawn", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_sampling")),
    )
    op.create_index(
        "ix_inspection_sampling_season_id", "inspection_sampling", ["season_id"], unique=False
    )
    op.create_table(
        "inspection_season",
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "closed", "withdrawn", name="seasonstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("last_days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("extensions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("announcements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_season")),
    )
    op.create_index("ix_inspection_season_year", "inspection_season", ["year"], unique=False)
    op.create_table(
        "inspection_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "regime",
            sa.Enum(
                "association",
                "service_institution",
                "foundation",
                "charity_report",
                name="regime",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "not_started",
                "draft",
                "submitted_to_supervisor",
                "supervisor_opinion",
                "submitted_to_registrar",
                "returned",
                "sampled",
                "reviewed",
                "concluded",
                "received",
                "rectifying",
                "rectified",
                "failed",
                "missed",
                "dropped",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "qualified",
                "basically_qualified",
                "unqualified",
                name="verdict",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_step")),
    )
    op.create_index(
        "ix_inspection_step_counted",
        "inspection_step",
        ["year", "district", "inspection_id", "id"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_inspection_step_inspection_id", "inspection_step", ["inspection_id", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_inspection_step_inspection_id", table_name="inspection_step")
    op.drop_index(
        "ix_inspection_step_counted",
        table_name="inspection_step",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("inspection_step")
    op.drop_index("ix_inspection_season_year", table_name="inspection_season")
    op.drop_table("inspection_season")
    op.drop_index("ix_inspection_sampling_season_id", table_name="inspection_sampling")
    op.drop_table("inspection_sampling")
    op.drop_index("uq_inspection_organization_year", table_name="inspection")
    op.drop_index("ix_inspection_season_status", table_name="inspection")
    op.drop_index(
        "ix_inspection_sampling_id",
        table_name="inspection",
        postgresql_where=sa.text("sampling_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_inspection_dropped",
        table_name="inspection",
        postgresql_where=sa.text("status = 'dropped'"),
    )
    op.drop_index(
        "ix_inspection_district",
        table_name="inspection",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_index(
        "ix_inspection_counted",
        table_name="inspection",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("inspection")
