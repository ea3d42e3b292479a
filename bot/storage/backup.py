"""Backups of a whole school, taken while the program runs: a file that is complete and checked, or none at all."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.model.errors import OperatorError
from bot.model.everything import metadata
from bot.storage import migrations

OURS = frozenset({"alembic_version", "school", "person", "outgoing"})  # in every revision there ever was
COUNTED = ("person", "child", "answer", "entry", "agreement", "message", "attachment")
# Numbers given after the backup stand in buttons on phones: after a restore they must not mean something new.
NUMBERS_LEFT_OUT = 1_000_000
NUMBERED_FOR_EVER = tuple(
    table.name for table in metadata.sorted_tables if table.dialect_options["sqlite"]["autoincrement"]
)
NOT_OURS = "This file is no backup of this program."
NEWER = "This backup comes from a newer version of this program; install that first."
NO_DATABASE = "There is nothing to keep yet: the database at DATABASE_URL has no school in it."


@dataclass(frozen=True)
class Contents:
    """What a database or a backup of it holds: its revision, and how many rows of each kind."""

    revision: str
    rows: Mapping[str, int]


def contents(connection: Connection, otherwise: str) -> Contents:
    """What the database holds, as this transaction sees it; raises OperatorError(otherwise) if it is not ours."""
    tables = set(inspect(connection).get_table_names())
    if not tables >= OURS:
        raise OperatorError(otherwise)
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    rows = {
        table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608
        for table in COUNTED
        if table in tables
    }
    return Contents(str(revision), rows)


def must_be_known(revision: str | None) -> str:
    """The revision; raises OperatorError if there is none, or if this program is too old for it."""
    if not revision:
        raise OperatorError(NOT_OURS)
    if not migrations.is_known(revision):
        raise OperatorError(NEWER)
    return revision


@contextmanager
def complete_or_not_at_all(file: Path, *, replace: bool) -> Iterator[Path]:
    """A private file to fill; at the end of the `with` it stands at `file`, after an error nothing does."""
    _must_be_free(file, replace)
    number, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    os.close(number)
    part = Path(name)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        _must_be_free(file, replace)
        part.replace(file)
        _sync_folder(file.parent)
    finally:
        for left in file.parent.glob(f"{part.name}*"):  # a database may have left its journal too
            left.unlink()


def _must_be_free(file: Path, replace: bool) -> None:
    if file.exists() and not replace:
        raise OperatorError(f"{file} is there already; choose another name, or add --replace.")


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def kind_of(file: Path) -> str:
    """`sqlite` or `postgresql`, by how the file begins; raises OperatorError if it is neither."""
    with file.open("rb") as opened:
        beginning = opened.read(16)
    for kind, mark in (("sqlite", b"SQLite format 3\0"), ("postgresql", b"PGDMP")):
        if beginning.startswith(mark):
            return kind
    raise OperatorError(NOT_OURS)
