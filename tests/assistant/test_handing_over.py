"""One question or one text in the hands of a buddy, on both phones."""

from sqlalchemy import select

from bot.assistant import speech
from bot.demo.phones import DirectPhone, plain
from bot.dialog.inputs import Change
from bot.model.helping import HelpLine
from bot.model.people import Person
from bot.model.preparation import Answer, Share
from bot.model.translation import Origin, Translation, TranslationState
from bot.services import helping as service
from bot.services import messages, preparation, sayings
from tests.assistant.helps import helping, match_of, read_in
from tests.assistant.labels import NEVER_MIND, asked, fixed
from tests.assistant.stage import Stage
from tests.cast import shipped_scripts

TO_EWA, TO_SELAM = fixed("helping.open_button", name="Ewa"), fixed("helping.open_button", name="Selam")
PASS_ON = fixed("handing_over.current_button")
PROPOSE = fixed("handing_over.propose_button")
USE, CHANGE, LEAVE = (fixed(f"handing_over.{name}_button") for name in ("use", "change", "leave"))
TAKEN = fixed("handing_over.taken")
WITH_BUDDY = fixed("common.with_buddy")


def handed_over(stage: Stage) -> tuple[DirectPhone, DirectPhone, int]:
    """Selam handed the first question to Ewa."""
    asker, buddy, number = helping(stage)
    asker.command("prepare")
    asker.command("buddy")
    asker.tap(TO_EWA)
    assert asked("BO01") in asker.tap(PASS_ON).words
    return asker, buddy, number


def proposed(stage: Stage, words: str = "He is cheerful.") -> tuple[DirectPhone, DirectPhone, int]:
    """And Ewa proposed this."""
    asker, buddy, number = handed_over(stage)
    buddy.tap(PROPOSE)
    buddy.say(words)
    return asker, buddy, number


def test_the_buddy_reads_the_question_in_the_own_language_and_nothing_else(stage: Stage) -> None:
    """Not the child's name, not what was answered, not another question (004-privacy-care, 004-buddy-tasks)."""
    asker, buddy, _number = helping(stage)
    read_in(stage, stage.cast.ewa, "pl")
    asker.command("prepare")
    asker.say("Abel is secretly shy.")
    asker.command("buddy")
    asker.tap(TO_EWA)
    asker.tap(PASS_ON)
    seen = stage.shown_at(buddy)
    assert asked("BO02", "pl") in fixed_text(seen)
    assert asked("BO01", "pl") not in fixed_text(seen)
    assert "shy" not in seen
    assert "Abel" not in seen


def fixed_text(shown: str) -> str:
    """Without the marks of the small HTML."""
    return plain(shown)


def test_filling_in_together(stage: Stage) -> None:
    """The asker reads question and proposal, says yes, and shares it: labelled for both (004-buddy-tasks)."""
    asker, _buddy, _number = proposed(stage)
    seen = asker.looks().words
    assert asked("BO01") in seen
    assert "He is cheerful." in seen
    assert stage.answers() == {}
    assert TAKEN in asker.tap(USE).words
    [answer] = stage.all(Answer)
    assert (answer.with_buddy, answer.share) == (True, Share.DRAFT.value)
    assert stage.answers() == {"BO01": ([], "He is cheerful.")}
    assert fixed("errors.old_button") in asker.tap(USE).words
    asker.command("prepare")
    with stage.database.writing() as session:
        person = session.get_one(Person, stage.cast.selam.id)
        preparation.share_all(session, stage.tools, person, stage.own_run(session, person))
    assert WITH_BUDDY in asker.command("prepare").words


def test_a_phone_that_was_joined_later_can_answer_too(stage: Stage) -> None:
    """What the other one handed over or proposed stands there once, with its buttons, when the chat is opened."""
    _asker, buddy, _number = proposed(stage)
    second_of_buddy, second = stage.joined(stage.cast.ewa), stage.joined(stage.cast.selam)
    for phone, name, tap in ((second_of_buddy, TO_SELAM, PROPOSE), (second, TO_EWA, USE)):
        for _time in range(2):
            phone.command("buddy")
            phone.tap(name)
        assert len(phone.buttons(tap)) == 1
    buddy.tap(TO_SELAM)
    assert len(buddy.buttons(PROPOSE)) == 1
    assert TAKEN in second.tap(USE).words


def test_a_proposal_is_changed_first(stage: Stage) -> None:
    """The own words are the answer, still with help of a buddy."""
    asker, _buddy, _number = proposed(stage)
    asker.tap(CHANGE)
    assert TAKEN in asker.say("He is very cheerful.").words
    assert stage.answers() == {"BO01": ([], "He is very cheerful.")}
    [answer] = stage.all(Answer)
    assert answer.with_buddy


def test_after_a_proposal_the_preparation_goes_on(stage: Stage) -> None:
    """At the next question: the one that was answered together is not asked again (004-buddy-tasks)."""
    asker, _buddy, _number = proposed(stage)
    asker.tap(USE)
    seen = asker.tap(fixed("preparation.go_on_button")).words
    assert asked("BO02") in seen
    assert asked("BO01") not in seen
    asker.say("He likes dogs.")
    assert stage.answers()["BO01"] == ([], "He is cheerful.")


def test_a_proposal_is_left(stage: Stage) -> None:
    """Nothing is stored."""
    asker, _buddy, _number = proposed(stage)
    assert fixed("corrections.nothing_changed") in asker.tap(LEAVE).words
    assert stage.answers() == {}


def test_a_proposal_in_another_language_waits_for_its_translation(stage: Stage) -> None:
    """Nobody confirms words they cannot read (004-buddy-tasks)."""
    stage.tools = stage.translating()
    asker, buddy, _number = handed_over(stage)
    read_in(stage, stage.cast.ewa, "nl")
    buddy.tap(PROPOSE)
    buddy.say("Hij is vrolijk en hij lacht de hele dag.")
    asker.looks()
    assert asker.buttons(USE) == []
    assert asker.buttons(CHANGE) != []
    with stage.database.writing() as session:
        found = session.scalars(select(Translation).where(Translation.language == "en")).one()
        found.words, found.state = "He is cheerful and laughs all day.", TranslationState.DONE.value
        found.origin = Origin.MACHINE.value
        speech.translation_arrived(session, stage.tools, stage.texts, found.saying_id)
    assert TAKEN in asker.tap(USE).words
    assert stage.answers() == {"BO01": ([], "He is cheerful and laughs all day.")}


def test_a_proposal_is_typed(stage: Stage) -> None:
    """A recording is no proposal; after never mind the next words are a line of the chat."""
    _asker, buddy, _number = handed_over(stage)
    buddy.tap(PROPOSE)
    assert fixed("handing_over.type_please") in buddy.voice().words
    buddy.tap(NEVER_MIND)
    buddy.say("Just write what you see.")
    assert [one.kind for one in stage.all(HelpLine)] == ["question", "words"]


def test_after_the_proposal_the_chat_goes_on(stage: Stage) -> None:
    """What the buddy says next is a line."""
    asker, buddy, _number = proposed(stage)
    buddy.say("Is that right?")
    assert "Is that right?" in asker.looks().words
    assert [one.kind for one in stage.all(HelpLine)] == ["question", "proposal", "words"]


def test_no_proposal_after_the_end(stage: Stage) -> None:
    """The button of before says so."""
    asker, buddy, _number = handed_over(stage)
    asker.tap(TO_EWA)
    asker.tap(fixed("helping.end_button"))
    assert fixed("errors.help_over") in buddy.tap(PROPOSE).words


def test_a_sensitive_question_is_refused_with_why(stage: Stage) -> None:
    """It stays with the parent (004-privacy-care)."""
    asker, buddy, _number = helping(stage)
    asker.command("prepare")
    sensitive = next(one.id for one in shipped_scripts()["begin"].questions if one.sensitive)
    with stage.database.writing() as session:
        person = session.get_one(Person, stage.cast.selam.id)
        run = stage.own_run(session, person)
        preparation.advance(session, stage.tools, person, run, Change(sensitive))
    asker.command("buddy")
    asker.tap(TO_EWA)
    assert fixed("errors.sensitive_question") in asker.tap(PASS_ON).words
    assert stage.all(HelpLine) == []
    assert asked(sensitive) not in stage.shown_at(buddy)


def test_without_a_preparation_there_is_no_question(stage: Stage) -> None:
    """Then the button is not there; a buddy never has it."""
    asker, buddy, _number = helping(stage)
    asker.tap(TO_EWA)
    buddy.tap(TO_SELAM)
    assert asker.buttons(PASS_ON) == []
    asker.command("prepare")
    buddy.tap(TO_SELAM)
    assert buddy.buttons(PASS_ON) == []


def test_better_words_for_a_message_of_the_school(stage: Stage) -> None:
    """The asker sees old and new with the names restored, and they become the own correction (002-buddy)."""
    asker, buddy, number = helping(stage)
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        said = sayings.keep(session, stage.tools, c.marieke, "Abel heeft morgen gym.", child=c.abel)
        messages.write(session, stage.tools, c.marieke, c.abel, c.selam, said)
        stage.tell(session)
        for one in said.translations:
            one.words, one.state = "Abel has a gym tomorrow.", TranslationState.DONE.value
            one.origin = Origin.MACHINE.value
        match = session.get_one(type(match_of(stage, number)), number)
        service.hand_over_text(
            session,
            stage.tools,
            c.selam,
            match,
            "[1] heeft morgen gym.",
            masked=["Abel"],
            source_saying_id=said.id,
        )
        stage.tell(session)
    assert "Abel" not in stage.shown_at(buddy)
    assert "[1] heeft morgen gym." in buddy.looks().words
    buddy.tap(fixed("handing_over.better_button"))
    buddy.say("[1] has sports tomorrow.")
    seen = asker.looks().words
    assert "Abel has a gym tomorrow." in seen
    assert "Abel has sports tomorrow." in seen
    assert fixed("corrections.thanks") in asker.tap(fixed("handing_over.use_better_button")).words
    [found] = [one for one in stage.all(Translation) if one.with_buddy]
    assert (found.words, found.origin, found.corrected_by_id) == (
        "Abel has sports tomorrow.",
        Origin.HUMAN.value,
        stage.cast.selam.id,
    )
    assert WITH_BUDDY in "\n".join(bubble.words for bubble in asker.bubbles)
    assert fixed("errors.old_button") in asker.tap(fixed("handing_over.use_better_button")).words
    assert "Abel" not in stage.shown_at(buddy)


def test_better_words_beside_words_that_changed(stage: Stage) -> None:
    """What stands there now is shown again, and nothing is replaced unread."""
    asker, buddy, number = helping(stage)
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        said = sayings.keep(session, stage.tools, c.marieke, "Abel heeft gym.", child=c.abel)
        messages.write(session, stage.tools, c.marieke, c.abel, c.selam, said)
        match = session.get_one(type(match_of(stage, number)), number)
        service.hand_over_text(
            session, stage.tools, c.selam, match, "[1] heeft gym.", masked=["Abel"], source_saying_id=said.id
        )
        stage.tell(session)
        number = said.id
    buddy.tap(fixed("handing_over.better_button"))
    buddy.say("[1] has sports.")
    with stage.database.writing() as session:
        for one in session.query(Translation).filter_by(saying_id=number, language="en"):
            one.words, one.state, one.origin = "Abel has PE.", "done", "human"
    seen = asker.tap(fixed("handing_over.use_better_button")).words
    assert fixed("errors.words_corrected") in seen
    assert "Abel has PE." in seen
    assert fixed("corrections.thanks") in asker.tap(fixed("handing_over.use_better_button")).words
