"""What becomes of a tap or of words at a question."""

from dataclasses import replace

from bot.dialog import effects as happened
from bot.dialog import route
from bot.dialog.effects import Effect
from bot.dialog.inputs import Correct, Say
from bot.dialog.moves import onward, selected, to_mode
from bot.dialog.script import OTHER, AnswerKind, Question, Script
from bot.dialog.state import Answer, Mode, State
from bot.dialog.typed import is_blank, labelled_key, understood_value

Turn = tuple[State, tuple[Effect, ...]]

_MOMENTS = (AnswerKind.DATE, AnswerKind.TIME)


def choose(script: Script, state: State, key: str) -> Turn:
    """A tapped choice is the answer, is marked or unmarked where several are possible, or opens own words."""
    question = _asked(script, state)
    if question is None:
        return state, (happened.InputStale(),)
    if question.answer in _MOMENTS:
        value = understood_value(question.answer, key, _today(state))
        return (
            _give(script, state, question, Answer((value,)))
            if value
            else (state, (_not_understood(question),))
        )
    if key not in question.keys:
        return state, (happened.InputStale(),)
    if question.answer is AnswerKind.SEVERAL:
        return _mark(state, question, key)
    if key == OTHER:
        return to_mode(state, Mode.OTHER), ()
    return _give(script, state, question, Answer((key,)))


def confirm(script: Script, state: State) -> Turn:
    """What was chosen becomes the answer; own words of the earlier answer stay with it unless unmarked."""
    question = _asked(script, state)
    if question is None or question.answer is not AnswerKind.SEVERAL:
        return state, (happened.InputStale(),)
    earlier = state.answers.get(question.id, Answer())
    chosen = selected(state, question)
    if OTHER not in earlier.choices:
        chosen = tuple(key for key in chosen if key != OTHER)
    if not chosen:
        return state, (happened.ChoiceNeeded(question.id),)
    keeps = OTHER not in earlier.choices or OTHER in chosen
    answer = Answer(chosen, words=earlier.words and keeps, voice=earlier.voice and keeps)
    return _give(script, state, question, answer, keeps_words=answer.words or answer.voice)


def say(script: Script, state: State, said: Say) -> Turn:
    """Words answer the question that waits for them; others are not dropped but named unexpected."""
    empty = is_blank(said.words) and not said.voice
    if state.mode is Mode.STOPPED:
        fact = happened.NothingSaid() if empty else happened.WordsUnexpected()
        return to_mode(state, state.stopped_from), (fact,)
    if empty:
        return state, (happened.NothingSaid(),)
    question = route.current(script, state)
    if question is None or state.mode not in (Mode.ASKING, Mode.OTHER):
        return state, (happened.WordsUnexpected(),)
    return _hear(script, state, question, said)


def _hear(script: Script, state: State, question: Question, said: Say) -> Turn:
    chosen = selected(state, question) if question.answer is AnswerKind.SEVERAL else ()
    if state.mode is Mode.OTHER:
        return _give(script, state, question, _own_words(question, chosen, said), with_words=True)
    if question.answer is AnswerKind.SEVERAL and not said.voice:
        key = labelled_key(script, question, said.words)
        if key is not None:
            return (state, ()) if key in chosen else _mark(state, question, key)
    answer = _read(script, state, question, chosen, said)
    if not isinstance(answer, Answer):
        return state, (answer,)
    return _give(script, state, question, answer, with_words=answer.words or answer.voice)


def correct(script: Script, state: State, said: Correct) -> Turn:
    """The answer to a named question is read anew; the position stays."""
    if is_blank(said.words) and not said.voice:
        return state, (happened.NothingSaid(),)
    question = next((asked for asked in route.applicable(script, state) if asked.id == said.question), None)
    if question is None:
        return state, (happened.WordsUnexpected(),)
    earlier = state.answers.get(question.id, Answer())
    kept = earlier.choices if question.answer is AnswerKind.SEVERAL else ()
    open_as_before = replace(
        question, words=question.words or earlier.words, voice=question.voice or earlier.voice
    )
    answer = _read(script, state, open_as_before, kept, said)
    if not isinstance(answer, Answer):
        return state, (answer,)
    with_words = answer.words or answer.voice
    given = happened.AnswerGiven(question.id, answer.choices, with_words)
    return replace(state, answers={**state.answers, question.id: answer}), (given,)


def _asked(script: Script, state: State) -> Question | None:
    return route.current(script, state) if state.mode is Mode.ASKING else None


def _give(
    script: Script,
    state: State,
    question: Question,
    answer: Answer,
    *,
    with_words: bool = False,
    keeps_words: bool = False,
) -> Turn:
    drafts = {key: chosen for key, chosen in state.drafts.items() if key != question.id}
    answers = {**state.answers, question.id: answer}
    fact = happened.AnswerGiven(question.id, answer.choices, with_words, keeps_words)
    return onward(script, replace(state, answers=answers, drafts=drafts)), (fact,)


def _mark(state: State, question: Question, key: str) -> Turn:
    """The choice is marked, or unmarked when it was; the screen keeps its step, so quick taps all count."""
    chosen = selected(state, question)
    if key in chosen:
        marked = tuple(one for one in chosen if one != key)
    elif question.most is not None and len(chosen) >= question.most:
        return state, (happened.TooManyChosen(question.most, question.id),)
    elif key == OTHER:
        return to_mode(state, Mode.OTHER), ()
    else:
        marked = tuple(one for one in question.keys if one in (*chosen, key))
    return replace(state, drafts={**state.drafts, question.id: marked}), ()


def _read(
    script: Script, state: State, question: Question, chosen: tuple[str, ...], said: Say | Correct
) -> Answer | Effect:
    """What the words mean as an answer, or why they are none."""
    if said.voice:
        return _own_words(question, chosen, said) if question.voice else happened.WordsUnexpected()
    if question.answer is AnswerKind.TEXT:
        return Answer(words=True)
    if question.answer in _MOMENTS:
        value = understood_value(question.answer, said.words, _today(state))
        if value:
            return Answer((value,))
        return Answer(words=True) if question.words else _not_understood(question)
    key = labelled_key(script, question, said.words)
    if key is not None:
        named = tuple(one for one in question.keys if one == key or (one in chosen and one != OTHER))
        if question.most is None or len(named) <= question.most:
            return Answer(named)
    return _own_words(question, chosen, said) if question.words else happened.ChoiceNeeded(question.id)


def _own_words(question: Question, chosen: tuple[str, ...], said: Say | Correct) -> Answer:
    """The words beside what is chosen, under 'something else' where that exists and has room."""
    keys = tuple(key for key in chosen if key != OTHER)
    room = question.most is None or len(keys) < question.most
    if question.other and room:
        keys = (*keys, OTHER)
    return Answer(keys, words=not is_blank(said.words), voice=said.voice)


def _not_understood(question: Question) -> Effect:
    if question.answer is AnswerKind.DATE:
        return happened.DateNotUnderstood(question.id)
    return happened.TimeNotUnderstood(question.id)


def _today(state: State) -> str:
    return str(state.facts.get("today", ""))
