"""A guardian wants a person, paper or the phone."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.messages import HelpWish
from tests.assistant.labels import HELP, MORE, fixed
from tests.assistant.stage import Stage


@pytest.fixture
def selam(stage: Stage) -> DirectPhone:
    """Selam's phone."""
    return stage.joined(stage.cast.selam)


@pytest.mark.parametrize("kind", ["person", "phone", "paper"])
def test_help_is_one_tap_away(stage: Stage, selam: DirectPhone, kind: str) -> None:
    """The wish stands open for the school, and one can still go on here (002-cannot-write, 001-overloaded)."""
    selam.tap(HELP)
    assert fixed("help.noted", kind=kind) in selam.tap(fixed(f"help.{kind}_button")).words
    assert [(wish.kind, wish.child_id) for wish in stage.all(HelpWish)] == [(kind, stage.cast.abel.id)]


def test_another_way(selam: DirectPhone) -> None:
    """Who does not want this chat chooses paper or the phone."""
    selam.tap(MORE)
    seen = selam.tap(fixed("menu.other_way_button"))
    assert fixed("help.phone_button") in seen.words
    assert fixed("help.person_button") not in seen.words


def test_help_is_about_the_chosen_child(stage: Stage) -> None:
    """A mother of two says for whom, and does not have to say again what she wants."""
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(HELP)
    phone.tap(fixed("help.person_button"))
    assert fixed("help.noted", kind="person") in phone.tap("Zosia").words
    assert [wish.child_id for wish in stage.all(HelpWish)] == [stage.cast.zosia.id]


def test_two_taps_are_one_wish(stage: Stage, selam: DirectPhone) -> None:
    """The same wish stands once."""
    selam.tap(HELP)
    selam.tap(fixed("help.person_button"))
    selam.tap(fixed("help.person_button"))
    assert len(stage.all(HelpWish)) == 1
