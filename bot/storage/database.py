"""The engine and its sessions. Only reception, web requests and workers open one, and only they commit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

import bot.model.everything  # noqa: F401  (mappers must be complete before the first session)

BUSY_TIMEOUT_MS = 5_000
READ_ONLY = {"read_only": True}


class Database:
    """One database of one school or board; SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._queue = threading.Lock()

    @property
    def shared(self) -> bool:
        """Whether several workers may use it at the same time; a SQLite file serves one."""
        return self.engine.dialect.name != "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any error; takes the write lock at once."""
        with self._turn(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; on SQLite it never waits for a writer."""
        with Session(self.engine.execution_options(**READ_ONLY)) as session:
            yield session
            session.rollback()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The writers of this process wait for each other: one that SQLite keeps waiting looks only now and then."""
        has_turn = not self.shared and self._queue.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if has_turn:
                self._queue.release()

    def close(self) -> None:
        """All connections are given back."""
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """An engine whose SQLite transactions are explicit, durable (WAL, FULL) and begin IMMEDIATE to write."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # an error must not quote what a parent said
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
