"""Publication of penalties as the registry told it, yearly campaigns 处罚公示、红名单年度认定.

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
        "red_campaign",
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("applications_until", sa.Date(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("computed", sa.BigInteger(), nullable=False),
        sa.Column("computed_after", sa.Uuid(), nullable=True),
        sa.Column("is_computed", sa.Boolean(), nullable=False),
        sa.Column("publicity_from", sa.Date(), nullable=True),
        sa.Column("publicity_ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_campaign")),
        sa.UniqueConstraint("district", "year", name=op.f("uq_red_campaign_district_year")),
    )
    op.create_index(
        "ix_red_campaign_district",
        "red_campaign",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_table(
        "red_candidate",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("computed", "applied", name="source", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["red_campaign.id"], name=op.f("fk_red_candidate_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["known_organization.organization_id"],
            name=op.f("fk_red_candidate_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["red_proposal.id"], name=op.f("fk_red_candidate_proposal_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "organization_id", name=op.f("pk_red_candidate")),
    )
    op.create_index("ix_red_candidate_proposal_id", "red_candidate", ["proposal_id"], unique=False)
    op.add_column("credit_record", sa.Column("publication_class", sa.String(), nullable=True))
    op.add_column("credit_record", sa.Column("published_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("credit_record", "published_until")
    op.drop_column("credit_record", "publication_class")
    op.drop_index("ix_red_candidate_proposal_id", table_name="red_candidate")
    op.drop_table("red_candidate")
    op.drop_index(
        "ix_red_campaign_district",
        table_name="red_campaign",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("red_campaign")
