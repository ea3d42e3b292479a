"""SQLite as we use it: explicit transactions, durable, one writer at a time and readers that never wait."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError

from bot.model.people import Group, School
from bot.storage.database import Database
from tests.storage.ready import make_tables


class StopError(Exception):
    """Ends a transaction from inside."""


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database, whatever the other tests run on."""
    made = Database(f"sqlite:///{tmp_path / 'own.db'}")
    make_tables(made)
    yield made
    made.close()


def school_names(database: Database) -> list[str]:
    """The schools that are committed."""
    with database.reading() as session:
        return list(session.scalars(select(School.name).order_by(School.name)))


def test_what_is_written_is_committed_at_the_end(database: Database) -> None:
    """After the block another session sees it, and the entity can still be read."""
    with database.writing() as session:
        school = School(name="De Wilg", type="bao")
        session.add(school)
    assert school.name == "De Wilg"
    assert school_names(database) == ["De Wilg"]


def test_an_error_leaves_nothing_behind(database: Database) -> None:
    """Neither a flushed row nor a released savepoint survives the rollback of the whole."""
    with pytest.raises(StopError), database.writing() as session:  # noqa: PT012
        with session.begin_nested():
            session.add(School(name="in a savepoint", type="bao"))
        session.add(School(name="outside of it", type="bao"))
        session.flush()
        raise StopError
    assert school_names(database) == []


def test_a_savepoint_first_in_a_transaction_does_not_survive_either(database: Database) -> None:
    """With the driver's own transactions the first savepoint would be committed when it is released."""
    with pytest.raises(StopError), database.writing() as session:  # noqa: PT012
        with session.begin_nested():
            session.execute(text("INSERT INTO school (name, type) VALUES ('x', 'bao')"))
        raise StopError
    assert school_names(database) == []


def test_a_savepoint_rolled_back_takes_only_its_own(database: Database) -> None:
    """One poisonous message does not stop the others of a batch."""
    with database.writing() as session:
        for name in ("first", "poison", "last"):
            with suppress(StopError), session.begin_nested():
                session.add(School(name=name, type="bao"))
                session.flush()
                if name == "poison":
                    raise StopError
    assert school_names(database) == ["first", "last"]


def test_a_read_that_later_writes_waits_for_its_turn(sqlite: Database) -> None:
    """Four writers read, then write, all at once: nobody is told "database is locked" and no count is lost."""
    with sqlite.writing() as session:
        session.add(School(name="0", type="bao"))
    together = Barrier(4)

    def count_up(_number: int) -> None:
        together.wait()
        for _ in range(15):
            with sqlite.writing() as session:
                school = session.scalars(select(School)).one()
                school.name = str(int(school.name) + 1)

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(count_up, range(4)))
    assert school_names(sqlite) == ["60"]


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    """While a transaction is open, others read what was committed before it, at once."""
    with database.writing() as session:
        session.add(School(name="seen", type="bao"))
    with database.writing() as session:
        session.add(School(name="not yet", type="bao"))
        session.flush()
        started = time.monotonic()
        assert school_names(database) == ["seen"]
        assert time.monotonic() - started < 1


def test_a_reading_session_stores_nothing(database: Database) -> None:
    """What is changed in it is gone at the end."""
    with database.writing() as session:
        session.add(School(name="kept", type="bao"))
    with database.reading() as session:
        session.scalars(select(School)).one().name = "changed"
        session.flush()
    assert school_names(database) == ["kept"]


def test_foreign_keys_hold(database: Database) -> None:
    """A row that points nowhere is refused."""
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Group(school_id=99, name="3A"))


def test_how_transactions_begin(sqlite: Database) -> None:
    """A writing one takes the lock with its first word; a reading one takes none."""
    said: list[str] = []
    event.listen(
        sqlite.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: said.append(statement.split("\n")[0]),
    )
    with sqlite.writing() as session:
        session.scalar(select(func.count(School.id)))
    with sqlite.reading() as session:
        session.scalar(select(func.count(School.id)))
    assert [one for one in said if one.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]
    assert said[0] == "BEGIN IMMEDIATE"


def test_it_is_durable(sqlite: Database) -> None:
    """Write-ahead log, every commit synced to the disk, foreign keys on, patient for five seconds."""
    with sqlite.reading() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
