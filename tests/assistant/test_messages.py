"""A guardian writes to the teacher."""

from bot.model.messages import Message
from bot.model.translation import Translation
from tests.assistant.labels import PREPARE, SKIP, WRITE, asked, fixed
from tests.assistant.stage import Stage

WORDS = "Dzień dobry, mam pytanie o środę."


def test_a_message_goes_to_the_teacher_at_once(stage: Stage) -> None:
    """It says to whom it goes before it is written, and that it is sent; then the translation is asked for."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(WRITE)
    assert fixed("messages.ask", child="Kuba", teachers=["juf Marieke"]) in phone.tap("Kuba").words
    assert fixed("messages.sent") in phone.say(WORDS).words
    [message] = stage.all(Message)
    assert (message.child_id, message.guardian_id) == (stage.cast.kuba.id, stage.cast.agnieszka.id)
    assert "nl" in {translation.language for translation in stage.all(Translation)}


def test_the_next_words_are_not_sent(stage: Stage) -> None:
    """Only one message is sent for one tap; what comes after is asked about."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(WRITE)
    phone.say("Tot woensdag.")
    assert fixed("loose.what_for", child="Kuba") in phone.say("En nog iets.").words
    assert len(stage.all(Message)) == 1


def test_a_message_between_two_questions(stage: Stage) -> None:
    """After the message the question stands there again, and the next words are its answer."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.tap(SKIP)
    phone.tap(SKIP)
    phone.command("write")
    seen = phone.say("Tot woensdag.")
    assert fixed("messages.sent") in seen.words
    assert asked("BO03") in seen.words
    phone.say("Fietsen.")
    assert stage.answers() == {"BO03": ([], "Fietsen.")}


def test_a_sticker_is_no_message(stage: Stage) -> None:
    """It is answered kindly and the message is still waited for."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.command("write")
    seen = phone.sticker()
    assert fixed("errors.unreadable") in seen.words
    assert asked("BO01") not in seen.words
    phone.say("Tot woensdag.")
    assert len(stage.all(Message)) == 1


def test_a_voice_message(stage: Stage) -> None:
    """Who cannot write can speak (002-cannot-write)."""
    phone = stage.joined(stage.cast.selam)
    phone.tap(WRITE)
    phone.voice()
    assert len(stage.all(Message)) == 1


def test_a_forged_child_gets_no_message(stage: Stage) -> None:
    """A button that names somebody else's child is refused."""
    phone = stage.joined(stage.cast.pieter)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, "Tot woensdag.")
    with stage.database.writing() as session:
        stage.redirect(session, phone, child=stage.cast.abel.id)
    assert fixed("errors.not_found") in phone.tap(fixed("notices.answer_button")).words
    assert [message.read_at for message in stage.all(Message)] == [None]
