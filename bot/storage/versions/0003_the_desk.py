"""The teacher's desk: drafts, reports, agreements that live, quiet hours, questions about answers, closed accounts."""

import sqlalchemy as sa
from alembic import op

from bot.model.base import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _what_the_teacher_says()
    _agreements_and_rhythm()
    _questions_about_answers()
    _accounts()


def _what_the_teacher_says() -> None:
    op.create_table(
        "teacher_preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("shared_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_teacher_preparation_author_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_teacher_preparation_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teacher_preparation")),
    )
    op.create_index(
        op.f("ix_teacher_preparation_child_id"), "teacher_preparation", ["child_id"], unique=False
    )
    op.create_table(
        "teacher_preparation_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("preparation_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["preparation_id"],
            ["teacher_preparation.id"],
            name=op.f("fk_teacher_preparation_text_preparation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["saying_id"], ["saying.id"], name=op.f("fk_teacher_preparation_text_saying_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teacher_preparation_text")),
        sa.UniqueConstraint(
            "preparation_id", "question", name=op.f("uq_teacher_preparation_text_preparation_id_question")
        ),
    )
    op.create_index(
        op.f("ix_teacher_preparation_text_preparation_id"),
        "teacher_preparation_text",
        ["preparation_id"],
        unique=False,
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("guardian_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", Instant(timezone=True), nullable=False),
        sa.Column("warned_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_draft_author_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_draft_child_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_draft_conversation_id")
        ),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_draft_guardian_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_draft_author_id"), "draft", ["author_id"], unique=False)
    op.create_index(op.f("ix_draft_begun_at"), "draft", ["begun_at"], unique=False)
    op.create_index(op.f("ix_draft_child_id"), "draft", ["child_id"], unique=False)
    op.create_index(op.f("ix_draft_conversation_id"), "draft", ["conversation_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=True),
        sa.Column("child_asked", sa.Boolean(), nullable=False),
        sa.Column("look_back_on", sa.Date(), nullable=True),
        sa.Column("look_back_moment", sa.String(), nullable=True),
        sa.Column("shown_by_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", Instant(timezone=True), nullable=False),
        sa.Column("final_at", Instant(timezone=True), nullable=True),
        sa.Column("final_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_report_child_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_report_conversation_id")
        ),
        sa.ForeignKeyConstraint(["final_by_id"], ["person.id"], name=op.f("fk_report_final_by_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_report_guardian_id")),
        sa.ForeignKeyConstraint(["shown_by_id"], ["person.id"], name=op.f("fk_report_shown_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_report_conversation_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_report_child_id"), "report", ["child_id"], unique=False)
    op.create_table(
        "draft_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_field_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_draft_field_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_field")),
        sa.UniqueConstraint("draft_id", "name", name=op.f("uq_draft_field_draft_id_name")),
    )
    op.create_index(op.f("ix_draft_field_draft_id"), "draft_field", ["draft_id"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_goal_child_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_goal_report_id")),
        sa.ForeignKeyConstraint(["saying_id"], ["saying.id"], name=op.f("fk_goal_saying_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_goal_child_id"), "goal", ["child_id"], unique=False)
    op.create_index(op.f("ix_goal_report_id"), "goal", ["report_id"], unique=False)
    op.create_table(
        "report_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_part_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saying_id"], ["saying.id"], name=op.f("fk_report_part_saying_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_part")),
        sa.UniqueConstraint("report_id", "kind", name=op.f("uq_report_part_report_id_kind")),
    )
    op.create_index(op.f("ix_report_part_report_id"), "report_part", ["report_id"], unique=False)
    op.create_table(
        "report_reaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_reaction_person_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_reaction_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saying_id"], ["saying.id"], name=op.f("fk_report_reaction_saying_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reaction")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_report_reaction_report_id"), "report_reaction", ["report_id"], unique=False)
    op.create_table(
        "report_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=False),
        sa.Column("reason_saying_id", sa.Integer(), nullable=False),
        sa.Column("released_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_release_person_id")),
        sa.ForeignKeyConstraint(
            ["reason_saying_id"], ["saying.id"], name=op.f("fk_report_release_reason_saying_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_report_release_released_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_release_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_release")),
        sa.UniqueConstraint("report_id", "person_id", name=op.f("uq_report_release_report_id_person_id")),
    )
    op.create_index(op.f("ix_report_release_report_id"), "report_release", ["report_id"], unique=False)


def _agreements_and_rhythm() -> None:
    op.create_table(
        "agreement_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("for_school", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_outcome_person_id")),
        sa.ForeignKeyConstraint(["saying_id"], ["saying.id"], name=op.f("fk_agreement_outcome_saying_id")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["agreement_version.id"],
            name=op.f("fk_agreement_outcome_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_outcome")),
    )
    op.create_index(op.f("ix_agreement_outcome_version_id"), "agreement_outcome", ["version_id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "kind",
            "subject_id",
            "person_id",
            "stage",
            name=op.f("uq_reminder_kind_subject_id_person_id_stage"),
        ),
    )
    op.create_index(op.f("ix_reminder_person_id"), "reminder", ["person_id"])
    op.create_table(
        "gathered",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("at_school", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("told_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_gathered_child_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gathered_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathered")),
    )
    op.create_index(op.f("ix_gathered_person_id"), "gathered", ["person_id"])
    op.create_index(op.f("ix_gathered_told_at"), "gathered", ["told_at"])
    op.create_table(
        "own_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=True),
        sa.Column("until_minute", sa.Integer(), nullable=True),
        sa.Column("weekend", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_hours_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_hours")),
        sa.UniqueConstraint("person_id", name=op.f("uq_own_hours_person_id")),
    )
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column("outgoing", sa.Column("not_before", Instant(timezone=True), nullable=True))
    op.add_column("outgoing", sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_outgoing_queue", "outgoing")
    op.create_index("ix_outgoing_queue", "outgoing", ["door_kind", "state", "id", "not_before"])
    op.add_column(
        "agreement",
        sa.Column(
            "earlier_id",
            sa.Integer(),
            sa.ForeignKey("agreement.id", name=op.f("fk_agreement_earlier_id")),
            nullable=True,
        ),
        inline_references=True,
    )


def _questions_about_answers() -> None:
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column(
        "message",
        sa.Column(
            "answer_id",
            sa.Integer(),
            sa.ForeignKey("answer.id", name=op.f("fk_message_answer_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(op.f("ix_message_answer_id"), "message", ["answer_id"])


def _accounts() -> None:
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column("person", sa.Column("closed_at", Instant(), nullable=True))
    op.add_column("web_session", sa.Column("device", sa.String(), nullable=True))
