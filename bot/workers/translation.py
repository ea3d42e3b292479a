"""The loop that asks translators; no transaction is open meanwhile, and a translator that hangs holds up no chat."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.meters import SILENT, Meters, Translated
from bot.services import translations
from bot.services.tools import Tools
from bot.services.translations import Wish
from bot.storage.database import Database
from bot.translation.errors import TooManyError, TranslationError, UnavailableError, UnsupportedPairError
from bot.translation.ports import Provider
from bot.workers.crew import Crew
from bot.workers.loops import Bell, aside, backoff_s

AT_ONCE = 5
LOOK_AGAIN_S = 2.0
LULL_S = 0.1  # the least time between two looks that found nothing
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 3600.0


@dataclass(frozen=True)
class _Outcome:
    """What the translators made of a wish."""

    words: str | None = field(default=None, repr=False)
    provider: str = ""
    hopeless: bool = False  # no translator does this pair
    refused: bool = False  # one does, and will not do this text
    wait_s: float | None = None  # a translator's own wish


class Translating:
    """Ring `bell` after each commit. Providers are asked in the order given."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        providers: Sequence[Provider],
        *,
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
        self._providers = tuple(providers)
        self._after_commit = after_commit
        self._look_again_s = look_again_s
        self.bell = Bell()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            wishes = await asyncio.to_thread(self._claim)
            for position, wish in enumerate(wishes):
                outcome = await aside(_ask, self._providers, wish, self._meters)
                away = outcome.words is None and not outcome.hopeless and not outcome.refused
                rest = wishes[position + 1 :] if away else []
                await asyncio.to_thread(self._store, wish, outcome, rest)
                self._after_commit()
                if away:  # the others would only wait for the same server
                    break
            if not wishes:
                await asyncio.sleep(LULL_S)
                await self.bell.wait(self._look_again_s)

    def _claim(self) -> list[Wish]:
        with self._database.reading() as session:
            if not self._crew.on_duty or not translations.anything_due(session, self._tools):
                return []
        with self._database.writing() as session:
            return translations.claim(session, self._tools, AT_ONCE, self._crew.claimant(session))

    def _store(self, wish: Wish, outcome: _Outcome, rest: Sequence[Wish]) -> None:
        with self._database.writing() as session:
            if outcome.words is not None:
                translations.keep(session, self._tools, wish, outcome.words, outcome.provider)
            elif outcome.hopeless or (outcome.refused and wish.attempts + 1 >= translations.MAX_REFUSALS):
                translations.give_up(session, wish)
            else:
                wait_s = outcome.wait_s or backoff_s(
                    wish.attempts, first_s=FIRST_PAUSE_S, longest_s=LONGEST_PAUSE_S
                )
                translations.try_later(session, self._tools, wish, wait_s)
            for other in rest:
                translations.release(session, other)
            notices.tell_all(session, self._tools, self._texts)


def _ask(providers: Sequence[Provider], wish: Wish, meters: Meters) -> _Outcome:
    """The first translation that a provider gives; in a thread of its own, nothing is locked meanwhile."""
    errors: list[TranslationError] = []
    for provider in providers:
        began_s = time.monotonic()
        try:
            words = provider.translate([wish.words], wish.source, wish.target)[0]
        except TranslationError as error:
            meters.translated(provider.name, _became(error), time.monotonic() - began_s)
            errors.append(error)
        else:
            meters.translated(provider.name, Translated.DONE, time.monotonic() - began_s)
            return _Outcome(words, provider.name)
    possible = [error for error in errors if not isinstance(error, UnsupportedPairError)]
    away = [error for error in possible if isinstance(error, UnavailableError | TooManyError)]
    waits_s = [error.wait_s for error in away if isinstance(error, TooManyError)]
    return _Outcome(hopeless=not possible, refused=not away, wait_s=max(waits_s, default=None))


def _became(error: TranslationError) -> Translated:
    if isinstance(error, UnsupportedPairError):
        return Translated.UNSUPPORTED
    if isinstance(error, TooManyError):
        return Translated.TOO_MANY
    return Translated.AWAY if isinstance(error, UnavailableError) else Translated.REFUSED
