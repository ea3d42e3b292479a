"""A disk that is full and a database that is locked: a batch is wholly stored or not at all, and work goes on after."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.dialog.inputs import Change
from bot.model.clock import MovableClock
from bot.model.errors import code_of
from bot.model.incoming import Incoming, InputKind
from bot.model.people import DoorKind, School
from bot.services import preparation
from bot.services.tools import Tools
from bot.storage import migrations
from bot.storage.database import Database
from tests.cast import make_school, open_door, tools_for
from tests.storage import rows

WORDS = "Lang stilzitten is nog lastig. " * 100


class Disk:
    """How many pages the database may have, for every transaction from now on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pages = 1_000_000
        event.listen(database.engine, "begin", self._limit)

    def used(self) -> int:
        """The pages the database has now."""
        with self._database.engine.connect() as connection:
            return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def _limit(self, connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={self.pages}")


@pytest.fixture
def sqlite(tmp_path: Path, clock: MovableClock) -> Iterator[Database]:
    """A SQLite file with everybody in it; Pieter, Agnieszka and Selam stand at their first question."""
    with closing(Database(f"sqlite:///{tmp_path / 'school.db'}")) as database:
        migrations.migrate(database.engine)
        cast, tools = make_school(database, clock), tools_for(clock)
        with database.writing() as session:
            now = cast.at(session)
            pairs = ((now.pieter, now.kuba), (now.agnieszka, now.kuba), (now.selam, now.abel))
            for number, (guardian, child) in enumerate(pairs):
                open_door(session, clock, guardian, DoorKind.TELEGRAM, str(number))
                run = preparation.begin(session, tools, guardian, child).run
                preparation.advance(session, tools, guardian, run, Change("BO01"))
        yield database


def batch(clock: MovableClock) -> list[Incoming]:
    """Each of the three says something long, and one of them twice."""
    return [
        Incoming(
            key=f"update:{number}",
            door_kind=DoorKind.TELEGRAM.value,
            address=str(number % 3),
            kind=InputKind.WORDS,
            at=clock.now(),
            text=WORDS,
            message_key=f"message:{number}",
        )
        for number in range(4)
    ]


def refused(reception: Reception, messages: list[Incoming]) -> str | None:
    """Why the database did not take the messages; None when it did."""
    try:
        reception.take(messages)
    except OperationalError as error:
        return code_of(error)
    return None


def test_a_full_disk_stores_a_batch_wholly_or_not_at_all(
    sqlite: Database, clock: MovableClock, tools: Tools, texts: Texts
) -> None:
    """The disk becomes full at every possible page of the batch; as soon as there is room, all of it is stored."""
    disk = Disk(sqlite)
    reception = Reception(sqlite, tools, texts)
    before = rows.read(sqlite.engine)
    disk.pages = disk.used()
    refusals = []
    while (refusal := refused(reception, batch(clock))) is not None:
        refusals.append(refusal)
        assert rows.read(sqlite.engine) == before
        disk.pages += 1
    assert len(refusals) > 3
    assert set(refusals) == {"OperationalError (SQLITE_FULL)"}
    after = rows.read(sqlite.engine)
    assert [row["key"] for row in after["received"]] == [f"update:{number}" for number in range(4)]
    assert [row["original"] for row in after["saying"]] == [WORDS] * 4
    assert after["dead_letter"] == []
    with closing(sqlite3.connect(sqlite.engine.url.database or "")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_lock_that_lasts_longer_than_our_patience(sqlite: Database) -> None:
    """The transaction is refused after the time-out and leaves nothing; when the lock is gone the same one works."""
    event.listen(
        sqlite.engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=200")
    )
    sqlite.engine.dispose()
    before = rows.read(sqlite.engine)
    with closing(sqlite3.connect(sqlite.engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began_s = time.monotonic()
        with pytest.raises(OperationalError) as caught, sqlite.writing() as session:
            session.add(School(name="De Eik", type="bao"))
        assert code_of(caught.value) == "OperationalError (SQLITE_BUSY)"
        assert 0.2 <= time.monotonic() - began_s < 3
        assert rows.read(sqlite.engine) == before
        other.execute("ROLLBACK")
    with sqlite.writing() as session:
        session.add(School(name="De Eik", type="bao"))
    assert len(rows.read(sqlite.engine)["school"]) == len(before["school"]) + 1
