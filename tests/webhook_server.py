"""The web application with the address for Telegram in it, served on the loop that the other loops run on."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def public_address() -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens on loopback, and the address of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


def serve(app: ASGIApp, listening: socket.socket) -> Callable[[], Coroutine[Any, Any, None]]:
    """A loop that serves the application until it is cancelled."""

    async def run() -> None:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        serving = asyncio.ensure_future(server.serve(sockets=[listening.dup()]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving

    return run
