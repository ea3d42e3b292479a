"""Hours in which somebody may be reached: the next allowed moment is allowed, and never earlier than asked."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model.clock import Clock
from bot.model.rhythm import EVERY_DAY, Hours, at
from bot.model.school_days import MONDAY_TO_FRIDAY, Holiday

CLOCK = Clock()
GUARDIANS = Hours(EVERY_DAY - {6}, 450, 1200)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
HOURS = st.builds(
    Hours,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 700),
    st.integers(701, 1440),
)


def _allowed(hours: Hours, moment: datetime) -> bool:
    local = CLOCK.local(moment)
    return (
        local.weekday() in hours.days
        and hours.from_minute <= local.hour * 60 + local.minute < hours.until_minute
    )


@given(hours=HOURS, moment=MOMENTS)
def test_the_next_moment_is_allowed(hours: Hours, moment: datetime) -> None:
    """At any hour of a year, in summer and winter time (004-too-much-info)."""
    found = hours.next_allowed(CLOCK, moment)
    assert found >= moment
    local = CLOCK.local(found)
    # What the summer skips between two and three at night is an hour later; all else is within the hours.
    assert _allowed(hours, found) or (local.month == 3 and local.hour == 3)
    if _allowed(hours, moment):
        assert found == moment


def test_an_evening_waits_for_the_morning_and_saturday_for_monday() -> None:
    """As a school would say it."""
    friday_evening = datetime(2026, 9, 4, 19, 0, tzinfo=UTC)  # nine o'clock at the school
    assert CLOCK.local(GUARDIANS.next_allowed(CLOCK, friday_evening)).isoformat()[:16] == "2026-09-05T07:30"
    saturday_evening = friday_evening + timedelta(days=1)
    assert CLOCK.local(GUARDIANS.next_allowed(CLOCK, saturday_evening)).isoformat()[:16] == "2026-09-07T07:30"


def test_in_holidays_nobody_is_reached() -> None:
    """A Friday evening before the autumn waits for the Monday after it, also within narrower hours of a person."""
    autumn = Holiday(date(2026, 10, 17), date(2026, 10, 25), "herfstvakantie")
    teachers = Hours(MONDAY_TO_FRIDAY, 480, 1020, (autumn,))
    friday_evening = datetime(2026, 10, 16, 17, 0, tzinfo=UTC)
    assert teachers.next_allowed(CLOCK, friday_evening) == at(CLOCK, date(2026, 10, 26), 480)
    own = Hours(frozenset({0, 1}), 600, 1440).within(teachers)
    assert own.next_allowed(CLOCK, friday_evening) == at(CLOCK, date(2026, 10, 26), 600)
    in_it = datetime(2026, 10, 20, 10, 0, tzinfo=UTC)
    assert teachers.next_allowed(CLOCK, in_it) == at(CLOCK, date(2026, 10, 26), 480)
    assert GUARDIANS.next_allowed(CLOCK, in_it) == in_it


def test_a_minute_of_a_day() -> None:
    """At the school's clock."""
    assert at(CLOCK, date(2026, 9, 1), 450) == datetime(2026, 9, 1, 5, 30, tzinfo=UTC)
