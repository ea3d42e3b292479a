"""About which other language a person was asked; what was heard in a recording."""

import sqlalchemy as sa
from alembic import op

from bot.model.base import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _suggestions()
    _transcripts()


def _suggestions() -> None:
    op.create_table(
        "language_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_language_suggestion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_language_suggestion")),
        sa.UniqueConstraint("person_id", "language", name=op.f("uq_language_suggestion_person_id_language")),
    )
    op.create_index(
        op.f("ix_language_suggestion_person_id"), "language_suggestion", ["person_id"], unique=False
    )


def _transcripts() -> None:
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column("saying", sa.Column("written_down_at", Instant(timezone=True), nullable=True))
    op.create_table(
        "transcript",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("offered_at", Instant(timezone=True), nullable=True),
        sa.Column("settled_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_transcript_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_transcript_attachment_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_transcript_state"), "transcript", ["state"], unique=False)
