"""What several workers of one database share: who is alive, and how much Telegram still takes."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base


class Lease(Base):
    """One worker has something to itself until a moment; only PostgreSQL's own clock decides about it."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]  # the name of a worker
    until_s: Mapped[float] = mapped_column(Double)  # seconds since 1970 on the clock of the database


class SharedBudget(Base):
    """When messages went to Telegram: one row for all, and one for each chat that was written to lately."""

    __tablename__ = "shared_budget"
    name: Mapped[str] = mapped_column(primary_key=True)
    moments_s: Mapped[list[Any]] = mapped_column(
        default=list
    )  # seconds since 1970 on the clock of the database
    rests_until_s: Mapped[float] = mapped_column(Double, default=0.0, index=True)  # before it, nothing goes
