"""Words that a school explains itself: read from its file, each mistake with its line, and before the shipped ones."""

from pathlib import Path

import pytest

from bot.content.own_words_file import read_own_words
from bot.content.school_file import FILE_NAME, SchoolFile, read_school_file
from bot.content.school_words_file import read_school_words
from bot.model.school_words import SchoolWord
from bot.translation.school_words import SchoolWordFinder

OWN = """\
languages: [nl, pl]
school_words:
- nl: {word: rekenkist / kist, means: Een doos met rekenspellen.}
  pl: {word: skrzynka, means: Pudełko z grami do liczenia.}
- nl: {word: studiedag, means: Dan is de school dicht.}
"""


def _read(folder: Path, text: str) -> SchoolFile:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return read_school_file(folder)


def test_a_school_explains_its_own_words(tmp_path: Path) -> None:
    """Found by any of their names and ways of asking; the Dutch stands where a language is not given."""
    school = _read(tmp_path, OWN)
    assert school.problems == ()
    known = read_school_words()[0].under(school.school_words)
    finder = SchoolWordFinder(known)
    key = finder.asked("Wat is een kist?", "nl")
    assert key is not None
    assert key == finder.asked("co to jest skrzynka?", "pl") == finder.key_of("Rekenkist", "tr")
    assert known.explained(key, "pl") == (
        SchoolWord(("skrzynka",), "Pudełko z grami do liczenia."),
        "pl",
    )
    dutch = SchoolWord(("rekenkist", "kist"), "Een doos met rekenspellen.")
    assert known.explained(key, "tr") == (dutch, "nl")
    assert finder.within("Neem de rekenkist mee.", 3) == [key]
    assert key in known.keys


def test_it_takes_the_place_of_a_shipped_word(tmp_path: Path) -> None:
    """In every language: the shipped translation of another explanation would not be true."""
    shipped = read_school_words()[0]
    known = shipped.under(_read(tmp_path, OWN).school_words)
    finder = SchoolWordFinder(known)
    key = finder.asked("wat is een studiedag", "nl")
    assert key is not None
    for language in ("nl", "pl"):
        found = known.explained(key, language)
        assert found is not None
        assert (found[0].means, found[1]) == ("Dan is de school dicht.", "nl")
    before = SchoolWordFinder(shipped).key_of("studiedag", "nl")
    assert before in shipped.unreviewed["pl"]
    assert before not in known.keys
    assert before not in known.unreviewed["pl"]
    assert len(known.keys) == len(shipped.keys) + 1


def test_without_own_words_the_shipped_ones_stay(tmp_path: Path) -> None:
    """Nothing is lost or turned round."""
    shipped = read_school_words()[0]
    assert shipped.under(_read(tmp_path, "school_words: []\n").school_words) == shipped


@pytest.mark.parametrize(
    ("entries", "line", "what"),
    [
        ("kist", 1, "'school_words' is not a list"),
        ("\n- kist", 2, "this entry of 'school_words' holds no fields"),
        ("\n- pl: {word: kist, means: doos}", 2, "'nl' is missing"),
        ("\n- nl: kist", 2, "'nl' holds no fields"),
        ("\n- nl: {word: kist}", 2, "'means' is missing"),
        ("\n- nl:\n    word: kist /\n    means: Een doos.", 3, "this holds an empty word"),
        ("\n- nl: {word: kist, means: ''}", 2, "'means' is empty"),
        (
            "\n- nl: {word: kist, means: Een doos.}\n  xx: {word: a, means: b}",
            3,
            "'xx' is no language here",
        ),
        ("\n- nl: {word: kist, means: Een doos., sound: a}", 2, "'sound' is not a known field"),
        (
            "\n- nl: {word: kist, means: Een.}\n- nl: {word: doos / Kist, means: Twee.}",
            3,
            "this word stands here twice",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, entries: str, line: int, what: str) -> None:
    """And a hint; `check` lists it with the rest of the file."""
    school = _read(tmp_path, f"school_words: {entries}\n")
    (problem,) = school.problems
    assert (problem.line, problem.what) == (line, what)
    assert problem.hint


def test_other_words_are_used_all_the_same(tmp_path: Path) -> None:
    """One mistake costs one word, or one language of it."""
    path = tmp_path / FILE_NAME
    path.write_text(f"{OWN}- nl: kist\n- nl: {{word: gymtas, means: Een tas.}}\n  pl: worek\n", "utf-8")
    words, problems = read_own_words(path)
    assert [list(word) for word in words.values()] == [["nl", "pl"], ["nl"], ["nl"]]
    assert [one.line for one in problems] == [6, 8]
