"""The phrasebook that travels with the program: phrases/<language>.yaml, the same keys in each.

needs_review: all          # or a list of keys
parents:
worries:
worry_sleep: Mijn kind slaapt slecht.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content.keyed_files import EVERYTHING, REVIEW, SOURCE, KeyedFile, read_folder
from bot.content.problems import ContentProblem
from bot.content.shipped import PACKAGE
from bot.model.phrases import Phrases, Speaker

FOLDER = PACKAGE / "content" / "phrases"


def read_phrases(folder: Path = FOLDER) -> tuple[Phrases, list[ContentProblem]]:
    """The sentences of every file, and what is wrong in them; a sentence with a problem is left out."""
    files, problems = read_folder(folder, _File)
    if not files:
        return Phrases({}, {}, {}), problems
    phrases = Phrases(
        subjects={
            speaker: {subject: tuple(keys) for subject, keys in subjects.items()}
            for speaker, subjects in files[SOURCE].subjects.items()
        },
        sentences={language: file.sentences for language, file in files.items()},
        unreviewed={language: file.unreviewed for language, file in files.items()},
    )
    return phrases, problems


@cache
def shipped_phrases() -> tuple[Phrases, tuple[ContentProblem, ...]]:
    """The sentences that travel with the program, and what is wrong in them, read once."""
    phrases, problems = read_phrases()
    return phrases, tuple(problems)


class _File(KeyedFile):
    """One language."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sentences: dict[str, str] = {}
        self.subjects: dict[str, dict[str, list[str]]] = {}
        self.unreviewed: frozenset[str] = frozenset()
        self._keys: dict[str, str] = {}  # of each sentence, as `_plain` sees it
        content = self._sentences()
        for key, place, sentence in self._entries(content):
            self._learn(key, place, sentence)
        self._review(content.get(REVIEW, []))

    def compare(self, source: "_File") -> None:
        """Every key of the source is here, and no other; where a key stands is the source's business."""
        for key in source.sentences:
            if key not in self.sentences and key not in self._lines:
                self._problem("", f"'{key}' is missing", f"translate it as in {SOURCE}.yaml")
        for key in list(self.sentences):
            if key not in source.sentences:
                self._problem(key, f"unknown key '{key}'", f"{SOURCE}.yaml has no such key")
                del self.sentences[key]

    def _sentences(self) -> Mapping[str, Any]:
        content = self._content()
        if isinstance(content, dict):
            return content
        if self.is_yaml:
            self._problem("", "the file holds no sentences", f"see {SOURCE}.yaml")
        return {}

    def _note_lines(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                known = str(key.value) in self._lines and isinstance(value, yaml.ScalarNode)
                self._lines[str(key.value)] = key.start_mark.line + 1
                if known:
                    self._problem(str(key.value), f"'{key.value}' stands here twice", "give each its own key")
                self._note_lines(value)

    def _entries(self, content: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str], Any]]:
        for speaker, subjects in content.items():
            if speaker == REVIEW:
                continue
            if speaker not in set(Speaker) or not isinstance(subjects, dict):
                self._problem(str(speaker), f"unknown part '{speaker}'", f"known are: {', '.join(Speaker)}")
                continue
            for subject, sentences in subjects.items():
                if not isinstance(sentences, dict):
                    self._problem(str(subject), f"'{subject}' holds no sentences", "key: sentence")
                    continue
                for key, sentence in sentences.items():
                    yield str(key), (speaker, str(subject)), sentence

    def _learn(self, key: str, place: tuple[str, str], sentence: Any) -> None:
        if not isinstance(sentence, str) or not sentence.strip():
            self._problem(key, f"'{key}' has no sentence", "write one, or take the key away")
            return
        same = self._keys.get(_plain(sentence))
        if same is not None:
            self._problem(key, f"'{key}' says the same as '{same}'", "one of them is enough")
            return
        self._keys[_plain(sentence)] = key
        speaker, subject = place
        self.sentences[key] = sentence.strip()
        self.subjects.setdefault(speaker, {}).setdefault(subject, []).append(key)

    def _review(self, wanted: Any) -> None:
        if wanted == EVERYTHING:
            self.unreviewed = frozenset(self.sentences)
            return
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            self._problem(
                REVIEW, f"{REVIEW} must be a list of keys, or {EVERYTHING}", f"{REVIEW}: {EVERYTHING}"
            )
            self.unreviewed = frozenset(self.sentences)
            return
        for key in set(wanted) - set(self.sentences):
            self._problem(REVIEW, f"unknown key '{key}' in {REVIEW}", "take it away")
        self.unreviewed = frozenset(wanted)


def _plain(sentence: str) -> str:
    return " ".join(sentence.split()).rstrip(" .!").casefold()
