"""Asks Telegram what people did, has it stored, and only then confirms it. Knows no session and no person.

The library's own Updater confirms from memory, so it is not used: a crash must lose nothing.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.client import NOT_OUR_BOT, Client
from bot.channels.telegram.convert import convert, group_to_leave
from bot.channels.telegram.faults import meaning
from bot.model.clock import Clock
from bot.model.errors import OperatorError, code_of
from bot.model.incoming import Incoming

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
SECOND_POLLER = "Another program receives the messages of this bot; stop it, or remove its webhook."
LONG_POLL_S = 25
LONGEST_PAUSE_S = 30.0
LONGEST_DATABASE_PAUSE_S = 5.0
FIRST_PAUSE_S = 0.5
MAX_COURTESIES = 256


class Poll:
    """The loop that brings in what people do; `take` runs in a thread and returns when all is committed."""

    def __init__(
        self,
        client: Client,
        take: Callable[[Sequence[Incoming]], None],
        clock: Clock,
        *,
        long_poll_s: int = LONG_POLL_S,
        pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._bot = client.bot
        self._request = client.poll_request
        self._take = take
        self._clock = clock
        self._long_poll_s = long_poll_s
        self._pause_s = pause_s
        self._refusals = 0  # of the database, one after the other
        self._courtesies: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Goes on until cancelled; raises OperatorError if Telegram refuses the token or a second poller."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                updates = await self._updates(offset)
            except TelegramError as error:
                failures += 1
                await asyncio.sleep(_pause_s(error, self._pause_s, failures))
                continue
            failures = 0
            if updates and await self._stored(updates):
                offset = updates[-1].update_id + 1
                self._be_courteous(updates)

    async def _updates(self, offset: int | None) -> tuple[Update, ...]:
        """The next updates; the offset confirms everything before it."""
        try:
            updates = await self._bot.get_updates(
                offset=offset, timeout=self._long_poll_s, allowed_updates=ALLOWED_UPDATES
            )
        except InvalidToken:
            raise OperatorError(NOT_OUR_BOT) from None
        except Conflict:
            raise OperatorError(SECOND_POLLER) from None
        except TelegramError:
            raise
        except Exception:  # noqa: BLE001  (an update the library cannot read: ask once more, leaving such out)
            self._request.sifts = True
            return ()
        self._request.sifts = False
        return updates

    async def _stored(self, updates: Sequence[Update]) -> bool:
        """Whether everything is committed; if the database is locked or full, Telegram keeps it for later."""
        batch = [incoming for update in updates if (incoming := self._converted(update)) is not None]
        if not batch:
            return True
        try:
            await asyncio.to_thread(self._take, batch)
        except SQLAlchemyError as error:
            self._refusals += 1
            log.error("nothing stored, nothing confirmed: %s", code_of(error))  # noqa: TRY400 - no words in logs
            await asyncio.sleep(min(LONGEST_DATABASE_PAUSE_S, self._pause_s * 2.0 ** min(self._refusals, 10)))
            return False
        self._refusals = 0
        return True

    def _converted(self, update: Update) -> Incoming | None:
        try:
            return convert(update, self._clock.now())
        except Exception as error:  # noqa: BLE001  (one odd update must not stop the others)
            code = type(error).__name__
            log.error("update %s cannot be used: %s", update.update_id, code)  # noqa: TRY400 - no words in logs
            return None

    def _be_courteous(self, updates: Sequence[Update]) -> None:
        """Taps stop turning on the phone and groups are left; if that fails nothing is lost."""
        for update in updates:
            if update.callback_query is not None:
                self._best_effort(self._bot.answer_callback_query(update.callback_query.id))
            group = group_to_leave(update)
            if group is not None:
                self._best_effort(self._bot.leave_chat(group))

    def _best_effort(self, call: Coroutine[Any, Any, object]) -> None:
        if len(self._courtesies) >= MAX_COURTESIES:
            call.close()
            return
        task = asyncio.get_running_loop().create_task(_ignoring_errors(call))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _ignoring_errors(call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as error:
        log.info("a courtesy to Telegram failed: %s", type(error).__name__)


def _pause_s(error: TelegramError, first_s: float, failures: int) -> float:
    """How long to wait before the next question: as Telegram asks, or longer each time, with jitter."""
    fault = meaning(error)
    log.warning("Telegram cannot be asked: %s", fault.code)
    if isinstance(error, RetryAfter) and fault.retry_after_s:
        return fault.retry_after_s
    longest_s = min(LONGEST_PAUSE_S, first_s * 2.0 ** min(failures, 10))
    return longest_s * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
