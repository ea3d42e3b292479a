"""Words of the school that have one right translation. Knows plain data only; reading files is done elsewhere."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from bot.translation.folding import fold, folded_with_places
from bot.translation.measures import western_digits

NUMBER = "{n}"
ONLY_TRANSLATION = "~"  # before a word that is right in a translation, and in a text may mean something else
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_PART = re.compile(r"\{n\}|[^\W\d_]+|\d+")
_SHORT_CHARS = 3
_ENDING_IN_SOURCE, _ENDING_IN_TARGET = 3, 6
_ARABIC_ARTICLE = re.compile(r"^(?:[وفبك]?ال|[وف]?لل|[وفبل](?=\w{4}))")


@dataclass(frozen=True, eq=False)
class Term:
    """One thing in several languages; the first of its words is the one to use, the others are right too."""

    words: Mapping[str, Sequence[str]]

    def name(self) -> str:
        """The Dutch word, by which a school may replace the term."""
        return fold(next(iter(self.words.get("nl", ("",)))))


@dataclass(frozen=True)
class Use:
    """Where a term stands in a text, and the word for it in the other language if there is only one to use."""

    start: int
    end: int
    number: str | None
    terms: tuple[Term, ...] = field(repr=False)

    def word(self, language: str) -> str | None:
        """What to write for it; None where the term may mean several things."""
        choices = {term.words[language][0] for term in self.terms if language in term.words}
        if len(choices) != 1:
            return None
        return choices.pop().removeprefix(ONLY_TRANSLATION).replace(NUMBER, self.number or "")


@dataclass(frozen=True)
class _Token:
    folded: str
    written: str
    start: int
    end: int


@dataclass(frozen=True)
class _Phrase:
    """A word of the glossary, in parts; `term` is what it means."""

    parts: tuple[str, ...]
    abbreviation: bool
    term: Term


class Glossary:
    """Finds the school's words in a text and tells which of them its translation lacks."""

    def __init__(self, terms: Iterable[Mapping[str, Sequence[str]]]) -> None:
        """Of terms with the same first Dutch words, those handed in together all count."""
        self.terms = tuple(Term(dict(words)) for words in terms)
        self._by_start: dict[str, dict[str, list[_Phrase]]] = {}
        for term in self.terms:
            for language, written in term.words.items():
                starts = self._by_start.setdefault(language, {})
                for text in written:
                    if text.startswith(ONLY_TRANSLATION):
                        continue
                    phrase = _phrase(term, text)
                    starts.setdefault(phrase.parts[0][:2], []).append(phrase)

    def uses(self, text: str, source: str, target: str) -> list[Use]:
        """The terms that stand in the text and have a word in the target language; the longest ones count."""
        tokens = _tokens(text)
        found: list[Use] = []
        place = 0
        while place < len(tokens):
            use, length = self._use_at(tokens, place, source, target)
            if use is not None:
                found.append(use)
            place += max(length, 1)
        return found

    def _use_at(
        self, tokens: Sequence[_Token], place: int, source: str, target: str
    ) -> tuple[Use | None, int]:
        starts = self._by_start.get(source, {})
        first = tokens[place]
        candidates = chain(
            starts.get(_bare(first.folded)[:2], ()),
            starts.get(NUMBER[:2], ()) if first.folded.isdigit() else (),
        )
        fits = [
            phrase
            for phrase in candidates
            if target in phrase.term.words and _fits(phrase, tokens[place : place + len(phrase.parts)])
        ]
        if not fits:
            return None, 1
        length = max(len(phrase.parts) for phrase in fits)
        terms = tuple(dict.fromkeys(phrase.term for phrase in fits if len(phrase.parts) == length))
        span = tokens[place : place + length]
        number = next((token.folded for token in span if token.folded.isdigit()), None)
        return Use(span[0].start, span[-1].end, number, terms), length

    def missing(self, source_text: str, target_text: str, source: str, target: str) -> list[Use]:
        """The terms of the text whose word, in whatever form, does not stand in its translation."""
        if source == target:
            return []
        there = _tokens(target_text)
        return [use for use in self.uses(source_text, source, target) if not _is_there(use, there, target)]


def _phrase(term: Term, text: str) -> _Phrase:
    parts = tuple(part if part == NUMBER else _bare(fold(part)) for part in _PART.findall(text))
    letters = re.sub(r"[\W\d_]", "", text)
    return _Phrase(parts, letters.isupper() and len(letters) <= _SHORT_CHARS, term)


def _tokens(text: str) -> list[_Token]:
    folded, places = folded_with_places(western_digits(text))
    return [
        _Token(
            match.group(),
            text[places[match.start()] : places[match.end() - 1] + 1],
            places[match.start()],
            places[match.end() - 1] + 1,
        )
        for match in _TOKEN.finditer(folded)
    ]


def _fits(phrase: _Phrase, tokens: Sequence[_Token]) -> bool:
    if len(tokens) < len(phrase.parts):
        return False
    if phrase.abbreviation:
        return tokens[0].written.isupper() and tokens[0].folded == phrase.parts[0]
    return all(
        _same(part, token.folded, _ENDING_IN_SOURCE)
        for part, token in zip(phrase.parts, tokens, strict=False)
    )


def _same(part: str, folded: str, longest_ending: int) -> bool:
    """Whether this is the word in some form: the same beginning, and an ending that is not too long."""
    if part == NUMBER:
        return folded.isdigit()
    bare = _bare(folded)
    if len(part) <= _SHORT_CHARS:
        return bare == part
    same = 0
    for ours, theirs in zip(part, bare, strict=False):
        if ours != theirs:
            break
        same += 1
    return same >= max(_SHORT_CHARS, len(part) - 2) and len(bare) - same <= longest_ending


def _is_there(use: Use, tokens: Sequence[_Token], language: str) -> bool:
    return any(
        all(_stands(part, use, tokens) for part in parts if _tells(part, parts))
        for term in use.terms
        for parts in map(_parts, term.words[language])
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(_PART.findall(text))


def _tells(part: str, parts: Sequence[str]) -> bool:
    """Small words of a long phrase may be others in the translation."""
    return part == NUMBER or len(part) > _SHORT_CHARS or all(len(one) <= _SHORT_CHARS for one in parts)


def _stands(part: str, use: Use, tokens: Sequence[_Token]) -> bool:
    if part == NUMBER:
        return any(token.folded == use.number for token in tokens)
    bare = _bare(fold(part))
    return any(_same(bare, token.folded, _ENDING_IN_TARGET) for token in tokens)


def _bare(folded: str) -> str:
    """Without what Arabic writes on to a word: the, and, for."""
    return _ARABIC_ARTICLE.sub("", folded) or folded


def both(
    school: Iterable[Mapping[str, Sequence[str]]], shipped: Iterable[Mapping[str, Sequence[str]]]
) -> Iterator[Mapping[str, Sequence[str]]]:
    """A school's own terms, and of the shipped ones those it did not replace."""
    own = list(school)
    names = {Term(words).name() for words in own}
    yield from own
    yield from (words for words in shipped if Term(words).name() not in names)
