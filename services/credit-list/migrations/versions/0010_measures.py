"""measures

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

from liandong.ids import uuid7

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


_EXECUTORS = {
    "bar-bids": "supply-demand",
    "limit-bids": "supply-demand",
    "priority-purchase": "supply-demand",
    "hold-payments": "funding",
    "priority-funding": "funding",
    "review-grade": "evaluation",
}
_CURRENT = """
    SELECT listing.id AS listing_id, organization_id, district, list, version, rule_set,
           legal_basis, term_started_on, updated_at, named.code, worded.words
    FROM listing,
         jsonb_array_elements_text(measures) WITH ORDINALITY AS named (code, place),
         jsonb_array_elements_text(measure_texts) WITH ORDINALITY AS worded (words, at)
    WHERE status = 'listed' AND named.place = worded.at
"""
_TAKE_OVER = sa.text("""
    INSERT INTO listing_measure
        (id, listing_id, organization_id, district, code, kind, text, legal_basis, certainty,
         service, effect, acknowledge, acknowledge_within_seconds, catalogue, starts_on,
         started_version, started_at)
    VALUES (:id, :listing_id, :organization_id, :district, :code, :kind, :words, :legal_basis,
            'recalled', :service, :code, false, 300, :rule_set, :term_started_on, :version,
            :updated_at)
""")


def _take_over_current_listings() -> None:
    """Measures of listings that stand already: in force; nobody is asked to acknowledge them."""
    connection = op.get_bind()
    for row in connection.execute(sa.text(_CURRENT)).mappings().all():
        facts = dict(row) | {
            "id": uuid7(),
            "kind": "incentive" if row["list"] == "red" else "sanction",
            "service": _EXECUTORS.get(row["code"], "external"),
        }
        connection.execute(_TAKE_OVER, facts)


def upgrade() -> None:
    op.create_table(
        "listing_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("incentive", "sanction", name="measurekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "verified",
                "reported",
                "recalled",
                "chosen",
                name="certainty",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "service",
            sa.Enum(
                "registry",
                "evaluation",
                "supply-demand",
                "funding",
                "external",
                name="executor",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("acknowledge", sa.Boolean(), nullable=False),
        sa.Column("acknowledge_within_seconds", sa.BigInteger(), nullable=False),
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("started_version", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("apply_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_version", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "delisted",
                "term",
                "dropped",
                "renewed",
                name="endreason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("lift_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("applied_count", sa.BigInteger(), nullable=True),
        sa.Column("affected_kind", sa.String(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_count", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL)"
            " AND (ended_on IS NULL) = (ended_version IS NULL)",
            name=op.f("ck_listing_measure_ended_with_its_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_measure_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_measure")),
    )
    op.create_index(
        "ix_listing_measure_in_force_organization",
        "listing_measure",
        ["organization_id", "id"],
        unique=False,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(
        "ix_listing_measure_unacknowledged",
        "listing_measure",
        ["service", "id"],
        unique=False,
        postgresql_where=sa.text(
            "acknowledge AND lifted_at IS NULL AND end_reason IS DISTINCT FROM 'renewed'"
            " AND (ended_on IS NOT NULL OR applied_at IS NULL)"
        ),
    )
    op.create_index(
        "uq_listing_measure_in_force",
        "listing_measure",
        ["listing_id", "code"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(
        "uq_listing_measure_started",
        "listing_measure",
        ["listing_id", "code", "started_version"],
        unique=True,
    )
    _take_over_current_listings()


def downgrade() -> None:
    op.drop_table("listing_measure")
