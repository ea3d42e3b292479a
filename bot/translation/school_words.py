"""Finds the words of the school in what somebody asks and in our own Dutch sentences. Knows plain data only."""

import re
from collections.abc import Iterable, Iterator

from bot.model.school_words import NO_WORDS, NUMBER, WORD, SchoolWords
from bot.translation.folding import fold

_LONGEST_QUESTION_CHARS = 120
_NO_LETTER = re.compile(r"[\W_]+")
_DUTCH = "nl"


class SchoolWordFinder:
    """Knows which word a question is about, and which words stand in a sentence."""

    def __init__(self, known: SchoolWords = NO_WORDS) -> None:
        self.known = known
        self._asks = [
            (language, _pattern(before, after))
            for language, asks in known.asks.items()
            for before, _, after in (ask.partition(WORD) for ask in asks)
        ]
        self._words = {
            language: [(_pattern_of(one), key) for key, word in words.items() for one in word.words]
            for language, words in known.words.items()
        }
        self._in_dutch = [
            (re.compile(rf"(?<!\w){pattern.pattern}(?!\w)"), key)
            for pattern, key in self._words.get(_DUTCH, [])
        ]

    def asked(self, text: str, language: str) -> str | None:
        """The key of the word that the whole text asks for, in any language; None if it asks for none."""
        if len(text) > _LONGEST_QUESTION_CHARS:
            return None
        plain = _plain(text)
        for asked_in, ask in self._asks:
            found = ask.fullmatch(plain)
            key = self.key_of(found["word"], language, asked_in) if found else None
            if key is not None:
                return key
        return None

    def key_of(self, word: str, *languages: str) -> str | None:
        """The key of a word, written in one of these languages or in Dutch; None if it is not known."""
        plain = _plain(word)
        for language in dict.fromkeys((*languages, _DUTCH)):
            for pattern, key in self._words.get(language, ()):
                if pattern.fullmatch(plain):
                    return key
        return None

    def within(self, dutch: str, most: int) -> list[str]:
        """The keys of the words that stand in a Dutch text, in its order."""
        plain = _plain(dutch)
        places = sorted(self._places(plain))
        return list(dict.fromkeys(key for _place, key in places))[:most]

    def _places(self, plain: str) -> Iterator[tuple[int, str]]:
        for pattern, key in self._in_dutch:
            found = pattern.search(plain)
            if found:
                yield found.start(), key


def _plain(text: str) -> str:
    """Letters and figures only, as they are compared, one space between words."""
    return _NO_LETTER.sub(" ", fold(text)).strip()


def _pattern(before: str, after: str) -> re.Pattern[str]:
    parts: Iterable[str] = (re.escape(_plain(before)), r"(?P<word>.+)", re.escape(_plain(after)))
    return re.compile(" ".join(part for part in parts if part))


def _pattern_of(word: str) -> re.Pattern[str]:
    """A word of a list; for its number any number stands."""
    parts = [re.escape(_plain(part)) if part != NUMBER else r"\d{1,2}" for part in word.split()]
    return re.compile(" ".join(part for part in parts if part))
