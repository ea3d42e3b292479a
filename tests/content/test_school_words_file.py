"""The files of the school's words: the same keys in each, whole, and what is wrong is named."""

from pathlib import Path

import pytest

from bot.content.glossary_file import shipped_glossary
from bot.content.school_words_file import FOLDER, read_school_words
from bot.translation.school_words import SchoolWordFinder

DUTCH = "ask: ['wat is {word}']\nwords:\n  a: {word: aap / apen, means: Een dier.}\n  n: {word: noot, means: Hard.}\n"
MOST_WORDS = 12


def _written(folder: Path, **files: str) -> Path:
    for language, text in files.items():
        (folder / f"{language}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_what_is_shipped_is_whole() -> None:
    """The same keys in every file, each word found by every way of asking in that language (004-language-threat)."""
    known, problems = read_school_words()
    assert problems == []
    assert {path.stem for path in FOLDER.iterdir()} == set(known.words)
    assert {"nl", "pl", "en"} <= set(known.words)
    finder = SchoolWordFinder(known)
    for language, words in known.words.items():
        assert set(words) == set(known.words["nl"])
        for key, word in words.items():
            for one in word.words:
                for ask in known.asks[language]:
                    question = ask.replace("{word}", one).replace("{n}", "3") + "?"
                    assert finder.asked(question, language) == key, question


def test_every_word_of_the_glossary_is_explained() -> None:
    """By its first Dutch name."""
    finder = SchoolWordFinder(read_school_words()[0])
    first = [term["nl"][0].replace("{n}", "3") for term in shipped_glossary()]
    assert [word for word in first if not finder.key_of(word, "nl")] == []


def test_dutch_explanations_are_plain() -> None:
    """One thought each."""
    for key, word in read_school_words()[0].words["nl"].items():
        for sentence in word.means.rstrip(".").split(". "):
            assert len(sentence.split()) <= MOST_WORDS, key


@pytest.mark.parametrize(
    ("polish", "line", "what"),
    [
        ("ask: ['co to {word}']\nwords: {a: {word: małpa, means: Zwierzę.}}", 2, "'n' is missing"),
        (
            "ask: ['co to {word}']\nwords:\n  a: {word: x, means: y}\n  n: {word: X, means: z}",
            4,
            "'n' has a word that 'a' has too",
        ),
        (
            "ask: ['co to {word}']\nwords:\n  a: {word: x, means: ' '}\n  n: {word: z, means: z}",
            3,
            "'a' needs a word and what it means",
        ),
        ("ask: ['co to']\nwords: {a: {word: x, means: y}, n: {word: z, means: z}}", 1, "a question in ask"),
        ("words: {a: {word: x, means: y}, n: {word: z, means: z}}", 1, "'ask' is missing or empty"),
        (
            "ask: ['co to {word}']\nwords: {a: {word: x, means: y}, n: {word: z, means: z}, m: {word: m, means: m}}",
            2,
            "unknown key 'm'",
        ),
        (
            "ask: ['c {word}']\nwords:\n  a: {word: x, means: y}\n  n: {word: z, means: z}\n  n: {word: q, means: q}",
            5,
            "'n' stands here twice",
        ),
        ("words: {}\nask: [\n", 3, "this is not YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, polish: str, line: int, what: str) -> None:
    """File, line, and one sentence."""
    folder = _written(tmp_path, nl=DUTCH, pl=polish)
    problems = read_school_words(folder)[1]
    found = [one for one in problems if one.what.startswith(what)]
    assert [(Path(one.file).name, one.line) for one in found] == [("pl.yaml", line)], problems


def test_without_dutch_there_are_no_words(tmp_path: Path) -> None:
    """The Dutch file decides."""
    known, [problem] = read_school_words(_written(tmp_path, pl=DUTCH))
    assert known.words == {}
    assert problem.file.endswith("nl.yaml")
