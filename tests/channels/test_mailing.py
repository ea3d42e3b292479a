"""A mailing to many parents goes as fast as Telegram allows, and never faster."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.channels.telegram.budget import Budget
from bot.channels.telegram.client import Client
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.shared_budget import BudgetInDatabase
from bot.model.clock import Clock
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.delivery import Delivery
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.running import running
from tests.storage.postgres import fresh_database
from tests.storage.ready import make_tables
from tests.telegram_rules import Pace
from tests.workers.test_delivery import tools_and_texts, write_all

PARENTS = 120
BUSY_SECOND_S = 0.85  # the benchmark keeps whole ones


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Telegram in which everybody has written before."""
    with FakeTelegram() as made:
        for chat in range(1, PARENTS + 1):
            made.person_says(chat, "/start")
        yield made


@contextmanager
def delivering(database: Database, telegram: FakeTelegram, budgets: list[Budget]) -> Iterator[None]:
    """One worker for each budget."""
    clients = [Client(TOKEN, telegram.url) for _budget in budgets]
    loops = {}
    for number, (client, budget) in enumerate(zip(clients, budgets, strict=True)):
        crew = Crew(database)
        loops[f"crew{number}"] = crew.run
        sender = TelegramSender(client.bot, budget)
        loops[f"delivery{number}"] = Delivery(database, *tools_and_texts(Clock()), sender, crew=crew).run

    async def close() -> None:
        for client in clients:
            await client.close()

    with running(close, **loops):
        yield


def mailed_s(telegram: FakeTelegram) -> float:
    """From the first message to the last, once everybody has one."""
    telegram.wait_until(lambda: sum(map(len, telegram.shown.values())) == PARENTS, 30)
    moments = [shown.sent_at_s for chat in range(1, PARENTS + 1) for shown in telegram.messages(chat)]
    return max(moments) - min(moments)


def test_a_mailing_by_one_worker(database: Database, telegram: FakeTelegram) -> None:
    """Near the allowed rate from the first second on, and Telegram never has to refuse."""
    write_all(database, *((str(chat), "List od szkoły.") for chat in range(1, PARENTS + 1)))
    telegram.pace = Pace(second_s=BUSY_SECOND_S)
    with delivering(database, telegram, [Budget()]):
        assert mailed_s(telegram) < PARENTS / 30 + 1.0
    assert telegram.pace.refused == 0


def test_a_mailing_by_two_workers(telegram: FakeTelegram) -> None:
    """Together they are no faster than Telegram allows, and each takes its part."""
    with fresh_database() as url:
        database = Database(url)
        make_tables(database)
        write_all(database, *((str(chat), "List od szkoły.") for chat in range(1, PARENTS + 1)))
        telegram.pace = Pace(second_s=BUSY_SECOND_S)
        began_s = time.monotonic()
        with delivering(database, telegram, [BudgetInDatabase(database), BudgetInDatabase(database)]):
            assert mailed_s(telegram) < PARENTS / 30 + 2.0
        assert time.monotonic() - began_s > PARENTS / 30 - 1.5
        database.close()
    assert telegram.pace.refused == 0
