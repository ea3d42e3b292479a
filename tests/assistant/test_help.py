"""A guardian wants a person, paper or the phone."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.messages import HelpWish
from bot.model.preparation import Progress
from bot.services.preparation import progress_from
from tests.assistant.labels import HELP, MORE, fixed
from tests.assistant.stage import Stage

DUTCH = "Kuba leest al goed."
INTERPRETER = fixed("help.interpreter_button")


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


def test_where_nobody_translates_one_tap_asks_for_an_interpreter(stage: Stage) -> None:
    """It says so beside the words, the teacher hears it at once, and the preparation waits for nothing."""
    phone, teacher = stage.joined(stage.cast.agnieszka), stage.joined(stage.cast.marieke)
    teacher.looks()
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, DUTCH)
    seen = phone.looks().words
    assert DUTCH in seen
    assert "Nobody here translates this language by computer." in seen
    assert fixed("help.noted", kind="interpreter") in phone.tap(INTERPRETER).words
    kuba = stage.cast.kuba.id
    assert [(wish.kind, wish.child_id) for wish in stage.all(HelpWish)] == [("interpreter", kuba)]
    assert "wants an interpreter" in teacher.looks().words
    assert progress_from(None, ["interpreter"]) is Progress.NOT_STARTED


def test_no_interpreter_while_a_translation_may_come(stage: Stage) -> None:
    """The button stands only where no translator knows the language."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, DUTCH)
    seen = phone.looks().words
    assert DUTCH in seen
    assert INTERPRETER not in seen
