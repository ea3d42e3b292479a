"""The coordinator's page of parents who help parents: numbers, what waits, and no word of any chat."""

from dataclasses import replace

import pytest

from bot.model.buddies import CODE_VERSION, BuddyRules, Task
from bot.model.errors import NotFoundError
from bot.model.help_requests import RequestState
from bot.model.people import Guardianship, Person
from bot.services import buddies, buddy_overview, help_requests
from bot.services.buddy_overview import BuddyOverview, Tally
from tests import helping_parents as parents
from tests.services.conftest import Stage


def _overview(stage: Stage, reader: Person | None = None) -> BuddyOverview:
    return buddy_overview.overview(stage.session, stage.tools, reader or stage.cast.karin)


def test_nobody_has_begun(stage: Stage) -> None:
    """Nothing offered, asked or said: every list is empty, and every language of a parent lacks a buddy."""
    seen = _overview(stage)
    assert seen.decides
    assert (seen.buddies, seen.ended, seen.apart, seen.requests_open) == ((), (), (), ())
    assert (seen.states, seen.by_language, seen.opinions, seen.wanted, seen.complaints) == (
        {},
        (),
        (),
        (),
        (),
    )
    assert seen.median_answer_hours is None
    assert ("pl", 2) in seen.missing_languages
    assert {one.name for one in seen.guardians} >= {stage.cast.agnieszka.name, stage.cast.selam.name}


def test_who_offers_and_how_full_it_is(stage: Stage) -> None:
    """Who waits for a decision first; each with what is offered, since when, and how many families (002-buddy)."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    seen = _overview(stage)
    assert [(row.name, row.state) for row in seen.buddies] == [
        (stage.cast.selam.name, "offered"),
        (stage.cast.ewa.name, "approved"),
        (stage.cast.pieter.name, "paused"),
    ]
    waits, ready, paused = seen.buddies
    assert (waits.groups, waits.languages, waits.since) == (("3A",), ("en", "ti"), None)
    assert (ready.families, ready.most, ready.groups) == (1, 3, ())
    assert ready.tasks == (Task.EXPLAIN, Task.UNDERSTAND)
    assert paused.reason is not None
    assert paused.reason.words == parents.REASON


def test_requests_are_numbers(stage: Stage) -> None:
    """How many asked for what and were answered, how long it took, and what is open without who asks."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    seen = _overview(stage)
    assert seen.states == {"asking": 1, "helped": 1, "unanswered": 1}
    assert seen.by_language == (Tally("pl", 2, 1), Tally("ti", 1, 0))
    assert seen.by_task == (Tally("understand", 2, 0), Tally("explain", 1, 1))
    assert seen.median_answer_hours == 1.0
    [waiting] = seen.requests_open
    assert (waiting.language, waiting.task, waiting.offered) == ("pl", "understand", False)
    assert stage.cast.agnieszka.name not in str(seen.requests_open)


def test_old_answers_do_not_count_in_the_time_to_answer(stage: Stage) -> None:
    """The time is that of the last months; the numbers are those of always."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    stage.clock.move(days=buddy_overview.ANSWERS_FROM_DAYS + 1)
    seen = _overview(stage)
    assert seen.median_answer_hours is None
    assert seen.by_language[0] == Tally("pl", 2, 1)


def test_a_name_only_of_who_wants_the_coordinator(stage: Stage) -> None:
    """Until it is taken care of; then the name is gone (001-overloaded)."""
    made = parents.furnish(stage.session, stage.tools, stage.cast)
    [wanted] = _overview(stage).wanted
    assert (wanted.name, wanted.language) == (stage.cast.selam.name, "ti")
    help_requests.settle(stage.session, stage.tools, stage.cast.karin, made.unanswered)
    assert _overview(stage).wanted == ()


def test_languages_without_a_buddy(stage: Stage) -> None:
    """The language a parent would rather have counts; a paused buddy and one with old rules speak for nobody."""
    made = parents.furnish(stage.session, stage.tools, stage.cast)
    assert [language for language, _ in _overview(stage).missing_languages] == ["ti"]
    made.approved.code_version = CODE_VERSION - 1
    stage.session.flush()
    assert ("pl", 2) in _overview(stage).missing_languages


def test_what_both_sides_found(stage: Stage) -> None:
    """Counts per tap, both sides apart; a question that nobody answered is left out."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    opinions = {(one.question, one.of_buddy): dict(one.counts) for one in _overview(stage).opinions}
    assert opinions["helped", False] == {"yes": 1, "a_bit": 0, "no": 1}
    assert opinions["helped", True] == {"yes": 1, "a_bit": 1, "no": 0}
    assert ("again", True) not in opinions


def test_no_word_of_a_request_and_the_words_of_a_complaint(stage: Stage) -> None:
    """What went along with a request is nobody's business here; of a complaint stands what the reporter chose."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    seen = _overview(stage)
    assert parents.ASKED_WORDS not in str(seen)
    [complaint] = seen.complaints
    assert complaint.words is not None
    assert complaint.quoted is not None
    assert (complaint.words.words, complaint.quoted.words) == (parents.COMPLAINT, parents.QUOTED)
    assert (complaint.reporter, complaint.about) == (stage.cast.agnieszka.name, stage.cast.pieter.name)


def test_the_head_reads_numbers_without_those_names(stage: Stage) -> None:
    """Who wants the coordinator and who complains is the coordinator's; the head sees how many there are."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    seen = _overview(stage, stage.cast.hanneke)
    assert not seen.decides
    assert (seen.wanted, seen.complaints, seen.guardians) == ((), (), ())
    assert (seen.wanted_count, seen.complaint_count) == (1, 1)


def test_nobody_else_has_this_page(stage: Stage) -> None:
    """Neither a teacher, a parent, a buddy, nor staff of another school; nobody where it is switched off."""
    c = stage.cast
    for person in (c.marieke, c.agnieszka, c.ewa, c.olga):
        assert not buddy_overview.may_read(stage.session, stage.tools, person)
        with pytest.raises(NotFoundError):
            _overview(stage, person)
    assert buddy_overview.may_read(stage.session, stage.tools, c.hanneke)
    stage.tools = replace(stage.tools, buddies=BuddyRules(on=False))
    assert not buddy_overview.may_read(stage.session, stage.tools, c.karin)


def test_the_other_school_is_not_counted(stage: Stage) -> None:
    """What parents of another school offer and ask stands on their coordinator's page."""
    c = stage.cast
    parents.offer(stage.session, stage.tools, c.victor)
    parents.request(stage.session, stage.tools, c.victor, c.other_child, RequestState.ASKING)
    seen = _overview(stage)
    assert (seen.buddies, seen.states, seen.requests_open) == ((), {}, ())
    assert all(one.name != c.victor.name for one in seen.guardians)


def test_more_buddies_are_no_more_queries(stage: Stage) -> None:
    """The page asks the database as often for twenty buddies and requests as for three."""
    parents.furnish(stage.session, stage.tools, stage.cast)
    stage.session.expunge_all()
    with stage.statements() as few:
        _overview(stage, stage.session.get_one(Person, stage.cast.karin.id))
    for number in range(20):
        _another_parent_offers_and_asks(stage, number)
    stage.session.expunge_all()
    with stage.statements() as many:
        seen = _overview(stage, stage.session.get_one(Person, stage.cast.karin.id))
    assert len(seen.buddies) == 23
    assert len(many) == len(few)


def _another_parent_offers_and_asks(stage: Stage, number: int) -> None:
    person = Person(
        roster_id=f"p-more-{number}",
        school_id=stage.cast.school.id,
        name=f"Ouder {number}",
        language="pl",
        wished_language=None,
        language_chosen=False,
        guardianships=[],
    )
    tie = Guardianship(person=person, child=stage.cast.lena, relation="aunt", authority=False, ended_at=None)
    stage.session.add_all([person, tie])
    stage.session.flush()
    profile = parents.offer(stage.session, stage.tools, person)
    buddies.approve(stage.session, stage.tools, stage.cast.karin, profile, f"Welkom {number}.")
    parents.request(stage.session, stage.tools, person, stage.cast.lena, RequestState.ASKING)
