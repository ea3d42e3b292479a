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

    def under(self, own: Mapping[str, Mapping[str, SchoolWord]]) -> "SchoolWords":
        """With a school's own words, by key and language, before these; one of the same Dutch name is gone."""
        taken = {one.casefold() for word in own.values() for one in word["nl"].words}
        gone = {
            key
            for key, word in self.words.get("nl", {}).items()
            if any(one.casefold() in taken for one in word.words)
        }
        return SchoolWords(
            words={
                language: {key: word[language] for key, word in own.items() if language in word}
                | {key: word for key, word in self.words.get(language, {}).items() if key not in gone}
                for language in {*self.words, *(one for word in own.values() for one in word)}
            },
            asks=self.asks,
            unreviewed={language: keys - gone for language, keys in self.unreviewed.items()},
        )

    @property
    def keys(self) -> list[str]:
        """Every key, by the Dutch word."""
        dutch = self.words.get("nl", {})
        return sorted(dutch, key=lambda key: dutch[key].shown.casefold())


NO_WORDS = SchoolWords({}, {}, {})
