"""Server-sent events: a chat's browser is told what is new, with no thread and no transaction while it waits."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import StreamingResponse

from bot.web.bell import Bell

log = logging.getLogger(__name__)

LIFETIME_S = 600.0  # then the browser comes back by itself
COME_BACK_MS = 3_000

Fetch = Callable[[int, dict[int, str]], Awaitable[tuple[dict[str, Any] | None, int]]]


def event_stream(bell: Bell, address: str, fetch: Fetch, *, after: int) -> StreamingResponse:
    """A stream of what `fetch(after, seen)` gives each time the bell rings for the address."""
    return StreamingResponse(
        _events(bell, address, fetch, after),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},  # a proxy hands each event on at once
    )


async def _events(bell: Bell, address: str, fetch: Fetch, after: int) -> AsyncIterator[str]:
    seen: dict[int, str] = {}
    ends = time.monotonic() + LIFETIME_S
    async with bell.listening(address) as rung:
        yield f"retry: {COME_BACK_MS}\nevent: hello\ndata: {{}}\n\n"
        while not bell.closed and time.monotonic() < ends:
            rung.clear()
            try:
                data, after = await fetch(after, seen)
            except SQLAlchemyError as error:  # busy now: the next round brings it
                log.warning("a stream could not look: %s", type(error).__name__)
                data = None
            if data is not None:
                yield f"id: {after}\ndata: {json.dumps(data)}\n\n"
                if not data["open"]:
                    return
            try:
                await asyncio.wait_for(rung.wait(), bell.heartbeat_s)
            except TimeoutError:
                yield ": still here\n\n"
