"""One round of the reminders: in a small school, and in one of 1,000 children, 5,000 agreements and 100,000 answers.

In both the same few agreements are due, so that the statements may differ by nothing. The floor is what SQLite itself
takes for the two questions behind a round: which agreements are due, and which parents are not ready.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select, text, update

from bot.content.texts import Texts
from bot.model.agreements import Agreement, AgreementParty, AgreementVersion
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.people import Door, Guardianship
from bot.model.translation import Saying
from bot.storage.database import Database
from bot.workers.reminders import Reminders
from tests.bench.counting import counted
from tests.bench.large_school import DUTCH, FIRST, large_school
from tests.cast import catalogues, tools_for

AT = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
SMALL_CHILDREN, AGREEMENTS_OF_A_CHILD = 50, 5
WHICH_ARE_DUE = """
SELECT v.id FROM agreement a JOIN agreement_version v ON v.agreement_id = a.id
WHERE a.state = 'active' AND (v.due_on <= :today OR v.look_back_on <= :today)
"""
WHO_IS_NOT_READY = """
SELECT g.id FROM guardianship g JOIN door d ON d.person_id = g.person_id
WHERE g.ended_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM run r WHERE r.person_id = g.person_id AND r.child_id = g.child_id AND r.reviewed_at IS NOT NULL
)
"""


@dataclass(frozen=True)
class Round:
    """What one look cost."""

    took_s: float
    statements: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--children", type=int, default=1000, help="children in the school (default 1000)")
    parser.add_argument("--answers", type=int, default=100_000, help="answers in the school (default 100000)")
    parser.add_argument("--due", type=int, default=20, help="agreements that are due (default 20)")


def run(options: argparse.Namespace) -> None:
    """Seconds and statements of each round, and how many times the floor it took."""
    for children in (SMALL_CHILDREN, options.children):
        answers = options.answers * children // options.children
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'school.db'}")
            metadata.create_all(database.engine)
            clock = MovableClock(start=AT)
            large_school(database, clock, children, answers)
            agreements = _agree(database, clock)
            print(f"{children} children, {agreements} agreements, {answers} answers")
            worker = Reminders(database, tools_for(clock), Texts(catalogues(), clock.zone))
            floor_s = min(_timed(partial(_ask_by_hand, database, clock.today())) for _ in range(5))
            print(f"  floor: two statements by hand       {floor_s * 1000:8.1f} ms")
            for name, one in _rounds(database, worker, clock.today(), options.due):
                ratio = one.took_s / floor_s
                print(
                    f"  {name:34}  {one.took_s * 1000:8.1f} ms  {one.statements:5} statements  {ratio:6.1f} x the floor"
                )
            database.close()


def _rounds(database: Database, worker: Reminders, today: date, due: int) -> Iterator[tuple[str, Round]]:
    worker.look()  # the texts are read
    yield "nothing is due", _look(database, worker)
    _make_due(database, today, due)
    yield f"{due} agreements are due", _look(database, worker)
    yield "the same once more, all reminded", _look(database, worker)


def _look(database: Database, worker: Reminders) -> Round:
    with counted(database) as sent:
        took_s = _timed(worker.look)
    return Round(took_s, len(sent))


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _ask_by_hand(database: Database, today: date) -> None:
    with database.engine.connect() as connection:
        connection.execute(text(WHICH_ARE_DUE), {"today": today.isoformat()}).all()
        connection.execute(text(WHO_IS_NOT_READY)).all()


def _agree(database: Database, clock: MovableClock) -> int:
    """Every parent has joined, and several agreements about each child are active, their day months away."""
    now, later = clock.now(), clock.today() + timedelta(days=90)
    with database.writing() as session:
        families = session.execute(
            select(Guardianship.person_id, Guardianship.child_id).where(Guardianship.id >= FIRST)
        ).all()
        doors = [
            {"id": person_id, "person_id": person_id, "kind": "web", "address": f"bench-{person_id}"}
            | {"joined_at": now, "confirmed_at": now, "welcomed_at": now, "state": {}}
            for person_id, _child_id in families
        ]
        made = [
            (10 * FIRST + number * AGREEMENTS_OF_A_CHILD + one, person_id, child_id)
            for number, (person_id, child_id) in enumerate(families)
            for one in range(AGREEMENTS_OF_A_CHILD)
        ]
        session.execute(insert(Door), doors)
        session.execute(
            insert(Saying),
            [
                {"id": one, "author_id": person_id, "child_id": child_id, "original": DUTCH, "language": "nl"}
                | {"detected_language": "nl", "said_at": now}
                for one, person_id, child_id in made
            ],
        )
        session.execute(
            insert(Agreement),
            [
                {"id": one, "child_id": child_id, "state": "active", "made_at": now, "activated_at": now}
                for one, _person_id, child_id in made
            ],
        )
        session.execute(
            insert(AgreementParty),
            [{"id": one, "agreement_id": one, "person_id": person_id} for one, person_id, _child_id in made],
        )
        session.execute(
            insert(AgreementVersion),
            [
                {"id": one, "agreement_id": one, "number": 1, "saying_id": one, "owner": "parents"}
                | {"due_on": later, "look_back_on": later, "written_by_id": person_id, "written_at": now}
                for one, person_id, _child_id in made
            ],
        )
    return len(made)


def _make_due(database: Database, today: date, count: int) -> None:
    """The day of so many agreements, each of another child, was yesterday."""
    chosen = [10 * FIRST + number * AGREEMENTS_OF_A_CHILD for number in range(count)]
    with database.writing() as session:
        session.execute(
            update(AgreementVersion)
            .where(AgreementVersion.id.in_(chosen))
            .values(due_on=today - timedelta(days=1))
        )
