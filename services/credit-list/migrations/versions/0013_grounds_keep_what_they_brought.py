"""Each decision of a listing keeps what it brought 每次列入决定的措施与期限.

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
    op.add_column(
        "listing_ground",
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column("listing_ground", sa.Column("publication_ends_on", sa.Date(), nullable=True))
    op.add_column("listing_ground", sa.Column("validity_months", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("listing_ground", "validity_months")
    op.drop_column("listing_ground", "publication_ends_on")
    op.drop_column("listing_ground", "measures")
