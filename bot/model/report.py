"""The report of a talk, the goals chosen in it, and what the parents answer to it."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Person
from bot.model.translation import Saying

MOST_GOALS = 3
MOST_AGREEMENTS = 5
FINAL_AFTER_SCHOOL_DAYS = 10


class PartKind(enum.StrEnum):
    """The parts of a report in own words, in the order in which they are read."""

    PARENTS_STORY = "parents_story"  # BF01
    TEACHER_SEES = "teacher_sees"  # BF02
    SEEN_DIFFERENTLY = "seen_differently"  # BF03
    CHILD_VIEW = "child_view"  # 001-p08
    SCHOOL_LIMITS = "school_limits"  # 001-limits


class ReactionKind(enum.StrEnum):
    """What a guardian answers (BF07, BF08)."""

    RIGHT = "right"
    ADD = "add"
    WRONG = "wrong"
    OWN_WORDS = "own_words"  # the teach-back; says nothing about whether the report is right


class ReportState(enum.StrEnum):
    """How far the report of the newest talk of a child is."""

    NONE = "none"
    TO_WRITE = "to_write"  # the talk was held
    DRAFT = "draft"
    SHOWN = "shown"
    FINAL = "final"


class Report(Base):
    """A report as it was shown to the parents; its texts never change. With `guardian_id` it is that part alone."""

    __tablename__ = "report"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), unique=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    child_asked: Mapped[bool]
    look_back_on: Mapped[date | None]
    look_back_moment: Mapped[str | None]
    shown_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shown_at: Mapped[datetime]
    final_at: Mapped[datetime | None]
    final_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: all have reacted
    shown_by: Mapped[Person] = relationship(foreign_keys=[shown_by_id])
    parts: Mapped[list["ReportPart"]] = relationship(order_by="ReportPart.id")
    goals: Mapped[list["Goal"]] = relationship(order_by="Goal.id")
    reactions: Mapped[list["Reaction"]] = relationship(order_by="Reaction.id")
    releases: Mapped[list["ReportRelease"]] = relationship(order_by="ReportRelease.id")

    @property
    def state(self) -> ReportState:
        """Whether it still waits for an answer."""
        return ReportState.FINAL if self.final_at else ReportState.SHOWN


class ReportPart(Base):
    """One part of a report in the teacher's words."""

    __tablename__ = "report_part"
    __table_args__ = (UniqueConstraint("report_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    saying: Mapped[Saying] = relationship()


class Goal(Base):
    """A goal chosen together; everybody with authority reads it, also one of a talk held apart."""

    __tablename__ = "goal"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    saying: Mapped[Saying] = relationship()


class Reaction(Base):
    """What one guardian answered; it stands beside the report for ever."""

    __tablename__ = "report_reaction"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id"))
    made_at: Mapped[datetime]
    person: Mapped[Person] = relationship()
    saying: Mapped[Saying | None] = relationship()


class ReportRelease(Base):
    """The lead decided that a guardian without authority receives the report, and says why."""

    __tablename__ = "report_release"
    __table_args__ = (UniqueConstraint("report_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    released_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason_saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    released_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    released_by: Mapped[Person] = relationship(foreign_keys=[released_by_id])
    reason: Mapped[Saying] = relationship()


def agreement_field(row: int, what: str) -> str:
    """The name of a field in one row of the form (BF05); rows count from 1."""
    return f"agreement_{row}_{what}"


# The fields of the form, in its order.
FIELDS = (
    PartKind.PARENTS_STORY.value,
    PartKind.TEACHER_SEES.value,
    PartKind.SEEN_DIFFERENTLY.value,
    "child_asked",
    PartKind.CHILD_VIEW.value,
    *(f"goal_{number}" for number in range(1, MOST_GOALS + 1)),
    *(
        agreement_field(row, what)
        for row in range(1, MOST_AGREEMENTS + 1)
        for what in ("words", "owner", "due_on")
    ),
    "look_back_on",
    "look_back_moment",
    PartKind.SCHOOL_LIMITS.value,
)
