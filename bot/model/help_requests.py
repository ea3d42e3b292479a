"""A guardian asks for the help of another parent; buddies who are asked, and the one who helps."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Child, Person
from bot.model.translation import Saying


class RequestState(enum.StrEnum):
    """How far a request is."""

    ASKING = "asking"  # buddies are asked
    OFFERED = "offered"  # one said yes; the asker decides
    HELPED = "helped"  # the asker said yes too
    UNANSWERED = "unanswered"  # nobody could; the coordinator and the asker were told
    WITHDRAWN = "withdrawn"  # by the asker, or because the asker left


class MatchState(enum.StrEnum):
    """What becomes of one buddy who is asked."""

    ASKED = "asked"
    ACCEPTED = "accepted"  # said yes; the first of these is offered to the asker
    HELPING = "helping"
    DECLINED = "declined"
    EXPIRED = "expired"  # did not answer in time
    NOT_NEEDED = "not_needed"  # another one helps, the asker said no, or took the request back
    ENDED = "ended"  # helped, and that is over


class HelpRequest(Base):
    """One request of one guardian; what goes along is shown only to the buddy whom the asker chooses."""

    __tablename__ = "help_request"
    __table_args__ = (UNIQUE_FOR_EVER,)
    id: Mapped[int] = mapped_column(primary_key=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))  # about whom; no buddy ever reads it
    language: Mapped[str]  # in which help is wanted
    task: Mapped[str]
    same_group: Mapped[bool] = mapped_column(default=False)  # a buddy of the child's own group is welcome
    # The words that go along, as the asker saw them: the asker's saying, without any child.
    saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id", ondelete="SET NULL"))
    masked: Mapped[list[Any]] = mapped_column(default=list)  # the names that stand as [1], [2] in it
    source_saying_id: Mapped[int | None] = mapped_column(
        ForeignKey("saying.id", ondelete="SET NULL")
    )  # what those words are of
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id", ondelete="SET NULL")
    )  # the preparation the question is of
    question: Mapped[str | None]  # the fixed question that goes along
    state: Mapped[str] = mapped_column(default=RequestState.ASKING.value, index=True)
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]  # then nobody could
    answered_at: Mapped[datetime | None]  # the first buddy said yes
    closed_at: Mapped[datetime | None]
    wants_coordinator_at: Mapped[datetime | None]  # the asker wants the coordinator to call
    settled_at: Mapped[datetime | None]  # the coordinator took care of it
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
    child: Mapped[Child] = relationship()
    saying: Mapped[Saying | None] = relationship(foreign_keys=[saying_id])
    matches: Mapped[list["Match"]] = relationship(back_populates="request", order_by="Match.id")


class Match(Base):
    """One buddy asked for one request; once both said yes they talk through the assistant."""

    __tablename__ = "buddy_match"
    __table_args__ = (
        UniqueConstraint("request_id", "buddy_id"),
        Index("ix_buddy_match_of_buddy", "buddy_id", "state"),
        Index("ix_buddy_match_of_asker", "asker_id", "state"),
        UNIQUE_FOR_EVER,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), index=True)
    buddy_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(default=MatchState.ASKED.value, index=True)
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]  # then the next one is asked
    answered_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]  # the asker said yes
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id")
    )  # None: by the school or the program
    erase_at: Mapped[datetime | None] = mapped_column(index=True)  # what was said, from then on
    erased_at: Mapped[datetime | None]
    request: Mapped[HelpRequest] = relationship(back_populates="matches")
    buddy: Mapped[Person] = relationship(foreign_keys=[buddy_id])
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
