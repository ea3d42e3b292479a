"""What the school invites to, passed on by buddies."""

from dataclasses import replace

import pytest

from bot.model.buddies import BuddyRules
from bot.model.errors import DomainError, NotFoundError
from bot.model.gatherings import Gathering, GatheringAnswer
from bot.model.help_requests import Match
from bot.services import gatherings, helping
from bot.services.events import EventKind
from tests.helps import begun
from tests.services.conftest import Stage

WORDS = "Koffie voor ouders, in de aula."


def _make(stage: Stage, **ahead: float) -> Gathering:
    starts_at = stage.later(**(ahead or {"days": 7}))
    return gatherings.make(stage.session, stage.tools, stage.cast.karin, WORDS, starts_at)


def _help(stage: Stage, asker: str = "agnieszka", child: str = "kuba") -> Match:
    """Ewa helps this guardian."""
    c = stage.cast
    return begun(stage.session, stage.tools, getattr(c, asker), c.ewa, getattr(c, child))


def _pass_on(stage: Stage, gathering: Gathering, *matches: Match) -> None:
    gatherings.pass_on(stage.session, stage.tools, stage.cast.ewa, gathering, matches)


def _answer(stage: Stage, who: str, gathering: Gathering, coming: str) -> None:
    gatherings.answer(stage.session, stage.tools, getattr(stage.cast, who), gathering, coming)


@pytest.mark.parametrize("who", ["karin", "hanneke"])
def test_coordinator_and_head_invite_and_read_who_comes(stage: Stage, who: str) -> None:
    """Counts and names of who comes stand with the invitation (004-motivate-others)."""
    first, second = _help(stage), _help(stage, "selam", "abel")
    gathering = _make(stage)
    _pass_on(stage, gathering, first, second)
    _answer(stage, "agnieszka", gathering, "no")
    _answer(stage, "agnieszka", gathering, "yes")
    _answer(stage, "selam", gathering, "no")
    [row] = gatherings.overview(stage.session, stage.tools, getattr(stage.cast, who))
    assert (row.families, row.yes, row.perhaps, row.no) == (2, (stage.cast.agnieszka.name,), (), 1)
    assert len(stage.session.query(GatheringAnswer).all()) == 2


@pytest.mark.parametrize("who", ["marieke", "agnieszka", "ewa", "victor", "olga"])
def test_nobody_else_invites_or_reads_answers(stage: Stage, who: str) -> None:
    """Not a teacher, not a parent, and never the buddy who passed it on."""
    gathering, person = _make(stage), getattr(stage.cast, who)
    with pytest.raises(NotFoundError):
        gatherings.make(stage.session, stage.tools, person, WORDS, stage.later(days=7))
    with pytest.raises(NotFoundError):
        gatherings.cancel(stage.session, stage.tools, person, gathering)
    with pytest.raises(NotFoundError):
        gatherings.overview(stage.session, stage.tools, person)
    with pytest.raises(NotFoundError):
        gatherings.find_for_school(stage.session, person, gathering.id)


def test_an_invitation_needs_words_and_a_time_to_come(stage: Stage) -> None:
    """What is empty or over is refused; where there are no buddies there is nothing to pass on."""
    karin, make = stage.cast.karin, gatherings.make
    with pytest.raises(DomainError, match="words_needed"):
        make(stage.session, stage.tools, karin, "  ", stage.later(days=1))
    with pytest.raises(DomainError, match="gathering_passed"):
        make(stage.session, stage.tools, karin, WORDS, stage.later(minutes=-1))
    without = replace(stage.tools, buddies=BuddyRules(on=False))
    with pytest.raises(DomainError, match="buddies_off"):
        make(stage.session, without, karin, WORDS, stage.later(days=1))
    assert gatherings.overview(stage.session, stage.tools, karin) == []


def test_each_family_gets_it_once(stage: Stage) -> None:
    """Passing on again sends nothing twice; a help that began later can still get it."""
    gathering, first = _make(stage), _help(stage)
    ewa = stage.cast.ewa
    assert gatherings.to_pass_on(stage.session, stage.tools, ewa) == [(gathering, [first])]
    stage.happened()
    _pass_on(stage, gathering, first)
    _pass_on(stage, gathering, first)
    assert stage.happened() == [EventKind.GATHERING_PASSED_ON]
    assert gatherings.to_pass_on(stage.session, stage.tools, ewa) == []
    later = _help(stage, "selam", "abel")
    assert gatherings.to_pass_on(stage.session, stage.tools, ewa) == [(gathering, [later])]


def test_only_the_buddy_of_a_help_that_goes_on_passes_it_on(stage: Stage) -> None:
    """Not the asker, nobody else, and nobody after the end."""
    gathering, match = _make(stage), _help(stage)
    for who in ("agnieszka", "selam", "karin", "victor"):
        with pytest.raises(NotFoundError):
            gatherings.pass_on(stage.session, stage.tools, getattr(stage.cast, who), gathering, [match])
    helping.end(stage.session, stage.tools, stage.cast.agnieszka, match)
    with pytest.raises(NotFoundError):
        _pass_on(stage, gathering, match)
    assert gatherings.to_pass_on(stage.session, stage.tools, stage.cast.ewa) == []


def test_what_is_over_or_called_off_is_not_passed_on_or_answered(stage: Stage) -> None:
    """A past or cancelled invitation stays on the page of the school, and does nothing any more."""
    match, soon, off = _help(stage), _make(stage, hours=1), _make(stage, days=3)
    other = _help(stage, "selam", "abel")
    _pass_on(stage, soon, match)
    _pass_on(stage, off, match)
    gatherings.cancel(stage.session, stage.tools, stage.cast.karin, off)
    gatherings.cancel(stage.session, stage.tools, stage.cast.karin, off)
    stage.clock.move(hours=2)
    for gathering in (soon, off):
        with pytest.raises(DomainError, match="gathering_over"):
            _pass_on(stage, gathering, other)
        with pytest.raises(DomainError, match="gathering_over"):
            _answer(stage, "agnieszka", gathering, "yes")
    with pytest.raises(DomainError, match="gathering_over"):
        gatherings.cancel(stage.session, stage.tools, stage.cast.karin, soon)
    assert gatherings.to_pass_on(stage.session, stage.tools, stage.cast.ewa) == []
    rows = gatherings.overview(stage.session, stage.tools, stage.cast.karin)
    assert [(row.is_over, row.cancelled_at is not None) for row in rows] == [(False, True), (True, False)]
    assert stage.happened().count(EventKind.GATHERING_CANCELLED) == 1


def test_only_who_was_invited_answers(stage: Stage) -> None:
    """A guardian to whom it was passed on; with one of three answers."""
    gathering, match = _make(stage), _help(stage)
    with pytest.raises(NotFoundError):
        _answer(stage, "agnieszka", gathering, "yes")
    _pass_on(stage, gathering, match)
    for who in ("pieter", "ewa", "victor", "marieke"):
        with pytest.raises(NotFoundError):
            _answer(stage, who, gathering, "yes")
    with pytest.raises(DomainError, match="kind_needed"):
        _answer(stage, "agnieszka", gathering, "often")
    _answer(stage, "agnieszka", gathering, "perhaps")
    assert stage.happened().count(EventKind.GATHERING_PASSED_ON) == 1


def test_the_words_are_wanted_in_the_languages_of_who_reads_them(stage: Stage) -> None:
    """The buddy's when it is made, the family's when it is passed on."""
    stage.cast.selam.language = "en"
    match = _help(stage, "selam", "abel")
    gathering = _make(stage)
    assert [one.language for one in gathering.saying.translations] == ["pl"]
    _pass_on(stage, gathering, match)
    assert sorted(one.language for one in gathering.saying.translations) == ["en", "pl"]
