"""Credit grades, their history, who is to be looked at when 信用等级.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_grade_period",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "grade",
            sa.Enum("A", "B", "C", "D", name="grade", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column(
            "supervision_level",
            sa.Enum(
                "relaxed",
                "standard",
                "strengthened",
                "key",
                name="level",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "number", name=op.f("pk_credit_grade_period")),
    )
    op.create_table(
        "credit_grade_watch",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.Column("rules", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_credit_grade_watch")),
    )
    op.create_index(
        "ix_credit_grade_watch_next",
        "credit_grade_watch",
        ["next_change_on"],
        unique=False,
        postgresql_where=sa.text("next_change_on IS NOT NULL"),
    )
    op.create_table(
        "credit_grade",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column(
            "grade",
            sa.Enum("A", "B", "C", "D", name="grade", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column(
            "supervision_level",
            sa.Enum(
                "relaxed",
                "standard",
                "strengthened",
                "key",
                name="level",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sampling_weight", sa.String(), nullable=False),
        sa.Column("checks_per_year", sa.BigInteger(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "checks_per_year >= 0", name=op.f("ck_credit_grade_checks_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["known_organization.organization_id"],
            name=op.f("fk_credit_grade_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grade")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_credit_grade_organization_id")),
    )
    op.create_index(
        "ix_credit_grade_district",
        "credit_grade",
        ["district"],
        unique=False,
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.create_index(
        "ix_credit_grade_grade",
        "credit_grade",
        ["grade", "id"],
        unique=False,
        postgresql_where=sa.text("ended_on IS NULL"),
    )

    # Whoever is known already is evaluated by the worker, some at a time.
    op.execute(
        "INSERT INTO credit_grade_watch (organization_id, next_change_on, rules)"
        " SELECT organization_id, CURRENT_DATE, '' FROM known_organization"
    )


def downgrade() -> None:
    op.drop_index(
        "ix_credit_grade_grade",
        table_name="credit_grade",
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(
        "ix_credit_grade_district",
        table_name="credit_grade",
        postgresql_ops={"district": "text_pattern_ops"},
    )
    op.drop_table("credit_grade")
    op.drop_index(
        "ix_credit_grade_watch_next",
        table_name="credit_grade_watch",
        postgresql_where=sa.text("next_change_on IS NOT NULL"),
    )
    op.drop_table("credit_grade_watch")
    op.drop_table("credit_grade_period")
