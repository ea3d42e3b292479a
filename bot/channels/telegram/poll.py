"""Asks Telegram what people did, has it stored, and only then confirms it. Knows no session and no person.

The library's own Updater confirms from memory, so it is not used: a crash must lose nothing.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.client import NOT_OUR_BOT, Client
from bot.channels.telegram.comfort import Comfort
from bot.channels.telegram.convert import is_number
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.faults import meaning
from bot.channels.telegram.updates import understood
from bot.model.clock import Clock
from bot.model.errors import OperatorError, code_of
from bot.model.incoming import Incoming
from bot.model.meters import SILENT, Meters, Polled

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
SECOND_POLLER = "Another program receives the messages of this bot; stop it, or remove its webhook."
FOREIGN_WEBHOOK = "Telegram sends the messages of this bot to another address; remove that webhook first."
LONG_POLL_S = 25
LONGEST_PAUSE_S = 30.0
LONGEST_DATABASE_PAUSE_S = 5.0
FIRST_PAUSE_S = 0.5
CONFLICTS_BORNE = 20


class Poll:
    """The loop that brings in what people do; `take` runs in a thread and returns when all is committed."""

    def __init__(
        self,
        client: Client,
        take: Callable[[Sequence[Incoming]], None],
        comfort: Callable[[Incoming], str],
        clock: Clock,
        *,
        webhook_url: str | None = None,
        may_receive: Callable[[], bool] | None = None,
        meters: Meters = SILENT,
        long_poll_s: int = LONG_POLL_S,
        pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._bot = client.bot
        self._request = client.poll_request
        self._take = take
        self._clock = clock
        self._webhook_url = webhook_url  # ours, which an earlier run may have left set
        self._comfort = Comfort(client.bot, comfort)
        self._may_receive = may_receive or _always
        self._meters = meters
        self._conflicts = 0  # one after the other
        # Where workers take turns, the one before may still have a question open.
        self._conflicts_borne = CONFLICTS_BORNE if may_receive else 0
        self._long_poll_s = long_poll_s
        self._pause_s = pause_s
        self._took_over = False
        self._refusals = 0  # of the database, one after the other
        self._courtesies = Courtesies(client.bot)

    async def run(self) -> None:
        """Goes on until cancelled; raises OperatorError if Telegram refuses the token or a second poller."""
        offset: int | None = None
        failures = 0
        while True:
            if not self._may_receive():
                offset = None  # whoever receives meanwhile goes further than we know
                await asyncio.sleep(self._pause_s)
                continue
            try:
                updates = await self._updates(offset)
            except TelegramError as error:
                failures += 1
                self._meters.polled(Polled.AWAY)
                await asyncio.sleep(pause_s(error, self._pause_s, failures))
                continue
            failures = 0
            self._meters.polled(Polled.NEWS if updates else Polled.NOTHING)
            if updates and await self._stored(updates):
                offset = max(update.update_id for update in updates) + 1
                for update in updates:
                    self._courtesies.offer(update)

    async def _updates(self, offset: int | None) -> tuple[Update, ...]:
        """The next updates in their order; the offset confirms everything before it."""
        try:
            updates = await self._bot.get_updates(
                offset=offset, timeout=self._long_poll_s, allowed_updates=ALLOWED_UPDATES
            )
        except InvalidToken:
            raise OperatorError(NOT_OUR_BOT) from None
        except Conflict:
            await self._take_over()
            return ()
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001  (something in it cannot be read)
            return self._sifting_from_now(type(error).__name__)
        if not all(is_number(update.update_id) for update in updates):
            return self._sifting_from_now("no_number")
        self._request.sifts = False
        self._conflicts = 0
        return tuple(sorted(updates, key=lambda update: update.update_id))

    def _sifting_from_now(self, code: str) -> tuple[Update, ...]:
        """Telegram is asked once more, and what cannot be read is left out; raises TelegramError if that was done."""
        if self._request.sifts:
            raise TelegramError(code)
        self._request.sifts = True
        return ()

    async def _take_over(self) -> None:
        """Our own webhook of an earlier run is gone; nothing that waits is dropped. Raises OperatorError for others."""
        webhook = (await self._bot.get_webhook_info()).url
        if webhook and webhook != self._webhook_url:
            raise OperatorError(FOREIGN_WEBHOOK)
        if not webhook and self._conflicts < self._conflicts_borne:
            self._conflicts += 1
            await asyncio.sleep(self._pause_s)
            return
        if not webhook or self._took_over:  # set again after it was removed: somebody else is at work
            raise OperatorError(SECOND_POLLER)
        self._took_over = True
        await self._bot.delete_webhook()

    async def _stored(self, updates: Sequence[Update]) -> bool:
        """Whether everything is committed; if the database is locked or full, Telegram keeps it for later."""
        now = self._clock.now()
        batch = [incoming for update in updates if (incoming := understood(update, now)) is not None]
        if not batch:
            return True
        try:
            await asyncio.to_thread(self._take, batch)
        except SQLAlchemyError as error:
            self._refusals += 1
            self._meters.polled(Polled.NOT_STORED)
            self._comfort.offer(batch)
            log.error("nothing stored, nothing confirmed: %s", code_of(error))  # noqa: TRY400 - no words in logs
            await asyncio.sleep(min(LONGEST_DATABASE_PAUSE_S, self._pause_s * 2.0 ** min(self._refusals, 10)))
            return False
        self._refusals = 0
        self._comfort.over()
        return True


def _always() -> bool:
    return True


def pause_s(error: TelegramError, first_s: float, failures: int) -> float:
    """How long to wait before the next question: as Telegram asks, or longer each time, with jitter."""
    fault = meaning(error)
    log.warning("Telegram cannot be asked: %s", fault.code)
    if isinstance(error, RetryAfter) and fault.retry_after_s:
        return fault.retry_after_s
    longest_s = min(LONGEST_PAUSE_S, first_s * 2.0 ** min(failures, 10))
    return longest_s * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
