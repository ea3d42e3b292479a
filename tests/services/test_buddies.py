"""Parents offer to help other parents, the coordinator decides, and some are never brought together."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.model.buddies import CODE_VERSION, BuddyProfile, BuddyRules, BuddyState, KeptApart, Task
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState
from bot.model.people import Person, Post
from bot.model.privacy import AuditLine
from bot.services import buddies
from bot.services.events import EventKind
from tests.services.conftest import Stage

USUAL: dict[str, Any] = {
    "languages": ["pl", "nl"],
    "tasks": ["explain", "understand"],
    "times": ["evening"],
    "group_ids": [],
    "max_families": 3,
    "code_version": CODE_VERSION,
}


def offered(stage: Stage, person: Person | None = None, **changes: Any) -> BuddyProfile:
    """What this person, Ewa unless told otherwise, offers."""
    wish = USUAL | changes
    return buddies.offer(stage.session, stage.tools, person or stage.cast.ewa, **wish)


def approved(stage: Stage, person: Person | None = None, **changes: Any) -> BuddyProfile:
    """The same, and the coordinator said yes."""
    profile = offered(stage, person, **changes)
    buddies.approve(stage.session, stage.tools, stage.cast.karin, profile, "")
    return profile


def code_of(action: Any, *arguments: Any, **wish: Any) -> str:
    """Why it is refused."""
    with pytest.raises(DomainError) as refused:
        action(*arguments, **wish)
    return refused.value.code


def _match(stage: Stage, buddy: Person, asker: Person, state: MatchState) -> Match:
    """One request about a child, brought to this buddy."""
    now = stage.clock.now()
    request = HelpRequest(
        asker_id=asker.id,
        child_id=stage.cast.kuba.id,
        language="pl",
        task=Task.EXPLAIN.value,
        asked_at=now,
        answer_by=now,
        masked=[],
    )
    stage.session.add(request)
    stage.session.flush()
    match = Match(
        request_id=request.id,
        buddy_id=buddy.id,
        asker_id=asker.id,
        state=state.value,
        asked_at=now,
        answer_by=now,
    )
    stage.session.add(match)
    stage.session.flush()
    return match


def test_an_offer_waits_for_the_coordinator(stage: Stage) -> None:
    """What was chosen stands, the school hears of it, and nobody can be brought to this parent yet (002-buddy)."""
    profile = offered(stage, group_ids=[stage.cast.group_3a.id])
    assert profile.state == BuddyState.OFFERED.value
    assert {one.language for one in profile.languages} == {"pl", "nl"}
    assert buddies.tasks_of(stage.tools, profile) == [Task.EXPLAIN, Task.UNDERSTAND]
    assert [one.value for one in buddies.times_of(profile)] == ["evening"]
    assert [one.group_id for one in profile.groups] == [stage.cast.group_3a.id]
    assert not buddies.may_be_asked(profile)
    assert stage.happened() == [EventKind.BUDDY_OFFERED]


def test_a_changed_offer_stays_approved(stage: Stage) -> None:
    """Other languages or fewer families need no new yes, and are no news; one that was ended does (002-buddy)."""
    profile = approved(stage)
    since = profile.approved_at
    stage.happened()
    stage.clock.move(days=1)
    again = offered(stage, languages=["en", "pl"], tasks=["remind"], times=[], max_families=1)
    assert again.id == profile.id
    assert (again.state, again.approved_at) == (BuddyState.APPROVED.value, since)
    assert {one.language for one in again.languages} == {"en", "pl"}
    assert not again.times
    assert stage.happened() == []
    buddies.close(stage.session, stage.tools, profile, stage.cast.ewa.id)
    assert stage.happened() == [EventKind.BUDDY_LEFT]
    assert offered(stage).state == BuddyState.OFFERED.value
    assert profile.approved_at is None
    assert stage.happened() == [EventKind.BUDDY_OFFERED]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"languages": []}, "languages_needed"),
        ({"languages": ["xx"]}, "languages_needed"),
        ({"tasks": []}, "tasks_needed"),
        ({"tasks": ["homework"]}, "tasks_needed"),
        ({"max_families": 0}, "families_wrong"),
        ({"max_families": 4}, "families_wrong"),
        ({"code_version": CODE_VERSION - 1}, "code_needed"),
        ({"group_ids": [987_654]}, "not_found"),
    ],
)
def test_an_offer_says_something_that_is(stage: Stage, change: dict[str, Any], code: str) -> None:
    """A language, a kind of help of this school, no more families than the school wants, and the rules of now."""
    assert code_of(offered, stage, **change) == code
    assert buddies.profile_of(stage.session, stage.cast.ewa) is None


def test_only_parents_of_the_school_offer(stage: Stage) -> None:
    """Who works at the school does not, also as a parent; nobody does where the school switched it off."""
    c = stage.cast
    assert code_of(offered, stage, c.marieke) == "staff_cannot_help"
    tie = Post(person_id=c.selam.id, school_id=c.school.id, role="coordinator", ended_at=None)
    stage.session.add(tie)
    assert code_of(offered, stage, c.selam) == "staff_cannot_help"
    c.ewa.closed_at = stage.clock.now()
    assert code_of(offered, stage, c.ewa) == "not_found"
    stage.tools = replace(stage.tools, buddies=BuddyRules(on=False))
    assert code_of(offered, stage, c.pieter) == "buddies_off"


def test_only_the_kinds_of_help_that_the_school_wants(stage: Stage) -> None:
    """What the school took off its list is not offered any more, by nobody (004-buddy-tasks)."""
    profile = offered(stage)
    stage.tools = replace(stage.tools, buddies=BuddyRules(tasks=(Task.EXPLAIN, Task.REMIND)))
    assert buddies.tasks_of(stage.tools, profile) == [Task.EXPLAIN]
    assert code_of(offered, stage, tasks=["understand"]) == "tasks_needed"


def test_the_coordinator_decides_with_a_reason(stage: Stage) -> None:
    """Yes without one; a pause needs words, and those are wanted in the language of the parent (002-buddy)."""
    c = stage.cast
    profile = offered(stage)
    stage.happened()
    decided = (stage.session, stage.tools, c.karin, profile)
    buddies.approve(*decided, "")
    assert buddies.may_be_asked(profile)
    assert profile.reason_saying is None
    assert stage.happened() == [EventKind.BUDDY_DECIDED]
    assert code_of(buddies.pause, *decided, "  ") == "words_needed"
    stage.clock.move(days=1)
    buddies.pause(*decided, "Even rust.")
    reason = profile.reason_saying
    assert reason is not None
    assert (reason.original, reason.child_id) == ("Even rust.", None)
    assert [one.language for one in reason.translations] == [c.ewa.language]
    assert not buddies.may_be_asked(profile)
    assert stage.happened() == [EventKind.BUDDY_DECIDED]
    since = profile.approved_at
    buddies.approve(*decided, "Welkom terug.")
    assert profile.approved_at == since
    buddies.approve(*decided, "Nog eens.")
    assert stage.happened() == [EventKind.BUDDY_DECIDED]


def test_what_is_over_is_not_decided_about(stage: Stage) -> None:
    """A parent who left is not brought back by the school."""
    profile = approved(stage)
    buddies.close(stage.session, stage.tools, profile, stage.cast.ewa.id)
    assert (
        code_of(buddies.approve, stage.session, stage.tools, stage.cast.karin, profile, "") == "buddy_ended"
    )


def test_nobody_else_decides(stage: Stage) -> None:
    """Neither a teacher, the head beside a coordinator, the parent, nor staff of another school; they learn nothing."""
    c = stage.cast
    profile = offered(stage)
    for person in (c.marieke, c.hanneke, c.ewa, c.pieter, c.olga, c.victor):
        assert code_of(buddies.approve, stage.session, stage.tools, person, profile, "") == "not_found"
        assert code_of(buddies.find, stage.session, person, profile.id) == "not_found"
    assert buddies.find(stage.session, c.karin, profile.id) is profile
    assert code_of(buddies.find, stage.session, c.karin, 987_654) == "not_found"


def test_the_head_stands_in_for_a_coordinator_who_is_not_there(stage: Stage) -> None:
    """No offer waits for ever because nobody has that post."""
    profile = offered(stage)
    post = stage.session.scalars(select(Post).where(Post.person_id == stage.cast.karin.id)).one()
    post.ended_at = stage.clock.now()
    stage.session.flush()
    buddies.approve(stage.session, stage.tools, stage.cast.hanneke, profile, "")
    assert buddies.may_be_asked(profile)


def test_new_rules_are_accepted_anew(stage: Stage) -> None:
    """Who accepted older ones is not asked until the new ones are accepted; what stands otherwise stays."""
    profile = approved(stage)
    profile.code_version = CODE_VERSION - 1
    assert not buddies.may_be_asked(profile)
    buddies.accept_code(stage.session, stage.tools, stage.cast.ewa)
    assert buddies.may_be_asked(profile)
    assert code_of(buddies.accept_code, stage.session, stage.tools, stage.cast.pieter) == "not_found"


def test_families_are_different_parents(stage: Stage) -> None:
    """Two helps of one parent take one place; being asked takes none, a yes does (002-buddy)."""
    c = stage.cast
    profile = approved(stage)
    _match(stage, c.ewa, c.agnieszka, MatchState.HELPING)
    second = _match(stage, c.ewa, c.agnieszka, MatchState.ACCEPTED)
    _match(stage, c.ewa, c.selam, MatchState.ASKED)
    buddies.count_families(stage.session, c.ewa.id)
    assert profile.families == 1
    _match(stage, c.ewa, c.selam, MatchState.ACCEPTED)
    buddies.count_families(stage.session, c.ewa.id)
    assert profile.families == 2
    assert code_of(offered, stage, max_families=1) == "families_wrong"
    assert offered(stage, max_families=2).max_families == 2
    second.state = MatchState.ENDED.value
    buddies.count_families(stage.session, c.ewa.id)
    assert profile.families == 2
    buddies.count_families(stage.session, c.pieter.id)  # who offers nothing has nothing to count


def test_what_goes_on_is_known(stage: Stage) -> None:
    """Who asks, who is asked and who helps; not who once did."""
    c = stage.cast
    match = _match(stage, c.ewa, c.agnieszka, MatchState.ASKED)
    assert buddies.goes_on(stage.session, c.ewa)
    assert buddies.goes_on(stage.session, c.agnieszka)
    assert not buddies.goes_on(stage.session, c.selam)
    match.state, match.request.state = MatchState.ENDED.value, "helped"
    stage.session.flush()
    assert not buddies.goes_on(stage.session, c.ewa)
    assert not buddies.goes_on(stage.session, c.agnieszka)


def test_a_recorded_conflict_keeps_two_apart_until_it_is_over(stage: Stage) -> None:
    """In both directions; only the coordinator records it and takes it back (002-buddy)."""
    c = stage.cast
    two = (stage.session, stage.tools, c.karin, c.pieter, c.ewa)
    buddies.keep_apart(*two, by_school=True)
    buddies.keep_apart(stage.session, stage.tools, c.karin, c.ewa, c.pieter, by_school=True)
    [kept] = stage.session.scalars(select(KeptApart)).all()
    assert buddies.are_apart(stage.session, c.ewa.id, c.pieter.id)
    assert buddies.are_apart(stage.session, c.pieter.id, c.ewa.id)
    assert not buddies.are_apart(stage.session, c.pieter.id, c.selam.id)
    for person in (c.hanneke, c.pieter):
        refused = code_of(buddies.bring_together_again, stage.session, stage.tools, person, kept)
        assert refused == "not_found"
    buddies.bring_together_again(stage.session, stage.tools, c.karin, kept)
    assert not buddies.are_apart(stage.session, c.ewa.id, c.pieter.id)


def test_a_block_outlasts_what_the_school_takes_back(stage: Stage) -> None:
    """What a parent wanted is not undone with the conflict that the school had recorded about the same two."""
    c = stage.cast
    buddies.keep_apart(stage.session, stage.tools, c.karin, c.pieter, c.ewa, by_school=True)
    buddies.keep_apart(stage.session, stage.tools, c.ewa, c.ewa, c.pieter, by_school=False)
    for kept in stage.session.scalars(select(KeptApart)).all():
        if kept.by_school:
            buddies.bring_together_again(stage.session, stage.tools, c.karin, kept)
    [block] = stage.session.scalars(select(KeptApart)).all()
    assert (block.person_id, block.other_id, block.by_school) == (c.ewa.id, c.pieter.id, False)
    refused = code_of(buddies.bring_together_again, stage.session, stage.tools, c.karin, block)
    assert refused == "not_found"
    assert code_of(_apart, stage, c.ewa, c.pieter, c.ewa, by_school=False) == "not_found"
    assert code_of(_apart, stage, c.karin, c.ewa, c.ewa, by_school=True) == "two_people_needed"
    assert code_of(_apart, stage, c.karin, c.ewa, c.victor, by_school=True) == "not_found"


def _apart(stage: Stage, actor: Person, person: Person, other: Person, *, by_school: bool) -> None:
    buddies.keep_apart(stage.session, stage.tools, actor, person, other, by_school=by_school)


def test_whatever_is_recorded_holds(stage: Stage) -> None:
    """However blocks and conflicts of two come and go, they are apart exactly while one of them stands."""
    c = stage.cast
    pairs = {"ewa": (c.ewa, c.pieter), "pieter": (c.pieter, c.ewa)}

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from(["ewa", "pieter", "school", "school turned", "over"]), max_size=6))
    def holds(deeds: list[str]) -> None:
        blocks: set[str] = set()
        conflict = False
        with stage.session.begin_nested() as savepoint:
            for deed in deeds:
                if deed in pairs:
                    _apart(stage, pairs[deed][0], *pairs[deed], by_school=False)
                    blocks.add(deed)
                elif deed == "over":
                    for kept in stage.session.scalars(select(KeptApart)).all():
                        if kept.by_school:
                            buddies.bring_together_again(stage.session, stage.tools, c.karin, kept)
                    conflict = False
                else:
                    _apart(stage, c.karin, *pairs["pieter" if deed == "school" else "ewa"], by_school=True)
                    conflict = True
                stage.session.flush()
                by_parents = {
                    (one.person_id, one.other_id)
                    for one in stage.session.scalars(select(KeptApart))
                    if not one.by_school
                }
                assert by_parents == {(pairs[one][0].id, pairs[one][1].id) for one in blocks}
                assert buddies.are_apart(stage.session, c.ewa.id, c.pieter.id) == bool(blocks or conflict)
            savepoint.rollback()

    holds()


def test_every_deed_is_on_record_without_a_word(stage: Stage) -> None:
    """Ids and codes, not the reason."""
    profile = approved(stage)
    buddies.pause(stage.session, stage.tools, stage.cast.karin, profile, "Even rust.")
    buddies.keep_apart(
        stage.session, stage.tools, stage.cast.karin, stage.cast.ewa, stage.cast.pieter, by_school=True
    )
    lines = stage.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    deeds = [line.action for line in lines if line.subject in {"buddy_profile", "person"}]
    assert deeds[-4:] == ["offer", "approved", "paused", "keep_apart"]
    assert "rust" not in str([line.data for line in lines])


def test_a_stranger_writes_no_offer_of_somebody_else(stage: Stage) -> None:
    """A guardian at another school offers there and nowhere else, and is no business of this coordinator."""
    profile = offered(stage, stage.cast.victor)
    assert profile.school_id == stage.cast.other_school.id
    with pytest.raises(NotFoundError):
        buddies.approve(stage.session, stage.tools, stage.cast.karin, profile, "")
