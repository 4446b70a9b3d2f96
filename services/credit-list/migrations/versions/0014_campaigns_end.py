"""Yearly campaigns of the red list are closed, reopened and cancelled 年度认定的结束与作废.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "red_campaign",
        sa.Column(
            "status",
            sa.Enum(
                "open", "closed", "cancelled", name="campaignstatus", native_enum=False, length=40
            ),
            nullable=False,
            server_default="open",
        ),
    )
    op.add_column("red_campaign", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("red_campaign", sa.Column("ended_by", sa.String(), nullable=True))
    op.add_column("red_campaign", sa.Column("end_reason", sa.String(), nullable=True))
    op.alter_column("red_campaign", "status", server_default=None)
    op.create_check_constraint(
        op.f("ck_red_campaign_ended_with_its_day"),
        "red_campaign",
        "(status = 'open') = (ended_on IS NULL)",
    )
    op.drop_constraint(op.f("uq_red_campaign_district_year"), "red_campaign", type_="unique")
    op.create_index(
        "uq_red_campaign_district_year",
        "red_campaign",
        ["district", "year"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_red_campaign_district_year",
        table_name="red_campaign",
        postgresql_where=sa.text("status <> 'cancelled'"),
    )
    op.create_unique_constraint(
        op.f("uq_red_campaign_district_year"), "red_campaign", ["district", "year"]
    )
    op.drop_column("red_campaign", "end_reason")
    op.drop_column("red_campaign", "ended_by")
    op.drop_column("red_campaign", "ended_on")
    op.drop_column("red_campaign", "status")
