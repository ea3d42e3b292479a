"""The words of the school, as they travel with the program and as a school adds to them."""

from pathlib import Path

import pytest

from bot.content.glossary_file import needs_review, read_terms, shipped_glossary
from bot.content.school_file import read_school_file

LANGUAGES = {"nl", "pl", "en", "uk", "tr", "ar", "ro", "bg", "de", "es", "ti", "so"}


def test_every_term_stands_in_every_language() -> None:
    """46 of them, each word written out, and what no native reader has seen is marked."""
    terms = shipped_glossary()
    assert len(terms) == 46
    assert all(set(term) == LANGUAGES for term in terms)
    assert all(word for term in terms for words in term.values() for word in words)
    assert needs_review() == LANGUAGES - {"nl"}


def test_a_school_adds_words(tmp_path: Path) -> None:
    """Under `glossary` in its own file, other right words after a slash."""
    (tmp_path / "school.yaml").write_text(
        'glossary:\n- {nl: gymles, pl: "wf / gimnastyka"}\n', encoding="utf-8"
    )
    school = read_school_file(tmp_path)
    assert school.problems == ()
    assert school.glossary == ({"nl": ("gymles",), "pl": ("wf", "gimnastyka")},)


@pytest.mark.parametrize(
    "entries",
    [
        "gymles",
        [1],
        [{"nl": "gymles"}],
        [{"nl": "gymles", "pl": ""}],
        [{"nl": 3, "pl": "x"}],
        [{"nl": "{n}", "pl": "x"}],
    ],
)
def test_what_is_no_term_is_a_problem(entries: object, tmp_path: Path) -> None:
    """With its line and an example; the others are used."""
    good = {"nl": "gymles", "pl": "wf"}
    terms, wrong = read_terms([*entries, good] if isinstance(entries, list) else entries)
    assert wrong
    assert len(terms) == (1 if isinstance(entries, list) else 0)
    (tmp_path / "school.yaml").write_text(f"phrases: []\nglossary: {entries!r}\n", encoding="utf-8")
    (problem,) = read_school_file(tmp_path).problems
    assert problem.line == 2
