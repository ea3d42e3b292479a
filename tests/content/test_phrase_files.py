"""The phrasebook as files: the shipped one is whole, and every mistake is told with file and line."""

from pathlib import Path

import pytest

from bot.content.phrase_files import FOLDER, read_phrases
from bot.model.phrases import Speaker

DUTCH = "needs_review: []\nparents:\n  short:\n    thanks: Dank u wel.\n    later: Ik antwoord later.\n"
LEAST_SENTENCES, MOST_CHARS = 150, 64


def _written(folder: Path, **files: str) -> Path:
    for language, text in files.items():
        (folder / f"{language}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_what_is_shipped_is_whole() -> None:
    """At least 150 sentences, the same keys in every file, none twice, for parents and for teachers."""
    phrases, problems = read_phrases()
    assert problems == []
    assert len(phrases.keys) >= LEAST_SENTENCES
    assert set(phrases.subjects) == set(Speaker)
    assert {"nl", "pl", "en"} <= set(phrases.sentences)
    for known in phrases.sentences.values():
        assert set(known) == set(phrases.keys)
    assert {path.stem for path in FOLDER.iterdir()} == set(phrases.sentences)


def test_shipped_sentences_are_short_and_name_nobody() -> None:
    """One thought each that fits a button; no figures, no names, a question stays a question."""
    phrases, _ = read_phrases()
    for language, known in phrases.sentences.items():
        for key, sentence in known.items():
            assert len(sentence) <= MOST_CHARS, (language, key)
            assert not any(letter.isdigit() for letter in sentence), (language, key)
            assert "{" not in sentence
            asks = phrases.sentences["nl"][key].endswith("?")
            assert not sentence.endswith("?") or asks, (language, key)


def test_what_no_native_reader_has_seen_is_marked(tmp_path: Path) -> None:
    """All of a file, or the keys that are named."""
    polish = "needs_review: all\nparents:\n  short:\n    thanks: Dziękuję.\n    later: Odpowiem później.\n"
    english = "needs_review: [later]\nparents: {short: {thanks: Thank you., later: I will answer later.}}\n"
    phrases, problems = read_phrases(_written(tmp_path, nl=DUTCH, pl=polish, en=english))
    assert problems == []
    assert phrases.unreviewed == {"nl": set(), "pl": {"thanks", "later"}, "en": {"later"}}
    assert phrases.subjects == {"parents": {"short": ("thanks", "later")}}


@pytest.mark.parametrize(
    ("polish", "line", "what"),
    [
        ("parents: {short: {thanks: Dziękuję.}}", 1, "'later' is missing"),
        (
            "parents:\n  short:\n    thanks: Dziękuję.\n    later: dziękuję\n",
            4,
            "'later' says the same as 'thanks'",
        ),
        (
            "parents:\n  short:\n    thanks: A.\n    later: B.\n    thanks: C.\n",
            5,
            "'thanks' stands here twice",
        ),
        ("parents:\n  short:\n    thanks: A.\n    later: B.\n    more: C.\n", 5, "unknown key 'more'"),
        ("parents:\n  short:\n    thanks: A.\n    later: 3\n", 4, "'later' has no sentence"),
        ("parents:\n  short:\n    thanks: A.\n    later: ' '\n", 4, "'later' has no sentence"),
        ("cooks:\n  short: {thanks: A., later: B.}\n", 1, "unknown part 'cooks'"),
        ("parents:\n  short: no\n", 2, "'short' holds no sentences"),
        (
            "needs_review: [other]\nparents: {short: {thanks: A., later: B.}}\n",
            1,
            "unknown key 'other' in needs_review",
        ),
        ("needs_review: yes\nparents: {short: {thanks: A., later: B.}}\n", 1, "needs_review must be a list"),
        ("parents: [unclosed\n", 2, "this is not YAML"),
        ("- parents\n", 1, "the file holds no sentences"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, polish: str, line: int, what: str) -> None:
    """And the sentences that are right are used all the same."""
    phrases, problems = read_phrases(_written(tmp_path, nl=DUTCH, pl=polish))
    assert any(one.line == line and what in one.what for one in problems), problems
    assert phrases.sentences["nl"] == {"thanks": "Dank u wel.", "later": "Ik antwoord later."}


def test_without_the_dutch_file_there_is_no_phrasebook(tmp_path: Path) -> None:
    """It holds the keys of all."""
    phrases, [problem] = read_phrases(_written(tmp_path, pl="parents: {}"))
    assert phrases.keys == []
    assert problem.file.endswith("nl.yaml")
