"""Asks something that may hang, for a monitor that must get an answer: one thread at a time, and not for long."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

PATIENCE_S = 2.0

T = TypeVar("T")


class Patient(Generic[T]):
    """One question. However many ask at once, it is put once; an answer counts for `fresh_s` seconds."""

    def __init__(
        self, question: Callable[[], T], *, patience_s: float = PATIENCE_S, fresh_s: float = 0.0
    ) -> None:
        self._question = question
        self._patience_s = patience_s
        self._fresh_s = fresh_s
        self._asking: asyncio.Task[T | None] | None = None
        self._answer: T | None = None
        self._answered_s = float("-inf")

    async def answer(self) -> T | None:
        """What was answered; None when the database refuses or is too slow."""
        if time.monotonic() - self._answered_s < self._fresh_s:
            return self._answer
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self._asking), self._patience_s)
        return None

    async def _ask(self) -> T | None:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T | None] = loop.create_future()

        def settle(answer: T | None) -> None:
            if not outcome.done():
                outcome.set_result(answer)

        def work() -> None:
            answer = None
            with contextlib.suppress(SQLAlchemyError):
                answer = self._question()
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(settle, answer)

        threading.Thread(target=work, daemon=True).start()  # no stop waits for it
        self._answer = await outcome
        self._answered_s = time.monotonic()
        return self._answer
