"""Checks that bodies are due in a year 年度应检.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "yearly_check",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "done", "lifted", name="status", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column(
            "told",
            sa.Enum("due-soon", "overdue", name="notice", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("warn_on", sa.Date(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'done') = (check_id IS NOT NULL)",
            name=op.f("ck_yearly_check_done_by_a_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_yearly_check_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_check")),
    )
    op.create_index(
        "ix_yearly_check_due",
        "yearly_check",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_yearly_check_day",
        "yearly_check",
        ["organization_id", "due_on"],
        unique=True,
        postgresql_where=sa.text("status <> 'lifted'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_yearly_check_day",
        table_name="yearly_check",
        postgresql_where=sa.text("status <> 'lifted'"),
    )
    op.drop_index(
        "ix_yearly_check_due",
        table_name="yearly_check",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_table("yearly_check")
