"""What a teacher says of a child before the talk, as shared with the parents."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base
from bot.model.people import Person
from bot.model.translation import Saying

# The questions of the form by their stable id: the ones that are chosen from, and the ones in own words.
CHOICES: dict[str, tuple[str, ...]] = {
    "BL01": ("handover", "last_report", "preschool", "parents", "nothing"),
    "BL04": ("meet", "expectations", "goals", "agreements", "other"),
    "BL05": ("15", "30", "longer"),
    "BL06": ("parents", "child", "interpreter", "buddy", "coordinator", "other_teacher"),
    "BL07": ("no", "yes", "brings"),
}
ONE_CHOICE = frozenset({"BL05", "BL07"})
TEXTS = ("BL02", "BL03", "BL07_language", "BL08", "BL09", "BL10")
ORDER = (
    "BL01",
    "BL02",
    "BL03",
    "BL04",
    "BL05",
    "BL06",
    "BL07",
    "BL07_language",
    "BL08",
    "BL09",
    "BL10",
)


class TeacherPreparation(Base):
    """One preparation as it was shared; shared again later, the newer one stands in front."""

    __tablename__ = "teacher_preparation"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    choices: Mapped[dict[str, Any]]  # question -> keys
    shared_at: Mapped[datetime]
    author: Mapped[Person] = relationship()
    texts: Mapped[list["TeacherPreparationText"]] = relationship(order_by="TeacherPreparationText.id")


class TeacherPreparationText(Base):
    """One answer in the teacher's own words."""

    __tablename__ = "teacher_preparation_text"
    __table_args__ = (UniqueConstraint("preparation_id", "question"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    preparation_id: Mapped[int] = mapped_column(
        ForeignKey("teacher_preparation.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str]
    saying_id: Mapped[int] = mapped_column(ForeignKey("saying.id"))
    saying: Mapped[Saying] = relationship()
