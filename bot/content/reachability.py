"""Whether every question of a dialog can be reached, and every child is asked something."""

import itertools
from collections.abc import Iterator, Mapping

from bot.dialog.script import AnswerKind, Question

FACTS: Mapping[str, tuple[str, ...]] = {
    "grade": tuple(str(grade) for grade in range(1, 9)),
    "school_type": ("bao", "sbo"),
}


def combinations() -> Iterator[dict[str, str]]:
    """Every combination of facts a child can have."""
    for values in itertools.product(*FACTS.values()):
        yield dict(zip(FACTS, values, strict=True))


def reachable(question: Question, earlier: Mapping[str, Question]) -> bool:
    """Whether for some child and some answers all conditions hold, those of the needed questions included."""
    return any(_reachable_for(question, earlier, facts) for facts in combinations())


def without_questions(questions: tuple[Question, ...]) -> tuple[dict[str, str], ...]:
    """The combinations of facts for which nothing is asked, whatever is answered."""
    known = {question.id: question for question in questions}
    return tuple(
        facts
        for facts in combinations()
        if not any(_reachable_for(question, known, facts) for question in questions)
    )


def _reachable_for(question: Question, known: Mapping[str, Question], facts: Mapping[str, str]) -> bool:
    needed: dict[str, list[set[str]]] = {}
    waiting, seen = [question], {question.id}
    while waiting:
        for condition in waiting.pop().when:
            if condition.about == "fact":
                if facts.get(condition.name) not in condition.any_of:
                    return False
                continue
            asked = known.get(condition.name)
            if asked is None:
                return False
            needed.setdefault(asked.id, []).append(set(condition.any_of))
            if asked.id not in seen:
                seen.add(asked.id)
                waiting.append(asked)
    return all(_answerable(known[name], wanted) for name, wanted in needed.items())


def _answerable(question: Question, wanted: list[set[str]]) -> bool:
    """Whether one answer has a key of each set; where several can be chosen, at most `most` are needed."""
    possible = set(question.keys)
    if question.answer is not AnswerKind.SEVERAL:
        return bool(possible.intersection(*wanted))
    room = min(question.most or len(possible), len(wanted), len(possible))
    return any(
        all(keys & set(chosen) for keys in wanted) for chosen in itertools.combinations(possible, room)
    )
