"""An offer ends, by the parent or by the school, and what goes on through it ends kindly."""

import pytest
from sqlalchemy import select

from bot.model.buddies import BuddyProfile, BuddyState
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.people import Person
from bot.services import buddies, buddy_leaving, roster
from bot.services.events import EventKind
from tests import helping_parents as parents
from tests.cast import open_door
from tests.services.conftest import Stage


@pytest.fixture
def profile(stage: Stage) -> BuddyProfile:
    """Ewa helps Agnieszka, is asked for something else, has said yes to Selam, and asks for help herself."""
    c = stage.cast
    made = parents.offer(stage.session, stage.tools, c.ewa)
    buddies.approve(stage.session, stage.tools, c.karin, made, "")
    for asker, child, state, of_buddy in (
        (c.agnieszka, c.kuba, RequestState.HELPED, MatchState.HELPING),
        (c.agnieszka, c.zosia, RequestState.ASKING, MatchState.ASKED),
        (c.selam, c.abel, RequestState.OFFERED, MatchState.ACCEPTED),
    ):
        asked = parents.request(stage.session, stage.tools, asker, child, state, same_group=True)
        parents.match(stage.session, stage.tools, asked, c.ewa, of_buddy)
    parents.request(stage.session, stage.tools, c.ewa, c.lena, RequestState.ASKING)
    stage.happened()
    return made


def _matches_of(stage: Stage, person: Person) -> dict[int, str]:
    found = stage.session.scalars(select(Match).where(Match.buddy_id == person.id).order_by(Match.id))
    return {match.request_id: match.state for match in found}


def test_who_leaves_helps_nobody_any_more(stage: Stage, profile: BuddyProfile) -> None:
    """The help ends, who waited is brought to others, no place is taken; the own request stays (002-buddy)."""
    buddy_leaving.leave(stage.session, stage.tools, stage.cast.ewa)
    assert profile.state == BuddyState.ENDED.value
    assert (profile.families, profile.decided_by_id) == (0, None)
    assert list(_matches_of(stage, stage.cast.ewa).values()) == ["ended", "declined", "declined"]
    [own] = stage.session.scalars(select(HelpRequest).where(HelpRequest.asker_id == stage.cast.ewa.id))
    assert own.state == RequestState.ASKING.value
    happened = stage.happened()
    assert happened[0] is EventKind.BUDDY_LEFT
    assert EventKind.HELP_ENDED in happened
    with pytest.raises(NotFoundError):
        buddy_leaving.leave(stage.session, stage.tools, stage.cast.ewa)


def test_who_waited_is_brought_to_the_next_one(stage: Stage, profile: BuddyProfile) -> None:
    """A request never waits for a buddy who left."""
    c = stage.cast
    other = parents.offer(stage.session, stage.tools, c.pieter)
    buddies.approve(stage.session, stage.tools, c.karin, other, "")
    open_door(stage.session, stage.tools.clock, c.pieter)
    assert profile.families == 2
    buddy_leaving.leave(stage.session, stage.tools, c.ewa)
    requests = stage.session.scalars(select(HelpRequest).where(HelpRequest.asker_id == c.selam.id)).all()
    [asked] = [match for match in requests[0].matches if match.state == MatchState.ASKED.value]
    assert asked.buddy_id == c.pieter.id


def test_the_school_ends_an_offer_with_a_reason(stage: Stage, profile: BuddyProfile) -> None:
    """The same ends; also of a parent whose account was closed; without a reason nothing does (002-buddy)."""
    c = stage.cast
    with pytest.raises(DomainError, match="words_needed"):
        buddy_leaving.end(stage.session, stage.tools, c.karin, profile, " ")
    assert "helping" in _matches_of(stage, c.ewa).values()
    c.ewa.closed_at = stage.clock.now()
    buddy_leaving.end(stage.session, stage.tools, c.karin, profile, "Dat hoort niet.")
    assert profile.state == BuddyState.ENDED.value
    assert profile.decided_by_id == c.karin.id
    assert profile.reason_saying is not None
    assert list(_matches_of(stage, c.ewa).values()) == ["ended", "declined", "declined"]
    assert EventKind.BUDDY_DECIDED in stage.happened()


def test_nobody_else_ends_it(stage: Stage, profile: BuddyProfile) -> None:
    """Neither the head beside a coordinator, a teacher, nor another parent; a parent ends only the own offer."""
    c = stage.cast
    for person in (c.hanneke, c.marieke, c.agnieszka, c.olga, c.ewa):
        with pytest.raises(NotFoundError):
            buddy_leaving.end(stage.session, stage.tools, person, profile, "Daarom.")
    with pytest.raises(NotFoundError):
        buddy_leaving.leave(stage.session, stage.tools, c.agnieszka)
    assert profile.state == BuddyState.APPROVED.value


def test_who_comes_back_begins_anew(stage: Stage, profile: BuddyProfile) -> None:
    """The old helps stay over, and the school decides again."""
    buddy_leaving.leave(stage.session, stage.tools, stage.cast.ewa)
    again = parents.offer(stage.session, stage.tools, stage.cast.ewa)
    assert again is profile
    assert again.state == BuddyState.OFFERED.value
    assert "helping" not in _matches_of(stage, stage.cast.ewa).values()


def test_who_comes_to_work_at_school_helps_no_longer_as_a_parent(stage: Stage, profile: BuddyProfile) -> None:
    """A roster that makes Ewa a teacher ends her offer and the helps that go on (002-buddy)."""
    csv = (
        "school,school_type,group,grade,child_id,child_first_name,person_id,person_name,role,relation,authority,language\n"
        "Basisschool De Wilg,bao,3A,,,,p-ewa,Ewa Kowalska,teacher,,,pl\n"
    )
    rows, problems = roster.read_roster(csv.encode())
    assert problems == []
    roster.apply(stage.session, stage.tools, rows)
    assert profile.state == BuddyState.ENDED.value
    assert list(_matches_of(stage, stage.cast.ewa).values()) == ["ended", "declined", "declined"]
