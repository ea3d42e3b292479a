"""The menu, and which child is meant."""

from bot.model.people import Guardianship
from bot.model.preparation import Run
from tests.assistant.labels import CHILD, PREPARE, SKIP, WHAT_TO_DO, fixed
from tests.assistant.stage import Stage


def test_with_two_children_one_is_chosen_and_seen(stage: Stage) -> None:
    """A mother of two is asked which child is meant, and reads the name from then on."""
    phone = stage.joined(stage.cast.agnieszka)
    assert phone.command("menu").words.startswith(WHAT_TO_DO)
    seen = phone.tap(PREPARE)
    assert seen.bubbles[-1].buttons == ("Kuba", "Zosia")
    assert "Zosia" in phone.tap("Zosia").words
    assert fixed("menu.main", child="Zosia") in phone.command("menu").words
    with stage.reading() as session:
        assert [run.child_id for run in session.query(Run)] == [stage.cast.zosia.id]


def test_an_only_child_is_not_asked_for(stage: Stage) -> None:
    """A father of one is never asked which child; the name stands there all the same."""
    phone = stage.joined(stage.cast.pieter)
    seen = phone.command("menu")
    assert fixed("menu.main", child="Kuba") in seen.words
    assert CHILD not in seen.words
    assert "Kuba · 1 of 15" in phone.tap(PREPARE).words


def test_the_other_child_can_be_chosen(stage: Stage) -> None:
    """The menu offers the other child; what follows is about that one."""
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(PREPARE)
    phone.tap("Kuba")
    phone.command("menu")
    phone.tap(CHILD)
    assert fixed("menu.main", child="Zosia") in phone.tap("Zosia").words
    assert "Zosia · 1 of 15" in phone.tap(PREPARE).words


def test_an_old_question_brings_its_own_child_back(stage: Stage) -> None:
    """A button of Kuba's question is about Kuba, also after Zosia was chosen; the menu then says so."""
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(PREPARE)
    phone.tap("Kuba")
    phone.command("menu")
    phone.tap(CHILD)
    phone.tap("Zosia")
    assert "Kuba · 2 of 15" in phone.tap(SKIP).words
    assert fixed("menu.main", child="Kuba") in phone.command("menu").words


def test_a_child_that_is_no_longer_theirs(stage: Stage) -> None:
    """Once the school ended a guardianship, its old button opens nothing."""
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(PREPARE)
    with stage.database.writing() as session:
        for one in session.query(Guardianship).filter_by(child_id=stage.cast.zosia.id):
            one.ended_at = stage.clock.now()
    assert fixed("errors.not_found") in phone.tap("Zosia").words
    assert fixed("menu.main", child="Kuba") in phone.command("menu").words


def test_who_has_no_child_any_more(stage: Stage) -> None:
    """Nobody is left in the dark: the person reads that the school has nothing here, and no words are taken."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    with stage.database.writing() as session:
        for one in session.query(Guardianship).filter_by(person_id=stage.cast.pieter.id):
            one.ended_at = stage.clock.now()
    seen = phone.say("Een geheim van Pieter")
    assert fixed("loose.staff") in seen.words
    assert "Een geheim van Pieter" not in stage.everything()
    assert fixed("group.nothing") in phone.command("menu").words
    assert stage.dead_letters() == []


def test_help_tells_how_it_works(stage: Stage) -> None:
    """How to use it, that one can stop, and the numbers for danger; then the menu."""
    seen = stage.joined(stage.cast.pieter).command("help")
    for part in (fixed("menu.how_it_works"), "112", "0800-2000", WHAT_TO_DO):
        assert part in seen.words
