"""School days: the days of the week on which there is school, without the holidays. Counted here and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class Holiday:
    """Days without school, the last one included."""

    from_on: date
    until_on: date
    name: str

    def includes(self, day: date) -> bool:
        """Whether this day is one of them."""
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True)
class SchoolDays:
    """Some days of every week (Monday is 0), but not in a holiday; there is at least one such day of the week."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: tuple[Holiday, ...] = ()

    def includes(self, day: date) -> bool:
        """Whether this day counts."""
        return day.weekday() in self.weekdays and not any(one.includes(day) for one in self.holidays)

    def following(self, day: date) -> Iterator[date]:
        """Every day that counts after this one, without end."""
        return self._from(day, timedelta(days=1))

    def after(self, day: date, count: int) -> date:
        """The day so many of these days later; the day itself for none."""
        return self._counted(day, count, timedelta(days=1))

    def before(self, day: date, count: int) -> date:
        """The day so many of these days earlier; the day itself for none."""
        return self._counted(day, count, timedelta(days=-1))

    def _counted(self, day: date, count: int, step: timedelta) -> date:
        return next(islice(self._from(day, step), count - 1, None)) if count > 0 else day

    def _from(self, day: date, step: timedelta) -> Iterator[date]:
        while True:
            day += step
            if self.includes(day):
                yield day


NO_HOLIDAYS = SchoolDays()
