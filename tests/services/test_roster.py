"""The roster: what is refused, what changes, and that the same file twice changes nothing."""

import csv
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.model.access import Action, Subject
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.people import Door, Guardianship, Invitation, Post, School, Teaching
from bot.model.privacy import AuditLine
from bot.services import access, invitations, people, roster
from bot.services.roster import Change, ChangeKind, Problem, Reason
from bot.services.roster_file import COLUMNS
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import DEMO_ROSTER, Cast, open_door

HEADER = ",".join(COLUMNS)
GUARDIAN = "De Wilg,bao,3A,3,c1,Sam,g1,Ann Jansen,guardian,mother,yes,nl"
TEACHER = "De Wilg,bao,3A,,,,t1,juf Bo,teacher,,,nl"
LEAD = "De Wilg,bao,,,,,l1,Kim,lead,,,nl"


def file_of(*rows: str) -> str:
    """A roster with these rows under the header."""
    return "\n".join([HEADER, *rows]) + "\n"


def with_cell(row: str, column: str, value: str) -> str:
    """The row with another value in one column."""
    cells = next(csv.reader([row]))
    cells[COLUMNS.index(column)] = value
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().removesuffix("\r\n")


def wrong(text: bytes | str) -> list[tuple[int, Reason, str | None]]:
    """What is reported about a file."""
    return [(one.line, one.reason, one.column) for one in roster.read_roster(text)[1]]


def bring(database: Database, tools: Tools, text: bytes | str, *, end_missing: bool = False) -> list[Change]:
    """The changes that importing a good file makes."""
    rows, problems = roster.read_roster(text)
    assert not problems
    with database.writing() as session:
        return roster.apply(session, tools, rows, end_missing=end_missing)


def test_good_rows_are_read() -> None:
    """Every role is read, and authority in each of its spellings."""
    spellings = ("yes", "ja", "1", "TRUE", "no", "Nee", "0", "false")
    guardians = [
        with_cell(with_cell(GUARDIAN, "person_id", f"g{number}"), "authority", spelling)
        for number, spelling in enumerate(spellings)
    ]
    rows, problems = roster.read_roster(file_of(*guardians, TEACHER, LEAD))
    assert not problems
    assert [row.authority for row in rows[:8]] == [True] * 4 + [False] * 4
    assert [row.role for row in rows[8:]] == ["teacher", "lead"]
    assert (rows[0].grade, rows[8].grade, rows[0].line, rows[9].line) == (3, None, 2, 11)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("comma", [",", ";"])
def test_what_spreadsheets_save_is_read(mark: bytes, line_end: str, comma: str) -> None:
    """Comma or semicolon, with or without a byte order mark, blank rows and empty columns at the end."""
    text = file_of(GUARDIAN, "", TEACHER).replace("\n", ",,\n").replace(",", comma).replace("\n", line_end)
    rows, problems = roster.read_roster(mark + text.encode())
    assert not problems
    assert [row.person_id for row in rows] == ["g1", "t1"]
    assert [row.line for row in rows] == [2, 4]


def test_names_keep_their_letters() -> None:
    """Apostrophes, quotes, commas in quotes and letters of other languages stay as they are."""
    rows, problems = roster.read_roster(
        file_of(
            with_cell(with_cell(GUARDIAN, "person_name", "O'Brien, Łucja"), "child_first_name", "Ægir “A”")
        )
    )
    assert not problems
    assert (rows[0].person_name, rows[0].child_first_name) == ("O'Brien, Łucja", "Ægir “A”")


@pytest.mark.parametrize("coding", ["utf-16", "cp1252"])
def test_another_encoding_is_named(coding: str) -> None:
    """A file that is not UTF-8 is refused as such, with the line where it shows."""
    text = file_of(with_cell(GUARDIAN, "person_name", "Zoë"))
    line = 1 if coding == "utf-16" else 2
    assert wrong(text.encode(coding)) == [(line, Reason.NOT_UTF8, None)]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("role", "granny", Reason.UNKNOWN_ROLE),
        ("role", "", Reason.UNKNOWN_ROLE),
        ("school", "", Reason.EMPTY_CELL),
        ("school_type", "vo", Reason.UNKNOWN_SCHOOL_TYPE),
        ("school_type", "", Reason.EMPTY_CELL),
        ("group", "", Reason.EMPTY_CELL),
        ("group", "x" * 41, Reason.TOO_LONG),
        ("grade", "0", Reason.GRADE),
        ("grade", "9", Reason.GRADE),
        ("grade", "three", Reason.GRADE),
        ("grade", "³", Reason.GRADE),
        ("grade", "", Reason.EMPTY_CELL),
        ("child_id", "", Reason.EMPTY_CELL),
        ("child_first_name", " ", Reason.EMPTY_CELL),
        ("person_id", "", Reason.EMPTY_CELL),
        ("person_id", "x" * 65, Reason.TOO_LONG),
        ("person_name", "", Reason.EMPTY_CELL),
        ("person_name", "x" * 101, Reason.TOO_LONG),
        ("person_name", "A\x00nn", Reason.CONTROL_CHARACTER),
        ("person_name", "A\nnn", Reason.CONTROL_CHARACTER),
        ("child_first_name", "Sam\u202eevil", Reason.CONTROL_CHARACTER),
        ("relation", "x" * 41, Reason.TOO_LONG),
        ("authority", "maybe", Reason.AUTHORITY),
        ("authority", "", Reason.EMPTY_CELL),
        ("language", "Polish", Reason.LANGUAGE),
        ("language", "", Reason.EMPTY_CELL),
    ],
)
def test_a_bad_cell_is_reported(column: str, value: str, reason: Reason) -> None:
    """The report names the line, the column and what is wrong."""
    rows, problems = roster.read_roster(file_of(TEACHER, with_cell(GUARDIAN, column, value)))
    assert [(one.reason, one.column) for one in problems] == [(reason, column)]
    assert problems[0].line in {3, 4}
    assert [row.person_id for row in rows] == ["t1"]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("child_id", "c1", Reason.NOT_FOR_STAFF),
        ("child_first_name", "Sam", Reason.NOT_FOR_STAFF),
        ("authority", "yes", Reason.NOT_FOR_STAFF),
        ("group", "", Reason.EMPTY_CELL),
        ("grade", "12", Reason.GRADE),
    ],
)
def test_a_bad_teacher_row_is_reported(column: str, value: str, reason: Reason) -> None:
    """A teacher belongs to a group and has no child in the same row."""
    assert wrong(file_of(with_cell(TEACHER, column, value))) == [(2, reason, column)]


def test_every_problem_is_reported_at_once() -> None:
    """All bad rows stand in one report, in the order of the file."""
    found = wrong(file_of(with_cell(GUARDIAN, "grade", "12"), TEACHER, with_cell(LEAD, "role", "boss")))
    assert found == [(2, Reason.GRADE, "grade"), (4, Reason.UNKNOWN_ROLE, "role")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("child_first_name", "Samuel"),
        ("group", "3B"),
        ("grade", "4"),
        ("school", "De Overkant"),
        ("school_type", "sbo"),
    ],
)
def test_rows_that_contradict_each_other_about_a_child(column: str, value: str) -> None:
    """Two rows of the same child must say the same."""
    other = with_cell(with_cell(GUARDIAN, "person_id", "g2"), column, value)
    _, problems = roster.read_roster(file_of(GUARDIAN, other))
    assert problems == [Problem(3, Reason.CONTRADICTION, column, 2)]


@pytest.mark.parametrize(("column", "value"), [("person_name", "Bea"), ("language", "pl")])
def test_rows_that_contradict_each_other_about_a_person(column: str, value: str) -> None:
    """Two rows of the same person must say the same."""
    other = with_cell(with_cell(GUARDIAN, "child_id", "c2"), column, value)
    _, problems = roster.read_roster(file_of(GUARDIAN, other))
    assert problems == [Problem(3, Reason.CONTRADICTION, column, 2)]


@pytest.mark.parametrize("row", [GUARDIAN, TEACHER, LEAD])
def test_a_row_that_stands_there_twice(row: str) -> None:
    """A relation is one row; a second one is reported, also when it differs elsewhere."""
    again = with_cell(row, "relation", "other")
    assert roster.read_roster(file_of(row, again))[1] == [Problem(3, Reason.ROW_TWICE, None, 2)]


def test_files_that_are_no_roster() -> None:
    """An empty file, a missing or double column, a torn quote and a row of another length are named."""
    assert wrong("") == [(1, Reason.EMPTY, None)]
    assert wrong(HEADER) == [(1, Reason.EMPTY, None)]
    without = HEADER.replace(",authority", "").replace(",grade", "")
    assert wrong(without) == [
        (1, Reason.MISSING_COLUMN, "grade"),
        (1, Reason.MISSING_COLUMN, "authority"),
    ]
    assert wrong(f"{HEADER},role\n{GUARDIAN},lead") == [(1, Reason.COLUMN_TWICE, "role")]
    assert wrong(file_of(GUARDIAN, TEACHER.replace("juf Bo", '"juf Bo'))) == [(3, Reason.BROKEN_CSV, None)]
    assert wrong(file_of(GUARDIAN + ",one,two", TEACHER)) == [(2, Reason.CELL_COUNT, None)]


def test_columns_may_stand_in_any_order_beside_others() -> None:
    """Columns are found by name; what the assistant does not need is not read."""
    names = [*reversed(COLUMNS), "email"]
    cells = dict(zip(COLUMNS, GUARDIAN.split(","), strict=True)) | {"email": "a@example.org"}
    rows, problems = roster.read_roster(";".join(names) + "\n" + ";".join(cells[name] for name in names))
    assert not problems
    assert rows == roster.read_roster(file_of(GUARDIAN))[0]


def test_the_first_import_makes_everything(database: Database, tools: Tools) -> None:
    """School, group, child, people and relations stand there after the import, and all of it is listed."""
    changes = bring(database, tools, file_of(GUARDIAN, TEACHER, LEAD))
    assert {change.kind for change in changes} == {ChangeKind.ADDED}
    assert [change.what for change in changes] == [
        "school De Wilg",
        "person g1",
        "group 3A of De Wilg",
        "child c1",
        "guardian g1 of child c1",
        "person t1",
        "teacher t1 of group 3A of De Wilg",
        "person l1",
        "lead l1 of De Wilg",
    ]
    with database.reading() as session:
        guardianship = session.scalars(select(Guardianship)).one()
        assert (guardianship.person.name, guardianship.child.first_name) == ("Ann Jansen", "Sam")
        assert guardianship.authority
        assert session.scalars(select(Teaching)).one().person.name == "juf Bo"
        assert session.scalars(select(Post)).one().role == "lead"


def test_twice_the_same_file_changes_nothing(database: Database, tools: Tools) -> None:
    """The second import of a file lists nothing, writes nothing and notes nothing."""
    bring(database, tools, DEMO_ROSTER.read_bytes())
    before = contents(database)
    assert bring(database, tools, DEMO_ROSTER.read_bytes()) == []
    assert bring(database, tools, DEMO_ROSTER.read_bytes(), end_missing=True) == []
    assert contents(database) == before


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=str)
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize(
    ("column", "value", "listed"),
    [
        ("child_first_name", "Samuel", ("child c1: first name", "Sam", "Samuel")),
        ("grade", "4", ("child c1: grade", "3", "4")),
        ("group", "4A", ("child c1: group", "3A of De Wilg", "4A of De Wilg")),
        ("person_name", "Ann Bos", ("person g1: name", "Ann Jansen", "Ann Bos")),
        ("relation", "aunt", ("guardian g1 of child c1: relation", "mother", "aunt")),
        ("authority", "no", ("guardian g1 of child c1: authority", "yes", "no")),
        ("language", "pl", ("person g1: language", "nl", "pl")),
        ("school_type", "sbo", ("school De Wilg: type", "bao", "sbo")),
    ],
)
def test_a_change_is_listed_before_and_after(
    database: Database, tools: Tools, column: str, value: str, listed: tuple[str, str, str]
) -> None:
    """A changed cell changes that one fact, and the list shows it as it was and as it is."""
    bring(database, tools, file_of(GUARDIAN))
    changes = bring(database, tools, file_of(with_cell(GUARDIAN, column, value)))
    assert [one for one in changes if one.kind is ChangeKind.CHANGED] == [Change(ChangeKind.CHANGED, *listed)]
    assert bring(database, tools, file_of(with_cell(GUARDIAN, column, value))) == []


def test_authority_taken_away_works_at_once(database: Database, tools: Tools, cast: Cast) -> None:
    """The same guardian reads the dossier before the import and not after it (004-dossier-5)."""
    with database.writing() as session:
        here = cast.at(session)
        assert access.allowed(session, tools, here.pieter, here.kuba, Action.READ, Subject.DOSSIER)
        text = DEMO_ROSTER.read_text().replace("guardian,father,yes", "guardian,father,no")
        rows, _ = roster.read_roster(text)
        changes = roster.apply(session, tools, rows)
        assert [change.before for change in changes] == ["yes"]
        assert not access.allowed(session, tools, here.pieter, here.kuba, Action.READ, Subject.DOSSIER)
        line = session.scalars(select(AuditLine).where(AuditLine.action == "authority_changed")).one()
        assert (line.child_id, line.data["person"]) == (here.kuba.id, here.pieter.id)


def test_a_child_in_another_group_has_another_teacher_at_once(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """After the move the new group's teacher reads the dossier and the old one does not."""
    text = DEMO_ROSTER.read_text().replace("3A,3,k-kuba", "6B,6,k-kuba")
    bring(database, tools, text)
    with database.reading() as session:
        here = cast.at(session)
        readers = [
            teacher.roster_id
            for teacher in (here.marieke, here.joris)
            if access.allowed(session, tools, teacher, here.kuba, Action.READ, Subject.DOSSIER)
        ]
    assert readers == ["s-joris"]


def test_missing_rows_end_nothing_by_themselves(database: Database, tools: Tools, cast: Cast) -> None:
    """A roster with one row fewer leaves the relation as it is."""
    assert bring(database, tools, without("p-pieter")) == []
    with database.reading() as session:
        assert len(access.children_of(session, cast.at(session).pieter)) == 1


def without(roster_id: str) -> str:
    """The demo roster without the rows of one person."""
    return "".join(
        line for line in DEMO_ROSTER.read_text().splitlines(keepends=True) if roster_id not in line
    )


@pytest.mark.parametrize(
    ("roster_id", "what"),
    [
        ("p-pieter", "guardian p-pieter of child k-kuba"),
        ("s-marieke", "teacher s-marieke of group 3A of Basisschool De Wilg"),
        ("s-hanneke", "lead s-hanneke of Basisschool De Wilg"),
    ],
)
def test_missing_rows_end_when_asked_and_come_back(
    database: Database, tools: Tools, cast: Cast, roster_id: str, what: str
) -> None:
    """With end_missing the relation ends, its person can do nothing more; the row back revives it."""
    changes = bring(database, tools, without(roster_id), end_missing=True)
    assert changes == [Change(ChangeKind.ENDED, what)]
    with database.reading() as session:
        person = people.by_roster_id(session, roster_id)
        assert people.roles_of(session, person) == []
        assert not access.allowed(session, tools, person, cast.at(session).kuba, Action.READ, Subject.DOSSIER)
    assert bring(database, tools, without(roster_id), end_missing=True) == []
    assert bring(database, tools, DEMO_ROSTER.read_text()) == [Change(ChangeKind.BACK, what)]
    with database.reading() as session:
        person = people.by_roster_id(session, roster_id)
        assert access.allowed(session, tools, person, cast.at(session).kuba, Action.READ, Subject.DOSSIER)


def test_an_ended_guardian_keeps_a_door_that_shows_nothing(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """The door of an ended guardian stays, and behind it there is no child any more."""
    with database.writing() as session:
        open_door(session, clock, cast.pieter)
    bring(database, tools, without("p-pieter"), end_missing=True)
    with database.reading() as session:
        door = session.scalars(select(Door)).one()
        assert door.is_open
        assert access.children_of(session, door.person) == []


def test_an_ended_person_cannot_join_any_more(database: Database, tools: Tools, cast: Cast) -> None:
    """With the last relation the open invitations end too; who has another role keeps them."""
    with database.writing() as session:
        here = cast.at(session)
        for person in (here.pieter, here.agnieszka):
            invitations.invite(session, tools, person)
    bring(database, tools, without("k-kuba"), end_missing=True)
    with database.reading() as session:
        open_ones = session.scalars(select(Invitation).where(Invitation.closed_at.is_(None))).all()
        assert [one.person.roster_id for one in open_ones] == ["p-agnieszka"]


def test_another_schools_rows_are_left_alone(database: Database, tools: Tools, cast: Cast) -> None:
    """end_missing looks only at the schools that the file names."""
    bring(database, tools, DEMO_ROSTER.read_text(), end_missing=True)
    with database.reading() as session:
        here = cast.at(session)
        assert people.roles_of(session, here.victor) == ["guardian"]
        assert people.roles_of(session, here.olga) == ["teacher"]


def test_a_language_that_is_not_shipped_is_a_wish(database: Database, tools: Tools, cast: Cast) -> None:
    """Selam reads English for now, and the teacher can see that she wishes Tigrinya (002-polish-parents)."""
    assert (cast.selam.language, cast.selam.wished_language) == ("en", "ti")
    changes = bring(database, tools, DEMO_ROSTER.read_text().replace(",ti\n", ",pl\n"))
    assert [(one.what, one.before, one.after) for one in changes] == [
        ("person p-selam: wished language", "ti", None),
        ("person p-selam: language", "en", "pl"),
    ]


def test_the_language_a_person_chose_stays(database: Database, tools: Tools, cast: Cast) -> None:
    """The roster's language changes nothing for a person who chose one (design promise 5)."""
    with database.writing() as session:
        people.choose_language(session, tools, cast.at(session).selam, "nl")
    assert bring(database, tools, DEMO_ROSTER.read_text()) == []
    bring(database, tools, DEMO_ROSTER.read_text().replace(",ti\n", ",pl\n"))
    with database.reading() as session:
        assert cast.at(session).selam.language == "nl"


def test_a_variant_of_a_language_is_that_language() -> None:
    """pl-PL is Polish."""
    rows, _ = roster.read_roster(file_of(with_cell(GUARDIAN, "language", "pl-PL")))
    assert rows[0].language == "pl"


def test_a_guardian_of_children_at_two_schools(database: Database, tools: Tools) -> None:
    """One person may have children at two schools; either file alone, again and again, changes nothing."""
    other = with_cell(with_cell(GUARDIAN, "school", "De Overkant"), "child_id", "c2")
    bring(database, tools, file_of(GUARDIAN))
    bring(database, tools, file_of(other))
    assert bring(database, tools, file_of(GUARDIAN)) == []
    assert bring(database, tools, file_of(GUARDIAN, other)) == []
    with database.reading() as session:
        person = people.by_roster_id(session, "g1")
        assert person.school.name == "De Wilg"
        assert len(people.school_ids_of(session, person)) == 2


def test_who_moves_to_another_school_belongs_there(database: Database, tools: Tools) -> None:
    """When the only child moves within the board, the guardian's school follows."""
    bring(database, tools, file_of(GUARDIAN))
    changes = bring(database, tools, file_of(with_cell(GUARDIAN, "school", "De Overkant")))
    assert Change(ChangeKind.CHANGED, "person g1: school", "De Wilg", "De Overkant") in changes


names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@st.composite
def any_roster(draw: st.DrawFn) -> str:
    """A roster without mistakes: a few children, guardians and staff with any names."""
    children = draw(st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True))
    written = StringIO()
    writer = csv.writer(written, delimiter=draw(st.sampled_from(",;")))
    writer.writerow(COLUMNS)
    adults = {number: (draw(names), draw(st.sampled_from(["nl", "pl", "en", "ti"]))) for number in range(4)}
    for child in children:
        first_name, group, grade = draw(names), draw(st.sampled_from(["3A", "4B"])), draw(st.integers(1, 8))
        for adult in draw(st.lists(st.sampled_from(sorted(adults)), min_size=1, unique=True)):
            name, language = adults[adult]
            authority = draw(st.sampled_from(["yes", "nee", "1", "false"]))
            relation = draw(st.sampled_from(["mother", "father", ""]))
            place = ["De Wilg", "bao", group, grade, f"c{child}", first_name]
            writer.writerow([*place, f"g{adult}", name, "guardian", relation, authority, language])
    for role, group in draw(
        st.lists(st.sampled_from([("teacher", "3A"), ("teacher", "4B"), ("lead", "")]), unique=True)
    ):
        writer.writerow(["De Wilg", "bao", group, "", "", "", "s1", "juf Bo", role, "", "", "nl"])
    return written.getvalue()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=any_roster(), second=any_roster())
def test_after_any_import_the_database_says_what_the_file_says(
    first: str, second: str, database: Database, tools: Tools
) -> None:
    """Whatever stood there, a file imported with end_missing is the state; again, it changes nothing."""
    bring(database, tools, first, end_missing=True)
    bring(database, tools, second, end_missing=True)
    assert bring(database, tools, second, end_missing=True) == []
    rows, _ = roster.read_roster(second)
    with database.reading() as session:
        found = {
            (one.person.roster_id, one.child.roster_id, one.relation, one.authority)
            for one in session.scalars(select(Guardianship).where(Guardianship.ended_at.is_(None)))
        }
        assert found == {
            (row.person_id, row.child_id, row.relation, row.authority)
            for row in rows
            if row.role == "guardian"
        }
        for row in rows:
            assert people.by_roster_id(session, row.person_id).name == row.person_name
            if row.child_id:
                child = people.child_by_roster_id(session, row.child_id)
                place = (child.first_name, child.grade, child.group.name)
                assert place == (row.child_first_name, row.grade, row.group)
        assert session.scalar(select(func.count(School.id))) == 1


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), any_roster().map(lambda text: text[:-9])))
def test_no_file_makes_the_reader_stumble(content: bytes | str) -> None:
    """Any bytes give rows or a report with lines of the file, never an exception."""
    rows, problems = roster.read_roster(content)
    assert rows or problems
    assert all(problem.line >= 1 for problem in problems)
