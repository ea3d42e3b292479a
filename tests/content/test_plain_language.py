"""How plain our own Dutch is: figures, and each sentence or word that is not."""

import pytest

from bot.content.checks import plain_dutch
from bot.content.plain_language import MOST_WORDS, Measured, Written, measure

FREQUENT = {"de", "school", "belt", "u", "en", "dan", "komt", "het", "goed"}


def _frequency(word: str) -> float:
    return 5.0 if word in FREQUENT else 1.0


def _measured(*texts: str, known: tuple[str, ...] = ()) -> Measured:
    written = [Written(text, "nl.po", number) for number, text in enumerate(texts, 1)]
    return measure(written, _frequency, known)


def test_sentences_are_counted_by_their_words() -> None:
    """Markup is no word, a value is one, and a line break or a colon ends a sentence."""
    found = _measured("<p>De school <b>belt</b> %(name)s.</p> Dan komt het goed!", "U:\nde school")
    assert (found.texts, found.sentences, found.words, found.longest) == (2, 4, 11, 4)
    assert found.average == pytest.approx(11 / 4)


def test_a_long_sentence_is_named_with_its_place() -> None:
    """One word more than the most; as a note, which stops nobody."""
    just = " ".join(["school"] * MOST_WORDS)
    found = _measured(just, f"U. {just} en.")
    [problem] = found.too_long
    assert (problem.file, problem.line, problem.note) == ("nl.po", 2, True)
    assert problem.what.startswith(f"a sentence of {MOST_WORDS + 1} words: school")


def test_rare_words_are_counted_and_named_once() -> None:
    """Words that we explain are not rare; figures, values and single letters are no words here."""
    found = _measured(
        "De studiedag en de kladversie.", "Kladversie 12 %(day)s u.", known=("studiedag / vrije dag",)
    )
    assert found.rare == [("kladversie", 2)]
    assert [(one.line, one.what) for one in found.rare_places] == [(1, "a rare word: kladversie")]
    assert found.rare_share == pytest.approx(100 * 2 / 9)


def test_without_a_list_nothing_is_said_of_rare_words() -> None:
    """Not known is not none."""
    found = measure([Written("De kladversie.", "nl.po", 1)])
    assert (found.rare, found.rare_share, list(found.rare_places)) == (None, None, [])


def test_what_is_shipped_is_plain() -> None:
    """The average stays under eight words, and hardly any sentence is long."""
    found = plain_dutch()
    assert found.texts > 1000
    assert found.average < 8
    assert len(found.too_long) < 10
