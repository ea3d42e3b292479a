"""How a conversation goes from one screen to another."""

from dataclasses import replace

from bot.dialog import route
from bot.dialog.effects import OtherAsked, QuestionAsked, ReviewShown, RunFinished, RunStopped, Screen
from bot.dialog.script import AnswerKind, Question, Script
from bot.dialog.state import Mode, State


def to_mode(state: State, mode: Mode) -> State:
    """Another screen at the same place; every other screen has a higher step."""
    return replace(state, mode=mode, step=state.step + 1)


def to_question(state: State, question_id: str, *, to_review: bool = False) -> State:
    """This question stands on the screen; with `to_review` the review comes right after it."""
    return replace(state, position=question_id, mode=Mode.ASKING, to_review=to_review, step=state.step + 1)


def to_the_review(state: State) -> State:
    """The review stands on the screen."""
    return replace(state, mode=Mode.REVIEW, to_review=False, step=state.step + 1)


def stop(state: State) -> State:
    """The run waits, and knows where it will go on."""
    return replace(to_mode(state, Mode.STOPPED), stopped_from=state.mode)


def onward(script: Script, state: State) -> State:
    """The next question that is still open, or the review when none is (or when one came from there)."""
    if state.to_review:
        return to_the_review(state)
    following = route.next_open(script, state)
    return to_question(state, following.id) if following else to_the_review(state)


def settle(script: Script, state: State) -> State:
    """A state that stands on the way: where the question asked no longer applies, one goes onward."""
    if state.mode not in (Mode.ASKING, Mode.OTHER):
        return state
    question = route.current(script, state)
    if question is None:
        return onward(script, state)
    if state.mode is Mode.OTHER and not question.other:
        return to_mode(state, Mode.ASKING)
    return state


def screen(script: Script, state: State) -> Screen:
    """What stands on the screen now."""
    match state.mode:
        case Mode.ASKING:
            question = route.current(script, state)
            done, total = route.progress(script, state)
            chosen = selected(state, question) if question else ()
            return QuestionAsked(state.position, state.step, done, total, chosen)
        case Mode.OTHER:
            return OtherAsked(state.position, state.step, *route.progress(script, state))
        case Mode.REVIEW:
            return ReviewShown(state.step, *route.answered(script, state))
        case Mode.STOPPED:
            return RunStopped(state.step)
        case Mode.FINISHED:
            return RunFinished(state.step)


def selected(state: State, question: Question) -> tuple[str, ...]:
    """What is chosen so far at this question: not yet confirmed, or as it was answered earlier."""
    earlier = state.answers.get(question.id)
    chosen = state.drafts.get(question.id, earlier.choices if earlier else ())
    if question.answer in (AnswerKind.DATE, AnswerKind.TIME):
        return chosen
    return tuple(key for key in question.keys if key in chosen)
