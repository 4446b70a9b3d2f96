"""names

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_in_use",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", "district", name=op.f("pk_name_in_use")),
    )
    # Of several that bear one name in one district the first keeps it; the others keep theirs too,
    # but free no name when they end.
    op.execute(
        "INSERT INTO name_in_use (name, district, holder_id)"
        " SELECT name, district, id FROM organization WHERE status IN ('active', 'suspended')"
        " ORDER BY id ON CONFLICT DO NOTHING"
    )
    op.create_table(
        "name_reservation",
        sa.Column(
            "kind",
            sa.Enum(
                "association",
                "service_institution",
                "foundation",
                "community_group",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_terms", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("trade_name", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "used",
                "released",
                "expired",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_until", sa.Date(), nullable=False),
        sa.Column("extensions", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("reserved_by", sa.String(), nullable=False),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_reservation")),
    )
    op.create_index(
        "ix_name_reservation_district",
        "name_reservation",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_name_reservation_name_terms",
        "name_reservation",
        ["name_terms"],
        unique=False,
        postgresql_using="gin",
    )


def downgrade() -> None:
    op.drop_index(
        "ix_name_reservation_name_terms", table_name="name_reservation", postgresql_using="gin"
    )
    op.drop_index(
        "ix_name_reservation_district",
        table_name="name_reservation",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("name_reservation")
    op.drop_table("name_in_use")
