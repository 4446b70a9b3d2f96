"""Due process of cases, of corrections and of repairs 列入程序、更正与信用修复.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_document",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "notice",
                "supplement",
                "decision",
                name="documentkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("is_replaced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["credit_case.id"], name=op.f("fk_case_document_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_document")),
    )
    op.create_table(
        "case_document_service",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.BigInteger(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "mail",
                "e-delivery",
                "public-notice",
                name="noticemethod",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum("served", "failed", name="serviceoutcome", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'failed') = (served_on IS NULL)",
            name=op.f("ck_case_document_service_served_on_its_day"),
        ),
        sa.CheckConstraint(
            "corrected_by <> entered_by", name=op.f("ck_case_document_service_corrected_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["credit_case.id"], name=op.f("fk_case_document_service_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_document_service")),
    )
    op.create_table(
        "case_hearing",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested", "held", "given_up", name="hearingstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("by_organization", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("chair", sa.String(), nullable=True),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("given_up_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["credit_case.id"], name=op.f("fk_case_hearing_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_hearing")),
    )
    op.create_table(
        "case_joined_trigger",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("trigger_text", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("joined_by", sa.String(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["credit_case.id"], name=op.f("fk_case_joined_trigger_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_joined_trigger")),
    )
    op.add_column("credit_case", sa.Column("discretion", sa.String(), nullable=True))
    op.add_column("credit_case", sa.Column("discretion_text", sa.String(), nullable=True))
    op.add_column("credit_case", sa.Column("discretion_basis", sa.String(), nullable=True))
    op.add_column(
        "credit_case",
        sa.Column(
            "due_step",
            sa.Enum(
                "draft_notice",
                "serve_notice",
                "verify_statement",
                "hold_hearing",
                "decide",
                "serve_decision",
                name="due",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("credit_case", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("credit_case", sa.Column("notice_told_on", sa.Date(), nullable=True))
    op.add_column(
        "credit_case",
        sa.Column(
            "hearing",
            sa.Enum(
                "requested", "held", "given_up", name="hearingstatus", native_enum=False, length=40
            ),
            nullable=True,
        ),
    )
    op.add_column("credit_case", sa.Column("discussion_record", sa.String(), nullable=True))
    op.add_column("credit_case", sa.Column("is_published", sa.Boolean(), nullable=True))
    op.add_column("credit_case", sa.Column("publication_ends_on", sa.Date(), nullable=True))
    op.add_column(
        "credit_case",
        sa.Column(
            "decision_method",
            sa.Enum(
                "mail",
                "e-delivery",
                "public-notice",
                name="noticemethod",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("credit_case", sa.Column("decision_served_on", sa.Date(), nullable=True))
    op.add_column("credit_case", sa.Column("decision_proof", sa.String(), nullable=True))
    op.add_column("credit_case", sa.Column("decision_served_by", sa.String(), nullable=True))
    op.add_column("credit_case", sa.Column("review_until", sa.Date(), nullable=True))
    op.add_column("credit_case", sa.Column("suit_until", sa.Date(), nullable=True))
    op.create_index(
        "ix_credit_case_due",
        "credit_case",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.add_column("listing", sa.Column("superseded_by", sa.Uuid(), nullable=True))
    op.add_column("listing", sa.Column("superseded_ground", sa.BigInteger(), nullable=True))
    op.add_column("listing", sa.Column("stands_for", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_listing_stands_for",
        "listing",
        ["stands_for"],
        unique=False,
        postgresql_where=sa.text("stands_for IS NOT NULL"),
    )
    op.add_column("listing_ground", sa.Column("exit_not_before", sa.Date(), nullable=True))
    op.add_column("listing_ground", sa.Column("corrected_on", sa.Date(), nullable=True))
    op.add_column("listing_ground", sa.Column("corrected_by", sa.String(), nullable=True))
    op.add_column("listing_ground", sa.Column("correction_note", sa.String(), nullable=True))
    op.drop_constraint(op.f("uq_listing_ground_case_id"), "listing_ground", type_="unique")
    op.create_index(op.f("ix_listing_ground_case_id"), "listing_ground", ["case_id"], unique=False)
    op.add_column(
        "repair",
        sa.Column(
            "due_step",
            sa.Enum(
                "accept", "supplement", "check", "decide", name="due", native_enum=False, length=40
            ),
            nullable=True,
        ),
    )
    op.add_column("repair", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("repair", sa.Column("accepted_by", sa.String(), nullable=True))
    op.add_column("repair", sa.Column("accepted_on", sa.Date(), nullable=True))
    op.add_column("repair", sa.Column("return_reason", sa.String(), nullable=True))
    op.add_column("repair", sa.Column("findings", sa.Text(), nullable=True))
    op.add_column("repair", sa.Column("checked_by", sa.String(), nullable=True))
    op.add_column("repair", sa.Column("checked_on", sa.Date(), nullable=True))
    op.add_column(
        "repair",
        sa.Column("checked_grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column("repair", sa.Column("reapply_from", sa.Date(), nullable=True))
    op.create_index(
        "ix_repair_due",
        "repair",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )

    # Each ground by itself: what was kept until now is the latest of them all.
    op.execute(
        "UPDATE listing_ground SET exit_not_before = listing.exit_not_before"
        " FROM listing WHERE listing.id = listing_ground.listing_id"
    )
    op.drop_index("uq_repair_open", table_name="repair")
    op.create_index(
        "uq_repair_open",
        "repair",
        ["listing_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('applied', 'returned', 'accepted', 'checked')"),
    )
    op.create_check_constraint(
        op.f("ck_repair_decided_by_no_checker"), "repair", "decided_by <> checked_by"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_repair_decided_by_no_checker"), "repair", type_="check")
    op.drop_index("uq_repair_open", table_name="repair")
    op.create_index(
        "uq_repair_open",
        "repair",
        ["listing_id"],
        unique=True,
        postgresql_where=sa.text("status = 'applied'"),
    )
    op.drop_index(
        "ix_repair_due", table_name="repair", postgresql_where=sa.text("due_on IS NOT NULL")
    )
    op.drop_column("repair", "reapply_from")
    op.drop_column("repair", "checked_grounds")
    op.drop_column("repair", "checked_on")
    op.drop_column("repair", "checked_by")
    op.drop_column("repair", "findings")
    op.drop_column("repair", "return_reason")
    op.drop_column("repair", "accepted_on")
    op.drop_column("repair", "accepted_by")
    op.drop_column("repair", "due_on")
    op.drop_column("repair", "due_step")
    op.drop_index(op.f("ix_listing_ground_case_id"), table_name="listing_ground")
    op.create_unique_constraint(
        op.f("uq_listing_ground_case_id"),
        "listing_ground",
        ["case_id"],
    )
    op.drop_column("listing_ground", "correction_note")
    op.drop_column("listing_ground", "corrected_by")
    op.drop_column("listing_ground", "corrected_on")
    op.drop_column("listing_ground", "exit_not_before")
    op.drop_index("ix_listing_stands_for", table_name="listing")
    op.drop_column("listing", "stands_for")
    op.drop_column("listing", "superseded_ground")
    op.drop_column("listing", "superseded_by")
    op.drop_index(
        "ix_credit_case_due",
        table_name="credit_case",
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.drop_column("credit_case", "suit_until")
    op.drop_column("credit_case", "review_until")
    op.drop_column("credit_case", "decision_served_by")
    op.drop_column("credit_case", "decision_proof")
    op.drop_column("credit_case", "decision_served_on")
    op.drop_column("credit_case", "decision_method")
    op.drop_column("credit_case", "publication_ends_on")
    op.drop_column("credit_case", "is_published")
    op.drop_column("credit_case", "discussion_record")
    op.drop_column("credit_case", "hearing")
    op.drop_column("credit_case", "notice_told_on")
    op.drop_column("credit_case", "due_on")
    op.drop_column("credit_case", "due_step")
    op.drop_column("credit_case", "discretion_basis")
    op.drop_column("credit_case", "discretion_text")
    op.drop_column("credit_case", "discretion")
    op.drop_table("case_joined_trigger")
    op.drop_table("case_hearing")
    op.drop_table("case_document_service")
    op.drop_table("case_document")
