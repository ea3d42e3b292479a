"""Words that no question waits for, and messages that were edited."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.dossier import Entry
from bot.model.incoming import InputKind
from bot.model.messages import Message
from bot.model.preparation import Answer, AnswerHistory, Share
from bot.model.translation import Attachment, Translation
from tests.assistant.labels import MENU, NEVER_MIND, OLD, PREPARE, SHARE, SKIP, STOP, WRITE, asked, fixed
from tests.assistant.stage import Stage

WORDS = "Kuba heeft zaterdag zijn eerste boekje gelezen."
NEWER = "Kuba heeft zondag zijn eerste boekje gelezen."
WHAT_FOR = fixed("loose.what_for", child="Kuba")
AS_ANSWER, AS_MESSAGE, AS_ADDITION, REMOVE = (
    fixed(f"loose.{name}_button") for name in ("answer", "message", "addition", "remove")
)


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's confirmed phone, standing at the menu."""
    return stage.joined(stage.cast.pieter)


def _stopped(phone: DirectPhone) -> None:
    """A preparation exists and nothing waits."""
    phone.tap(PREPARE)
    phone.tap(STOP)


def test_words_are_kept_and_asked_about(stage: Stage, pieter: DirectPhone) -> None:
    """Nothing is dropped and nothing is passed on before the person says what it is for (002-prep-form)."""
    seen = pieter.say(WORDS)
    assert WHAT_FOR in seen.words
    assert stage.said() == [WORDS]
    assert stage.all(Translation) == []
    assert AS_ANSWER not in seen.words  # there is no preparation yet


def test_the_child_is_chosen_first(stage: Stage) -> None:
    """A mother of two says whom it is about before she says what it is for."""
    phone = stage.joined(stage.cast.agnieszka)
    seen = phone.say(WORDS)
    assert fixed("loose.kept") in seen.words
    assert seen.bubbles[-1].buttons == ("Kuba", "Zosia")
    assert fixed("loose.what_for", child="Zosia") in phone.tap("Zosia").words
    phone.tap(AS_ADDITION)
    assert [entry.child_id for entry in stage.all(Entry)] == [stage.cast.zosia.id]


def test_as_a_message(stage: Stage, pieter: DirectPhone) -> None:
    """It goes to the teacher, once: the second tap finds an old button."""
    pieter.say(WORDS)
    assert fixed("messages.sent") in pieter.tap(AS_MESSAGE).words
    assert OLD in pieter.tap(AS_MESSAGE).words
    assert OLD in pieter.tap(REMOVE).words
    assert len(stage.all(Message)) == 1
    assert stage.said() == [WORDS]


def test_as_an_addition(stage: Stage, pieter: DirectPhone) -> None:
    """It stands in the dossier as the parent's view (004-dossier-7)."""
    pieter.say(WORDS)
    pieter.tap(AS_ADDITION)
    assert [entry.kind for entry in stage.all(Entry)] == ["view"]


def test_as_an_answer(stage: Stage, pieter: DirectPhone) -> None:
    """The parent picks the question; then the preparation goes on."""
    _stopped(pieter)
    pieter.say(WORDS)
    pieter.tap(AS_ANSWER)
    seen = pieter.tap(asked("BO03"))
    assert fixed("loose.answer_kept") in seen.words
    assert "Kuba · 1 of 15" in seen.words
    assert stage.answers() == {"BO03": ([], WORDS)}


def test_a_voice_answers_only_what_can_be_answered_by_voice(stage: Stage, pieter: DirectPhone) -> None:
    """For a voice message only the questions are offered that take one."""
    _stopped(pieter)
    pieter.voice()
    seen = pieter.tap(AS_ANSWER)
    assert asked("BO03") in seen.words
    assert asked("BO05") not in seen.words
    pieter.tap(asked("BO12"))
    assert stage.answers() == {"BO12": ([], "")}


def test_it_can_be_removed(stage: Stage, pieter: DirectPhone) -> None:
    """At its owner's wish it is gone for good."""
    pieter.say(WORDS)
    assert fixed("loose.removed") in pieter.tap(REMOVE).words
    assert WORDS not in stage.everything()


def test_staff_is_told_that_nothing_is_kept(stage: Stage) -> None:
    """A teacher's loose words are about nobody: they are not kept, and the teacher is told."""
    phone = stage.joined(stage.cast.marieke)
    assert fixed("loose.staff") in phone.say(WORDS).words
    assert WORDS not in stage.everything()


def test_words_that_were_refused_are_kept(stage: Stage, pieter: DirectPhone) -> None:
    """A parent who lost authority cannot add to the dossier; what was typed is kept and asked about."""
    pieter.command("dossier")
    pieter.tap(fixed("dossier.add_button"))
    pieter.tap(fixed("dossier.view_button"))
    with stage.database.writing() as session:
        stage.guardianship(session, stage.cast.pieter, stage.cast.kuba).authority = False
    seen = pieter.say(WORDS)
    assert fixed("errors.not_found") in seen.words
    assert WHAT_FOR in seen.words
    assert stage.said() == [WORDS]
    pieter.tap(AS_MESSAGE)
    assert len(stage.all(Message)) == 1


def test_an_answer_that_comes_after_the_talk_is_kept(stage: Stage, pieter: DirectPhone) -> None:
    """A shared answer cannot change any more once the talk was held; the new words are kept all the same."""
    _share_first_answer(pieter)
    stage.plan_talk(stage.cast.kuba, held=True)
    pieter.tap(PREPARE)
    pieter.tap(fixed("preparation.choose_button"))
    pieter.tap(fixed("preparation.answer_label", ask=asked("BO01"), share="shared"))
    assert fixed("preparation.take_back_button") not in stage.labels(pieter)
    pieter.tap(fixed("preparation.change_button"))
    seen = pieter.say(NEWER)
    assert fixed("errors.talk_held") in seen.words
    assert WHAT_FOR in seen.words
    assert stage.answers()["BO01"] == ([], WORDS)
    assert NEWER in stage.said()


def _share_first_answer(phone: DirectPhone) -> None:
    phone.tap(PREPARE)
    phone.say(WORDS)
    while MENU not in phone.tap(SKIP).words:
        pass
    phone.tap(SHARE)


def test_an_edited_message_changes_the_answer(stage: Stage, pieter: DirectPhone) -> None:
    """The answer is the new words, the old ones are its history, and the person is told (002-prep-form)."""
    pieter.tap(PREPARE)
    pieter.say(WORDS)
    assert pieter.correct(NEWER).words == fixed("loose.corrected", was_shared=False)
    assert stage.answers() == {"BO01": ([], NEWER)}
    assert len(stage.all(AnswerHistory)) == 1
    pieter.say("Koken met opa.")
    assert "BO02" in stage.answers()


def test_an_edited_shared_answer_is_a_draft_again(stage: Stage, pieter: DirectPhone) -> None:
    """The school reads neither text until it is shared again."""
    pieter.tap(PREPARE)
    said = pieter.say(WORDS)
    assert said.bubbles
    key = stage.message_key(WORDS)
    while MENU not in pieter.tap(SKIP).words:
        pass
    pieter.tap(SHARE)
    stage.take(stage.incoming(pieter, InputKind.CORRECTION, text=NEWER, message_key=key))
    assert pieter.looks().words == fixed("loose.corrected", was_shared=True)
    assert [answer.share for answer in stage.all(Answer)] == [Share.DRAFT]


def test_an_edited_message_that_was_passed_on(stage: Stage, pieter: DirectPhone) -> None:
    """What the teacher has read stays as it was; the person is asked to send a new one."""
    pieter.tap(WRITE)
    pieter.say(WORDS)
    assert fixed("loose.too_late_to_correct") in pieter.correct(NEWER).words
    assert stage.said() == [WORDS]


def test_edited_loose_words(stage: Stage, pieter: DirectPhone) -> None:
    """Loose words are replaced, and what they are for is asked again; the old question is an old button."""
    pieter.say(WORDS)
    assert WHAT_FOR in pieter.correct(NEWER).words
    assert stage.said() == [NEWER]
    assert OLD in pieter.tap_old(AS_MESSAGE).words
    pieter.tap(AS_MESSAGE)
    assert len(stage.all(Message)) == 1


def test_an_edited_message_of_an_unfinished_form(stage: Stage) -> None:
    """A teacher's words in a form stay as the form shows them; they are changed there."""
    phone = stage.joined(stage.cast.marieke)
    phone.tap("Kuba")
    phone.tap(fixed("group.propose_button"))
    phone.say("Kuba leest elke avond.")
    assert fixed("errors.refused") in phone.correct("Kuba leest elke ochtend.").words
    assert stage.said() == ["Kuba leest elke avond."]
    assert stage.dead_letters() == []


def test_edited_to_nothing(stage: Stage, pieter: DirectPhone) -> None:
    """An edit that leaves only spaces changes nothing."""
    pieter.tap(PREPARE)
    pieter.say(WORDS)
    assert fixed("errors.empty") in pieter.correct("  ").words
    assert stage.answers() == {"BO01": ([], WORDS)}


def test_an_edit_of_something_unknown_is_new(stage: Stage, pieter: DirectPhone) -> None:
    """A message that was never kept, edited into words, answers the question that stands."""
    pieter.tap(PREPARE)
    pieter.say("   ")
    assert fixed("preparation.thanks_file") not in pieter.correct(WORDS).words
    assert stage.answers() == {"BO01": ([], WORDS)}


def test_an_edit_that_overtakes_its_message(stage: Stage, pieter: DirectPhone) -> None:
    """When updates come out of order the newest words count, and the older ones change nothing."""
    pieter.tap(PREPARE)
    edit = stage.incoming(pieter, InputKind.CORRECTION, text=NEWER, message_key="m1")
    first = stage.incoming(pieter, InputKind.WORDS, text=WORDS, message_key="m1")
    stage.take(edit)
    stage.take(first)
    assert stage.answers() == {"BO01": ([], NEWER)}
    assert stage.said() == [NEWER]


def test_an_edited_caption_keeps_its_file(stage: Stage, pieter: DirectPhone) -> None:
    """Changing the words under a photo leaves the photo with the answer."""
    pieter.tap(PREPARE)
    photo = stage.incoming(pieter, InputKind.PHOTO, text="Kuba", file_id="f", message_key="m1")
    stage.take(photo)
    stage.take(stage.incoming(pieter, InputKind.CORRECTION, text="Kuba op de fiets", message_key="m1"))
    with stage.reading() as session:
        [answer] = session.query(Answer)
        assert answer.saying is not None
        assert answer.saying.original == "Kuba op de fiets"
        assert [file.kind for file in answer.saying.attachments] == ["photo"]
    assert len(stage.all(Attachment)) == 1


def test_never_mind_forgets_the_wait(stage: Stage, pieter: DirectPhone) -> None:
    """After 'never mind' the next words are loose again."""
    pieter.tap(WRITE)
    pieter.tap(NEVER_MIND)
    assert WHAT_FOR in pieter.say(WORDS).words
    assert stage.all(Message) == []
