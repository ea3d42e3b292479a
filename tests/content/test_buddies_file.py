"""What a school writes about parents who help parents (004-buddy-tasks)."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.school_file import read_school_file
from bot.model.buddies import BuddyRules, Task


def _read(folder: Path, written: str) -> tuple[BuddyRules, list[tuple[int, str]]]:
    (folder / "school.yaml").write_text(f"hint_words: [altijd]\n{written}", encoding="utf-8")
    found = read_school_file(folder)
    return found.buddies, [(one.line, one.what) for one in found.problems]


@pytest.mark.parametrize("written", ["", "buddies: on\n", "buddies: {}\n"])
def test_a_school_that_decides_nothing_has_buddies(tmp_path: Path, written: str) -> None:
    """All kinds of help, one asked after the other, three families and thirty days."""
    rules, problems = _read(tmp_path, written)
    assert (rules, problems) == (BuddyRules(), [])
    assert rules.on
    assert rules.tasks == tuple(Task)
    assert (rules.families, rules.keep) == (3, timedelta(days=30))


def test_a_school_can_do_without(tmp_path: Path) -> None:
    """One word switches all of it off."""
    rules, problems = _read(tmp_path, "buddies: off\n")
    assert not rules.on
    assert problems == []


def test_everything_a_school_may_decide(tmp_path: Path) -> None:
    """Who is asked and how, how long, how many families, what is kept, and its own list of tasks in our order."""
    rules, problems = _read(
        tmp_path,
        "buddies: {ask: together, most_asked: 2, answer_within_hours: 12, families: 1, keep_days: 7,"
        " tasks: [remind, explain]}\n",
    )
    assert problems == []
    assert rules == BuddyRules(
        tasks=(Task.EXPLAIN, Task.REMIND),
        together=True,
        most_asked=2,
        answer_within=timedelta(hours=12),
        families=1,
        keep=timedelta(days=7),
    )


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("buddies: perhaps\n", "buddies must be on, off, or say some of"),
        ("buddies:\n", "buddies must be on, off, or say some of"),
        ("buddies: {many: 3}\n", "buddies must be on, off, or say some of"),
        ("buddies: {ask: later}\n", "ask must be in_turn or together"),
        ("buddies: {ask: [together]}\n", "ask must be in_turn or together"),
        ("buddies: {ask: true}\n", "ask must be in_turn or together"),
        ("buddies: {most_asked: 4}\n", "most_asked must be a number from 1 to 3"),
        ("buddies: {answer_within_hours: 0}\n", "answer_within_hours must be a number from 1 to 72"),
        ("buddies: {families: true}\n", "families must be a number from 1 to 10"),
        ("buddies: {keep_days: long}\n", "keep_days must be a number from 1 to 365"),
        ("buddies: {tasks: []}\n", "tasks must be a list of"),
        ("buddies: {tasks: explain}\n", "tasks must be a list of"),
        ("buddies: {tasks: [homework]}\n", "tasks must be a list of"),
        ("buddies: {tasks: [1, [2]]}\n", "tasks must be a list of"),
    ],
)
def test_a_mistake_is_told_and_the_default_holds(tmp_path: Path, written: str, what: str) -> None:
    """With the line it stands on; nothing is half decided."""
    rules, [(line, told)] = _read(tmp_path, written)
    assert rules == BuddyRules()
    assert line == 2
    assert told.startswith(what)


def test_a_mistake_does_not_hide_the_others(tmp_path: Path) -> None:
    """Every wrong part is told, and what is right holds."""
    rules, problems = _read(tmp_path, "buddies: {families: 99, keep_days: 0, most_asked: 1}\n")
    assert len(problems) == 2
    assert rules == BuddyRules(most_asked=1)
