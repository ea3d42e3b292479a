"""The loop that erases what its owner took back, and what has served."""

import asyncio

from bot.services import outdated, privacy
from bot.services.tools import Tools
from bot.storage.database import Database

LOOK_AGAIN_S = 300.0


class Erasure:
    """Looks every few minutes."""

    def __init__(self, database: Database, tools: Tools, *, look_again_s: float = LOOK_AGAIN_S) -> None:
        self._database = database
        self._tools = tools
        self._look_again_s = look_again_s

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            await asyncio.to_thread(self.erase)
            await asyncio.sleep(self._look_again_s)

    def erase(self) -> None:
        """Everything whose time is over is gone."""
        with self._database.writing() as session:
            privacy.erase_due(session, self._tools)
            outdated.remove(session, self._tools)
