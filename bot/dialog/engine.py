"""The conversation engine: what a person does, in; what came of it, out.

Pure and total: any input in any state gives a valid state and at least one effect, the last of which is the
screen to show. Nothing is sent, stored or timed here, and no words of a person are kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from bot.dialog import effects as happened
from bot.dialog import inputs as wish
from bot.dialog import moves, route
from bot.dialog.answering import Turn, choose, confirm, correct, say
from bot.dialog.effects import Effect
from bot.dialog.inputs import Input
from bot.dialog.script import Script
from bot.dialog.state import Answer, Mode, State

Steering = wish.Stop | wish.Resume | wish.StartOver | wish.ShowReview | wish.Finish


def begin(script: Script, facts: Mapping[str, str | int]) -> tuple[State, tuple[Effect, ...]]:
    """A new run, standing at its first question (at the review when no question applies)."""
    state = moves.settle(script, State(facts=dict(facts)))
    return state, (moves.screen(script, state),)


def advance(script: Script, state: State, wished: Input) -> tuple[State, tuple[Effect, ...]]:
    """The state and the effects after one input; the last effect is the screen that stands now."""
    after, facts = _turn(script, moves.settle(script, state), wished)
    after = moves.settle(script, after)
    return after, (*facts, moves.screen(script, after))


def _turn(script: Script, state: State, wished: Input) -> Turn:  # noqa: PLR0911  one case per wish
    if isinstance(wished, wish.Choose | wish.Ready | wish.Skip | wish.Back) and wished.step != state.step:
        return state, (happened.InputStale(),)
    match wished:
        case wish.Choose():
            return choose(script, state, wished.key)
        case wish.Ready():
            return confirm(script, state)
        case wish.Say():
            return say(script, state, wished)
        case wish.Correct():
            return correct(script, state, wished)
        case wish.Skip():
            return _skip(script, state)
        case wish.Back():
            return _back(script, state)
        case wish.Change():
            return _change(script, state, wished.question)
        case _:
            return _steer(script, state, wished)


def _steer(script: Script, state: State, wished: Steering) -> Turn:
    match wished:
        case wish.Stop():
            return (state if state.mode in (Mode.STOPPED, Mode.FINISHED) else moves.stop(state)), ()
        case wish.Resume():
            return _resume(script, state), ()
        case wish.StartOver():
            return State(facts=state.facts, step=state.step), (happened.AnswersCleared(),)
        case wish.ShowReview():
            return (state if state.mode is Mode.REVIEW else moves.to_the_review(state)), ()
        case wish.Finish():
            if state.mode is Mode.REVIEW:
                return moves.to_mode(state, Mode.FINISHED), ()
            return state, (() if state.mode is Mode.FINISHED else (happened.InputStale(),))
        case _:
            assert_never(wished)


def _resume(script: Script, state: State) -> State:
    if state.mode is Mode.STOPPED:
        return moves.to_mode(state, state.stopped_from)
    still_open = route.first_open(script, state)
    if state.mode is Mode.REVIEW and still_open is not None:
        return moves.to_question(state, still_open.id)
    return state


def _skip(script: Script, state: State) -> Turn:
    """A question without an answer is marked skipped; an answer given earlier is never lost by skipping."""
    if state.mode not in (Mode.ASKING, Mode.OTHER):
        return state, (happened.InputStale(),)
    here = state.position
    drafts = {key: chosen for key, chosen in state.drafts.items() if key != here}
    earlier = state.answers.get(here)
    if earlier is not None and not earlier.skipped:
        return moves.onward(script, replace(state, drafts=drafts)), ()
    answers = {**state.answers, here: Answer(skipped=True)}
    skipped = replace(state, answers=answers, drafts=drafts)
    return moves.onward(script, skipped), (happened.QuestionSkipped(here),)


def _back(script: Script, state: State) -> Turn:
    match state.mode:
        case Mode.OTHER:
            return moves.to_mode(state, Mode.ASKING), ()
        case Mode.ASKING if state.to_review:
            return moves.to_the_review(state), ()
        case Mode.ASKING:
            earlier = route.before(script, state)
            return (moves.to_question(state, earlier.id) if earlier else state), ()
        case Mode.REVIEW:
            last = route.current(script, state) or route.before(script, state)
            return (moves.to_question(state, last.id) if last else state), ()
        case Mode.FINISHED:
            return moves.to_the_review(state), ()
        case Mode.STOPPED:
            return state, (happened.InputStale(),)


def _change(script: Script, state: State, question_id: str) -> Turn:
    if question_id not in [question.id for question in route.applicable(script, state)]:
        return state, (happened.InputStale(),)
    place = state.stopped_from if state.mode is Mode.STOPPED else state.mode
    from_review = place in (Mode.REVIEW, Mode.FINISHED)
    return moves.to_question(state, question_id, to_review=from_review or state.to_review), ()
