"""Brings messages to one kind of door: in order for each address, many addresses side by side, at least once.

A message is a row written with the step that caused it. What is on its way is known to this process only: after
a crash it is sent again. Results are stored many at a time; meanwhile no transaction is open.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.model.clock import Clock
from bot.model.delivery import DeliveryError, Sender
from bot.model.errors import code_of
from bot.model.people import DoorKind
from bot.storage.database import Database
from bot.workers.loops import Bell
from bot.workers.outbox import DOOR_ENDED, Job, Outbox, Result

log = logging.getLogger(__name__)

PLACES = 32  # addresses served at the same time
LOOK_AGAIN_S = 1.0
FINISH_WITHIN_S = 3.0


class Delivery:
    """The loop that delivers. Ring `bell` after each commit."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: Sender,
        *,
        door_kind: DoorKind = DoorKind.TELEGRAM,
        places: int = PLACES,
        look_again_s: float = LOOK_AGAIN_S,
    ) -> None:
        self._outbox = Outbox(database, clock, door_kind.value)
        self._sender = sender
        self._places = places
        self._look_again_s = look_again_s
        self._results: list[Result] = []
        self._on_their_way: dict[str, asyncio.Task[None]] = {}
        self.bell = Bell()

    async def run(self) -> None:
        """Goes on until it is cancelled; then finishes what is on its way and stores the results."""
        try:
            while True:
                await self._turn()
                await self.bell.wait(self._look_again_s)
        finally:
            await self._finish()

    async def _turn(self) -> None:
        """Results are stored, and new messages are on their way."""
        results, self._results = self._results, []
        busy = frozenset(self._on_their_way)
        exchange = asyncio.ensure_future(
            asyncio.to_thread(self._outbox.exchange, results, busy, self._places - len(busy))
        )
        try:
            chains = await asyncio.shield(exchange)
        except asyncio.CancelledError:
            await asyncio.wait([exchange])
            raise
        except SQLAlchemyError as error:
            self._results = results + self._results
            log.error("the results of deliveries wait: %s", code_of(error))  # noqa: TRY400 - no words in logs
            return
        for address, chain in chains.items():
            self._on_their_way[address] = asyncio.create_task(self._deliver(address, chain))

    async def _deliver(self, address: str, chain: Sequence[Job]) -> None:
        """The messages go out one after the other; what fails for now keeps back those behind it."""
        for job in chain:
            result = await self._deliver_one(job)
            self._results.append(result)
            if job is chain[-1] or result.holds_up:
                break
            self.bell.ring()
        del self._on_their_way[address]
        self.bell.ring()

    async def _deliver_one(self, job: Job) -> Result:
        if not job.may_go:
            return Result(job, error=DeliveryError(DOOR_ENDED, permanent=True))
        try:
            if job.message_id is None:
                return Result(job, await self._sender.send(job.parcel))
            return Result(job, await self._sender.edit(job.parcel, job.message_id))
        except DeliveryError as error:
            return Result(job, error=error)
        except Exception as error:  # noqa: BLE001 - a message that breaks the sender must not stop the others
            return Result(job, error=DeliveryError(type(error).__name__, permanent=True))

    async def _finish(self) -> None:
        running = list(self._on_their_way.values())
        if running:
            await asyncio.wait(running, timeout=FINISH_WITHIN_S)
        for task in running:
            task.cancel()
        if self._results:
            with contextlib.suppress(SQLAlchemyError):  # then they are sent again after the next start
                await asyncio.to_thread(self._outbox.exchange, self._results, frozenset(), 0)
