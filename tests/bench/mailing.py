"""A message to 800 parents at once, at a Telegram that refuses whatever comes too fast.

The floor is Telegram's own limit of 30 messages a second. One worker on SQLite, then two on one PostgreSQL database.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.channels.telegram.budget import Budget
from bot.channels.telegram.shared_budget import BudgetInDatabase
from bot.model.everything import metadata
from bot.storage.database import Database
from tests.channels.test_mailing import delivering
from tests.fake_telegram import FakeTelegram
from tests.storage.postgres import fresh_database
from tests.telegram_rules import Pace
from tests.workers.test_delivery import write_all

ALLOWED_PER_SECOND = 30


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--parents", type=int, default=800, help="how many get the message (default 800)")


def run(options: argparse.Namespace) -> None:
    """The rate, its share of what is allowed, and how often Telegram refused."""
    with tempfile.TemporaryDirectory() as folder:
        one = Database(f"sqlite:///{Path(folder) / 'school.db'}")
        _mail("1 worker, SQLite", one, [Budget()], options.parents)
    with fresh_database() as url:
        several = Database(url)
        budgets = [BudgetInDatabase(several), BudgetInDatabase(several)]
        _mail("2 workers, PostgreSQL", several, budgets, options.parents)


def _mail(name: str, database: Database, budgets: Sequence[Budget], parents: int) -> None:
    metadata.create_all(database.engine)
    chats = range(1, parents + 1)
    with FakeTelegram() as telegram:
        for chat in chats:
            telegram.person_says(chat, "/start")
        write_all(database, *((str(chat), "List od szkoły.") for chat in chats))
        telegram.pace = pace = Pace()
        with delivering(database, telegram, list(budgets)):
            telegram.wait_until(lambda: sum(map(len, telegram.shown.values())) >= parents, 120)
        moments = [shown.sent_at_s for chat in chats for shown in telegram.messages(chat)]
    database.close()
    rate = (len(moments) - 1) / (max(moments) - min(moments))
    share = 100 * rate / ALLOWED_PER_SECOND
    print(
        f"{name}: {len(moments)} messages, {rate:.1f} a second, {share:.0f} % of what is allowed, "
        f"refused by Telegram: {pace.refused}"
    )
