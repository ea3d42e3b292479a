"""Words of the school: asked for anywhere, chosen from a list, tapped below a question; nothing is answered by it."""

import logging
from dataclasses import replace

import pytest

from bot.assistant.school_words import AT_ONCE
from bot.demo.phones import DirectPhone
from bot.model.messages import Message
from bot.translation.school_words import SchoolWordFinder
from tests.assistant.labels import MENU, MORE, PREPARE, SKIP, WRITE, asked, fixed
from tests.assistant.stage import Stage
from tests.cast import shipped_school_words

KNOWN = shipped_school_words()
OPEN, FURTHER, BACK, TO_QUESTION = (
    fixed(f"school_words.{name}_button") for name in ("open", "further", "back", "question")
)
SEND_AGAIN = "Was this your answer? Then send it again."


def means(key: str, language: str = "en") -> str:
    """What the word means."""
    return KNOWN.words[language][key].means


def test_a_word_is_asked_for_while_a_question_waits(stage: Stage) -> None:
    """The explanation comes, then the same question again; nothing counts as an answer."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    seen = phone.say("What is studiedag?").words
    assert means("studiedag") in seen
    assert SEND_AGAIN in seen
    assert seen.index(means("studiedag")) < seen.index(asked("BO01"))
    assert stage.answers() == {}
    assert stage.said() == []
    assert asked("BO02") in phone.say("A quiet child.").words
    assert stage.answers() == {"BO01": ([], "A quiet child.")}


def test_the_same_question_sent_again_is_the_answer(stage: Stage) -> None:
    """Who wants the school to read the question itself sends it twice; another place asks anew."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.say("What is studiedag?")
    assert asked("BO02") in phone.say("What is studiedag?").words
    assert stage.answers() == {"BO01": ([], "What is studiedag?")}
    phone.tap(SKIP)
    assert means("studiedag") in phone.say("What is studiedag?").words
    assert list(stage.answers()) == ["BO01"]


def test_a_sentence_that_holds_more_is_an_answer(stage: Stage) -> None:
    """Only the whole text asks; a word that nobody knows is no question to us either."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    for words in ("What is a studiedag good for, my child asks.", "What is love?"):
        assert KNOWN.words["en"]["studiedag"].means not in phone.say(words).words
        assert stage.said()[-1] == words


def test_a_message_to_the_teacher_still_waits(stage: Stage) -> None:
    """Asked in the middle of a message, the word is explained, and the next words go to the teacher."""
    phone = stage.joined(stage.cast.pieter)
    before = phone.tap(WRITE).words
    seen = phone.say("what does IB\u2019er mean??").words
    assert means("intern_begeleider") in seen
    assert before.splitlines()[0] in seen
    assert stage.all(Message) == []
    phone.say("See you tomorrow.")
    assert stage.said() == ["See you tomorrow."]
    assert len(stage.all(Message)) == 1


def test_a_form_of_the_teacher_goes_on(stage: Stage) -> None:
    """A teacher asks in the middle of a form; its question stands there again, and nothing was filled in."""
    phone = stage.joined(stage.cast.marieke)
    phone.tap("Kuba")
    question = phone.tap(fixed("group.propose_button")).words.splitlines()[-1]
    seen = phone.say("what is an OPP").words
    assert means("ontwikkelingsperspectief") in seen
    assert question in seen
    assert stage.said() == []


@pytest.mark.parametrize(
    ("language", "question", "key"),
    [
        ("nl", "Wat is een studiedag?", "studiedag"),
        ("pl", "Co to jest studiedag?", "studiedag"),
        ("pl", "co to jest dzien szkoleniowy", "studiedag"),
        ("pl", "Co to jest groep 3?", "groep"),
        ("pl", "wat is grupa 3", "groep"),
    ],
)
def test_nothing_waits(stage: Stage, language: str, question: str, key: str) -> None:
    """In any language, by either name, without diacritics; nothing is kept, and the menu is one tap away."""
    phone = stage.joined(stage.cast.agnieszka)
    with stage.database.writing() as session:
        stage.cast.at(session).agnieszka.language = language
    seen = phone.say(question).words
    assert means(key, language) in seen
    assert SEND_AGAIN not in seen
    assert fixed("menu.menu_button", language) in seen
    assert stage.said() == []


def test_a_language_without_explanations_shows_dutch_and_says_so(stage: Stage) -> None:
    """Honestly labelled."""
    only_dutch = replace(KNOWN, words={"nl": KNOWN.words["nl"]})
    stage.tools = replace(stage.tools, school_words=SchoolWordFinder(only_dutch))
    phone = stage.joined(stage.cast.pieter)
    seen = phone.say("What is studiedag?").words
    assert means("studiedag", "nl") in seen
    assert "This explanation is not translated yet." in seen


def test_all_words_eight_at_a_time(stage: Stage) -> None:
    """From the menu, further and back; a tapped word is explained and leads back to its page."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(MORE)
    phone.tap(OPEN)
    found: list[str] = []
    while True:
        labels = stage.labels(phone)
        words = [one for one in labels if one not in {FURTHER, BACK, MENU}]
        assert 0 < len(words) <= AT_ONCE
        assert (BACK in labels) == bool(found)
        found += words
        if FURTHER not in labels:
            break
        phone.tap(FURTHER)
    assert len(found) == len(set(found)) == len(KNOWN.words["nl"])
    assert means("zittenblijven") in phone.tap(found[-1]).words
    phone.tap(OPEN)
    assert found[-1] in stage.labels(phone)


def test_the_list_leads_back_to_the_question(stage: Stage) -> None:
    """The command opens it while a question waits; one tap shows the question again."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.command("word")
    assert asked("BO01") in phone.tap(TO_QUESTION).words


def test_a_question_names_its_words(stage: Stage) -> None:
    """Below a question with such a word stands a button; tapped, it explains, and the question still waits."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    button = f"📖 {KNOWN.words['en']['leerkracht'].shown}"
    assert button not in stage.labels(phone)
    _until(stage, phone, "BO08")
    assert means("leerkracht") in phone.tap(button).words
    assert stage.answers() == {}


def _until(stage: Stage, phone: DirectPhone, question: str) -> None:
    for _ in range(20):
        if asked(question) in phone.tap(SKIP).words:
            return
    raise AssertionError(stage.labels(phone))


def test_no_log_line_carries_the_words(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """What a person asks is nobody's business."""
    caplog.set_level(logging.DEBUG)
    phone = stage.joined(stage.cast.pieter)
    phone.say("What is studiedag?")
    assert "studiedag" not in caplog.text.casefold()
