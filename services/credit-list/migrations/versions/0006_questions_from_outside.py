"""Watch lists; since when an organisation is known; finding it by number and name 对外查询.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_list",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_list")),
    )
    op.create_index(op.f("ix_watch_list_owner"), "watch_list", ["owner"], unique=False)
    op.create_table(
        "watched_code",
        sa.Column("watch_list_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watch_list_id"], ["watch_list.id"], name=op.f("fk_watched_code_watch_list_id")
        ),
        sa.PrimaryKeyConstraint("watch_list_id", "code", name=op.f("pk_watched_code")),
    )
    op.add_column("known_organization", sa.Column("known_since", sa.Date(), nullable=True))
    op.create_index(
        op.f("ix_known_organization_filing_number"),
        "known_organization",
        ["filing_number"],
        unique=False,
    )
    op.create_index(
        "ix_known_organization_name",
        "known_organization",
        ["name"],
        unique=False,
        postgresql_using="hash",
    )
    op.create_index("ix_listing_organization_id", "listing", ["organization_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_listing_organization_id", table_name="listing")
    op.drop_index(
        "ix_known_organization_name", table_name="known_organization", postgresql_using="hash"
    )
    op.drop_index(op.f("ix_known_organization_filing_number"), table_name="known_organization")
    op.drop_column("known_organization", "known_since")
    op.drop_table("watched_code")
    op.drop_index(op.f("ix_watch_list_owner"), table_name="watch_list")
    op.drop_table("watch_list")
