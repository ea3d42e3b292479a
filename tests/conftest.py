"""What every test may ask for: a real database, a clock that stands still, the tools, the texts, the cast."""

import gc
import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import BEGIN, Cast, catalogues, copy_school, tools_for
from tests.log_watch import WATCH, LogWatch, watching
from tests.storage.postgres import fresh_database, plan_shared_server, stop_shared_server
from tests.storage.ready import make_tables


def pytest_configure(config: pytest.Config) -> None:
    """All processes of this run share one PostgreSQL, which is brought when a test first asks for it."""
    if plan_shared_server():
        config.add_cleanup(stop_shared_server)


def pytest_collection_finish() -> None:
    """What program and tests are made of is never garbage: to look through it again costs a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _all_log_lines() -> Iterator[None]:
    """Whatever any test logs is watched."""
    with watching():
        yield


@pytest.fixture(autouse=True)
def no_words_in_logs(_all_log_lines: None) -> Iterator[LogWatch]:
    """No log line of this test carries a name, a number, a token or a person's words (design promise 7)."""
    yield WATCH
    assert WATCH.taken() == [], "log lines that tell too much"


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at 1 September 2026, noon at the school, until it is moved."""
    return MovableClock(start=BEGIN)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with the schema: a SQLite file, or PostgreSQL where TEST_DATABASE says so."""
    wanted = os.environ.get("TEST_DATABASE", "sqlite")
    with fresh_database() if wanted == "postgresql" else nullcontext(f"sqlite:///{tmp_path}/test.db") as url:
        made = Database(url)
        make_tables(made)
        yield made
        made.close()


@pytest.fixture
def tools(clock: MovableClock) -> Tools:
    """The shipped scripts and languages, no phrases, no translator, the bot's name known."""
    return tools_for(clock)


@pytest.fixture
def texts(clock: MovableClock) -> Texts:
    """Every chat text and page."""
    return Texts(catalogues(), clock.zone)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> Cast:
    """Two schools with everybody in them, nobody joined."""
    return copy_school(database, clock)
