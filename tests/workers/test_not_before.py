"""What is held for quiet hours: not sent before its moment, in its order, and holding up nothing; reminders once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.content.rhythm_file import DEFAULT
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.messages import Outgoing
from bot.model.rhythm import Reminder
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.outbox import Outbox, Result
from bot.workers.reminders import Reminders
from tests.cast import catalogues, make_school, open_door, tools_for
from tests.storage.postgres import fresh_database
from tests.storage.ready import make_tables
from tests.workers.test_delivery import outbox_of, write


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind with the schema."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'school.db'}")
        make_tables(database)
        yield database
        database.close()
        return
    with fresh_database() as url:
        database = Database(url)
        make_tables(database)
        yield database
        database.close()


def _send_all(outbox: Outbox) -> list[str]:
    """What goes out now, in order."""
    sent: list[str] = []
    while chains := outbox.exchange((), frozenset(), 10):
        jobs = [job for chain in chains.values() for job in chain]
        sent += [job.parcel.body for job in jobs]
        outbox.exchange([Result(job, message_id=1) for job in jobs], frozenset(), 0)
    return sent


def test_a_held_message_waits_and_holds_up_no_answer(either: Database, clock: MovableClock) -> None:
    """The answer to an own step overtakes it; held ones keep their order among themselves (004-too-much-info)."""
    crew = Crew(either)
    crew.renew()
    outbox = outbox_of(either, clock, crew)
    morning = clock.now() + timedelta(hours=12)
    with either.writing() as session:
        write(session, "501", "held 1", not_before=morning)
        write(session, "501", "answer 1")
        write(session, "501", "held 2", not_before=morning)
        write(session, "501", "at once", not_before=clock.now())
        write(session, "501", "answer 2")
    assert _send_all(outbox) == ["answer 1", "at once", "answer 2"]
    clock.move(hours=11, minutes=59)
    crew.renew()
    assert _send_all(outbox) == []
    clock.move(minutes=1)
    crew.renew()
    assert _send_all(outbox) == ["held 1", "held 2"]
    with either.reading() as session:
        sent = select(Outgoing.sent_at).where(Outgoing.body.startswith("held"))
        assert all(moment is not None and moment >= morning for moment in session.scalars(sent))


def test_two_workers_remind_once(either: Database, clock: MovableClock) -> None:
    """However many look at the same moment, a reminder is one row and one message (001-hold-to-agreements)."""
    cast = make_school(either, clock)
    tools = replace(tools_for(clock), rhythm=DEFAULT)
    texts = Texts(catalogues(), clock.zone)
    with either.writing() as session:
        open_door(session, clock, cast.pieter)
    clock.move(days=7)
    workers = [Reminders(either, tools, texts) for _worker in range(3)]
    with ThreadPoolExecutor(3) as pool:
        for look in [pool.submit(worker.look) for worker in workers]:
            look.result()
    with either.reading() as session:
        assert len(session.scalars(select(Reminder)).all()) == 1
        assert [row.macro for row in session.scalars(select(Outgoing))] == ["reminders.prepare"]
