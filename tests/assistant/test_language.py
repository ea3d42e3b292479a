"""Another language, at any step."""

from dataclasses import replace

from bot.assistant import language
from bot.model.incoming import InputKind
from bot.model.messages import Message
from bot.model.people import Person
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


def test_which_languages_no_native_speaker_has_read(stage: Stage) -> None:
    """The menu says it honestly, by the languages' own names (004-language-threat)."""
    names = ("Nederlands", "Polski", "English")
    for seen in (
        stage.joined(stage.cast.pieter).command("language"),
        stage.invited(stage.cast.ewa).open(),
    ):
        note = seen.bubbles[-1].words.splitlines()[-1]
        assert all(name in note for name in names)


def test_the_language_of_the_phone_stands_first(stage: Stage) -> None:
    """Whoever cannot read the menu finds the own language at its top."""
    phone = stage.joined(stage.cast.pieter)
    stage.take(stage.incoming(phone, InputKind.COMMAND, text="language", phone_language="pl-PL"))
    assert phone.looks().bubbles[-1].buttons == ("Polski", "Nederlands", "English")


def test_many_languages_stand_in_two_columns() -> None:
    """A few stand below each other, twelve fit on a phone's screen."""
    made = [{"label": str(number)} for number in range(12)]
    assert [len(row) for row in language.in_rows(made[:6])] == [1] * 6
    assert [len(row) for row in language.in_rows(made)] == [2] * 6
    assert [len(row) for row in language.in_rows(made[:7])] == [2, 2, 2, 1]
    assert [one for row in language.in_rows(made) for one in row] == made


def test_who_gets_the_wished_language_is_told_in_it(stage: Stage) -> None:
    """As soon as it is switched on, at every open door, with a way to choose another (004-language-threat)."""
    phone = stage.joined(stage.cast.agnieszka)
    off = replace(stage.tools, languages=("nl", "en"))
    with stage.database.writing() as session:
        session.get_one(Person, stage.cast.agnieszka.id).language = "pl"
        language.settle(session, off, stage.texts)
    assert phone.looks().bubbles == []
    with stage.database.writing() as session:
        language.settle(session, stage.tools, stage.texts)
    seen = phone.looks()
    assert fixed("language.chosen", "pl", name="Polski") in seen.words
    assert fixed("menu.prepare_button", "pl") in phone.command("menu").words
    with stage.database.writing() as session:
        language.settle(session, stage.tools, stage.texts)
    assert phone.looks().bubbles == []
