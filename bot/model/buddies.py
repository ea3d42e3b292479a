"""Parents who help other parents: what they offer, what the school said of it, and who are never brought together."""

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base
from bot.model.people import Person
from bot.model.translation import Saying

CODE_VERSION = 1  # raise it when the code of conduct changes: every buddy is asked to accept it again
MOST_FAMILIES = 10  # that anybody can offer to help at once


class Task(enum.StrEnum):
    """What a buddy can help with; a school may leave some out (004-buddy-tasks)."""

    EXPLAIN = "explain"  # a word or a custom
    UNDERSTAND = "understand"  # a message
    PREPARE = "prepare"  # fill in the preparation together
    PRACTISE = "practise"  # a talk
    COME_ALONG = "come_along"
    INTERPRET = "interpret"  # a simple practical talk only
    REMIND = "remind"  # of dates


class PartOfWeek(enum.StrEnum):
    """When a buddy has time; shown, not enforced."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


class BuddyState(enum.StrEnum):
    """What becomes of an offer."""

    OFFERED = "offered"  # waits for the coordinator
    APPROVED = "approved"
    PAUSED = "paused"  # nobody new is asked; help that goes on, goes on
    ENDED = "ended"  # by the coordinator, or by the buddy


@dataclass(frozen=True)
class BuddyRules:
    """What a school decided about buddies in school.yaml."""

    on: bool = True
    tasks: tuple[Task, ...] = tuple(Task)
    together: bool = False  # buddies are asked all at once, and not one after the other
    most_asked: int = 3  # buddies for one request, 1 to 3
    answer_within: timedelta = field(
        default=timedelta(hours=6)
    )  # for all of them together, within their hours
    families: int = 3  # that one buddy helps at once, unless the buddy says less
    keep: timedelta = field(default=timedelta(days=30))  # what was said, after the end


class BuddyProfile(Base):
    """A guardian offers to help other parents; only an approved one with the code of now is ever asked."""

    __tablename__ = "buddy_profile"
    __table_args__ = (Index("ix_buddy_profile_free", "school_id", "state", "families", "asked_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    state: Mapped[str]
    max_families: Mapped[int]
    families: Mapped[int] = mapped_column(default=0)  # whom the buddy helps now, or has just said yes to
    code_version: Mapped[int]  # of the code of conduct that was accepted
    code_accepted_at: Mapped[datetime]
    offered_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]  # since when this parent helps others
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason_saying_id: Mapped[int | None] = mapped_column(
        ForeignKey("saying.id", ondelete="SET NULL")
    )  # the coordinator's, last
    asked_at: Mapped[datetime | None]  # for help, the last time: who was asked longest ago comes first
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reason_saying: Mapped[Saying | None] = relationship()
    languages: Mapped[list["BuddyLanguage"]] = relationship(
        cascade="all, delete-orphan", order_by="BuddyLanguage.language"
    )
    tasks: Mapped[list["BuddyTask"]] = relationship(cascade="all, delete-orphan", order_by="BuddyTask.task")
    times: Mapped[list["BuddyTime"]] = relationship(
        cascade="all, delete-orphan", order_by="BuddyTime.part_of_week"
    )
    groups: Mapped[list["BuddyGroup"]] = relationship(
        cascade="all, delete-orphan", order_by="BuddyGroup.group_id"
    )


class BuddyLanguage(Base):
    """A language in which a buddy helps."""

    __tablename__ = "buddy_language"
    __table_args__ = (Index("ix_buddy_language_language", "language", "profile_id"),)
    profile_id: Mapped[int] = mapped_column(
        ForeignKey("buddy_profile.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)


class BuddyTask(Base):
    """A kind of help that a buddy offers."""

    __tablename__ = "buddy_task"
    profile_id: Mapped[int] = mapped_column(
        ForeignKey("buddy_profile.id", ondelete="CASCADE"), primary_key=True
    )
    task: Mapped[str] = mapped_column(primary_key=True)


class BuddyTime(Base):
    """A part of the week in which a buddy has time."""

    __tablename__ = "buddy_time"
    profile_id: Mapped[int] = mapped_column(
        ForeignKey("buddy_profile.id", ondelete="CASCADE"), primary_key=True
    )
    part_of_week: Mapped[str] = mapped_column(primary_key=True)


class BuddyGroup(Base):
    """A group whose families a buddy helps; a buddy without any helps families of every group."""

    __tablename__ = "buddy_group"
    profile_id: Mapped[int] = mapped_column(
        ForeignKey("buddy_profile.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("school_group.id"), primary_key=True)


class KeptApart(Base):
    """Two parents who are never brought together: one blocked the other, or the coordinator knows of a conflict."""

    __tablename__ = "kept_apart"
    __table_args__ = (UniqueConstraint("person_id", "other_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_school: Mapped[bool]  # recorded by the coordinator; else `person_id` blocked `other_id`
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    other: Mapped[Person] = relationship(foreign_keys=[other_id])
