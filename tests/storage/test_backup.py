"""A backup is one moment of the database, and stands there whole or not at all."""

import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.model.clock import MovableClock
from bot.model.errors import OperatorError
from bot.model.everything import metadata
from bot.storage import lock, migrations, sqlite_backup
from bot.storage.backup import NUMBERED_FOR_EVER, complete_or_not_at_all
from bot.storage.database import Database
from tests.cast import make_school

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
PADDING = "x" * 3_000


@pytest.fixture
def file(tmp_path: Path, clock: MovableClock) -> Iterator[Path]:
    """A SQLite file with a school in it, of some thousand pages; still open."""
    path = tmp_path / "school.db"
    with closing(Database(f"sqlite:///{path}")) as database:
        migrations.migrate(database.engine)
        make_school(database, clock)
        with database.writing() as session:
            rows = [{"key": f"{number}{PADDING}", "at": NOW.isoformat()} for number in range(4_000)]
            session.execute(text("INSERT INTO received (key, taken_at) VALUES (:key, :at)"), rows)
        yield path


def numbers(path: Path) -> tuple[int, int]:
    """What the writer of the next test wrote in one transaction into two tables."""
    with closing(sqlite3.connect(path)) as connection:
        (school,) = connection.execute("SELECT name FROM school WHERE id = 1").fetchone()
        (group,) = connection.execute("SELECT name FROM school_group WHERE id = 1").fetchone()
        return int(school), int(group)


def test_a_backup_while_somebody_writes_all_the_time(file: Path, tmp_path: Path) -> None:
    """It comes to its end, holds one moment between two transactions, and no writer waits for it."""
    stop, written, waits = threading.Event(), threading.Event(), [0.0]

    def write() -> None:
        with closing(Database(f"sqlite:///{file}")) as database:
            number = 0
            while not stop.is_set():
                number += 1
                began_s = time.monotonic()
                with database.writing() as session:
                    session.execute(text("UPDATE school SET name = :n WHERE id = 1"), {"n": str(number)})
                    session.execute(
                        text("UPDATE school_group SET name = :n WHERE id = 1"), {"n": str(number)}
                    )
                waits.append(time.monotonic() - began_s)
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        written.wait()
        before = len(waits)
        found = sqlite_backup.back_up(file, tmp_path / "copy", replace=False)
        during = waits[before:]
    finally:
        stop.set()
        writer.join()
    assert found.rows["person"] > 0
    assert during
    assert max(during) < 2
    school, group = numbers(tmp_path / "copy")
    assert school == group > 0


def test_what_is_written_meanwhile_does_not_begin_the_copy_anew(file: Path, tmp_path: Path) -> None:
    """Somebody commits after every step; each page is copied once all the same, and none of that is in the copy."""
    left: list[int] = []
    with closing(sqlite3.connect(file, isolation_level=None)) as other:

        def somebody_writes(_status: int, pages_left: int, _pages: int) -> None:
            left.append(pages_left)
            assert len(left) < 50
            other.execute("UPDATE person SET name = 'later'")

        sqlite_backup.copy(file, tmp_path / "copy", somebody_writes)
    assert len(left) > 2
    assert left == sorted(left, reverse=True)
    with closing(sqlite3.connect(tmp_path / "copy")) as connection:
        assert ("later",) not in set(connection.execute("SELECT name FROM person"))


def test_a_backup_is_one_private_file(file: Path, tmp_path: Path) -> None:
    """No log and no journal belongs to it, and nobody else can read it."""
    (tmp_path / "usb").mkdir()
    sqlite_backup.back_up(file, tmp_path / "usb" / "copy", replace=False)
    assert [one.name for one in (tmp_path / "usb").iterdir()] == ["copy"]
    assert stat.S_IMODE((tmp_path / "usb" / "copy").stat().st_mode) == 0o600
    assert (tmp_path / "usb" / "copy").read_bytes()[18:20] == b"\x01\x01"  # not in write-ahead mode


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    """An error in the middle leaves the folder as it was, also what stood there under that name."""
    (tmp_path / "copy").write_text("the one of yesterday")

    def fail() -> None:
        with complete_or_not_at_all(tmp_path / "copy", replace=True) as part:
            part.write_text("half")
            part.with_name(f"{part.name}-journal").write_text("of a database")
            raise OperatorError("the disk is full")

    with pytest.raises(OperatorError):
        fail()
    assert [one.name for one in tmp_path.iterdir()] == ["copy"]
    assert (tmp_path / "copy").read_text() == "the one of yesterday"


def test_somebody_else_was_quicker(tmp_path: Path) -> None:
    """A file that came to stand there meanwhile is not overwritten."""

    def quicker() -> None:
        with complete_or_not_at_all(tmp_path / "copy", replace=False) as part:
            part.write_text("ours")
            (tmp_path / "copy").write_text("theirs")

    with pytest.raises(OperatorError):
        quicker()
    assert (tmp_path / "copy").read_text() == "theirs"


def test_restoring_waits_for_nobody_for_ever(file: Path, tmp_path: Path) -> None:
    """While another command writes, restoring gives up after some seconds, and the database is as it was."""
    sqlite_backup.back_up(file, tmp_path / "copy", replace=False)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("UPDATE person SET name = 'later'")
        other.execute("BEGIN IMMEDIATE")
        began_s = time.monotonic()
        with pytest.raises(OperatorError):
            sqlite_backup.restore(tmp_path / "copy", file, NOW)
        assert time.monotonic() - began_s < 15
        other.execute("ROLLBACK")
        assert set(other.execute("SELECT name FROM person")) == {("later",)}


def test_who_has_the_database_open_sees_what_was_restored(file: Path, tmp_path: Path) -> None:
    """The content is replaced inside the file, so no other command goes on in a file that is gone."""
    sqlite_backup.back_up(file, tmp_path / "copy", replace=False)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("UPDATE person SET name = 'later'")
        assert sqlite_backup.restore(tmp_path / "copy", file, NOW) == file.with_name(
            "school.db.20260901T100000Z.backup"
        )
        assert ("later",) not in set(other.execute("SELECT name FROM person"))
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_number_that_lasts_is_known() -> None:
    """The tables whose ids stand in buttons and addresses."""
    assert {"outgoing", "saying", "run", "answer"} <= set(NUMBERED_FOR_EVER) <= set(metadata.tables)


def test_the_lock(tmp_path: Path) -> None:
    """It is seen from outside while it is held, by whatever way the file is named; it is private, and free after."""
    file = tmp_path / "data" / "school.db"
    assert not lock.is_served(file)
    with lock.sole_user(file):
        assert lock.is_served(file)
        assert stat.S_IMODE(lock.lock_file(file).stat().st_mode) == 0o600
        (tmp_path / "way").symlink_to(file.parent)
        for way in (file, tmp_path / "way" / "school.db"):
            with pytest.raises(OperatorError), lock.sole_user(way):
                pass
    assert not lock.is_served(file)
    with lock.sole_user(None), lock.sole_user(None):
        pass
