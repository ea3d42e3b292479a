"""Parents who help parents: offers, requests, chats, places at talks, invitations passed on."""

import sqlalchemy as sa
from alembic import op

from bot.model.base import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _offers()
    _requests()
    _chat()
    _talks()
    _gatherings()
    _columns()


def _offers() -> None:
    op.create_table(
        "kept_apart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("by_school", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_kept_apart_made_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_kept_apart_other_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_apart_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_apart")),
        sa.UniqueConstraint("person_id", "other_id", name=op.f("uq_kept_apart_person_id_other_id")),
    )
    op.create_index(op.f("ix_kept_apart_other_id"), "kept_apart", ["other_id"], unique=False)
    op.create_index(op.f("ix_kept_apart_person_id"), "kept_apart", ["person_id"], unique=False)
    op.create_table(
        "buddy_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("max_families", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("code_accepted_at", Instant(timezone=True), nullable=False),
        sa.Column("offered_at", Instant(timezone=True), nullable=False),
        sa.Column("approved_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("reason_saying_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_buddy_profile_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_buddy_profile_person_id")),
        sa.ForeignKeyConstraint(
            ["reason_saying_id"],
            ["saying.id"],
            name=op.f("fk_buddy_profile_reason_saying_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_buddy_profile_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddy_profile")),
        sa.UniqueConstraint("person_id", name=op.f("uq_buddy_profile_person_id")),
    )
    op.create_index(
        "ix_buddy_profile_free", "buddy_profile", ["school_id", "state", "families", "asked_at"], unique=False
    )
    op.create_table(
        "buddy_group",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["school_group.id"], name=op.f("fk_buddy_group_group_id")),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["buddy_profile.id"], name=op.f("fk_buddy_group_profile_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "group_id", name=op.f("pk_buddy_group")),
    )
    op.create_table(
        "buddy_language",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["buddy_profile.id"],
            name=op.f("fk_buddy_language_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "language", name=op.f("pk_buddy_language")),
    )
    op.create_index("ix_buddy_language_language", "buddy_language", ["language", "profile_id"], unique=False)
    op.create_table(
        "buddy_task",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["buddy_profile.id"], name=op.f("fk_buddy_task_profile_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "task", name=op.f("pk_buddy_task")),
    )
    op.create_table(
        "buddy_time",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("part_of_week", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["buddy_profile.id"], name=op.f("fk_buddy_time_profile_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "part_of_week", name=op.f("pk_buddy_time")),
    )


def _requests() -> None:
    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("same_group", sa.Boolean(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=True),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("source_saying_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("answer_by", Instant(timezone=True), nullable=False),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.Column("wants_coordinator_at", Instant(timezone=True), nullable=True),
        sa.Column("settled_at", Instant(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_help_request_asker_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_help_request_child_id")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_help_request_run_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["saying_id"], ["saying.id"], name=op.f("fk_help_request_saying_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_help_request_settled_by_id")),
        sa.ForeignKeyConstraint(
            ["source_saying_id"],
            ["saying.id"],
            name=op.f("fk_help_request_source_saying_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_help_request_asker_id"), "help_request", ["asker_id"], unique=False)
    op.create_index(op.f("ix_help_request_state"), "help_request", ["state"], unique=False)
    op.create_table(
        "buddy_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("buddy_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("answer_by", Instant(timezone=True), nullable=False),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("started_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("erase_at", Instant(timezone=True), nullable=True),
        sa.Column("erased_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_buddy_match_asker_id")),
        sa.ForeignKeyConstraint(["buddy_id"], ["person.id"], name=op.f("fk_buddy_match_buddy_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_buddy_match_ended_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["help_request.id"], name=op.f("fk_buddy_match_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddy_match")),
        sa.UniqueConstraint("request_id", "buddy_id", name=op.f("uq_buddy_match_request_id_buddy_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_buddy_match_erase_at"), "buddy_match", ["erase_at"], unique=False)
    op.create_index("ix_buddy_match_of_asker", "buddy_match", ["asker_id", "state"], unique=False)
    op.create_index("ix_buddy_match_of_buddy", "buddy_match", ["buddy_id", "state"], unique=False)
    op.create_index(op.f("ix_buddy_match_request_id"), "buddy_match", ["request_id"], unique=False)
    op.create_index(op.f("ix_buddy_match_state"), "buddy_match", ["state"], unique=False)


def _chat() -> None:
    op.create_table(
        "help_complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=True),
        sa.Column("quoted_saying_id", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("settled_at", Instant(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_help_complaint_about_id")),
        sa.ForeignKeyConstraint(["match_id"], ["buddy_match.id"], name=op.f("fk_help_complaint_match_id")),
        sa.ForeignKeyConstraint(
            ["quoted_saying_id"],
            ["saying.id"],
            name=op.f("fk_help_complaint_quoted_saying_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_help_complaint_reporter_id")),
        sa.ForeignKeyConstraint(
            ["saying_id"], ["saying.id"], name=op.f("fk_help_complaint_saying_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_help_complaint_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_complaint")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_help_complaint_match_id"), "help_complaint", ["match_id"], unique=False)
    op.create_table(
        "help_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("of_buddy", sa.Boolean(), nullable=False),
        sa.Column("helped", sa.String(), nullable=True),
        sa.Column("at_ease", sa.String(), nullable=True),
        sa.Column("again", sa.String(), nullable=True),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["match_id"], ["buddy_match.id"], name=op.f("fk_help_evaluation_match_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_help_evaluation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_evaluation")),
        sa.UniqueConstraint("match_id", "person_id", name=op.f("uq_help_evaluation_match_id_person_id")),
    )
    op.create_index(op.f("ix_help_evaluation_person_id"), "help_evaluation", ["person_id"], unique=False)
    op.create_table(
        "help_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("source_saying_id", sa.Integer(), nullable=True),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answers_id"], ["help_line.id"], name=op.f("fk_help_line_answers_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_help_line_author_id")),
        sa.ForeignKeyConstraint(["match_id"], ["buddy_match.id"], name=op.f("fk_help_line_match_id")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_help_line_run_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["saying_id"], ["saying.id"], name=op.f("fk_help_line_saying_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_saying_id"],
            ["saying.id"],
            name=op.f("fk_help_line_source_saying_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_line")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_help_line_match_id"), "help_line", ["match_id"], unique=False)
    op.create_index(op.f("ix_help_line_saying_id"), "help_line", ["saying_id"], unique=False)


def _talks() -> None:
    op.create_table(
        "talk_companion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("confirmed_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_talk_companion_conversation_id")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["buddy_match.id"], name=op.f("fk_talk_companion_match_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_companion")),
        sa.UniqueConstraint(
            "conversation_id", "match_id", name=op.f("uq_talk_companion_conversation_id_match_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_talk_companion_conversation_id"), "talk_companion", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_talk_companion_match_id"), "talk_companion", ["match_id"], unique=False)


def _gatherings() -> None:
    op.create_table(
        "gathering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("saying_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(timezone=True), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("cancelled_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_gathering_made_by_id")),
        sa.ForeignKeyConstraint(["saying_id"], ["saying.id"], name=op.f("fk_gathering_saying_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_gathering_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_gathering_school_id"), "gathering", ["school_id"], unique=False)
    op.create_table(
        "gathering_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("coming", sa.String(), nullable=False),
        sa.Column("answered_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_gathering_answer_gathering_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gathering_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering_answer")),
        sa.UniqueConstraint(
            "gathering_id", "person_id", name=op.f("uq_gathering_answer_gathering_id_person_id")
        ),
    )
    op.create_index(op.f("ix_gathering_answer_person_id"), "gathering_answer", ["person_id"], unique=False)
    op.create_table(
        "gathering_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("passed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_gathering_pass_gathering_id")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["buddy_match.id"], name=op.f("fk_gathering_pass_match_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering_pass")),
        sa.UniqueConstraint("gathering_id", "match_id", name=op.f("uq_gathering_pass_gathering_id_match_id")),
    )
    op.create_index(op.f("ix_gathering_pass_match_id"), "gathering_pass", ["match_id"], unique=False)


def _columns() -> None:
    # Never by copying a table: on SQLite that would take along what points to its rows.
    op.add_column("answer", sa.Column("with_buddy", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "conversation", sa.Column("serious", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    )
    op.add_column(
        "translation", sa.Column("refusals", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "translation", sa.Column("with_buddy", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
