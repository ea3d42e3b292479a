"""Notices, consents, sessions in a browser, one-time links and the audit trail."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base
from bot.model.people import Person

NOTICE_VERSION = 1  # raise it when the notice changes: everybody is asked to read it again


class ConsentPurpose(enum.StrEnum):
    """What separate consent is asked for; each can be withdrawn alone."""

    TELEGRAM = "telegram"
    OUTSIDE_TRANSLATION = "outside_translation"
    BUDDY = "buddy"  # help of another parent


class PassPurpose(enum.StrEnum):
    """What a one-time link opens."""

    DESK = "desk"  # staff
    DOSSIER = "dossier"  # a guardian's own view


class ClosingReason(enum.StrEnum):
    """Why the head closed an account; a word, so that none of anybody's own words stand in the audit trail."""

    LEFT = "left"  # no longer at school
    LOST = "lost"  # a phone is in wrong hands
    WRONG = "wrong"  # the wrong person came in
    ASKED = "asked"  # the person asked for it
    OTHER = "other"


class Acknowledgement(Base):
    """A person read the notice."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("person_id", "notice_version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    notice_version: Mapped[int]
    acknowledged_at: Mapped[datetime]


class Consent(Base):
    """A consent given for one purpose, and taken back or not.

    One taken back in the moment it was given never held: the person was asked, and is not asked again.
    """

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Pass(Base):
    """A one-time link to a browser session; only the hash of its token is kept."""

    __tablename__ = "pass"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser; the cookie holds the token, the row its hash."""

    __tablename__ = "web_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str | None]  # the family of the browser's device, no more than that
    person: Mapped[Person] = relationship()


class AuditLine(Base):
    """Who did what to what, when; ids only, never words."""

    __tablename__ = "audit_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    subject: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
