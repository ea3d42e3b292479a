"""A buddy's place at a talk."""

from dataclasses import replace

import pytest

from bot.model.buddies import BuddyRules, Task
from bot.model.companions import CompanionState, TalkCompanion
from bot.model.conversation import Conversation, Serious
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match
from bot.model.people import Person
from bot.services import buddies, companions, conversation, dossier, helping, parting, sheets
from bot.services.events import EventKind
from tests.helping_parents import offer
from tests.helps import begun
from tests.services.conftest import Stage

ALONG, INTERPRET = "come_along", "interpret"
BOTH = (Task.COME_ALONG.value, Task.INTERPRET.value)


def _help(stage: Stage, asker: Person | None = None, tasks: tuple[str, ...] = BOTH) -> Match:
    """Ewa helps Agnieszka and offers these kinds of help."""
    profile = offer(stage.session, stage.tools, stage.cast.ewa, tasks=list(tasks))
    buddies.approve(stage.session, stage.tools, stage.cast.karin, profile, "")
    made = begun(stage.session, stage.tools, asker or stage.cast.agnieszka, stage.cast.ewa, stage.cast.kuba)
    stage.happened()
    return made


def _ask(stage: Stage, match: Match, talk: Conversation, role: str = ALONG) -> TalkCompanion:
    return companions.ask(stage.session, stage.tools, match.asker, match, talk, role)


def _confirmed(stage: Stage, match: Match, talk: Conversation, role: str = ALONG) -> TalkCompanion:
    one = _ask(stage, match, talk, role)
    companions.answer(stage.session, stage.tools, match.buddy, one, can=True)
    companions.confirm(stage.session, stage.tools, match.asker, one)
    stage.happened()
    return one


def _change(stage: Stage, talk: Conversation, **given: object) -> None:
    same: dict[str, object] = {
        "moment": talk.moment,
        "planned_at": talk.planned_at,
        "length_minutes": talk.length_minutes,
        "place": talk.place,
        "goals": talk.goals,
        "people": talk.people,
        "serious": talk.serious,
    }
    conversation.change(stage.session, stage.tools, stage.cast.marieke, talk, **(same | given))  # type: ignore[arg-type]


def test_nothing_reaches_the_school_before_the_asker_confirms(stage: Stage) -> None:
    """Asked, answered, confirmed; only then it stands at the talk (004-buddy-tasks, 003-helper-along)."""
    match, talk = _help(stage), stage.plan()
    stage.happened()
    one = _ask(stage, match, talk)
    assert _ask(stage, match, talk) is one
    assert stage.happened() == [EventKind.COMPANION_ASKED]
    companions.answer(stage.session, stage.tools, match.buddy, one, can=True)
    assert not companions.confirmed_at(stage.session, [talk])[talk.id]
    companions.confirm(stage.session, stage.tools, match.asker, one)
    companions.confirm(stage.session, stage.tools, match.asker, one)
    assert stage.happened() == [EventKind.COMPANION_ANSWERED, EventKind.COMPANION_CONFIRMED]
    assert companions.confirmed_at(stage.session, [talk])[talk.id] == [one]


def test_a_no_can_be_followed_by_another_question(stage: Stage) -> None:
    """Who cannot come has no place; old answers count no more."""
    match, talk = _help(stage), stage.plan()
    one = _ask(stage, match, talk)
    companions.answer(stage.session, stage.tools, match.buddy, one, can=False)
    for again in (True, False):
        with pytest.raises(DomainError, match="old_button"):
            companions.answer(stage.session, stage.tools, match.buddy, one, can=again)
    with pytest.raises(DomainError, match="old_button"):
        companions.confirm(stage.session, stage.tools, match.asker, one)
    assert _ask(stage, match, talk, INTERPRET).state == CompanionState.ASKED.value
    with pytest.raises(DomainError, match="old_button"):
        _ask(stage, match, talk, ALONG)


def test_only_own_talks_can_be_chosen(stage: Stage) -> None:
    """A talk with all, or apart with that guardian; never another guardian's (002-separated-talk)."""
    match = _help(stage)
    joint, own = stage.plan(), stage.plan(guardian=stage.cast.agnieszka, planned_at=stage.later(days=8))
    his = stage.plan(guardian=stage.cast.pieter)
    held = stage.plan(held=True, planned_at=stage.later(days=-1))
    off = stage.plan()
    conversation.cancel(stage.session, stage.tools, stage.cast.marieke, off)
    assert companions.talks_of(stage.session, stage.tools, stage.cast.agnieszka) == [joint, own]
    with pytest.raises(NotFoundError):
        _ask(stage, match, his)
    for over in (held, off):
        with pytest.raises(DomainError, match="talk_closed"):
            _ask(stage, match, over)
    stage.without_authority(stage.cast.agnieszka)
    assert companions.talks_of(stage.session, stage.tools, stage.cast.agnieszka) == [own]


def test_only_what_the_buddy_offers_and_the_school_wants(stage: Stage) -> None:
    """Roles are kinds of help of the buddy that the school allows (004-buddy-tasks)."""
    match, talk = _help(stage, tasks=(Task.COME_ALONG.value,)), stage.plan()
    with pytest.raises(DomainError, match="role_needed"):
        _ask(stage, match, talk, INTERPRET)
    with pytest.raises(DomainError, match="role_needed"):
        _ask(stage, match, talk, "decide")
    no_such = replace(stage.tools, buddies=BuddyRules(tasks=(Task.EXPLAIN,)))
    without = replace(stage.tools, buddies=BuddyRules(on=False))
    for tools in (no_such, without):
        with pytest.raises(DomainError, match="role_needed"):
            companions.ask(stage.session, tools, match.asker, match, talk, ALONG)


def test_only_the_two_can_do_anything(stage: Stage) -> None:
    """Neither the buddy nor anybody else asks or confirms for the asker; only the buddy answers."""
    match, talk = _help(stage), stage.plan()
    one = _ask(stage, match, talk)
    c, service, session, tools = stage.cast, companions, stage.session, stage.tools
    for other in (c.pieter, c.ewa, c.selam, c.marieke, c.victor, c.hanneke):
        with pytest.raises(NotFoundError):
            service.ask(session, tools, other, match, talk, ALONG)
        with pytest.raises(NotFoundError):
            service.confirm(session, tools, other, one)
    for other in (c.agnieszka, c.pieter, c.marieke):
        with pytest.raises(NotFoundError):
            service.answer(session, tools, other, one, can=True)
    for other in (c.pieter, c.marieke, c.victor):
        with pytest.raises(NotFoundError):
            service.end(session, tools, other, one)
        with pytest.raises(NotFoundError):
            service.find(session, other, one.id)


@pytest.mark.parametrize("subject", list(Serious))
def test_no_parent_interprets_a_serious_talk(stage: Stage, subject: Serious) -> None:
    """Care, referral, safety, separation: refused as interpreter, welcome along (004-buddy-tasks)."""
    match, talk = _help(stage), stage.plan(serious=[subject.value])
    with pytest.raises(DomainError, match="professional_needed"):
        _ask(stage, match, talk, INTERPRET)
    assert _ask(stage, match, talk, ALONG).state == CompanionState.ASKED.value


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_talk_that_becomes_serious_loses_its_interpreter(stage: Stage, *, confirmed: bool) -> None:
    """The place of who interprets ends, that of who comes along stays."""
    match, talk = _help(stage), stage.plan()
    interprets = (
        _confirmed(stage, match, talk, INTERPRET) if confirmed else _ask(stage, match, talk, INTERPRET)
    )
    other = _confirmed(stage, _help_of(stage, stage.cast.pieter), talk, ALONG)
    _change(stage, talk, serious=["care"])
    assert interprets.state == CompanionState.ENDED.value
    assert other.state == CompanionState.CONFIRMED.value
    assert EventKind.COMPANION_ENDED in stage.happened()
    _change(stage, talk, serious=[])
    assert talk.serious == []


def _help_of(stage: Stage, asker: Person) -> Match:
    """Ewa helps this guardian too."""
    return begun(stage.session, stage.tools, asker, stage.cast.ewa, stage.cast.kuba)


def test_another_time_asks_anew(stage: Stage) -> None:
    """A confirmation counts for the day and time it was given for; another place is only told."""
    match, talk = _help(stage), stage.plan()
    one = _confirmed(stage, match, talk)
    _change(stage, talk, place="video")
    assert one.state == CompanionState.CONFIRMED.value
    assert stage.happened() == [EventKind.TALK_PLANNED, EventKind.COMPANION_CONFIRMED]
    _change(stage, talk)
    assert stage.happened() == [EventKind.TALK_PLANNED]
    _change(stage, talk, planned_at=stage.later(days=9))
    assert (one.state, one.confirmed_at) == (CompanionState.ASKED.value, None)
    assert stage.happened() == [EventKind.TALK_PLANNED, EventKind.COMPANION_ASKED]


def test_what_is_called_off_needs_nobody(stage: Stage) -> None:
    """A talk called off, a help that ended, a tie that ended: nobody has a place there any more."""
    match, talk = _help(stage), stage.plan()
    one = _confirmed(stage, match, talk)
    conversation.cancel(stage.session, stage.tools, stage.cast.marieke, talk)
    assert one.state == CompanionState.ENDED.value
    second = _confirmed(stage, match, stage.plan())
    stage.without_authority(stage.cast.agnieszka)
    parting.guardian(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    assert second.state == CompanionState.ENDED.value
    own = _confirmed(stage, match, stage.plan(guardian=stage.cast.agnieszka))
    parting.guardian(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    assert own.state == CompanionState.CONFIRMED.value
    helping.end(stage.session, stage.tools, stage.cast.ewa, match)
    assert own.state == CompanionState.ENDED.value
    assert stage.happened().count(EventKind.COMPANION_ENDED) == 1


def test_either_takes_it_back(stage: Stage) -> None:
    """The asker or the buddy ends it without a reason; doing it again changes nothing."""
    match = _help(stage)
    for actor in (stage.cast.agnieszka, stage.cast.ewa):
        one = _confirmed(stage, match, stage.plan())
        companions.end(stage.session, stage.tools, actor, one)
        companions.end(stage.session, stage.tools, actor, one)
        assert one.state == CompanionState.ENDED.value
        assert stage.happened()[-1] == EventKind.COMPANION_ENDED


def test_who_was_there_stays_on_record(stage: Stage) -> None:
    """After the talk a confirmed place stays, also when the help ends; what was open is over in silence."""
    match, talk, other = _help(stage), stage.plan(), stage.plan()
    one, open_still = _confirmed(stage, match, talk), _ask(stage, match, other)
    for held in (talk, other):
        conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, held)
    stage.happened()
    helping.end(stage.session, stage.tools, stage.cast.ewa, match)
    assert (one.state, open_still.state) == (CompanionState.CONFIRMED.value, CompanionState.ENDED.value)
    assert EventKind.COMPANION_ENDED not in stage.happened()


def test_each_reads_of_the_own_place_and_all_of_who_is_in_the_room(stage: Stage) -> None:
    """School and asker read the first name; the other guardian reads that a buddy parent comes (design 4)."""
    match, talk = _help(stage), stage.plan(serious=["care", "safety"])
    _confirmed(stage, match, talk)
    c = stage.cast
    for reader, as_staff, names in (
        (c.agnieszka, False, ["Ewa"]),
        (c.pieter, False, []),
        (c.marieke, True, ["Ewa"]),
    ):
        seen = dossier.view(stage.session, stage.tools, reader, c.kuba, as_staff=as_staff).talks[0]
        assert [one.name for one in seen.companions] == names
        assert seen.people == ("parents", "buddy")
        assert seen.planned_people == ("parents",)
        assert seen.serious == ("care", "safety")
        copy = dossier.export(stage.session, stage.tools, c.kuba, reader)["talks"][0]
        assert [one["name"] for one in copy["companions"]] == names
        assert copy["serious"] == ["care", "safety"]
    found = {one.guardian: one.talk for one in sheets.of_child(stage.session, stage.tools, c.marieke, c.kuba)}
    hers, his = found[c.agnieszka.name], found[c.pieter.name]
    assert hers is not None
    assert his is not None
    assert (hers.companions, his.companions) == (((ALONG, "Ewa"),), ())
    assert hers.people == his.people == ("parents", "buddy")
    assert hers.serious


def test_the_mark_is_one_of_four(stage: Stage) -> None:
    """Anything else is refused; a talk is not serious unless a teacher says so."""
    with pytest.raises(DomainError, match="kind_needed"):
        stage.plan(serious=["money"])
    assert stage.plan().serious == []
    assert stage.plan(serious=["safety", "care"]).serious == ["care", "safety"]
