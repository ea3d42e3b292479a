"""Invitations: one way in, once, for thirty days, and nothing told to anybody else."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from bot.model.clock import MovableClock
from bot.model.errors import DomainError
from bot.model.everything import metadata
from bot.model.people import Door, DoorKind, Guardianship, Invitation, Person
from bot.services import invitations, people, tokens
from bot.services.events import Event, EventKind, take_events
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast


def invited(database: Database, tools: Tools, person: Person) -> str:
    """A fresh token of the person, committed."""
    with database.writing() as session:
        return invitations.invite(session, tools, session.get_one(Person, person.id))


def used(database: Database, tools: Tools, token: str, address: str = "chat-1") -> Door:
    """The door that the token opened."""
    with database.writing() as session:
        return invitations.use(session, tools, token, DoorKind.WEB, address)


def refused(database: Database, tools: Tools, token: str) -> str:
    """The code with which both the page and the use of a token are refused."""
    codes = set()
    with database.writing() as session:
        for step in (
            lambda: invitations.person_of(session, tools, token),
            lambda: invitations.use(session, tools, token, DoorKind.WEB, "chat-other"),
        ):
            with pytest.raises(DomainError) as caught:
                step()
            assert caught.value.data == {}
            codes.add(str(caught.value))
    assert len(codes) == 1
    return codes.pop()


def test_a_token_fits_a_telegram_link_and_is_nowhere_stored(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """At most 64 letters of the start parameter's alphabet; in the database stands only its hash."""
    token = invited(database, tools, cast.agnieszka)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,64}", token)
    with database.reading() as session:
        everything = str([session.execute(select(table)).all() for table in metadata.sorted_tables])
        assert token not in everything
        assert tokens.digest_of(token) in everything


def test_using_it_opens_a_door_that_reads_nothing_back_yet(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """A guardian's new door is open and waits for the teacher's tap; the teachers are to be told."""
    token = invited(database, tools, cast.agnieszka)
    with database.writing() as session:
        assert invitations.person_of(session, tools, token).id == cast.agnieszka.id
        door = invitations.use(session, tools, token, "web", "chat-1", secret_digest="hash")
        assert (door.person_id, door.secret_digest) == (cast.agnieszka.id, "hash")
        assert door.is_open
        assert not door.reads_back
        assert take_events(session) == [Event(EventKind.DOOR_JOINED, door.id, cast.agnieszka.id)]


@pytest.mark.parametrize("name", ["marieke", "hanneke", "karin"])
def test_staff_are_trusted_at_once(database: Database, tools: Tools, cast: Cast, name: str) -> None:
    """Nobody could confirm the first teacher, so an invitation of staff is enough."""
    token = invited(database, tools, getattr(cast, name))
    assert used(database, tools, token).reads_back


def test_looking_at_it_does_not_use_it(database: Database, tools: Tools, cast: Cast) -> None:
    """A link preview may look as often as it likes."""
    token = invited(database, tools, cast.pieter)
    with database.reading() as session:
        for _ in range(3):
            assert invitations.person_of(session, tools, token).language == "nl"
    assert used(database, tools, token).is_open


def test_the_first_use_of_any_closes_all(database: Database, tools: Tools, cast: Cast) -> None:
    """Each call leaves the earlier ones valid; when one is used, none of this person works, others' do."""
    own = [invited(database, tools, cast.agnieszka) for _ in range(3)]
    of_pieter = invited(database, tools, cast.pieter)
    used(database, tools, own[1])
    for token in own:
        assert refused(database, tools, token) == "invitation_unusable"
    assert used(database, tools, of_pieter, "chat-2").person_id == cast.pieter.id


def test_used_expired_revoked_and_invented_look_the_same(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """One code for all of them, so that nobody learns whether a link was ever real."""
    already = invited(database, tools, cast.ewa)
    used(database, tools, already)
    revoked = invited(database, tools, cast.selam)
    with database.writing() as session:
        invitations.revoke_all(session, tools, cast.at(session).selam)
    expired = invited(database, tools, cast.pieter)
    clock.move(days=30)
    codes = {
        refused(database, tools, token) for token in (already, revoked, expired, "invented", "", "ż\x00")
    }
    assert codes == {"invitation_unusable"}


def test_it_lives_thirty_days(database: Database, tools: Tools, clock: MovableClock, cast: Cast) -> None:
    """One second before the end it still works."""
    token = invited(database, tools, cast.pieter)
    clock.move(seconds=(invitations.LIFETIME - timedelta(seconds=1)).total_seconds())
    assert used(database, tools, token).is_open


def test_a_person_without_a_role_cannot_use_it(database: Database, tools: Tools, cast: Cast) -> None:
    """When the school ended the only relation, the letter in the schoolbag opens nothing."""
    token = invited(database, tools, cast.pieter)
    with database.writing() as session:
        link = session.scalars(select(Guardianship).where(Guardianship.person_id == cast.pieter.id)).one()
        link.ended_at = tools.clock.now()
    assert refused(database, tools, token) == "invitation_unusable"


def test_another_persons_telegram_is_not_taken_over(database: Database, tools: Tools, cast: Cast) -> None:
    """One chat belongs to one person: the second one is refused, and the letter stays good."""
    tokens_of = {person.id: invited(database, tools, person) for person in (cast.pieter, cast.ewa)}
    with database.writing() as session:
        invitations.use(session, tools, tokens_of[cast.pieter.id], DoorKind.TELEGRAM, "77")
    with database.writing() as session, pytest.raises(DomainError, match="address_taken"):
        invitations.use(session, tools, tokens_of[cast.ewa.id], DoorKind.TELEGRAM, "77")
    assert used(database, tools, tokens_of[cast.ewa.id]).person_id == cast.ewa.id


def test_a_second_invitation_at_the_same_door_opens_no_second_one(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """The person's own open chat stays the one door."""
    doors = set()
    for _ in range(2):
        token = invited(database, tools, cast.pieter)
        with database.writing() as session:
            doors.add(invitations.use(session, tools, token, DoorKind.TELEGRAM, "77").id)
    assert len(doors) == 1


def test_of_two_phones_at_one_moment_one_gets_in(database: Database, tools: Tools, cast: Cast) -> None:
    """Four phones press the button of two letters of one person together: one door opens."""
    letters = [invited(database, tools, cast.pieter) for _ in range(2)]
    together = Barrier(4)

    def press(number: int) -> str:
        together.wait()
        try:
            return used(database, tools, letters[number % 2], f"chat-{number}").address
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(4) as phones:
        answers = sorted(phones.map(press, range(4)))
    assert answers[1:] == ["invitation_unusable"] * 3
    with database.reading() as session:
        assert session.scalars(select(Door.address)).all() == [answers[0]]


def test_who_has_not_joined(database: Database, tools: Tools, cast: Cast) -> None:
    """Everybody with a role and no open door; who ended the only door is back among them."""
    with database.writing() as session:
        everybody = {person.roster_id for person in people.not_joined(session)}
        assert len(everybody) == 10
        door = invitations.use(
            session, tools, invitations.invite(session, tools, cast.at(session).pieter), "web", "chat-1"
        )
        assert everybody - {one.roster_id for one in people.not_joined(session)} == {"p-pieter"}
        people.end_door(session, tools, door.person, door)
        assert {one.roster_id for one in people.not_joined(session)} == everybody
        invitation = session.scalars(select(Invitation)).one()
        assert invitation.closed_at is not None
