"""Parents who do things at one moment, on PostgreSQL: nobody waits crosswise, and nothing is undone by who is late."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.assistant import reception, speech
from bot.content.texts import Texts
from bot.model.buddies import Task
from bot.model.clock import MovableClock
from bot.model.companions import CompanionState, TalkCompanion
from bot.model.errors import DomainError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.helping import HelpLine
from bot.services import asking_buddies, buddies, buddy_leaving, companions, conversation, helping, sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests import helping_parents as parents
from tests.cast import Cast, catalogues, make_school, open_door, tools_for
from tests.helps import begun
from tests.storage.postgres import fresh_database
from tests.storage.ready import make_tables

IMPATIENT = text("SET LOCAL lock_timeout = '5s'")


@pytest.fixture
def database() -> Iterator[Database]:
    """A PostgreSQL database with the schema."""
    with fresh_database() as url:
        made = Database(url)
        make_tables(made)
        yield made
        made.close()


@pytest.fixture
def clock() -> MovableClock:
    """A Tuesday morning."""
    return MovableClock()


@pytest.fixture
def tools(clock: MovableClock) -> Tools:
    """The usual ones."""
    return tools_for(clock)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> Cast:
    """Everybody; nobody has joined."""
    return make_school(database, clock)


@contextmanager
def meanwhile(database: Database, act: Callable[[Session], object]) -> Iterator[Future[object]]:
    """Another process does this, and has to wait for what happens inside; it has done it afterwards."""

    def work() -> object:
        with database.writing() as session:
            session.execute(IMPATIENT)
            return act(session)

    with ThreadPoolExecutor(1) as other:
        yield other.submit(work)


def wait_for_lock(session: Session) -> None:
    """Somebody else waits for a lock of this database now."""
    here = "SELECT pid FROM pg_locks JOIN pg_database ON oid = database WHERE datname = current_database()"
    waiting = text(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})")  # noqa: S608
    for _time in range(500):
        if session.scalar(waiting):
            return
        session.execute(text("SELECT pg_sleep(0.01)"))
    pytest.fail("nobody waits")


def test_two_who_write_to_each_other_do_not_wait(database: Database, tools: Tools, cast: Cast) -> None:
    """A message goes to a door at which its person writes at that very moment."""
    with database.writing() as session:
        door = open_door(session, tools.clock, cast.ewa)
    texts = Texts(catalogues(), tools.clock.zone)
    with database.writing() as one, database.writing() as other:
        assert one.scalars(reception._DOORS, {"addresses": {door.address}}).all()  # noqa: SLF001
        other.execute(IMPATIENT)
        speech.write(other, tools, texts, other.merge(door), "menu.offer")


def test_who_leaves_and_who_chooses_do_not_wait_crosswise(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """The request is locked before the profile, by both."""
    with database.writing() as session:
        c = cast.at(session)
        parents.offer(session, tools, c.ewa)
        asked = parents.request(session, tools, c.agnieszka, c.kuba, RequestState.OFFERED)
        parents.match(session, tools, asked, c.ewa, MatchState.ACCEPTED)
        asked_id = asked.id

    def leave(session: Session) -> None:
        buddy_leaving.leave(session, tools, cast.at(session).ewa)

    with database.writing() as session:
        session.execute(IMPATIENT)
        asking_buddies.lock(session, session.get_one(HelpRequest, asked_id))
        with meanwhile(database, leave) as left:
            wait_for_lock(session)
            buddies.count_families(session, cast.ewa.id)
            session.commit()
        left.result()
    with database.reading() as session:
        assert session.scalars(select(Match.state)).all() == [MatchState.DECLINED.value]


def test_a_line_said_while_the_other_ends_it_arrives_nowhere(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """Who ends or blocks reads nothing any more (004-privacy-care)."""
    with database.writing() as session:
        c = cast.at(session)
        match_id = begun(session, tools, c.agnieszka, c.ewa, c.kuba).id

    def write(session: Session) -> None:
        ewa, match = cast.at(session).ewa, session.get_one(Match, match_id)
        said = sayings.keep(session, tools, ewa, "Jeszcze jedno.", child=None)
        helping.write(session, tools, ewa, match, said)

    with database.writing() as session:
        helping.end(session, tools, cast.at(session).agnieszka, session.get_one(Match, match_id))
        with meanwhile(database, write) as written:
            wait_for_lock(session)
            session.commit()
        with pytest.raises(DomainError, match="help_over"):
            written.result()
    with database.reading() as session:
        assert session.scalars(select(HelpLine)).all() == []


def test_a_place_taken_back_is_not_confirmed(database: Database, tools: Tools, cast: Cast) -> None:
    """The buddy cannot after all while the asker says yes: the asker's yes comes too late."""
    with database.writing() as session:
        c = cast.at(session)
        profile = parents.offer(session, tools, c.ewa, tasks=[Task.COME_ALONG.value])
        buddies.approve(session, tools, c.karin, profile, "")
        match = begun(session, tools, c.agnieszka, c.ewa, c.kuba)
        talk = conversation.plan(
            session,
            tools,
            c.marieke,
            c.kuba,
            moment="begin",
            planned_at=tools.clock.now() + (match.answer_by - match.asked_at) * 8,
            length_minutes=15,
            place="school",
            goals=["meet"],
            people=["parents"],
        )
        place = companions.ask(session, tools, c.agnieszka, match, talk, "come_along")
        companions.answer(session, tools, c.ewa, place, can=True)
        place_id = place.id

    def confirm(session: Session) -> None:
        companions.confirm(
            session, tools, cast.at(session).agnieszka, session.get_one(TalkCompanion, place_id)
        )

    with database.writing() as session:
        companions.end(session, tools, cast.at(session).ewa, session.get_one(TalkCompanion, place_id))
        with meanwhile(database, confirm) as confirmed:
            session.flush()
            wait_for_lock(session)
            session.commit()
        with pytest.raises(DomainError, match="old_button"):
            confirmed.result()
    with database.reading() as session:
        assert session.get_one(TalkCompanion, place_id).state == CompanionState.ENDED.value
