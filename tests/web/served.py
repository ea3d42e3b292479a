"""A real server on loopback for the whole run; each test puts its own application behind it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

STARTS_WITHIN_S = 10.0


class Served:
    """The server's address, and the application it serves now."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer of the application of the test that runs now."""
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def serving() -> Iterator[Served]:
    """A server runs in a thread until the end of the block."""
    served = Served()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        served.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(
            uvicorn.Config(
                served,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            ends = time.monotonic() + STARTS_WITHIN_S
            while not server.started:
                assert time.monotonic() < ends
                time.sleep(0.01)
            yield served
        finally:
            server.should_exit = True
            thread.join()
