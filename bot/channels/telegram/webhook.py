"""Takes in what Telegram sends to our own address, and answers 200 only after it is stored. Knows no session.

Whatever else comes with the right secret is answered 200 too, or Telegram would repeat it and hold back what follows.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.telegram.client import Client
from bot.channels.telegram.comfort import Comfort
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.updates import read, understood
from bot.channels.telegram.webhook_watch import PATH, secret_for
from bot.model.clock import Clock
from bot.model.errors import code_of
from bot.model.incoming import Incoming
from bot.model.meters import SILENT, Meters, Polled

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MAX_BODY_BYTES = 1_000_000
MAX_BATCH = 100  # as many as one answer to getUpdates holds
AGAIN_AFTER_S = 2  # without this Telegram waits up to two minutes


@dataclass(frozen=True)
class _Waiting:
    update_id: int
    incoming: Incoming
    stored: asyncio.Future[bool]


class Webhook:
    """The address for Telegram; `take` runs in a thread and returns when all is committed.

    What comes in while one batch is stored becomes the next one.
    """

    def __init__(
        self,
        client: Client,
        take: Callable[[Sequence[Incoming]], None],
        comfort: Callable[[Incoming], str],
        clock: Clock,
        *,
        meters: Meters = SILENT,
    ) -> None:
        self._secret = secret_for(client.bot.token).encode()
        self._courtesies = Courtesies(client.bot)
        self._comfort = Comfort(client.bot, comfort)
        self._take = take
        self._clock = clock
        self._meters = meters
        self._waiting: list[_Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    def routes(self) -> list[BaseRoute]:
        """The address, for the web application."""
        return [Route(PATH, self._receive, methods=["POST"])]

    async def _receive(self, request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            log.error("an update is too large")
            return Response(status_code=413)
        update = read(body)
        if update is None:
            return Response()
        incoming = understood(update, self._clock.now())
        if incoming is not None and not await self._stored(update.update_id, incoming):
            return Response(status_code=503, headers={"Retry-After": str(AGAIN_AFTER_S)})
        self._courtesies.offer(update)
        return Response()

    async def _stored(self, update_id: int, incoming: Incoming) -> bool:
        """Whether it is committed; if not, Telegram keeps it for later."""
        mine = _Waiting(update_id, incoming, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        return await mine.stored

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                batch = sorted(self._waiting[:MAX_BATCH], key=lambda one: one.update_id)
                del self._waiting[:MAX_BATCH]
                stored = await self._store([one.incoming for one in batch])
                for one in batch:
                    if not one.stored.done():
                        one.stored.set_result(stored)
        finally:
            self._storing = None

    async def _store(self, batch: Sequence[Incoming]) -> bool:
        try:
            await asyncio.to_thread(self._take, batch)
        except Exception as error:  # noqa: BLE001  (every request of the batch needs its answer)
            self._meters.polled(Polled.NOT_STORED)
            self._comfort.offer(batch)
            log.error("nothing stored, nothing confirmed: %s", code_of(error))  # noqa: TRY400 - no words in logs
            return False
        self._meters.polled(Polled.NEWS)
        self._comfort.over()
        return True


async def _body(request: Request) -> bytes | None:
    """What came in; None as soon as it is known to be too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)
