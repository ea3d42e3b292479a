"""A form that a teacher has begun and not shared: its fields one by one, so that two may write at once."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Person

SCHOOL_DAYS = 5  # within these a draft is shared or deleted (design promise 3)
REMIND_FROM_DAY = 3


class DraftKind(enum.StrEnum):
    """Which form it is."""

    PREPARATION = "teacher_preparation"
    REPORT = "report"


class Draft(Base):
    """Begun, not shared: its existence is shown to all who read the dossier, its words to its authors only."""

    __tablename__ = "draft"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    kind: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # of a talk held apart
    begun_at: Mapped[datetime] = mapped_column(index=True)
    warned_at: Mapped[datetime | None]
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    fields: Mapped[list["DraftField"]] = relationship(order_by="DraftField.id", cascade="all, delete-orphan")


class DraftField(Base):
    """One field as it stands now; the revision counts how often it was written."""

    __tablename__ = "draft_field"
    __table_args__ = (UniqueConstraint("draft_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    content: Mapped[Any] = mapped_column(JSON)  # a text, or a list of keys
    revision: Mapped[int]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    written_by: Mapped[Person] = relationship()
