"""Telegram's limits are kept, by one process and by several together."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from bot.channels.telegram.budget import PUBLISHED, Budget, Limits
from bot.channels.telegram.shared_budget import BudgetInDatabase
from bot.storage.database import Database
from tests.storage.postgres import fresh_database
from tests.storage.ready import make_tables

LATE_S = 0.6  # a busy machine may be late, but not so late
QUICK_CHATS = Limits(chat_interval_s=0.7)


@pytest.fixture(scope="module")
def shared() -> Iterator[Database]:
    """A PostgreSQL database that several workers share."""
    with fresh_database() as url:
        database = Database(url)
        make_tables(database)
        yield database
        database.close()


async def moments(budgets: list[Budget], addresses: list[str]) -> list[float]:
    """When a message to each of these addresses went, in seconds after the start; the workers take turns."""
    start = time.monotonic()

    async def one(number: int, address: str) -> float:
        await budgets[number % len(budgets)].take(address)
        return time.monotonic() - start

    return sorted(await asyncio.gather(*(one(number, address) for number, address in enumerate(addresses))))


def most_within_a_second(went: list[float]) -> int:
    """The fullest second."""
    return max(sum(begin <= moment < begin + 1.0 for moment in went) for begin in went)


def test_no_second_holds_more_than_the_limit() -> None:
    """Of 70 messages to 70 chats at most 30 go within any second, and little less than that."""
    went = asyncio.run(moments([Budget()], [str(chat) for chat in range(70)]))
    assert most_within_a_second(went) <= 30
    assert went[2] < LATE_S
    assert 70 / 30 - 0.5 < went[-1] < 70 / 30 + LATE_S


def test_several_workers_share_the_limit(shared: Database) -> None:
    """Two workers on one database send together no more than one may, each chat at its pace."""
    workers: list[Budget] = [BudgetInDatabase(shared), BudgetInDatabase(shared)]
    went = asyncio.run(moments(workers, [f"many-{chat}" for chat in range(70)]))
    assert most_within_a_second(went) <= 30
    assert went[-1] < 70 / 30 + 2 * LATE_S


def test_two_workers_keep_the_pace_of_one_chat(shared: Database) -> None:
    """A chat takes three at once and then one in each interval, whoever sends."""
    workers: list[Budget] = [BudgetInDatabase(shared, QUICK_CHATS) for _worker in range(2)]
    went = asyncio.run(moments(workers, ["501"] * 5))
    assert went[3] > LATE_S
    assert went[4] > 2 * LATE_S


def test_a_wish_of_telegram_holds_for_every_worker(shared: Database) -> None:
    """When Telegram asks one worker for a pause, the other one waits too."""
    one, other = BudgetInDatabase(shared), BudgetInDatabase(shared)

    async def asked_then_sent() -> float:
        await one.close_for(0.4)
        return (await moments([other], ["502"]))[0]

    assert asyncio.run(asked_then_sent()) > 0.35


def test_one_chat_gets_a_burst_and_then_its_pace() -> None:
    """A chat takes three at once and then one in each interval."""
    went = asyncio.run(moments([Budget(QUICK_CHATS)], ["501"] * 5))
    assert went[2] < LATE_S
    assert went[3] > LATE_S
    assert went[4] > 2 * LATE_S


def test_a_chatty_chat_slows_no_other() -> None:
    """While one chat waits for its pace another one is served at once."""

    async def both() -> tuple[list[float], list[float]]:
        budget = Budget(QUICK_CHATS)
        return await asyncio.gather(moments([budget], ["501"] * 4), moments([budget], ["502"]))

    slow, quick = asyncio.run(both())
    assert slow[-1] > LATE_S
    assert quick[0] < LATE_S


def test_a_wish_of_telegram_holds_for_all() -> None:
    """When Telegram asks for a pause nothing goes before it is over, whatever the limits."""

    async def asked_then_sent() -> float:
        budget = Budget(None)
        await budget.close_for(0.3)
        return (await moments([budget], ["501", "502"]))[0]

    assert asyncio.run(asked_then_sent()) > 0.29


def test_the_limits_stay_within_what_telegram_publishes() -> None:
    """However long the backlog, no second holds more than 30, and a minute holds at least 95 % of what is allowed."""
    given: list[float] = []
    while len(given) < 2000:
        given.append(PUBLISHED.moment_for_all(given, given[-1] if given else 0.0))
    assert most_within_a_second(given) <= 30
    assert sum(moment < 60 for moment in given) >= 0.95 * 30 * 60
