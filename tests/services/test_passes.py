"""One-time links into the browser and their sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.model.clock import MovableClock
from bot.model.errors import DomainError, NotFoundError
from bot.model.everything import metadata
from bot.model.people import Teaching
from bot.model.privacy import PassPurpose
from bot.services import passes, tokens
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
STAFF = ("marieke", "joris", "hanneke", "karin", "olga")
GUARDIANS = ("agnieszka", "pieter", "ewa", "selam", "victor")


def signed_in(database: Database, tools: Tools, cast: Cast, name: str, purpose: PassPurpose) -> str:
    """The cookie token of a fresh session."""
    with database.writing() as session:
        token = passes.issue(session, tools, getattr(cast.at(session), name), purpose)
        return passes.exchange(session, tools, token, purpose)[0]


def opens(database: Database, tools: Tools, cookie: str, purpose: PassPurpose) -> str | None:
    """Whose session the cookie opens, if any."""
    with database.writing() as session:
        found = passes.session_for(session, tools, cookie, purpose)
        return found.person.roster_id if found else None


@pytest.mark.parametrize("name", STAFF + GUARDIANS)
def test_the_desk_is_for_staff_and_the_dossier_for_guardians(
    database: Database, tools: Tools, cast: Cast, name: str
) -> None:
    """Each gets the one purpose the role gives, and for the other there is nothing."""
    own, other = (DESK, DOSSIER) if name in STAFF else (DOSSIER, DESK)
    assert opens(database, tools, signed_in(database, tools, cast, name, own), own)
    with database.writing() as session, pytest.raises(NotFoundError):
        passes.issue(session, tools, getattr(cast.at(session), name), other)


def test_a_link_works_once(database: Database, tools: Tools, cast: Cast) -> None:
    """Looking at the page does not use it; exchanging it does."""
    with database.writing() as session:
        token = passes.issue(session, tools, cast.at(session).marieke, "desk")
        assert passes.person_of(session, tools, token, "desk").roster_id == "s-marieke"
        passes.exchange(session, tools, token, "desk")
        with pytest.raises(DomainError, match="pass_unusable"):
            passes.exchange(session, tools, token, "desk")
        with pytest.raises(DomainError, match="pass_unusable"):
            passes.person_of(session, tools, token, "desk")


def test_a_link_lives_ten_minutes(database: Database, tools: Tools, clock: MovableClock, cast: Cast) -> None:
    """One second before the end it works, at the end it does not."""
    with database.writing() as session:
        here = cast.at(session)
        first, second = (passes.issue(session, tools, here.marieke, DESK) for _ in range(2))
        clock.move(minutes=passes.LIFETIME_MINUTES, seconds=-1)
        passes.exchange(session, tools, first, DESK)
        clock.move(seconds=1)
        with pytest.raises(DomainError, match="pass_unusable"):
            passes.exchange(session, tools, second, DESK)


def test_a_link_of_another_purpose_or_invented_is_refused_alike(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """A dossier link opens no desk."""
    with database.writing() as session:
        token = passes.issue(session, tools, cast.at(session).agnieszka, DOSSIER)
        for attempt in (token, "invented", ""):
            with pytest.raises(DomainError, match="pass_unusable"):
                passes.exchange(session, tools, attempt, DESK)
        assert passes.exchange(session, tools, token, DOSSIER)


def test_a_cookie_of_one_purpose_opens_no_other(database: Database, tools: Tools, cast: Cast) -> None:
    """The dossier's cookie is nothing at the desk, and an invented one is nothing anywhere."""
    cookie = signed_in(database, tools, cast, "agnieszka", DOSSIER)
    assert opens(database, tools, cookie, DESK) is None
    assert opens(database, tools, cookie, DOSSIER) == "p-agnieszka"
    assert opens(database, tools, "invented", DOSSIER) is None


def test_a_session_sleeps_in_after_half_an_hour(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """Every look keeps it awake; half an hour without one ends it."""
    cookie = signed_in(database, tools, cast, "marieke", DESK)
    for _ in range(4):
        clock.move(minutes=29, seconds=59)
        assert opens(database, tools, cookie, DESK)
    clock.move(seconds=passes.IDLE.total_seconds())
    assert opens(database, tools, cookie, DESK) is None


def test_a_session_ends_after_twelve_hours(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """However busy the teacher is, a new link is needed after twelve hours."""
    cookie = signed_in(database, tools, cast, "marieke", DESK)
    steps = int(passes.ABSOLUTE / timedelta(minutes=20))
    alive = []
    for _ in range(steps):
        clock.move(minutes=20)
        alive.append(opens(database, tools, cookie, DESK) is not None)
    assert alive == [True] * (steps - 1) + [False]


def test_signing_out_ends_the_session(database: Database, tools: Tools, cast: Cast) -> None:
    """The cookie that is left in the browser opens nothing."""
    cookie = signed_in(database, tools, cast, "marieke", DESK)
    with database.writing() as session:
        found = passes.session_for(session, tools, cookie, DESK)
        assert found is not None
        passes.end(session, tools, found)
    assert opens(database, tools, cookie, DESK) is None


def test_who_stops_teaching_is_out_at_once(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """The role is asked at every step, for the session and for a link that was not used yet."""
    cookie = signed_in(database, tools, cast, "marieke", DESK)
    with database.writing() as session:
        here = cast.at(session)
        token = passes.issue(session, tools, here.marieke, DESK)
        session.scalars(
            select(Teaching).where(Teaching.person_id == here.marieke.id)
        ).one().ended_at = clock.now()
    assert opens(database, tools, cookie, DESK) is None
    with database.writing() as session, pytest.raises(DomainError, match="pass_unusable"):
        passes.exchange(session, tools, token, DESK)


def test_no_token_is_stored(database: Database, tools: Tools, cast: Cast) -> None:
    """Neither the link's nor the cookie's secret stands in the database, only their hashes."""
    with database.writing() as session:
        token = passes.issue(session, tools, cast.at(session).marieke, DESK)
        cookie, web_session = passes.exchange(session, tools, token, DESK)
        session.flush()
        everything = str([session.execute(select(table)).all() for table in metadata.sorted_tables])
        assert token not in everything
        assert cookie not in everything
        assert tokens.digest_of(token) in everything
        assert web_session.digest == tokens.digest_of(cookie)
