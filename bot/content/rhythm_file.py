"""What school.yaml says of quiet and rhythm: hours, days, how many messages, the teachers' digest, reminders."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.model.rhythm import ANY_TIME, EVERY_DAY, Hours, Rhythm
from bot.model.school_days import MONDAY_TO_FRIDAY, NO_HOLIDAYS, Holiday, SchoolDays

KEYS = ("hours", "quiet", "most_messages_a_week", "digest", "reminders")
DEFAULT = Rhythm(
    teachers=Hours(MONDAY_TO_FRIDAY, 8 * 60, 17 * 60),
    guardians=Hours(EVERY_DAY - {6}, 7 * 60 + 30, 20 * 60),
    school_days=NO_HOLIDAYS,
    most_a_week=5,
    digest_minute=16 * 60,
    reminders=True,
)
_DAYS = {
    name: number
    for names in ("mon tue wed thu fri sat sun", "ma di wo do vr za zo")
    for number, name in enumerate(names.split())
}
_LAST_MINUTE = 24 * 60
_MOST = 50

Problem = Callable[[str, str, str], None]  # the setting, what is wrong, a hint


def read_rhythm(content: dict[Any, Any], problem: Problem, holidays: tuple[Holiday, ...] = ()) -> Rhythm:
    """What a school decided, with the defaults for what it did not; each mistake is told to `problem`.

    In holidays teachers are reached as little as in a weekend: not at all, unless `hours` is off.
    """
    teachers, days = _teachers(content.get("hours"), problem)
    if teachers != ANY_TIME:
        teachers = replace(teachers, holidays=holidays)
    return Rhythm(
        teachers=teachers,
        guardians=_guardians(content.get("quiet"), problem),
        school_days=SchoolDays(days, holidays),
        most_a_week=_most(content.get("most_messages_a_week", DEFAULT.most_a_week), problem),
        digest_minute=_digest(content.get("digest", DEFAULT.digest_minute), problem),
        reminders=_switch(content.get("reminders", True), problem),
    )


def _teachers(value: Any, problem: Problem) -> tuple[Hours, frozenset[int]]:
    """When teachers are reached, and which days are school days; `off` reaches them at any hour."""
    if value is None:
        return DEFAULT.teachers, MONDAY_TO_FRIDAY
    if value is False:
        return ANY_TIME, MONDAY_TO_FRIDAY
    hint = 'for example: {days: [mon, tue, wed, thu, fri], from: "08:00", until: "17:00"}, or: off'
    found = _window(value, DEFAULT.teachers, MONDAY_TO_FRIDAY)
    if found is None or not found.are_open:
        problem("hours", "hours must say the school days and the teachers' hours", hint)
        return DEFAULT.teachers, MONDAY_TO_FRIDAY
    return found, found.days


def _guardians(value: Any, problem: Problem) -> Hours:
    """Outside the quiet hours, which begin in the evening and end the next morning."""
    if value is None:
        return DEFAULT.guardians
    if value is False:
        return ANY_TIME
    hint = 'for example: {from: "20:00", until: "07:30", days: [sun]}, or: off'
    quiet = Hours(frozenset({6}), DEFAULT.guardians.until_minute, DEFAULT.guardians.from_minute)
    found = _window(value, quiet, frozenset())
    if found is not None:
        reached = Hours(EVERY_DAY - found.days, found.until_minute, found.from_minute)
        if reached.are_open:
            return reached
    problem("quiet", "quiet must say from when until when, and on which whole days", hint)
    return DEFAULT.guardians


def _window(value: Any, default: Hours, at_least: frozenset[int]) -> Hours | None:
    """Days, from and until as written; None where that is not what they are."""
    if not isinstance(value, dict) or not set(value) <= {"days", "from", "until"}:
        return None
    days = default.days
    if "days" in value:
        names = value["days"]
        if not isinstance(names, list) or not all(str(name).lower() in _DAYS for name in names):
            return None
        days = frozenset(_DAYS[str(name).lower()] for name in names)
    begins = minute_of(value["from"]) if "from" in value else default.from_minute
    ends = minute_of(value["until"]) if "until" in value else default.until_minute
    if begins is None or ends is None or (at_least and not days):
        return None
    return Hours(days, begins, ends)


def minute_of(value: Any) -> int | None:
    """A time of day as minutes from midnight; YAML itself reads 20:00 without quotes as the number 1200."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value <= _LAST_MINUTE else None
    hours, colon, minutes = str(value).strip().partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    if len(hours) > 2 or len(minutes) != 2 or int(minutes) > 59:  # noqa: PLR2004  (a clock on the wall)
        return None
    minute = int(hours) * 60 + int(minutes)
    return minute if minute <= _LAST_MINUTE else None


def _most(value: Any, problem: Problem) -> int | None:
    if value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST:
        problem(
            "most_messages_a_week",
            f"most_messages_a_week must be a number from 1 to {_MOST}",
            "for example: 5, or: off",
        )
        return DEFAULT.most_a_week
    return value


def _digest(value: Any, problem: Problem) -> int | None:
    if value is False:
        return None
    minute = minute_of(value)
    if minute is None or minute >= _LAST_MINUTE:
        problem("digest", "digest must be a time of day", 'for example: "16:00", or: off')
        return DEFAULT.digest_minute
    return minute


def _switch(value: Any, problem: Problem) -> bool:
    if not isinstance(value, bool):
        problem("reminders", "reminders must be on or off", "for example: on")
        return True
    return value
