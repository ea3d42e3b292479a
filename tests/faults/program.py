"""The program as `oudergesprek run` runs it, without Telegram's own limits and pages: `python -m tests.faults.program`.

At 30 messages a second hardly anything is on its way when it is killed; without limits the most that can be is.
"""

import asyncio
import os
import signal

from bot.channels.telegram.budget import Budget
from bot.model.rhythm import NO_QUIET
from bot.settings import read_settings
from bot.wiring import wire


async def work() -> None:
    """The background work goes on until the process is told to stop."""
    house = wire(read_settings(os.environ), budget=Budget(None), rhythm=NO_QUIET)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        await house.work(stop)
    finally:
        house.close()


if __name__ == "__main__":
    asyncio.run(work())
