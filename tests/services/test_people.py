"""Doors and languages of people."""

import pytest
from sqlalchemy import select

from bot.model.clock import MovableClock
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Door, Guardianship, Role
from bot.model.privacy import AuditLine, PassPurpose
from bot.services import passes, people
from bot.services.events import Event, EventKind, take_events
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast, open_door

EVERYBODY = ("agnieszka", "pieter", "marieke", "joris", "ewa", "selam", "hanneke", "karin", "victor", "olga")


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_a_teacher_of_the_child_confirms_a_door(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast, name: str
) -> None:
    """Pieter's door is confirmed by juf Marieke's tap; for anybody else it does not exist."""
    with database.writing() as session:
        here = cast.at(session)
        door = open_door(session, clock, here.pieter, confirmed=False)
        actor = getattr(here, name)
        if name == "marieke":
            people.confirm_door(session, tools, actor, door)
            assert (door.reads_back, door.confirmed_by_id) == (True, actor.id)
            assert take_events(session) == [Event(EventKind.DOOR_CONFIRMED, door.id, actor.id)]
            people.confirm_door(session, tools, actor, door)
            assert take_events(session) == []
        else:
            with pytest.raises(NotFoundError):
                people.confirm_door(session, tools, actor, door)
            assert not door.reads_back


def test_the_teacher_of_any_of_the_children_confirms(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """Agnieszka's door can be confirmed by Kuba's teacher and by Zosia's."""
    with database.writing() as session:
        here = cast.at(session)
        for teacher in (here.marieke, here.joris):
            door = open_door(session, clock, here.agnieszka, confirmed=False)
            people.confirm_door(session, tools, teacher, door)
            assert door.reads_back


def test_an_ended_door_is_not_confirmed(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """A tap on an old notice opens nothing again."""
    with database.writing() as session:
        here = cast.at(session)
        door = open_door(session, clock, here.pieter, confirmed=False)
        people.end_door(session, tools, here.pieter, door)
        with pytest.raises(NotFoundError):
            people.confirm_door(session, tools, here.marieke, door)


@pytest.mark.parametrize("name", EVERYBODY)
def test_its_owner_or_the_teacher_ends_a_door(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast, name: str
) -> None:
    """Pieter and juf Marieke end Pieter's door at once; for anybody else it does not exist."""
    with database.writing() as session:
        here = cast.at(session)
        door = open_door(session, clock, here.pieter)
        if name in {"pieter", "marieke"}:
            people.end_door(session, tools, getattr(here, name), door)
            assert not door.is_open
            people.end_door(session, tools, getattr(here, name), door)
            lines = session.scalars(select(AuditLine).where(AuditLine.action == "ended")).all()
            assert [line.actor_id for line in lines] == [getattr(here, name).id]
        else:
            with pytest.raises(NotFoundError):
                people.end_door(session, tools, getattr(here, name), door)
            assert door.is_open


@pytest.mark.parametrize("name", ["marieke", "hanneke"])
def test_staff_end_their_own_door(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast, name: str
) -> None:
    """Who has no child in the school still ends the own door."""
    with database.writing() as session:
        person = getattr(cast.at(session), name)
        door = open_door(session, clock, person)
        people.end_door(session, tools, person, door)
        assert people.doors_of(session, person) == []


def test_ending_a_door_signs_its_owner_out_everywhere(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """After a phone is lost its browser opens nothing, and neither does a link that was just sent."""
    with database.writing() as session:
        here = cast.at(session)
        door = open_door(session, clock, here.pieter)
        token = passes.issue(session, tools, here.pieter, PassPurpose.DOSSIER)
        cookie, _ = passes.exchange(session, tools, token, PassPurpose.DOSSIER)
        sent = passes.issue(session, tools, here.pieter, PassPurpose.DOSSIER)
        of_another = passes.issue(session, tools, here.agnieszka, PassPurpose.DOSSIER)
        people.end_door(session, tools, here.marieke, door)
        session.expire_all()
        assert passes.session_for(session, tools, cookie, PassPurpose.DOSSIER) is None
        with pytest.raises(DomainError, match="pass_unusable"):
            passes.exchange(session, tools, sent, PassPurpose.DOSSIER)
        assert passes.exchange(session, tools, of_another, PassPurpose.DOSSIER)


def test_doors_of_a_person(database: Database, tools: Tools, clock: MovableClock, cast: Cast) -> None:
    """Two phones of one person are two doors; only the open ones are listed, and only this person's."""
    with database.writing() as session:
        here = cast.at(session)
        first, second = (open_door(session, clock, here.pieter) for _ in range(2))
        open_door(session, clock, here.agnieszka)
        assert people.doors_of(session, here.pieter) == [first, second]
        people.end_door(session, tools, here.pieter, first)
        assert people.doors_of(session, here.pieter) == [second]


def test_a_door_opened_twice_is_one_door(database: Database, tools: Tools, cast: Cast) -> None:
    """The same address of the same person is the same door, told once."""
    with database.writing() as session:
        here = cast.at(session)
        first = people.open_door(session, tools, here.pieter, "telegram", "77")
        assert people.open_door(session, tools, here.pieter, "telegram", "77") is first
        assert len(take_events(session)) == 1
        people.end_door(session, tools, here.pieter, first)
        again = people.open_door(session, tools, here.ewa, "telegram", "77")
        assert again.person_id == here.ewa.id
        assert session.scalars(select(Door)).all() == [first, again]


def test_a_chosen_language_is_shipped(database: Database, tools: Tools, cast: Cast) -> None:
    """A shipped language is kept as the person's own; another one is refused and changes nothing."""
    with database.writing() as session:
        selam = cast.at(session).selam
        people.choose_language(session, tools, selam, "nl")
        assert (selam.language, selam.language_chosen, selam.wished_language) == ("nl", True, "ti")
        with pytest.raises(DomainError, match="language_not_offered"):
            people.choose_language(session, tools, selam, "ti")
        assert selam.language == "nl"


def test_choosing_the_language_one_has_counts_as_chosen(database: Database, tools: Tools, cast: Cast) -> None:
    """Who taps the language that the roster had already named has chosen it."""
    with database.writing() as session:
        pieter = cast.at(session).pieter
        people.choose_language(session, tools, pieter, "nl")
        assert pieter.language_chosen


def test_roles_of_a_person(database: Database, cast: Cast, clock: MovableClock) -> None:
    """A teacher may be a guardian too; what has ended does not count."""
    with database.writing() as session:
        here = cast.at(session)
        link = Guardianship(person=here.joris, child=here.kuba, relation="father", authority=True)
        session.add(link)
        session.flush()
        assert people.roles_of(session, here.joris) == [Role.GUARDIAN, Role.TEACHER]
        link.ended_at = clock.now()
        session.flush()
        assert people.roles_of(session, here.joris) == [Role.TEACHER]
        assert people.roles_of(session, here.hanneke) == [Role.LEAD]
        assert people.roles_of(session, here.karin) == [Role.COORDINATOR]


def test_roster_ids_that_nobody_has(database: Database) -> None:
    """An unknown person or child is not found."""
    with database.reading() as session:
        with pytest.raises(NotFoundError):
            people.by_roster_id(session, "nobody")
        with pytest.raises(NotFoundError):
            people.child_by_roster_id(session, "nobody")
