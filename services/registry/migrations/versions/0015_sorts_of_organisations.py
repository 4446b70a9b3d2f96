"""sorts of organisations

Revision: 0015
Follows: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_organization_sort",
        "organization",
        [
            "status",
            "kind",
            "is_community",
            "nature",
            "community_class",
            "direct_class",
            "service_field",
        ],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_organization_sort", table_name="organization")
