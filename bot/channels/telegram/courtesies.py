"""What politeness asks after an update is stored: a tap stops turning on the phone, a group is left."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any

from telegram import Bot, Update

from bot.channels.telegram.convert import group_to_leave, is_number

log = logging.getLogger(__name__)

MAX_AT_ONCE = 256


class Courtesies:
    """Calls to Telegram that nobody waits for; if one fails, or there are too many, nothing is lost."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, update: Update) -> None:
        """What this update asks for is on its way."""
        try:
            if update.callback_query is not None:
                self._best_effort(self._bot.answer_callback_query(update.callback_query.id))
            group = group_to_leave(update)
            if is_number(group):
                self._best_effort(self._bot.leave_chat(group))
        except Exception as error:  # noqa: BLE001  (an odd update must not stop the others)
            log.info("no courtesy for update %s: %s", update.update_id, type(error).__name__)

    def _best_effort(self, call: Coroutine[Any, Any, object]) -> None:
        if len(self._tasks) >= MAX_AT_ONCE:
            call.close()
            return
        task = asyncio.get_running_loop().create_task(_ignoring_errors(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _ignoring_errors(call: Awaitable[object]) -> None:
    try:
        await call
    except Exception as error:  # noqa: BLE001  (nobody waits for it)
        log.info("a courtesy to Telegram failed: %s", type(error).__name__)
