"""record

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organization_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("private", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_change")),
    )
    op.create_index(
        "ix_organization_change_organization",
        "organization_change",
        ["organization_id", "version"],
        unique=True,
    )
    op.create_table(
        "post_holding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        sa.Column(
            "post",
            sa.Enum(
                "chair",
                "vice_chair",
                "secretary_general",
                "councillor",
                "supervisor",
                name="post",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("person_index", sa.String(), nullable=False),
        sa.Column("is_representative", sa.Boolean(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("related_to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "term_ended",
                "resigned",
                "removed",
                "deceased",
                "other",
                name="ending",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_holding")),
    )
    op.create_index(
        "ix_post_holding_organization",
        "post_holding",
        ["organization_id", "starts_on"],
        unique=False,
    )
    op.create_index("ix_post_holding_person", "post_holding", ["person_index"], unique=False)
    op.create_table(
        "term_of_office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("elected_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("extended_until", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("exceptions", sa.String(), nullable=False),
        sa.Column("found", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("temporary_certificate_from", sa.Date(), nullable=True),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_of_office")),
    )
    op.create_index(
        "ix_term_of_office_organization",
        "term_of_office",
        ["organization_id", "number"],
        unique=True,
    )
    op.create_table(
        "transfer",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("from_district", sa.String(), nullable=False),
        sa.Column("to_district", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("supervisor", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "accepted",
                "refused",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(
        "ix_transfer_from_district",
        "transfer",
        ["from_district"],
        unique=False,
        postgresql_ops={"from_district": "text_pattern_ops"},
    )
    op.create_index("ix_transfer_organization", "transfer", ["organization_id"], unique=False)
    op.create_index(
        "ix_transfer_to_district",
        "transfer",
        ["to_district"],
        unique=False,
        postgresql_ops={"to_district": "text_pattern_ops"},
    )
    op.create_index(
        "uq_transfer_open",
        "transfer",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.add_column(
        "organization",
        sa.Column("registering_authority", sa.String(), server_default="", nullable=False),
    )
    op.add_column(
        "organization",
        sa.Column("supervising_authority", sa.String(), server_default="", nullable=False),
    )
    op.add_column(
        "organization",
        sa.Column(
            "nature",
            sa.Enum(
                "service", "charity", "mutual_aid", name="nature", native_enum=False, length=40
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "organization",
        sa.Column(
            "community_class",
            sa.Enum(
                "life_service",
                "charity",
                "culture_sports",
                "mediation",
                name="communityclass",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "organization",
        sa.Column(
            "management",
            sa.Enum("street", "community", name="management", native_enum=False, length=40),
            nullable=True,
        ),
    )
    op.add_column(
        "organization", sa.Column("is_rural", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "organization",
        sa.Column(
            "charity_status",
            sa.Enum("registered", "recognised", name="charitystatus", native_enum=False, length=40),
            nullable=True,
        ),
    )
    op.add_column("organization", sa.Column("charity_since", sa.Date(), nullable=True))
    op.add_column("organization", sa.Column("raises_in_public_since", sa.Date(), nullable=True))
    op.add_column(
        "organization",
        sa.Column(
            "party_organization",
            sa.Enum(
                "none",
                "own",
                "joint",
                "instructor",
                name="partyorganization",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "organization",
        sa.Column("party_members", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "organization",
        sa.Column("individual_members", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "organization",
        sa.Column("unit_members", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "organization",
        sa.Column("full_time_staff", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "organization", sa.Column("website", sa.String(), server_default="", nullable=False)
    )
    op.add_column("organization", sa.Column("term_from", sa.Date(), nullable=True))
    op.add_column("organization", sa.Column("term_until", sa.Date(), nullable=True))
    op.add_column("organization", sa.Column("reminder_on", sa.Date(), nullable=True))
    op.add_column(
        "organization",
        sa.Column("reminded", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.create_index(
        "ix_organization_reminder",
        "organization",
        ["reminder_on"],
        unique=False,
        postgresql_where=sa.text("reminder_on IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_organization_reminder",
        table_name="organization",
        postgresql_where=sa.text("reminder_on IS NOT NULL"),
    )
    op.drop_column("organization", "reminded")
    op.drop_column("organization", "reminder_on")
    op.drop_column("organization", "term_until")
    op.drop_column("organization", "term_from")
    op.drop_column("organization", "website")
    op.drop_column("organization", "full_time_staff")
    op.drop_column("organization", "unit_members")
    op.drop_column("organization", "individual_members")
    op.drop_column("organization", "party_members")
    op.drop_column("organization", "party_organization")
    op.drop_column("organization", "raises_in_public_since")
    op.drop_column("organization", "charity_since")
    op.drop_column("organization", "charity_status")
    op.drop_column("organization", "is_rural")
    op.drop_column("organization", "management")
    op.drop_column("organization", "community_class")
    op.drop_column("organization", "nature")
    op.drop_column("organization", "supervising_authority")
    op.drop_column("organization", "registering_authority")
    op.drop_index(
        "uq_transfer_open", table_name="transfer", postgresql_where=sa.text("status = 'proposed'")
    )
    op.drop_index(
        "ix_transfer_to_district",
        table_name="transfer",
        postgresql_ops={"to_district": "text_pattern_ops"},
    )
    op.drop_index("ix_transfer_organization", table_name="transfer")
    op.drop_index(
        "ix_transfer_from_district",
        table_name="transfer",
        postgresql_ops={"from_district": "text_pattern_ops"},
    )
    op.drop_table("transfer")
    op.drop_index("ix_term_of_office_organization", table_name="term_of_office")
    op.drop_table("term_of_office")
    op.drop_index("ix_post_holding_person", table_name="post_holding")
    op.drop_index("ix_post_holding_organization", table_name="post_holding")
    op.drop_table("post_holding")
    op.drop_index("ix_organization_change_organization", table_name="organization_change")
    op.drop_table("organization_change")
