"""The school that talks are played in, and the server of its web door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.clock import MovableClock
from bot.storage.database import Database
from tests.storage.ready import make_tables
from tests.talks.school import School, open_school
from tests.web.served import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One server for all talks."""
    with serving() as made:
        yield made


@pytest.fixture
def school(tmp_path: Path, clock: MovableClock) -> Iterator[School]:
    """The school of the demo on a database of its own; nobody has joined."""
    url = f"sqlite:///{tmp_path / 'talk.db'}"
    made = Database(url)
    make_tables(made)
    made.close()
    opened = open_school(url, clock)
    yield opened
    opened.database.close()
