"""How a reader of a language expects days, times, lists and names of languages, as CLDR has them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers

from bot.content.catalogues import direction, own_name
from bot.content.isolates import isolated

_NUMERIC = "dd-MM-y"  # where CLDR knows no name for a month
_NOT_NAMED = "M01"
_COMMAS = {"ar": "، ", "fa": "، ", "ps": "، ", "ur": "، ", "am": "፣ ", "ti": "፣ "}


def locale_of(language: str) -> str:
    """Whose dates and clock a reader of this language expects here: English as in Europe."""
    return "en_GB" if language == "en" else language


def day_in(language: str, zone: ZoneInfo, length: str) -> Callable[[date | datetime], str]:
    """Writes a day: `full` with the name of the weekday, `medium` short."""
    locale = Locale.parse(locale_of(language))
    style = _NUMERIC if locale.months["format"]["wide"][1] == _NOT_NAMED else length
    return lambda value: dates.format_date(_local_date(value, zone), style, locale=locale)


def month_in(language: str, zone: ZoneInfo) -> Callable[[date | datetime], str]:
    """Writes a month with its year."""
    locale = Locale.parse(locale_of(language))
    return lambda value: dates.format_skeleton("yMMMM", _local_date(value, zone), locale=locale)


def clock_in(language: str, zone: ZoneInfo) -> Callable[[datetime], str]:
    """Writes a time of day with 24 hours, as it stands on the letters and clocks of a school here."""
    locale = Locale.parse(locale_of(language))
    return lambda value: dates.format_skeleton("Hm", value.astimezone(zone), locale=locale)


def list_in(language: str) -> Callable[[Sequence[str]], str]:
    """Writes several things in one sentence ("a, b and c"), each kept apart where directions mix."""
    locale = Locale.parse(locale_of(language))
    always = direction(language) == "rtl"
    return lambda values: lists.format_list([isolated(one, always=always) for one in values], locale=locale)


def enumeration_in(language: str) -> Callable[[Sequence[str]], str]:
    """Writes several labels, which may themselves hold an "and", with the comma of the language only."""
    always = direction(language) == "rtl"
    return lambda values: comma_in(language).join(isolated(one, always=always) for one in values)


def comma_in(language: str) -> str:
    """The comma of the language with the space behind it."""
    return _COMMAS.get(language, ", ")


def number_in(language: str) -> Callable[[float], str]:
    """Writes a number with the decimal and thousands signs of the language."""
    locale = Locale.parse(locale_of(language))
    return lambda value: numbers.format_decimal(value, locale=locale)


def language_name_in(language: str) -> Callable[[str], str]:
    """Names a language in the reader's language; as its own speakers do where that is not known."""
    names = Locale.parse(language).languages
    return lambda code: names.get(code) or own_name(code)


def _local_date(value: date | datetime, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value
