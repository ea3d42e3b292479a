"""Ready sentences that travel with the program: the same key says the same thing in every language."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Speaker(enum.StrEnum):
    """Who says a sentence."""

    PARENTS = "parents"
    TEACHERS = "teachers"


@dataclass(frozen=True)
class Phrases:
    """All sentences, to find a translation and to choose from."""

    subjects: Mapping[str, Mapping[str, tuple[str, ...]]]  # by speaker, then by subject: keys in order
    sentences: Mapping[str, Mapping[str, str]]  # by language, then by key
    unreviewed: Mapping[str, frozenset[str]]  # by language: the keys that no native reader has seen

    @property
    def keys(self) -> list[str]:
        """Every key, in order."""
        return [key for subjects in self.subjects.values() for keys in subjects.values() for key in keys]

    def to_choose(self, speaker: str, subject: str, language: str) -> list[tuple[str, str]]:
        """The key and the sentence of each phrase about this subject."""
        known = self.sentences.get(language, {})
        keys = self.subjects.get(speaker, {}).get(subject, ())
        return [(key, known[key]) for key in keys if key in known]

    def sentence(self, key: str, language: str) -> str | None:
        """One sentence; None where there is none in that language."""
        return self.sentences.get(language, {}).get(key)


NO_PHRASES = Phrases({}, {}, {})
