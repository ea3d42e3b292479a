"""The loop that fetches files people sent, checks them and keeps them; knows no messenger."""

import asyncio
from collections.abc import Callable

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.delivery import DeliveryError, Fetcher
from bot.model.errors import DomainError
from bot.model.meters import SILENT, Fetched, Meters
from bot.services import media, transcript
from bot.services.media import Checked, Wanted
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.loops import Bell, backoff_s

PLACES = 4
LOOK_AGAIN_S = 2.0
LULL_S = 0.1  # the least time between two looks that found nothing


class Media:
    """Ring `bell` after each commit; without a fetcher only files that came with their bytes become ready."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        fetcher: Fetcher | None,
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
        self._fetcher = fetcher
        self._after_commit = after_commit
        self._look_again_s = look_again_s
        self.bell = Bell()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            claimed = await asyncio.to_thread(self._claim)
            if claimed:
                await asyncio.gather(*(self._bring(wanted) for wanted in claimed))
            else:
                await asyncio.sleep(LULL_S)
                await self.bell.wait(self._look_again_s)

    def _claim(self) -> list[Wanted]:
        with self._database.reading() as session:
            if not self._crew.on_duty or not media.anything_due(session, self._tools):
                return []
        with self._database.writing() as session:
            return media.claim(session, self._tools, PLACES, self._crew.claimant(session))

    async def _bring(self, wanted: Wanted) -> None:
        try:
            content = wanted.content if wanted.content is not None else await self._fetched(wanted)
            file = await asyncio.to_thread(media.checked, wanted.kind, content)
        except (DeliveryError, DomainError) as error:
            await asyncio.to_thread(self._not_kept, wanted, error)
        else:
            await asyncio.to_thread(self._kept, wanted, file)
            self._meters.fetched(Fetched.KEPT)
        self._after_commit()

    async def _fetched(self, wanted: Wanted) -> bytes:
        if self._fetcher is None or wanted.file_id is None:
            raise DeliveryError("nobody_fetches", permanent=wanted.file_id is None)
        return await self._fetcher.fetch(wanted.file_id)

    def _kept(self, wanted: Wanted, file: Checked) -> None:
        with self._database.writing() as session:
            media.keep(session, wanted.attachment_id, file)
            transcript.want(session, self._tools, wanted.attachment_id)

    def _not_kept(self, wanted: Wanted, error: DeliveryError | DomainError) -> None:
        with self._database.writing() as session:
            if isinstance(error, DomainError) or error.permanent:
                media.give_up(session, wanted.attachment_id)
                self._meters.fetched(Fetched.REFUSED)
            else:
                wait_s = error.retry_after_s or backoff_s(wanted.attempts, first_s=2.0)
                media.try_later(session, self._tools, wanted.attachment_id, wait_s)
                self._meters.fetched(Fetched.LATER)
            notices.tell_all(session, self._tools, self._texts)
