"""Telegram's limits are kept."""

import asyncio
import time

from bot.channels.telegram.budget import Budget

LATE_S = 0.6  # a busy machine may be late, but not so late


async def moments(budget: Budget, addresses: list[str]) -> list[float]:
    """When a message to each of these addresses went, in seconds after the start."""
    start = time.monotonic()

    async def one(address: str) -> float:
        await budget.take(address)
        return time.monotonic() - start

    return sorted(await asyncio.gather(*(one(address) for address in addresses)))


def test_no_second_holds_more_than_the_limit() -> None:
    """Of 70 messages to 70 chats at 30 a second no 31 go within one second."""
    went = asyncio.run(moments(Budget(30), [str(chat) for chat in range(70)]))
    assert all(later - earlier > LATE_S for earlier, later in zip(went, went[30:], strict=False))
    assert went[29] < LATE_S
    assert went[-1] < 2 + LATE_S


def test_one_chat_gets_a_burst_and_then_its_pace() -> None:
    """A chat takes three at once and then one in each interval."""
    went = asyncio.run(moments(Budget(30, chat_burst=3, chat_interval_s=0.7), ["501"] * 5))
    assert went[2] < LATE_S
    assert went[3] > LATE_S
    assert went[4] > 2 * LATE_S


def test_a_chatty_chat_slows_no_other() -> None:
    """While one chat waits for its pace another one is served at once."""

    async def both() -> tuple[list[float], list[float]]:
        budget = Budget(30, chat_interval_s=0.7)
        return await asyncio.gather(moments(budget, ["501"] * 4), moments(budget, ["502"]))

    slow, quick = asyncio.run(both())
    assert slow[-1] > LATE_S
    assert quick[0] < LATE_S


def test_a_wish_of_telegram_holds_for_all() -> None:
    """When Telegram asks for a pause nothing goes before it is over, whatever the limits."""
    budget = Budget(None)
    budget.close_for(0.3)
    assert asyncio.run(moments(budget, ["501", "502"]))[0] > 0.29
