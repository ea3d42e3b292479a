"""Ready sentences, for who writes with difficulty: only on request, eight at a time, and exact."""

from dataclasses import replace

import pytest

from bot.assistant.phrases import AT_ONCE
from bot.content.phrase_files import read_phrases
from bot.demo.phones import DirectPhone
from bot.model.messages import Message
from bot.model.translation import Translation
from bot.translation.phrasebook import Phrasebook
from tests.assistant.labels import PREPARE, SKIP, WRITE, asked, fixed
from tests.assistant.stage import Stage

PHRASES = read_phrases()[0]
OPEN, SUBJECTS, BACK, FURTHER = (
    fixed(f"phrases.{name}_button") for name in ("open", "subjects", "back", "further")
)
WORRIES, SHORT, NEWS = (fixed("phrases.subject_name", subject=name) for name in ("worries", "short", "news"))
SLEEP = PHRASES.sentences["en"]["worry_sleep"]


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The school with the shipped sentences."""
    stage.tools = replace(stage.tools, phrasebook=Phrasebook((), PHRASES))
    return stage


def button(stage: Stage, phone: DirectPhone, sentence: str) -> str:
    """The label of a sentence on the screen, which carries its number."""
    return next(one for one in stage.labels(phone) if one.endswith(f". {sentence}"))


def test_a_tapped_sentence_is_the_answer(stage: Stage) -> None:
    """Open, a subject, the sentence: the next question stands there, and the teacher reads the exact Dutch."""
    phone = stage.joined(stage.cast.pieter)
    assert asked("BO01") in phone.tap(PREPARE).words
    subjects = phone.tap(OPEN)
    assert WORRIES in subjects.words
    assert fixed("phrases.subject_name", subject="news") not in subjects.words
    phone.tap(WORRIES)
    phone.tap(FURTHER)
    seen = phone.tap(button(stage, phone, SLEEP)).words
    assert asked("BO02") in seen
    assert stage.answers() == {"BO01": ([], SLEEP)}


def test_nobody_sees_sentences_who_did_not_ask(stage: Stage) -> None:
    """A question shows one button and no sentence; a choice has none at all."""
    phone = stage.joined(stage.cast.pieter)
    first = phone.tap(PREPARE).words
    assert OPEN in first
    assert not any(sentence in first for sentence in PHRASES.sentences["en"].values())
    assert OPEN not in phone.tap(SKIP).words  # what the child likes to do is chosen from a list


def test_eight_at_a_time_and_all_are_reached(stage: Stage) -> None:
    """Further and back; the first page has no way back and the last no way on."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(WRITE)
    phone.tap(OPEN)
    wanted = [sentence for _key, sentence in PHRASES.to_choose("parents", "worries", "en")]
    seen = phone.tap(WORRIES)
    found: list[str] = []
    while True:
        labels = stage.labels(phone)
        numbered = [one.partition(". ")[2] for one in labels if one[0].isdigit()]
        assert len(numbered) <= AT_ONCE
        assert all(sentence in seen.words for sentence in numbered)
        assert (BACK in labels) == bool(found)
        found += numbered
        if FURTHER not in labels:
            break
        seen = phone.tap(FURTHER)
    assert found == wanted
    phone.tap(BACK)
    assert button(stage, phone, wanted[AT_ONCE])
    assert SHORT in phone.tap(SUBJECTS).words


def test_a_sentence_goes_to_the_teacher_in_exact_dutch(stage: Stage) -> None:
    """It needs no translator, and is labelled honestly while no native reader has seen it."""
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(WRITE)
    phone.tap("Kuba")
    phone.tap(OPEN)
    phone.tap(SHORT)
    phone.tap(FURTHER)
    phone.tap(button(stage, phone, "I will answer later."))
    assert stage.said() == ["I will answer later."]
    [dutch] = [one for one in stage.all(Translation) if one.language == "nl"]
    assert (dutch.words, dutch.origin) == ("Ik antwoord later.", "phrasebook")


def test_a_teacher_chooses_too(stage: Stage) -> None:
    """Sentences of teachers, for a message to a parent."""
    phone = stage.joined(stage.cast.marieke)
    phone.tap("Kuba")
    phone.tap(next(one for one in stage.labels(phone) if stage.cast.pieter.name in one))
    phone.tap(OPEN)
    phone.tap(NEWS)
    phone.tap(button(stage, phone, "Your child had a good day."))
    [message] = stage.all(Message)
    assert message.from_school
    assert stage.said() == ["Your child had a good day."]


def test_sentences_of_an_earlier_question_answer_nothing(stage: Stage) -> None:
    """The list of the first question is tapped when the second stands there: the person is told, nothing is stored."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.tap(OPEN)
    phone.tap(WORRIES)
    label = button(stage, phone, PHRASES.sentences["en"]["worry_general"])
    phone.say("Pieter.")
    seen = phone.tap_old(label).words
    assert fixed("phrases.old") in seen
    assert stage.answers() == {"BO01": ([], "Pieter.")}
    assert stage.said() == ["Pieter."]


def test_a_language_without_sentences_offers_none(stage: Stage) -> None:
    """No button that leads nowhere."""
    only_dutch = replace(PHRASES, sentences={"nl": PHRASES.sentences["nl"]})
    stage.tools = replace(stage.tools, phrasebook=Phrasebook((), only_dutch))
    phone = stage.joined(stage.cast.pieter)
    assert OPEN not in phone.tap(PREPARE).words
