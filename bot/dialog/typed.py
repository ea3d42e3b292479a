"""What typed words mean where a question offers choices or waits for a date or a time."""

import re
import unicodedata
from datetime import date, time

from bot.dialog.script import OTHER, AnswerKind, Part, Question, Script

YEARS_AHEAD = 8  # far enough for a 29 February without a year

_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})(?:[-/. ]+(\d{4}|\d{2}))?\.?")
_TIME = re.compile(r"(\d{1,2})(?:\s?[:.uh]\s?(\d{2})?)?(?:\s?uur)?")


def is_blank(words: str) -> bool:
    """Whether nothing in the words can be seen: spaces, control characters and direction marks only."""
    return not any(sign.isprintable() and not sign.isspace() for sign in words)


def plain(words: str) -> str:
    """The words as they are compared: without case, outer spaces, double spaces and a closing dot."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split()).rstrip(".!")


def labelled_key(script: Script, question: Question, words: str) -> str | None:
    """The choice whose label, in any language of the script, is exactly what was typed."""
    wanted = plain(words)
    for key in question.keys:
        labels = [script.text(language, question.id, Part.LABEL, key) for language in script.languages]
        if key != OTHER and wanted in [plain(label) for label in labels if label]:
            return key
    return None


def understood_value(kind: AnswerKind, words: str, today: str) -> str | None:
    """The ISO date or time that was meant, or None; today (ISO or '') completes a missing year."""
    if kind is AnswerKind.DATE:
        day = understood_date(words, today)
        return day.isoformat() if day else None
    moment = understood_time(words)
    return moment.isoformat("minutes") if moment else None


def understood_date(words: str, today: str) -> date | None:
    """The date in '2026-12-01', '1-12-2026', '1/12/26' or '1 12' (the next such date), or None."""
    text = words.strip()
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return _date(year, month, day)
    if not (found := _DAY_FIRST.fullmatch(text)):
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), month, day)  # noqa: PLR2004
    return _next_date(month, day, today)


def understood_time(words: str) -> time | None:
    """The time in '14:30', '14.30', '14u30', '14u' or '14 uur', or None."""
    found = _TIME.fullmatch(words.strip().casefold())
    if not found:
        return None
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        return None


def _next_date(month: int, day: int, today: str) -> date | None:
    try:
        start = date.fromisoformat(today)
    except ValueError:
        return None
    years = range(start.year, start.year + YEARS_AHEAD + 1)
    coming = (_date(year, month, day) for year in years)
    return next((found for found in coming if found and found >= start), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
