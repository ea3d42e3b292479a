"""Brings messages to one kind of door: in order for each address, many addresses side by side, at least once.

A message is a row written with the step that caused it. What is on its way is known to this process only: after
a crash it is sent again. Results are stored many at a time; meanwhile no transaction is open.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.content.texts import Texts
from bot.model.delivery import TOO_MANY, DeliveryError, Sender
from bot.model.errors import code_of
from bot.model.meters import SILENT, Delivered, Meters
from bot.model.people import DoorKind
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.loops import Bell
from bot.workers.outbox import DOOR_ENDED, Job, Outbox, Result

log = logging.getLogger(__name__)

PLACES = 128  # addresses served at the same time; with fewer, each look at the database finds less to do
LOOK_AGAIN_S = 1.0
FINISH_WITHIN_S = 2.0  # the whole program ends within five


class Delivery:
    """The loop that delivers. Ring `bell` after each commit."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        sender: Sender,
        *,
        crew: Crew | None = None,
        after_commit: Callable[[], None] = lambda: None,
        meters: Meters = SILENT,
        door_kind: DoorKind = DoorKind.TELEGRAM,
        places: int = PLACES,
        look_again_s: float = LOOK_AGAIN_S,
    ) -> None:
        self._outbox = Outbox(database, tools, texts, crew or Crew(database), door_kind.value)
        self._after_commit = after_commit
        self._meters = meters
        self._door_kind = door_kind
        self._sender = sender
        self._places = places
        self._look_again_s = look_again_s
        self._results: list[Result] = []
        self._on_their_way: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self.bell = Bell()

    async def run(self) -> None:
        """Goes on until it is cancelled; then finishes what is on its way and stores the results."""
        self._stopping = False
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
            if exchange.exception() is not None:
                self._results = results + self._results
            raise
        except Exception as error:
            self._results = results + self._results  # else what is shown already would be shown again
            if not isinstance(error, SQLAlchemyError):
                raise
            self._meters.trouble()
            log.error("the results of deliveries wait: %s", code_of(error))  # noqa: TRY400 - no words in logs
            return
        if any(result.error is not None and result.error.door_closed for result in results):
            self._after_commit()  # the teachers were told
        for address, chain in chains.items():
            self._on_their_way[address] = asyncio.create_task(self._deliver(address, chain))

    async def _deliver(self, address: str, chain: Sequence[Job]) -> None:
        """The messages go out one after the other; what fails for now keeps back those behind it."""
        for job in chain:
            result = await self._deliver_one(job)
            self._results.append(result)
            if job is chain[-1] or result.holds_up or self._stopping:
                break
            self.bell.ring()
        del self._on_their_way[address]
        self.bell.ring()

    async def _deliver_one(self, job: Job) -> Result:
        result = await self._shown(job)
        self._meters.delivered(self._door_kind.value, _outcome(result))
        if result.error is not None and result.error.code == TOO_MANY:
            self._meters.too_many()
        return result

    async def _shown(self, job: Job) -> Result:
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
        self._stopping = True
        running = list(self._on_their_way.values())
        if running:
            await asyncio.wait(running, timeout=FINISH_WITHIN_S)
        for task in running:
            task.cancel()
        if self._results:
            with contextlib.suppress(SQLAlchemyError):  # then they are sent again after the next start
                await asyncio.to_thread(self._outbox.exchange, self._results, frozenset(), 0)


def _outcome(result: Result) -> Delivered:
    if result.error is None:
        return Delivered.SENT if result.job.message_id is None else Delivered.EDITED
    if result.error.door_closed:
        return Delivered.CLOSED
    return Delivered.REFUSED if result.error.permanent else Delivered.LATER
