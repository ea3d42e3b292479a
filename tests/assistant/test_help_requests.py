"""Asking another parent in the chat: from a message, a question or nothing, through both phones."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.demo.phones import DirectPhone, plain
from bot.model.buddies import CODE_VERSION, Task
from bot.model.help_requests import HelpRequest, Match
from bot.model.helping import HelpLine
from bot.model.messages import HelpWish, Outgoing
from bot.model.people import Person
from bot.model.privacy import Consent
from bot.services import buddies, help_requests, helping
from bot.workers.reminders import Reminders
from tests.assistant.labels import HELP, MENU, NEVER_MIND, PREPARE, TEXTS, fixed
from tests.assistant.stage import Stage

LETTER = "Morgen gaat Kuba met juf Marieke naar het bos. Bel 06-12345678."
REDACTED = "Morgen gaat [1] met juf [2] naar het bos. Bel [3]."
ASK = fixed("buddies.ask_button")
YES, NO, SEND, EDIT, WITHOUT, WITH, TASK, LANGUAGE, SAME_GROUP, ANOTHER, TAKE_BACK = (
    fixed(f"help_requests.{name}")
    for name in (
        "consent_yes",
        "consent_no",
        "send_button",
        "edit_button",
        "without_button",
        "with_button",
        "task_button",
        "language_button",
        "same_group_button",
        "another_button",
        "take_back_button",
    )
)
CAN_HELP, NOT_NOW, CHOOSE, REFUSE = (
    fixed(f"help_requests.{name}_button") for name in ("accept", "decline", "choose", "refuse")
)
NOT_NEEDED = fixed("help_requests.not_needed")


def as_buddy(stage: Stage, person: Person, *languages: str) -> DirectPhone:
    """This parent's phone; Karin approved the offer to help in these languages."""
    phone = stage.joined(person)
    with stage.database.writing() as session:
        profile = buddies.offer(
            session,
            stage.tools,
            session.get_one(Person, person.id),
            languages=languages,
            tasks=[task.value for task in Task],
            times=[],
            group_ids=[],
            max_families=3,
            code_version=CODE_VERSION,
        )
        karin = session.get_one(Person, stage.cast.karin.id)
        buddies.approve(session, stage.tools, karin, profile, "")
        session.info.pop("events", None)
    return phone


def agnieszka(stage: Stage) -> DirectPhone:
    """Agnieszka's phone with a message of juf Marieke about Kuba on it; she agreed to the help of other parents."""
    phone = stage.joined(stage.cast.agnieszka)
    with stage.database.writing() as session:
        help_requests.agree(session, stage.tools, session.get_one(Person, stage.cast.agnieszka.id))
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, LETTER)
    phone.looks()
    return phone


def sorry(language: str, *, asked: bool) -> str:
    """That nobody could help in this language, as it is said in English."""
    words = plain(TEXTS.say("en", "help_requests.nobody", {"language": language, "asked": asked}))
    return words.split("\n")[0]


def request(stage: Stage) -> HelpRequest:
    """The newest request."""
    found: HelpRequest = stage.all(HelpRequest)[-1]
    return found


def passes(stage: Stage, **ahead: float) -> None:
    """Time passes, and the worker looks."""
    stage.clock.move(**ahead)
    Reminders(stage.database, stage.tools, stage.texts).look()


def test_one_message_is_asked_about_and_a_parent_helps(stage: Stage) -> None:
    """Consent, the text without names, one tap; Ewa reads no name and no text before both said yes (002-buddy)."""
    ewa = as_buddy(stage, stage.cast.ewa, "en", "pl")
    phone = stage.joined(stage.cast.agnieszka)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, LETTER)
    phone.looks()
    assert fixed("help_requests.consent").split("\n")[0] in phone.tap(ASK).words
    preview = phone.tap(YES).words
    assert REDACTED in preview
    for secret in ("Marieke", "12345678"):
        assert secret not in preview
    assert TAKE_BACK in phone.tap(SEND).words
    asked = ewa.looks().words
    assert "English" in asked
    for unsaid in ("Agnieszka", "Kuba", "bos", "[1]"):
        assert unsaid not in asked
    assert fixed("help_requests.accepted") in ewa.tap(CAN_HELP).words
    offered = phone.looks().words
    for told in ("Ewa", "Polish", "September 2026"):
        assert told in offered
    assert "Kowalska" not in offered
    chosen = phone.tap(CHOOSE).words
    assert fixed("helping.open_button", name="Ewa") in chosen
    assert fixed("helping.not_school") in chosen
    begun = ewa.looks().words
    assert REDACTED in begun
    assert "Agnieszka" in begun
    for unsaid in ("Nowak", "Kuba", "Marieke"):
        assert unsaid not in stage.shown_at(ewa)


def test_the_first_words_after_a_yes_go_to_the_buddy(stage: Stage) -> None:
    """Also where a question of the preparation waited: they never become its answer (002-buddy)."""
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    for label in (PREPARE, "Kuba", ASK, SEND):
        phone.tap(label)
    ewa.looks()
    ewa.tap(CAN_HELP)
    phone.looks()
    phone.tap(CHOOSE)
    phone.say("Hello Ewa.")
    assert stage.answers() == {}
    assert "Hello Ewa." in ewa.looks().words


def test_consent_is_asked_once_and_a_no_changes_nothing(stage: Stage) -> None:
    """Who says no has asked nobody and can still ask later."""
    as_buddy(stage, stage.cast.ewa, "en")
    phone = stage.joined(stage.cast.selam)
    phone.tap(HELP)
    phone.tap(ASK)
    assert fixed("help_requests.consent_refused") in phone.tap(NO).words
    assert stage.all(Consent)[-1].purpose == "telegram"
    phone.tap(HELP)
    phone.tap(ASK)
    phone.tap(YES)
    phone.tap(NEVER_MIND)
    phone.tap(HELP)
    assert fixed("help_requests.consent").split("\n")[0] not in phone.tap(ASK).words
    assert stage.all(HelpRequest) == []


def test_what_is_typed_instead_goes_as_it_was_typed(stage: Stage) -> None:
    """The own text is shown again first; then it goes, in the own language and of no source."""
    as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(EDIT)
    assert "What is this about?" in phone.say("What is this about?").words
    shown = phone.say("What does my child need?").words  # once more, instead of tapping
    assert "What does my child need?" in shown
    phone.tap(SEND)
    made = request(stage)
    assert made.source_saying_id is None
    assert "What is this about?" not in stage.said()
    kept = [one for one in stage.said() if "need" in one]
    assert kept == ["What does my child need?"]


def test_a_voice_message_cannot_take_the_place_of_the_text(stage: Stage) -> None:
    """It is kept, and its speaker says what it is for."""
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(EDIT)
    assert fixed("help_requests.type_please") in phone.voice().words
    assert stage.all(HelpRequest) == []


def test_everything_can_be_another_way_before_it_goes(stage: Stage) -> None:
    """Without the text, another kind of help, another language, a parent of the same group."""
    as_buddy(stage, stage.cast.ewa, "ar")
    phone = agnieszka(stage)
    assert REDACTED in phone.tap(ASK).words
    assert REDACTED not in phone.tap(WITHOUT).words
    assert REDACTED in phone.tap(WITH).words
    phone.tap(WITHOUT)
    phone.tap(TASK)
    phone.tap(fixed("buddies.task_name", task="practise"))
    phone.tap(LANGUAGE)
    phone.tap("العربية")
    phone.tap(SAME_GROUP)
    phone.tap(SEND)
    made = request(stage)
    assert (made.saying_id, made.source_saying_id, made.task, made.language, made.same_group) == (
        None,
        None,
        "practise",
        "ar",
        True,
    )


def test_where_nobody_could_the_own_group_is_offered(stage: Stage) -> None:
    """Not the same group unless wished: one tap wishes it, and everything else stays as it was asked (002-buddy)."""
    ewa = as_buddy(stage, stage.cast.ewa, "en", "pl")
    phone = agnieszka(stage)
    for label in (PREPARE, "Zosia", ASK, SEND):
        seen = phone.tap(label)
    assert "No parent helps here yet" in seen.words
    assert fixed("help.phone_button") in seen.bubbles[-1].buttons
    first = request(stage)
    phone.tap(SAME_GROUP)
    phone.tap(SEND)
    ewa.looks()
    again = stage.all(HelpRequest)[-1]
    assert (again.same_group, again.question, again.task) == (True, first.question, first.task)
    assert fixed("help_requests.accepted") in ewa.tap(CAN_HELP).words


def test_what_waits_for_a_buddy_is_found_on_another_phone(stage: Stage) -> None:
    """A phone that was joined later shows it where parents help parents; an answered one is gone (002-buddy)."""
    as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    for label in (ASK, SEND):
        phone.tap(label)
    second = stage.joined(stage.cast.ewa)
    seen = second.command("buddy").words
    assert fixed("help_requests.accepted") not in seen
    assert "Agnieszka" not in seen
    assert fixed("help_requests.accepted") in second.tap(CAN_HELP).words
    assert CAN_HELP not in second.command("buddy").bubbles[-1].buttons


def test_one_question_goes_along_without_the_answer(stage: Stage) -> None:
    """From a question of the preparation; afterwards the preparation goes on."""
    as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(PREPARE)
    phone.tap("Kuba")
    phone.tap(ASK)
    sent = phone.tap(SEND).words
    made = request(stage)
    assert (made.task, made.question is not None, made.saying_id) == ("prepare", True, None)
    assert fixed("preparation.go_on_button") in sent


def test_a_sensitive_question_never_goes_along(stage: Stage) -> None:
    """The person reads why; help is possible all the same."""
    as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(PREPARE)
    phone.tap("Kuba")
    lock = fixed("errors.sensitive_question").split("\n")[0]
    for _question in range(12):
        if lock in phone.tap(ASK).words:
            break
        phone.tap(NEVER_MIND)
        phone.tap(fixed("preparation.skip_button"))
    phone.tap(SEND)
    assert (request(stage).question, request(stage).run_id) == (None, None)


def test_nobody_speaks_the_language_and_the_coordinator_calls(stage: Stage) -> None:
    """Selam hears it at once, with Karin by name; Karin reads her name only because Selam wants it (001-overloaded)."""
    as_buddy(stage, stage.cast.ewa, "pl")
    karin = stage.joined(stage.cast.karin)
    phone = stage.joined(stage.cast.selam)
    phone.tap(HELP)
    phone.tap(ASK)
    compose = phone.tap(YES).words
    assert "Tigrinya" in compose  # what she wished for is chosen already
    nobody = phone.tap(SEND).words
    assert sorry("ti", asked=False) in nobody
    for way in (fixed("help.interpreter_button"), fixed("help.phone_button")):
        assert way in nobody
    told = karin.looks().words
    assert "Tigrinya" in told
    assert "Selam" not in told
    phone.tap(fixed("help_requests.ask_name_button", name="Karin Mulder"))
    assert "Selam Tesfay" in karin.looks().words
    karin.tap(fixed("help_requests.settle_button"))
    assert request(stage).settled_at is not None
    phone.tap(fixed("help.phone_button"))
    assert [one.kind for one in stage.all(HelpWish)] == ["phone"]


def test_time_over_is_told_with_other_ways(stage: Stage) -> None:
    """Ewa does not answer: after her share of the time nobody is left, and Agnieszka hears it."""
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    passes(stage, hours=1)
    assert phone.looks().words == ""
    passes(stage, hours=1)
    assert sorry("en", asked=True) in phone.looks().words
    assert NOT_NEEDED in ewa.tap(CAN_HELP).words


def test_an_offer_is_asked_about_once_more_and_then_ends(stage: Stage) -> None:
    """The asker reads a reminder, then that the request ended; the buddy is thanked."""
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    ewa.tap(CAN_HELP)
    phone.looks()
    passes(stage, hours=6)
    again = phone.looks().words
    assert "still waits" in again
    assert CHOOSE in again
    passes(stage, hours=6)
    assert fixed("help_requests.lapsed").split("\n")[0] in phone.looks().words
    assert NOT_NEEDED in ewa.looks().words
    assert fixed("errors.old_button") in phone.tap(CHOOSE).words


def test_no_of_either_side_leads_on(stage: Stage) -> None:
    """Not now of Ewa asks the next; no of Agnieszka too; taking back ends it."""
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    assert fixed("help_requests.declined") in ewa.tap(NOT_NOW).words
    assert sorry("en", asked=True) in phone.looks().words
    phone.tap_old(ASK)
    phone.tap(SEND)
    ewa.tap(CAN_HELP)
    phone.looks()
    assert sorry("en", asked=True) in phone.tap(REFUSE).words
    assert NOT_NEEDED in ewa.looks().words


def test_the_same_is_asked_once_and_can_be_taken_back(stage: Stage) -> None:
    """The button of the same message shows where the request is; who had not read of it hears nothing."""
    frame = replace(stage.tools.rhythm.guardians, from_minute=8 * 60, until_minute=20 * 60)
    stage.tools = replace(stage.tools, rhythm=replace(stage.tools.rhythm, guardians=frame))
    stage.clock.move(hours=7)  # 19:00
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    stage.clock.move(hours=3)
    phone.tap(ASK)
    phone.tap(SEND)
    assert TAKE_BACK in phone.tap_old(ASK).words
    assert len(stage.all(HelpRequest)) == 1
    assert ewa.looks().words == ""
    assert fixed("help_requests.taken_back") in phone.tap(TAKE_BACK).words
    asked = [one for one in stage.all(Outgoing) if one.macro == "help_requests.asked_buddy"]
    assert asked == []
    assert NOT_NEEDED not in stage.shown_at(ewa)


def test_who_answers_before_the_morning_is_not_asked_then(stage: Stage) -> None:
    """A buddy who looks at night finds what waits; once it is answered it does not come again."""
    frame = replace(stage.tools.rhythm.guardians, from_minute=8 * 60, until_minute=20 * 60)
    stage.tools = replace(stage.tools, rhythm=replace(stage.tools.rhythm, guardians=frame))
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    stage.clock.move(hours=10)  # 22:00
    phone.tap(ASK)
    phone.tap(SEND)
    assert ewa.looks().words == ""
    ewa.command("buddy")
    ewa.tap(CAN_HELP)
    stage.clock.move(hours=11)
    assert ewa.looks().words == ""


def test_who_has_a_helper_hands_it_over_directly(stage: Stage) -> None:
    """A second message goes straight to Ewa, seen first; or to another parent."""
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    ewa.tap(CAN_HELP)
    phone.tap(CHOOSE)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, "Neemt Kuba een bal mee?")
    phone.looks()
    assert ANOTHER in phone.tap(ASK).words
    preview = phone.tap(fixed("help_requests.ask_name_button", name="Ewa")).words
    assert "Neemt [1] een bal mee?" in preview
    phone.tap(SEND)
    assert "Neemt [1] een bal mee?" in ewa.looks().words
    assert [one.kind for one in stage.all(HelpLine)] == ["text", "text"]
    phone.tap(ANOTHER)
    phone.tap(SEND)
    assert request(stage).state == "unanswered"  # nobody else speaks it
    assert len(stage.all(Match)) == 1


def test_consent_can_be_taken_back_where_the_notice_stands(stage: Stage) -> None:
    """Then the request ends, who was asked hears it, and the next time consent is asked again."""
    ewa = as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    ewa.looks()
    phone.command("privacy")
    said = phone.tap(fixed("help_requests.consent_back_button")).words
    assert fixed("help_requests.consent_taken_back").split("\n")[0] in said
    assert request(stage).state == "withdrawn"
    assert NOT_NEEDED in ewa.looks().words
    phone.tap_old(ASK)
    assert YES in stage.labels(phone)
    phone.command("privacy")
    assert fixed("help_requests.consent_back_button") not in stage.labels(phone)


def test_the_button_is_there_only_where_it_works(stage: Stage) -> None:
    """Not where the school has no buddies, and not at a phone no teacher confirmed."""
    stage.tools = replace(stage.tools, buddies=replace(stage.tools.buddies, on=False))
    phone = stage.joined(stage.cast.agnieszka)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, LETTER)
    assert ASK not in phone.looks().words
    assert ASK not in phone.tap(HELP).words
    stage.tools = replace(stage.tools, buddies=replace(stage.tools.buddies, on=True))
    other = stage.joined(stage.cast.selam, confirmed=False)
    assert ASK not in other.tap(PREPARE).words


def test_an_unconfirmed_phone_asks_nobody(stage: Stage) -> None:
    """From the help screen too."""
    other = stage.joined(stage.cast.selam, confirmed=False)
    other.tap(HELP)
    assert fixed("errors.door_not_confirmed") in other.tap(ASK).words


@pytest.mark.parametrize("label", [CAN_HELP, NOT_NOW])
def test_what_a_forged_button_names_does_not_exist(stage: Stage, label: str) -> None:
    """Another parent's match cannot be answered by somebody else's phone."""
    as_buddy(stage, stage.cast.ewa, "en")
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    other = as_buddy(stage, stage.cast.selam, "en")
    with stage.database.writing() as session:
        [made] = session.scalars(select(Outgoing).where(Outgoing.macro == "help_requests.asked_buddy")).all()
        made.door_id = stage.door(other).id
        made.address = other.address
    other.looks()
    assert fixed("errors.not_found") in other.tap(label).words
    assert stage.all(Match)[0].state == "asked"
    assert MENU in stage.labels(other)


def test_the_words_of_a_request_that_nobody_helped_with_go_too(stage: Stage) -> None:
    """After thirty days neither the words nor the screen on which they were seen before are kept (004-privacy-care)."""
    phone = agnieszka(stage)
    phone.tap(ASK)
    phone.tap(SEND)
    assert request(stage).saying_id is not None
    for days, kept in ((29, True), (2, False)):
        stage.clock.move(days=days)
        with stage.database.writing() as session:
            helping.erase_due(session, stage.tools)
        assert any(REDACTED in bubble.words for bubble in phone.bubbles) == kept
    assert request(stage).saying_id is None
