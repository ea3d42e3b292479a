"""The school's words are found in every form, and a translation without them is noticed."""

import pytest

from bot.content.glossary_file import shipped_glossary
from bot.translation.glossary import Glossary, both

SHIPPED = Glossary(shipped_glossary())


def lacking(source: str, target: str, pair: tuple[str, str]) -> list[str]:
    """The words of the source that the target has no right word for."""
    return [source[use.start : use.end] for use in SHIPPED.missing(source, target, *pair)]


@pytest.mark.parametrize(
    ("pair", "source", "target", "lacks"),
    [
        (("nl", "en"), "Hij zit in groep 3.", "He is in third grade.", ["groep 3"]),
        (("nl", "en"), "Hij zit in groep 3.", "He is in group 3.", []),
        (("nl", "en"), "Hij zit in groep 3.", "He is in group 4.", ["groep 3"]),
        (("nl", "pl"), "De groep 3 is leuk.", "W grupie 3 jest fajnie.", []),
        (("nl", "pl"), "Er is een studiedag.", "Jest dzień wolny.", ["studiedag"]),
        (("nl", "pl"), "Wij waren op de ouderavond.", "Byliśmy na zebraniu rodziców.", []),
        (("pl", "nl"), "Byliśmy na zebraniu rodziców.", "Wij waren op het feest.", ["zebraniu rodziców"]),
        (("nl", "ar"), "Een tolk is er.", "يوجد المترجم.", []),
        (("nl", "ar"), "Hij zit in groep 3.", "هو في المجموعة ٣.", []),
        (("nl", "de"), "De ouderavond begint.", "Der Elternabend beginnt.", []),
        (("nl", "pl"), "Onze afspraak staat.", "Nasze ustalenie jest aktualne.", []),
        (("nl", "pl"), "Onze afspraak staat.", "Nasz termin jest aktualny.", []),
        (("nl", "en"), "De MR en de mr.", "The MR and sir.", []),
        (("en", "nl"), "This or that consent.", "Dit of die toestemming.", []),
        (("nl", "nl"), "groep 3", "klas 5", []),
    ],
)
def test_what_a_translation_lacks(pair: tuple[str, str], source: str, target: str, lacks: list[str]) -> None:
    """Each word of the glossary, whatever its ending, or one of its other right words."""
    assert lacking(source, target, pair) == lacks


def test_the_word_to_use() -> None:
    """The first one, with its number; none where the Dutch word means two things."""
    group, agreement = SHIPPED.uses("groep 7 heeft een afspraak", "nl", "pl")
    assert group.word("pl") == "grupa 7"
    assert agreement.word("pl") is None


def test_a_school_replaces_a_term() -> None:
    """Its own words for the same Dutch word count alone, everything else stays."""
    own = [{"nl": ("studiedag",), "pl": ("dzień bez lekcji",)}]
    glossary = Glossary(both(own, shipped_glossary()))
    assert [use.word("pl") for use in glossary.uses("studiedag in groep 3", "nl", "pl")] == [
        "dzień bez lekcji",
        "grupa 3",
    ]
