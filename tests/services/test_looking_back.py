"""Looking back on an agreement: both sides say how it went, and it closes, or goes along."""

from datetime import timedelta

import pytest

from bot.model.agreements import Agreement, Result
from bot.model.errors import DomainError, NotFoundError
from bot.services import agreements, looking_back
from bot.services.events import EventKind
from tests.services.conftest import Stage

RESULTS = [result.value for result in Result]


def _active(stage: Stage) -> Agreement:
    """An agreement that everybody confirmed."""
    agreement = stage.propose()
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        version = agreement.current
        agreements.confirm(stage.session, stage.tools, person, version, version.digest, "explained")
    assert agreement.state == "active"
    stage.happened()
    return agreement


def _say(stage: Stage, name: str, agreement: Agreement, result: str) -> None:
    person = getattr(stage.cast, name)
    looking_back.report(stage.session, stage.tools, person, agreement.current, result)


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("order", [("marieke", "pieter"), ("pieter", "marieke")])
def test_it_closes_when_both_sides_say_the_same(stage: Stage, result: str, order: tuple[str, str]) -> None:
    """The state is what both said; each side hears it once (002-agreements, 002-feedback-approach)."""
    agreement = _active(stage)
    _say(stage, order[0], agreement, result)
    assert agreement.state == "active"
    assert stage.happened() == [EventKind.OUTCOME_REPORTED]
    _say(stage, order[1], agreement, result)
    assert (agreement.state, agreement.closed_at) == (result, stage.clock.now())
    told = stage.happened()
    assert told.count(EventKind.AGREEMENT_CLOSED) == 1
    assert told.count(EventKind.OUTCOME_REPORTED) == (1 if order[1] == "pieter" else 0)


def test_two_parents_alone_do_not_close_it(stage: Stage) -> None:
    """Both say done; the school has said nothing yet."""
    agreement = _active(stage)
    _say(stage, "agnieszka", agreement, "done")
    _say(stage, "pieter", agreement, "done")
    assert agreement.state == "active"


def test_different_views_stand_side_by_side(stage: Stage) -> None:
    """The newest of each side counts, everything said stays, and nobody is judged (001-hold-to-agreements)."""
    agreement = _active(stage)
    _say(stage, "marieke", agreement, "done")
    _say(stage, "agnieszka", agreement, "not_done")
    _say(stage, "agnieszka", agreement, "bit_done")
    standing = [(one.for_school, one.result) for one in looking_back.standing(agreement.current)]
    assert standing == [(True, "done"), (False, "bit_done")]
    assert len(agreement.current.outcomes) == 3
    assert agreement.state == "active"
    agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, "bit_done")
    assert agreement.state == "bit_done"


def test_the_same_again_changes_nothing(stage: Stage) -> None:
    """A second tap makes no row and tells nobody (002-feedback-approach)."""
    agreement = _active(stage)
    _say(stage, "pieter", agreement, "done")
    stage.happened()
    _say(stage, "pieter", agreement, "done")
    assert len(agreement.current.outcomes) == 1
    assert stage.happened() == []


def test_words_stand_with_it_and_are_wanted_in_every_language(stage: Stage) -> None:
    """What somebody says more is kept as said; a second time the first words stay."""
    agreement = _active(stage)
    person = stage.cast.agnieszka
    outcome = looking_back.report(stage.session, stage.tools, person, agreement.current, "bit_done")
    first, second = stage.say(person, "W środę było trudno."), stage.say(person, "Ale czytamy.")
    looking_back.add_words(stage.session, stage.tools, person, outcome, first)
    looking_back.add_words(stage.session, stage.tools, person, outcome, second)
    assert [one.saying for one in agreement.current.outcomes] == [first, second]
    assert "nl" in {one.language for one in first.translations}
    with pytest.raises(NotFoundError):
        looking_back.find_outcome(stage.session, stage.cast.pieter, outcome.id)


@pytest.mark.parametrize("name", ["joris", "hanneke", "karin", "ewa", "selam", "victor", "olga"])
def test_nobody_else_says_how_it_went(stage: Stage, name: str) -> None:
    """Only the teachers and those it names."""
    agreement = _active(stage)
    with pytest.raises(NotFoundError):
        _say(stage, name, agreement, "done")


def test_only_what_is_active_can_be_looked_back_on(stage: Stage) -> None:
    """Not a proposal, not something closed, not an older text, not an invented result."""
    proposed = stage.propose()
    with pytest.raises(DomainError, match="agreement_not_active"):
        _say(stage, "marieke", proposed, "done")
    agreement = _active(stage)
    with pytest.raises(DomainError, match="state_needed"):
        _say(stage, "marieke", agreement, "stopped")
    agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, "done")
    with pytest.raises(DomainError, match="agreement_closed"):
        _say(stage, "pieter", agreement, "done")


def test_it_goes_along_to_next_year(stage: Stage) -> None:
    """A new proposal with new days names the old one, which is closed; all confirm anew (001-p10)."""
    agreement = _active(stage)
    days = [stage.today + timedelta(days=count) for count in (300, 330)]
    following = looking_back.carry_over(
        stage.session,
        stage.tools,
        stage.cast.marieke,
        agreement,
        words=agreement.current.saying.original,
        owner="parents",
        due_on=days[0],
        look_back_on=days[1],
    )
    assert agreement.state == "carried_over"
    assert (following.state, following.earlier_id) == ("proposed", agreement.id)
    assert [following.current.due_on, following.current.look_back_on] == days
    assert {person.id for person in agreements.waits_for(following)} == {
        stage.cast.agnieszka.id,
        stage.cast.pieter.id,
    }
    assert stage.happened() == [EventKind.AGREEMENT_PROPOSED]
    with pytest.raises(DomainError, match="agreement_closed"):
        looking_back.carry_over(
            stage.session,
            stage.tools,
            stage.cast.marieke,
            agreement,
            words="Lezen.",
            owner="parents",
            due_on=days[0],
            look_back_on=days[1],
        )


def test_a_guardian_cannot_carry_it_over(stage: Stage) -> None:
    """That is the teacher's to propose."""
    agreement = _active(stage)
    with pytest.raises(NotFoundError):
        looking_back.carry_over(
            stage.session,
            stage.tools,
            stage.cast.pieter,
            agreement,
            words="Lezen.",
            owner="parents",
            due_on=stage.today,
            look_back_on=stage.today,
        )
