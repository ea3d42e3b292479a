"""What school.yaml says of parents who help parents: on or off, which kinds of help, who is asked, how long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.model.buddies import MOST_FAMILIES, BuddyRules, Task

KEY = "buddies"
_HINT = (
    "for example: {ask: in_turn, most_asked: 3, answer_within_hours: 6, families: 3, keep_days: 30}, or: off"
)
_ASK = {"in_turn": False, "together": True}
_WITHIN = {
    "most_asked": 3,
    "answer_within_hours": 72,
    "families": MOST_FAMILIES,
    "keep_days": 365,
}  # the most

Problem = Callable[[str, str, str], None]  # the setting, what is wrong, a hint


def read_buddies(content: dict[Any, Any], problem: Problem) -> BuddyRules:
    """What the school decided, with the defaults for what it did not; each mistake is told to `problem`."""
    value = content.get(KEY, True)
    if isinstance(value, bool):
        return BuddyRules(on=value)
    known = {"ask", "tasks", *_WITHIN}
    if not isinstance(value, dict) or not set(map(str, value)) <= known:
        problem(KEY, f"buddies must be on, off, or say some of: {', '.join(sorted(known))}", _HINT)
        return BuddyRules()
    default = BuddyRules()
    numbers = {name: _number(value.get(name), name, problem) for name in _WITHIN}
    hours, days = numbers["answer_within_hours"], numbers["keep_days"]
    return BuddyRules(
        tasks=_tasks(value.get("tasks"), problem),
        together=_asks_together(value.get("ask", "in_turn"), problem),
        most_asked=numbers["most_asked"] or default.most_asked,
        answer_within=timedelta(hours=hours) if hours else default.answer_within,
        families=numbers["families"] or default.families,
        keep=timedelta(days=days) if days else default.keep,
    )


def _number(value: Any, name: str, problem: Problem) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _WITHIN[name]:
        problem(KEY, f"{name} must be a number from 1 to {_WITHIN[name]}", _HINT)
        return None
    return value


def _asks_together(value: Any, problem: Problem) -> bool:
    if not isinstance(value, str) or value not in _ASK:
        problem(KEY, "ask must be in_turn or together", _HINT)
        return False
    return _ASK[value]


def _tasks(value: Any, problem: Problem) -> tuple[Task, ...]:
    if value is None:
        return tuple(Task)
    if not isinstance(value, list) or not value or not set(map(str, value)) <= set(Task):
        problem(KEY, f"tasks must be a list of: {', '.join(Task)}", _HINT)
        return tuple(Task)
    return tuple(task for task in Task if task.value in value)
