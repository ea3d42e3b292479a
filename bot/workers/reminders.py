"""The loop that reminds, lets no request for help wait for ever, and wakes pages.

It wakes the pages of those for whom something was held until now.
"""

import asyncio
from collections.abc import Callable

from bot.assistant import notices, reminders
from bot.content.texts import Texts
from bot.services import help_requests
from bot.services.tools import Tools
from bot.storage.database import Database

LOOK_AGAIN_S = 30.0


class Reminders:
    """Looks twice a minute. Several workers may: what is written is claimed in the same transaction."""

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
            await asyncio.to_thread(self.look)
            await asyncio.sleep(self._look_again_s)

    def look(self) -> None:
        """Everything that is due now is written; the doors look for what they may show from now on."""
        with self._database.reading() as session:
            due = reminders.is_anything_due(session, self._tools)
            late = help_requests.is_anything_due(session, self._tools)
        if due or late:
            with self._database.writing() as session:
                if due:
                    reminders.tell_due(session, self._tools, self._texts)
                if late:
                    help_requests.care(session, self._tools)
                    notices.tell_all(session, self._tools, self._texts)
        self._after_commit()
