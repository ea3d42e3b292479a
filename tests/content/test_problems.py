"""What a problem looks like on the screen of who edits a file."""

from bot.content.problems import ContentProblem, did_you_mean


def test_a_problem_names_file_line_what_and_hint() -> None:
    """The form is the one that editors and terminals turn into a link."""
    problem = ContentProblem("dialogs/begin/dialog.yaml", 12, "'ask' is empty", "write a text")
    assert str(problem) == "dialogs/begin/dialog.yaml:12: 'ask' is empty (write a text)"
    assert not problem.note


def test_problems_are_sorted_by_file_and_line() -> None:
    """A list of problems is read from top to bottom, file by file."""
    later = ContentProblem("b", 1, "x", "y")
    earlier = ContentProblem("a", 10, "x", "y")
    between = ContentProblem("a", 9, "x", "y")
    assert sorted([later, earlier, between]) == [between, earlier, later]


def test_a_hint_names_the_word_that_was_meant() -> None:
    """The known word that looks most alike, else all of them, else the advice to take it away."""
    assert did_you_mean("anwser", ["ask", "answer"]) == "did you mean 'answer'?"
    assert did_you_mean("x", ["ask", "answer"]) == "use one of: ask, answer"
    assert did_you_mean("x", []) == "take it away"
