"""The stage of the assistant's tests; as they are many and small, school and texts are made once and copied."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.labels import TEXTS
from tests.assistant.stage import Stage
from tests.cast import Cast, make_school
from tests.storage.postgres import fresh_database


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A SQLite file with the whole cast in it, and the cast."""
    path = tmp_path_factory.mktemp("assistant") / "school.db"
    made = Database(f"sqlite:///{path}")
    metadata.create_all(made.engine)
    cast = make_school(made, MovableClock())
    made.close()
    return path, cast


@pytest.fixture
def school(
    tmp_path: Path, clock: MovableClock, request: pytest.FixtureRequest
) -> Iterator[tuple[Database, Cast]]:
    """A database of its own with the whole cast in it: a copy, or PostgreSQL where TEST_DATABASE says so."""
    if os.environ.get("TEST_DATABASE") == "postgresql":
        with fresh_database() as url:
            made = Database(url)
            metadata.create_all(made.engine)
            yield made, make_school(made, clock)
            made.close()
        return
    path, cast = request.getfixturevalue("filled")
    shutil.copy(path, tmp_path / "test.db")
    made = Database(f"sqlite:///{tmp_path / 'test.db'}")
    yield made, cast
    made.close()


@pytest.fixture
def database(school: tuple[Database, Cast]) -> Database:
    """The database of this test."""
    return school[0]


@pytest.fixture
def cast(school: tuple[Database, Cast]) -> Cast:
    """Two schools with everybody in them, nobody joined."""
    return school[1]


@pytest.fixture
def texts() -> Texts:
    """Every chat text, compiled once."""
    return TEXTS


@pytest.fixture
def stage(database: Database, tools: Tools, texts: Texts, clock: MovableClock, cast: Cast) -> Stage:
    """The school with everybody invited and nobody joined."""
    return Stage(database, tools, texts, clock, cast)
