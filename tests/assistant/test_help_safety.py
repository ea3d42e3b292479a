"""When help does not feel right, a worry for the school, and three taps at the end, on the phones."""

from dataclasses import replace

import pytest

from bot.demo.phones import DirectPhone
from bot.model.buddies import KeptApart
from bot.model.helping import HelpComplaint, HelpEvaluation, HelpLine
from bot.model.rhythm import Hours, Rhythm
from bot.model.translation import Saying
from bot.services import help_safety
from bot.services import helping as service
from tests.assistant.helps import helping, match_of
from tests.assistant.labels import NEVER_MIND, SKIP, asked, fixed
from tests.assistant.stage import Stage

TO_EWA, TO_SELAM = fixed("helping.open_button", name="Ewa"), fixed("helping.open_button", name="Selam")
WRONG, COMPLAIN, BLOCK, SEND, WORRY, TELL = (
    fixed(f"help_safety.{name}_button") for name in ("wrong", "complain", "block", "send", "worry", "tell")
)
WITHOUT_WORDS, NO_LINE, PRIVATE, UNKIND = (
    fixed(f"help_safety.{name}_button") for name in ("without_words", "no_line", "private", "unkind")
)
YES, A_BIT = fixed("preparation.yes_button"), fixed("help_safety.a_bit_button")
COMPLAINED = fixed("help_safety.complained")


def talked(stage: Stage) -> tuple[DirectPhone, DirectPhone, int]:
    """Both said something, and the asker stands in the chat."""
    asker, buddy, number = helping(stage)
    buddy.tap(TO_SELAM)
    buddy.say("Tell me everything.")
    buddy.say("Where do you live?")
    asker.tap(TO_EWA)
    asker.say("I would rather not.")
    return asker, buddy, number


def test_a_buddy_who_misbehaves_is_reported(stage: Stage) -> None:
    """The asker sees first what is sent; the coordinator hears a state and reads only it (004-privacy-care)."""
    coordinator = stage.joined(stage.cast.karin)
    asker, buddy, _number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    asker.tap(COMPLAIN)
    asker.tap(PRIVATE)
    asker.say("She asks too much.")
    preview = asker.tap("Where do you live?").words
    assert "She asks too much." in preview
    assert "Where do you live?" in preview
    assert "Tell me everything." not in preview
    assert stage.all(HelpComplaint) == []
    before = len(stage.shown_at(buddy))
    assert fixed("help_safety.sent") in asker.tap(SEND).words
    [complaint] = stage.all(HelpComplaint)
    texts = {one.id: one.original for one in stage.all(Saying)}
    assert complaint.kind == "private"
    assert texts[complaint.saying_id] == "She asks too much."
    assert texts[complaint.quoted_saying_id] == "Where do you live?"
    told = coordinator.looks().words
    assert COMPLAINED in told
    assert not any(words in told for words in ("Selam", "Ewa", "live"))
    assert len(stage.shown_at(buddy)) == before


def test_a_complaint_without_any_words(stage: Stage) -> None:
    """A kind is enough; and it can be left before it is sent, then nothing is kept."""
    asker, _buddy, _number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    asker.tap(COMPLAIN)
    asker.tap(UNKIND)
    asker.say("Forget this.")
    asker.tap(NO_LINE)
    asker.tap(NEVER_MIND)
    assert "Forget this." not in [one.original for one in stage.all(Saying)]
    assert asker.buttons(SEND) == []
    asker.tap(COMPLAIN)
    asker.tap(UNKIND)
    asker.tap(WITHOUT_WORDS)
    asker.tap(NO_LINE)
    asker.tap(SEND)
    [complaint] = stage.all(HelpComplaint)
    assert (complaint.saying_id, complaint.quoted_saying_id) == (None, None)
    assert asker.buttons(SEND) == []


def test_what_is_said_about_the_other_one_does_not_reach_that_one(stage: Stage) -> None:
    """From the tap on that something is wrong, nothing is passed on (004-privacy-care)."""
    asker, buddy, _number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    asker.say("I am afraid of her.")
    assert "afraid" not in stage.shown_at(buddy)
    asker.command("buddy")
    asker.tap(TO_EWA)
    asker.tap(WORRY)
    asker.say("He hits my child.")
    assert "hits" not in stage.shown_at(buddy)


def test_a_complaint_between_questions_is_no_answer(stage: Stage) -> None:
    """No question of the preparation comes between, and newer words take the place of those before."""
    asker, _buddy, _number = talked(stage)
    asker.command("prepare")
    asker.command("buddy")
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    asker.tap(COMPLAIN)
    asker.tap(UNKIND)
    assert asked("BO01") not in asker.say("She is not kind.").words
    asker.say("She was not kind to me.")
    asker.tap(NO_LINE)
    asker.tap(SEND)
    texts = [one.original for one in stage.all(Saying)]
    assert "She was not kind to me." in texts
    assert "She is not kind." not in texts
    assert stage.answers() == {}
    asker.say("One thing more.")
    assert (stage.answers(), len(stage.all(HelpLine))) == ({}, 3)


def test_a_recording_is_no_complaint(stage: Stage) -> None:
    """It is asked to be typed."""
    asker, _buddy, _number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    asker.tap(COMPLAIN)
    asker.tap(UNKIND)
    assert fixed("handing_over.type_please") in asker.voice().words


def test_blocking_is_two_taps_and_for_ever(stage: Stage) -> None:
    """The other one reads the same neutral sentence as at any end (004-privacy-care)."""
    asker, buddy, number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    assert fixed("help_safety.blocked", name="Ewa", asker=True) in asker.tap(BLOCK).words
    assert not service.is_running(match_of(stage, number))
    assert len(stage.all(KeptApart)) == 1
    assert fixed("helping.ended", name="Selam", asker=False) in buddy.looks().words
    asker.tap(BLOCK)
    assert len(stage.all(KeptApart)) == 1


def test_what_waits_for_the_morning_is_not_shown_to_who_blocks(stage: Stage) -> None:
    """Said at night, blocked at night: only what was read before stays (004-privacy-care)."""
    hours = Hours(frozenset(range(7)), 7 * 60, 20 * 60)
    stage.tools = replace(stage.tools, rhythm=Rhythm(guardians=hours, teachers=hours, most_a_week=0))
    asker, buddy, _number = talked(stage)
    stage.clock.move(hours=11)
    buddy.tap(TO_SELAM)
    buddy.say("Answer me!")
    asker.command("buddy")
    asker.tap(TO_EWA)
    asker.tap(WRONG)
    asker.tap(BLOCK)
    stage.clock.move(hours=10)
    assert "Answer me!" not in asker.looks().words
    assert fixed("helping.ended", name="Selam", asker=False) in buddy.looks().words


@pytest.mark.parametrize("name", ["selam", "ewa"])
def test_a_worry_goes_to_the_school_and_not_to_the_buddy(stage: Stage, name: str) -> None:
    """With the numbers; coordinator and, of who asked, the child's teacher hear whom to call (004-buddy-tasks)."""
    coordinator, teacher = stage.joined(stage.cast.karin), stage.joined(stage.cast.marieke)
    asker, buddy, _number = talked(stage)
    phone, other = (asker, buddy) if name == "selam" else (buddy, asker)
    phone.tap(TO_EWA if name == "selam" else TO_SELAM)
    numbers = phone.tap(WORRY).words
    assert "112" in numbers
    assert "0800-2000" in numbers
    other.looks()
    assert fixed("help_safety.told") in phone.tap(TELL).words
    told = fixed("help_safety.worried", person=getattr(stage.cast, name).name)
    assert told in coordinator.looks().words
    assert (told in teacher.looks().words) == (name == "selam")
    assert other.looks().words == ""
    assert "Tell me everything." not in stage.shown_at(coordinator)


def test_a_worry_of_now_is_not_about_who_asked_long_ago(stage: Stage) -> None:
    """The help is over: the teacher of the own child hears nothing of what is about another family."""
    coordinator, teacher = stage.joined(stage.cast.karin), stage.joined(stage.cast.marieke)
    asker, _buddy, _number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(fixed("helping.end_button"))
    with stage.database.writing() as session:
        help_safety.worry(session, stage.tools, stage.cast.at(session).selam)
        stage.tell(session)
    told = fixed("help_safety.worried", person=stage.cast.selam.name)
    assert told in coordinator.looks().words
    assert told not in teacher.looks().words


def test_three_taps_at_the_end(stage: Stage) -> None:
    """Each side has its own; each tap can be skipped."""
    asker, buddy, _number = talked(stage)
    asker.tap(TO_EWA)
    asker.tap(fixed("helping.end_button"))
    asker.tap(YES)
    assert fixed("help_safety.again") in asker.tap(SKIP).words
    assert fixed("help_safety.thanks") in asker.tap(A_BIT).words
    buddy.tap(fixed("preparation.no_button"))
    assert [(one.of_buddy, one.helped, one.at_ease, one.again) for one in stage.all(HelpEvaluation)] == [
        (False, "yes", None, "a_bit"),
        (True, "no", None, None),
    ]


def test_the_end_by_the_program_is_told_to_both(stage: Stage) -> None:
    """After sixty days without a line."""
    asker, buddy, _number = talked(stage)
    stage.clock.move(days=60)
    with stage.database.writing() as session:
        service.erase_due(session, stage.tools)
        stage.tell(session)
    assert fixed("helping.ended", name="Ewa", asker=True) in asker.looks().words
    assert fixed("helping.ended", name="Selam", asker=False) in buddy.looks().words
    assert len(stage.all(HelpLine)) == 3
