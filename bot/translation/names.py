"""Finds the names of a school's people in a text, however they are written. Knows no database.

It would rather take an ordinary word for a name than let a name through: a declined form that merely could be one
counts as one. What it cannot know: names that are on no class list, and nicknames that share no beginning with one.
"""

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from bot.translation.common_words import COMMON, PARTICLES, SCHOOL_WORDS, TITLES
from bot.translation.folding import Word, fold, scripts, words
from bot.translation.language_facts import MONTHS
from bot.translation.name_forms import (
    AFTER_NAME,
    AFTER_STEM,
    CYRILLIC_ENDS,
    VOWELS,
    alternated,
    spellings,
    stem,
)

_SLACK_LETTERS = 3  # what Arabic, Hebrew and Ethiopic write on to a name: "and", "for", "the"


class Gender(enum.StrEnum):
    """What grammar needs to know of somebody; only guardians' is known, from mother or father."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class KnownName:
    """One word of a name. A surname in small letters may be an ordinary word ("klein"), a first name never is."""

    text: str = field(repr=False)
    gender: Gender | None = None
    first: bool = True
    exact: bool = False  # the name of a group: no other form of it is looked for


@dataclass(frozen=True)
class Found:
    """A name in a text; `names` are the known names it may be, as they are compared."""

    start: int
    end: int
    names: frozenset[str] = field(repr=False)
    gender: Gender | None = None


def of_person(name: str, gender: Gender | None = None) -> Iterator[KnownName]:
    """The first name and the parts of the surname, without titles ("juf") and particles ("van der")."""
    parts = [one.written for one in words(name) if one.folded not in TITLES and one.folded not in PARTICLES]
    for number, part in enumerate(part for part in parts if len(part) > 1):
        yield KnownName(part, gender, first=number == 0)


def of_child(first_name: str) -> Iterator[KnownName]:
    """Every part of a first name."""
    for part in words(first_name):
        if len(part.written) > 1 and part.folded not in PARTICLES:
            yield KnownName(part.written)


def of_school(name: str) -> Iterator[KnownName]:
    """What tells the school from others: not "basisschool"."""
    for part in words(name):
        if len(part.written) > 1 and part.folded not in SCHOOL_WORDS | PARTICLES:
            yield KnownName(part.written)


def of_group(name: str) -> Iterator[KnownName]:
    """The group's name as a whole ("3A", "De Vlinders"); not where it says no more than the year ("groep 3")."""
    if re.fullmatch(r"(?:groep|group|gr\.?|klas)?\s*\d+(?:\s*[-/]\s*\d+)?", name.strip(), re.IGNORECASE):
        return
    if len(name.strip()) > 1:
        yield KnownName(name.strip(), exact=True)


class NameFinder:
    """Knows the names of a school and finds each form of them."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        kept = tuple(dict.fromkeys(names))
        self.scripts = frozenset(scripts(name.text) for name in kept if scripts(name.text))
        self._known: dict[str, list[KnownName]] = {}
        self._stems: dict[str, set[str]] = {}
        self._forms: dict[str, set[str]] = {}
        self._others: set[str] = set()
        self._phrases = [name for name in kept if name.exact]
        for name in kept:
            if name.exact:
                continue
            for spelling in spellings(name.text):
                self._learn(spelling, name)

    def _learn(self, spelling: str, name: KnownName) -> None:
        self._known.setdefault(spelling, []).append(name)
        if len(spelling) < 3:  # noqa: PLR2004 - nothing is left of it without its end
            return
        if scripts(spelling) == {"LATIN"}:
            self._stems.setdefault(stem(spelling, VOWELS), set()).add(spelling)
            for form in alternated(spelling):
                self._forms.setdefault(form, set()).add(spelling)
        elif scripts(spelling) == {"CYRILLIC"}:
            self._stems.setdefault(stem(spelling, CYRILLIC_ENDS), set()).add(spelling)
        else:
            self._others.add(spelling)

    def knows(self, text: str) -> bool:
        """Whether a name stands in the text."""
        return bool(self.find(text))

    def may_be_searched(self, text: str) -> bool:
        """Whether a name in this text would be found: every name is known in each script of the text."""
        return all(scripts(text) <= known for known in self.scripts)

    def find(self, text: str) -> list[Found]:
        """Each name where it stands; words of one name that stand together are one."""
        found = list(self._find_words(text))
        for name in self._phrases:
            # Between its words any space may stand.
            parts = r"\s*".join(re.escape(part) for part in re.findall(r"\d+|[^\W\d_]+|\S", name.text))
            pattern = rf"(?<!\w){parts}(?!\w)"
            found += [
                Found(match.start(), match.end(), frozenset({fold(name.text)}))
                for match in re.finditer(pattern, text, re.IGNORECASE)
            ]
        return _joined(text, sorted(found, key=lambda one: (one.start, -one.end)))

    def _find_words(self, text: str) -> Iterator[Found]:
        before: Word | None = None
        for word in words(text):
            after_title = before is not None and before.folded in TITLES
            names = self._names_of(word, after_title=after_title)
            if names and not _is_month_of_date(text, word):
                genders = {known.gender for name in names for known in self._known[name]}
                yield Found(
                    word.start, word.end, frozenset(names), genders.pop() if len(genders) == 1 else None
                )
            before = word

    def _names_of(self, word: Word, *, after_title: bool) -> set[str]:
        common = word.written.lower() in COMMON
        names = {
            word.folded
            for name in self._known.get(word.folded, ())
            if word.capital or after_title or not common or (name.first and len(word.folded) > 2)  # noqa: PLR2004 - "al", "an" are words in small letters
        }
        if not common or word.capital:
            names |= self._declined(word.folded)
        return names

    def _declined(self, folded: str) -> set[str]:
        names = set(self._forms.get(folded, ()))
        for cut in range(2, len(folded) + 1):
            head, tail = folded[:cut], folded[cut:]
            if head in self._stems and (tail in AFTER_STEM or (not tail and head[-1] in "ij")):
                names |= self._stems[head]
            if tail in AFTER_NAME and head in self._known:
                names.add(head)
        if self._others:
            names |= {
                name for name in self._others if name in folded and len(folded) - len(name) <= _SLACK_LETTERS
            }
        return names


def _is_month_of_date(text: str, word: Word) -> bool:
    """Maja is a girl; 12 maja is a day."""
    is_month = any(word.folded in months for months in MONTHS.values())
    return is_month and re.search(r"\d(?:\.|e|de|ste|th|nd|st|rd)?\s+$", text[: word.start]) is not None


def _joined(text: str, found: list[Found]) -> list[Found]:
    """Neighbours with nothing between them but spaces, hyphens or particles become one."""
    joined: list[Found] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and (one.start < last.end or _only_binds(text[last.end : one.start])):
            gender = last.gender if last.gender == one.gender else last.gender or one.gender
            joined[-1] = Found(last.start, max(last.end, one.end), last.names | one.names, gender)
        else:
            joined.append(one)
    return joined


def _only_binds(between: str) -> bool:
    """Whether this stands within a name: a space, a hyphen, "de", "van der"."""
    if re.fullmatch(r"[ \u00a0]|-", between):
        return True
    return re.fullmatch(r"[ \w'\u2019]*", between) is not None and (
        between[:1] == between[-1:] == " " and all(one.folded in _BINDING for one in words(between))
    )


_BINDING = PARTICLES - {"en", "in", "y", "e"}


def neutral_names() -> Iterator[str]:
    """Names to stand in for somebody whose gender is not known, then made-up ones."""
    yield from ("Robin", "Charlie", "Sasha", "Kim", "Alex", "Jamie", "Dominique", "Renée", "Quinn", "Marijn")
    yield from ("".join(pair) for pair in product(("Ro", "Mi", "Ka", "Se"), ("ndel", "lvan", "stor")))
