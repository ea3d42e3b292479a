"""The school invites, a buddy passes it on, a family answers; and what the buddy never learns."""

from datetime import timedelta

import pytest

from bot.content.isolates import without_isolates
from bot.demo.phones import DirectPhone
from bot.model.gatherings import Coming, Gathering, GatheringAnswer
from bot.model.messages import Outgoing
from bot.model.people import Person
from bot.services import gatherings
from tests.assistant.helps import helping
from tests.assistant.labels import MENU, OLD, fixed
from tests.assistant.stage import Stage
from tests.helps import begun

WORDS = "Coffee for parents in the hall."
OPEN, ALL, YES, PERHAPS, NO = (
    fixed(f"gatherings.{name}_button") for name in ("open", "pass_on_to_all", "yes", "perhaps", "no")
)


def _invite(stage: Stage, **ahead: float) -> None:
    """The coordinator invites parents."""
    with stage.database.writing() as session:
        karin = session.get_one(Person, stage.cast.karin.id)
        karin.language = "en"
        starts_at = stage.clock.now() + timedelta(**(ahead or {"days": 7}))
        gatherings.make(session, stage.tools, karin, WORDS, starts_at)
        stage.tell(session)


def _call_off(stage: Stage) -> None:
    with stage.database.writing() as session:
        karin = session.get_one(Person, stage.cast.karin.id)
        gathering = session.get_one(Gathering, stage.all(Gathering)[0].id)
        gatherings.cancel(session, stage.tools, karin, gathering)
        stage.tell(session)


def _also_helps(stage: Stage) -> DirectPhone:
    """Ewa helps Agnieszka too."""
    phone = stage.joined(stage.cast.agnieszka)
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        begun(session, stage.tools, c.agnieszka, c.ewa, c.kuba)
        stage.tell(session)
    return phone


def _words(phone: DirectPhone) -> str:
    return without_isolates("\n".join(bubble.words for bubble in phone.bubbles))


def _pass_on(name: str) -> str:
    return fixed("gatherings.pass_on_button", name=name)


def test_one_tap_passes_it_on(stage: Stage) -> None:
    """The buddy reads it, taps once; the family reads it with three answers (004-motivate-others)."""
    family, buddy, _ = helping(stage)
    _invite(stage)
    assert WORDS in _words(buddy)
    assert WORDS not in _words(family)
    buddy.tap(_pass_on("Selam"))
    assert WORDS in _words(family)
    assert stage.labels(family) == [YES, PERHAPS, NO]
    family.tap(PERHAPS)
    family.tap(YES)
    assert [one.coming for one in stage.all(GatheringAnswer)] == ["yes"]
    buddy.tap_old(_pass_on("Selam"))
    assert OLD in _words(buddy)
    assert _words(family).count(WORDS) == 1


@pytest.mark.parametrize("answers", [(), (YES,), (NO, PERHAPS)])
def test_the_buddy_never_learns_who_answered(stage: Stage, answers: tuple[str, ...]) -> None:
    """Whatever families answer, everything ever written to the buddy is the same, word for word."""
    family, buddy, _ = helping(stage)
    _invite(stage)
    buddy.tap(_pass_on("Selam"))
    before = stage.shown_at(buddy)
    sent = len(stage.all(Outgoing))
    for answer in answers:
        family.tap(answer)
    assert stage.shown_at(buddy) == before
    assert len(stage.all(Outgoing)) == sent + len(answers)  # each only back to who answered
    _call_off(stage)
    told = stage.shown_at(buddy).removeprefix(before)
    assert "This does not take place." in told
    assert "Selam" not in told
    assert not [one.value for one in Coming if one.value in told.split()]


def test_one_tap_for_all_families(stage: Stage) -> None:
    """With several helps there is a button for each and one for all; who has it already is left out."""
    first, buddy, _ = helping(stage)
    second = _also_helps(stage)
    _invite(stage)
    assert {ALL, _pass_on("Selam"), _pass_on("Agnieszka")} <= set(stage.labels(buddy))
    buddy.tap(_pass_on("Agnieszka"))
    assert WORDS in _words(second)
    assert WORDS not in _words(first)
    assert _pass_on("Selam") in stage.labels(buddy)
    buddy.tap(ALL)
    assert (_words(first).count(WORDS), _words(second).count(WORDS)) == (1, 1)


def test_it_can_be_passed_on_later_from_the_menu_of_a_help(stage: Stage) -> None:
    """A help that begins after the invitation finds it there; once passed on the row is gone."""
    _invite(stage)
    family, buddy, _ = helping(stage)
    _open_chat(buddy)
    buddy.tap(OPEN)
    buddy.tap(_pass_on("Selam"))
    assert WORDS in _words(family)
    _open_chat(buddy)
    assert OPEN not in stage.labels(buddy)
    buddy.tap(OPEN)
    assert fixed("gatherings.nothing") in _words(buddy)
    assert MENU in stage.labels(buddy)


def _open_chat(buddy: DirectPhone) -> None:
    buddy.command("buddy")
    buddy.tap(fixed("helping.open_button", name="Selam"))


def test_what_is_called_off_is_told_to_all_who_had_it(stage: Stage) -> None:
    """Families and buddies hear it, and old buttons say that it is over."""
    family, buddy, _ = helping(stage)
    second = _also_helps(stage)
    _invite(stage)
    buddy.tap(_pass_on("Selam"))
    _call_off(stage)
    for phone in (family, buddy):
        assert "This does not take place." in _words(phone)
    assert WORDS not in _words(second)
    family.tap(YES)
    buddy.tap(_pass_on("Agnieszka"))
    for phone in (family, buddy):
        assert fixed("gatherings.over") in _words(phone)
    assert stage.all(GatheringAnswer) == []


def test_what_was_yesterday_is_over(stage: Stage) -> None:
    """A past invitation can neither be passed on nor answered."""
    _, buddy, _ = helping(stage)
    _invite(stage, hours=1)
    stage.clock.move(hours=2)
    buddy.tap(_pass_on("Selam"))
    assert fixed("gatherings.over") in _words(buddy)


def test_a_parent_who_was_not_invited_answers_nothing(stage: Stage) -> None:
    """A forged button finds nothing."""
    family, buddy, _ = helping(stage)
    other = _also_helps(stage)
    _invite(stage)
    buddy.tap(_pass_on("Selam"))
    with stage.database.writing() as session:
        row = session.query(Outgoing).filter_by(address=other.address).order_by(Outgoing.id.desc()).first()
        assert row is not None
        action = {"do": "gatherings.answer", "gathering": 1, "coming": "yes"}
        row.buttons = [[{"label": "forged", "action": action}]]
    other.tap("forged")
    assert fixed("errors.not_found") in _words(other)
    assert stage.all(GatheringAnswer) == []
    assert family.address != other.address
