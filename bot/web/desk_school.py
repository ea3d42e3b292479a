"""The overview of the school for the head and the coordinator: numbers, charts, and the same as a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import NotFoundError
from bot.model.people import Person
from bot.services import school_overview
from bot.services.school_figures import SMALLEST
from bot.services.school_overview import COLUMNS, GroupFigures
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, signed_in

CHART_WIDTH = 600  # in the units of the drawing
_BARS = ("invited", "started", "ready")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")  # a spreadsheet would take it for a formula


@dataclass(frozen=True)
class Bar:
    """One bar of a group's chart; what is not told exactly is drawn as short as it may be."""

    column: str
    width: float


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the overview."""
    return [
        Route("/desk/school", signed_in(web, DESK, _page, enter=_enter), methods=["GET"]),
        Route("/desk/school.csv", signed_in(web, DESK, _file, enter=_note), methods=["GET"]),
    ]


def _enter(session: Session, _web: Web, reader: Person, _request: Request) -> None:
    if not school_overview.may_read(session, reader):
        raise NotFoundError


def _note(session: Session, web: Web, reader: Person, _request: Request) -> None:
    """The download is on record before anything goes out."""
    school_overview.note_download(session, web.tools, reader)


def bars_of(group: GroupFigures) -> list[Bar]:
    """The bars of a group, the longest first; none where nothing may be told."""
    whole = group.figures["guardians"].exact
    if not whole or group.small:
        return []
    return [
        Bar(column, round(CHART_WIDTH * _drawn(group, column) / whole, 2))
        for column in _BARS
        if _drawn(group, column)
    ]


def _drawn(group: GroupFigures, column: str) -> int:
    figure = group.figures[column]
    return figure.least if figure.kind in {"exact", "above"} else 0


async def _page(web: Web, _request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        found = school_overview.school_overview(session, web.tools, reader)
        return web.pages.render(
            "desk/school.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            overview=found,
            columns=COLUMNS,
            bars={group.name: bars_of(group) for group in found.groups},
            chart_width=CHART_WIDTH,
            smallest=SMALLEST,
        )

    return await web.read(look)


async def _file(web: Web, _request: Request, visit: Visit) -> Response:
    """The same numbers as CSV, with the mark by which spreadsheet programs know UTF-8."""
    content = await web.read(partial(_table, web, visit))
    return Response(
        b"\xef\xbb\xbf" + content.encode(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="school.csv"'},
    )


def _table(web: Web, visit: Visit, session: Session) -> str:
    reader = session.get_one(Person, visit.person_id)
    found = school_overview.school_overview(session, web.tools, reader)
    words = web.texts.pages(visit.language).get_template("desk/school_words.html").module

    def said(macro: str, *values: object) -> str:
        # Our own templates made it; a cell holds plain text.
        return " ".join(Markup(getattr(words, macro)(*values)).striptags().split())  # noqa: S704

    rows: list[list[str]] = [
        [said("column_name", "group"), *(said("column_name", one) for one in COLUMNS), said("languages_name")]
    ]
    for group in found.groups:
        figures = [said("figure", group.figures[one]) for one in COLUMNS]
        rows.append([group.name, *figures, said("languages", group)])
    rows.append([said("total_name"), *(said("figure", found.totals[one]) for one in COLUMNS), ""])
    rows.append([said("reply_name"), said("reply", found.median_reply_hours)])
    return _as_csv(rows)


def _as_csv(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([[harmless(cell) for cell in row] for row in rows])
    return written.getvalue()


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never calculates it."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
