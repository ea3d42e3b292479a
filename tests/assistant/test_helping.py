"""The chat of two parents through the assistant."""

from dataclasses import replace
from itertools import count

from bot.assistant import speech
from bot.demo.phones import DirectPhone
from bot.model.helping import HelpLine
from bot.model.messages import Message, Outgoing
from bot.model.rhythm import Hours, Rhythm
from bot.model.translation import Attachment, Saying, Translation, TranslationState
from bot.services import helping as service
from bot.services import names, sayings
from bot.services.events import EventKind, happened
from tests.assistant.helps import helping, match_of, read_in
from tests.assistant.labels import MENU, NEVER_MIND, PREPARE, asked, fixed
from tests.assistant.phones import open_phone
from tests.assistant.stage import Stage
from tests.helps import begun

TO_EWA, TO_SELAM = fixed("helping.open_button", name="Ewa"), fixed("helping.open_button", name="Selam")
NOT_SCHOOL = fixed("helping.not_school")
SENT_TO_EWA = fixed("helping.sent", name="Ewa", at=None)
ANSWER = fixed("notices.answer_button")
END = fixed("helping.end_button")
SEND = fixed("help_safety.send_button")
IS_IT_FOR = fixed("helping.is_it_for", name="Ewa")
OVER = fixed("helping.ended", name="Ewa", asker=True)


def chatting(stage: Stage) -> tuple[DirectPhone, DirectPhone, int]:
    """The asker has opened the chat."""
    asker, buddy, number = helping(stage)
    assert NOT_SCHOOL in asker.tap(TO_EWA).words
    buddy.looks()
    return asker, buddy, number


def test_the_buddy_hears_that_it_began(stage: Stage) -> None:
    """By first name only, and that this is not the school (002-buddy)."""
    _asker, buddy, _number = helping(stage)
    assert NOT_SCHOOL in buddy.bubbles[-1].words
    assert TO_SELAM in buddy.bubbles[-1].buttons
    assert stage.cast.selam.name not in stage.shown_at(buddy)
    assert "Abel" not in stage.shown_at(buddy)


def test_a_chat_flows(stage: Stage) -> None:
    """After one tap every line goes to the other one, who answers as easily; nothing goes to school (002-buddy)."""
    asker, buddy, _number = chatting(stage)
    assert SENT_TO_EWA in asker.say("Hello Ewa.").words
    assert "Hello Ewa." in buddy.looks().words
    assert SENT_TO_EWA in asker.say("Must he bring shoes?").words
    assert "Must he bring shoes?" in buddy.looks().words
    buddy.tap(ANSWER)
    buddy.say("Sport. Yes, shoes.")
    seen = asker.looks().words
    assert "Sport. Yes, shoes." in seen
    assert "Ewa" in seen
    assert stage.cast.ewa.name not in stage.shown_at(asker)
    assert (stage.all(Message), len(stage.all(HelpLine))) == ([], 3)
    asker.say("Thank you.")
    opened = buddy.tap(TO_SELAM).words
    assert all(words in opened for words in ("Hello Ewa.", "Sport. Yes, shoes.", "Thank you.", NOT_SCHOOL))


def test_a_question_about_a_word_goes_to_the_other_one(stage: Stage) -> None:
    """The program explains no school word here, and asks nobody what the words are for."""
    asker, buddy, _number = chatting(stage)
    assert SENT_TO_EWA in asker.say("What is gym?").words
    assert "What is gym?" in buddy.looks().words


def test_words_below_news_of_a_chat_are_asked_about(stage: Stage) -> None:
    """Who types below a line without a tap is asked for whom it is; it becomes no answer and goes nowhere else."""
    asker, buddy, _number = chatting(stage)
    asker.tap(MENU)
    asker.tap(PREPARE)
    buddy.tap(TO_SELAM)
    buddy.say("Shall I explain it?")
    asker.looks()
    assert IS_IT_FOR in asker.say("Yes, please.").words
    assert (stage.answers(), len(stage.all(HelpLine))) == ({}, 1)
    assert SENT_TO_EWA in asker.tap(SEND).words
    assert "Yes, please." in buddy.looks().words
    asker.tap(MENU)
    asker.tap(PREPARE)
    asker.say("Abel is shy.")
    assert stage.answers() == {"BO01": ([], "Abel is shy.")}


def test_the_first_words_of_a_buddy_are_asked_about(stage: Stage) -> None:
    """A buddy who reads that one can talk here, and talks, is not asked about the own child (002-buddy)."""
    _asker, buddy, _number = helping(stage)
    assert fixed("helping.is_it_for", name="Selam") in buddy.say("Hello!").words


def test_the_menu_ends_the_chat(stage: Stage) -> None:
    """Words after it are not passed on."""
    asker, buddy, _number = chatting(stage)
    asker.tap(MENU)
    assert fixed("loose.what_for", child="Abel") in asker.say("For the teacher.").words
    assert "For the teacher." not in stage.shown_at(buddy)
    assert stage.all(HelpLine) == []


def test_the_preparation_ends_the_chat(stage: Stage) -> None:
    """Who opens it answers a question; no answer is ever passed on (004-privacy-care)."""
    asker, buddy, _number = chatting(stage)
    asker.tap(MENU)
    asker.tap(PREPARE)
    asker.say("Abel is shy.")
    assert stage.answers() == {"BO01": ([], "Abel is shy.")}
    assert "shy" not in stage.shown_at(buddy)


def test_each_reads_the_own_language_with_the_original(stage: Stage) -> None:
    """Until the translation is there the original stands there with an honest label; then the message is completed."""
    stage.tools = stage.translating()
    asker, buddy, _number = chatting(stage)
    read_in(stage, stage.cast.ewa, "pl")
    asker.say("Must he bring shoes tomorrow to the sports hall?")
    assert "Must he bring shoes" in buddy.looks().words
    [wish] = [one for one in stage.all(Translation) if one.language == "pl"]
    assert wish.state == TranslationState.WAITING.value
    with stage.database.writing() as session:
        found = session.get_one(Translation, wish.id)
        found.words, found.state, found.origin = "Czy ma mieć buty?", "done", "machine"
        speech.translation_arrived(session, stage.tools, stage.texts, found.saying_id)
    seen = buddy.looks().words
    assert "Czy ma mieć buty?" in seen
    assert "Must he bring shoes" in seen


def test_a_voice_message_is_passed_on(stage: Stage) -> None:
    """With its recording, which goes out once it is fetched (002-cannot-write)."""
    asker, buddy, _number = chatting(stage)
    asker.voice()
    [attachment] = stage.all(Attachment)
    [row] = [one for one in stage.all(Outgoing) if one.address == buddy.address and one.attachment_id]
    assert (row.attachment_id, row.protect, row.macro) == (attachment.id, True, "helping.line")


def test_a_photo_goes_only_after_a_question(stage: Stage) -> None:
    """The other parent sees everything on it; never mind removes it (004-privacy-care)."""
    asker, buddy, _number = chatting(stage)
    assert fixed("helping.photo", name="Ewa") in asker.photo().words
    assert stage.all(HelpLine) == []
    asker.tap(NEVER_MIND)
    assert stage.all(Saying) == []
    asker.photo()
    assert SENT_TO_EWA in asker.tap(SEND).words
    assert len(stage.all(HelpLine)) == 1
    assert any(one.attachment_id for one in stage.all(Outgoing) if one.address == buddy.address)
    assert fixed("errors.old_button") in asker.tap(SEND).words
    assert len(stage.all(HelpLine)) == 1


def test_a_line_that_was_passed_on_stays(stage: Stage) -> None:
    """An edited message changes nothing at the other one, and its writer hears so."""
    asker, buddy, _number = chatting(stage)
    asker.say("Hello Ewa.")
    assert fixed("helping.too_late_to_correct") in asker.correct("Hello Eva.").words
    assert "Hello Eva." not in stage.shown_at(buddy)


def test_at_night_the_other_one_sleeps(stage: Stage) -> None:
    """The writer reads when it is shown; nothing counts against the messages of the week (004-too-much-info)."""
    hours = Hours(frozenset(range(7)), 7 * 60, 20 * 60)
    stage.tools = replace(stage.tools, rhythm=Rhythm(guardians=hours, teachers=hours, most_a_week=0))
    asker, buddy, _number = chatting(stage)
    stage.clock.move(hours=11)
    asker.tap(TO_EWA)
    held = asker.say("Are you awake?").words
    assert fixed("helping.sent", name="Ewa", at=None) in held
    assert "07:00" in held
    assert "Are you awake?" not in buddy.looks().words
    stage.clock.move(hours=9)
    assert "Are you awake?" in buddy.looks().words
    assert not any(one.counted for one in stage.all(Outgoing) if one.macro == "helping.line")


def test_ending_is_one_tap(stage: Stage) -> None:
    """The other one reads a neutral sentence; words of before do not go any more, and old buttons answer kindly."""
    asker, buddy, number = chatting(stage)
    buddy.tap(TO_SELAM)
    asker.say("Hello.")
    assert OVER in asker.tap(END).words
    assert not service.is_running(match_of(stage, number))
    told = buddy.looks().words
    assert fixed("helping.ended", name="Selam", asker=False) in told
    assert fixed("loose.what_for", child="Lena") in buddy.say("Too late.").words
    assert "Too late." not in stage.shown_at(asker)
    assert fixed("helping.ended", name="Selam", asker=False) in buddy.tap(ANSWER).words
    assert fixed("helping.ended", name="Selam", asker=False) in buddy.tap(TO_SELAM).words
    asker.tap_old(END)


def test_a_phone_that_is_not_confirmed_reads_nothing(stage: Stage) -> None:
    """Neither lines nor the chat; who is not known to be the parent is no party to it (004-privacy-care)."""
    asker, buddy, _number = chatting(stage)
    stage.forget_confirmation(buddy)
    asker.say("Hello Ewa.")
    assert "Hello Ewa." not in stage.shown_at(buddy)
    assert fixed("errors.door_not_confirmed") in buddy.tap(TO_SELAM).words
    assert "Hello Ewa." not in stage.shown_at(buddy)


def test_a_forged_help_is_not_opened(stage: Stage) -> None:
    """A button that names somebody else's help is refused."""
    asker, _buddy, _number = chatting(stage)
    other, _phone, number = helping(stage, stage.cast.agnieszka, stage.cast.victor, stage.cast.kuba)
    other.tap(fixed("helping.open_button", name="Victor"))
    other.say("Secret.")
    with stage.database.writing() as session:
        stage.redirect(session, asker, match=number)
    assert fixed("errors.not_found") in asker.tap(TO_EWA).words
    assert "Secret." not in stage.shown_at(asker)


def test_erasing_takes_the_messages_too(stage: Stage) -> None:
    """Thirty days after the end nothing of what was said stands at any door (004-privacy-care)."""
    asker, _buddy, _number = chatting(stage)
    asker.say("Hello Ewa.")
    asker.tap(TO_EWA)
    asker.tap(END)
    stage.clock.move(days=31)
    with stage.database.writing() as session:
        service.erase_due(session, stage.tools)
    assert "Hello Ewa." not in stage.everything()
    assert not any(one.macro.startswith("helping.") and one.buttons for one in stage.all(Outgoing))


def test_between_questions_the_chat_does_not_ask_again(stage: Stage) -> None:
    """A line in the chat brings no question of the preparation back; going on with it is one tap."""
    asker, _buddy, _number = chatting(stage)
    asker.tap(MENU)
    asker.tap(PREPARE)
    asker.command("buddy")
    asker.tap(TO_EWA)
    assert asked("BO01") not in asker.say("Hello Ewa.").words


def test_words_about_no_child_can_be_translated_outside(stage: Stage) -> None:
    """Their writer is asked once, is not told of doubts about a child that is not there, and nothing breaks."""
    stage.tools = replace(stage.translating(), outside_translators=("deepl",))
    read_in(stage, stage.cast.agnieszka, "pl")
    asker, buddy, _number = helping(stage, stage.cast.agnieszka, stage.cast.ewa, stage.cast.kuba)
    read_in(stage, stage.cast.agnieszka, "pl")
    asker.tap(TO_EWA)
    seen = asker.say("Dzień dobry, co to jest gym i czy trzeba mieć buty?").words
    assert fixed("privacy.outside_yes", "pl") in seen
    assert "gym" in buddy.looks().words
    [found] = stage.all(Translation)
    with stage.database.writing() as session:
        happened(session, EventKind.TRANSLATION_DOUBTED, found.id, None)
        happened(session, EventKind.OTHER_LANGUAGE_SEEN, found.saying_id, stage.cast.agnieszka.id)
        stage.tell(session)
        assert names.around(session, [found.id])[found.id]
        assert names.may_leave(session, [found.id]) == frozenset()
    asker.tap(fixed("privacy.outside_yes", "pl"))
    with stage.reading() as session:
        assert names.may_leave(session, [found.id]) == {found.id}
    assert stage.dead_letters() == []


def test_a_school_that_wants_no_buddies_any_more(stage: Stage) -> None:
    """Nothing is passed on, nothing is lost, and what went on is over."""
    asker, buddy, number = chatting(stage)
    stage.tools = replace(stage.tools, buddies=replace(stage.tools.buddies, on=False))
    phone = DirectPhone(stage.database, stage.reception, stage.clock, "", asker.address)
    phone._number = count(1_000)  # noqa: SLF001  (what the same phone sends later)
    seen = phone.say("Hello Ewa.").words
    assert fixed("errors.help_over") in seen
    assert fixed("loose.what_for", child="Abel") in seen
    assert "Hello Ewa." not in stage.shown_at(buddy)
    with stage.database.writing() as session:
        service.erase_due(session, stage.tools)
    assert not service.is_running(match_of(stage, number))


def test_through_both_doors(stage: Stage) -> None:
    """One in Telegram, the other in a browser: the same chat, voices too (002-buddy)."""
    asker = stage.joined(stage.cast.selam)
    buddy = open_phone(stage.database, stage.tools, stage.texts, stage.cast.ewa, "en")
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        begun(session, stage.tools, c.selam, c.ewa, c.abel)
        stage.tell(session)
    buddy.tap(TO_SELAM)
    buddy.write("Hello Selam.")
    buddy.speak()
    assert SENT_TO_EWA not in buddy.text
    assert "Hello Selam." in asker.looks().words
    asker.tap(ANSWER)
    asker.voice()
    assert [one.kind for one in stage.all(HelpLine)] == ["words"] * 3
    assert sum(one.attachment_id is not None for one in buddy.all()) == 1


def test_an_answer_to_news_of_the_school_does_not_stray(stage: Stage) -> None:
    """What is written after something else came is not passed on before the person says for whom (004-privacy-care)."""
    asker, buddy, _number = chatting(stage)
    asker.say("Hello Ewa.")
    stage.write(stage.cast.marieke, stage.cast.abel, stage.cast.selam, "Komt u morgen?")
    for words in ("Yes, at ten.", "Or at eleven."):
        assert IS_IT_FOR in asker.say(words).words
        assert words not in stage.shown_at(buddy)
    asker.tap(SEND)
    assert "Or at eleven." in buddy.looks().words
    assert SENT_TO_EWA in asker.say("Bye Ewa.").words
    asker.looks()
    stage.write(stage.cast.marieke, stage.cast.abel, stage.cast.selam, "Graag.")
    asker.say("Good, tomorrow.")
    assert fixed("loose.what_for", child="Abel") in asker.tap(fixed("preparation.other_button")).words
    asker.tap(fixed("loose.message_button"))
    assert "Good, tomorrow." not in stage.shown_at(buddy)
    assert len(stage.all(Message)) == 3


def test_a_chat_of_yesterday_is_asked_about(stage: Stage) -> None:
    """After some hours a person may think of somebody else."""
    asker, buddy, _number = chatting(stage)
    asker.say("Hello Ewa.")
    stage.clock.move(hours=7)
    assert IS_IT_FOR in asker.say("Abel is ill.").words
    assert "Abel is ill." not in stage.shown_at(buddy)
    asker.tap(NEVER_MIND)
    assert "Abel is ill." not in [one.original for one in stage.all(Saying)]
    assert SENT_TO_EWA in asker.say("Thank you Ewa.").words


def test_two_chats_at_one_phone_are_not_mixed_up(stage: Stage) -> None:
    """After a line of one chat the next words are not passed on in the other one unasked (004-privacy-care)."""
    asker, buddy, _number = chatting(stage)
    asker.say("Hello Ewa.")
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        other = begun(session, stage.tools, c.agnieszka, c.selam, c.kuba)
        said = sayings.keep(session, stage.tools, c.agnieszka, "Can you help me?", child=None)
        service.write(session, stage.tools, c.agnieszka, other, said)
        stage.tell(session)
    assert IS_IT_FOR in asker.say("Of course.").words
    assert "Of course." not in stage.shown_at(buddy)
    asker.tap(fixed("helping.open_button", name="Agnieszka"))
    asker.say("Gladly.")
    assert [one.match_id == other.id for one in stage.all(HelpLine)] == [False, True, True]
