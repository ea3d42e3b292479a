"""Who may be asked to help whom, and whose turn it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.model.buddies import BuddyProfile, BuddyState, Task
from bot.model.help_requests import HelpRequest, Match
from bot.model.people import Door, Guardianship, Person, Post, Teaching
from bot.services import buddies, matching
from tests.services.asking import ask, buddy, parent
from tests.services.conftest import Stage


def request_of(stage: Stage, **given: Any) -> HelpRequest:
    """What Agnieszka asks about Kuba, before anybody is asked."""
    request = ask(stage, **given)
    stage.session.query(Match).delete()
    return request


def found(stage: Stage, request: HelpRequest, most: int = 3) -> list[int]:
    """The people who would be asked, in order."""
    stage.session.flush()
    return [one.person_id for one in matching.find(stage.session, stage.tools, request, most)]


def test_language_and_kind_of_help_are_what_counts_first(stage: Stage) -> None:
    """Who does not speak it, or does not offer this, is not asked (002-buddy, 004-buddy-tasks)."""
    request = request_of(stage, language="pl", task="understand")
    buddy(stage, parent(stage), "ar")
    buddy(stage, parent(stage), "pl", tasks=["practise"])
    assert found(stage, request) == []
    ewa = stage.cast.ewa
    buddy(stage, ewa, "pl", "nl", tasks=["understand"])
    assert found(stage, request) == [ewa.id]


def test_the_load_is_spread(stage: Stage) -> None:
    """Fewest families first, then who was asked longest ago or never; who is full is left in peace."""
    people = [parent(stage) for _number in range(5)]
    profiles = [buddy(stage, person, max_families=2) for person in people]
    request = request_of(stage)
    for profile, families, hours in zip(profiles, (1, 0, 0, 2, 0), (None, 1, 2, None, None), strict=True):
        profile.families = families
        profile.asked_at = stage.clock.now() - timedelta(hours=hours) if hours else None
    order = [people[4].id, people[2].id, people[1].id, people[0].id]
    assert found(stage, request, most=9) == order
    stage.tools = replace(stage.tools, buddies=replace(stage.tools.buddies, families=1))
    assert found(stage, request, most=9) == order[:3]  # the school wants no more than one family for anybody


def test_a_parent_of_the_same_group_helps_only_where_that_is_wished(stage: Stage) -> None:
    """Kuba's group is 3A: a parent of 3A is asked when Agnieszka says so."""
    near = parent(stage, stage.cast.group_3a)
    buddy(stage, near)
    request = request_of(stage)
    assert found(stage, request) == []
    request.same_group = True
    assert found(stage, request) == [near.id]


def test_a_buddy_may_choose_groups(stage: Stage) -> None:
    """Who helps families of 6B only is not asked about a child of 3A."""
    ewa = stage.cast.ewa
    buddy(stage, ewa, group_ids=[stage.cast.group_6b.id])
    assert found(stage, request_of(stage)) == []
    buddy(stage, ewa, group_ids=[stage.cast.group_6b.id, stage.cast.group_3a.id])
    assert found(stage, request_of(stage, task="prepare")) == [ewa.id]


def test_nobody_of_the_circle_is_asked(stage: Stage) -> None:
    """Not the other guardian, not a guardian of a child of such a guardian, and not those of before either."""
    pieter, new_partner, grandmother = stage.cast.pieter, parent(stage), parent(stage)
    for person in (pieter, new_partner, grandmother):
        buddy(stage, person)
    half_sister = stage.session.scalars(
        select(Guardianship).where(Guardianship.person_id == new_partner.id)
    ).one()
    pair = (
        Guardianship(person_id=pieter.id, child_id=half_sister.child_id, relation="father", authority=True),
        Guardianship(
            person_id=grandmother.id,
            child_id=stage.cast.zosia.id,
            relation="family",
            authority=False,
            ended_at=stage.clock.now(),
        ),
    )
    stage.session.add_all(pair)
    request = request_of(stage)
    assert found(stage, request) == []
    stranger = parent(stage)
    buddy(stage, stranger)
    assert found(stage, request) == [stranger.id]


def _apart(stage: Stage, ewa: Person) -> None:
    buddies.keep_apart(stage.session, stage.tools, ewa, ewa, stage.cast.agnieszka, by_school=False)


def _conflict(stage: Stage, ewa: Person) -> None:
    buddies.keep_apart(
        stage.session, stage.tools, stage.cast.karin, stage.cast.agnieszka, ewa, by_school=True
    )


def _pause(stage: Stage, ewa: Person) -> None:
    _profile(stage, ewa).state = BuddyState.PAUSED.value


def _profile(stage: Stage, ewa: Person) -> BuddyProfile:
    profile = buddies.profile_of(stage.session, ewa)
    assert profile is not None
    return profile


def _older_code(stage: Stage, ewa: Person) -> None:
    _profile(stage, ewa).code_version = 0


def _elsewhere(stage: Stage, ewa: Person) -> None:
    _profile(stage, ewa).school_id = stage.cast.other_school.id


def _teaches(stage: Stage, ewa: Person) -> None:
    stage.session.add(Teaching(person_id=ewa.id, group_id=stage.cast.group_6b.id))


def _leads(stage: Stage, ewa: Person) -> None:
    stage.session.add(Post(person_id=ewa.id, school_id=stage.cast.school.id, role="lead"))


def _closed(stage: Stage, ewa: Person) -> None:
    ewa.closed_at = stage.clock.now()


def _no_door(stage: Stage, ewa: Person) -> None:
    for door in stage.session.scalars(select(Door).where(Door.person_id == ewa.id)):
        door.confirmed_at = None


def _no_child(stage: Stage, ewa: Person) -> None:
    for one in stage.session.scalars(select(Guardianship).where(Guardianship.person_id == ewa.id)):
        one.ended_at = stage.clock.now()


@pytest.mark.parametrize(
    "change",
    [
        _apart,
        _conflict,
        _pause,
        _older_code,
        _elsewhere,
        _teaches,
        _leads,
        _closed,
        _no_door,
        _no_child,
    ],
    ids=lambda one: one.__name__.strip("_"),
)
def test_who_may_not_be_brought_together_is_never_found(
    stage: Stage, change: Callable[[Stage, Person], None]
) -> None:
    """One block, one conflict, one pause, one rule not accepted, work at school, no confirmed phone: not asked."""
    ewa = stage.cast.ewa
    buddy(stage, ewa)
    request = request_of(stage)
    assert found(stage, request) == [ewa.id]
    assert matching.fits(stage.session, request, ewa.id)
    change(stage, ewa)
    assert found(stage, request) == []
    assert not matching.fits(stage.session, request, ewa.id)


def test_nobody_helps_themselves(stage: Stage) -> None:
    """An asker who is a buddy too is not asked."""
    buddy(stage, stage.cast.agnieszka)
    assert found(stage, request_of(stage)) == []


def test_one_question_finds_them(stage: Stage) -> None:
    """Matching is one statement, and walks the index of free buddies in their order."""
    buddy(stage, stage.cast.ewa)
    request = request_of(stage, task=Task.EXPLAIN.value)
    assert request.child.group is not None
    stage.session.flush()
    with stage.statements() as sent:
        matching.find(stage.session, stage.tools, request, 3)
    assert len(sent) == 1
