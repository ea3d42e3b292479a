"""Words that go to another parent: without names, numbers and addresses, and whole again."""

import pytest

from bot.services.redaction import redacted, restored
from tests.services.conftest import Stage

LETTER = (
    "Beste Agnieszka, Kuba en Lena gaan op 12 november 2026 met juf Marieke naar De Wilg. "
    "Bel 06-12345678 of mail juf@dewilg.nl. Kuba zit in 3A. Adres: Dorpsstraat 12, 3512 AB Utrecht."
)


def test_names_numbers_and_addresses_are_taken_out_and_come_back(stage: Stage) -> None:
    """Children, guardians, teachers, school, group, phone, mail and address stand as numbers (002-buddy)."""
    cast = stage.cast
    found = redacted(stage.session, stage.tools, cast.agnieszka, cast.kuba, LETTER)
    for secret in (
        "Agnieszka",
        "Kuba",
        "Lena",
        "Marieke",
        "Wilg",
        "12345678",
        "@",
        "3A",
        "Dorpsstraat",
        "3512",
    ):
        assert secret not in found.words
    assert found.words.count("[2]") == 2  # the same name is the same number
    assert found.masked[:2] == ("Agnieszka", "Kuba")
    assert "12 november 2026" in found.words
    assert restored(found.words, found.masked) == LETTER


@pytest.mark.parametrize(
    ("words", "stays"),
    [
        ("De ouderavond is op 12-11-2026 om 19:30.", "12-11-2026 om 19:30"),
        ("De ouderavond is op 12-11-2026 19:30.", "12-11-2026 19:30"),
        ("Zebranie: 3 grudnia 2026 r. o 18.00", "3 grudnia 2026"),
        ("Neem 3 boeken en 2 schriften mee.", "3 boeken en 2"),
    ],
)
def test_days_of_now_and_small_numbers_stay(stage: Stage, words: str, stays: str) -> None:
    """What help is asked with can still be read."""
    found = redacted(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, words)
    assert stays in found.words


@pytest.mark.parametrize("words", ["Geboren op 12-11-2018.", "Geboren op 12 november 2018."])
def test_a_day_of_years_ago_is_taken_out(stage: Stage, words: str) -> None:
    """It may be a day of birth."""
    found = redacted(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, words)
    assert "2018" not in found.words
    assert restored(found.words, found.masked) == words


def test_what_looks_like_one_of_our_numbers_is_no_name(stage: Stage) -> None:
    """Brackets that somebody typed come back as they were, and unknown numbers stay."""
    words = "Zie [1] en Kuba."
    found = redacted(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, words)
    assert restored(found.words, found.masked) == words
    assert restored("Vraag [9] aan [1].", ("Kuba",)) == "Vraag [9] aan Kuba."
    assert redacted(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, "Dag").masked == ()
