"""Reading dialog files, and what a school is told about its mistakes."""

from pathlib import Path

import pytest

from bot.content.catalogues import Catalogues
from bot.content.dialogs import Loaded, load
from bot.content.extraction import NoWords
from bot.content.shipped import shipped
from bot.dialog.script import AnswerKind, Choice, Condition, Part
from tests.content.files import BEGIN, house

HEAD = "id: begin\nlanguage: nl\ntitle: Wie?\nfor: guardian\nabout: child\nminutes: 5\nquestions:\n"
FREE = "  - id: B1\n    ask: Wie?\n    answer: text\n"
LOOK = " (look at the indentation, colons and quotes here and one line above)"
PICK = "  - id: B2\n    ask: Wat?\n    answer: choice\n    choices:\n      ja: Ja\n      nee: Nee\n"


def read(folder: Path, text: str, name: str = "begin") -> Loaded:
    """The dialogs of a folder with one file."""
    path = folder / name / "dialog.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return load([folder], NoWords())


def told(folder: Path, text: str) -> list[str]:
    """What is told about one file, as 'line: what (hint)'; a file with a problem gives no script."""
    loaded = read(folder, text)
    assert bool(loaded.problems) != bool(loaded.scripts)
    path = str(folder / "begin" / "dialog.yaml")
    assert {problem.file for problem in loaded.problems} <= {path}
    return [str(problem).removeprefix(f"{path}:") for problem in loaded.problems]


def test_a_dialog_file_becomes_a_script(tmp_path: Path) -> None:
    """Every field of the file is in the script, with its Dutch texts (002-thread-per-unit)."""
    text = BEGIN + (
        "  - id: BO03\n    ask: Waarom?\n    why: Dat helpt.\n    hint: Noem geen namen.\n    answer: date\n"
        "    sensitive: true\n    when:\n      grade: [3, 4]\n      school_type: bao\n"
        "      answer: {BO02: [lezen, other]}\n"
    )
    loaded = read(tmp_path, text)
    assert loaded.problems == ()
    script = loaded.scripts["begin"]
    assert (script.language, script.for_whom, script.about, script.minutes) == ("nl", "guardian", "child", 10)
    first, second, third = script.questions
    assert (first.answer, first.voice, first.words, first.sensitive) == (AnswerKind.TEXT, True, True, False)
    assert (second.choices, second.most, second.other, second.words) == (
        (Choice("buiten"), Choice("lezen")),
        2,
        True,
        True,
    )
    assert (third.words, third.sensitive) == (False, True)
    assert third.when == (
        Condition("fact", "grade", ("3", "4")),
        Condition("fact", "school_type", ("bao",)),
        Condition("answer", "BO02", ("lezen", "other")),
    )
    assert script.text("nl", "", Part.TITLE) == "Wie is uw kind?"
    assert script.text("nl", "BO02", Part.EXAMPLE) == "Buiten spelen."
    assert script.text("nl", "BO02", Part.LABEL, "buiten") == "Buiten spelen"
    assert script.text("nl", "BO03", Part.WHY) == "Dat helpt."
    assert script.text("nl", "BO03", Part.HINT) == "Noem geen namen."


def test_a_script_has_its_texts_in_every_shipped_language(tmp_path: Path) -> None:
    """Polish comes from the catalogue; a fuzzy sentence is not served and falls back to Dutch."""
    made = house(tmp_path)
    made.change("locales/pl/LC_MESSAGES/dialogs.po", 'msgctxt "begin.BO01"', '#, fuzzy\nmsgctxt "begin.BO01"')
    words = Catalogues(made.places.locales, ("nl", "pl"))
    script = load([made.places.dialogs], words).scripts["begin"]
    assert script.text("pl", "BO02", Part.LABEL, "lezen") == "Czytanie"
    assert script.text("pl", "", Part.TITLE) == "Jakie jest Państwa dziecko?"
    assert script.text("pl", "BO01", Part.ASK) == "Wie is uw kind?"
    assert not script.has_text("pl", "BO01", Part.ASK)


def test_a_dialog_in_another_language_is_not_passed_off_as_dutch(tmp_path: Path) -> None:
    """An English dialog of a school carries no Dutch text, so that the fallback is labelled."""
    made = house(tmp_path)
    made.change("dialogs/begin/dialog.yaml", "language: nl", "language: en")
    script = load([made.places.dialogs], Catalogues(made.places.locales, ("nl", "en"))).scripts["begin"]
    assert script.languages == ("en",)


def test_a_schools_own_dialog_lies_over_the_shipped_one(tmp_path: Path) -> None:
    """The later folder wins by id; other shipped dialogs stay."""
    read(tmp_path / "shipped", BEGIN)
    read(tmp_path / "shipped", BEGIN.replace("id: begin", "id: talk"), "talk")
    read(tmp_path / "own", BEGIN.replace("title: Wie is uw kind?", "title: Over uw kind"))
    loaded = load([tmp_path / "shipped", tmp_path / "own"], NoWords())
    assert loaded.problems == ()
    assert loaded.scripts["begin"].text("nl", "", Part.TITLE) == "Over uw kind"
    assert loaded.scripts["talk"].text("nl", "", Part.TITLE) == "Wie is uw kind?"
    assert {sentence.shipped for sentence in loaded.sentences} == {True, False}


def test_a_missing_folder_and_a_misnamed_file_are_told(tmp_path: Path) -> None:
    """A school that writes dialog.yml is told that the file is not read."""
    stray = tmp_path / "begin" / "dialog.yml"
    stray.parent.mkdir()
    stray.write_text(BEGIN, "utf-8")
    problems = load([tmp_path, tmp_path / "nowhere"], NoWords()).problems
    assert [(problem.file, problem.what) for problem in problems] == [
        (str(stray), "this file is not read as a dialog"),
        (str(tmp_path / "nowhere"), "there is no such folder"),
    ]


def test_words_that_yaml_takes_for_yes_and_no_stay_words(tmp_path: Path) -> None:
    """Keys and labels such as yes, no and on are taken as they are written."""
    text = HEAD + "  - id: B1\n    ask: Ja?\n    answer: yes_no\n    choices:\n      yes: Yes\n      no: No\n"
    script = read(tmp_path, text).scripts["begin"]
    assert script.questions[0].keys == ("yes", "no")
    assert script.text("nl", "B1", Part.LABEL, "no") == "No"


def test_a_text_over_several_lines_is_one_sentence(tmp_path: Path) -> None:
    """Folded lines are joined by one space, as the catalogue knows the sentence."""
    text = HEAD + "  - id: B1\n    ask: >\n      Wie is\n      uw kind?\n    answer: text\n"
    assert read(tmp_path, text).scripts["begin"].text("nl", "B1", Part.ASK) == "Wie is uw kind?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ["1: the file is empty (begin with a line such as 'id: begin')"], id="empty"),
        pytest.param(
            "- a\n", ["1: the file holds no fields (begin with a line such as 'id: begin')"], id="list"
        ),
        pytest.param(
            HEAD + FREE + "   ask: x\n",
            [
                "11: this is not YAML: expected <block end>, but found '<block mapping start>'" + LOOK,
            ],
            id="indent",
        ),
        pytest.param(
            HEAD.replace("title: Wie?", "title: Wie: ja?") + FREE,
            [
                "3: this is not YAML: mapping values are not allowed here" + LOOK,
            ],
            id="colon",
        ),
        pytest.param(
            HEAD.replace("Wie?", '"Wi\x07e?"') + FREE,
            ["1: the file holds signs that YAML does not allow (type the text again in a plain editor)"],
            id="control sign",
        ),
        pytest.param(
            HEAD + FREE.replace("answer:", "anwser:"),
            [
                "8: 'answer' is missing (add a line 'answer: ...')",
                "10: 'anwser' is not a known field (did you mean 'answer'?)",
            ],
            id="typing error in a field",
        ),
        pytest.param(
            HEAD + FREE.replace("text", "txt"),
            ["10: 'answer' cannot be 'txt' (did you mean 'text'?)"],
            id="kind",
        ),
        pytest.param(
            HEAD + FREE + "    ask: Waar?\n",
            ["11: 'ask' stands here twice (it stands at line 9 too; keep one)"],
            id="a field twice",
        ),
        pytest.param(
            HEAD + PICK + "      ja: Jawel\n",
            ["14: 'ja' stands here twice (it stands at line 12 too; keep one)"],
            id="a choice twice",
        ),
        pytest.param(
            HEAD + FREE + FREE, ["11: the id 'B1' is used twice (choose another id)"], id="an id twice"
        ),
        pytest.param(
            HEAD + FREE.replace("Wie?", '""'),
            ["9: 'ask' is empty (write a text or take the line away)"],
            id="empty text",
        ),
        pytest.param(
            HEAD + FREE.replace(" Wie?", ""),
            ["9: 'ask' is empty (write a text or take the line away)"],
            id="no text",
        ),
        pytest.param(
            HEAD + FREE.replace("Wie?", "[Wie]"),
            ["9: 'ask' is not a text (write the text on the same line, in quotes)"],
            id="a list for a text",
        ),
        pytest.param(
            HEAD + FREE.replace("Wie?", "w" * 601),
            ["9: 'ask' is too long (at most 600 characters; this one has 601)"],
            id="long text",
        ),
        pytest.param(
            HEAD + PICK.replace("Nee", "n" * 41),
            ["13: 'nee' is too long (at most 40 characters; this one has 41)"],
            id="long label",
        ),
        pytest.param(
            HEAD + PICK.replace("Nee", "JA"),
            ["13: two buttons say the same (line 12 has it too; choose other words)"],
            id="equal labels",
        ),
        pytest.param(
            HEAD + FREE + "    voice: maybe\n    most: twee\n",
            [
                "11: 'voice' is neither true nor false (write true or false)",
                "12: 'most' is not a number that fits (write a whole number from 1 to 25)",
            ],
            id="wrong types",
        ),
        pytest.param(
            HEAD.replace("for: guardian", "for: guardians")
            .replace("minutes: 5", "minutes: 0")
            .replace("nl", "Dutch")
            + FREE,
            [
                "2: this is not the code of a language (write for example: nl)",
                "4: 'for' cannot be 'guardians' (did you mean 'guardian'?)",
                "6: 'minutes' is not a number that fits (write a whole number from 1 to 60)",
            ],
            id="head",
        ),
        pytest.param(
            HEAD.replace("id: begin", "id: start") + FREE,
            ["1: the id is not the name of its folder (name the folder 'start', or the dialog 'begin')"],
            id="folder",
        ),
        pytest.param(
            HEAD + FREE.replace("B1", "B 1"),
            ["8: 'B 1' cannot be an id (use letters, digits, - and _; at most 32)"],
            id="id with a space",
        ),
        pytest.param(
            HEAD + PICK.replace("nee:", "other:").replace("ja:", "ja/nee:"),
            [
                "12: 'ja/nee' cannot be a key (use letters, digits, - and _; at most 32)",
                "13: 'other' is a fixed choice (write 'other: true' instead)",
            ],
            id="keys",
        ),
        pytest.param(
            HEAD.replace("questions:\n", "questions: later\n"),
            ["7: 'questions' is not a list (begin each entry with '- ')"],
            id="no questions",
        ),
        pytest.param(
            HEAD + "  - B1\n", ["8: this entry of 'questions' holds no fields (write '- id: ...')"], id="bare"
        ),
        pytest.param(
            HEAD + FREE + "    when: soms\n",
            ["11: 'when' holds no fields (write 'name: value' lines under it, indented)"],
            id="when without fields",
        ),
        pytest.param(
            HEAD + FREE + PICK + "    when:\n      grade: [3, 9]\n      grde: [3]\n      school_type: []\n",
            [
                "18: 'grade' cannot be '9' (use one of: 1, 2, 3, 4, 5, 6, 7, 8)",
                "20: 'school_type' is an empty list (name at least one, or take the line away)",
                "19: 'grde' is not a known field (did you mean 'grade'?)",
            ],
            id="unknown facts",
        ),
        pytest.param(
            HEAD
            + FREE
            + PICK
            + "    when:\n      answer: {B9: [ja], B1: [ja], B3: [ja]}\n"
            + PICK.replace("B2", "B3"),
            [
                "18: 'B9' is no earlier question (use one of: B1)",
                "18: 'B1' has no choices to look at (name a question with buttons)",
                "18: 'B3' is asked later (move it up, before this question)",
            ],
            id="conditions on other questions",
        ),
        pytest.param(
            HEAD + PICK + FREE + "    when:\n      answer: {B2: [jaa]}\n",
            ["18: 'B2' cannot be 'jaa' (did you mean 'ja'?)"],
            id="condition on an unknown choice",
        ),
        pytest.param(
            HEAD + FREE.replace("text", "choice"),
            ["8: there is nothing to choose (write two or more lines 'key: Label')"],
            id="choice without choices",
        ),
        pytest.param(
            HEAD + PICK.replace("choice\n", "yes_no\n", 1),
            [
                (
                    "11: a yes_no question has these two choices and no others"
                    " (write under 'choices' the labels of 'yes' and 'no')"
                ),
            ],
            id="yes_no",
        ),
        pytest.param(
            HEAD + PICK.replace("choice\n", "text\n", 1) + "    other: true\n    most: 2\n    words: false\n",
            [
                "11: 'answer: text' has no choices (take the choices away, or write 'answer: choice')",
                (
                    "14: 'answer: text' has no 'something else'"
                    " (take 'other' away, or write 'answer: choice' or 'answer: several')"
                ),
                "15: 'answer: text' has no 'most' (write 'answer: several')",
                "16: 'answer: text' needs words (take the line 'words' away)",
            ],
            id="contradictions",
        ),
        pytest.param(
            HEAD + PICK.replace("choice\n", "several\n", 1) + "    most: 3\n",
            ["14: 'most' is more than there are choices (make it smaller)"],
            id="most",
        ),
    ],
)
def test_each_mistake_is_told_with_line_and_hint(tmp_path: Path, text: str, expected: list[str]) -> None:
    """A school sees every mistake of a file at once, where it stands and what to do about it."""
    assert told(tmp_path, text) == expected


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """A file saved by an old editor gives a hint, not an error."""
    path = tmp_path / "begin" / "dialog.yaml"
    path.parent.mkdir()
    path.write_bytes("id: begin\ntitle: Oekraïens\n".encode("latin-1"))
    assert [str(problem) for problem in load([tmp_path], NoWords()).problems] == [
        f"{path}:1: the file is not UTF-8 text (save it as UTF-8 in your editor)"
    ]


def test_a_file_out_of_all_proportion_is_told(tmp_path: Path) -> None:
    """A huge or endlessly nested file is refused with a hint."""
    assert told(tmp_path, "# " + "x" * 500_000) == ["1: the file is too large (keep it under 500 kB)"]
    assert told(tmp_path, "[" * 3000) == ["1: the file is nested too deeply (look at the indentation)"]


def test_a_question_that_can_never_be_asked_is_told(tmp_path: Path) -> None:
    """Conditions that contradict each other, also through the questions they lean on, are found."""
    follow = (
        FREE.replace("B1", "B3").replace("text", "choice")
        + "    choices:\n      a: A\n      b: B\n    when:\n      grade: [1, 2]\n      answer: {B2: [ja]}\n"
    )
    last = FREE.replace("B1", "B4") + "    when:\n      {}\n"
    never = "the question 'B4' is never asked (its conditions can never hold together; change 'when')"
    grades = last.format("grade: [3]\n      answer: {B3: [a]}")
    answers = last.format("answer: {B3: [a], B2: [nee]}")
    fine = last.format("answer: {B3: [a], B2: [ja]}")
    assert told(tmp_path, HEAD + PICK + follow + grades) == [f"26: {never}"]
    assert told(tmp_path, HEAD + PICK + follow + answers) == [f"26: {never}"]
    assert told(tmp_path, HEAD + PICK + follow + fine) == []


def test_where_several_can_be_chosen_several_conditions_can_hold(tmp_path: Path) -> None:
    """Two needed choices are possible together, unless only one may be chosen."""
    several = PICK.replace("answer: choice", "answer: several")
    follow = (
        FREE.replace("B1", "B3").replace("text", "choice")
        + "    choices:\n      a: A\n      b: B\n    when:\n      answer: {B2: [ja]}\n"
    )
    last = FREE.replace("B1", "B4") + "    when:\n      answer: {B3: [a], B2: [nee]}\n"
    assert told(tmp_path, HEAD + several + follow + last) == []
    one = several.replace("answer: several", "most: 1\n    answer: several")
    assert [line.partition(": ")[2][:22] for line in told(tmp_path, HEAD + one + follow + last)] == [
        "the question 'B4' is n"
    ]


def test_a_dialog_that_asks_some_child_nothing_is_told(tmp_path: Path) -> None:
    """A start that leads straight to an empty review is a dead end."""
    text = HEAD + FREE + "    when:\n      school_type: [bao]\n"
    assert told(tmp_path, text) == [
        (
            "7: some children are asked nothing at all"
            " (add a question without 'when', or one for grade 1, school_type sbo)"
        )
    ]


def test_the_shipped_dialogs_are_in_order() -> None:
    """The dialogs that travel with the program have no problem (002-prep-form)."""
    loaded = load([shipped("dialogs")], Catalogues(shipped("locales")))
    assert loaded.problems == ()
    assert {"begin", "talk", "agreement"} <= set(loaded.scripts)
