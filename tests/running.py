"""Lets the loops of the program run beside a synchronous test, in a thread of their own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bot.workers.loops import run_until

Loop = Callable[[], Coroutine[Any, Any, None]]


@contextmanager
def running(at_the_end: Loop | None = None, /, **loops: Loop) -> Iterator[threading.Event]:
    """The loops run inside the `with` and are stopped at its end; an error that ended them is raised there.

    The event is set when they ended by themselves.
    """
    errors: list[BaseException] = []
    started, ended = threading.Event(), threading.Event()
    stopping: list[Callable[[], object]] = []

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        stopping.append(partial(loop.call_soon_threadsafe, stop.set))
        started.set()
        try:
            await run_until(stop, loops)
        finally:
            if at_the_end is not None:
                await at_the_end()

    def work() -> None:
        try:
            asyncio.run(main())
        except Exception as error:  # noqa: BLE001 - raised again below
            errors.append(error)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    try:
        yield ended
    finally:
        if thread.is_alive():
            stopping[0]()
        thread.join()
    if errors:
        raise errors[0]
