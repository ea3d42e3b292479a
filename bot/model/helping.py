"""The chat of a guardian and a buddy through the assistant, what both found of it, and what was wrong."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.help_requests import Match
from bot.model.people import Person
from bot.model.translation import Saying


class LineKind(enum.StrEnum):
    """What one line of the chat is."""

    WORDS = "words"
    TEXT = "text"  # a text that the asker lets the buddy read, names masked
    QUESTION = "question"  # one fixed question of the preparation, handed over by the asker
    PROPOSAL = "proposal"  # words the buddy proposes as the answer to such a question
    BETTER_WORDS = "better_words"  # the buddy's translation of such a text


class LineState(enum.StrEnum):
    """What the asker did with something a buddy proposed."""

    OPEN = "open"
    TAKEN = "taken"
    LEFT = "left"


class Verdict(enum.StrEnum):
    """One tap of an evaluation."""

    YES = "yes"
    A_BIT = "a_bit"
    NO = "no"


class ComplaintKind(enum.StrEnum):
    """What was wrong, without words of anybody."""

    UNKIND = "unkind"
    PRIVATE = "private"  # asked or told private things
    PRESSURE = "pressure"
    OTHER = "other"


class HelpLine(Base):
    """One line of the chat; its words are a saying without a child."""

    __tablename__ = "help_line"
    __table_args__ = (UNIQUE_FOR_EVER,)
    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("buddy_match.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"))  # of a question
    question: Mapped[str | None]
    masked: Mapped[list[Any]] = mapped_column(default=list)  # the names that stand as [1], [2] in a text
    source_saying_id: Mapped[int | None] = mapped_column(
        ForeignKey("saying.id", ondelete="SET NULL")
    )  # of a text
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("help_line.id"))  # what a proposal is for
    state: Mapped[str] = mapped_column(default=LineState.OPEN.value)
    made_at: Mapped[datetime]
    match: Mapped[Match] = relationship()
    author: Mapped[Person] = relationship()
    saying: Mapped[Saying | None] = relationship(foreign_keys=[saying_id])


class HelpEvaluation(Base):
    """What one of the two found of the help, in three taps; each may be left out."""

    __tablename__ = "help_evaluation"
    __table_args__ = (UniqueConstraint("match_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("buddy_match.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    of_buddy: Mapped[bool]  # whether the buddy says it
    helped: Mapped[str | None]
    at_ease: Mapped[str | None]
    again: Mapped[str | None]
    made_at: Mapped[datetime]


class HelpComplaint(Base):
    """What one of the two tells the coordinator about the other; only what the reporter chose to include."""

    __tablename__ = "help_complaint"
    __table_args__ = (UNIQUE_FOR_EVER,)
    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("buddy_match.id"), index=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    saying_id: Mapped[int | None] = mapped_column(
        ForeignKey("saying.id", ondelete="SET NULL")
    )  # the reporter's own words
    quoted_saying_id: Mapped[int | None] = mapped_column(
        ForeignKey("saying.id", ondelete="SET NULL")
    )  # a copy of one line
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reporter: Mapped[Person] = relationship(foreign_keys=[reporter_id])
    about: Mapped[Person] = relationship(foreign_keys=[about_id])
    saying: Mapped[Saying | None] = relationship(foreign_keys=[saying_id])
    quoted_saying: Mapped[Saying | None] = relationship(foreign_keys=[quoted_saying_id])
