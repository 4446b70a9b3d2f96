"""Leads, their facts, who is to be looked at again 列入线索.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lead_watch",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_lead_watch")),
    )
    op.create_index(
        "ix_lead_watch_pending",
        "lead_watch",
        ["looked_on"],
        unique=False,
        postgresql_where=sa.text("pending"),
    )
    op.create_table(
        "lead",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "list",
            sa.Enum("serious", "abnormal", "red", name="listname", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "taken",
                "dismissed",
                "void",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("dismiss_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'taken') = (case_id IS NOT NULL)", name=op.f("ck_lead_taken_into_a_case")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["credit_case.id"], name=op.f("fk_lead_case_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["known_organization.organization_id"],
            name=op.f("fk_lead_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index("ix_lead_case_id", "lead", ["case_id"], unique=False)
    op.create_index(
        "ix_lead_district",
        "lead",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index("ix_lead_organization_id", "lead", ["organization_id"], unique=False)
    op.create_index(
        "uq_lead_open",
        "lead",
        ["organization_id", "list", "trigger"],
        unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.create_table(
        "lead_fact",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_fact_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "key", name=op.f("pk_lead_fact")),
    )
    op.create_index(op.f("ix_lead_fact_record_id"), "lead_fact", ["record_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_lead_fact_record_id"), table_name="lead_fact")
    op.drop_table("lead_fact")
    op.drop_index(
        "uq_lead_open", table_name="lead", postgresql_where=sa.text("status = 'proposed'")
    )
    op.drop_index("ix_lead_organization_id", table_name="lead")
    op.drop_index(
        "ix_lead_district", table_name="lead", postgresql_ops={"district": "text_pattern_ops"}
    )
    op.drop_index("ix_lead_case_id", table_name="lead")
    op.drop_table("lead")
    op.drop_index(
        "ix_lead_watch_pending", table_name="lead_watch", postgresql_where=sa.text("pending")
    )
    op.drop_table("lead_watch")
