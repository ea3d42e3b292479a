"""Words of the school, explained: school_words/<language>.yaml, the same keys in each.

needs_review: all          # or a list of keys
ask: ["wat is {word}"]
words:
studiedag: {word: studiedag, means: De kinderen hebben dan vrij.}
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content.keyed_files import EVERYTHING, REVIEW, SOURCE, KeyedFile, read_folder
from bot.content.problems import ContentProblem
from bot.content.shipped import PACKAGE
from bot.model.school_words import WORD, SchoolWord, SchoolWords

FOLDER = PACKAGE / "content" / "school_words"
ASK, WORDS = "ask", "words"
_PARTS = {"word", "means"}


def read_school_words(folder: Path = FOLDER) -> tuple[SchoolWords, list[ContentProblem]]:
    """The words of every file, and what is wrong in them; a word with a problem is left out."""
    files, problems = read_folder(folder, _File)
    found = SchoolWords(
        words={language: file.words for language, file in files.items()},
        asks={language: file.asks for language, file in files.items()},
        unreviewed={language: file.unreviewed for language, file in files.items()},
    )
    return found, problems


@cache
def shipped_school_words() -> tuple[SchoolWords, tuple[ContentProblem, ...]]:
    """The words that travel with the program, and what is wrong in them, read once."""
    words, problems = read_school_words()
    return words, tuple(problems)


class _File(KeyedFile):
    """One language."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.words: dict[str, SchoolWord] = {}
        self.asks: tuple[str, ...] = ()
        self.unreviewed: frozenset[str] = frozenset()
        content = self._content()
        if not self.is_yaml:
            return
        if not isinstance(content, dict):
            content = {}
        for key, entry in self._part(content, WORDS, dict).items():
            self._learn(str(key), entry)
        self.asks = self._asks(self._part(content, ASK, list))
        self.unreviewed = self._unreviewed(content.get(REVIEW, []))
        for key in set(content) - {REVIEW, ASK, WORDS}:
            self._problem(str(key), f"unknown part '{key}'", f"known are: {REVIEW}, {ASK}, {WORDS}")

    def compare(self, source: "_File") -> None:
        """Every key of the source is here, and no other."""
        for key in source.words:
            if self.is_yaml and key not in self.words and key not in self._lines:
                self._problem(WORDS, f"'{key}' is missing", f"explain it as in {SOURCE}.yaml")
        for key in set(self.words) - set(source.words):
            self._problem(key, f"unknown key '{key}'", f"{SOURCE}.yaml has no such key")
            del self.words[key]

    def _note_lines(self, node: yaml.Node | None) -> None:
        if not isinstance(node, yaml.MappingNode):
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name not in _PARTS:
                self._lines.setdefault(name, key.start_mark.line + 1)
            if name in seen:
                self._problem_at(
                    key.start_mark.line + 1, f"'{name}' stands here twice", "give each its own key"
                )
            seen.add(name)
            self._note_lines(value)

    def _part(self, content: Mapping[str, Any], name: str, kind: type) -> Any:
        part = content.get(name)
        if isinstance(part, kind) and part:
            return part
        self._problem(name, f"'{name}' is missing or empty", f"see {SOURCE}.yaml")
        return kind()

    def _learn(self, key: str, entry: Any) -> None:
        good = isinstance(entry, dict) and set(entry) == _PARTS
        if not good or not all(isinstance(one, str) and one.strip() for one in entry.values()):
            self._problem(key, f"'{key}' needs a word and what it means", f"see {SOURCE}.yaml")
            return
        words = tuple(part.strip() for part in entry["word"].split(" / "))
        known = {one.casefold(): other for other, word in self.words.items() for one in word.words}
        if same := next((known[one.casefold()] for one in words if one.casefold() in known), None):
            self._problem(key, f"'{key}' has a word that '{same}' has too", "one of them is enough")
        elif not all(words):
            self._problem(key, f"'{key}' has an empty word", "write one, or take the slash away")
        else:
            self.words[key] = SchoolWord(words, entry["means"].strip())

    def _asks(self, wanted: list[Any]) -> tuple[str, ...]:
        good = [one for one in wanted if isinstance(one, str) and one.count(WORD) == 1 and one != WORD]
        if len(good) != len(wanted):
            self._problem(
                ASK, f"a question in {ASK} does not hold {WORD} once", f"for example: wat is {WORD}"
            )
        return tuple(one.strip() for one in good)

    def _unreviewed(self, wanted: Any) -> frozenset[str]:
        if wanted == EVERYTHING:
            return frozenset(self.words)
        if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(self.words):
            self._problem(REVIEW, f"{REVIEW} must be a list of keys, or {EVERYTHING}", f"{REVIEW}: all")
            return frozenset(self.words)
        return frozenset(map(str, wanted))
