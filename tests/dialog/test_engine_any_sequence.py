"""Whatever a person does, in whatever order, with the state saved and reloaded between every two turns."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialog import inputs as wish
from bot.dialog.effects import (
    AnswerGiven,
    AnswersCleared,
    Effect,
    InputStale,
    OtherAsked,
    QuestionAsked,
    QuestionSkipped,
    ReviewShown,
    Screen,
)
from bot.dialog.engine import advance, begin
from bot.dialog.inputs import Input
from bot.dialog.moves import screen
from bot.dialog.route import applicable
from bot.dialog.script import OTHER, AnswerKind, Script
from bot.dialog.state import Mode, State
from bot.dialog.typed import understood_value
from tests.dialog.scripts import script

SCRIPT = script()
IDS = [question.id for question in SCRIPT.questions]
KEYS = sorted({key for question in SCRIPT.questions for key in question.keys})

steps = st.sampled_from([0, 0, 0, 0, -1, -2, 1])  # how far from the screen's own step; mostly right
keys = st.sampled_from([*KEYS, "2026-12-01", "14:30", "nothing"])
words = st.one_of(
    st.sampled_from(
        ["", " ", "Lezen", "tak", "nee", "often", "1 12", "31-2", "14u30", "Kuba houdt van koken", "👍"]
    ),
    st.text(max_size=12),
)
questions = st.sampled_from([*IDS, "nowhere"])
wishes = st.one_of(
    st.builds(wish.Choose, steps, keys),
    st.builds(wish.Choose, st.just(0), keys),
    st.builds(wish.Ready, steps),
    st.builds(wish.Skip, steps),
    st.builds(wish.Back, steps),
    st.builds(wish.Say, words, st.booleans()),
    st.builds(wish.Correct, questions, words, st.booleans()),
    st.builds(wish.Change, questions),
    st.sampled_from([wish.Stop(), wish.Resume(), wish.ShowReview(), wish.Finish(), wish.StartOver()]),
)
facts = st.fixed_dictionaries({"grade": st.integers(1, 8), "today": st.sampled_from(["2026-10-05", ""])})


def placed(wished: Input, state: State) -> Input:
    """The wish with the step counted from the screen that stands."""
    match wished:
        case wish.Choose(step, key):
            return wish.Choose(state.step + step, key)
        case wish.Ready(step):
            return wish.Ready(state.step + step)
        case wish.Skip(step):
            return wish.Skip(state.step + step)
        case wish.Back(step):
            return wish.Back(state.step + step)
    return wished


def assert_valid(script_: Script, state: State) -> None:
    """The state stands on the way and holds only what its questions can hold."""
    way = {question.id: question for question in applicable(script_, state)}
    if state.mode in (Mode.ASKING, Mode.OTHER):
        assert state.position in way
    if state.mode is Mode.OTHER:
        assert way[state.position].other
    for question_id, chosen in [
        *((key, answer.choices) for key, answer in state.answers.items()),
        *state.drafts.items(),
    ]:
        question = script_.question(question_id)
        assert question is not None
        if question.answer in (AnswerKind.DATE, AnswerKind.TIME):
            assert [understood_value(question.answer, value, "") for value in chosen] == list(chosen)
        else:
            assert set(chosen) <= set(question.keys)
        if question.answer is not AnswerKind.SEVERAL:
            assert len(chosen) <= 1
        assert question.most is None or len(chosen) <= question.most
    for answer in state.answers.values():
        assert bool(answer.choices or answer.words or answer.voice) != answer.skipped
        assert OTHER not in answer.choices or answer.words or answer.voice


def assert_screen(script_: Script, before: State, after: State, effects: tuple[Effect, ...]) -> None:
    """The one screen is the last effect, tells the truth, and has a new step when it is a new one."""
    shown = [effect for effect in effects if isinstance(effect, Screen)]
    assert shown == [effects[-1]]
    assert shown[0] == screen(script_, after)
    assert shown[0].step == after.step
    assert after.step >= before.step
    if (after.mode, after.position) != (before.mode, before.position) and after.mode is not Mode.STOPPED:
        assert after.step > before.step
    total = len(applicable(script_, after))
    match shown[0]:
        case QuestionAsked(done=done, total=shown_total) | OtherAsked(done=done, total=shown_total):
            assert 0 <= done < shown_total == total
        case ReviewShown(done=done, total=shown_total):
            assert 0 <= done <= shown_total == total


def assert_nothing_lost(before: State, after: State, effects: tuple[Effect, ...], done: Input) -> None:
    """An answer goes only by clearing or answering anew; marks also by skipping their question."""
    if AnswersCleared() in effects:
        assert not after.answers
        return
    given_now = {effect.question: effect for effect in effects if isinstance(effect, AnswerGiven)}
    skipped_now = {effect.question for effect in effects if isinstance(effect, QuestionSkipped)}
    for question_id, answer in before.answers.items():
        if question_id not in given_now:
            assert after.answers[question_id] == answer
    for question_id, effect in given_now.items():
        answer = after.answers[question_id]
        assert answer.choices == effect.choices
        assert (answer.words or answer.voice) == (effect.with_words or effect.keeps_words)
        assert not (effect.with_words and effect.keeps_words)
    for question_id in skipped_now:
        assert after.answers[question_id].skipped
    assert set(after.answers) - set(before.answers) <= set(given_now) | skipped_now
    passed = {before.position} if isinstance(done, wish.Skip) else set()
    assert set(before.drafts) - set(after.drafts) <= set(given_now) | passed


@settings(max_examples=250, deadline=None)
@given(facts, st.lists(wishes, max_size=40))
def test_no_sequence_breaks_a_talk_or_loses_an_answer(
    known: dict[str, str | int], wished: list[Input]
) -> None:
    """No error, a valid state, one true screen, and no answer lost (002-prep-form)."""
    state, effects = begin(SCRIPT, known)
    assert effects == (screen(SCRIPT, state),)
    for one in wished:
        before = State.from_json(state.to_json())
        assert before == state
        done = placed(one, before)
        state, effects = advance(SCRIPT, before, done)
        assert_valid(SCRIPT, state)
        assert_screen(SCRIPT, before, state, effects)
        assert_nothing_lost(before, state, effects, done)


@settings(max_examples=100, deadline=None)
@given(facts, st.lists(wishes, max_size=20), st.integers(1, 5), keys)
def test_a_stale_tap_changes_nothing(
    known: dict[str, str | int], wished: list[Input], age: int, key: str
) -> None:
    """In any state every button of an older screen gives the current screen and the very same state."""
    state, _ = begin(SCRIPT, known)
    for one in wished:
        state, _ = advance(SCRIPT, state, placed(one, state))
    old = state.step - age
    for tap in (wish.Choose(old, key), wish.Ready(old), wish.Skip(old), wish.Back(old)):
        assert advance(SCRIPT, state, tap) == (state, (InputStale(), screen(SCRIPT, state)))


@settings(max_examples=100, deadline=None)
@given(facts, st.lists(wishes, max_size=20))
def test_from_anywhere_skipping_leads_to_the_review(known: dict[str, str | int], wished: list[Input]) -> None:
    """No state is a dead end: skipping reaches the review in as many turns as there are questions."""
    state, _ = begin(SCRIPT, known)
    for one in wished:
        state, _ = advance(SCRIPT, state, placed(one, state))
    state, effects = advance(SCRIPT, state, wish.Resume())
    for _ in SCRIPT.questions:
        if state.mode in (Mode.ASKING, Mode.OTHER):
            state, effects = advance(SCRIPT, state, wish.Skip(state.step))
    assert state.mode in (Mode.REVIEW, Mode.FINISHED)
    state, effects = advance(SCRIPT, state, wish.ShowReview())
    assert isinstance(effects[-1], ReviewShown)
