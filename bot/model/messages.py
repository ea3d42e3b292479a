"""Messages: what was received, what waits to go out, what was set aside, and the thread of parent and teacher."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Door, Person
from bot.model.preparation import Answer
from bot.model.translation import Saying


class OutgoingState(enum.StrEnum):
    """How far a message to a person is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # cannot be mended; see the dead letter


class HelpKind(enum.StrEnum):
    """What a person who asks for another way wants."""

    PERSON = "person"
    PAPER = "paper"
    PHONE = "phone"
    INTERPRETER = "interpreter"


class Received(Base):
    """The mark of an update that was taken; a second delivery finds it and changes nothing."""

    __tablename__ = "received"
    key: Mapped[str] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]


class Outgoing(Base):
    """A message to one door, written in the transaction of the step that caused it.

    `body`, and `hidden` inside `buttons`, are what `macro` and `parameters` give in `language`;
    they are made again when a translation arrives. A stranger who wrote has no door: then only the address is known.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_queue", "door_kind", "state", "id", "not_before"),
        Index(
            "ix_outgoing_edited",
            "edited",
            "door_kind",
            "state",
            "id",
            sqlite_where=text("edited = 1"),
            postgresql_where=text("edited"),
        ),
        UNIQUE_FOR_EVER,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    door_id: Mapped[int | None] = mapped_column(ForeignKey("door.id"), index=True)
    door_kind: Mapped[str]
    address: Mapped[str] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)  # the small HTML that both doors show
    buttons: Mapped[list[Any]] = mapped_column(default=list)  # rows of assistant/speech.py buttons
    protect: Mapped[bool] = mapped_column(default=False)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id", ondelete="SET NULL"))
    macro: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[str]
    awaits_translation: Mapped[bool] = mapped_column(default=False, index=True)
    state: Mapped[str] = mapped_column(default=OutgoingState.WAITING.value)
    edited: Mapped[bool] = mapped_column(default=False)  # shown text changed after it was sent
    claimed_by: Mapped[str | None]  # a worker that delivers it; counts as long as that worker is alive
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    not_before: Mapped[
        datetime | None
    ]  # of what somebody else caused; None: an answer to the person's own step
    counted: Mapped[bool] = mapped_column(default=False)  # against the most messages a week
    telegram_message_id: Mapped[int | None]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    link_until: Mapped[datetime | None] = mapped_column(index=True)  # then a one-time link in it is forgotten
    changed_at: Mapped[datetime | None]  # last edit, for pages that fetch what is new
    door: Mapped[Door | None] = relationship()


class DeadLetter(Base):
    """A message set aside with a reason, in full, so that nothing is lost."""

    __tablename__ = "dead_letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    door_id: Mapped[int | None] = mapped_column(ForeignKey("door.id"))
    reason: Mapped[str]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class Message(Base):
    """One message between a guardian and the teachers of a child, each in their own language."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    # Which answer it asks about, or answers a question about.
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), index=True)
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    guardian: Mapped[Person] = relationship(foreign_keys=[guardian_id])
    saying: Mapped[Saying] = relationship()
    answer: Mapped[Answer | None] = relationship()

    @property
    def from_school(self) -> bool:
        """Whether a teacher wrote it."""
        return self.author_id != self.guardian_id


class HelpWish(Base):
    """A guardian wants a person, paper or the phone instead of the chat (002-cannot-write, 001-overloaded)."""

    __tablename__ = "help_wish"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    kind: Mapped[str]
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
