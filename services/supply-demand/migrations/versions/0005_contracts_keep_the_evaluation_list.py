"""Contracts keep the evaluation list and what priority meant 评审名单与优先承接的理由.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "contract", sa.Column("ranking", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.add_column(
        "contract",
        sa.Column(
            "priority", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]"
        ),
    )
    op.alter_column("contract", "priority", server_default=None)


def downgrade() -> None:
    op.drop_column("contract", "priority")
    op.drop_column("contract", "ranking")
