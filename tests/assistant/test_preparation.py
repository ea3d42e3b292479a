"""The preparation in the chat: one question at a time, review, sharing."""

import pytest
from sqlalchemy import select

from bot.demo.phones import DirectPhone, Seen
from bot.model.preparation import Answer, AnswerHistory, Run, Share
from bot.model.translation import Attachment, Saying
from tests.assistant.labels import (
    ADD_MORE,
    BACK,
    CHILD,
    EACH,
    EXAMPLE,
    GO_ON,
    MENU,
    OTHER,
    PREPARE,
    READY,
    SHARE,
    SKIP,
    STALE,
    START_OVER,
    STOP,
    WHY,
    asked,
    choice,
    fixed,
)
from tests.assistant.stage import Stage

WORDS = "Een vrolijke jongen."


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's confirmed phone, standing at the first question about Kuba."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    return phone


def _skip(phone: DirectPhone, times: int) -> Seen:
    for _time in range(times):
        seen = phone.tap(SKIP)
    return seen


def _to_review(phone: DirectPhone) -> Seen:
    """Everything that is still open is skipped."""
    while MENU not in (seen := phone.tap(SKIP)).words:
        pass
    return seen


def _shares(stage: Stage) -> dict[str, str]:
    return {answer.question: answer.share for answer in stage.all(Answer)}


def test_one_question_at_a_time(pieter: DirectPhone) -> None:
    """Each message holds one question, how far one is, and the ways to skip and to stop (002-prep-form)."""
    seen = pieter.say(WORDS)
    assert len(seen.bubbles) == 1
    assert seen.words.startswith("Kuba · 2 of 15")
    assert asked("BO02") in seen.words
    assert {SKIP, STOP, BACK} <= set(seen.bubbles[0].buttons)


def test_the_first_question_tells_what_comes(stage: Stage) -> None:
    """Before the first question stands whom it is about and that one can stop; later it does not come again."""
    phone = stage.joined(stage.cast.pieter)
    intro = fixed("preparation.intro", child="Kuba", intro="…", minutes=10, fallback=False).rpartition("\n")[
        2
    ]
    assert intro in phone.tap(PREPARE).words
    phone.tap(STOP)
    assert intro not in phone.tap(GO_ON).words


def test_example_and_why(pieter: DirectPhone) -> None:
    """Both are one tap away and change nothing."""
    for button in (EXAMPLE, WHY):
        assert len(pieter.tap(button).bubbles) == 1
    assert "Kuba · 2 of 15" in pieter.say(WORDS).words


def test_several_choices_in_one_message(stage: Stage, pieter: DirectPhone) -> None:
    """Marking and unmarking changes the same message; ready makes it the answer."""
    pieter.tap(SKIP)
    before = len(pieter.bubbles)
    seen = pieter.tap(choice("BO02", "sport"))
    assert "✓ " + choice("BO02", "sport") in seen.words
    pieter.tap(choice("BO02", "lezen"))
    pieter.tap("✓ " + choice("BO02", "sport"))
    assert len(pieter.bubbles) == before
    assert fixed("preparation.too_many", most=3) not in pieter.tap(READY).words
    assert stage.answers() == {"BO02": (["lezen"], None)}


def test_not_more_than_three(stage: Stage, pieter: DirectPhone) -> None:
    """Where at most three can be chosen, the fourth is refused kindly and the three stay."""
    _skip(pieter, 11)
    for key in ("blij", "vrienden", "lezen"):
        pieter.tap(choice("BO09", key))
    assert fixed("preparation.too_many", most=3) in pieter.tap(choice("BO09", "rekenen")).words
    pieter.tap(READY)
    assert stage.answers()["BO09"][0] == ["blij", "vrienden", "lezen"]


def test_something_else_opens_own_words(stage: Stage, pieter: DirectPhone) -> None:
    """'Something else' asks for words and keeps what was chosen beside it."""
    pieter.tap(SKIP)
    pieter.tap(choice("BO02", "sport"))
    seen = pieter.tap(OTHER)
    assert fixed("preparation.other_words", ask=asked("BO02")) in seen.words
    pieter.say("Koken met opa.")
    assert stage.answers() == {"BO02": (["sport", "other"], "Koken met opa.")}


def test_the_label_can_be_typed(stage: Stage, pieter: DirectPhone) -> None:
    """Who types a choice instead of tapping it has chosen it, in any language, and nothing else is asked."""
    pieter.tap(SKIP)
    assert "✓ " + choice("BO02", "lezen") in pieter.say("lezen").words
    pieter.tap(READY)
    _skip(pieter, 2)
    assert "Kuba · 6 of 15" in pieter.say(choice("BO05", "vaak", "pl") + ".").words
    assert stage.answers() == {"BO02": (["lezen"], None), "BO05": (["vaak"], None)}
    assert stage.said() == []


def test_a_voice_message_is_an_answer(stage: Stage, pieter: DirectPhone) -> None:
    """Every open question accepts a voice message or a photo (002-cannot-write)."""
    assert fixed("preparation.thanks_file") in pieter.voice().words
    pieter.tap(SKIP)
    pieter.photo()
    assert set(stage.answers()) == {"BO01", "BO03"}
    assert [file.kind for file in stage.all(Attachment)] == ["voice", "photo"]


def test_words_that_a_question_cannot_use(stage: Stage, pieter: DirectPhone) -> None:
    """A question with buttons only does not lose what was said: it asks what it is for and stands again."""
    _skip(pieter, 4)
    for said in (pieter.voice(), pieter.say("Dat verschilt per dag.")):
        assert fixed("loose.what_for", child="Kuba") in said.words
        assert asked("BO05") in said.words
    assert "Dat verschilt per dag." in stage.said()
    assert stage.answers() == {}


def test_skip_back_stop_and_go_on(stage: Stage, pieter: DirectPhone) -> None:
    """Nothing is compulsory, and after days one goes on where one was (002-prep-form, 002-cannot-write)."""
    pieter.say(WORDS)
    pieter.tap(SKIP)
    assert "Kuba · 2 of 15" in pieter.tap(BACK).words
    pieter.tap(STOP)
    stage.clock.move(days=5)
    assert "Kuba · 2 of 15" in pieter.tap(GO_ON).words
    assert stage.answers() == {"BO01": ([], WORDS)}


def test_words_after_stopping_are_not_an_answer(stage: Stage, pieter: DirectPhone) -> None:
    """After a stop nothing is taken for an answer by mistake; it is asked what it is for."""
    pieter.tap(STOP)
    assert fixed("loose.what_for", child="Kuba") in pieter.say(WORDS).words
    assert stage.answers() == {}
    assert stage.said() == [WORDS]


def test_an_answer_given_before_is_said_to_be_replaced(stage: Stage, pieter: DirectPhone) -> None:
    """Back at a question it says that it was answered; a new answer takes its place, with history."""
    pieter.say(WORDS)
    seen = pieter.tap(BACK)
    without = fixed(
        "preparation.question",
        child="Kuba",
        number=1,
        total=15,
        ask=asked("BO01"),
        hint=None,
        sensitive=False,
        voice=True,
        most=None,
        several=False,
        answered=False,
        fallback=False,
    )
    assert seen.bubbles[0].words.startswith(without)
    assert seen.bubbles[0].words != without
    pieter.say("Een rustige jongen.")
    assert stage.answers() == {"BO01": ([], "Een rustige jongen.")}
    assert len(stage.all(AnswerHistory)) == 1


def test_the_review_shows_everything_and_shares_nothing(stage: Stage, pieter: DirectPhone) -> None:
    """All answers stand there with their state; nobody at school reads them yet (002-prep-form)."""
    pieter.say(WORDS)
    seen = _to_review(pieter)
    assert asked("BO01") in seen.words
    assert WORDS in seen.words
    assert _shares(stage) == {"BO01": Share.DRAFT}
    assert {SHARE, EACH, ADD_MORE, START_OVER, MENU} == set(seen.bubbles[-1].buttons)


def test_one_tap_shares_all_but_the_sensitive(stage: Stage, pieter: DirectPhone) -> None:
    """What is sensitive stays with the parent, who is told and can look at it (002-home-situation)."""
    pieter.say(WORDS)
    _skip(pieter, 2)
    pieter.say("Lang stilzitten is nog lastig.")
    _to_review(pieter)
    seen = pieter.tap(SHARE)
    shared = fixed("preparation.shared", child="Kuba", teachers=["juf Marieke"], shared=1, held_back=1)
    assert seen.bubbles[0].words == shared
    assert _shares(stage) == {"BO01": Share.SHARED, "BO04": Share.HELD_BACK}
    assert fixed("preparation.see_held_back_button") in seen.words


def test_share_hold_back_and_take_back_one_by_one(stage: Stage, pieter: DirectPhone) -> None:
    """Each answer is its owner's to share, keep and take back (002-prep-form)."""
    pieter.say(WORDS)
    _to_review(pieter)
    pieter.tap(EACH)
    pieter.tap(fixed("preparation.answer_label", ask=asked("BO01"), share="draft"))
    for button, state in (
        ("hold_back", Share.HELD_BACK),
        ("share_one", Share.SHARED),
        ("take_back", Share.WITHDRAWN),
        ("share_one", Share.SHARED),
    ):
        pieter.tap(fixed(f"preparation.{button}_button"))
        assert _shares(stage) == {"BO01": state}


def test_an_answer_can_be_changed_from_the_review(stage: Stage, pieter: DirectPhone) -> None:
    """Changing one answer leads back to the review; a shared one is a draft again."""
    pieter.say(WORDS)
    _to_review(pieter)
    pieter.tap(SHARE)
    pieter.tap(PREPARE)
    pieter.tap(EACH)
    pieter.tap(fixed("preparation.answer_label", ask=asked("BO01"), share="shared"))
    pieter.tap(fixed("preparation.change_button"))
    seen = pieter.say("Een rustige jongen.")
    assert "Een rustige jongen." in seen.words
    assert SHARE in seen.words
    assert _shares(stage) == {"BO01": Share.DRAFT}


def test_skipped_questions_can_be_answered_later(stage: Stage, pieter: DirectPhone) -> None:
    """'Answer more' leads through the questions without an answer, one after the other."""
    pieter.say(WORDS)
    _to_review(pieter)
    assert asked("BO02") in pieter.tap(ADD_MORE).words
    pieter.tap(SKIP)
    assert asked("BO03") in pieter.tap(ADD_MORE).words
    assert SHARE in pieter.say("Fietsen.").words
    assert set(stage.answers()) == {"BO01", "BO03"}


def test_an_old_share_button_shares_nothing_unseen(stage: Stage, pieter: DirectPhone) -> None:
    """Only what stands on the review is shared: once something was added, the review is shown first."""
    pieter.say(WORDS)
    _to_review(pieter)
    pieter.tap(ADD_MORE)
    pieter.tap(choice("BO02", "sport"))
    pieter.tap(READY)
    seen = pieter.tap_old(SHARE)
    assert STALE in seen.words
    assert choice("BO02", "sport") in seen.words
    assert set(_shares(stage).values()) == {Share.DRAFT}
    pieter.tap(SHARE)
    assert set(_shares(stage).values()) == {Share.SHARED}


def test_start_over_asks_first_and_works_once(stage: Stage, pieter: DirectPhone) -> None:
    """Everything goes only after a yes; the same yes of another day takes nothing away."""
    pieter.say(WORDS)
    _to_review(pieter)
    pieter.tap(START_OVER)
    assert WORDS in pieter.tap(fixed("preparation.start_over_no")).words
    pieter.tap(START_OVER)
    yes = fixed("preparation.start_over_yes")
    assert asked("BO01") in pieter.tap(yes).words
    assert stage.said() == []
    assert WORDS not in stage.shown_at(pieter)
    pieter.say("Een rustige jongen.")
    assert STALE in pieter.tap(yes).words
    assert stage.answers() == {"BO01": ([], "Een rustige jongen.")}


def test_a_sensitive_question_warns_before_it_is_answered(pieter: DirectPhone) -> None:
    """The warning stands in the question itself (002-home-situation)."""
    seen = _skip(pieter, 3)
    assert asked("BO04") in seen.words
    assert "⚠️" in seen.words


def test_two_phones_of_one_person(stage: Stage, pieter: DirectPhone) -> None:
    """One preparation on two phones: the second goes on where the first was; old buttons of the first are stale."""
    second = stage.joined(stage.cast.pieter)
    pieter.say(WORDS)
    assert "Kuba · 2 of 15" in second.tap(PREPARE).words
    second.tap(SKIP)
    seen = pieter.tap(SKIP)
    assert STALE in seen.words
    assert "Kuba · 3 of 15" in seen.words
    assert len(stage.all(Run)) == 1


def test_two_children_apart(stage: Stage) -> None:
    """Answers about Kuba and about Zosia never mix, whichever way a mother goes between them."""
    phone = stage.joined(stage.cast.agnieszka)
    for name, words in (("Kuba", "Kuba lubi się śmiać."), ("Zosia", "Zosia jest spokojna.")):
        phone.command("menu")
        phone.tap(CHILD)
        phone.tap(name)
        phone.tap(PREPARE)
        phone.say(words)
    with stage.reading() as session:
        rows = session.execute(
            select(Run.child_id, Saying.original).join(Answer, Answer.run_id == Run.id).join(Saying)
        )
        found = {tuple(row) for row in rows}
    cast = stage.cast
    assert found == {(cast.kuba.id, "Kuba lubi się śmiać."), (cast.zosia.id, "Zosia jest spokojna.")}
