"""Corrections of shared files, ends of foreign entries 共享文件的更正、外部列入的期满.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ENDING = "status IN ('linked', 'unresolved') AND ends_on IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "shared_correction",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"], ["shared_change.position"], name=op.f("fk_shared_correction_position")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shared_correction")),
    )
    op.create_index(
        op.f("ix_shared_correction_position"), "shared_correction", ["position"], unique=False
    )
    op.add_column("credit_record", sa.Column("authority_code", sa.String(), nullable=True))
    op.add_column("credit_record", sa.Column("unpublished_on", sa.Date(), nullable=True))
    op.add_column(
        "received_batch",
        sa.Column(
            "whole_lists",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
    )
    op.create_index(
        "ix_received_row_ends_on",
        "received_row",
        ["ends_on"],
        unique=False,
        postgresql_where=sa.text(_ENDING),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_received_row_ends_on",
        table_name="received_row",
        postgresql_where=sa.text(_ENDING),
    )
    op.drop_column("received_batch", "whole_lists")
    op.drop_column("credit_record", "unpublished_on")
    op.drop_column("credit_record", "authority_code")
    op.drop_index(op.f("ix_shared_correction_position"), table_name="shared_correction")
    op.drop_table("shared_correction")
