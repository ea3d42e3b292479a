"""Agreements: one text, one owner, confirmed by all it names."""

import enum
import hashlib
import json
from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base
from bot.model.people import Person
from bot.model.translation import Saying


class Owner(enum.StrEnum):
    """Who does what was agreed; exactly one (001-p02)."""

    CHILD = "child"
    PARENTS = "parents"
    SCHOOL = "school"


class AgreementState(enum.StrEnum):
    """The life of an agreement (design section 4)."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    DONE = "done"
    BIT_DONE = "bit_done"
    NOT_DONE = "not_done"
    STOPPED = "stopped"
    CARRIED_OVER = "carried_over"


class Understanding(enum.StrEnum):
    """How somebody knows what the text says that is confirmed."""

    OWN_LANGUAGE = "own_language"  # it was shown in the person's own language
    READS_ORIGINAL = "reads_original"  # "I read Dutch"
    EXPLAINED = "explained"  # "somebody explained it to me"


class Result(enum.StrEnum):
    """How somebody says an agreement went; each is also the state it then closes with."""

    DONE = "done"
    BIT_DONE = "bit_done"
    NOT_DONE = "not_done"


class RemarkKind(enum.StrEnum):
    """What somebody says about an agreement."""

    TEACH_BACK = "teach_back"
    CHANGE_WISH = "change_wish"


class Agreement(Base):
    """An agreement about a child; its text is its newest version."""

    __tablename__ = "agreement"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    state: Mapped[str] = mapped_column(default=AgreementState.PROPOSED.value)
    made_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    earlier_id: Mapped[int | None] = mapped_column(
        ForeignKey("agreement.id")
    )  # last year's, carried over here
    versions: Mapped[list["AgreementVersion"]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number"
    )
    parties: Mapped[list["AgreementParty"]] = relationship(order_by="AgreementParty.id")

    @property
    def current(self) -> "AgreementVersion":
        """The version that stands now."""
        return self.versions[-1]


class AgreementParty(Base):
    """A guardian the agreement names: without this confirmation it is not active."""

    __tablename__ = "agreement_party"
    __table_args__ = (UniqueConstraint("agreement_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship()


class AgreementVersion(Base):
    """One exact text of an agreement; any change makes a new version."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    owner: Mapped[str]
    due_on: Mapped[date]
    look_back_on: Mapped[date]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    agreement: Mapped[Agreement] = relationship(back_populates="versions")
    saying: Mapped[Saying] = relationship()
    written_by: Mapped[Person] = relationship()
    confirmations: Mapped[list["Confirmation"]] = relationship(order_by="Confirmation.id")
    remarks: Mapped[list["AgreementRemark"]] = relationship(order_by="AgreementRemark.id")
    outcomes: Mapped[list["AgreementOutcome"]] = relationship(order_by="AgreementOutcome.id")

    @property
    def digest(self) -> str:
        """A hash of everything this version says; a confirmation is tied to it."""
        content = [self.saying.original, self.owner, self.due_on.isoformat(), self.look_back_on.isoformat()]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


class Confirmation(Base):
    """Somebody confirmed a version, with the exact words that were shown and where they came from."""

    __tablename__ = "confirmation"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_version.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    for_school: Mapped[bool]
    digest: Mapped[str]
    language: Mapped[str]
    words_shown: Mapped[str] = mapped_column(Text)
    origin: Mapped[str]
    understanding: Mapped[str]
    confirmed_at: Mapped[datetime]
    lapsed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class AgreementRemark(Base):
    """A teach-back or a wish for change, in the person's own words."""

    __tablename__ = "agreement_remark"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_version.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    made_at: Mapped[datetime]
    person: Mapped[Person] = relationship()
    saying: Mapped[Saying] = relationship()


class AgreementOutcome(Base):
    """How one person says a version went; it stands for ever, and the newest of each person counts."""

    __tablename__ = "agreement_outcome"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_version.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    for_school: Mapped[bool]
    result: Mapped[str]
    saying_id: Mapped[int | None] = mapped_column(ForeignKey("saying.id"))
    made_at: Mapped[datetime]
    person: Mapped[Person] = relationship()
    saying: Mapped[Saying | None] = relationship()
