"""Draws of inspections are prepared, committed to and drawn 抽查先行承诺.

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inspection_sampling",
        sa.Column(
            "status",
            sa.Enum(
                "prepared",
                "drawn",
                "cancelled",
                name="samplingstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
            server_default="drawn",
        ),
    )
    op.add_column("inspection_sampling", sa.Column("nonce", sa.Text(), nullable=True))
    op.add_column("inspection_sampling", sa.Column("commitment", sa.String(), nullable=True))
    op.add_column("inspection_sampling", sa.Column("public_number", sa.String(), nullable=True))
    op.add_column(
        "inspection_sampling",
        sa.Column("prepared_by", sa.String(), nullable=False, server_default=""),
    )
    op.add_column(
        "inspection_sampling", sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "inspection_sampling", sa.Column("reason", sa.String(), nullable=False, server_default="")
    )
    op.alter_column("inspection_sampling", "seed", existing_type=sa.VARCHAR(), nullable=True)
    op.alter_column("inspection_sampling", "drawn_by", existing_type=sa.VARCHAR(), nullable=True)
    # Formerly drawn at once by whoever prepared it.
    op.execute("UPDATE inspection_sampling SET prepared_by = drawn_by, drawn_at = created_at")
    for name in ("status", "prepared_by", "reason"):
        op.alter_column("inspection_sampling", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_inspection_sampling_drawn_with_its_seed"),
        "inspection_sampling",
        "(status = 'drawn') = (seed IS NOT NULL AND drawn_at IS NOT NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("ck_inspection_sampling_drawn_with_its_seed"), "inspection_sampling", type_="check"
    )
    op.execute("DELETE FROM inspection_sampling WHERE status <> 'drawn'")
    op.alter_column("inspection_sampling", "drawn_by", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("inspection_sampling", "seed", existing_type=sa.VARCHAR(), nullable=False)
    op.drop_column("inspection_sampling", "reason")
    op.drop_column("inspection_sampling", "drawn_at")
    op.drop_column("inspection_sampling", "prepared_by")
    op.drop_column("inspection_sampling", "public_number")
    op.drop_column("inspection_sampling", "commitment")
    op.drop_column("inspection_sampling", "nonce")
    op.drop_column("inspection_sampling", "status")
