"""The one clock."""

from datetime import UTC, date, datetime

import pytest

from bot.model.clock import Clock, MovableClock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 9, 1, 21, 59, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 9, 1, 22, 0, tzinfo=UTC), date(2026, 9, 2)),
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 23, 0, tzinfo=UTC), date(2026, 12, 2)),
    ],
)
def test_today_is_the_schools_date(moment: datetime, day: date) -> None:
    """The day changes at midnight in Amsterdam, in summer and in winter."""
    assert MovableClock(start=moment).today() == day


def test_the_real_clock_is_aware_and_in_utc() -> None:
    """Two looks never go backwards."""
    first, second = Clock().now(), Clock().now()
    assert first.tzinfo is UTC
    assert second >= first


def test_a_clock_that_is_moved_stands_later_by_just_that() -> None:
    """Days, hours and minutes add up."""
    clock = MovableClock(start=datetime(2026, 9, 1, 10, 0, tzinfo=UTC))
    clock.move(days=2, hours=1)
    clock.move(minutes=30)
    assert clock.now() == datetime(2026, 9, 3, 11, 30, tzinfo=UTC)


def test_a_clock_without_a_start_runs_ahead_of_the_real_one() -> None:
    """The demo's clock keeps ticking after it was moved."""
    clock = MovableClock()
    before = Clock().now()
    clock.move(days=10)
    assert 10 <= (clock.now() - before).total_seconds() / 86_400 < 10.01
