"""Numbers, amounts, times and dates of a text, read so that two languages can be compared."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from bot.translation.folding import fold, words
from bot.translation.language_facts import (
    HALF_HOURS,
    MONTHS,
    QUARTER,
    WEEKDAYS,
    number_beginnings,
    number_word,
)

_NOON, _DAY = 12 * 60, 24 * 60
_DAY_AND_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:e|de|ste|th|st|nd|rd|\.)?\s+(?:of\s+|de\s+)?([^\W\d_]{2,})(?:'?\w*)?"
    r"(?:,?\s+(?:de\s+|van\s+|r\.?\s+)?(\d{4}))?(?!\d)"
)
_MONTH_AND_DAY = re.compile(
    r"(?<!\w)([^\W\d_]{3,})\s+(\d{1,2})(?:th|st|nd|rd)?(?:,?\s+(\d{4}))?(?![\d:]|\.\d)"
)
_NUMERIC = re.compile(
    r"(?<!\d)(?:(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})|(\d{4})-(\d{1,2})-(\d{1,2}))(?!\d)"
)
_SHORT = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])")
_TIME = re.compile(r"(?<![\d.,:])(\d{1,2})(?::|[uh](?=\d\d\b))(\d{2})(?!\d)(?:\s*([ap])\.?m\b\.?)?")
_HALF_DAY = re.compile(r"(?<![\d.,:])(\d{1,2})(?:\.(\d{2}))?\s*([ap])\.?m\b\.?")
_HALF_OF_DAY = re.compile(
    fold(
        r"\b(?:avonds?|middags?|ochtends?|wieczorem|wieczór|po południu|rano|evening|afternoon|morning|вечора|дня|"
        r"ранку|"
        r"akşam|öğleden|sabah|abends?|nachmittags?|morgens|tarde|noche|mañana|seara|după-amiaza|dimineața|вечерта|"
        r"следобед|сутринта)\b|مساء|بعد الظهر|صباح|ظهر"
    )
)
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)*")
_CURRENCIES = (
    (re.compile(r"€|\beur(?:o|os|a|y)?\b|евро|євро|يورو|avro|ዩሮ"), "euro"),
    (re.compile(r"\$|\bdoll?ar\w*|долар|دولار"), "dollar"),
    (re.compile(r"£|\bpounds? sterling|фунт"), "pound"),
)

Day = tuple[int, int, int | None]


@dataclass
class Measures:
    """What a text counts and when. Times are minutes of the day, with whether the half of the day is known."""

    numbers: Counter[str] = field(default_factory=Counter)
    times: list[tuple[int, bool]] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    weekdays: set[int] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    quarter: bool = False
    folded: str = ""
    language: str = ""


@dataclass(frozen=True)
class Differences:
    """Which of the two texts' measures do not fit together."""

    numbers: bool
    times: bool
    days: bool


def western_digits(text: str) -> str:
    """The text with every digit, of whatever script, as 0 to 9."""
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdigit() and unicodedata.category(sign) == "Nd" else sign
        for sign in text
    )


def measure(text: str, language: str) -> Measures:
    """Everything that can be read in this language; each sign counts once."""
    found = Measures(language=language)
    rest = fold(western_digits(text)).replace("\u066b", ".").replace("\u066c", ",")
    found.folded = rest
    found.currencies = {name for pattern, name in _CURRENCIES if pattern.search(rest)}
    found.quarter = QUARTER.search(rest) is not None
    months = MONTHS.get(language, {})
    weekdays = WEEKDAYS.get(language, {})
    # An apostrophe stands within words of some languages.
    bare = [one.folded for one in words(rest.replace("'", ""))]
    found.weekdays = {
        weekdays[form] for one in bare for form in _without_article(one, language) if form in weekdays
    }
    rest = _take_days(rest, months, found)
    rest = _take_times(rest, language, found)
    found.numbers = Counter(_value(match.group()) for match in _NUMBER.finditer(rest))
    return found


def _without_article(word: str, language: str) -> Iterator[str]:
    yield word
    if language == "ar" and word[:1] in "ولبف":
        yield word[1:]


def _take_days(rest: str, known: Mapping[str, int], found: Measures) -> str:

    def day_first(match: re.Match[str]) -> str:
        return add(match, match[1], known.get(match[2]), match[3])

    def month_first(match: re.Match[str]) -> str:
        return add(match, match[2], known.get(match[1]), match[3])

    def numeric(match: re.Match[str]) -> str:
        if match[5]:
            return add(match, match[7], int(match[6]), match[5])
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"  # noqa: PLR2004 - written in full
        return add(match, match[1], int(match[3]), year)

    def short(match: re.Match[str]) -> str:
        return add(match, match[1], int(match[2]), None)

    def add(match: re.Match[str], day: str, month: int | None, year: str | None) -> str:
        if not month or not 1 <= int(day) <= 31:  # noqa: PLR2004 - days of a month
            return match.group()
        found.days.append((int(day), month, int(year) if year else None))
        return " ; "

    for pattern, take in (
        (_NUMERIC, numeric),
        (_DAY_AND_MONTH, day_first),
        (_MONTH_AND_DAY, month_first),
        (_SHORT, short),
    ):
        rest = pattern.sub(take, rest)
    return rest


def _take_times(rest: str, language: str, found: Measures) -> str:
    half_is_said = _HALF_OF_DAY.search(rest) is not None

    def clock(match: re.Match[str]) -> str:
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if hour > 24 or minute > 59:  # noqa: PLR2004 - a clock on the wall
            return match.group()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        certain = bool(half) or not half_is_said or hour > 12 or match[1][0] == "0"  # noqa: PLR2004
        found.times.append(((hour * 60 + minute) % _DAY, certain))
        return " ; "

    def half_hour(match: re.Match[str]) -> str:
        word = match[1]
        hour = int(word) if word.isdigit() else number_word(language, word)
        if hour is None:
            return match.group()
        found.times.append(((hour * 60 + shift) % _NOON, False))
        return " ; "

    if language in HALF_HOURS:
        pattern, shift = HALF_HOURS[language]
        rest = pattern.sub(half_hour, rest)
    return _HALF_DAY.sub(clock, _TIME.sub(clock, rest))


def _value(written: str) -> str:
    """The number without the separators of thousands, its decimals after a dot."""
    bare = re.sub(r"\s", "", written)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare):
        return re.sub(r"[.,]", "", bare)
    whole, *decimals = re.split(r"[.,]", bare)
    if len(decimals) == 1:
        part = decimals[0].rstrip("0")
        return f"{int(whole)}.{part}" if part else str(int(whole))
    return ".".join([whole, *decimals]) if decimals else str(int(whole))


def differences(source: Measures, target: Measures) -> Differences:
    """Whether each number, time and day of one side has its own on the other."""
    times_here, times_there = _unmatched_times(source.times, target.times)
    numbers_here = source.numbers - target.numbers
    numbers_there = target.numbers - source.numbers
    times_here = _also_as_number(times_here, numbers_there)
    times_there = _also_as_number(times_there, numbers_here)
    days = _days_differ(source.days, target.days)
    numbers = not (_said_in_words(numbers_here, target) and _said_in_words(numbers_there, source))
    if source.currencies != target.currencies and target.currencies and source.currencies:
        numbers = True
    quarter = source.quarter or target.quarter
    both_named = bool(source.weekdays or target.weekdays) and {source.language, target.language} <= set(
        WEEKDAYS
    )
    return Differences(
        numbers=numbers,
        times=bool(times_here or times_there) and not quarter,
        days=days or (both_named and source.weekdays != target.weekdays),
    )


def _same_time(one: tuple[int, bool], other: tuple[int, bool]) -> bool:
    if one[1] and other[1]:
        return one[0] == other[0]
    return (one[0] - other[0]) % _NOON == 0


def _unmatched_times(
    here: list[tuple[int, bool]], there: list[tuple[int, bool]]
) -> tuple[list[tuple[int, bool]], list[tuple[int, bool]]]:
    left, right = [], list(there)
    for one in here:
        same = next((other for other in right if _same_time(one, other)), None)
        if same is None:
            left.append(one)
        else:
            right.remove(same)
    return left, right


def _also_as_number(times: list[tuple[int, bool]], numbers: Counter[str]) -> list[tuple[int, bool]]:
    """The times that the other side does not write as "8 uur" or "8.30" either."""
    left = []
    for minute, certain in times:
        hours = (
            {minute // 60} if certain else {minute // 60, (minute // 60 + 12) % 24, minute // 60 % 12 or 12}
        )
        hours |= {minute // 60 % 12 or 12}
        written = [_value(f"{hour}.{minute % 60:02}") for hour in sorted(hours)]
        same = next((one for one in written if numbers[one] > 0), None)
        if same is None:
            left.append((minute, certain))
        else:
            numbers[same] -= 1
            numbers += Counter()
    return left


def _days_differ(here: list[Day], there: list[Day]) -> bool:
    right = list(there)
    for day, month, year in here:
        same = next(
            (one for one in right if one[:2] == (day, month) and (year is None or one[2] in {None, year})),
            None,
        )
        if same is None:
            return True
        if year is not None and same[2] is None:
            return True
        right.remove(same)
    return bool(right)


def _said_in_words(numbers: Counter[str], other: Measures) -> bool:
    """Whether the other side says each of these numbers in words; larger ones must stand there in digits."""
    bare = [one.folded for one in words(other.folded.replace("'", ""))]
    for number in chain(numbers.elements()):
        if not number.isdigit() or len(number) > 2:  # noqa: PLR2004 - twelve is the last one known
            return False
        beginnings = number_beginnings(other.language, int(number))
        if not any(one.startswith(beginning) for one in bare for beginning in beginnings):
            return False
    return True
