"""Days, times, lists and numbers as readers of each language expect them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.catalogues import direction, own_name
from bot.content.local import clock_in, day_in, enumeration_in, language_name_in, list_in, number_in
from bot.content.shipped import CHAT_TEMPLATES, LETTER_TEMPLATES, PAGE_TEMPLATES

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 9, 9)
MOMENT = datetime(2026, 9, 9, 12, 5, tzinfo=UTC)  # five past two at the school
_SENTENCE = re.compile(r"\{% trans\b.*?\{% endtrans %\}", re.DOTALL)
_LATIN_COMMA = re.compile(r"[}]\}, \{\{|%\}, \{%|%\}, \{\{")
TWELVE = ("nl", "pl", "en", "ar", "bg", "de", "es", "ro", "so", "ti", "tr", "uk")


@pytest.mark.parametrize(
    ("language", "day", "listed"),
    [
        ("nl", "woensdag 9 september 2026", "a, b en c"),
        ("pl", "środa, 9 września 2026", "a, b i c"),
        ("en", "Wednesday, 9 September 2026", "a, b and c"),
        ("bg", "сряда, 9 септември 2026 г.", "a, b и c"),  # noqa: RUF001
        ("de", "Mittwoch, 9. September 2026", "a, b und c"),
        ("es", "miércoles, 9 de septiembre de 2026", "a, b y c"),
        ("ro", "miercuri, 9 septembrie 2026", "a, b și c"),
        ("so", "Arbaco, Sebtembar 9, 2026", "a, b iyo c"),
        ("ti", "ረቡዕ፣ 9 መስከረም 2026", "a፣ bን cን"),
        ("tr", "9 Eylül 2026 Çarşamba", "a, b ve c"),
        ("uk", "середа, 9 вересня 2026 р.", "a, b і c"),  # noqa: RUF001
    ],
)
def test_days_and_lists(language: str, day: str, listed: str) -> None:
    """As CLDR has them; which kind of space it puts is left to it."""
    assert " ".join(day_in(language, ZONE, "full")(DAY).split()) == day
    assert list_in(language)(["a", "b", "c"]) == listed


def test_days_and_lists_in_arabic() -> None:
    """Every name in a list is kept apart from the letters that join it."""
    assert day_in("ar", ZONE, "full")(DAY) == "الأربعاء، 9 سبتمبر 2026"
    assert list_in("ar")(["Kuba", "Zosia"]) == "\u2068Kuba\u2069 و\u2068Zosia\u2069"
    assert enumeration_in("ar")(["a", "b"]) == "\u2068a\u2069، \u2068b\u2069"


@pytest.mark.parametrize("language", TWELVE)
def test_a_time_of_day_has_24_hours(language: str) -> None:
    """As on the letters and clocks of a Dutch school, without a word for the afternoon."""
    assert clock_in(language, ZONE)(MOMENT).startswith("14:05")


@pytest.mark.parametrize("language", TWELVE)
def test_every_month_has_a_name_of_the_language(language: str) -> None:
    """No numbered month and no English one stands among the words of another language."""
    written = [day_in(language, ZONE, "full")(date(2026, month, 9)) for month in range(1, 13)]
    assert len(set(written)) == 12
    assert not any("M0" in one or "M1" in one for one in written)
    assert language == "en" or not any("January" in one for one in written)


def test_a_month_without_a_name_is_a_number() -> None:
    """Where CLDR has nothing, the day is written in figures."""
    assert day_in("dv", ZONE, "full")(DAY) == "09-09-2026"


def test_labels_that_hold_an_and_are_set_apart_by_commas() -> None:
    """What people chose is enumerated with the comma of their language only."""
    assert enumeration_in("nl")(["Tekenen", "Blokken en bouwen"]) == "Tekenen, Blokken en bouwen"
    assert enumeration_in("ti")(["a", "b"]) == "a፣ b"


@pytest.mark.parametrize(
    "folder", [CHAT_TEMPLATES, PAGE_TEMPLATES, LETTER_TEMPLATES], ids=["chat", "pages", "letters"]
)
def test_no_template_sets_values_apart_with_a_latin_comma(folder: Path) -> None:
    """Between two values stands the comma of the reader's language; a comma inside a sentence is the translator's."""
    found = [
        f"{path.name}: {hit.group()}"
        for path in folder.rglob("*.html")
        for part in _SENTENCE.split(path.read_text("utf-8"))
        for hit in _LATIN_COMMA.finditer(part)
    ]
    assert found == []


def test_numbers() -> None:
    """Decimals and thousands by the language."""
    assert (number_in("nl")(3.5), number_in("en")(3.5), number_in("nl")(1388)) == ("3,5", "3.5", "1.388")


@pytest.mark.parametrize(
    ("language", "name", "way"),
    [
        ("ar", "العربية", "rtl"),
        ("bg", "Български", "ltr"),
        ("de", "Deutsch", "ltr"),
        ("es", "Español", "ltr"),
        ("ro", "Română", "ltr"),
        ("so", "Soomaali", "ltr"),
        ("ti", "ትግርኛ", "ltr"),
        ("tr", "Türkçe", "ltr"),
        ("uk", "Українська", "ltr"),
    ],
)
def test_a_language_has_its_own_name_and_direction(language: str, name: str, way: str) -> None:
    """As its speakers write it (004-language-threat)."""
    assert own_name(language) == name
    assert direction(language) == way


def test_a_language_that_has_no_name_in_another() -> None:
    """Its own speakers' name is better than a code."""
    assert language_name_in("nl")("ti") == "Tigrinya"
    assert language_name_in("ti")("so") in {"ሶማሊ", "Soomaali", "ሶማልኛ"}
