"""Words of two writing directions in one sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from bot.content.isolates import END, LEADS, START, isolated, only_where_mixed, without_isolates
from bot.content.texts import Texts
from tests.cast import catalogues

HANAN = "حنان"
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def texts() -> Texts:
    """Dutch and Arabic are on; what Arabic has no words for is said as in the templates."""
    return Texts(catalogues().only(("nl", "ar")), ZONE)


def apart(words: str) -> str:
    """The words as they stand in a sentence that is written the other way."""
    return f"{START}{words}{END}"


def test_an_arabic_name_in_a_dutch_text(texts: Texts) -> None:
    """The number behind the name stays behind it, in sentences and beside them; Latin names stay as they are."""
    question = {"number": 3, "total": 15, "ask": "?", "hint": "", "sensitive": False, "voice": False}
    more = {"most": None, "several": False, "answered": False, "fallback": False}
    said = texts.say("nl", "preparation.question", {"child": HANAN, **question, **more})
    assert said.startswith(f"{apart(HANAN)} · 3")
    assert apart(HANAN) in texts.say("nl", "menu.main", {"child": HANAN})
    assert START not in texts.say("nl", "menu.main", {"child": "Kuba"})


def test_a_dutch_name_and_a_number_in_an_arabic_text(texts: Texts) -> None:
    """Every value is kept apart, so that neither the name nor the number turns the sentence around."""
    assert apart("Kuba") in texts.say("ar", "menu.main", {"child": "Kuba"})
    assert apart("7") in texts.say("ar", "privacy.withdrawn", {"days": 7})


def test_a_line_of_nothing_but_a_value_reads_from_the_right(texts: Texts) -> None:
    """A phone looks for the direction outside the marks; a question that stands alone has no letters there."""
    asked = "من هو طفلكم؟"
    said = texts.say("ar", "preparation.other_words", {"ask": asked})
    assert said.startswith(f"{LEADS}<b>{apart(asked)}</b>")
    assert without_isolates(said).startswith(f"<b>{asked}</b>")
    assert said.count(LEADS) == 1
    assert LEADS not in texts.say("nl", "preparation.other_words", {"ask": "Wie is uw kind?"})


def test_a_day_behind_a_latin_name_keeps_its_numbers_together(texts: Texts) -> None:
    """Day and time are kept apart on pages, where they often stand beside a name without a sentence."""
    when = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
    written = "Kuba · {{ when|short_day }}, {{ when|clock }}"
    said = texts.pages("ar").from_string(written).render(when=when)
    assert said.startswith(f"Kuba · {START}")
    assert said.endswith(f"{END}, {apart('12:00')}")
    assert START not in texts.pages("nl").from_string(written).render(when=when)


def test_on_and_back_point_the_way_lines_run(texts: Texts) -> None:
    """What leads on points to the left where lines begin at the right."""
    assert texts.label("nl", "preparation.skip_button").endswith("▸")
    assert texts.label("ar", "preparation.skip_button").endswith("◂")
    assert texts.label("ar", "preparation.back_button").startswith("▸")


def test_a_button_carries_marks_only_where_directions_mix(texts: Texts) -> None:
    """So people and tests find a name by its letters alone."""
    assert texts.label("nl", "welcome.language_other", {"name": "العربية"}) == "العربية"
    assert texts.label("ar", "welcome.language_chosen", {"name": "Nederlands"}) == "✓ Nederlands"
    mixed = f"Hallo {apart(HANAN)} 3"
    assert only_where_mixed(mixed) == mixed
    assert without_isolates(mixed) == f"Hallo {HANAN} 3"


def test_what_a_person_wrote_stays_escaped(texts: Texts) -> None:
    """Marks are put around words, never around what could be a tag."""
    assert str(isolated(Markup("<b>"), always=True)) == f"{START}<b>{END}"
    said = texts.say("nl", "menu.main", {"child": f"<b>{HANAN}"})
    assert apart(f"&lt;b&gt;{HANAN}") in said
    assert isolated(None, always=True) is None
    assert isolated("", always=True) == ""
