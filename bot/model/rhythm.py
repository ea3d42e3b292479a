"""Quiet and rhythm: when a person may be reached, what waits for that, and which reminders went out."""

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base
from bot.model.clock import Clock
from bot.model.school_days import NO_HOLIDAYS, Holiday, SchoolDays

MIDNIGHT = time(0, 0)
EVERY_DAY = frozenset(range(7))
WEEKEND = frozenset({5, 6})
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Hours:
    """When somebody may be reached, at the school's clock: on these days (Monday is 0), from then until then.

    In `holidays` nobody is reached.

    `until_minute` counts from midnight, so that 1440 is the end of the day.
    """

    days: frozenset[int] = EVERY_DAY
    from_minute: int = 0
    until_minute: int = _DAY_MINUTES
    holidays: tuple[Holiday, ...] = ()

    @property
    def are_open(self) -> bool:
        """Whether there is any moment in a week at which the person may be reached."""
        return bool(self.days) and self.from_minute < self.until_minute

    def within(self, frame: "Hours") -> "Hours":
        """What both allow."""
        return Hours(
            self.days & frame.days,
            max(self.from_minute, frame.from_minute),
            min(self.until_minute, frame.until_minute),
            tuple(dict.fromkeys((*frame.holidays, *self.holidays))),
        )

    def next_allowed(self, clock: Clock, moment: datetime) -> datetime:
        """The first moment from this one on at which the person may be reached; hours must be open at some time."""
        local = clock.local(moment)
        minute = local.hour * 60 + local.minute
        day, days = local.date(), SchoolDays(self.days, self.holidays)
        if days.includes(day):
            if self.from_minute <= minute < self.until_minute:
                return moment
            if minute < self.from_minute:
                return at(clock, day, self.from_minute)
        return at(clock, days.after(day, 1), self.from_minute)


ANY_TIME = Hours()


def at(clock: Clock, day: date, minute: int) -> datetime:
    """This minute of a day at the school, in UTC; a minute that the summer skips is the one after."""
    moment = datetime.combine(day, MIDNIGHT, tzinfo=clock.zone).replace(hour=minute // 60, minute=minute % 60)
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Rhythm:
    """What a school decided about reaching people. As made here nothing waits and nothing is gathered."""

    teachers: Hours = ANY_TIME
    guardians: Hours = ANY_TIME
    school_days: SchoolDays = NO_HOLIDAYS
    most_a_week: int | None = None  # pushed messages to one guardian; None: any number
    digest_minute: int | None = None  # when the teachers' news of a day come together; None: each at once
    reminders: bool = True


NO_QUIET = Rhythm()


class ReminderKind(enum.StrEnum):
    """What a person is reminded of, or told together."""

    BEFORE_DUE = "before_due"  # subject: agreement version
    OVERDUE = "overdue"  # subject: agreement version
    LOOK_BACK = "look_back"  # subject: agreement version
    PREPARE = "prepare"  # subject: child
    DIGEST = "digest"  # subject: the day, counted
    NEWS = "news"  # subject: the day, counted


NOT_NOW = 0  # the stage of a preparation for which the person wants no reminder


class Reminder(Base):
    """A reminder that was written; the unique key is what keeps two workers from writing it twice."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "person_id", "stage"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[int]
    made_at: Mapped[datetime]


class Gathered(Base):
    """A fact that a person reads later, together with others: kinds and ids only, never words."""

    __tablename__ = "gathered"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    at_school: Mapped[bool]  # as a teacher; else as a guardian
    kind: Mapped[str]  # the macro of the notice
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)


class OwnHours(Base):
    """When a person wants to be reached, within what the school allows; None where the school's own hours hold."""

    __tablename__ = "own_hours"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    from_minute: Mapped[int | None]
    until_minute: Mapped[int | None]
    weekend: Mapped[bool] = mapped_column(default=True)
