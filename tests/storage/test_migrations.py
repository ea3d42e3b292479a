"""Migrations give exactly the schema of the entities, on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, select, text

from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.people import Person, School
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.sqlite_backup import copy_beside
from tests.cast import make_school
from tests.storage.postgres import fresh_database

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'new.db'}")
        yield database
        database.close()
    else:
        with fresh_database() as url:
            database = Database(url)
            yield database
            database.close()


def differences(engine: Engine) -> list[object]:
    """What Alembic would still change to come to the entities."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_an_empty_database_becomes_the_schema_of_the_entities(empty: Database) -> None:
    """After migrating there is nothing left to change, and the revision is the newest."""
    assert migrations.current_revision(empty.engine) is None
    migrations.migrate(empty.engine)
    assert differences(empty.engine) == []
    assert migrations.current_revision(empty.engine) == migrations.newest_revision()


def test_the_comparison_would_see_a_difference(empty: Database) -> None:
    """Without migrating, everything is missing."""
    assert len(differences(empty.engine)) >= len(metadata.tables)


def test_migrating_again_changes_nothing(empty: Database, clock: MovableClock) -> None:
    """A second start of the program keeps schema and data; a whole school fits into the migrated tables."""
    migrations.migrate(empty.engine)
    cast = make_school(empty, clock)
    migrations.migrate(empty.engine)
    with empty.reading() as session:
        assert session.scalars(select(Person.name).where(Person.id == cast.pieter.id)).all() == [
            "Pieter de Vries"
        ]
        assert session.scalars(select(Person.id)).all() != [cast.pieter.id]


def test_the_backup_holds_what_is_committed_and_nothing_else(tmp_path: Path) -> None:
    """The copy is taken while the program has the file open, with rows that are only in the log yet."""
    file = tmp_path / "school.db"
    database = Database(f"sqlite:///{file}")
    metadata.create_all(database.engine)
    with database.writing() as session:
        session.add(School(name="committed", type="bao"))
    with database.writing() as session:
        session.add(School(name="not yet", type="bao"))
        session.flush()
        copy = copy_beside(file, NOW)
    assert copy == tmp_path / "school.db.20260901T100000Z.backup"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM school").fetchall() == [("committed",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_migrated_file_has_its_backup_of_before(tmp_path: Path, clock: MovableClock) -> None:
    """The backup stands at the schema of before, the file at the newest."""
    file = tmp_path / "school.db"
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    copy = copy_beside(file, clock.now())
    migrations.migrate(database.engine)
    old = Database(f"sqlite:///{copy}")
    assert migrations.current_revision(old.engine) is None
    assert migrations.current_revision(database.engine) == migrations.newest_revision()
    old.close()
    database.close()
