"""How words are compared: no capitals, no diacritics, no invisible signs; each sign keeps its place in the text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ə": "e"}
    | {"ى": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ی": "ي", "ґ": "г", "ς": "σ", "ـ": ""}
    | dict.fromkeys("\u2019\u2018\u02bc\u02bb`\u00b4", "'")
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Word:
    """A run of letters: as compared, as written, and where it stands."""

    folded: str
    written: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it is written as a name is; scripts without capitals never are."""
        return self.written[:1].isupper()


@lru_cache(maxsize=8192)
def _fold(letter: str) -> str:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return ""
    # Compatibility forms keep their own look only where they would become several words.
    bare = unicodedata.normalize("NFKD", letter.casefold())
    kept = "".join(one for one in bare if unicodedata.category(one) not in {"Mn", "Me", "Cf"})
    return kept.translate(_PLAIN)


def fold(text: str) -> str:
    """The text as it is compared."""
    return "".join(map(_fold, text))


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its signs the place in the text it came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for sign in _fold(letter):
            signs.append(sign)
            places.append(place)
    return "".join(signs), places


def words(text: str) -> Iterator[Word]:
    """The words of the text in order; an apostrophe, a digit and a hyphen end a word."""
    folded, places = folded_with_places(text)
    for match in _WORD.finditer(folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        while end < len(text) and not _fold(text[end]):
            end += 1
        yield Word(match.group(), text[start:end], start, end)


@lru_cache(maxsize=8192)
def script(letter: str) -> str:
    """The first word of the letter's Unicode name, which for letters is the script."""
    return unicodedata.name(letter, "").partition(" ")[0]


_OF_EVERY_SCRIPT = frozenset({"MODIFIER", "FEMININE", "MASCULINE"})


def scripts(text: str) -> frozenset[str]:
    """The scripts that letters of the text are written in."""
    return frozenset(script(one) for one in text if one.isalpha()) - _OF_EVERY_SCRIPT
