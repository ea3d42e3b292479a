"""Another language is suggested once, where shared words were clearly in it, and is one tap away."""

from collections.abc import Sequence

import pytest

from bot.demo.phones import DirectPhone, Seen
from bot.model.people import Person
from bot.model.suggestion import LanguageSuggestion
from tests.assistant.labels import PREPARE, SHARE, asked, fixed
from tests.assistant.stage import Stage

POLISH = "Kuba bardzo lubi pociągi i rysuje je codziennie w domu."
DUTCH = "Kuba houdt veel van treinen en tekent ze elke dag thuis."
ENGLISH = "Kuba loves trains and draws them every day at home."
YES_POLISH = fixed("suggestion.yes_button", "pl", name="Polski")
KEEP_ENGLISH = fixed("suggestion.no_button", name="English")
IN_ENGLISH = fixed("suggestion.question", name="Polski")
IN_POLISH = fixed("suggestion.question", "pl", name="Polski")


@pytest.fixture
def phone(stage: Stage) -> DirectPhone:
    """Pieter's confirmed phone; he chose English."""
    return stage.joined(stage.cast.pieter)


def _write(phone: DirectPhone, words: str) -> Seen:
    """A message to the teacher, which is shared by being sent."""
    phone.command("write")
    return phone.say(words)


def _asked(stage: Stage, person: Person) -> list[str]:
    return [one.language for one in stage.all(LanguageSuggestion) if one.person_id == person.id]


def test_it_is_asked_in_both_languages(stage: Stage, phone: DirectPhone) -> None:
    """Who chose English and writes Polish is asked in both, and nothing is changed by the guess."""
    seen = _write(phone, POLISH)
    assert seen.bubbles[-1].words.split("\n\n") == [IN_ENGLISH, IN_POLISH]
    assert seen.bubbles[-1].buttons == (YES_POLISH, KEEP_ENGLISH)
    assert stage.person(stage.cast.pieter).language == "en"
    assert _asked(stage, stage.cast.pieter) == ["pl"]


def test_yes_and_one_tap_back(stage: Stage, phone: DirectPhone) -> None:
    """One tap changes the language, one more brings the old one back, named in the old one."""
    _write(phone, POLISH)
    seen = phone.tap(YES_POLISH)
    assert fixed("language.chosen", "pl", name="Polski") in seen.words
    assert stage.person(stage.cast.pieter).language == "pl"
    seen = phone.tap(fixed("suggestion.back_button", name="English"))
    assert fixed("language.chosen", name="English") in seen.words
    assert stage.person(stage.cast.pieter).language == "en"


def test_after_no_never_again(stage: Stage, phone: DirectPhone) -> None:
    """Who keeps the language is not asked about that one again, however much is written in it."""
    _write(phone, POLISH)
    assert fixed("suggestion.kept", name="English") in phone.tap(KEEP_ENGLISH).words
    assert IN_ENGLISH not in _write(phone, POLISH + " " + POLISH).words
    assert stage.person(stage.cast.pieter).language == "en"
    assert "Nederlands" in _write(phone, DUTCH).bubbles[-1].words  # another language is another question
    assert _asked(stage, stage.cast.pieter) == ["pl", "nl"]


def test_without_an_answer_it_is_not_asked_again(phone: DirectPhone) -> None:
    """A person who does not care is left in peace."""
    assert IN_ENGLISH in _write(phone, POLISH).words
    assert IN_ENGLISH not in _write(phone, POLISH + " " + POLISH).words


def test_nothing_is_looked_at_before_it_is_shared(stage: Stage, phone: DirectPhone) -> None:
    """A draft says nothing yet; when it is shared the question comes, once for all answers together."""
    phone.tap(PREPARE)
    seen = [phone.say(POLISH), phone.say(POLISH)]
    assert _asked(stage, stage.cast.pieter) == []
    assert all(IN_ENGLISH not in one.words for one in seen)
    while SHARE not in stage.labels(phone):
        phone.tap(fixed("preparation.skip_button"))
    assert phone.tap(SHARE).words.count(KEEP_ENGLISH) == 1


def test_the_question_stands_there_again_in_the_new_language(phone: DirectPhone) -> None:
    """Who is in the middle of a preparation goes on with the same question."""
    phone.tap(PREPARE)
    _write(phone, POLISH)
    assert asked("BO01", "pl") in phone.tap(YES_POLISH).words


@pytest.mark.parametrize(
    "words",
    [
        "Dzień dobry!",  # fewer than three words
        ENGLISH,  # the language that is chosen
        "Kuba liebt Züge und zeichnet sie jeden Tag zu Hause sehr gern.",  # no language of this school
        "كوبا يحب القطارات كثيرا ويرسمها كل يوم في البيت.",  # a script that no language here is written in
        "ok 👍 haha",
    ],
)
def test_no_question_in_doubt(stage: Stage, phone: DirectPhone, words: str) -> None:
    """A greeting, the own language and languages that are not offered bring no question."""
    _write(phone, words)
    assert _asked(stage, stage.cast.pieter) == []


def test_a_teacher_is_not_asked(stage: Stage) -> None:
    """What a teacher writes to a Polish mother says nothing about the language of the desk."""
    phone = stage.joined(stage.cast.marieke)
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, POLISH)
    assert IN_ENGLISH not in phone.looks().words
    assert stage.all(LanguageSuggestion) == []


def test_it_is_asked_where_the_person_is(stage: Stage) -> None:
    """Of two phones only the one that was used last hears it, and the other parent never does."""
    phones = [stage.joined(stage.cast.pieter) for _ in range(2)]
    other = stage.joined(stage.cast.agnieszka)
    _write(phones[0], "See you.")
    assert IN_ENGLISH in _write(phones[0], POLISH).words
    assert _nothing_asked([phones[1], other])


def _nothing_asked(phones: Sequence[DirectPhone]) -> bool:
    return all(IN_ENGLISH not in phone.looks().words for phone in phones)


def test_a_person_without_a_chat_is_asked_later(stage: Stage) -> None:
    """Words that came by another way use up no question."""
    stage.write(stage.cast.pieter, stage.cast.kuba, stage.cast.pieter, POLISH)
    assert stage.all(LanguageSuggestion) == []
    assert IN_ENGLISH in _write(stage.joined(stage.cast.pieter), POLISH + " " + POLISH).words
