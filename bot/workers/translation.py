"""The loop that asks translators; no transaction is open meanwhile, and a translator that hangs holds up no chat."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.meters import SILENT, Meters, Translated
from bot.services import translations
from bot.services.tools import Tools
from bot.services.translations import Wish
from bot.storage.database import Database
from bot.translation.errors import (
    BadAnswerError,
    KeyRefusedError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.translation.order import Order, Pair
from bot.translation.ports import Provider
from bot.workers.crew import Crew
from bot.workers.loops import Bell, aside, backoff_s

AT_ONCE = 10
LOOK_AGAIN_S = 2.0
LULL_S = 0.1  # the least time between two looks that found nothing
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 3600.0


class Masking(Protocol):
    """Lets a provider outside the school's network translate without a name leaving."""

    def translate(self, provider: Provider, wishes: Sequence[Wish]) -> list[str | None]:
        """Words for each wish of one pair, or None where nothing may leave; raises TranslationError."""


@dataclass
class _Outcome:
    """What the translators made of a wish."""

    words: str | None = field(default=None, repr=False)
    provider: str = ""
    doubts: tuple[str, ...] = ()
    errors: list[TranslationError] = field(default_factory=list)

    @property
    def hopeless(self) -> bool:
        """No translator does this pair, or may."""
        return all(isinstance(error, UnsupportedPairError) for error in self.errors)

    @property
    def offered(self) -> bool:
        """Whether a translator knows this pair, for all we heard; one that may not have the words knows it too."""
        return bool(self.provider) or not self.errors or not self.hopeless

    @property
    def refused(self) -> bool:
        """Whoever does this pair will not do this text; a key that no longer opens says nothing about the text."""
        of_now = UnavailableError | TooManyError | KeyRefusedError
        return not any(isinstance(error, of_now) for error in self.errors)

    @property
    def settles(self) -> bool:
        """It says something about the words, and not only that no translator is there now."""
        return self.words is not None or self.hopeless or self.refused

    @property
    def wait_s(self) -> float | None:
        """A translator's own wish."""
        return max((error.wait_s for error in self.errors if isinstance(error, TooManyError)), default=None)


class Translating:
    """Ring `bell` after each commit. Providers are asked in the order given, or in that of `only_for` for a pair.

    Without `masking` nobody outside the school's network is asked anything. `doubts` says what may be wrong in the
    words that came for a wish.
    """

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        providers: Sequence[Provider],
        *,
        only_for: Mapping[Pair, Sequence[str]] | None = None,
        masking: Masking | None = None,
        doubts: Callable[[Wish, str], Sequence[str]] = lambda _wish, _words: (),
        after_commit: Callable[[], None] = lambda: None,
        look_again_s: float = LOOK_AGAIN_S,
        meters: Meters = SILENT,
        crew: Crew | None = None,
    ) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts
        self._meters = meters
        self._crew = crew or Crew(database)
        self._order = Order(providers, tools.clock, only_for=only_for, tell=meters.translator)
        self._masking = masking
        self._doubts = doubts
        self._after_commit = after_commit
        self._look_again_s = look_again_s
        self.bell = Bell()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        meeting = asyncio.create_task(aside(self._meet))
        try:
            while True:
                wishes = await asyncio.to_thread(self._claim)
                came = False
                for group in _of_one_pair(wishes):
                    outcomes = await aside(self._ask, group)
                    await asyncio.to_thread(self._store, outcomes)
                    self._after_commit()
                    came |= any(outcome.settles for _wish, outcome in outcomes)
                if wishes and not came:  # nobody is there: a long queue is not walked through at full speed
                    await asyncio.sleep(self._look_again_s)
                elif not wishes:
                    await asyncio.sleep(LULL_S)
                    await self.bell.wait(self._look_again_s)
        finally:
            meeting.cancel()

    def _meet(self) -> None:
        """Each provider has said which languages it knows, if it answers."""
        for provider in self._order.providers:
            with suppress(TranslationError):
                provider.pairs()

    def _claim(self) -> list[Wish]:
        with self._database.reading() as session:
            if not self._crew.on_duty or not translations.anything_due(session, self._tools):
                return []
        with self._database.writing() as session:
            return translations.claim(session, self._tools, AT_ONCE, self._crew.claimant(session))

    def _store(self, outcomes: Sequence[tuple[Wish, _Outcome]]) -> None:
        with self._database.writing() as session:
            for wish, outcome in outcomes:
                if outcome.words is not None:
                    translations.keep(
                        session,
                        self._tools,
                        wish,
                        outcome.words,
                        outcome.provider,
                        doubts=outcome.doubts,
                    )
                elif outcome.hopeless:
                    translations.give_up(session, wish, offered=outcome.offered)
                elif outcome.refused:
                    translations.refused(session, self._tools, wish, _pause_s(outcome, wish.refusals))
                else:
                    translations.try_later(session, self._tools, wish, _pause_s(outcome, wish.attempts))
            notices.tell_all(session, self._tools, self._texts)

    def _ask(self, wishes: Sequence[Wish]) -> list[tuple[Wish, _Outcome]]:
        """The first translation that a provider gives for each wish of one pair; nothing is locked meanwhile."""
        outcomes = [(wish, _Outcome()) for wish in wishes]
        for provider in self._order.of(wishes[0].source, wishes[0].target):
            open_ones = [(wish, outcome) for wish, outcome in outcomes if outcome.words is None]
            if open_ones and (self._masking is not None or not provider.outside):
                self._ask_one(provider, open_ones)
        return outcomes

    def _ask_one(self, provider: Provider, wanted: Sequence[tuple[Wish, _Outcome]]) -> None:
        """All texts in one question; where one of them may be what is refused, each by itself."""
        if not self._order.may_ask(provider):
            for _wish, outcome in wanted:
                outcome.errors.append(UnavailableError())
            return
        error = self._asked(provider, wanted)
        if error is None:
            return
        of_one = isinstance(error, RefusedError | BadAnswerError) and not isinstance(error, KeyRefusedError)
        if len(wanted) > 1 and of_one:
            for one in wanted:
                self._ask_one(provider, [one])
            return
        self._order.failed(provider, error)
        for _wish, outcome in wanted:
            outcome.errors.append(error)

    def _asked(self, provider: Provider, wanted: Sequence[tuple[Wish, _Outcome]]) -> TranslationError | None:
        """What the provider said stands in the outcomes; or the error."""
        wishes = [wish for wish, _outcome in wanted]
        began_s = time.monotonic()
        try:
            found = self._translated(provider, wishes)
        except TranslationError as error:
            self._measure(provider, _became(error), began_s, len(wishes))
            return error
        self._measure(provider, Translated.DONE, began_s, sum(words is not None for words in found))
        self._order.worked(provider)
        for (wish, outcome), words in zip(wanted, found, strict=True):
            outcome.words, outcome.provider = words, provider.name
            outcome.doubts = tuple(self._doubts(wish, words)) if words is not None else ()
        return None

    def _translated(self, provider: Provider, wishes: Sequence[Wish]) -> list[str | None]:
        if provider.outside and self._masking is not None:
            return self._masking.translate(provider, wishes)
        return list(provider.translate([wish.words for wish in wishes], wishes[0].source, wishes[0].target))

    def _measure(self, provider: Provider, outcome: Translated, began_s: float, texts: int) -> None:
        for _text in range(texts):
            self._meters.translated(provider.name, outcome, time.monotonic() - began_s)


def _of_one_pair(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """The wishes by pair of languages, the pair of the oldest first."""

    def pair(wish: Wish) -> Pair:
        return wish.source, wish.target

    places = {found: place for place, found in reversed(list(enumerate(map(pair, wishes))))}
    in_order = sorted(wishes, key=lambda wish: places[pair(wish)])
    return [list(group) for _pair, group in groupby(in_order, pair)]


def _pause_s(outcome: _Outcome, times: int) -> float:
    """How long it rests after so many times of the same."""
    return outcome.wait_s or backoff_s(times, first_s=FIRST_PAUSE_S, longest_s=LONGEST_PAUSE_S)


def _became(error: TranslationError) -> Translated:
    if isinstance(error, UnsupportedPairError):
        return Translated.UNSUPPORTED
    if isinstance(error, TooManyError):
        return Translated.TOO_MANY
    return Translated.AWAY if isinstance(error, UnavailableError) else Translated.REFUSED
