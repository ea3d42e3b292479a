"""Reads the names of a school afresh before anything leaves it, and before a translation is looked at."""

from collections.abc import Sequence
from functools import lru_cache

from bot.services import names
from bot.services.translations import Wish
from bot.storage.database import Database
from bot.translation.doubts import Detects, doubts
from bot.translation.glossary import Glossary
from bot.translation.masking import Letter, translate_safely
from bot.translation.names import KnownName, NameFinder
from bot.translation.ports import Provider


class NamesStay:
    """A Masking: what it hands to a provider holds no name of the school; no transaction is open meanwhile."""

    def __init__(self, database: Database, glossary: Glossary, detector: Detects) -> None:
        self._database = database
        self._glossary = glossary
        self._detector = detector

    def translate(self, provider: Provider, wishes: Sequence[Wish]) -> list[str | None]:
        """Words for each wish of one pair, or None where nothing may leave; raises TranslationError."""
        with self._database.reading() as session:
            allowed = names.may_leave(session, [wish.translation_id for wish in wishes])
        going = [wish for wish in wishes if wish.translation_id in allowed]
        finders = self._finders(going)
        letters = [Letter(wish.words, finders[wish.translation_id]) for wish in going]
        pair = wishes[0].source, wishes[0].target
        found = iter(translate_safely(provider, letters, *pair, self._glossary) if letters else ())
        return [next(found) if wish.translation_id in allowed else None for wish in wishes]

    def doubts(self, wish: Wish, words: str) -> tuple[str, ...]:
        """The keys of what may be wrong in a machine's words for a wish."""
        finder = self._finders([wish])[wish.translation_id]
        found = doubts(wish.words, words, wish.source, wish.target, finder, self._glossary, self._detector)
        return tuple(one.value for one in found)

    def _finders(self, wishes: Sequence[Wish]) -> dict[int, NameFinder]:
        with self._database.reading() as session:
            known = names.around(session, [wish.translation_id for wish in wishes])
        return {one: _finder(found) for one, found in known.items()}


@lru_cache(maxsize=8)
def _finder(known: frozenset[KnownName]) -> NameFinder:
    """Learning the names of a school takes a while; the same names are learned once."""
    return NameFinder(known)
