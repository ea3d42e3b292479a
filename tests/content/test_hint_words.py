"""Words that judge: found as whole words, whatever their case, in any list."""

import pytest

from bot.content.hint_words import HINT_WORDS, found_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kuba is ALTIJD lui.", ["altijd", "lui"]),
        ("Hij moet gewoon luisteren", ["moet gewoon"]),
        ("Kuba luistert goed en is nooitgedacht.", []),
        ("altijd,nooit!", ["altijd", "nooit"]),
        ("", []),
    ],
)
def test_whole_words_only(text: str, found: list[str]) -> None:
    """To listen is no laziness (004-dossier-4)."""
    assert found_in(text, HINT_WORDS) == found


def test_a_list_of_the_school_and_none() -> None:
    """Its own words, also with marks that a pattern would read as its own."""
    assert found_in("Een c++ kind (zo).", ["(zo)", "c++"]) == ["(zo)", "c++"]
    assert found_in("altijd", []) == []
