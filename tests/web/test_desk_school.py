"""The school in numbers: the page and the file for a spreadsheet."""

import csv
import io
from collections.abc import Callable

from sqlalchemy import select

from bot.model.people import Child, Group, Guardianship, Person
from bot.model.privacy import AuditLine, PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk_school import harmless
from tests.cast import Cast, open_door
from tests.web.page import SignedIn

DESK = PassPurpose.DESK
Opener = Callable[..., SignedIn]


def _add_group(database: Database, tools: Tools, cast: Cast, name: str) -> None:
    """A group of twelve children with one parent each, of whom six have opened the letter."""
    with database.writing() as session:
        group = Group(school_id=cast.school.id, name=name)
        session.add(group)
        session.flush()
        for number in range(12):
            child = Child(roster_id=f"k{number}", first_name="Kind", group_id=group.id, grade=4)
            parent = Person(
                roster_id=f"p{number}",
                school_id=cast.school.id,
                name="Ouder",
                language="pl" if number < 6 else "nl",
                wished_language=None,
                language_chosen=False,
                guardianships=[],
            )
            session.add_all([child, parent])
            tie = Guardianship(person=parent, child=child, relation="mother", authority=True, ended_at=None)
            session.add(tie)
            session.flush()
            if number < 6:
                open_door(session, tools.clock, parent)


def _signed_in(window: Opener, database: Database, tools: Tools, person: Person) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window()
    browser.sign_in(database, tools, person, DESK)
    return browser


def test_the_head_sees_numbers_and_no_names(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Charts with words for who cannot see them, a table, and nobody's name but the groups'."""
    _add_group(database, tools, cast, "4C")
    head = _signed_in(window, database, tools, cast.hanneke)
    assert "/desk/school" in head.get("/desk/").html
    page = head.get("/desk/school")
    assert page.status == 200
    assert 'role="img"' in page.html
    assert "Parents 12, Invited 6" in page.html
    assert "Polish 6" in page.html
    names = [cast.agnieszka.name, cast.marieke.name, cast.selam.name, cast.kuba.first_name]
    assert not any(name in page.html for name in names)


def test_the_file_holds_the_same_and_no_formula(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """UTF-8 with its mark, the numbers of the page, no cell that a spreadsheet would calculate; on record."""
    _add_group(database, tools, cast, "=1+1")
    head = _signed_in(window, database, tools, cast.hanneke)
    answer = head.client.get("/desk/school.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    of_group = next(row for row in rows if row[0] == "'=1+1")
    assert of_group[1:4] == ["12", "12", "6"]
    assert len({len(row) for row in rows[:-1]}) == 1
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    with database.reading() as session:
        downloaded = select(AuditLine.actor_id).where(AuditLine.action == "downloaded")
        assert session.scalars(downloaded).all() == [cast.hanneke.id]


def test_a_cell_is_never_a_formula() -> None:
    """Whatever could begin one gets a mark before it."""
    for cell in ("=SUM(A1)", "+1", "-1", "@x", "\tx", "\rx"):
        assert harmless(cell) == f"'{cell}"
    assert harmless("3A") == "3A"


def test_a_teacher_finds_no_overview(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """Neither page nor file, and no link to it."""
    teacher = _signed_in(window, database, tools, cast.marieke)
    assert "/desk/school" not in teacher.get("/desk/").html
    assert teacher.get("/desk/school").status == 404
    assert teacher.get("/desk/school.csv").status == 404
