"""Another language, at any step."""

from bot.model.messages import Message
from tests.assistant.labels import PREPARE, SKIP, asked, choice, fixed
from tests.assistant.stage import Stage


def test_in_the_middle_of_a_question(stage: Stage) -> None:
    """The same question stands there in the new language, and its answer counts (004-language-threat)."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    assert asked("BO02") in phone.tap(SKIP).words
    phone.command("language")
    seen = phone.tap("Nederlands")
    assert "Kuba · 2 " in seen.words
    assert asked("BO02", "nl") in seen.words
    phone.tap(choice("BO02", "lezen", "nl"))
    phone.tap(fixed("preparation.ready_button", "nl"))
    assert stage.answers() == {"BO02": (["lezen"], None)}


def test_choices_are_free_of_language(stage: Stage) -> None:
    """What was chosen in one language is marked in the other (002-polish-parents)."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.tap(SKIP)
    phone.tap(choice("BO02", "lezen"))
    phone.command("language")
    assert "✓ " + choice("BO02", "lezen", "nl") in phone.tap("Nederlands").words


def test_in_the_menu(stage: Stage) -> None:
    """Without a question the menu stands there in the new language."""
    phone = stage.joined(stage.cast.pieter)
    phone.command("language")
    assert fixed("menu.prepare_button", "pl") in phone.tap("Polski").words


def test_every_language_by_its_own_name(stage: Stage) -> None:
    """Nobody has to know the name of the own language in another one."""
    seen = stage.joined(stage.cast.pieter).command("language")
    assert seen.bubbles[-1].buttons == ("Nederlands", "Polski", "English")


def test_what_is_written_next_goes_where_the_screen_says(stage: Stage) -> None:
    """Who switches while writing to the teacher, and then sees a question, answers it and sends nothing."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.command("write")
    phone.command("language")
    assert asked("BO01", "nl") in phone.tap("Nederlands").words
    phone.say("Een vrolijke jongen.")
    assert stage.all(Message) == []
    assert stage.answers() == {"BO01": ([], "Een vrolijke jongen.")}


def test_both_phones_change(stage: Stage) -> None:
    """The language is the person's: what comes next is in it on every phone of theirs."""
    first, second = stage.joined(stage.cast.pieter), stage.joined(stage.cast.pieter)
    first.command("language")
    first.tap("Nederlands")
    assert fixed("menu.main", "nl", child="Kuba") in second.command("menu").words
