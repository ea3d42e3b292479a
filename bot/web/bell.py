"""Wakes the open chats when there is something new: one small query for all, no thread or transaction each."""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bot.model.messages import Outgoing
from bot.storage.database import Database

LOOK_AGAIN_S = 5.0  # for what another process wrote
HEARTBEAT_S = 15.0  # shorter than the patience of proxies and phone networks
GATHER_S = 0.1  # several rings within this time are one look
ADDRESSES_A_QUERY = 500

Mark = tuple[object, ...]


class Bell:
    """Rung from any thread after a commit; chats wait for it under their address."""

    def __init__(self, database: Database, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.heartbeat_s = heartbeat_s
        self._database = database
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung: asyncio.Event | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._marks: dict[str, Mark] = {}
        self.closed = False

    def ring(self) -> None:
        """The open chats look soon; may be called from any thread, and when nobody waits."""
        with self._lock:
            loop, rung = self._loop, self._rung
        if loop is not None and rung is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(rung.set)

    def close(self) -> None:
        """Every waiting chat ends its stream, so that the server can stop; from any thread."""
        self.closed = True
        with self._lock:
            loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake_all)

    def listeners(self, address: str) -> int:
        """How many streams wait under this address."""
        return len(self._waiting.get(address, ()))

    @contextlib.asynccontextmanager
    async def listening(self, address: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever there may be something new for this address."""
        mine = asyncio.Event()
        self._begin_watch()
        self._waiting[address].add(mine)
        try:
            yield mine
        finally:
            self._waiting[address].discard(mine)
            if not self._waiting[address]:
                del self._waiting[address]
                self._marks.pop(address, None)
            if not self._waiting:
                self._end_watch()

    def _begin_watch(self) -> None:
        loop = asyncio.get_running_loop()
        if self._watcher is not None and self._loop is loop and not self._watcher.done():
            return
        rung = asyncio.Event()
        with self._lock:
            self._loop, self._rung = loop, rung
        self._watcher = loop.create_task(self._watch(rung))

    def _end_watch(self) -> None:
        with self._lock:
            self._loop, self._rung = None, None
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def _watch(self, rung: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_AGAIN_S)
            rung.clear()
            addresses = list(self._waiting)
            with contextlib.suppress(SQLAlchemyError):  # busy now: the next look finds it
                for address, mark in (await run_in_threadpool(self._look, addresses)).items():
                    if self._marks.get(address) != mark:
                        self._marks[address] = mark
                        for event in self._waiting.get(address, ()):
                            event.set()
            await asyncio.sleep(GATHER_S)

    def _look(self, addresses: list[str]) -> dict[str, Mark]:
        """For each address what its newest message and newest edit are."""
        found: dict[str, Mark] = {}
        with self._database.reading() as session:
            for start in range(0, len(addresses), ADDRESSES_A_QUERY):
                some = addresses[start : start + ADDRESSES_A_QUERY]
                rows = session.execute(
                    select(
                        Outgoing.address, func.max(Outgoing.id), func.count(), func.max(Outgoing.changed_at)
                    )
                    .where(Outgoing.address.in_(some))
                    .group_by(Outgoing.address)
                )
                found.update({address: (newest, count, change) for address, newest, count, change in rows})
        return found
