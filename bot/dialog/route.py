"""Which questions stand on the way of this person, and how far along the way one is."""

from collections.abc import Mapping

from bot.dialog.script import Condition, Question, Script
from bot.dialog.state import Answer, State


def applicable(script: Script, state: State) -> tuple[Question, ...]:
    """The questions whose conditions all hold, in order; answers to other questions do not count."""
    counted: dict[str, Answer] = {}
    way: list[Question] = []
    for question in script.questions:
        if question.when and not all(_holds(one, state.facts, counted) for one in question.when):
            continue
        way.append(question)
        if question.id in state.answers:
            counted[question.id] = state.answers[question.id]
    return tuple(way)


def overview(script: Script, state: State) -> tuple[tuple[Question, Answer | None], ...]:
    """What the review shows: each question on the way with its answer, or None when it is still open."""
    return tuple((question, state.answers.get(question.id)) for question in applicable(script, state))


def current(script: Script, state: State) -> Question | None:
    """The question at the position, if it is on the way."""
    return next((question for question in applicable(script, state) if question.id == state.position), None)


def before(script: Script, state: State) -> Question | None:
    """The last question on the way before the position."""
    passed = _passed(script, state)
    earlier = [question for question in applicable(script, state) if question.id in passed]
    return earlier[-1] if earlier else None


def first_open(script: Script, state: State) -> Question | None:
    """The first question on the way that was neither answered nor skipped."""
    return next((question for question, answer in overview(script, state) if answer is None), None)


def next_open(script: Script, state: State) -> Question | None:
    """The first open question after the position, else the first open one at all."""
    passed = (*_passed(script, state), state.position)
    still_open = (question for question, answer in overview(script, state) if answer is None)
    following = next((question for question in still_open if question.id not in passed), None)
    return following or first_open(script, state)


def progress(script: Script, state: State) -> tuple[int, int]:
    """How many questions on the way stand before the position, and how many there are in all."""
    passed = _passed(script, state)
    way = applicable(script, state)
    return sum(1 for question in way if question.id in passed), len(way)


def answered(script: Script, state: State) -> tuple[int, int]:
    """How many questions on the way are answered (not skipped), and how many there are in all."""
    lines = overview(script, state)
    return sum(1 for _, answer in lines if answer and not answer.skipped), len(lines)


def _passed(script: Script, state: State) -> tuple[str, ...]:
    """The ids of the script before the position."""
    ids = tuple(question.id for question in script.questions)
    return ids[: ids.index(state.position)] if state.position in ids else ()


def _holds(condition: Condition, facts: Mapping[str, str | int], counted: Mapping[str, Answer]) -> bool:
    if condition.about == "fact":
        return str(facts.get(condition.name, "")) in condition.any_of
    answer = counted.get(condition.name)
    return answer is not None and any(key in condition.any_of for key in answer.choices)
