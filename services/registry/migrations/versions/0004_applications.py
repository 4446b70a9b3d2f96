"""applications

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column(
            "matter",
            sa.Enum(
                "establishment",
                "change",
                "articles",
                "renewal",
                "cancellation",
                name="matter",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "correction",
                "accepted",
                "consulting",
                "reviewed",
                "approved",
                "certified",
                "completed",
                "not_accepted",
                "supervisor_refused",
                "refused",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("open_content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("private_content", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("documents", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("accepted_by_silence", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("certified_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("corrections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("consultations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "told",
            sa.Enum(
                "due-soon", "promise-broken", "overdue", name="notice", native_enum=False, length=40
            ),
            nullable=True,
        ),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("reviewed_by", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(
        "ix_application_district",
        "application",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_application_organization_id", "application", ["organization_id"], unique=False
    )
    op.add_column("name_reservation", sa.Column("application_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_name_reservation_application_id", "name_reservation", ["application_id"], unique=False
    )
    # The defaults stay: code that does not know the columns goes on writing rows meanwhile.
    op.add_column(
        "organization", sa.Column("purpose", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "organization", sa.Column("business_scope", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "organization", sa.Column("activity_area", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "organization", sa.Column("funds_fen", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "organization", sa.Column("supervisor", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "organization",
        sa.Column(
            "direct_class",
            sa.Enum(
                "trade",
                "science",
                "charity",
                "community",
                name="directclass",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("organization", sa.Column("certificate_from", sa.Date(), nullable=True))
    op.add_column("organization", sa.Column("certificate_until", sa.Date(), nullable=True))
    op.add_column("organization", sa.Column("articles_approved_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("organization", "articles_approved_on")
    op.drop_column("organization", "certificate_until")
    op.drop_column("organization", "certificate_from")
    op.drop_column("organization", "direct_class")
    op.drop_column("organization", "supervisor")
    op.drop_column("organization", "funds_fen")
    op.drop_column("organization", "activity_area")
    op.drop_column("organization", "business_scope")
    op.drop_column("organization", "purpose")
    op.drop_index("ix_name_reservation_application_id", table_name="name_reservation")
    op.drop_column("name_reservation", "application_id")
    op.drop_index("ix_application_organization_id", table_name="application")
    op.drop_index(
        "ix_application_district",
        table_name="application",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("application")
