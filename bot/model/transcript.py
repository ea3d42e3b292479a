"""What a machine on the school's own computer heard in a recording; it counts only once the speaker has said so."""

import enum
from datetime import datetime
from typing import Protocol

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.translation import Attachment


class TranscriptState(enum.StrEnum):
    """How far a recording is on its way to words."""

    WAITING = "waiting"
    HEARD = "heard"  # the speaker is, or will be, asked whether it is right
    CONFIRMED = "confirmed"  # it is the speaker's own text now
    DECLINED = "declined"  # the speaker wants the recording only; what was heard is gone
    IMPOSSIBLE = "impossible"  # nothing was heard, or nobody can hear this language


class Transcript(Base):
    """What was heard in one recording. `words` are the machine's, also after the speaker changed them."""

    __tablename__ = "transcript"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id", ondelete="CASCADE"), unique=True)
    language: Mapped[str]  # what the speaker had chosen
    words: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default=TranscriptState.WAITING.value, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]  # a worker that listens; counts as long as that worker is alive
    asked_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]  # the speaker was asked
    settled_at: Mapped[datetime | None]  # the speaker answered
    attachment: Mapped[Attachment] = relationship()


class CannotHearError(Exception):
    """The recording could not be listened to; says nothing of what is in it."""


class Listener(Protocol):
    """Writes down what is said in a recording, on this computer. Raises CannotHearError and nothing else."""

    def write_down(self, sound: bytes, language: str) -> str:
        """The words; nothing where nothing is said, or where the language is not known."""
