"""A buddy comes along to a talk, or interprets a simple practical one (004-buddy-tasks, 003-helper-along)."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.conversation import Conversation
from bot.model.help_requests import Match


class CompanionRole(enum.StrEnum):
    """What the buddy does at the talk."""

    COME_ALONG = "come_along"
    INTERPRET = "interpret"


class CompanionState(enum.StrEnum):
    """How far it is; the school hears of it once the asker has confirmed."""

    ASKED = "asked"  # the asker asked the buddy
    WILLING = "willing"  # the buddy can; the asker confirms
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ENDED = "ended"  # taken back, the help is over, or the talk became a serious one


class TalkCompanion(Base):
    """One buddy and one talk; the buddy reads when and where it is, never about whom."""

    __tablename__ = "talk_companion"
    __table_args__ = (UniqueConstraint("conversation_id", "match_id"), UNIQUE_FOR_EVER)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("buddy_match.id"), index=True)
    role: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    conversation: Mapped[Conversation] = relationship()
    match: Mapped[Match] = relationship()
