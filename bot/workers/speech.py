"""The loop that lets recordings be listened to, one after the other, while no transaction is open."""

import asyncio
from collections.abc import Callable

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.transcript import CannotHearError, Listener
from bot.services import transcript as service
from bot.services.tools import Tools
from bot.services.transcript import Sound
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.loops import Bell, aside, backoff_s

LOOK_AGAIN_S = 5.0
LULL_S = 0.1  # the least time between two looks that found nothing


class Speech:
    """Ring `bell` after each commit."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        listener: Listener,
        *,
        after_commit: Callable[[], None] = lambda: None,
        look_again_s: float = LOOK_AGAIN_S,
        crew: Crew | None = None,
    ) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts
        self._listener = listener
        self._after_commit = after_commit
        self._look_again_s = look_again_s
        self._crew = crew or Crew(database)
        self.bell = Bell()

    async def run(self) -> None:
        """Goes on until it is cancelled; a stop does not wait for the recording that is being heard."""
        while True:
            sound = await asyncio.to_thread(self._claim)
            if sound is None:
                await asyncio.sleep(LULL_S)
                await self.bell.wait(self._look_again_s)
                continue
            try:
                words = await aside(self._listener.write_down, sound.content, sound.language)
            except CannotHearError:
                await asyncio.to_thread(self._not_heard, sound)
            else:
                await asyncio.to_thread(self._heard, sound, words)
                self._after_commit()

    def _claim(self) -> Sound | None:
        with self._database.reading() as session:
            if not self._crew.on_duty or not service.anything_due(session, self._tools):
                return None
        with self._database.writing() as session:
            return service.claim(session, self._tools, self._crew.claimant(session))

    def _heard(self, sound: Sound, words: str) -> None:
        with self._database.writing() as session:
            service.keep(session, sound.transcript_id, words)
            notices.tell_all(session, self._tools, self._texts)

    def _not_heard(self, sound: Sound) -> None:
        with self._database.writing() as session:
            service.try_later(session, self._tools, sound, backoff_s(sound.attempts, first_s=10.0))
