"""The people of a school, what ties them to children and groups, and the doors they come in by."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base


class SchoolType(enum.StrEnum):
    """The kind of primary school: it decides question blocks and the length of a talk."""

    BAO = "bao"
    SBO = "sbo"


class Role(enum.StrEnum):
    """What a row of the roster says a person is."""

    GUARDIAN = "guardian"
    TEACHER = "teacher"
    LEAD = "lead"
    COORDINATOR = "coordinator"


class DoorKind(enum.StrEnum):
    """The way a person talks with the assistant."""

    TELEGRAM = "telegram"
    WEB = "web"


class School(Base):
    """One school of the board."""

    __tablename__ = "school"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]


class Group(Base):
    """A group (class) of a school."""

    __tablename__ = "school_group"
    __table_args__ = (UniqueConstraint("school_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str]
    school: Mapped[School] = relationship()


class Child(Base):
    """A child; only the first name and the group are known here."""

    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str]
    group_id: Mapped[int] = mapped_column(ForeignKey("school_group.id"), index=True)
    grade: Mapped[int]
    group: Mapped[Group] = relationship()


class Person(Base):
    """Anybody who may use the assistant; roles are the rows that point here."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[str] = mapped_column(unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str]
    language: Mapped[str]  # a shipped language
    wished_language: Mapped[str | None]  # what the roster asks and is not shipped (yet)
    language_chosen: Mapped[bool] = mapped_column(default=False)  # by the person, not only by the roster
    closed_at: Mapped[datetime | None]  # since then the person cannot come in, by any way
    school: Mapped[School] = relationship()
    guardianships: Mapped[list["Guardianship"]] = relationship(back_populates="person")  # ended ones too

    @property
    def first_name(self) -> str:
        """The first word of the name: all that one parent reads of another one who helps."""
        return self.name.split(maxsplit=1)[0] if self.name.strip() else ""


class Guardianship(Base):
    """A person is guardian of a child; `authority` (gezag) is entered by the school only."""

    __tablename__ = "guardianship"
    __table_args__ = (UniqueConstraint("person_id", "child_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    relation: Mapped[str]
    authority: Mapped[bool]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="guardianships")
    child: Mapped[Child] = relationship()


class Teaching(Base):
    """A person teaches a group."""

    __tablename__ = "teaching"
    __table_args__ = (UniqueConstraint("person_id", "group_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("school_group.id"), index=True)
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    group: Mapped[Group] = relationship()


class Post(Base):
    """A person is lead or coordinator of a school."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("person_id", "school_id", "role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    role: Mapped[str]
    ended_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time way in for a person; only the hash of its token is kept."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # used, revoked, or another one of this person was used
    person: Mapped[Person] = relationship()


class Door(Base):
    """One telegram chat or one browser of a person, with the place its conversation is at."""

    __tablename__ = "door"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    address: Mapped[str] = mapped_column(index=True)  # telegram chat id, or the path of a web chat
    secret_digest: Mapped[str | None]  # web: hash of the cookie that opens the chat
    joined_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # before this nothing is read back through the door
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    welcomed_at: Mapped[datetime | None]
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)  # position of the conversation, no words
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_open(self) -> bool:
        """Whether messages may go in and out here."""
        return self.ended_at is None

    @property
    def reads_back(self) -> bool:
        """Whether stored words may be shown through this door (design: confirmed with one tap)."""
        return self.is_open and self.confirmed_at is not None
