"""Tells people whose message cannot be stored now that it takes longer; beside the outbox, which needs storing too."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from telegram import Bot
from telegram.constants import ParseMode

from bot.model.incoming import Incoming

log = logging.getLogger(__name__)

MAX_TOLD = 1_000  # in one spell of trouble; more messages would only be more trouble


class Comfort:
    """Each person hears it once in a spell of trouble; if that fails, nothing is lost."""

    def __init__(self, bot: Bot, words: Callable[[Incoming], str]) -> None:
        self._bot = bot
        self._words = words
        self._told: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, batch: Sequence[Incoming]) -> None:
        """Those who wrote and were not told yet will be."""
        for incoming in batch:
            if incoming.address in self._told or len(self._told) >= MAX_TOLD:
                continue
            self._told.add(incoming.address)
            task = asyncio.get_running_loop().create_task(self._tell(incoming))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def over(self) -> None:
        """Something was stored again: the next trouble is another one."""
        self._told.clear()

    async def _tell(self, incoming: Incoming) -> None:
        try:
            words = await asyncio.to_thread(self._words, incoming)
            await self._bot.send_message(incoming.address, words, parse_mode=ParseMode.HTML)
        except Exception as error:  # noqa: BLE001  (nobody waits for it)
            log.info("nobody could be told that it takes longer: %s", type(error).__name__)
