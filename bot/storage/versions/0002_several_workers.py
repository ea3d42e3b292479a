"""Several workers: claims, leases, and one budget for all."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "shared_budget",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("moments_s", sa.JSON(), nullable=False),
        sa.Column("rests_until_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shared_budget")),
    )
    op.create_index(op.f("ix_shared_budget_rests_until_s"), "shared_budget", ["rests_until_s"])
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column("outgoing", sa.Column("claimed_by", sa.String(), nullable=True))
    op.add_column("attachment", sa.Column("claimed_by", sa.String(), nullable=True))
    op.add_column("translation", sa.Column("claimed_by", sa.String(), nullable=True))
    op.drop_column("translation", "claimed_until")
