"""Who is told what: the teacher states, the parent the words, the other guardian nothing of it."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.messages import Outgoing
from tests.assistant.labels import MENU, PREPARE, SHARE, SKIP, WRITE, fixed
from tests.assistant.stage import Stage

WORDS = "Kuba jest wesoły i ciekawy świata."


@pytest.fixture
def marieke(stage: Stage) -> DirectPhone:
    """Juf Marieke's phone."""
    return stage.joined(stage.cast.marieke)


def _share(phone: DirectPhone, child: str) -> None:
    phone.tap(PREPARE)
    if child in phone.bubbles[-1].buttons:
        phone.tap(child)
    phone.say(WORDS)
    while MENU not in phone.tap(SKIP).words:
        pass
    phone.tap(SHARE)


def test_the_teacher_reads_states_and_no_words(stage: Stage, marieke: DirectPhone) -> None:
    """Shared, taken back, put back, help, message, addition: the teacher's chat never holds a word of it."""
    phone = stage.joined(stage.cast.agnieszka)
    _share(phone, "Kuba")
    phone.command("write")
    phone.say(WORDS)
    phone.command("dossier")
    phone.tap(fixed("dossier.add_button"))
    phone.tap(fixed("dossier.fact_button"))
    phone.say(WORDS)
    phone.command("person")
    phone.tap(fixed("help.phone_button"))
    about = {"child": "Kuba", "person": "Agnieszka Nowak"}
    seen = marieke.looks()
    told = seen.words
    assert all(fixed("group.desk_button") in one.buttons for one in seen.bubbles)
    for macro in ("preparation_shared", "message_written", "addition_made"):
        assert fixed(f"notices.{macro}", **about) in told
    assert fixed("notices.help_asked", kind="phone", **about) in told
    assert WORDS not in stage.shown_at(marieke)


def test_the_other_guardian_hears_nothing(stage: Stage) -> None:
    """Doors, language, preparation, messages and help of one guardian never reach the other (002-separated-talk)."""
    pieter = stage.joined(stage.cast.pieter)
    agnieszka = stage.joined(stage.cast.agnieszka)
    _share(agnieszka, "Kuba")
    agnieszka.command("write")
    agnieszka.say("Dzień dobry.")
    agnieszka.command("person")
    agnieszka.tap(fixed("help.person_button"))
    agnieszka.command("language")
    agnieszka.tap("Polski")
    assert pieter.looks().bubbles == []
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, "Tot woensdag.")
    stage.plan_talk(stage.cast.kuba, guardian=stage.cast.agnieszka)
    assert pieter.looks().bubbles == []
    assert "Agnieszka" not in stage.shown_at(pieter)


def test_another_teacher_hears_nothing(stage: Stage) -> None:
    """The teacher of Zosia's group is not told about Kuba."""
    joris = stage.joined(stage.cast.joris)
    pieter = stage.joined(stage.cast.pieter)
    _share(pieter, "Kuba")
    assert joris.looks().bubbles == []


def test_the_parent_reads_the_words_of_the_school(stage: Stage, marieke: DirectPhone) -> None:
    """A message from school shows who wrote it, about whom, and the words; the answer goes back."""
    agnieszka = stage.joined(stage.cast.agnieszka)
    marieke.looks()
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, "Tot woensdag.")
    seen = agnieszka.looks()
    for part in ("juf Marieke", "Kuba", "Tot woensdag."):
        assert part in seen.words
    seen = agnieszka.tap(fixed("notices.answer_button"))
    assert fixed("messages.ask", child="Kuba", teachers=["juf Marieke"]) in seen.words
    agnieszka.say("Do zobaczenia w środę.")
    assert fixed("notices.message_written", child="Kuba", person="Agnieszka Nowak") in marieke.looks().words


def test_a_planned_talk_says_everything_beforehand(stage: Stage) -> None:
    """Goal, day, length, place and people stand in one message (002-goal-known, 001-p03)."""
    agnieszka = stage.joined(stage.cast.agnieszka)
    stage.plan_talk(stage.cast.kuba)
    words = agnieszka.looks().words
    for part in (
        fixed("notices.moment_name", moment="begin"),
        "Kuba",
        "8 September 2026",
        "12:00",
        "15",
        fixed("notices.place_name", place="school"),
        fixed("notices.goal_name", goal="meet"),
        fixed("notices.person_name", person="parents"),
    ):
        assert part in words


def test_the_buttons_of_a_talk_are_about_its_child(stage: Stage) -> None:
    """A mother of two who prepares from Kuba's talk prepares about Kuba, whichever child was chosen before."""
    agnieszka = stage.joined(stage.cast.agnieszka)
    agnieszka.tap(fixed("menu.child_button"))
    agnieszka.tap("Zosia")
    stage.plan_talk(stage.cast.kuba)
    agnieszka.looks()
    assert "Kuba · 1 of 15" in agnieszka.tap(PREPARE).words
    agnieszka.tap_old(PREPARE)
    assert fixed("messages.ask", child="Kuba", teachers=["juf Marieke"]) in agnieszka.tap(WRITE).words


def test_every_open_phone_is_told(stage: Stage) -> None:
    """Two phones of one parent both show it; a phone whose welcome is not finished shows nothing."""
    first, second = stage.joined(stage.cast.pieter), stage.joined(stage.cast.pieter)
    third = stage.invited(stage.cast.pieter)
    third.open()
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, "Tot woensdag.")
    assert "Tot woensdag." in first.looks().words
    assert "Tot woensdag." in second.looks().words
    assert third.looks().bubbles == []


def test_words_about_a_child_are_protected(stage: Stage) -> None:
    """What the school writes about a child cannot be forwarded from the chat."""
    stage.joined(stage.cast.pieter)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, "Tot woensdag.")
    stage.propose(stage.cast.kuba, "Elke avond lezen jullie tien minuten.")
    stage.plan_talk(stage.cast.kuba)
    rows = [row for row in stage.all(Outgoing) if row.macro.startswith("notices.")]
    assert len(rows) == 3
    assert all(row.protect for row in rows)
