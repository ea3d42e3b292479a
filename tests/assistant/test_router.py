"""Odd things that come in: each gets a kind sentence, and nothing is lost."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.incoming import InputKind
from bot.model.messages import Outgoing
from tests.assistant.labels import GO_ON, MENU, OLD, PREPARE, SKIP, STALE, STOP, WHAT_TO_DO, fixed
from tests.assistant.stage import Stage


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's phone, standing at the first question about Kuba."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    return phone


def test_an_unknown_command(stage: Stage, pieter: DirectPhone) -> None:
    """It is named unknown, with a way back; the question still waits."""
    seen = pieter.command("dance")
    assert seen.words == fixed("errors.unknown_command") + "\n" + MENU
    pieter.say("Een vrolijke jongen.")
    assert stage.answers() == {"BO01": ([], "Een vrolijke jongen.")}


def test_something_that_cannot_be_read(pieter: DirectPhone) -> None:
    """A sticker is answered kindly, and the question is shown again."""
    seen = pieter.sticker()
    assert fixed("errors.unreadable") in seen.words
    assert "Kuba · 1 of 15" in seen.words


def test_a_file_that_is_too_large(stage: Stage, pieter: DirectPhone) -> None:
    """The limit is named, and the question is shown again."""
    stage.take(stage.incoming(pieter, InputKind.TOO_LARGE))
    seen = pieter.looks()
    assert "20 MB" in seen.words
    assert "Kuba · 1 of 15" in seen.words


@pytest.mark.parametrize("kind", [InputKind.UNREADABLE, InputKind.TOO_LARGE])
def test_words_under_a_file_that_cannot_be_used(stage: Stage, pieter: DirectPhone, kind: InputKind) -> None:
    """What was written with it answers the question; only the file is lost, and the person is told."""
    stage.take(stage.incoming(pieter, kind, text="Kuba lacht graag."))
    seen = pieter.looks()
    assert "Kuba · 2 of 15" in seen.words
    assert stage.answers() == {"BO01": ([], "Kuba lacht graag.")}


@pytest.mark.parametrize("words", ["", "   ", "\n\t ", "\u200e\u200f", "\u200b"])
def test_only_spaces(stage: Stage, pieter: DirectPhone, words: str) -> None:
    """Spaces and invisible signs are no answer; the person is asked for words."""
    assert fixed("errors.empty") in pieter.say(words).words
    assert stage.answers() == {}
    assert stage.said() == []


@pytest.mark.parametrize(
    "words",
    [
        "<b>Kuba</b> & <script>alert(1)</script>",
        "*Kuba* _lacht_ [hier](https://example.org)",
        "Zosia d'Angelo \u2018O\u2019Brien\u2019",
        "\u200f\u0645\u0631\u062d\u0628\u0627 Kuba\u200e!",
        "😀👨\u200d👩\u200d👧",
        "{{ 7 * 7 }} {% raw %} %(name)s {child}",
        "Eén regel\ntwee regels\n\nvier",
        "x" * 6000,
    ],
)
def test_words_are_kept_and_shown_literally(stage: Stage, pieter: DirectPhone, words: str) -> None:
    """Marks, apostrophes, direction signs, line breaks and length change nothing about what was said."""
    pieter.say(words)
    assert stage.said() == [words]
    pieter.tap(STOP)
    pieter.tap(GO_ON)
    for _question in range(14):
        seen = pieter.tap(SKIP)
    for line in words.split("\n"):
        assert line in seen.words
    assert "<script>" not in "".join(row.body for row in stage.all(Outgoing))
    assert stage.dead_letters() == []


def test_a_name_with_an_apostrophe(stage: Stage) -> None:
    """Names are shown as they are written, also on buttons."""
    name = "D'Arcy <3 & Ów"
    with stage.database.writing() as session:
        for child in (stage.cast.kuba, stage.cast.zosia):
            session.get_one(type(child), child.id).first_name = f"{name} {child.id}"
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(PREPARE)
    label = f"{name} {stage.cast.kuba.id}"
    assert label in stage.labels(phone)
    assert f"{label} · 1 of 15" in phone.tap(label).words


@pytest.mark.parametrize(
    "button",
    ["", ".", "1", "1.", ".1", "0.0", "999999.0", "1.99", "-1.0", "1.-1", "a.b", "1.0; DROP", "1.0.0"],
)
def test_an_invented_button(stage: Stage, pieter: DirectPhone, button: str) -> None:
    """An id that no button of this phone has opens the menu with a kind sentence, and changes nothing."""
    before = stage.answers()
    seen = pieter.tap_id(button)
    assert OLD in seen.words
    assert WHAT_TO_DO in seen.words
    assert stage.answers() == before
    assert stage.dead_letters() == []


@pytest.mark.parametrize("button", ["9" * 30 + ".0", "\u0661.\u0660", "1e3.0", "1.0 ", "\u00b2.0"])
def test_a_button_with_an_odd_number(stage: Stage, pieter: DirectPhone, button: str) -> None:
    """Numbers that no database holds are invented too."""
    assert OLD in pieter.tap_id(button).words
    assert stage.dead_letters() == []


def test_a_button_of_somebody_else(stage: Stage, pieter: DirectPhone) -> None:
    """A button that stands in another person's chat does nothing here (002-separated-talk)."""
    agnieszka = stage.joined(stage.cast.agnieszka)
    agnieszka.tap(PREPARE)
    agnieszka.tap("Kuba")
    [theirs] = agnieszka.buttons(SKIP)
    seen = pieter.tap_id(theirs)
    assert OLD in seen.words
    assert "Kuba · 1 of 15" in agnieszka.sticker().words


def test_a_button_of_the_same_person_on_another_phone(stage: Stage, pieter: DirectPhone) -> None:
    """Each phone has its own buttons."""
    second = stage.joined(stage.cast.pieter)
    [button] = pieter.buttons(SKIP)
    assert OLD in second.tap_id(button).words


def test_an_old_button(stage: Stage, pieter: DirectPhone) -> None:
    """A button of an earlier question says so, shows the question that stands now, and changes nothing."""
    pieter.say("Een vrolijke jongen.")
    seen = pieter.tap_old(SKIP)
    assert STALE in seen.words
    assert "Kuba · 2 of 15" in seen.words
    assert stage.answers() == {"BO01": ([], "Een vrolijke jongen.")}


def test_two_taps_in_one_second(stage: Stage, pieter: DirectPhone) -> None:
    """The second tap on the same button skips no second question."""
    [button] = pieter.buttons(SKIP)
    first = stage.incoming(pieter, InputKind.TAP, button=button)
    second = stage.incoming(pieter, InputKind.TAP, button=button)
    stage.take(first, second)
    assert "Kuba · 2 of 15" in pieter.looks().bubbles[-1].words


def test_a_link_is_no_button(stage: Stage, pieter: DirectPhone) -> None:
    """The id of a button that opens a page does nothing when it is sent as a tap."""
    pieter.command("dossier")
    [button] = pieter.buttons(fixed("dossier.read_button"))
    assert OLD in pieter.tap_id(button).words
    assert stage.dead_letters() == []


def test_a_button_that_a_newer_program_does_not_know(stage: Stage, pieter: DirectPhone) -> None:
    """A button whose action was taken out of the program is like an old one."""
    pieter.command("menu")
    with stage.database.writing() as session:
        row = session.query(Outgoing).order_by(Outgoing.id.desc()).first()
        assert row is not None
        row.buttons = [[{"label": "Gone", "action": {"do": "gone.away"}}]]
    assert OLD in pieter.tap("Gone").words
