"""figures

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_check",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Uuid(), nullable=False),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("corrected", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_compared", sa.BigInteger(), nullable=True),
        sa.Column("last_corrected", sa.BigInteger(), nullable=True),
        sa.Column("last_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_check")),
    )
    op.create_table(
        "figure_delta",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_community", sa.Boolean(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("community_class", sa.String(), nullable=False),
        sa.Column("management", sa.String(), nullable=False),
        sa.Column("direct_class", sa.String(), nullable=False),
        sa.Column("charity_status", sa.String(), nullable=False),
        sa.Column("party_organization", sa.String(), nullable=False),
        sa.Column("is_hub", sa.Boolean(), nullable=False),
        sa.Column("is_rural", sa.Boolean(), nullable=False),
        sa.Column("service_field", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_delta")),
    )
    op.create_index("ix_figure_delta_day", "figure_delta", ["day"], unique=False)
    op.create_index(
        "ix_figure_delta_district",
        "figure_delta",
        ["district", "day"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_figure_delta_organization", "figure_delta", ["organization_id"], unique=False
    )
    op.create_table(
        "figure_pending",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_community", sa.Boolean(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("community_class", sa.String(), nullable=False),
        sa.Column("management", sa.String(), nullable=False),
        sa.Column("direct_class", sa.String(), nullable=False),
        sa.Column("charity_status", sa.String(), nullable=False),
        sa.Column("party_organization", sa.String(), nullable=False),
        sa.Column("is_hub", sa.Boolean(), nullable=False),
        sa.Column("is_rural", sa.Boolean(), nullable=False),
        sa.Column("service_field", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_pending")),
    )
    op.create_table(
        "figure_sum",
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_community", sa.Boolean(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "dimension",
            "period",
            "level",
            "area",
            "starts",
            "value",
            "kind",
            "status",
            "is_community",
            name=op.f("pk_figure_sum"),
        ),
    )
    op.create_table(
        "organization_mark",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("grade_valid_until", sa.Date(), nullable=True),
        sa.Column("is_serious", sa.Boolean(), nullable=False),
        sa.Column("is_abnormal", sa.Boolean(), nullable=False),
        sa.Column("is_red", sa.Boolean(), nullable=False),
        sa.Column("grades", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("listings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("learned_from", sa.Uuid(), nullable=True),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization_mark")),
    )
    op.create_index(
        "ix_organization_mark_abnormal",
        "organization_mark",
        ["organization_id"],
        unique=False,
        postgresql_where=sa.text("is_abnormal"),
    )
    op.create_index(
        "ix_organization_mark_grade",
        "organization_mark",
        ["grade", "organization_id"],
        unique=False,
        postgresql_where=sa.text("grade IS NOT NULL"),
    )
    op.create_index(
        "ix_organization_mark_red",
        "organization_mark",
        ["organization_id"],
        unique=False,
        postgresql_where=sa.text("is_red"),
    )
    op.create_index(
        "ix_organization_mark_serious",
        "organization_mark",
        ["organization_id"],
        unique=False,
        postgresql_where=sa.text("is_serious"),
    )
    op.create_index(
        "ix_organization_certificate_until",
        "organization",
        ["certificate_until"],
        unique=False,
        postgresql_where=sa.text("certificate_until IS NOT NULL"),
    )
    op.create_index(
        "ix_organization_chance",
        "organization",
        [sa.literal_column('"right"(CAST(id AS text), 12)'), "id"],
        unique=False,
        postgresql_include=[
            "name",
            "district",
            "kind",
            "status",
            "nature",
            "community_class",
            "direct_class",
            "service_field",
            "is_community",
            "is_hub",
            "charity_status",
            "registered_on",
            "certificate_until",
        ],
    )
    op.create_index(
        "ix_organization_charity",
        "organization",
        ["id"],
        unique=False,
        postgresql_where=sa.text("charity_status IS NOT NULL"),
    )
    op.create_index(
        "ix_organization_hub",
        "organization",
        ["id"],
        unique=False,
        postgresql_where=sa.text("is_hub"),
    )
    op.create_index(
        "ix_organization_registered_on", "organization", ["registered_on"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_organization_registered_on", table_name="organization")
    op.drop_index(
        "ix_organization_hub", table_name="organization", postgresql_where=sa.text("is_hub")
    )
    op.drop_index(
        "ix_organization_charity",
        table_name="organization",
        postgresql_where=sa.text("charity_status IS NOT NULL"),
    )
    op.drop_index(
        "ix_organization_chance",
        table_name="organization",
        postgresql_include=[
            "name",
            "district",
            "kind",
            "status",
            "nature",
            "community_class",
            "direct_class",
            "service_field",
            "is_community",
            "is_hub",
            "charity_status",
            "registered_on",
            "certificate_until",
        ],
    )
    op.drop_index(
        "ix_organization_certificate_until",
        table_name="organization",
        postgresql_where=sa.text("certificate_until IS NOT NULL"),
    )
    op.drop_index(
        "ix_organization_mark_serious",
        table_name="organization_mark",
        postgresql_where=sa.text("is_serious"),
    )
    op.drop_index(
        "ix_organization_mark_red",
        table_name="organization_mark",
        postgresql_where=sa.text("is_red"),
    )
    op.drop_index(
        "ix_organization_mark_grade",
        table_name="organization_mark",
        postgresql_where=sa.text("grade IS NOT NULL"),
    )
    op.drop_index(
        "ix_organization_mark_abnormal",
        table_name="organization_mark",
        postgresql_where=sa.text("is_abnormal"),
    )
    op.drop_table("organization_mark")
    op.drop_table("figure_sum")
    op.drop_table("figure_pending")
    op.drop_index("ix_figure_delta_organization", table_name="figure_delta")
    op.drop_index(
        "ix_figure_delta_district",
        table_name="figure_delta",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_index("ix_figure_delta_day", table_name="figure_delta")
    op.drop_table("figure_delta")
    op.drop_table("figure_check")
