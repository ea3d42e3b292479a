"""The loop that erases what its owner took back, what has served, unshared drafts, and chats of parents."""

import asyncio
from collections.abc import Callable

from bot.assistant import notices
from bot.content.texts import Texts
from bot.services import drafts, helping, outdated, privacy
from bot.services.tools import Tools
from bot.storage.database import Database

LOOK_AGAIN_S = 300.0


class Erasure:
    """Looks every few minutes."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        *,
        after_commit: Callable[[], None] = lambda: None,
        look_again_s: float = LOOK_AGAIN_S,
    ) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts
        self._after_commit = after_commit
        self._look_again_s = look_again_s

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            await asyncio.to_thread(self.erase)
            await asyncio.sleep(self._look_again_s)

    def erase(self) -> None:
        """Everything whose time is over is gone; the author of a draft was told a school day before."""
        with self._database.writing() as session:
            privacy.erase_due(session, self._tools)
            helping.erase_due(session, self._tools)
            outdated.remove(session, self._tools)
            drafts.care(session, self._tools)
            notices.tell_all(session, self._tools, self._texts)
        self._after_commit()
