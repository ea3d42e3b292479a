"""Backup and restore of a SQLite file through SQLite's own online backup."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine

from bot.model.errors import OperatorError
from bot.storage.backup import (
    NO_DATABASE,
    NOT_OURS,
    NUMBERED_FOR_EVER,
    NUMBERS_LEFT_OUT,
    Contents,
    complete_or_not_at_all,
    contents,
    must_be_known,
)

Progress = Callable[[int, int, int], None]  # as sqlite3 has it: status, pages left, pages in all
PAGES_A_STEP = 1_000
MAX_BUSY_STEPS = 20
FULL = "The backup could not be written; is there room on the disk?"
DAMAGED = "The copy that was made is not whole; check the disk, then try again."
IN_USE = "Another command is at work in the database; try again when it is done."


class _BusyError(Exception):
    """Somebody else kept the target locked for too long."""


def back_up(database: Path, file: Path, *, replace: bool) -> Contents:
    """The file holds what is committed now; who writes meanwhile does not wait."""
    if not database.is_file():
        raise OperatorError(NO_DATABASE)
    with complete_or_not_at_all(file, replace=replace) as part:
        try:
            copy(database, part)
        except sqlite3.Error:
            raise OperatorError(FULL) from None
        return look(part, damaged=DAMAGED)


def copy(database: Path, target: Path, progress: Progress | None = None) -> None:
    """The target holds what is committed in the database now, in one file; raises sqlite3.Error."""
    target.touch(0o600)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copied:
        # One reading transaction for all steps: otherwise each commit of others would begin the copy anew.
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copied, pages=PAGES_A_STEP, progress=progress)
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def copy_beside(database: Path, now: datetime) -> Path:
    """A copy stands beside the database, named by the moment in UTC; raises sqlite3.Error."""
    target = database.with_name(f"{database.name}.{now:%Y%m%dT%H%M%SZ}.backup")
    copy(database, target)
    return target


def look(file: Path, damaged: str = NOT_OURS) -> Contents:
    """What the backup holds, after all of it was read and found whole; raises OperatorError otherwise."""
    address = f"{file.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise OperatorError(damaged)
    except sqlite3.Error:
        raise OperatorError(damaged) from None
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as opened:
            found = contents(opened, NOT_OURS)
    finally:
        engine.dispose()
    must_be_known(found.revision)
    return found


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """The database holds what the backup holds; what stood there before stands beside it at the path returned."""
    database.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    kept = _keep(database, now)
    database.touch(0o600)
    try:
        with (
            closing(sqlite3.connect(backup)) as source,
            closing(sqlite3.connect(database, timeout=0)) as target,
        ):
            source.backup(target, pages=-1, progress=_Patience())
            _leave_numbers_out(target)
    except _BusyError:
        raise OperatorError(IN_USE) from None
    except sqlite3.Error:
        raise OperatorError("The backup could not be put in place; is there room on the disk?") from None
    return kept


def _leave_numbers_out(database: sqlite3.Connection) -> None:
    """No number that may have been given after the backup is given again."""
    with database:
        for table in NUMBERED_FOR_EVER:
            known = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            after = (known[0] if known else 0) + NUMBERS_LEFT_OUT
            database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, after))


def _keep(database: Path, now: datetime) -> Path | None:
    """A copy of the database as it is; one that is damaged is moved aside as it stands."""
    if not database.is_file() or database.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(database)) as connection:
            whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        if whole:
            return copy_beside(database, now)
    except sqlite3.OperationalError:
        raise OperatorError("The present database cannot be copied; is there room on the disk?") from None
    except sqlite3.DatabaseError:
        pass
    aside = database.with_name(f"{database.name}.{now:%Y%m%dT%H%M%SZ}.damaged")
    for ending in ("-wal", "-shm", ""):
        part = database.with_name(database.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside


class _Patience:
    """Ends a copy that waits for somebody else's lock, which SQLite's own would do for ever."""

    def __init__(self) -> None:
        self._busy_steps = 0

    def __call__(self, status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            self._busy_steps += 1
        if self._busy_steps > MAX_BUSY_STEPS:
            raise _BusyError
