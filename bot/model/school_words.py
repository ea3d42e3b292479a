"""Words that only a Dutch school uses, and what they mean: the same key in every language."""

from collections.abc import Mapping
from dataclasses import dataclass

NUMBER, WORD = "{n}", "{word}"


@dataclass(frozen=True)
class SchoolWord:
    """One word in one language."""

    words: tuple[str, ...]  # the first is shown; people ask for the others too; {n} is a number
    means: str

    @property
    def shown(self) -> str:
        """The word as a title or on a button."""
        return self.words[0].replace(f" {NUMBER}", "").replace(f"{NUMBER} ", "")


@dataclass(frozen=True)
class SchoolWords:
    """All words, by language, then by key; and how people ask for one, by language."""

    words: Mapping[str, Mapping[str, SchoolWord]]
    asks: Mapping[str, tuple[str, ...]]
    unreviewed: Mapping[str, frozenset[str]]  # by language: the keys that no native reader has seen

    def explained(self, key: str, language: str) -> tuple[SchoolWord, str] | None:
        """The word and the language it is explained in, which is Dutch where there is nothing else."""
        for one in (language, "nl"):
            if found := self.words.get(one, {}).get(key):
                return found, one
        return None

    @property
    def keys(self) -> list[str]:
        """Every key, by the Dutch word."""
        dutch = self.words.get("nl", {})
        return sorted(dutch, key=lambda key: dutch[key].shown.casefold())


NO_WORDS = SchoolWords({}, {}, {})
