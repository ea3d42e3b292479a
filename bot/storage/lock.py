"""Who serves a database: one program at a time a SQLite file, by a lock beside it; any number PostgreSQL.

The lock ends with the program that holds it, however it ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, func, inspect, select

from bot.model.errors import OperatorError
from bot.model.workers import Lease

DIR_MODE = 0o700
FILE_MODE = 0o600
HELD = (
    "Another `oudergesprek run` serves this database; stop that one first, "
    "or set DATABASE_URL to PostgreSQL, where several may run."
)


def lock_file(database_file: Path) -> Path:
    """Where the lock of a SQLite file stands, by whatever way the file is named."""
    file = database_file.resolve()
    return file.with_name(f"{file.name}.lock")


@contextmanager
def sole_user(database_file: Path | None, sentence: str = HELD) -> Iterator[None]:
    """Nobody else serves this SQLite file meanwhile; raises OperatorError at once where somebody does.

    None stands for a database that many may serve.
    """
    if database_file is None:
        yield
        return
    database_file.parent.mkdir(parents=True, mode=DIR_MODE, exist_ok=True)
    lock = FileLock(lock_file(database_file), timeout=0, mode=FILE_MODE)
    try:
        lock.acquire()
    except Timeout:
        raise OperatorError(sentence) from None
    try:
        yield
    finally:
        lock.release()


def is_served(database_file: Path) -> bool:
    """Whether a program serves this SQLite file now."""
    if not lock_file(database_file).exists():
        return False
    try:
        with sole_user(database_file):
            return False
    except OperatorError:
        return True


def serving_workers(engine: Engine) -> int:
    """How many programs serve this PostgreSQL database now, by its own clock."""
    if not inspect(engine).has_table(Lease.__tablename__):
        return 0
    now_s = func.extract("epoch", func.clock_timestamp())
    counted = select(func.count()).where(Lease.name.startswith("worker:"), Lease.until_s > now_s)
    with engine.connect() as connection:
        return int(connection.execute(counted).scalar_one())
