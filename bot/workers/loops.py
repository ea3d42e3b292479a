"""How the loops live: woken by a bell, started again after an error, stopped within seconds."""

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from bot.model.errors import OperatorError, code_of

log = logging.getLogger(__name__)

STOP_WITHIN_S = 5.0
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_Result = TypeVar("_Result")


class Bell:
    """Wakes one loop from any thread; rung while nobody waits, it is heard at the next wait."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """The loop that waits looks at once."""
        if self._loop is None:
            self._rung.set()
        else:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, timeout_s: float) -> None:
        """Returns when the bell has rung, or after the time."""
        self._loop = asyncio.get_running_loop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        self._rung.clear()


async def run_until(
    stop: asyncio.Event,
    loops: Mapping[str, Callable[[], Coroutine[Any, Any, None]]],
    pausing: set[str] | None = None,
) -> None:
    """All loops ran until `stop` was set. Raises OperatorError, which ends them all.

    `pausing` holds the names of those that wait after an error, as long as they wait.
    """
    pausing = set() if pausing is None else pausing
    try:
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(_kept_alive(name, loop, pausing), name=name) for name, loop in loops.items()
            ]
            await stop.wait()
            for task in running:
                task.cancel()
    except* OperatorError as group_of_errors:
        raise group_of_errors.exceptions[0] from None


async def _kept_alive(name: str, loop: Callable[[], Coroutine[Any, Any, None]], pausing: set[str]) -> None:
    """The loop runs again after an unexpected error; one that returns is done."""
    pause_s = _FIRST_PAUSE_S
    while True:
        started_s = asyncio.get_running_loop().time()
        try:
            await loop()
        except OperatorError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever happens, the loop goes on
            log.error("loop %s starts again after %s", name, code_of(error))  # noqa: TRY400 - no words in logs
        else:
            return
        if asyncio.get_running_loop().time() - started_s > _LONGEST_PAUSE_S:
            pause_s = _FIRST_PAUSE_S
        pausing.add(name)
        await asyncio.sleep(pause_s)
        pausing.discard(name)
        pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)


async def aside(function: Callable[..., _Result], *arguments: object) -> _Result:
    """The result of a call that may hang: it has a thread of its own, for which no stop waits."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[_Result] = loop.create_future()

    def settle(method: Callable[[Any], None], value: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(lambda: None if outcome.done() else method(value))

    def work() -> None:
        try:
            result = function(*arguments)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            settle(outcome.set_exception, error)
        else:
            settle(outcome.set_result, result)

    threading.Thread(target=work, daemon=True).start()
    return await outcome


def backoff_s(attempts: int, *, first_s: float = 1.0, longest_s: float = 300.0) -> float:
    """How long to wait after so many failures: twice as long each time, with jitter."""
    longest = min(longest_s, first_s * 2.0 ** min(attempts, 30))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
