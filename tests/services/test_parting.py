"""A guardian whose authority ends, a teacher who leaves, a child that moves: what waited goes on, and nothing leaks."""

import pytest
from sqlalchemy import select

from bot.model.agreements import Agreement
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import Door, DoorKind, Guardianship, Person, Teaching
from bot.model.privacy import AuditLine, PassPurpose, WebSession
from bot.services import accounts, agreements, buddies, conversation, help_requests, parting, passes, roster
from bot.services.events import EventKind, take_events
from tests.cast import DEMO_ROSTER, open_door
from tests.services.asking import ask, buddy, match_of, parent, states
from tests.services.conftest import Stage

ENDS = {"authority": ("father,yes", "father,no"), "guardianship": ("p-pieter", "")}


def bring(stage: Stage, before: str, after: str) -> None:
    """The school's roster comes in: a cell has changed, or without `after` the rows with it are gone."""
    lines = DEMO_ROSTER.read_text(encoding="utf-8").splitlines()
    kept = [line.replace(before, after) for line in lines if after or before not in line]
    rows, problems = roster.read_roster("\n".join(kept) + "\n")
    assert not problems
    stage.session.flush()
    roster.apply(stage.session, stage.tools, rows, end_missing=True)
    stage.session.expire_all()


def confirm(stage: Stage, agreement: Agreement, person: Person) -> None:
    """The guardian says yes to the text as it stands."""
    current = agreement.current
    agreements.confirm(stage.session, stage.tools, person, current, current.digest, "explained")


def named(agreement: Agreement) -> list[str]:
    """Whom the agreement names."""
    return [party.person.roster_id for party in agreement.parties]


@pytest.mark.parametrize("what", ENDS)
def test_a_proposal_does_not_wait_for_who_has_no_say_any_more(stage: Stage, what: str) -> None:
    """It goes on with the others, and the teachers hear it (002-agreements)."""
    pieter, agnieszka = stage.cast.pieter, stage.cast.agnieszka
    agreement = stage.propose()
    stage.happened()
    bring(stage, *ENDS[what])
    assert named(agreement) == ["p-agnieszka"]
    assert stage.happened() == [EventKind.PARTY_LEFT]
    assert agreement.state == "proposed"
    assert not agreements.is_party(agreement, pieter)
    confirm(stage, agreement, agnieszka)
    assert agreement.state == "active"
    lines = select(AuditLine).where(AuditLine.action == "unname")
    assert stage.session.scalars(lines).one().data == {"agreement": agreement.id, "person": pieter.id}


@pytest.mark.parametrize("what", ENDS)
def test_a_proposal_that_waited_for_nobody_else_is_active(stage: Stage, what: str) -> None:
    """All whom it names have said yes."""
    agreement = stage.propose()
    confirm(stage, agreement, stage.cast.agnieszka)
    stage.happened()
    bring(stage, *ENDS[what])
    assert agreement.state == "active"
    assert stage.happened() == [EventKind.PARTY_LEFT, EventKind.AGREEMENT_ACTIVE]


@pytest.mark.parametrize("what", ENDS)
def test_a_proposal_that_names_nobody_any_more_has_stopped(stage: Stage, what: str) -> None:
    """It neither waits for ever nor counts as agreed with nobody."""
    agreement = stage.propose(guardians=[stage.cast.pieter])
    bring(stage, *ENDS[what])
    assert (agreement.state, named(agreement)) == ("stopped", [])
    assert agreement.closed_at == stage.clock.now()


def test_who_was_named_without_authority_stays_named(stage: Stage) -> None:
    """The teacher chose that knowingly; only an end ends it."""
    bring(stage, *ENDS["authority"])
    agreement = stage.propose(guardians=[stage.cast.pieter])
    bring(stage, *ENDS["authority"])
    assert named(agreement) == ["p-pieter"]
    assert agreement.state == "proposed"


def test_an_active_agreement_goes_on_with_the_others(stage: Stage) -> None:
    """A change of its text waits for those who still are named."""
    agreement = stage.propose()
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        confirm(stage, agreement, person)
    bring(stage, *ENDS["guardianship"])
    assert (agreement.state, named(agreement)) == ("active", ["p-agnieszka"])


def held_message(stage: Stage, person: Person, saying_id: int, macro: str, state: OutgoingState) -> Outgoing:
    """Something with words about a child that the person gets tomorrow, or got already without a translation."""
    door = open_door(stage.session, stage.clock, person, DoorKind.TELEGRAM)
    message = Outgoing(
        door_id=door.id,
        door_kind=door.kind,
        address=door.address,
        body="…",
        macro=macro,
        parameters={"what": {"saying": saying_id}},
        language=person.language,
        protect=True,
        awaits_translation=state is OutgoingState.SENT,
        state=state.value,
        not_before=stage.later(hours=12),
        made_at=stage.clock.now(),
    )
    stage.session.add(message)
    stage.session.flush()
    return message


@pytest.mark.parametrize("what", ENDS)
def test_what_waits_for_the_morning_does_not_reach_who_lost_the_right(stage: Stage, what: str) -> None:
    """Nor is an earlier message completed; the other parent's go out (004-too-much-info)."""
    said = stage.say(stage.cast.marieke, "Kuba leest.").id
    macro = "notices.agreement_proposed"
    his, hers = (
        held_message(stage, one, said, macro, OutgoingState.WAITING).id
        for one in (stage.cast.pieter, stage.cast.agnieszka)
    )
    sent = held_message(stage, stage.cast.pieter, said, macro, OutgoingState.SENT).id
    bring(stage, *ENDS[what])
    left = {one.id: one for one in stage.session.scalars(select(Outgoing))}
    assert his not in left
    assert hers in left
    assert not left[sent].awaits_translation


def test_the_own_thread_still_reaches_who_lost_only_authority(stage: Stage) -> None:
    """The rule table leaves it to every guardian."""
    said = stage.say(stage.cast.marieke, "Kuba is ziek.").id
    waiting = held_message(
        stage, stage.cast.pieter, said, "notices.message_from_school", OutgoingState.WAITING
    )
    bring(stage, *ENDS["authority"])
    assert stage.session.get(Outgoing, waiting.id) is not None
    bring(stage, *ENDS["guardianship"])
    assert stage.session.scalars(select(Outgoing)).all() == []


def test_who_was_apart_once_finds_no_talk_any_more(stage: Stage) -> None:
    """An ended guardian is not the one whose talk it is."""
    talk = stage.plan(guardian=stage.cast.pieter)
    bring(stage, *ENDS["guardianship"])
    assert not conversation.sees(frozenset(), stage.cast.pieter.id, talk)


def test_who_leaves_the_school_has_no_way_in(stage: Stage) -> None:
    """Doors, browsers and links of a teacher end with the import; who also is a parent here keeps them."""
    for person in (stage.cast.marieke, stage.cast.joris):
        open_door(stage.session, stage.clock, person, DoorKind.TELEGRAM)
        token = passes.issue(stage.session, stage.tools, person, PassPurpose.DESK)
        passes.exchange(stage.session, stage.tools, token, PassPurpose.DESK)
    stage.session.add(
        Guardianship(
            person_id=stage.cast.joris.id, child_id=stage.cast.lena.id, relation="father", authority=True
        )
    )
    stage.session.flush()
    for person in (stage.cast.marieke, stage.cast.joris):
        for teaching in stage.session.scalars(select(Teaching).where(Teaching.person_id == person.id)):
            teaching.ended_at = stage.clock.now()
        stage.session.flush()
        parting.staff(stage.session, stage.tools, person)
    open_doors = stage.session.scalars(select(Door).where(Door.ended_at.is_(None))).all()
    assert [one.person_id for one in open_doors] == [stage.cast.joris.id]
    signed_in = stage.session.scalars(select(WebSession).where(WebSession.ended_at.is_(None))).all()
    assert [one.person_id for one in signed_in] == [stage.cast.joris.id]


def test_an_import_that_changes_nothing_ends_nothing(stage: Stage) -> None:
    """The same file again."""
    agreement = stage.propose()
    take_events(stage.session)
    bring(stage, "k-abel", "k-abel")
    assert len(agreement.parties) == 2
    assert stage.happened() == []


def test_nobody_waits_for_the_help_of_who_is_no_guardian_any_more(stage: Stage) -> None:
    """What is about the child ends, about another one stays; with the last child the offer ends too (002-buddy)."""
    agnieszka, ewa, selam = stage.cast.agnieszka, stage.cast.ewa, stage.cast.selam
    buddy(stage, ewa)
    about_kuba, about_zosia = ask(stage), ask(stage, child=stage.cast.zosia, same_group=True)
    bring(stage, "k-kuba,Kuba,p-agnieszka", "")
    assert (about_kuba.state, about_zosia.state) == ("withdrawn", "asking")
    waits = ask(stage, selam, stage.cast.abel)
    match = match_of(stage, about_zosia, ewa)
    assert help_requests.accept(stage.session, stage.tools, ewa, match)
    assert help_requests.choose(stage.session, stage.tools, agnieszka, match)
    bring(stage, "p-ewa", "")
    assert (match.state, waits.state) == ("ended", "unanswered")
    profile = buddies.profile_of(stage.session, ewa)
    assert profile is not None
    assert (profile.state, profile.families) == ("ended", 0)


def test_who_only_loses_authority_can_still_be_helped(stage: Stage) -> None:
    """A guardian without authority is still a guardian."""
    buddy(stage, stage.cast.ewa)
    request = ask(stage, stage.cast.pieter)
    bring(stage, *ENDS["authority"])
    assert request.state == "asking"


def test_a_closed_account_leaves_nobody_waiting(stage: Stage) -> None:
    """What the person asked is taken back, and who waited for their help is brought to the next."""
    agnieszka, ewa = stage.cast.agnieszka, stage.cast.ewa
    buddy(stage, ewa)
    next_one = parent(stage)
    buddy(stage, next_one)
    request = ask(stage)
    accounts.close(stage.session, stage.tools, stage.cast.hanneke, ewa, "left")
    assert states(stage, request) == ["declined", "asked"]
    accounts.close(stage.session, stage.tools, stage.cast.hanneke, agnieszka, "left")
    assert request.state == "withdrawn"
