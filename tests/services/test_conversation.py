"""Planning, holding and calling off talks."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person, School
from bot.model.translation import Saying, Translation
from bot.services import conversation
from bot.services.events import EventKind
from tests.services.conftest import Stage

OUTSIDERS = ("agnieszka", "pieter", "joris", "hanneke", "karin", "victor", "olga")


def _person(stage: Stage, name: str) -> Person:
    person = getattr(stage.cast, name)
    assert isinstance(person, Person)
    return person


def test_a_talk_without_a_goal_is_refused(stage: Stage) -> None:
    """An invitation without a goal cannot be made, own words count as one (001-p03)."""
    with pytest.raises(DomainError, match="goal_needed"):
        stage.plan(goals=["other"], goal_words="  ")
    talk = stage.plan(goals=[], goal_words="Praten over de pauze.")
    assert talk.goals == ["other"]
    assert talk.goal_saying is not None
    assert talk.goal_saying.original == "Praten over de pauze."


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"planned_at": None}, "moment_needed"),
        ({"place": "the moon"}, "place_needed"),
        ({"place": "other"}, "place_needed"),
        ({"people": []}, "people_needed"),
        ({"people": ["neighbour"]}, "people_needed"),
        ({"length_minutes": 0}, "length_wrong"),
        ({"length_minutes": 600}, "length_wrong"),
        ({"moment": "whenever"}, "talk_kind_needed"),
    ],
)
def test_a_talk_states_all_that_an_invitation_states(stage: Stage, given: dict[str, Any], code: str) -> None:
    """Goal, length, people present and place are needed before anybody is invited (002-goal-known)."""
    with pytest.raises(DomainError, match=code):
        stage.plan(**given)


def test_a_talk_is_planned_ahead(stage: Stage) -> None:
    """A time that has passed is refused, unless the talk is recorded as held."""
    past = stage.clock.now() - timedelta(days=1)
    with pytest.raises(DomainError, match="moment_passed"):
        stage.plan(planned_at=past)
    talk = stage.plan(planned_at=past, held=True)
    assert talk.held_at == stage.clock.now()
    assert stage.happened() == [EventKind.TALK_HELD]


def test_the_usual_length_follows_the_school_type() -> None:
    """15 minutes at a regular school, 30 at a special one (002-duration-15-30)."""
    assert conversation.usual_length_minutes(School(name="a", type="bao")) == 15
    assert conversation.usual_length_minutes(School(name="b", type="sbo")) == 30


def test_a_talk_can_change_until_it_is_held(stage: Stage) -> None:
    """A change takes effect and is told; after the talk, or after calling off, nothing changes any more."""
    talk = stage.plan(goal_words="Kennismaken met u.")
    stage.happened()
    same: dict[str, Any] = {
        "moment": "begin",
        "planned_at": stage.later(days=9),
        "length_minutes": 30,
        "place": "phone",
        "goals": ["goals"],
        "people": ["parents", "child"],
        "goal_words": "Kennismaken met u.",
    }
    saying = talk.goal_saying
    conversation.change(stage.session, stage.tools, stage.cast.marieke, talk, **same)
    assert (talk.length_minutes, talk.place, talk.goals) == (30, "phone", ["goals", "other"])
    assert talk.people == ["parents", "child"]
    assert talk.goal_saying is saying
    assert stage.happened() == [EventKind.TALK_PLANNED]
    other = same | {"goal_words": "Praten over lezen."}
    conversation.change(stage.session, stage.tools, stage.cast.marieke, talk, **other)
    assert stage.session.scalars(select(Saying.original)).all() == ["Praten over lezen."]
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, talk)
    with pytest.raises(DomainError, match="talk_closed"):
        conversation.change(stage.session, stage.tools, stage.cast.marieke, talk, **same)
    with pytest.raises(DomainError, match="talk_closed"):
        conversation.cancel(stage.session, stage.tools, stage.cast.marieke, talk)


def test_marking_held_twice_changes_nothing(stage: Stage) -> None:
    """Two taps give one moment and one fact; a talk that was called off cannot be held."""
    talk = stage.plan()
    stage.happened()
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, talk)
    first = talk.held_at
    stage.clock.move(minutes=5)
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, talk)
    assert talk.held_at == first
    assert stage.happened() == [EventKind.TALK_HELD]
    other = stage.plan()
    conversation.cancel(stage.session, stage.tools, stage.cast.marieke, other)
    conversation.cancel(stage.session, stage.tools, stage.cast.marieke, other)
    with pytest.raises(DomainError, match="talk_closed"):
        conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, other)


def test_a_talk_apart_is_seen_by_that_guardian_and_the_school_only(stage: Stage) -> None:
    """The other guardian does not learn of a talk held apart, nor of its words (002-separated-talk)."""
    apart = stage.plan(guardian=stage.cast.agnieszka, goal_words="Alleen met u.")
    joint = stage.plan()
    seen = {
        name: {
            talk.id
            for talk in conversation.of_child(
                stage.session, stage.tools, _person(stage, name), stage.cast.kuba
            )
        }
        for name in ("agnieszka", "pieter", "marieke", "hanneke", "karin")
    }
    both = {apart.id, joint.id}
    assert seen == {
        "agnieszka": both,
        "pieter": {joint.id},
        "marieke": both,
        "hanneke": both,
        "karin": both,
    }
    with pytest.raises(NotFoundError):
        conversation.find(stage.session, stage.tools, stage.cast.pieter, apart.id)
    assert apart.goal_saying is not None
    wanted = {one.language for one in stage.session.query(Translation).all()}
    assert wanted == {"pl"}


def test_without_authority_one_sees_the_own_talk_only(stage: Stage) -> None:
    """A guardian without authority sees talks held apart with them and no joint ones."""
    apart, _joint = stage.plan(guardian=stage.cast.pieter), stage.plan()
    stage.without_authority(stage.cast.pieter)
    found = conversation.of_child(stage.session, stage.tools, stage.cast.pieter, stage.cast.kuba)
    assert found == [apart]


def test_talks_are_listed_newest_first(stage: Stage) -> None:
    """The talk that lies furthest ahead stands first."""
    near, far = stage.plan(planned_at=stage.later(days=2)), stage.plan(planned_at=stage.later(days=20))
    found = conversation.of_child(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba)
    assert found == [far, near]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_only_the_teachers_of_the_group_plan(stage: Stage, name: str) -> None:
    """Everybody else gets the same 'not found' for planning, changing, holding and calling off."""
    person = _person(stage, name)
    talk, apart = stage.plan(), stage.plan(guardian=stage.cast.pieter)
    with pytest.raises(NotFoundError):
        stage.plan(actor=person)
    with pytest.raises(NotFoundError):
        stage.plan(actor=person, guardian=stage.cast.pieter)
    for one in (talk, apart):
        with pytest.raises(NotFoundError):
            conversation.mark_held(stage.session, stage.tools, person, one)
        with pytest.raises(NotFoundError):
            conversation.cancel(stage.session, stage.tools, person, one)
        with pytest.raises(NotFoundError):
            conversation.change(
                stage.session,
                stage.tools,
                person,
                one,
                moment="begin",
                planned_at=stage.later(days=3),
                length_minutes=15,
                place="school",
                goals=["meet"],
                people=["parents"],
            )
    assert talk.held_at is None
    assert apart.cancelled_at is None


@pytest.mark.parametrize("name", ["joris", "victor", "olga", "ewa", "selam"])
def test_who_is_nothing_to_the_child_finds_no_talks(stage: Stage, name: str) -> None:
    """A stranger, another teacher and a parent of another child get 'not found'."""
    talk = stage.plan()
    with pytest.raises(NotFoundError):
        conversation.of_child(stage.session, stage.tools, _person(stage, name), stage.cast.kuba)
    with pytest.raises(NotFoundError):
        conversation.find(stage.session, stage.tools, _person(stage, name), talk.id)
    with pytest.raises(NotFoundError):
        conversation.find(stage.session, stage.tools, stage.cast.marieke, talk.id + 1)


def test_a_talk_apart_is_held_with_a_guardian_of_this_child(stage: Stage) -> None:
    """Nobody but a guardian of the child can be the one a talk is held apart with."""
    for person in (stage.cast.victor, stage.cast.selam, stage.cast.joris):
        with pytest.raises(NotFoundError):
            stage.plan(guardian=person)


def test_a_held_begin_talk_closes_sharing_for_those_who_were_in_it(stage: Stage) -> None:
    """`held_for` is true after a joint begin talk for both, after one apart for that guardian only."""
    kuba, agnieszka, pieter = stage.cast.kuba, stage.cast.agnieszka, stage.cast.pieter
    extra = stage.plan(moment="extra")
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, extra)
    assert not conversation.held_for(stage.session, kuba, agnieszka)
    apart = stage.plan(guardian=agnieszka)
    assert not conversation.held_for(stage.session, kuba, agnieszka)
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, apart)
    assert conversation.held_for(stage.session, kuba, agnieszka)
    assert not conversation.held_for(stage.session, kuba, pieter)
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, stage.plan())
    assert conversation.held_for(stage.session, kuba, pieter)
    assert not conversation.held_for(stage.session, stage.cast.zosia, agnieszka)
