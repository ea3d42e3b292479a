"""Whether the search for unreachable questions agrees with what the engine really asks."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.reachability import combinations, reachable, without_questions
from bot.dialog.route import applicable
from bot.dialog.script import AnswerKind, Choice, Condition, Question, Script
from bot.dialog.state import Answer, State

KEYS = ("a", "b", "c")
some_keys = st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True).map(tuple)
some_grades = st.lists(st.sampled_from(["1", "4", "8"]), min_size=1, unique=True).map(tuple)


@st.composite
def dialogs(draw: st.DrawFn) -> tuple[Question, ...]:
    """Up to four questions that depend on grades and on each other."""
    questions: list[Question] = []
    for number in range(draw(st.integers(1, 4))):
        when: list[Condition] = []
        if draw(st.booleans()):
            when.append(Condition("fact", "grade", draw(some_grades)))
        when.extend(
            Condition("answer", earlier.id, draw(some_keys)) for earlier in questions if draw(st.booleans())
        )
        kind = draw(st.sampled_from([AnswerKind.CHOICE, AnswerKind.SEVERAL]))
        most = draw(st.sampled_from([None, 1, 2])) if kind is AnswerKind.SEVERAL else None
        choices = tuple(Choice(key) for key in KEYS)
        questions.append(Question(f"q{number}", kind, choices, most, when=tuple(when)))
    return tuple(questions)


def possible_answers(question: Question) -> list[tuple[str, ...]]:
    """Every set of keys that can be chosen."""
    most = question.most or len(KEYS) if question.answer is AnswerKind.SEVERAL else 1
    return [chosen for size in range(1, most + 1) for chosen in itertools.combinations(KEYS, size)]


def asked_somehow(questions: tuple[Question, ...]) -> set[tuple[str, str]]:
    """By trying everything: which question is asked in which grade, for some answers."""
    script = Script("begin", "nl", "guardian", "child", 1, questions)
    found: set[tuple[str, str]] = set()
    for answers in itertools.product(*(possible_answers(question) for question in questions)):
        given_ = {question.id: Answer(chosen) for question, chosen in zip(questions, answers, strict=True)}
        for grade in ("1", "2", "4", "8"):
            state = State(facts={"grade": grade}, answers=given_)
            found.update((question.id, grade) for question in applicable(script, state))
    return found


@settings(max_examples=40, deadline=None)
@given(dialogs())
def test_a_question_is_unreachable_exactly_when_nobody_is_ever_asked_it(
    questions: tuple[Question, ...],
) -> None:
    """The check agrees with the engine tried on every grade and every answer."""
    found = asked_somehow(questions)
    known = {question.id: question for question in questions}
    by_trying = {question_id for question_id, _ in found}
    assert {question.id for question in questions if reachable(question, known)} == by_trying
    empty = {facts["grade"] for facts in without_questions(questions)}
    assert empty & {"1", "2", "4", "8"} == {"1", "2", "4", "8"} - {grade for _, grade in found}


def test_every_child_has_one_combination_of_facts() -> None:
    """Eight grades in two types of school."""
    assert len(list(combinations())) == 16
