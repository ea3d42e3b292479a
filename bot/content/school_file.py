"""A school's own settings: school.yaml in DATA_DIR, every key optional, checked by `oudergesprek check`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.content import rhythm_file
from bot.content.hint_words import HINT_WORDS
from bot.content.problems import ContentProblem
from bot.model.rhythm import Rhythm

FILE_NAME = "school.yaml"
SETTINGS = ("sensitive_readers", "phrases", "hint_words", *rhythm_file.KEYS)


@dataclass(frozen=True)
class SchoolFile:
    """What a school decided, with the defaults for what it did not."""

    sensitive_readers: tuple[str, ...] = ()  # person ids of the roster, named by the lead
    phrases: tuple[Mapping[str, str], ...] = ()  # sentences the school translated itself
    hint_words: tuple[str, ...] = HINT_WORDS  # words that a form about a child hints at
    rhythm: Rhythm = rhythm_file.DEFAULT
    problems: tuple[ContentProblem, ...] = field(default=())


def read_school_file(folder: Path) -> SchoolFile:
    """The settings in the folder; the defaults where there is no file. Mistakes are values, not exceptions."""
    path = folder / FILE_NAME
    if not path.is_file():
        return SchoolFile()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return SchoolFile(
            problems=(ContentProblem(str(path), line, "this is not YAML", "look at this line"),)
        )
    return _checked(path, content)


def _checked(path: Path, content: Any) -> SchoolFile:
    problems: list[ContentProblem] = []

    def problem(what: str, hint: str) -> None:
        problems.append(ContentProblem(str(path), 1, what, hint))

    if not isinstance(content, dict):
        problem("the file holds no settings", f"known are: {', '.join(SETTINGS)}")
        return SchoolFile(problems=tuple(problems))
    for key in sorted(set(map(str, content)) - set(SETTINGS)):
        problem(f"unknown setting '{key}'", f"known are: {', '.join(SETTINGS)}")
    readers = content.get("sensitive_readers") or []
    if not isinstance(readers, list) or not all(isinstance(one, str) for one in readers):
        problem("sensitive_readers must be a list of person ids", "for example: [s-karin]")
        readers = []
    phrases, wrong = _phrases(content.get("phrases") or [])
    if wrong:
        problem(
            "phrases must be a list of sentences by language",
            "for example: - {nl: Dank u wel., pl: Dziękuję.}",
        )
    hint_words = content.get("hint_words", list(HINT_WORDS))
    if not isinstance(hint_words, list) or not all(
        isinstance(one, str) and one.strip() for one in hint_words
    ):
        problem("hint_words must be a list of words", "for example: [altijd, nooit, moet gewoon]")
        hint_words = list(HINT_WORDS)
    rhythm = rhythm_file.read_rhythm(content, problem)
    return SchoolFile(tuple(readers), phrases, tuple(hint_words), rhythm, tuple(problems))


def read_phrases(path: Path) -> tuple[Mapping[str, str], ...]:
    """The sentences of a phrasebook file. Raises ValueError when it is not one."""
    phrases, wrong = _phrases(yaml.safe_load(path.read_text(encoding="utf-8")))
    if wrong:
        raise ValueError("phrasebook")
    return phrases


def _phrases(entries: Any) -> tuple[tuple[Mapping[str, str], ...], bool]:
    if not isinstance(entries, list):
        return (), True
    good = [
        entry
        for entry in entries
        if isinstance(entry, dict) and all(isinstance(part, str) for pair in entry.items() for part in pair)
    ]
    return tuple(good), len(good) != len(entries)
