"""The one clock. Everything that needs the time is handed this object."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """Tells the time in UTC and the date in the school's zone."""

    def __init__(self, zone: str = "Europe/Amsterdam") -> None:
        self.zone = ZoneInfo(zone)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The calendar date at the school."""
        return self.local(self.now()).date()

    def local(self, moment: datetime) -> datetime:
        """The same moment as the school's clock on the wall shows it."""
        return moment.astimezone(self.zone)


class MovableClock(Clock):
    """A clock that can be set ahead, for the demo and for tests; it never runs backwards by itself."""

    def __init__(self, zone: str = "Europe/Amsterdam", *, start: datetime | None = None) -> None:
        super().__init__(zone)
        self._start = start
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The start moment (or the real one) plus everything it was moved ahead."""
        return (self._start or datetime.now(UTC)) + self._ahead

    def move(self, **ahead: float) -> None:
        """The clock stands later by the given days, hours, minutes or seconds."""
        self._ahead += timedelta(**ahead)
