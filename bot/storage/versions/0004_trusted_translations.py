"""Translations that people correct and doubt: who made them, what may be wrong, what stood there before."""

import sqlalchemy as sa
from alembic import op

from bot.model.base import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column(
        "translation",
        sa.Column(
            "corrected_by_id",
            sa.Integer(),
            sa.ForeignKey("person.id", name=op.f("fk_translation_corrected_by_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    for name in ("doubts", "original_for"):
        op.add_column(
            "translation", sa.Column(name, sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
    op.create_table(
        "translation_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("translation_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("replaced_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["translation.id"],
            name=op.f("fk_translation_history_translation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["person.id"], name=op.f("fk_translation_history_corrected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_history")),
    )
    op.create_index(op.f("ix_translation_history_translation_id"), "translation_history", ["translation_id"])
