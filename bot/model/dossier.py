"""What stands about a child beside preparation and agreements: additions, and who looked."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import UNIQUE_FOR_EVER, Base
from bot.model.people import Person
from bot.model.translation import Saying


class EntryKind(enum.StrEnum):
    """A fact is something one can see; a view is how somebody sees it."""

    FACT = "fact"
    VIEW = "view"


class Entry(Base):
    """An addition to a child's dossier; it goes only on its author's request (004-dossier-7)."""

    __tablename__ = "entry"
    __table_args__ = UNIQUE_FOR_EVER
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    kind: Mapped[str]
    made_at: Mapped[datetime]
    author: Mapped[Person] = relationship()
    saying: Mapped[Saying] = relationship()


class Look(Base):
    """Somebody opened a page about a child."""

    __tablename__ = "look"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    as_staff: Mapped[bool]
    what: Mapped[str]
    looked_at: Mapped[datetime]
    viewer: Mapped[Person] = relationship()
