"""Talk sheets on paper: one A4 for each guardian of a child, or of all children of a class.

What is too long for one A4 is shortened in sight; whole it stands on the child's page.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.local import comma_in
from bot.model.errors import NotFoundError
from bot.model.people import Child, Group, Person
from bot.services import access, dossier, overview, sheets
from bot.services.overview import ChildRow
from bot.services.sayings import Shown
from bot.services.sheets import SCHOOL_LANGUAGE, Both, Sheet, SheetAgreement, SheetAnswer
from bot.web.desk_class import Reading, arranged, reading_of
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, id_in_path, signed_in

LOOK = "sheet"  # what stands in a look
# Measured on paper with sheet.css.
CHARS_OF_HALF, CHARS_OF_WHOLE = 58, 124  # on one line
CHARS_OF_WAITING, CHARS_OF_NOTE = 29, 52  # why only the original stands there, in the longest language
LINE_MM, BETWEEN_MM = 3.7, 1.6
ROOM_MM = 168  # for agreements, goals and answers, beside head, titles and room to write
ROOM_FOR_LARGE_MM = 95  # with so little on it, it is printed in larger letters
LONGEST_LINES = (14, 10, 7, 5, 4, 3, 2)
RULES = 24


@dataclass(frozen=True)
class Cell:
    """One side of a row: what is asked, what is said, and in which language that is where it is not translated."""

    asked: str
    words: str
    foreign: str = ""
    waiting: bool = False  # a translation may still come
    not_offered: bool = False  # none will: no translator knows this language
    shortened: bool = False
    voices: int = 0
    photos: int = 0

    @property
    def length(self) -> int:
        """How many characters it takes."""
        note = 0 if not self.foreign else CHARS_OF_WAITING if self.waiting else CHARS_OF_NOTE
        return len(self.asked) + len(self.words) + 1 + note


@dataclass(frozen=True)
class Row:
    """The same for the school and for the guardian; about an agreement with what was agreed."""

    school: Cell
    guardian: Cell
    agreement: SheetAgreement | None = None


@dataclass(frozen=True)
class Paper:
    """A sheet as it fits on one A4."""

    sheet: Sheet
    twice: bool  # two languages side by side
    agreements: tuple[Row, ...]
    goals: tuple[Row, ...]
    answers: tuple[Row, ...]

    @property
    def large(self) -> bool:
        """Whether larger letters fit as well."""
        return _height_mm(self) <= ROOM_FOR_LARGE_MM

    @property
    def shortened(self) -> bool:
        """Whether something is longer than it stands here."""
        rows = (*self.agreements, *self.goals, *self.answers)
        return any(cell.shortened for row in rows for cell in (row.school, row.guardian))


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the sheets."""
    return [
        Route(
            "/desk/child/{child_id:int}/sheet",
            signed_in(web, DESK, _of_child, enter=_look_at_child),
            methods=["GET"],
        ),
        Route(
            "/desk/group/{group_id:int}/sheets",
            signed_in(web, DESK, _of_group, enter=_look_at_group),
            methods=["GET"],
        ),
    ]


def _look_at_child(session: Session, web: Web, reader: Person, request: Request) -> None:
    child = access.child_or_not_found(session, id_in_path(request, "child_id"))
    dossier.look(session, web.tools, reader, child, LOOK, as_staff=True)


def _look_at_group(session: Session, web: Web, reader: Person, request: Request) -> None:
    """Each child whose sheet is on the page was looked at."""
    _group, rows = _rows(session, web, reader, request)
    for row in rows:
        child = session.get_one(Child, row.child_id)
        dossier.look(session, web.tools, reader, child, LOOK, as_staff=True)


def _rows(session: Session, web: Web, reader: Person, request: Request) -> tuple[Group, list[ChildRow]]:
    group = session.get(Group, id_in_path(request, "group_id"))
    if group is None:
        raise NotFoundError
    everybody = overview.group_overview(session, web.tools, reader, group)
    return group, arranged(everybody, reading_of(request.query_params), web.tools.clock.now())


async def _of_child(web: Web, request: Request, visit: Visit) -> Response:
    child_id = id_in_path(request, "child_id")
    reading = reading_of(request.query_params)

    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        child = access.child_or_not_found(session, child_id)
        made = sheets.of_child(session, web.tools, reader, child)
        back = f"/desk/child/{child.id}{reading.query}"
        return _render(web, visit, made, back, child.first_name, reading)

    return await web.read(look)


async def _of_group(web: Web, request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        group, rows = _rows(session, web, reader, request)
        children = [session.get_one(Child, row.child_id) for row in rows]
        made = [one for child in children for one in sheets.of_child(session, web.tools, reader, child)]
        reading = reading_of(request.query_params)
        return _render(web, visit, made, f"/desk/group/{group.id}{reading.query}", group.name, reading)

    return await web.read(look)


def _render(
    web: Web, visit: Visit, made: Sequence[Sheet], back: str, name: str, reading: Reading
) -> Response:
    languages = {SCHOOL_LANGUAGE, *(one.language for one in made)}
    words = {language: web.pages.macros("desk/sheet_words.html", language) for language in languages}
    return web.pages.render(
        "desk/sheets.html",
        visit.language,
        place=visit.school,
        new_key=visit.new_key,
        papers=[fitted(one) for one in made],
        words=words,
        school_language=SCHOOL_LANGUAGE,
        back=back,
        name=name,
        reading=reading,
        today=web.tools.clock.today(),
        rules=range(RULES),
    )


def fitted(sheet: Sheet) -> Paper:
    """The sheet with as much of every text as one A4 holds."""
    papers = (_paper(sheet, lines) for lines in LONGEST_LINES)
    return next((paper for paper in papers if _height_mm(paper) <= ROOM_MM), _paper(sheet, LONGEST_LINES[-1]))


def _paper(sheet: Sheet, lines: int) -> Paper:
    twice = sheet.language != SCHOOL_LANGUAGE
    most = lines * (CHARS_OF_HALF if twice else CHARS_OF_WHOLE)
    return Paper(
        sheet=sheet,
        twice=twice,
        agreements=tuple(_said_row(one.said, most, one) for one in sheet.agreements),
        goals=tuple(_said_row(one, most) for one in sheet.goals),
        answers=tuple(_answer_row(one, most, sheet.language) for one in sheet.answers),
    )


def _said_row(said: Both, most: int, agreement: SheetAgreement | None = None) -> Row:
    return Row(_cell("", "", said.school, most), _cell("", "", said.guardian, most), agreement)


def _answer_row(answer: SheetAnswer, most: int, language: str) -> Row:
    said = answer.said
    return Row(
        _cell(
            answer.asked[0],
            comma_in(SCHOOL_LANGUAGE).join(answer.labels[0]),
            said.school if said else None,
            most,
        ),
        _cell(
            answer.asked[1], comma_in(language).join(answer.labels[1]), said.guardian if said else None, most
        ),
    )


def _cell(asked: str, chosen: str, said: Shown | None, most: int) -> Cell:
    translated = said is None or said.words is not None
    spoken = "" if said is None else said.original if said.words is None else said.words
    whole = (
        " ".join(f"{chosen}. {spoken}".split()) if chosen and spoken else " ".join((chosen or spoken).split())
    )
    words = shorter(whole, most - len(asked))
    return Cell(
        asked=asked,
        words=words,
        foreign="" if translated or said is None or not spoken.strip() else said.original_language,
        waiting=said is not None and said.waiting,
        not_offered=said is not None and said.not_offered,
        shortened=words != whole,
        voices=len(said.voices) if said else 0,
        photos=len(said.photos) if said else 0,
    )


def shorter(words: str, most: int) -> str:
    """The words, or as many whole ones as fit, and three dots."""
    most = max(most, 24)
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    kept, space, _broken = cut.rpartition(" ")
    return f"{kept if space and len(kept) > most // 2 else cut}…"


def _height_mm(paper: Paper) -> float:
    chars = CHARS_OF_HALF if paper.twice else CHARS_OF_WHOLE
    rows = (*paper.agreements, *paper.goals, *paper.answers)
    return sum(map(partial(_row_mm, chars), rows))


def _row_mm(chars: int, row: Row) -> float:
    lines = max(math.ceil(cell.length / chars) for cell in (row.school, row.guardian))
    return (lines + bool(row.agreement)) * LINE_MM + BETWEEN_MM
