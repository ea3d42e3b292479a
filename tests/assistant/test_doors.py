"""Doors: what an unconfirmed one does not show, the teacher's one tap, and ending one."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.incoming import InputKind
from bot.model.people import Door
from bot.model.privacy import Consent
from tests.assistant.labels import (
    AGREEMENTS,
    DOSSIER,
    EACH,
    HELP,
    LANGUAGE,
    MENU,
    MORE,
    PREPARE,
    READ,
    SHARE,
    SKIP,
    WRITE,
    YES,
    asked,
    choice,
    fixed,
)
from tests.assistant.stage import Stage

SECRET = "Een vrolijke jongen van zes jaar."
CONFIRM, REFUSE = fixed("notices.confirm_door_button"), fixed("notices.refuse_door_button")
CONFIRMED, WAITS = fixed("notices.door_confirmed"), fixed("notices.something_waits")
FIRST_CONFIRM = fixed("errors.door_not_confirmed")


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's phone, welcomed and not confirmed."""
    return stage.joined(stage.cast.pieter, confirmed=False)


def _answer_and_share(phone: DirectPhone) -> None:
    phone.tap(PREPARE)
    phone.say(SECRET)
    phone.tap(choice("BO02", "sport"))
    phone.tap(fixed("preparation.ready_button"))
    while MENU not in phone.tap(SKIP).words:
        pass
    phone.tap(SHARE)


def test_an_unconfirmed_door_reads_nothing_back(stage: Stage, pieter: DirectPhone) -> None:
    """One can prepare and share; no word and no choice that is stored is ever shown there (004-privacy-care)."""
    _answer_and_share(pieter)
    for label in (PREPARE, EACH, fixed("preparation.answer_label", ask=asked("BO01"), share="shared")):
        pieter.tap(label)
    pieter.tap(fixed("preparation.change_button"))
    pieter.tap(fixed("preparation.back_button"))
    for command in ("agreements", "dossier"):
        assert FIRST_CONFIRM in pieter.command(command).words
    assert SECRET not in stage.shown_at(pieter)
    reviews = [
        bubble for bubble in pieter.bubbles if asked("BO02") in bubble.words and EACH in bubble.buttons
    ]
    assert reviews
    assert all(choice("BO02", "sport") not in bubble.words for bubble in reviews)


def test_nothing_of_another_phone_is_shown(stage: Stage, pieter: DirectPhone) -> None:
    """Whoever holds a second, unconfirmed phone reads nothing that was said on the first."""
    stage.confirm(pieter)
    _answer_and_share(pieter)
    assert SECRET in stage.shown_at(pieter)
    stranger_holds_it = stage.joined(stage.cast.pieter, confirmed=False)
    _tap_everything(stranger_holds_it)
    assert SECRET not in stage.shown_at(stranger_holds_it)


def _tap_everything(phone: DirectPhone) -> None:
    for label in (PREPARE, EACH, DOSSIER, AGREEMENTS, WRITE, HELP, LANGUAGE, MORE):
        phone.command("menu")
        if any(label in bubble.buttons for bubble in phone.bubbles):
            phone.tap(label)


def test_news_waits_behind_an_unconfirmed_door(stage: Stage, pieter: DirectPhone) -> None:
    """It is said that something waits, not what; once confirmed it is shown (002-feedback-approach)."""
    teacher = stage.joined(stage.cast.marieke)
    stage.propose(stage.cast.kuba, "Elke avond lezen jullie tien minuten.")
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, "Tot woensdag.")
    stage.plan_talk(stage.cast.kuba)
    seen = pieter.looks()
    assert [bubble.words for bubble in seen.bubbles] == [WAITS] * 3
    teacher.command("group")
    teacher.tap("Kuba")
    teacher.tap(fixed("group.confirm_door_button", name="Pieter de Vries"))
    seen = pieter.looks()
    assert CONFIRMED in seen.words
    assert "Elke avond lezen jullie tien minuten." in seen.words
    assert "Tot woensdag." in seen.words
    assert fixed("notices.moment_name", moment="begin") in seen.words


def test_the_teacher_is_told_of_a_new_door(stage: Stage) -> None:
    """One message with the parent's name; one tap confirms, once (design: a joined door)."""
    teacher = stage.joined(stage.cast.marieke)
    pieter = stage.joined(stage.cast.pieter, confirmed=False)
    seen = teacher.looks()
    assert fixed("notices.door_joined", person="Pieter de Vries", child="Kuba") in seen.words
    for _tap in range(2):
        assert fixed("doors.confirmed_for", person="Pieter de Vries") in teacher.tap(CONFIRM).words
    assert [bubble.words for bubble in pieter.looks().bubbles].count(CONFIRMED) == 1
    assert stage.door(pieter).confirmed_by_id == stage.cast.marieke.id


def test_a_parent_of_two_groups_is_told_to_both_teachers(stage: Stage) -> None:
    """Each teacher is told once and either may confirm."""
    marieke, joris = stage.joined(stage.cast.marieke), stage.joined(stage.cast.joris)
    stage.joined(stage.cast.agnieszka, confirmed=False)
    for teacher in (marieke, joris):
        assert [CONFIRM in bubble.buttons for bubble in teacher.looks().bubbles] == [True]


def test_a_door_confirmed_during_the_welcome(stage: Stage) -> None:
    """Who is confirmed before the welcome is finished hears so at its end, with what waited."""
    teacher = stage.joined(stage.cast.marieke)
    phone = stage.invited(stage.cast.pieter)
    phone.open()
    teacher.tap(CONFIRM)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, "Tot woensdag.")
    assert phone.looks().bubbles == []
    phone.tap("English")
    phone.tap(READ)
    seen = phone.tap(YES)
    assert fixed("welcome.done") not in seen.words
    assert CONFIRMED in seen.words
    assert "Tot woensdag." in seen.words


def test_the_teacher_closes_a_strange_door(stage: Stage) -> None:
    """A refused door is ended at once; what is written there afterwards comes from a stranger."""
    teacher = stage.joined(stage.cast.marieke)
    pieter = stage.joined(stage.cast.pieter, confirmed=False)
    assert fixed("doors.refused_for", person="Pieter de Vries") in teacher.tap(REFUSE).words
    assert fixed("errors.stranger", "nl") in pieter.say(SECRET).words
    assert SECRET not in stage.everything()
    assert fixed("errors.not_found") in teacher.tap(CONFIRM).words
    assert stage.door(pieter).confirmed_at is None


def test_another_teacher_cannot_confirm(stage: Stage) -> None:
    """A button that names a door of another group's parent is refused like one that does not exist."""
    pieter = stage.joined(stage.cast.pieter, confirmed=False)
    joris = stage.joined(stage.cast.joris)
    stage.joined(stage.cast.ewa, confirmed=False)
    with stage.database.writing() as session:
        stage.redirect(session, joris, door=stage.door(pieter).id)
    for button in (CONFIRM, REFUSE):
        assert fixed("errors.not_found") in joris.tap(button).words
    assert stage.door(pieter).confirmed_at is None
    assert stage.door(pieter).ended_at is None


def test_ending_the_own_door(stage: Stage, pieter: DirectPhone) -> None:
    """It asks first, then this phone is closed; what was shared stays, and consent to Telegram ends with it."""
    _answer_and_share(pieter)
    assert fixed("doors.ask_end") in pieter.command("stop").words
    assert stage.door(pieter).is_open
    assert fixed("doors.ended") in pieter.tap(fixed("doors.end_yes")).words
    assert not stage.door(pieter).is_open
    assert stage.answers()["BO01"] == ([], SECRET)
    assert all(consent.withdrawn_at is not None for consent in stage.all(Consent))
    assert pieter.tap(PREPARE).words == fixed("errors.stranger", "nl")


def test_ending_one_of_two_phones(stage: Stage, pieter: DirectPhone) -> None:
    """The other phone goes on, and so does the consent."""
    second = stage.joined(stage.cast.pieter)
    second.tap(MORE)
    second.tap(fixed("menu.end_door_button"))
    second.tap(fixed("doors.end_yes"))
    assert "Kuba · 1 of 15" in pieter.tap(PREPARE).words
    assert all(consent.withdrawn_at is None for consent in stage.all(Consent))
    assert [door.is_open for door in stage.all(Door)] == [True, False]


def test_a_new_letter_after_the_end(stage: Stage, pieter: DirectPhone) -> None:
    """With a new letter the same phone begins anew, and is to be confirmed anew."""
    stage.confirm(pieter)
    pieter.command("stop")
    pieter.tap(fixed("doors.end_yes"))
    letter = stage.invited(stage.cast.pieter).token
    stage.take(stage.incoming(pieter, InputKind.COMMAND, text="start", argument=letter))
    door = stage.door(pieter)
    assert door.is_open
    assert (door.welcomed_at, door.confirmed_at) == (None, None)
