"""The teacher's desk: my groups, and one group with the state of every child and guardian (004-oog-prepare)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.access import Action, Subject
from bot.model.errors import NotFoundError
from bot.model.people import Door, Group, Person
from bot.model.preparation import Progress
from bot.services import access, accounts, buddy_overview, overview, people, school_overview
from bot.services.overview import ChildRow
from bot.web import desk_child, desk_sheets, shown_files
from bot.web.desk_class import FILTERS, SORTS, arranged, languages_of, reading_of, tasks_of
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, id_in_path, known_id, sign_out, signed_in

CHART_WIDTH = 600  # in the units of the drawing
ORDER = (
    Progress.READY,
    Progress.BUSY,
    Progress.NEEDS_HELP,
    Progress.OTHER_WAY,
    Progress.NOT_STARTED,
)


@dataclass(frozen=True)
class Bar:
    """One piece of the chart: how many guardians are in this state, and where its piece stands."""

    state: str
    count: int
    left: float
    width: float


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the desk."""
    group = "/desk/group/{group_id:int}"
    file = "/desk/file/{attachment_id:int}"
    return [
        Route("/desk/", signed_in(web, DESK, _groups, tells_strangers=True), methods=["GET"]),
        Route(group, signed_in(web, DESK, _group), methods=["GET"]),
        Route(group, signed_in(web, DESK, _confirm), methods=["POST"]),
        Route(
            file,
            signed_in(
                web,
                DESK,
                partial(shown_files.hand_out, as_staff=True),
                enter=partial(shown_files.note_look, as_staff=True),
            ),
            methods=["GET"],
        ),
        Route("/desk/out", signed_in(web, DESK, sign_out(DESK)), methods=["POST"]),
        *desk_child.routes(web),
        *desk_sheets.routes(web),
    ]


def bars_of(rows: Sequence[ChildRow]) -> list[Bar]:
    """The pieces of the chart from left to right; empty states have none."""
    counts = Counter(guardian.progress for row in rows for guardian in row.guardians)
    unit = CHART_WIDTH / max(1, counts.total())
    bars: list[Bar] = []
    left = 0.0
    for state in ORDER:
        width = counts[state.value] * unit
        if width:
            bars.append(Bar(state.value, counts[state.value], round(left, 2), round(width, 2)))
            left += width
    return bars


def _group_or_not_found(session: Session, group_id: int) -> Group:
    group = session.get(Group, group_id)
    if group is None:
        raise NotFoundError
    return group


async def _groups(web: Web, _request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        groups = []
        for group in overview.groups_of(session, web.tools, reader):
            rows = overview.group_overview(session, web.tools, reader, group)
            groups.append(
                {
                    "id": group.id,
                    "name": group.name,
                    "children": len(rows),
                    "bars": bars_of(rows),
                    "tasks": len(tasks_of(rows, web.tools.clock.now())),
                }
            )
        return web.pages.render(
            "desk/groups.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            name=reader.name,
            groups=groups,
            chart_width=CHART_WIDTH,
            sees_school=school_overview.may_read(session, reader),
            sees_accounts=accounts.may_see(session, reader),
            sees_buddies=buddy_overview.may_read(session, web.tools, reader),
        )

    return await web.read(look)


async def _group(web: Web, request: Request, visit: Visit) -> Response:
    group_id = id_in_path(request, "group_id")

    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        group = _group_or_not_found(session, group_id)
        everybody = overview.group_overview(session, web.tools, reader, group)
        now = web.tools.clock.now()
        reading = reading_of(request.query_params)
        return web.pages.render(
            "desk/group.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            group=group,
            everybody=everybody,
            rows=arranged(everybody, reading, now),
            without_contact=[row for row in everybody if row.last_contact is None],
            reading=reading,
            sorts=SORTS,
            filters=FILTERS,
            languages_here=languages_of(everybody),
            bars=bars_of(everybody),
            tasks=tasks_of(everybody, now),
            now=now,
            chart_width=CHART_WIDTH,
            done=request.query_params.get("done", ""),
        )

    return await web.read(look)


async def _confirm(web: Web, request: Request, visit: Visit) -> Response:
    """One tap: a new door may read back."""
    group_id = id_in_path(request, "group_id")
    form = await web.form(request, visit.secret)
    door_id = known_id(form.number("door"))

    def act(session: Session) -> None:
        actor = session.get_one(Person, visit.person_id)
        group = _group_or_not_found(session, group_id)
        door = session.get(Door, door_id)
        if door is None or not _belongs_to(session, web, actor, group, door):
            raise NotFoundError
        people.confirm_door(session, web.tools, actor, door)

    await web.write(form, act)
    return RedirectResponse(f"/desk/group/{group_id}?done=confirm_door#done", status_code=303)


def _belongs_to(session: Session, web: Web, actor: Person, group: Group, door: Door) -> bool:
    """Whether the door is of a guardian in this group, whose doors the actor may confirm."""
    return any(
        child.group_id == group.id
        and access.allowed(
            session, web.tools, actor, child, Action.CONFIRM, Subject.DOOR, owner_id=door.person_id
        )
        for child in access.children_of(session, door.person)
    )
