"""Reads a school's roster: a CSV text becomes typed rows, or a list of what is wrong with it.

Knows nothing of the database; what the rows change is the matter of roster.py.
"""

import csv
import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

from bot.model.people import Role, SchoolType

COLUMNS = (
    "school",
    "school_type",
    "group",
    "grade",
    "child_id",
    "child_first_name",
    "person_id",
    "person_name",
    "role",
    "relation",
    "authority",
    "language",
)
GRADES = range(1, 9)
MOST_CHARS = {"school": 120, "group": 40, "child_id": 64, "person_id": 64, "relation": 40}
MOST_NAME_CHARS = 100  # of every other column
YES = frozenset({"yes", "ja", "1", "true"})
NO = frozenset({"no", "nee", "0", "false"})

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_TURNING_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Reason(enum.StrEnum):
    """What can be wrong with a roster."""

    NOT_UTF8 = "not_utf8"
    EMPTY = "empty"
    BROKEN_CSV = "broken_csv"
    MISSING_COLUMN = "missing_column"
    COLUMN_TWICE = "column_twice"
    CELL_COUNT = "cell_count"
    EMPTY_CELL = "empty_cell"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_SCHOOL_TYPE = "unknown_school_type"
    GRADE = "grade"
    AUTHORITY = "authority"
    LANGUAGE = "language"
    NOT_FOR_STAFF = "not_for_staff"
    CONTRADICTION = "contradiction"
    ROW_TWICE = "row_twice"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the line of the file, counted from 1, and the column where there is one."""

    line: int
    reason: Reason
    column: str | None = None
    other_line: int | None = None  # the row it contradicts or repeats


@dataclass(frozen=True)
class Row:
    """One relation: a guardian of a child, a teacher of a group, or a post at a school."""

    line: int
    school: str
    school_type: SchoolType
    group: str
    grade: int | None
    child_id: str
    child_first_name: str
    person_id: str
    person_name: str
    role: Role
    relation: str
    authority: bool
    language: str  # as the school writes it, the main part only: pl-PL is pl


def read_roster(content: bytes | str) -> tuple[list[Row], list[Problem]]:
    """The rows and everything that is wrong; import the rows only if nothing is."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        return [], [Problem(error.object.count(b"\n", 0, error.start) + 1, Reason.NOT_UTF8)]
    cells, problems = _cells(text.removeprefix("\ufeff"))
    rows: list[Row] = []
    for line, values in cells:
        wrong = list(_wrong_cells(line, values))
        problems += wrong
        if not wrong:
            rows.append(_row(line, values))
    problems += _contradictions(rows)
    if not cells and not problems:
        problems.append(Problem(1, Reason.EMPTY))
    return rows, sorted(problems, key=lambda problem: problem.line)


def _cells(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Each row that is not blank, by column name, with its first line."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    cells: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    header: list[str] | None = None
    line = 1
    try:
        for raw in reader:
            stripped = [unicodedata.normalize("NFC", cell).strip() for cell in raw]
            if header is None and any(stripped):
                header = [name.lower() for name in stripped]
                problems += _wrong_columns(line, header)
            elif header is not None and any(stripped):
                while len(stripped) > len(header) and not stripped[-1]:
                    stripped.pop()
                if len(stripped) == len(header):
                    cells.append((line, dict(zip(header, stripped, strict=True))))
                else:
                    problems.append(Problem(line, Reason.CELL_COUNT))
            line = reader.line_num + 1
    except csv.Error:
        problems.append(Problem(line, Reason.BROKEN_CSV))
    complete = not any(problem.column for problem in problems)
    return (cells if complete else []), problems


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if header.count(";") > header.count(",") else ","


def _wrong_columns(line: int, header: list[str]) -> Iterator[Problem]:
    for column in COLUMNS:
        if column not in header:
            yield Problem(line, Reason.MISSING_COLUMN, column)
        elif header.count(column) > 1:
            yield Problem(line, Reason.COLUMN_TWICE, column)


def _wrong_cells(line: int, values: dict[str, str]) -> Iterator[Problem]:
    for column in COLUMNS:
        if any(_is_control(letter) for letter in values[column]):
            yield Problem(line, Reason.CONTROL_CHARACTER, column)
        if len(values[column]) > MOST_CHARS.get(column, MOST_NAME_CHARS):
            yield Problem(line, Reason.TOO_LONG, column)
    yield from _wrong_values(line, values)
    role = values["role"].lower()
    if role in set(Role):
        for column in _needed(role):
            if not values[column]:
                yield Problem(line, Reason.EMPTY_CELL, column)
        if role != Role.GUARDIAN:
            yield from _family_on_staff_row(line, values)


def _wrong_values(line: int, values: dict[str, str]) -> Iterator[Problem]:
    if values["role"].lower() not in set(Role):
        yield Problem(line, Reason.UNKNOWN_ROLE, "role")
    if values["school_type"] and values["school_type"].lower() not in set(SchoolType):
        yield Problem(line, Reason.UNKNOWN_SCHOOL_TYPE, "school_type")
    if values["grade"] and _grade(values["grade"]) is None:
        yield Problem(line, Reason.GRADE, "grade")
    if values["language"] and not _LANGUAGE.fullmatch(values["language"].lower()):
        yield Problem(line, Reason.LANGUAGE, "language")
    if values["authority"] and values["authority"].lower() not in YES | NO:
        yield Problem(line, Reason.AUTHORITY, "authority")


def _needed(role: str) -> tuple[str, ...]:
    always = ("school", "school_type", "person_id", "person_name", "language")
    if role == Role.GUARDIAN:
        return (*always, "group", "grade", "child_id", "child_first_name", "authority")
    return (*always, "group") if role == Role.TEACHER else always


def _family_on_staff_row(line: int, values: dict[str, str]) -> Iterator[Problem]:
    for column in ("child_id", "child_first_name"):
        if values[column]:
            yield Problem(line, Reason.NOT_FOR_STAFF, column)
    if values["authority"].lower() in YES:
        yield Problem(line, Reason.NOT_FOR_STAFF, "authority")


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} or letter in _TURNING_MARKS


def _grade(value: str) -> int | None:
    grade = int(value) if len(value) == 1 and value.isascii() and value.isdigit() else 0
    return grade if grade in GRADES else None


def _row(line: int, values: dict[str, str]) -> Row:
    return Row(
        line=line,
        school=values["school"],
        school_type=SchoolType(values["school_type"].lower()),
        group=values["group"],
        grade=_grade(values["grade"]),
        child_id=values["child_id"],
        child_first_name=values["child_first_name"],
        person_id=values["person_id"],
        person_name=values["person_name"],
        role=Role(values["role"].lower()),
        relation=values["relation"],
        authority=values["authority"].lower() in YES,
        language=values["language"].lower().partition("-")[0],
    )


def _contradictions(rows: Iterable[Row]) -> Iterator[Problem]:
    """What two rows say differently about the same school, child or person; and rows that are there twice."""
    known: dict[tuple[str, str, str], tuple[str, int]] = {}
    relations: dict[tuple[str, ...], int] = {}
    for row in rows:
        for column, key, value in _claims(row):
            said, where = known.setdefault((*key, column), (value, row.line))
            if said != value:
                yield Problem(row.line, Reason.CONTRADICTION, column, where)
        first = relations.setdefault(_relation_key(row), row.line)
        if first != row.line:
            yield Problem(row.line, Reason.ROW_TWICE, None, first)


def _claims(row: Row) -> Iterator[tuple[str, tuple[str, str], str]]:
    yield "school_type", ("school", row.school), row.school_type.value
    person = ("person", row.person_id)
    yield "person_name", person, row.person_name
    yield "language", person, row.language
    if row.role is Role.GUARDIAN:
        child = ("child", row.child_id)
        yield "school", child, row.school
        yield "child_first_name", child, row.child_first_name
        yield "group", child, row.group
        yield "grade", child, str(row.grade)


def _relation_key(row: Row) -> tuple[str, ...]:
    if row.role is Role.GUARDIAN:
        return (row.role.value, row.person_id, row.child_id)
    if row.role is Role.TEACHER:
        return (row.role.value, row.person_id, row.school, row.group)
    return (row.role.value, row.person_id, row.school)
