"""Takes names, numbers and addresses out of words that go to another parent, and puts them back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.model.people import Child, Person
from bot.services import names
from bot.services.tools import Tools
from bot.translation.confidential import secrets, without_dates
from bot.translation.names import KnownName, NameFinder

_PLACE = re.compile(r"\[(\d{1,3})\]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TELLING_DIGITS = 7  # as many make a phone number


@dataclass(frozen=True)
class Redacted:
    """Words in which the names stand as [1], [2], and those names in that order."""

    words: str
    masked: tuple[str, ...] = field(default=(), repr=False)


def redacted(session: Session, tools: Tools, person: Person, child: Child, words: str) -> Redacted:
    """The words without what would tell a stranger about whom they are.

    Names of the school, its people, children and groups, addresses, phone and other long numbers stand as [1], [2].
    The dates of now stay, for they are what help is asked with; those of years ago may be a day of birth.
    """
    known = names.at_schools(session, frozenset({person.school_id, child.group.school_id}))
    masked: list[str] = []
    pieces: list[str] = []
    done = 0
    for one in secrets(words, _finder(known)):
        stretch = words[one.start : one.end]
        if not one.is_name and _is_a_day_of_now(stretch, tools.clock.today().year):
            continue
        if stretch not in masked:
            masked.append(stretch)
        pieces += [words[done : one.start], f"[{masked.index(stretch) + 1}]"]
        done = one.end
    return Redacted("".join((*pieces, words[done:])), tuple(masked))


def restored(words: str, masked: Sequence[str]) -> str:
    """The words with the names back in their places; what stands as no name of these stays as it is."""

    def name_of(place: re.Match[str]) -> str:
        number = int(place[1])
        return masked[number - 1] if 1 <= number <= len(masked) else place[0]

    return _PLACE.sub(name_of, words)


def _is_a_day_of_now(stretch: str, year: int) -> bool:
    """Whether it is no more than a day of this time, perhaps with the hour."""
    rest = without_dates(stretch)
    if rest == stretch or any(sign.isalpha() or sign in "@[]" for sign in rest):
        return False
    few = sum(sign.isdigit() for sign in rest) < _TELLING_DIGITS
    return few and all(int(found) >= year - 1 for found in _YEAR.findall(stretch))


@lru_cache(maxsize=8)
def _finder(known: frozenset[KnownName]) -> NameFinder:
    """Learning the names of a school takes a while; the same names are learned once."""
    return NameFinder(known)
