"""Which other language a person was asked about, because words of theirs were clearly in it."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base


class LanguageSuggestion(Base):
    """A person was asked whether to go on in this language; nobody is asked twice, whatever the answer was."""

    __tablename__ = "language_suggestion"
    __table_args__ = (UniqueConstraint("person_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str]
    asked_at: Mapped[datetime]
