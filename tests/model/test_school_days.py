"""School days are counted in one place: the days of the week of the school, without its holidays."""

from datetime import date, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from bot.model.school_days import MONDAY_TO_FRIDAY, NO_HOLIDAYS, Holiday, SchoolDays

AUTUMN = Holiday(date(2026, 10, 17), date(2026, 10, 25), "herfstvakantie")
STUDY_DAY = Holiday(date(2026, 10, 9), date(2026, 10, 9), "studiedag")
DAYS = SchoolDays(MONDAY_TO_FRIDAY, (STUDY_DAY, AUTUMN))
ANY_DAY = st.dates(date(2026, 8, 1), date(2027, 7, 31))
ANY_HOLIDAY = st.builds(
    lambda first, length: Holiday(first, first + timedelta(days=length), "vrij"), ANY_DAY, st.integers(0, 45)
)
ANY_CALENDAR = st.builds(
    SchoolDays,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.lists(ANY_HOLIDAY, max_size=4).map(tuple),
)


def test_monday_to_friday_without_a_calendar() -> None:
    """What begins on a Friday has its five school days after the weekend."""
    friday = NO_HOLIDAYS.after(date(2026, 9, 3), 1)
    assert friday == date(2026, 9, 4)
    assert NO_HOLIDAYS.after(friday, 5) == date(2026, 9, 11)
    assert NO_HOLIDAYS.after(friday, 0) == friday
    assert NO_HOLIDAYS.before(date(2026, 9, 8), 3) == date(2026, 9, 3)


def test_a_holiday_does_not_count() -> None:
    """Neither its first nor its last day, forwards and backwards; one day alone can be one."""
    assert not any(DAYS.includes(day) for day in (STUDY_DAY.from_on, date(2026, 10, 19), date(2026, 10, 23)))
    assert DAYS.includes(date(2026, 10, 16))
    assert DAYS.includes(date(2026, 10, 26))
    assert DAYS.after(date(2026, 10, 15), 2) == date(2026, 10, 26)
    assert DAYS.before(date(2026, 10, 27), 2) == date(2026, 10, 16)
    assert list(islice(DAYS.following(date(2026, 10, 7)), 2)) == [date(2026, 10, 8), date(2026, 10, 12)]


@given(days=ANY_CALENDAR, day=ANY_DAY, count=st.integers(1, 12))
def test_there_and_back(days: SchoolDays, day: date, count: int) -> None:
    """So many school days later there are exactly so many in between, whatever the calendar says."""
    later = days.after(day, count)
    between = [day + timedelta(days=ahead) for ahead in range(1, (later - day).days + 1)]
    assert sum(days.includes(one) for one in between) == count
    assert days.includes(later)
    if days.includes(day):
        assert days.before(later, count) == day
