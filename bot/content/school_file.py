"""A school's own settings: school.yaml in DATA_DIR, every key optional, checked by `oudergesprek check`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.content import buddies_file, glossary_file, holidays_file, own_words_file, rhythm_file
from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.content.hint_words import HINT_WORDS
from bot.content.problems import ContentProblem
from bot.model.buddies import BuddyRules
from bot.model.rhythm import Rhythm

FILE_NAME = "school.yaml"
SETTINGS = (
    "sensitive_readers",
    "phrases",
    "hint_words",
    "words_in_staff_chat",
    "languages",
    buddies_file.KEY,
    glossary_file.KEY,
    holidays_file.KEY,
    own_words_file.KEY,
    *rhythm_file.KEYS,
)


class _Loader(yaml.SafeLoader):
    """Leaves a date as it is written: one that does not exist is a mistake to tell, not an exception."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the library has it
        sign: [one for one in known if one[0] != "tag:yaml.org,2002:timestamp"]
        for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class SchoolFile:
    """What a school decided, with the defaults for what it did not."""

    sensitive_readers: tuple[str, ...] = ()  # person ids of the roster, named by the lead
    phrases: tuple[Mapping[str, str], ...] = ()  # sentences the school translated itself
    hint_words: tuple[str, ...] = HINT_WORDS  # words that a form about a child hints at
    rhythm: Rhythm = rhythm_file.DEFAULT
    words_in_staff_chat: bool = False  # whether Telegram may show staff the words of an agreement
    glossary: tuple[glossary_file.Words, ...] = ()  # the school's own words with their translations
    languages: tuple[str, ...] = ()  # named by the lead; empty: every one that is approved
    buddies: BuddyRules = field(default_factory=BuddyRules)  # parents who help parents
    school_words: own_words_file.OwnWords = field(
        default_factory=dict
    )  # words that the school explains itself
    problems: tuple[ContentProblem, ...] = field(default=())


def read_school_file(folder: Path) -> SchoolFile:
    """The settings in the folder; the defaults where there is no file. Mistakes are values, not exceptions."""
    path = folder / FILE_NAME
    if not path.is_file():
        return SchoolFile()
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.load(text, Loader=_Loader) or {}  # noqa: S506 - a safe one
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return SchoolFile(
            problems=(ContentProblem(str(path), line, "this is not YAML", "look at this line"),)
        )
    return _checked(path, content, _lines(text))


def _lines(text: str) -> dict[str, int]:
    """On which line each setting stands."""
    node = yaml.compose(text, Loader=_Loader)
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return {str(key.value): key.start_mark.line + 1 for key, _value in entries}


def _checked(path: Path, content: Any, lines: Mapping[str, int]) -> SchoolFile:
    problems: list[ContentProblem] = []

    def problem(key: str, what: str, hint: str) -> None:
        problems.append(ContentProblem(str(path), lines.get(key, 1), what, hint))

    if not isinstance(content, dict):
        problem("", "the file holds no settings", f"known are: {', '.join(SETTINGS)}")
        return SchoolFile(problems=tuple(problems))
    for key in sorted(set(map(str, content)) - set(SETTINGS)):
        problem(key, f"unknown setting '{key}'", f"known are: {', '.join(SETTINGS)}")
    readers = content.get("sensitive_readers") or []
    if not isinstance(readers, list) or not all(isinstance(one, str) for one in readers):
        problem(
            "sensitive_readers", "sensitive_readers must be a list of person ids", "for example: [s-karin]"
        )
        readers = []
    phrases, wrong = _phrases(content.get("phrases") or [])
    if wrong:
        problem(
            "phrases",
            "phrases must be a list of sentences by language",
            "for example: - {nl: Dank u wel., pl: Dziękuję.}",
        )
    hint_words = content.get("hint_words", list(HINT_WORDS))
    if not isinstance(hint_words, list) or not all(
        isinstance(one, str) and one.strip() for one in hint_words
    ):
        problem(
            "hint_words", "hint_words must be a list of words", "for example: [altijd, nooit, moet gewoon]"
        )
        hint_words = list(HINT_WORDS)
    holidays, unclear = holidays_file.read_holidays(path) if content.get(holidays_file.KEY) else ((), [])
    problems += unclear
    own_words, unclear = own_words_file.read_own_words(path) if content.get(own_words_file.KEY) else ({}, [])
    problems += unclear
    rhythm = rhythm_file.read_rhythm(content, problem, holidays)
    words_in_staff_chat = content.get("words_in_staff_chat", False)
    if not isinstance(words_in_staff_chat, bool):
        problem(
            "words_in_staff_chat",
            "words_in_staff_chat must be true or false",
            "for example: words_in_staff_chat: false",
        )
        words_in_staff_chat = False
    languages = content.get("languages") or []
    if not isinstance(languages, list) or not set(map(str, languages)) <= set(SHIPPED_LANGUAGES):
        problem(
            "languages",
            "languages must be a list of language codes",
            f"for example: [nl, pl]; known are: {', '.join(SHIPPED_LANGUAGES)}",
        )
        languages = []
    return SchoolFile(
        sensitive_readers=tuple(readers),
        phrases=phrases,
        hint_words=tuple(hint_words),
        rhythm=rhythm,
        words_in_staff_chat=words_in_staff_chat,
        glossary=_glossary(content, problem),
        languages=tuple(dict.fromkeys(map(str, languages))),
        buddies=buddies_file.read_buddies(content, problem),
        school_words=own_words,
        problems=tuple(problems),
    )


def _glossary(content: Mapping[Any, Any], problem: rhythm_file.Problem) -> tuple[glossary_file.Words, ...]:
    terms, wrong = glossary_file.read_terms(content.get(glossary_file.KEY) or [])
    if wrong:
        problem(glossary_file.KEY, "glossary must be a list of words by language", glossary_file.HINT)
    return terms


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
