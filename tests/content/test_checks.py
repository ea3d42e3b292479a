"""The gate: a language ships only complete and fresh."""

from pathlib import Path

import pytest

from bot.content.checks import check
from bot.content.problems import ContentProblem
from tests.content.files import BEGIN, House, house

PL_BOT = "locales/pl/LC_MESSAGES/bot.po"
PL_DIALOGS = "locales/pl/LC_MESSAGES/dialogs.po"


def told(made: House, school: Path | None = None) -> list[str]:
    """What is told, with paths inside the house; notes are marked."""
    root = f"{made.root}/"
    return [
        ("note " if problem.note else "") + str(problem).replace(root, "")
        for problem in check(made.places, school)
    ]


def test_a_complete_house_has_no_problem(tmp_path: Path) -> None:
    """Nothing is told about dialogs and catalogues that are in order."""
    assert told(house(tmp_path)) == []


def test_what_is_shipped_is_complete_in_every_shipped_language() -> None:
    """The program's own dialogs, templates and catalogues pass their own check (002-polish-parents)."""
    assert [str(problem) for problem in check() if not problem.note] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        pytest.param(
            PL_DIALOGS,
            'msgctxt "begin.BO02"\nmsgid "Lezen"\nmsgstr "Czytanie"\n',
            "",
            "dialogs/begin/dialog.yaml:20: this sentence is not there in 'pl' "
            f"(add it to {PL_DIALOGS}, for example with --update-catalogues)",
            id="missing",
        ),
        pytest.param(
            PL_BOT,
            'msgid "Pupil: %(name)s"\nmsgstr "Uczeń: %(name)s"\n',
            "",
            "chat/talk.html:3: this sentence is not there in 'pl' "
            f"(add it to {PL_BOT}, for example with --update-catalogues)",
            id="missing in the chat",
        ),
        pytest.param(
            PL_DIALOGS,
            'msgctxt "begin.BO02"\nmsgid "Lezen"\nmsgstr "Czytanie"',
            '#~ msgctxt "begin.BO02"\n#~ msgid "Lezen"\n#~ msgstr "Czytanie"',
            f"{PL_DIALOGS}:28: this sentence is set aside but needed (take the marks '#~' away)",
            id="set aside",
        ),
        pytest.param(
            PL_DIALOGS,
            'msgctxt "begin.BO01"',
            '#, fuzzy\nmsgctxt "begin.BO01"',
            f"{PL_DIALOGS}:13: this sentence is marked fuzzy (read it again and take the mark away)",
            id="fuzzy",
        ),
        pytest.param(
            PL_DIALOGS,
            'msgstr "Czytanie"',
            'msgstr " "',
            f"{PL_DIALOGS}:28: this sentence is empty (translate it)",
            id="empty",
        ),
        pytest.param(
            PL_BOT,
            'msgstr[2] "%(count)s odpowiedzi czeka."',
            'msgstr[2] ""',
            f"{PL_BOT}:7: this sentence is empty (translate it)",
            id="one plural form empty",
        ),
        pytest.param(
            PL_BOT,
            'msgid_plural "%(count)s answers are open."\nmsgstr[0] "Jedna odpowiedź czeka."\n'
            'msgstr[1] "%(count)s odpowiedzi czekają."\nmsgstr[2] "%(count)s odpowiedzi czeka."',
            'msgstr "Jedna odpowiedź czeka."',
            f"{PL_BOT}:7: the number of plural forms is wrong (this sentence needs 3)",
            id="no plural forms",
        ),
        pytest.param(
            PL_BOT,
            "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
            "nplurals=2; plural=(n != 1);",
            f"{PL_BOT}:7: this is not a .po entry (look at this entry and the one above)",
            id="plural rule of another language",
        ),
        pytest.param(
            PL_BOT,
            '"Uczeń: %(name)s"',
            '"Uczeń: %(nazwa)s"',
            f"{PL_BOT}:13: the placeholders differ (use name, letter for letter)",
            id="placeholder translated",
        ),
        pytest.param(
            PL_BOT,
            '"%(count)s odpowiedzi czekają."',
            '"Odpowiedzi czekają."',
            f"{PL_BOT}:7: the placeholders differ (use count, letter for letter)",
            id="number lost in a plural form",
        ),
        pytest.param(
            PL_BOT,
            '"Gotowe w 100%%."',
            '"Gotowe w 100%."',
            f"{PL_BOT}:16: a % stands alone (write %% for a percent sign, %(name)s for a placeholder)",
            id="percent sign",
        ),
        pytest.param(
            PL_BOT,
            '"Wstecz"',
            '"<b>Wstecz</b>"',
            f"{PL_BOT}:20: the tags differ (use none, as in the source)",
            id="a tag too many",
        ),
        pytest.param(
            PL_DIALOGS,
            '"Czytanie"',
            f'"{"c" * 41}"',
            f"{PL_DIALOGS}:28: the label is too long for a button (at most 40 characters; this one has 41)",
            id="long label",
        ),
        pytest.param(
            PL_DIALOGS,
            '"Czytanie"',
            '"zabawa na dworze"',
            f"{PL_DIALOGS}:28: two buttons of one question say the same "
            "(a person could not tell them apart; choose other words)",
            id="equal labels",
        ),
        pytest.param(
            PL_DIALOGS,
            'msgstr "Czytanie"',
            'msgstr "Czytanie',
            f'{PL_DIALOGS}:29: the quotes are not right (write "..." and inside it \\" for a quote)',
            id="open quote",
        ),
        pytest.param(
            PL_DIALOGS,
            'msgstr "Czytanie"',
            "msgstrr",
            f"{PL_DIALOGS}:29: this is not a .po entry (look at this entry and the one above)",
            id="broken entry",
        ),
        pytest.param(
            PL_DIALOGS,
            'msgstr "Czytanie"',
            'msgstr "Czytanie"\n\nmsgctxt "begin.BO09"\nmsgid "Rekenen"\nmsgstr "Liczenie"',
            f"note {PL_DIALOGS}:32: nothing uses this sentence (--update-catalogues sets it aside)",
            id="unused",
        ),
        pytest.param(
            "dialogs/begin/dialog.yaml",
            "    example: Buiten spelen.\n",
            "    exmaple: Buiten spelen.\n",
            "dialogs/begin/dialog.yaml:14: 'exmaple' is not a known field (did you mean 'example'?)",
            id="dialog",
        ),
        pytest.param(
            "chat/talk.html",
            "{% endmacro %}",
            "",
            "chat/talk.html:6: this is not a template: Unexpected end of template.",
            id="template",
        ),
    ],
)
def test_each_fault_is_told_with_line_and_hint(
    tmp_path: Path, name: str, old: str, new: str, expected: str
) -> None:
    """One fault in one file is told once, where it is to be mended."""
    made = house(tmp_path)
    made.change(name, old, new)
    found = told(made)
    assert any(line.startswith(expected) for line in found), found
    if name.startswith("locales"):
        assert len(found) == 1


def test_a_plural_rule_of_another_language_is_told(tmp_path: Path) -> None:
    """A head with four forms for Polish is wrong, also where each entry fits that head."""
    made = house(tmp_path)
    made.change(PL_BOT, "nplurals=3", "nplurals=4")
    assert told(made) == [
        f"{PL_BOT}:1: the number of plural forms is wrong (pl has 3 of them; correct the line Plural-Forms)",
        f"{PL_BOT}:7: the number of plural forms is wrong (this sentence needs 3)",
    ]


def test_a_missing_catalogue_is_told_once(tmp_path: Path) -> None:
    """A language without its file gives one problem, not one for each sentence."""
    made = house(tmp_path)
    made.catalogue("pl", "dialogs").unlink()
    assert told(made) == [f"{PL_DIALOGS}:1: there is no such catalogue (make it with --update-catalogues)"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b'msgstr "x"\n',
        b'msgid "a"\nmsgstr[x] "b"\n',
        b'msgid "a"\nmsgid_plural "b"\nmsgstr "c"\n',
    ],
)
def test_no_broken_catalogue_stops_the_check(tmp_path: Path, content: bytes) -> None:
    """Whatever stands in a catalogue, the check ends with a problem in that file."""
    made = house(tmp_path)
    made.catalogue("pl", "dialogs").write_bytes(content)
    assert any(line.startswith(PL_DIALOGS) or "'pl'" in line for line in told(made))


def test_braces_and_tags_of_a_dialog_are_kept(tmp_path: Path) -> None:
    """A brace placeholder that was translated and a tag that was lost are both found."""
    made = house(tmp_path)
    made.change(
        "dialogs/begin/dialog.yaml", "ask: Wat doet uw kind graag?", "ask: Wat doet {kind} <b>graag</b>?"
    )
    for language in ("pl", "en"):
        path = f"locales/{language}/LC_MESSAGES/dialogs.po"
        made.change(path, 'msgid "Wat doet uw kind graag?"', 'msgid "Wat doet {kind} <b>graag</b>?"')
        made.change(path, '"Co dziecko lubi robić?"', '"Co {dziecko} <b>lubi</b> robić?"')
    made.change(PL_DIALOGS, "<b>lubi</b>", "lubi")
    lines = [line.partition(": ")[2] for line in told(made)]
    assert lines == [
        "the placeholders differ (use kind, letter for letter)",
        "the placeholders differ (use kind, letter for letter)",
        "the tags differ (use /b, b, as in the source)",
    ]


def test_a_schools_own_question_without_translation_is_a_note(tmp_path: Path) -> None:
    """A school may change a question at once; it falls back, labelled, until it is translated."""
    made = house(tmp_path)
    own = made.write(
        "own/begin/dialog.yaml", BEGIN.replace("Wat doet uw kind graag?", "Wat vindt uw kind leuk?")
    )
    found = check(made.places, tmp_path / "own")
    assert {(problem.file, problem.line, problem.note) for problem in found} == {(str(own), 13, True)}
    assert len(found) == 2


def test_a_mistake_in_a_schools_own_file_is_a_problem(tmp_path: Path) -> None:
    """What cannot be asked at all is not excused by being the school's own."""
    made = house(tmp_path)
    own = made.write("own/begin/dialog.yaml", BEGIN.replace("answer: text", "answer: txt"))
    assert ContentProblem(str(own), 10, "'answer' cannot be 'txt'", "did you mean 'text'?") in check(
        made.places, tmp_path / "own"
    )


def test_a_label_is_measured_also_where_the_same_words_are_a_question(tmp_path: Path) -> None:
    """Words that are both a question and a button must fit on the button."""
    made = house(tmp_path)
    made.change("dialogs/begin/dialog.yaml", "example: Buiten spelen.", "example: Lezen")
    for language in ("pl", "en"):
        made.change(
            f"locales/{language}/LC_MESSAGES/dialogs.po",
            'msgctxt "begin.BO02"\nmsgid "Buiten spelen."\nmsgstr "Zabawa na dworze."\n',
            "",
        )
    made.change(PL_DIALOGS, '"Czytanie"', f'"{"c" * 41}"')
    assert [line.partition(": ")[2][:26] for line in told(made)] == ["the label is too long for "]
