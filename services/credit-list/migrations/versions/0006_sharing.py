"""Sharing, received lists, monthly reports 共享、接收与月报.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_change",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_position", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("listing", "penalty", name="subject", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum("add", "change", "delete", name="operation", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(operation = 'delete') = (content IS NULL)",
            name=op.f("ck_shared_change_deleted_without_content"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_shared_change")),
    )
    op.create_index(
        "ix_shared_change_organization_id", "shared_change", ["organization_id"], unique=False
    )
    op.create_index(
        "ix_shared_change_subject",
        "shared_change",
        ["subject", "subject_id", "position"],
        unique=False,
    )
    op.create_index(
        "uq_shared_change_current",
        "shared_change",
        ["subject", "subject_id"],
        unique=True,
        postgresql_where=sa.text("until_position IS NULL"),
    )
    op.create_table(
        "shared_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("previous_day", sa.Date(), nullable=True),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_shared_day")),
    )
    op.create_table(
        "shared_mark",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("listing", "penalty", name="subject", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shared_mark")),
    )


def downgrade() -> None:
    op.drop_table("shared_mark")
    op.drop_table("shared_day")
    op.drop_index(
        "uq_shared_change_current",
        table_name="shared_change",
        postgresql_where=sa.text("until_position IS NULL"),
    )
    op.drop_index("ix_shared_change_subject", table_name="shared_change")
    op.drop_index("ix_shared_change_organization_id", table_name="shared_change")
    op.drop_table("shared_change")
