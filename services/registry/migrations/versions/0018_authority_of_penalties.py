"""The authority that signs a penalty 处罚机关.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("penalty", sa.Column("authority_name", sa.String(), nullable=True))
    op.add_column("penalty", sa.Column("authority_credit_code", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("penalty", "authority_credit_code")
    op.drop_column("penalty", "authority_name")
