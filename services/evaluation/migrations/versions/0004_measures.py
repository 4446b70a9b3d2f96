"""measures

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
        "obeyed_listing",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("listed_version", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obeyed_listing")),
    )
    op.create_index(
        op.f("ix_obeyed_listing_organization_id"),
        "obeyed_listing",
        ["organization_id"],
        unique=False,
    )
    # What is in force already was obeyed before this service kept it here.
    op.execute(
        "INSERT INTO obeyed_listing (id, version, created_at, updated_at, organization_id,"
        " listed_version, gone, told, ended)"
        " SELECT listing_id, 0, learned_at, learned_at, organization_id, 0,"
        " delisted_on IS NOT NULL,"
        " coalesce((SELECT jsonb_object_agg(code, code)"
        " FROM jsonb_array_elements_text(measures) AS code"
        " WHERE code IN ('review-grade')), '{}'), '{}'"
        " FROM known_listing"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_obeyed_listing_organization_id"), table_name="obeyed_listing")
    op.drop_table("obeyed_listing")
