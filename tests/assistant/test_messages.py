"""A guardian writes to the teacher."""

from sqlalchemy import select

from bot.demo.phones import DirectPhone
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.preparation import Answer
from bot.model.translation import Translation
from bot.services import messages, preparation, sayings
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


def test_a_question_about_an_answer_names_its_question(stage: Stage) -> None:
    """The parent reads which answer is meant, and the reply is bound to it."""
    phone = _prepared(stage)
    _ask(stage)
    shown = phone.bubbles[-1].words
    assert asked("BO01") in shown
    assert "Waar lacht hij om?" in shown
    phone.tap(fixed("notices.answer_button"))
    assert fixed("messages.sent") in phone.say("Z psa.").words
    question, reply = stage.all(Message)
    assert question.answer_id is not None
    assert reply.answer_id == question.answer_id
    phone.command("write")
    phone.say("Iets anders.")
    assert stage.all(Message)[-1].answer_id is None


def test_a_phone_that_is_not_confirmed_reads_no_question(stage: Stage) -> None:
    """There stands only that something waits; after a teacher confirmed it, the question with its answer's name."""
    phone = _prepared(stage)
    stage.forget_confirmation(phone)
    before = len(phone.bubbles)
    _ask(stage)
    new = "".join(bubble.words for bubble in phone.bubbles[before:])
    assert "Waar lacht hij om?" not in new
    assert asked("BO01") not in new
    assert fixed("notices.something_waits") in new


def _prepared(stage: Stage) -> DirectPhone:
    phone = stage.joined(stage.cast.selam)
    phone.tap(PREPARE)
    phone.say("Abel is vrolijk.")
    with stage.database.writing() as session:
        person = session.get_one(Person, stage.cast.selam.id)
        preparation.share_all(session, stage.tools, person, stage.own_run(session, person))
    return phone


def _ask(stage: Stage) -> None:
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        answer = session.scalars(select(Answer)).one()
        saying = sayings.keep(session, stage.tools, c.marieke, "Waar lacht hij om?", child=c.abel)
        messages.write(session, stage.tools, c.marieke, c.abel, c.selam, saying, about=answer)
        stage.tell(session)
