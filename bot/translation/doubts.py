"""Cheap checks that compare a text with its translation: not whether it is good, but what may have gone wrong."""

import enum
import re
from typing import Protocol

from bot.translation.folding import fold, scripts, words
from bot.translation.glossary import Glossary
from bot.translation.language_facts import DENIALS, LENGTH, NO_DENIALS
from bot.translation.measures import differences, measure
from bot.translation.names import NameFinder
from bot.translation.pieces import sentences
from bot.translation.sounds import sounds_like

_QUESTION = re.compile(r"[?\uff1f؟፧\u037e]")
_SHORTEST_CHARS, _LONGEST_RATIO = 25, 2.4
_LEAST_WORDS_TO_TELL_A_LANGUAGE = 4
_LONG_WORD_CHARS = 4
_RUN_WORDS = 4
_MOST_SHARED = 0.5
_MOST_CHANCE = 2  # neighbouring languages have words in common
# A request is a question in one language ("Wilt u ...?") and none in another.
_PLEASE = re.compile(
    r"(?<!\w)(?:prosze|bitte|please|alstublieft|por favor|lutfen|va rog|va rugam|моля|будь ласка)(?!\w)"
)


class Doubt(enum.StrEnum):
    """What may be wrong with a translation; the value is stored and names the text that says it."""

    NUMBERS = "numbers"
    DATES = "dates"
    TIMES = "times"
    NAMES = "names"
    NEGATION = "negation"
    QUESTION = "question"
    LENGTH = "length"
    UNTRANSLATED = "untranslated"
    LANGUAGE = "language"
    GLOSSARY = "glossary"


class Detects(Protocol):
    """Tells in which language a text is, or that it is unsure."""

    def detect(self, text: str) -> str | None:
        """A language, or None."""


def doubts(
    source_text: str,
    target_text: str,
    source_language: str,
    target_language: str,
    names: NameFinder,
    glossary: Glossary,
    detector: Detects,
) -> tuple[Doubt, ...]:
    """What does not fit between the two, in the order of Doubt; nothing where a check cannot tell."""
    pair = source_language, target_language
    found = set(measured_doubts(source_text, target_text, *pair))
    checks = {
        Doubt.NAMES: _names_differ(source_text, target_text, names),
        Doubt.NEGATION: _denials_differ(source_text, target_text, *pair),
        Doubt.QUESTION: _asks(source_text) != _asks(target_text) and not _requests(source_text, target_text),
        Doubt.LENGTH: _length_is_odd(source_text, target_text, *pair),
        Doubt.UNTRANSLATED: _stayed(source_text, target_text, names),
        Doubt.LANGUAGE: _is_another_language(target_text, target_language, detector),
        Doubt.GLOSSARY: bool(glossary.missing(source_text, target_text, *pair)),
    }
    found |= {doubt for doubt, differs in checks.items() if differs}
    return tuple(doubt for doubt in Doubt if doubt in found)


def measured_doubts(
    source_text: str, target_text: str, source_language: str, target_language: str
) -> tuple[Doubt, ...]:
    """Only whether numbers, dates and times are the same."""
    differ = differences(measure(source_text, source_language), measure(target_text, target_language))
    found = {Doubt.NUMBERS: differ.numbers, Doubt.DATES: differ.days, Doubt.TIMES: differ.times}
    return tuple(doubt for doubt, differs in found.items() if differs)


def _asks(text: str) -> bool:
    return _QUESTION.search(text) is not None


def _requests(*texts: str) -> bool:
    return any(_PLEASE.search(fold(text)) for text in texts)


def _names_differ(source: str, target: str, names: NameFinder) -> bool:
    """A name of one side does not stand on the other, as it is, declined, or as it sounds in another script."""
    here, there = names.find(source), names.find(target)
    bare = [one.written for one in words(target)] if scripts(target) != scripts(source) else []
    own = {name for one in here for name in one.names}
    others = {name for one in there for name in one.names}
    missing = [
        one
        for one in here
        if not one.names & others
        and not any(
            sounds_like(name, form) for name in one.names for word in bare for form in _bare_forms(word)
        )
    ]
    return bool(missing) or any(not one.names & own and _is_capital(target, one.start) for one in there)


def _is_capital(text: str, place: int) -> bool:
    """A name that only the translation has must look like one; a word in small letters may be a word."""
    return not text[place].islower()


def _bare_forms(word: str) -> tuple[str, ...]:
    """The word, and without the "and" or "for" that Arabic writes on to it."""
    return (word, word[1:]) if word[:1] in "ولبفك" else (word,)


def _denials_differ(source: str, target: str, source_language: str, target_language: str) -> bool:
    """Sentence by sentence where both have as many, else as a whole."""
    if source_language not in DENIALS or target_language not in DENIALS:
        return False
    here, there = _sentences(source), _sentences(target)
    if len(here) != len(there):
        here, there = [source], [target]
    return any(
        _denies(one, source_language) != _denies(other, target_language)
        for one, other in zip(here, there, strict=True)
    )


def _sentences(text: str) -> list[str]:
    return [sentence for line in text.splitlines() for sentence in sentences(line)]


def _denies(text: str, language: str) -> bool:
    folded = fold(text)
    if language in NO_DENIALS:
        folded = NO_DENIALS[language].sub(" ", folded)
    return DENIALS[language].search(folded) is not None


def _length_is_odd(source: str, target: str, source_language: str, target_language: str) -> bool:
    here = len(source.strip()) / LENGTH.get(source_language, 1.0)
    there = len(target.strip()) / LENGTH.get(target_language, 1.0)
    if max(here, there) < _SHORTEST_CHARS:
        return False
    return not 1 / _LONGEST_RATIO <= there / max(here, 1.0) <= _LONGEST_RATIO


def _stayed(source: str, target: str, names: NameFinder) -> bool:
    """Words of the source are still there: several in a row, most of them, or any in a script of their own."""
    here, there = _ordinary_words(source, names), _ordinary_words(target, names)
    long_ones = {word for word in here if len(word) >= _LONG_WORD_CHARS}
    if not scripts(source) & scripts(" ".join(there)):
        return False
    shared = long_ones.intersection(there)
    if scripts(source) != scripts(target):
        return bool(shared)
    runs = set(zip(*(here[start:] for start in range(_RUN_WORDS)), strict=False))
    if runs.intersection(zip(*(there[start:] for start in range(_RUN_WORDS)), strict=False)):
        return True
    return len(shared) > _MOST_CHANCE and len(shared) >= _MOST_SHARED * len(long_ones)


def _ordinary_words(text: str, names: NameFinder) -> list[str]:
    """Its words as compared, without those that are or look like names."""
    spans = [(one.start, one.end) for one in names.find(text)]
    return [
        word.folded
        for word in words(text)
        if not word.capital and not any(start <= word.start < end for start, end in spans)
    ]


def _is_another_language(target: str, language: str, detector: Detects) -> bool:
    if len(list(words(target))) < _LEAST_WORDS_TO_TELL_A_LANGUAGE:
        return False
    return detector.detect(target) not in {None, language}
