"""Translations in the chat of a guardian: shown with their doubts, corrected, asked about, put below the original."""

from sqlalchemy import select

from bot.demo.phones import DirectPhone
from bot.model.agreements import Agreement, Confirmation
from bot.model.messages import Message, Outgoing
from bot.model.people import Person
from bot.model.translation import Saying, Translation, TranslationHistory
from bot.services import corrections, dossier, preparation, sayings, translations
from tests.assistant.labels import PREPARE, asked, fixed
from tests.assistant.stage import Stage

DUTCH = "Kuba heeft vandaag 3 boeken gelezen."
WRONG = "Kuba read 8 books today."
RIGHT = "Kuba has read 3 books today."
OPEN, SEE, REPHRASE, RIGHT_BUTTON, ORIGINAL, TRANSLATION, ASK, USE, AGAIN = (
    fixed(f"corrections.{name}_button")
    for name in ("open", "see", "rephrase", "right", "original", "translation", "ask_writer", "use", "again")
)
WRITE = fixed("corrections.write_button", target="en")
NEVER_MIND, CONFIRM = fixed("common.never_mind_button"), fixed("agreements.confirm_button")
LOOK_AT_NUMBERS = fixed("common.doubts_in_words", doubts=["numbers"])


def arrives(stage: Stage, language: str, words: str, *doubts: str) -> None:
    """The translator made these words for what waits in this language, and checks found this; it is told."""
    with stage.database.writing() as session:
        waiting = session.scalars(select(Translation).where(Translation.language == language)).all()
        for one in waiting:
            wish = translations.Wish(one.id, one.saying.original, one.saying.written_in, language, 0)
            translations.keep(session, stage.tools, wish, words, "libretranslate", doubts=doubts)
        stage.tell(session)


def corrects(stage: Stage, actor: Person, language: str, words: str) -> None:
    """Somebody corrects the only translation into this language at the desk."""
    with stage.database.writing() as session:
        translation = session.scalars(select(Translation).where(Translation.language == language)).one()
        corrections.correct(
            session,
            stage.tools,
            session.get_one(Person, actor.id),
            translation,
            words,
            seen=sayings.mark_of(translation.words),
            as_staff=True,
        )
        stage.tell(session)


def with_a_message(stage: Stage, *doubts: str) -> DirectPhone:
    """Agnieszka's phone, at which a message of juf Marieke stands in a wrong translation."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, DUTCH)
    phone.looks()
    arrives(stage, "en", WRONG, *doubts)
    return phone


def stands(stage: Stage, language: str = "en") -> tuple[str | None, str | None]:
    """The words in a language and where they come from."""
    [found] = [one for one in stage.all(Translation) if one.language == language]
    return found.words, found.origin


def test_better_words_are_shown_beside_the_old_ones_and_then_stand(stage: Stage) -> None:
    """Write, see both, say yes: then the message itself shows them, as made by a person (design promise 2)."""
    phone = with_a_message(stage)
    assert OPEN in phone.looks().words
    asks = phone.tap(OPEN).words
    assert DUTCH in asks
    assert WRONG in asks
    both = phone.say(RIGHT).words
    assert both.index(DUTCH) < both.index(WRONG) < both.index(RIGHT)
    assert stands(stage) == (WRONG, "machine")
    seen = phone.tap(USE).words
    assert stands(stage) == (RIGHT, "human")
    assert fixed("corrections.thanks") in seen
    [message] = [one for one in stage.all(Outgoing) if one.macro == "notices.message_from_school"]
    assert RIGHT in message.body
    assert WRONG not in message.body
    assert stage.said() == [DUTCH]  # the better words are no saying of hers
    assert [one.words for one in stage.all(TranslationHistory)] == [WRONG]


def test_what_nobody_translates_can_be_written_by_the_reader(stage: Stage) -> None:
    """One tap, write, say yes: the message shows it, and the teacher hears that the words are translated."""
    phone, teacher = stage.joined(stage.cast.agnieszka), stage.joined(stage.cast.marieke)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, DUTCH)
    assert stands(stage) == (None, None)
    assert WRITE in phone.looks().words
    teacher.looks()
    asks = phone.tap(WRITE).words
    assert fixed("corrections.write_in", target="en") in asks
    assert DUTCH in asks
    phone.say(RIGHT)
    phone.tap(USE)
    assert stands(stage) == (RIGHT, "human")
    [message] = [one for one in stage.all(Outgoing) if one.macro == "notices.message_from_school"]
    assert RIGHT in message.body
    hidden = [made["label"] for row in message.buttons for made in row if made["hidden"]]
    assert {WRITE, fixed("help.interpreter_button")} <= set(hidden)
    name = stage.cast.agnieszka.name
    told = fixed("corrections.written_to_staff", child="Kuba", person=name, doubts=[])
    assert told in teacher.looks().words
    assert stage.all(TranslationHistory) == []


def test_the_writer_of_what_nobody_translates_hears_that_it_can_be_read(stage: Stage) -> None:
    """The teacher writes the Dutch at the desk; the parent sees both."""
    phone = stage.joined(stage.cast.agnieszka)
    with stage.database.writing() as session:
        cast = stage.cast.at(session)
        said = sayings.keep(session, stage.tools, cast.agnieszka, "He counts to 3.", child=cast.kuba)
        dossier.add(session, stage.tools, cast.agnieszka, cast.kuba, said, "fact")
        stage.tell(session)
    corrects(stage, stage.cast.marieke, "nl", "Hij telt tot 3.")
    seen = phone.looks().words
    assert fixed("corrections.written", said=_shown(stage), doubts=[]) in seen
    assert "Hij telt tot 3." in phone.tap(SEE).words


def test_what_a_translator_may_still_do_is_not_asked_of_a_person(stage: Stage) -> None:
    """While a translation is on its way there is no button to write one."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, DUTCH)
    assert WRITE not in phone.looks().words


def test_a_machine_that_may_be_wrong_says_where(stage: Stage) -> None:
    """The reader sees what to look at, and can say that it is right all the same."""
    phone = with_a_message(stage, "numbers")
    assert LOOK_AT_NUMBERS in phone.looks().words
    assert LOOK_AT_NUMBERS in phone.tap(OPEN).words
    phone.tap(RIGHT_BUTTON)
    assert stands(stage) == (WRONG, "human")
    [message] = [one for one in stage.all(Outgoing) if one.macro == "notices.message_from_school"]
    assert LOOK_AT_NUMBERS not in message.body


def test_nothing_changes_before_yes(stage: Stage) -> None:
    """Write it again, or never mind: what was typed is gone and the translation stands."""
    phone = with_a_message(stage)
    phone.tap(OPEN)
    phone.say("Kuba red.")
    asks = phone.tap(AGAIN).words
    assert WRONG in asks
    assert "Kuba red." not in asks
    phone.say(RIGHT)
    assert fixed("corrections.nothing_changed") in phone.tap(NEVER_MIND).words
    assert stands(stage) == (WRONG, "machine")
    assert stage.said() == [DUTCH]


def test_what_is_typed_once_more_takes_the_place_of_the_first(stage: Stage) -> None:
    """Also in the middle of a preparation, whose question does not come between."""
    phone = with_a_message(stage)
    phone.tap(PREPARE)
    phone.tap("Kuba")
    phone.tap_old(OPEN)
    assert asked("BO01") not in phone.say("Kuba red.").words
    both = phone.say(RIGHT).words
    assert RIGHT in both
    assert "Kuba red." not in both
    assert stage.said() == [DUTCH, RIGHT]
    phone.tap(USE)
    assert stands(stage) == (RIGHT, "human")
    assert stage.answers() == {}


def test_a_voice_message_is_no_translation(stage: Stage) -> None:
    """It is kept, and the person says what it is for."""
    phone = with_a_message(stage)
    phone.tap(OPEN)
    seen = phone.voice().words
    assert fixed("corrections.type_please") in seen
    assert fixed("loose.what_for", child="Kuba") in seen or fixed("loose.kept") in seen
    assert stands(stage) == (WRONG, "machine")


def test_the_original_comes_first_for_who_wants_it(stage: Stage) -> None:
    """From then on the message shows the original on top, and back again."""
    phone = with_a_message(stage)
    phone.tap(OPEN)
    phone.tap(ORIGINAL)
    [message] = [one for one in stage.all(Outgoing) if one.macro == "notices.message_from_school"]
    assert message.body.index(DUTCH) < message.body.index(WRONG)
    phone.tap(OPEN)
    phone.tap(TRANSLATION)
    [message] = [one for one in stage.all(Outgoing) if one.macro == "notices.message_from_school"]
    assert message.body.index(WRONG) < message.body.index(DUTCH)


def test_the_writer_can_be_asked(stage: Stage) -> None:
    """The next words go to the teacher."""
    phone = with_a_message(stage, "numbers")
    phone.tap(OPEN)
    phone.tap(ASK)
    phone.say("How many books?")
    assert [one.saying.original for one in _messages(stage)] == [DUTCH, "How many books?"]


def _messages(stage: Stage) -> list[Message]:
    with stage.reading() as session:
        found = list(session.scalars(select(Message).order_by(Message.id)))
        assert all(one.saying for one in found)
        session.expunge_all()
        return found


def test_without_a_translation_there_is_nothing_to_correct(stage: Stage) -> None:
    """No button where the words are the writer's own, or not translated yet."""
    stage.tools = stage.translating()
    phones = [stage.joined(stage.cast.agnieszka), stage.joined(stage.cast.pieter)]
    with stage.database.writing() as session:
        session.get_one(Person, stage.cast.pieter.id).language = "nl"
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        stage.write(stage.cast.marieke, stage.cast.kuba, person, DUTCH)
    for phone in phones:
        seen = phone.looks().words
        assert DUTCH in seen
        assert OPEN not in seen
        assert fixed("corrections.open_button", "nl") not in seen


def test_the_writer_hears_of_a_doubt_once_and_can_say_it_in_other_words(stage: Stage) -> None:
    """The notice says what may be wrong; an addition is said again in a message."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    with stage.database.writing() as session:
        cast = stage.cast.at(session)
        said = sayings.keep(session, stage.tools, cast.agnieszka, "He counts to 3.", child=cast.kuba)
        dossier.add(session, stage.tools, cast.agnieszka, cast.kuba, said, "fact")
        stage.tell(session)
    arrives(stage, "nl", "Hij telt tot 8.", "numbers")
    seen = phone.looks().words
    assert fixed("corrections.doubted", said=_shown(stage), doubts=["numbers"]) in seen
    assert "Hij telt tot 8." in phone.tap(SEE).words
    phone.command("menu")
    phone.tap_old(REPHRASE)
    assert stage.door(phone).state["waits_for"]["what"] == "messages.said"
    corrects(stage, stage.cast.marieke, "nl", "Hij telt tot 3.")
    seen = phone.looks().words
    assert fixed("corrections.corrected", said=_shown(stage), doubts=[]) in seen
    assert "Hij telt tot 3." in phone.tap(SEE).words
    assert "juf Marieke" not in seen


def _shown(stage: Stage) -> sayings.Shown:
    with stage.reading() as session:
        saying = session.scalars(select(Saying).where(Saying.original == "He counts to 3.")).one()
        return sayings.shown(saying, "en", stage.cast.agnieszka.id)


def test_a_teacher_hears_that_a_translation_was_corrected_and_by_whom(stage: Stage) -> None:
    """A state and a way to read it, no words (decision on staff's chat)."""
    teacher = stage.joined(stage.cast.marieke)
    phone = with_a_message(stage, "numbers")
    doubted = fixed("corrections.doubted_to_staff", child="Kuba", person="", doubts=["numbers"])
    assert doubted in teacher.looks().words
    phone.tap(OPEN)
    phone.say(RIGHT)
    phone.tap(USE)
    seen = teacher.looks().words
    name = stage.cast.agnieszka.name
    assert fixed("corrections.corrected_to_staff", child="Kuba", person=name, doubts=[]) in seen
    assert DUTCH not in seen
    assert RIGHT not in seen


def test_another_guardian_cannot_use_the_buttons(stage: Stage) -> None:
    """A button of Agnieszka's message, forged at Pieter's phone, finds nothing."""
    with_a_message(stage)
    phone = stage.joined(stage.cast.pieter)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, "Dag Pieter, alles gaat goed.")
    phone.looks()
    [hers] = [one.saying_id for one in stage.all(Message) if one.guardian_id == stage.cast.agnieszka.id]
    arrives(stage, "en", "Hello.")
    with stage.database.writing() as session:
        stage.redirect(session, phone, saying=hers)
    seen = phone.tap(OPEN).words
    assert fixed("errors.not_found") in seen
    assert DUTCH not in seen


def test_what_was_confirmed_on_the_old_words_is_asked_again_with_the_difference(stage: Stage) -> None:
    """The corrected words lapse the confirmation; the person sees before and now and says yes again (promise 4)."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    stage.propose(stage.cast.kuba, "Jullie lezen elke dag 10 minuten.", guardians=[stage.cast.agnieszka])
    arrives(stage, "en", "You read 100 minutes every day.")
    phone.looks()
    phone.tap(CONFIRM)
    assert [one.state for one in stage.all(Agreement)] == ["active"]
    corrects(stage, stage.cast.marieke, "en", "You read 10 minutes every day.")
    assert [one.state for one in stage.all(Agreement)] == ["proposed"]
    seen = phone.looks().words
    assert "You read 100 minutes every day." in seen
    assert "You read 10 minutes every day." in seen
    phone.tap(CONFIRM)
    assert [one.state for one in stage.all(Agreement)] == ["active"]
    standing = [
        one.words_shown for one in stage.all(Confirmation) if not one.for_school and not one.lapsed_at
    ]
    assert standing == ["You read 10 minutes every day."]


def test_a_button_beside_the_old_words_confirms_nothing(stage: Stage) -> None:
    """The phone still shows the old words when they are corrected: the tap shows the new ones instead."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.agnieszka)
    stage.propose(stage.cast.kuba, "Jullie lezen elke dag 10 minuten.", guardians=[stage.cast.agnieszka])
    arrives(stage, "en", "You read 100 minutes every day.")
    phone.looks()
    corrects(stage, stage.cast.marieke, "en", "You read 10 minutes every day.")
    seen = phone.tap_old(CONFIRM).words
    assert fixed("errors.words_corrected") in seen
    assert "You read 10 minutes every day." in seen
    assert [one.state for one in stage.all(Agreement)] == ["proposed"]
    phone.tap(CONFIRM)
    assert [one.state for one in stage.all(Agreement)] == ["active"]


def test_an_unconfirmed_phone_shows_nothing(stage: Stage) -> None:
    """Before a teacher confirmed the phone no words can be looked at."""
    phone = with_a_message(stage)
    phone.looks()
    stage.forget_confirmation(phone)
    seen = phone.tap(OPEN).words
    assert fixed("errors.door_not_confirmed") in seen
    assert WRONG not in seen


def test_an_edited_message_is_translated_anew(stage: Stage) -> None:
    """The new words are new words: the translation of the old ones is not shown for them."""
    stage.tools = stage.translating()
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.say("He is cheerful.")
    with stage.database.writing() as session:
        run = stage.own_run(session, stage.cast.pieter)
        preparation.share_all(session, stage.tools, run.person, run)
    arrives(stage, "nl", "Hij is vrolijk.")
    phone.correct("He is quiet.")
    with stage.database.writing() as session:
        run = stage.own_run(session, stage.cast.pieter)
        preparation.share_all(session, stage.tools, run.person, run)
    found = {one.id: one for one in stage.all(Saying)}
    states = [(found[one.saying_id].original, one.words, one.state) for one in stage.all(Translation)]
    assert [one for one in states if one[0] in {"He is cheerful.", "He is quiet."}] == [
        ("He is cheerful.", "Hij is vrolijk.", "done"),
        ("He is quiet.", None, "waiting"),
    ]
