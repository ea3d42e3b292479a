"""The talks of a year."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base
from bot.model.translation import Saying


class Moment(enum.StrEnum):
    """The five moments of the cycle, and any talk between (002-cycle-5)."""

    BEGIN = "begin"
    CHILD_1 = "child_1"
    MID = "mid"
    CHILD_2 = "child_2"
    END = "end"
    EXTRA = "extra"


class Serious(enum.StrEnum):
    """What makes a talk a serious one: a professional interpreter is wanted there (domain.md C2, D6)."""

    CARE = "care"
    REFERRAL = "referral"
    SAFETY = "safety"
    SEPARATION = "separation"


class Conversation(Base):
    """One talk about a child. With `guardian_id` it is held apart and belongs to that guardian's part."""

    __tablename__ = "conversation"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    moment: Mapped[str]
    planned_at: Mapped[datetime | None]
    length_minutes: Mapped[int]
    place: Mapped[str | None]  # school | phone | video | home | other
    place_saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id"))
    goals: Mapped[list[Any]] = mapped_column(default=list)  # meet | expectations | goals | agreements | other
    goal_saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id"))
    people: Mapped[list[Any]] = mapped_column(default=list)  # parents | child | interpreter | buddy | ...
    # Subjects of the teacher's mark, read by the parents too: no parent interprets such a talk.
    serious: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    place_saying: Mapped[Saying | None] = relationship(foreign_keys=[place_saying_id])
    goal_saying: Mapped[Saying | None] = relationship(foreign_keys=[goal_saying_id])
