"""Typed dates, times and labels."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.typed import is_blank, labelled_key, understood_date, understood_time
from tests.dialog.scripts import LIKES, script

TODAY = "2026-10-05"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        (" 1-12-2026 ", date(2026, 12, 1)),
        ("1/12/26", date(2026, 12, 1)),
        ("1.12.", date(2026, 12, 1)),
        ("1 12", date(2026, 12, 1)),
        ("5-10", date(2026, 10, 5)),
        ("4-10", date(2027, 10, 4)),
        ("29 2", date(2028, 2, 29)),
        ("31-12-2025", date(2025, 12, 31)),
    ],
)
def test_a_typed_date_is_understood(words: str, meant: date) -> None:
    """Day comes first; a missing year becomes the next such date, today included."""
    assert understood_date(words, TODAY) == meant


@pytest.mark.parametrize(
    "words", ["morgen", "31-2", "31-2-2026", "1 13", "", "1", "2026-13-01", "0000-01-01", "1-12-126"]
)
def test_what_is_no_date_is_not_guessed(words: str) -> None:
    """A day that does not exist and words are not turned into some date."""
    assert understood_date(words, TODAY) is None


def test_without_a_today_the_year_is_needed() -> None:
    """Nothing is completed when nobody said what day it is."""
    assert understood_date("1-12", "") is None
    assert understood_date("1-12-2026", "") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("14:30", time(14, 30)),
        ("14.30", time(14, 30)),
        ("14u30", time(14, 30)),
        ("14U", time(14, 0)),
        ("8 uur", time(8, 0)),
        ("8.15 uur", time(8, 15)),
        ("9h05", time(9, 5)),
        ("0:00", time(0, 0)),
    ],
)
def test_a_typed_time_is_understood(words: str, meant: time) -> None:
    """The ways a time is written at school, in a message and on a Polish phone."""
    assert understood_time(words) == meant


@pytest.mark.parametrize("words", ["", "25:00", "14:60", "half drie", "1430", "14:3"])
def test_what_is_no_time_is_not_guessed(words: str) -> None:
    """Hours and minutes that do not exist, and words, are no time."""
    assert understood_time(words) is None


@given(st.text(max_size=30), st.sampled_from([TODAY, "", "soon"]))
def test_no_words_break_the_reading_of_dates_and_times(words: str, today: str) -> None:
    """Any text gives a date or time, or none; never an error."""
    day, moment = understood_date(words, today), understood_time(words)
    assert day is None or isinstance(day, date)
    assert moment is None or isinstance(moment, time)


@pytest.mark.parametrize("words", ["lezen", "LEZEN", "  czytanie. ", "Czytanie"])
def test_a_label_in_any_language_of_the_script_is_its_choice(words: str) -> None:
    """Who types the words on a button, in whatever language, chose that button."""
    assert labelled_key(script(), LIKES, words) == "reading"


def test_other_words_are_no_label() -> None:
    """Words that only look like a label stay words."""
    assert labelled_key(script(), LIKES, "lezen en muziek") is None
    assert labelled_key(script(), LIKES, "other") is None


@pytest.mark.parametrize("words", ["", "  ", "\n\t", "\x00\x07", "\u200f\u200e", "\u200b \ufeff"])
def test_words_without_anything_to_see_are_blank(words: str) -> None:
    """Spaces, control characters and direction marks alone say nothing."""
    assert is_blank(words)


@pytest.mark.parametrize("words", ["a", "👍", "ሰላም", "\u200fא", "0"])
def test_words_with_one_visible_sign_are_not_blank(words: str) -> None:
    """One letter or one emoji is something said."""
    assert not is_blank(words)
