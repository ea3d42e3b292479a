"""What the school invites parents to, passed on by buddies who never see who answers (004-motivate-others)."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Person
from bot.model.translation import Saying


class Coming(enum.StrEnum):
    """What a guardian answers; only the school sees it."""

    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


class Gathering(Base):
    """A coffee morning, an evening about reading: in the words of who invites."""

    __tablename__ = "gathering"
    __table_args__ = (UNIQUE_FOR_EVER,)
    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    starts_at: Mapped[datetime]
    made_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    made_by: Mapped[Person] = relationship()
    saying: Mapped[Saying] = relationship()


class GatheringPass(Base):
    """A buddy passed the invitation on to the family of one help."""

    __tablename__ = "gathering_pass"
    __table_args__ = (UniqueConstraint("gathering_id", "match_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"))
    match_id: Mapped[int] = mapped_column(ForeignKey("buddy_match.id"), index=True)
    passed_at: Mapped[datetime]


class GatheringAnswer(Base):
    """What a guardian answered; the last answer stands."""

    __tablename__ = "gathering_answer"
    __table_args__ = (UniqueConstraint("gathering_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    coming: Mapped[str]
    answered_at: Mapped[datetime]
