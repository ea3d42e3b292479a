"""What people say in their own words, the files that came with it, and its translations."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base


class Origin(enum.StrEnum):
    """Where words in a reader's language come from; every shown text carries it."""

    OWN = "own"  # the writer's own words
    HUMAN = "human"  # translated or corrected by a person, phrases that a native reader has seen included
    PHRASEBOOK = "phrasebook"  # a ready sentence that no native reader has seen yet
    MACHINE = "machine"


class TranslationState(enum.StrEnum):
    """How far a translation is."""

    WAITING = "waiting"
    DONE = "done"
    IMPOSSIBLE = "impossible"  # it may not leave, was refused, or kept failing
    NOT_OFFERED = "not_offered"  # no translator that is on knows this pair


class MediaState(enum.StrEnum):
    """How far fetching a file is."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Saying(Base):
    """What one person said in their own words; typed words, files, or both. The original is never changed.

    Only where there were no typed words beside a recording its speaker may confirm what was heard in it, once.
    """

    __tablename__ = "saying"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    original: Mapped[str] = mapped_column(Text)
    language: Mapped[str]  # what its writer had chosen
    detected_language: Mapped[str | None]  # what it clearly is in, decided when it was first shared
    message_key: Mapped[str | None] = mapped_column(index=True)  # the chat message, so that an edit finds it
    said_at: Mapped[datetime]
    written_down_at: Mapped[datetime | None]  # its speaker confirmed then that the recording says these words
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")
    translations: Mapped[list["Translation"]] = relationship(back_populates="saying")

    @property
    def written_in(self) -> str:
        """The language to translate from; the chosen one wins unless the words clearly say otherwise."""
        return self.detected_language or self.language


class Attachment(Base):
    """A voice message or photo that belongs to a saying; the bytes live in the database."""

    __tablename__ = "attachment"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id", ondelete="CASCADE"), index=True)
    door_id: Mapped[int | None] = mapped_column(ForeignKey("door.id"))
    kind: Mapped[str]  # voice | photo
    file_id: Mapped[str | None]  # Telegram's handle until fetched
    media_type: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(default=MediaState.WAITING.value, index=True)
    claimed_by: Mapped[str | None]  # a worker that fetches it; counts as long as that worker is alive
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class Translation(Base):
    """One saying in one other language, asked for when the saying was shared."""

    __tablename__ = "translation"
    __table_args__ = (UniqueConstraint("saying_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    words: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str | None]
    provider: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=TranslationState.WAITING.value, index=True)
    attempts: Mapped[int] = mapped_column(default=0)  # when no translator was there
    refusals: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # by one that was
    next_try_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]  # a worker that asks for it; counts as long as that worker is alive
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    with_buddy: Mapped[bool] = mapped_column(default=False, server_default=false())  # with help of a buddy
    doubts: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))  # what may be wrong
    # People who want the original on top; here and not in a table, so that showing words asks no more.
    original_for: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    saying: Mapped[Saying] = relationship(back_populates="translations")
    history: Mapped[list["TranslationHistory"]] = relationship(
        order_by="TranslationHistory.id", cascade="all, delete-orphan", passive_deletes=True
    )


class TranslationHistory(Base):
    """Words of a translation that a person replaced."""

    __tablename__ = "translation_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    origin: Mapped[str]
    provider: Mapped[str | None]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
