"""Loops live on after errors, wake at the bell and stop in time."""

import asyncio
import logging
import threading
import time

import pytest

from bot.model.errors import OperatorError
from bot.workers import loops
from bot.workers.loops import Bell, aside, backoff_s, run_until


def test_the_bell_wakes_from_another_thread() -> None:
    """A loop that waits goes on as soon as a thread rings, and otherwise after its time."""

    async def main() -> tuple[float, float]:
        bell = Bell()
        threading.Timer(0.05, bell.ring).start()
        start_s = time.monotonic()
        await bell.wait(5)
        rung_s = time.monotonic() - start_s
        await bell.wait(0.2)
        return rung_s, time.monotonic() - start_s - rung_s

    rung_s, waited_s = asyncio.run(main())
    assert 0.04 < rung_s < 1
    assert 0.19 < waited_s < 1


def test_a_bell_rung_early_or_late_is_heard_or_harmless() -> None:
    """A ring before the wait is not lost; a ring after the end of the loop does nothing."""
    bell = Bell()
    bell.ring()
    start_s = time.monotonic()
    asyncio.run(bell.wait(5))
    assert time.monotonic() - start_s < 1
    bell.ring()


def test_a_loop_goes_on_after_an_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It runs again, and the log holds the kind of error and no words."""
    monkeypatch.setattr(loops, "_FIRST_PAUSE_S", 0.01)
    runs = []

    async def main() -> None:
        stop = asyncio.Event()

        async def stumbles() -> None:
            runs.append(1)
            if len(runs) == 3:
                stop.set()
                await asyncio.sleep(60)
            raise ValueError("słowa rodzica")

        await run_until(stop, {"stumbles": stumbles})

    with caplog.at_level(logging.INFO):
        asyncio.run(main())
    assert len(runs) == 3
    assert "stumbles" in caplog.text
    assert "ValueError" in caplog.text
    assert "rodzica" not in caplog.text


def test_a_loop_that_waits_after_an_error_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name stands there during its pause, and neither before nor afterwards."""
    monkeypatch.setattr(loops, "_FIRST_PAUSE_S", 0.3)
    pausing: set[str] = set()
    at_the_start: list[set[str]] = []
    during: list[set[str]] = []

    async def main() -> None:
        stop = asyncio.Event()

        async def stumbles() -> None:
            at_the_start.append(set(pausing))
            if len(at_the_start) == 2:
                stop.set()
                await asyncio.sleep(60)
            raise ValueError

        async def looks() -> None:
            await asyncio.sleep(0.1)
            during.append(set(pausing))

        await run_until(stop, {"stumbles": stumbles, "looks": looks}, pausing)

    asyncio.run(main())
    assert (at_the_start, during, pausing) == ([set(), set()], [{"stumbles"}], set())


def test_a_loop_that_is_done_is_done() -> None:
    """One that returns is not started again, and the others go on."""
    runs = []

    async def main() -> None:
        stop = asyncio.Event()

        async def once() -> None:
            runs.append("once")

        async def other() -> None:
            await asyncio.sleep(0.1)
            runs.append("other")
            stop.set()

        await run_until(stop, {"once": once, "other": other})

    asyncio.run(main())
    assert runs == ["once", "other"]


def test_what_the_operator_must_mend_ends_all() -> None:
    """An OperatorError comes out as it is, and the other loops end too."""
    ended = []

    async def refuses() -> None:
        raise OperatorError("Set TELEGRAM_TOKEN.")

    async def other() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    with pytest.raises(OperatorError, match="TELEGRAM_TOKEN"):
        asyncio.run(run_until(asyncio.Event(), {"refuses": refuses, "other": other}))
    assert ended == [True]


def test_a_stop_does_not_wait_for_what_hangs_aside() -> None:
    """A call that hangs in its own thread delays neither the stop nor the end of the program."""
    hangs = threading.Event()

    async def main() -> None:
        stop = asyncio.Event()

        async def asks() -> None:
            await aside(hangs.wait, 60)

        asyncio.get_running_loop().call_later(0.1, stop.set)
        await run_until(stop, {"asks": asks})

    start_s = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - start_s < 2
    hangs.set()


def test_aside_hands_back_results_and_errors() -> None:
    """The caller gets what the call gives or raises."""

    def fails() -> None:
        raise KeyError("a")

    async def main() -> int:
        with pytest.raises(KeyError):
            await aside(fails)
        return await aside(max, 3, 8)

    assert asyncio.run(main()) == 8


def test_pauses_grow_and_end() -> None:
    """Each pause is about twice the last one, never above the longest."""
    for attempts in range(50):
        whole_s = min(300.0, 2.0**attempts)
        assert whole_s / 2 <= backoff_s(attempts) <= whole_s
