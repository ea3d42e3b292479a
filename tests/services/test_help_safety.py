"""Blocking, complaining, a worry for the school, and three taps at the end."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match, MatchState
from bot.model.helping import ComplaintKind, HelpEvaluation, HelpLine, Verdict
from bot.model.people import Person, Post
from bot.model.privacy import AuditLine
from bot.services import buddies, buddy_overview, help_safety, helping, sayings
from bot.services.events import EventKind, take_events
from tests.helps import begun
from tests.services.conftest import Stage


@pytest.fixture
def match(stage: Stage) -> Match:
    """Ewa helps Agnieszka."""
    found = begun(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.ewa, stage.cast.kuba)
    stage.happened()
    return found


def line(stage: Stage, person: Person, match: Match, words: str) -> HelpLine:
    """This person says this in the chat."""
    said = sayings.keep(stage.session, stage.tools, person, words, child=None)
    return helping.write(stage.session, stage.tools, person, match, said)


@pytest.mark.parametrize("name", ["agnieszka", "ewa"])
def test_blocking_ends_it_for_ever(stage: Stage, match: Match, name: str) -> None:
    """Either of the two, in one step; the other one hears only that it is over (004-privacy-care)."""
    c = stage.cast
    help_safety.block(stage.session, stage.tools, getattr(c, name), match)
    assert match.state == MatchState.ENDED.value
    assert buddies.are_apart(stage.session, c.agnieszka.id, c.ewa.id)
    assert stage.happened() == [EventKind.HELP_ENDED]


def test_blocking_ends_help_in_both_ways(stage: Stage, match: Match) -> None:
    """Agnieszka helps Ewa too: who wants no contact is not written to there either (004-privacy-care)."""
    c = stage.cast
    other_way = begun(stage.session, stage.tools, c.ewa, c.agnieszka, c.lena)
    help_safety.block(stage.session, stage.tools, c.agnieszka, match)
    assert {match.state, other_way.state} == {MatchState.ENDED.value}


def test_blocking_after_the_end(stage: Stage, match: Match) -> None:
    """One can still want never to meet again."""
    helping.end(stage.session, stage.tools, stage.cast.ewa, match)
    help_safety.block(stage.session, stage.tools, stage.cast.ewa, match)
    assert buddies.are_apart(stage.session, stage.cast.ewa.id, stage.cast.agnieszka.id)


def test_a_complaint_holds_only_what_was_chosen(stage: Stage, match: Match) -> None:
    """A kind alone, or with own words and a copy of one line of the other one."""
    c = stage.cast
    line(stage, c.ewa, match, "Pierwsze.")
    chosen = line(stage, c.ewa, match, "Drugie.")
    line(stage, c.agnieszka, match, "Moje.")
    found = help_safety.lines_to_quote(stage.session, c.agnieszka, match)
    assert [one.saying.original for one in found if one.saying] == ["Pierwsze.", "Drugie."]
    stage.happened()
    bare = help_safety.complain(stage.session, stage.tools, c.agnieszka, match, ComplaintKind.PRESSURE)
    assert (bare.saying, bare.quoted_saying) == (None, None)
    said = sayings.keep(stage.session, stage.tools, c.agnieszka, "Za dużo pytań.", child=None)
    full = help_safety.complain(
        stage.session, stage.tools, c.agnieszka, match, ComplaintKind.PRIVATE, saying=said, quoted=chosen
    )
    assert full.quoted_saying is not None
    assert (full.saying, full.quoted_saying.original, full.about_id) == (said, "Drugie.", c.ewa.id)
    assert full.quoted_saying_id != chosen.saying_id
    assert stage.happened() == [EventKind.HELP_COMPLAINED] * 2


def test_own_lines_are_not_quoted(stage: Stage, match: Match) -> None:
    """Only what the other one said."""
    c = stage.cast
    own = line(stage, c.agnieszka, match, "Moje.")
    with pytest.raises(NotFoundError):
        help_safety.complain(stage.session, stage.tools, c.agnieszka, match, ComplaintKind.OTHER, quoted=own)


def test_no_more_than_five_lines_are_offered(stage: Stage, match: Match) -> None:
    """The last ones."""
    for number in range(7):
        line(stage, stage.cast.ewa, match, f"{number}")
    found = help_safety.lines_to_quote(stage.session, stage.cast.agnieszka, match)
    assert [one.saying.original for one in found if one.saying] == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("name", ["pieter", "marieke", "karin", "victor"])
def test_nobody_else_complains_blocks_or_evaluates(stage: Stage, match: Match, name: str) -> None:
    """Only the two who were there."""
    person = getattr(stage.cast, name)
    with pytest.raises(NotFoundError):
        help_safety.complain(stage.session, stage.tools, person, match, ComplaintKind.OTHER)
    with pytest.raises(NotFoundError):
        help_safety.block(stage.session, stage.tools, person, match)
    with pytest.raises(NotFoundError):
        help_safety.evaluate(stage.session, stage.tools, person, match, helped=Verdict.NO)


def test_only_the_coordinator_reads_and_settles(stage: Stage, match: Match) -> None:
    """Of the own school; a buddy may complain after the end too."""
    c = stage.cast
    helping.end(stage.session, stage.tools, c.agnieszka, match)
    complaint = help_safety.complain(stage.session, stage.tools, c.ewa, match, ComplaintKind.UNKIND)
    for person in (c.agnieszka, c.ewa, c.marieke, c.hanneke, c.olga):
        with pytest.raises(NotFoundError):
            help_safety.settle_complaint(stage.session, stage.tools, person, complaint)
    assert complaint.settled_at is None
    help_safety.settle_complaint(stage.session, stage.tools, c.karin, complaint)
    help_safety.settle_complaint(stage.session, stage.tools, c.karin, complaint)
    assert complaint.settled_by_id == c.karin.id


def test_where_there_is_no_coordinator_a_lead_settles(stage: Stage, match: Match) -> None:
    """The lead is told then, and reads it on the same page."""
    c = stage.cast
    complaint = help_safety.complain(stage.session, stage.tools, c.agnieszka, match, ComplaintKind.UNKIND)
    stage.session.execute(update(Post).where(Post.person_id == c.karin.id).values(ended_at=stage.clock.now()))
    assert buddy_overview.overview(stage.session, stage.tools, c.hanneke).complaints
    help_safety.settle_complaint(stage.session, stage.tools, c.hanneke, complaint)
    assert complaint.settled_by_id == c.hanneke.id


@pytest.mark.parametrize("outside", [False, True])
def test_the_coordinator_can_read_a_complaint(stage: Stage, match: Match, *, outside: bool) -> None:
    """It is translated, but who is quoted is asked nothing about a translator outside (004-privacy-care)."""
    c = stage.cast
    tools = replace(stage.tools, translates=True, outside_translators=("elsewhere",) if outside else ())
    quoted = line(stage, c.ewa, match, "Ile zarabiasz?")
    said = sayings.keep(stage.session, stage.tools, c.agnieszka, "Za dużo pytań.", child=None)
    take_events(stage.session)
    complaint = help_safety.complain(
        stage.session, tools, c.agnieszka, match, ComplaintKind.PRIVATE, saying=said, quoted=quoted
    )
    assert complaint.quoted_saying is not None
    assert [one.language for one in said.translations] == ["nl"]
    assert [one.language for one in complaint.quoted_saying.translations] == ([] if outside else ["nl"])
    concerned = {event.actor_id for event in take_events(stage.session)}
    assert concerned == {c.agnieszka.id}


def test_a_worry_tells_only_who_worries(stage: Stage, match: Match) -> None:
    """The fact names the person and nothing of any chat (004-buddy-tasks)."""
    c = stage.cast
    line(stage, c.ewa, match, "Boję się.")
    stage.happened()
    help_safety.worry(stage.session, stage.tools, c.ewa)
    [event] = take_events(stage.session)
    assert (event.kind, event.subject_id, event.actor_id) == (EventKind.SAFETY_WORRY, c.ewa.id, c.ewa.id)
    stage.session.flush()
    last = stage.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert last is not None
    assert (last.action, last.data) == ("worry", {"person": c.ewa.id})
    with pytest.raises(NotFoundError):
        help_safety.worry(stage.session, stage.tools, c.marieke)


def test_three_taps_at_the_end(stage: Stage, match: Match) -> None:
    """Each can be left out and tapped again; both sides have their own."""
    c = stage.cast
    with pytest.raises(DomainError, match="help_goes_on"):
        help_safety.evaluate(stage.session, stage.tools, c.ewa, match, helped=Verdict.YES)
    helping.end(stage.session, stage.tools, c.ewa, match)
    help_safety.evaluate(stage.session, stage.tools, c.ewa, match, helped=Verdict.YES)
    help_safety.evaluate(stage.session, stage.tools, c.ewa, match, again=Verdict.NO)
    help_safety.evaluate(stage.session, stage.tools, c.agnieszka, match, at_ease=Verdict.A_BIT)
    found = stage.session.scalars(select(HelpEvaluation).order_by(HelpEvaluation.id)).all()
    assert [(one.of_buddy, one.helped, one.at_ease, one.again) for one in found] == [
        (True, "yes", None, "no"),
        (False, None, "a_bit", None),
    ]
