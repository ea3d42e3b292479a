"""How much waits is counted, and every question about it is answered by an index."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import sqlite

from bot.model.clock import MovableClock
from bot.model.messages import DeadLetter, Outgoing, OutgoingState
from bot.model.people import DoorKind
from bot.model.workers import Lease
from bot.services import queues, sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.storage.postgres import fresh_database

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def outgoing(clock: MovableClock, kind: DoorKind, state: OutgoingState, *, edited: bool = False) -> Outgoing:
    """One message to somebody, made now."""
    return Outgoing(
        door_kind=kind.value,
        address="1",
        body="b",
        macro="m",
        language="pl",
        state=state.value,
        edited=edited,
        made_at=clock.now(),
    )


def test_an_empty_school_waits_for_nothing(database: Database, clock: MovableClock) -> None:
    """Every number is nought."""
    with database.reading() as session:
        found = queues.look(session, clock.now(), several_workers=False)
    assert set(found.doors) == set(DoorKind)
    assert all((one.waiting, one.oldest_s, one.edits) == (0, 0.0, 0) for one in found.doors.values())
    assert (found.files, found.translations, found.dead_letters, found.workers) == (0, 0, 0, None)


def test_each_queue_is_counted_for_itself(
    database: Database, clock: MovableClock, tools: Tools, cast: Cast
) -> None:
    """Messages per kind of door with the age of the oldest, edits, files, translations, dead letters."""
    waiting, sent, failed = OutgoingState.WAITING, OutgoingState.SENT, OutgoingState.FAILED
    with database.writing() as session:
        session.add_all(outgoing(clock, DoorKind.TELEGRAM, state) for state in (sent, failed, waiting))
        session.add(outgoing(clock, DoorKind.TELEGRAM, sent, edited=True))
        clock.move(seconds=30)
        session.add(outgoing(clock, DoorKind.TELEGRAM, waiting))
        session.add_all(outgoing(clock, DoorKind.WEB, waiting) for _ in range(3))
        session.add(DeadLetter(key="k", reason="KeyError", content={}, made_at=clock.now()))
        everybody = cast.at(session)
        file = sayings.File(kind="voice", door_id=None, file_id="f", content=None)
        said = sayings.keep(
            session, tools, everybody.agnieszka, "Lubi.", child=everybody.kuba, language="pl", file=file
        )
        sayings.want_in(session, tools, said, "nl")
    with database.reading() as session:
        found = queues.look(session, clock.now() + timedelta(seconds=5), several_workers=False)
    telegram, web = found.doors[DoorKind.TELEGRAM], found.doors[DoorKind.WEB]
    assert (telegram.waiting, telegram.oldest_s, telegram.edits) == (2, 35.0, 1)
    assert (web.waiting, web.oldest_s, web.edits) == (3, 5.0, 0)
    assert (found.files, found.dead_letters) == (1, 1)


@pytest.mark.parametrize("kind", list(DoorKind))
@pytest.mark.parametrize(
    ("question", "index"),
    [
        (
            partial(queues.waiting_at, now=NOW),
            "USING COVERING INDEX ix_outgoing_queue (door_kind=? AND state=?)",
        ),
        (partial(queues.oldest_at, now=NOW), "USING INDEX ix_outgoing_queue (door_kind=? AND state=?)"),
        (queues.edits_at, "USING COVERING INDEX ix_outgoing_edited (edited=? AND door_kind=? AND state=?)"),
    ],
)
def test_a_million_messages_do_not_matter(
    database: Database, kind: DoorKind, question: object, index: str
) -> None:
    """Only rows that wait are touched: each question about messages is a search in an index, without sorting."""
    if database.shared:
        pytest.skip("the plans of SQLite")
    assert callable(question)
    query = question(kind)
    assert isinstance(query, Select)
    words = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with database.reading() as session:
        plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
    assert plan == [f"SEARCH outgoing {index}"]


def test_workers_are_counted_where_there_may_be_several(clock: MovableClock) -> None:
    """On PostgreSQL each worker's live lease is one; other leases and those that ran out are none."""
    with fresh_database() as url:
        database = Database(url)
        Outgoing.metadata.create_all(database.engine)
        leases = {"worker:one": 3600.0, "worker:two": 3600.0, "receiving": 3600.0, "worker:gone": -1.0}
        with database.writing() as session:
            session.add_all(
                Lease(name=name, holder="h", until_s=time.time() + left_s) for name, left_s in leases.items()
            )
        with database.reading() as session:
            found = queues.look(session, clock.now(), several_workers=True)
        database.close()
    assert found.workers == 2
