"""Supervision levels as they were told, and the weights kept with a draw 监管等级、抽查权重.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inspection_sampling",
        sa.Column("weighing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column("organization_mark", sa.Column("credit_grade", sa.String(), nullable=True))
    op.add_column("organization_mark", sa.Column("credit_score", sa.BigInteger(), nullable=True))
    op.add_column("organization_mark", sa.Column("supervision_level", sa.String(), nullable=True))
    op.add_column("organization_mark", sa.Column("sampling_weight", sa.String(), nullable=True))
    op.add_column("organization_mark", sa.Column("checks_per_year", sa.BigInteger(), nullable=True))
    op.add_column("organization_mark", sa.Column("credit_graded_on", sa.Date(), nullable=True))
    op.add_column(
        "sampling_draw",
        sa.Column("weighing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("sampling_draw", "weighing")
    op.drop_column("organization_mark", "credit_graded_on")
    op.drop_column("organization_mark", "checks_per_year")
    op.drop_column("organization_mark", "sampling_weight")
    op.drop_column("organization_mark", "supervision_level")
    op.drop_column("organization_mark", "credit_score")
    op.drop_column("organization_mark", "credit_grade")
    op.drop_column("inspection_sampling", "weighing")
