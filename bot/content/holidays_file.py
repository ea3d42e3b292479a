"""What school.yaml says of holidays: from when until when, each with a name, each mistake with its line."""

from datetime import date
from pathlib import Path

from bot.content.problems import ContentProblem
from bot.content.yaml_files import Report, Table, Written, read
from bot.model.school_days import Holiday

KEY = "holidays"
_MOST_DAYS = 100  # a summer has six weeks; more is a year mistyped
_DAY_CHARS = 10
_NAME_CHARS = 60


def read_holidays(path: Path) -> tuple[tuple[Holiday, ...], list[ContentProblem]]:
    """The holidays of the file in their order in time, and what is wrong with the others."""
    report = Report(str(path))
    table = read(path, report)
    found = [_holiday(entry) for entry in table.tables(KEY)] if table is not None else []
    return tuple(sorted((one for one in found if one is not None), key=_begins)), report.problems


def _begins(holiday: Holiday) -> date:
    return holiday.from_on


def _holiday(entry: Table) -> Holiday | None:
    begins, ends = _day(entry, "from"), _day(entry, "until")
    name = entry.text("name", max_chars=_NAME_CHARS, needed=True)
    entry.close()
    if begins is None or ends is None or name is None:
        return None
    if ends < begins:
        hint = f"the last day comes after {begins.isoformat()}, or is the same day"
        entry.report.add(entry.line_of("until"), "'until' is before 'from'", hint)
        return None
    if (ends - begins).days >= _MOST_DAYS:
        hint = f"at most {_MOST_DAYS} days; look at the year"
        entry.report.add(entry.line_of("until"), "this holiday is too long", hint)
        return None
    return Holiday(begins, ends, name.text)


def _day(entry: Table, name: str) -> date | None:
    written: Written | None = entry.text(name, max_chars=_DAY_CHARS, needed=True)
    if written is None:
        return None
    try:
        return date.fromisoformat(written.text)
    except ValueError:
        entry.report.add(written.line, f"'{name}' is not a day", "write year-month-day: 2026-10-17")
        return None
