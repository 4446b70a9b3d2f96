"""revocations

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revocation",
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
                "proposed",
                "noticed",
                "decided",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column(
            "notice", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("notice_served_on", sa.Date(), nullable=True),
        sa.Column("statement_until", sa.Date(), nullable=True),
        sa.Column("statements", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(), nullable=True),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decided_on IS NULL OR (\n"
            "    notice_served_on IS NOT NULL AND statement_until IS NOT NULL"
            " AND statement_until < decided_on\n"
            "    AND decided_by IS NOT NULL AND decided_by <> proposed_by)",
            name=op.f("ck_revocation_decided_with_every_safeguard"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
        sa.UniqueConstraint("decision_number", name=op.f("uq_revocation_decision_number")),
    )
    op.create_index(
        "ix_revocation_district",
        "revocation",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_revocation_organization_id", "revocation", ["organization_id"], unique=False
    )
    op.create_index(
        "uq_revocation_open",
        "revocation",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('proposed', 'noticed')"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_revocation_open",
        table_name="revocation",
        postgresql_where=sa.text("status IN ('proposed', 'noticed')"),
    )
    op.drop_index("ix_revocation_organization_id", table_name="revocation")
    op.drop_index(
        "ix_revocation_district",
        table_name="revocation",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("revocation")
