"""A guardian's preparation of a talk: the script it runs on, the run, its answers and their history."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Child, Person
from bot.model.translation import Saying


class Share(enum.StrEnum):
    """Whether the school may read an answer."""

    DRAFT = "draft"  # not decided yet
    HELD_BACK = "held_back"  # the guardian keeps it
    SHARED = "shared"
    WITHDRAWN = "withdrawn"  # was shared, then taken back


class Progress(enum.StrEnum):
    """What a teacher sees of one guardian's preparation."""

    NOT_STARTED = "not_started"
    BUSY = "busy"
    READY = "ready"
    NEEDS_HELP = "needs_help"
    OTHER_WAY = "other_way"


class DialogVersion(Base):
    """A whole script with its texts in every shipped language, kept by content hash; a run reads only this."""

    __tablename__ = "dialog_version"
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    script: Mapped[str] = mapped_column(Text)  # dialog.script.Script as JSON
    stored_at: Mapped[datetime]


class Run(Base):
    """One guardian's way through one dialog about one child."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("person_id", "child_id", "dialog"), UNIQUE_FOR_EVER)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    dialog: Mapped[str]
    digest: Mapped[str] = mapped_column(ForeignKey("dialog_version.digest"))
    state: Mapped[str] = mapped_column(Text)  # dialog.state.State as JSON
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]  # review finished: the preparation is ready
    withdrawn_at: Mapped[datetime | None]  # hidden from school at once
    erase_at: Mapped[datetime | None]  # and erased from this moment on
    person: Mapped[Person] = relationship()
    child: Mapped[Child] = relationship()
    version: Mapped[DialogVersion] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="run", order_by="Answer.id")


class Answer(Base):
    """What a guardian answers to one question: language-neutral choices, own words, or both."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("run_id", "question"), UNIQUE_FOR_EVER)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    question: Mapped[str]
    choices: Mapped[list[Any]] = mapped_column(default=list)
    saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id"))
    typed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sensitive: Mapped[bool]
    with_buddy: Mapped[bool] = mapped_column(default=False, server_default=false())  # with help of a buddy
    share: Mapped[str] = mapped_column(default=Share.DRAFT.value)
    answered_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    run: Mapped[Run] = relationship(back_populates="answers")
    saying: Mapped[Saying | None] = relationship()


class AnswerHistory(Base):
    """An earlier content of an answer, for its author; never destroyed by a change."""

    __tablename__ = "answer_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)
    choices: Mapped[list[Any]]
    saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id"))
    answered_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
