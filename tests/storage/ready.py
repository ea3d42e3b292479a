"""A schema and a school that are made once in each process and copied into every test's SQLite file.

Making them takes longer than most tests do. On PostgreSQL they are made afresh.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.model.everything import metadata
from bot.storage.database import Database

Maker = Callable[[Database], None]


def make_tables(database: Database) -> None:
    """The empty database has today's schema."""
    fill(database, _make_tables)


def fill(database: Database, make: Maker) -> None:
    """The database holds what `make` makes of an empty one, and nothing else; `make` does the same each time."""
    if database.shared:
        make(database)
        return
    with closing(database.engine.raw_connection()) as connection:
        assert isinstance(connection.driver_connection, sqlite3.Connection)
        _made_once(make).backup(connection.driver_connection)


def _make_tables(database: Database) -> None:
    metadata.create_all(database.engine)


@cache
def _made_once(make: Maker) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with TemporaryDirectory() as folder:
        file = Path(folder, "made.db")
        database = Database(f"sqlite:///{file}")
        make(database)
        database.close()
        with closing(sqlite3.connect(file)) as made:
            made.backup(memory)
    return memory
