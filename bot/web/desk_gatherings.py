"""What parents are invited to: lead and coordinator write it, call it off, and read who comes."""

from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.services import gatherings, sayings
from bot.web.desk_forms import moment
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, id_in_path, known_id, signed_in

PAGE = "/desk/gatherings"


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the invitations."""
    sure = PAGE + "/sure/{gathering_id:int}"
    return [
        Route(PAGE, signed_in(web, DESK, _page, enter=_enter), methods=["GET"]),
        Route(PAGE, signed_in(web, DESK, _act, enter=_enter), methods=["POST"]),
        Route(sure, signed_in(web, DESK, _sure, enter=_enter), methods=["GET"]),
    ]


def _enter(session: Session, web: Web, reader: Person, _request: Request) -> None:
    if not web.tools.buddies.on or not gatherings.may_write(session, reader):
        raise NotFoundError


async def _page(web: Web, request: Request, visit: Visit) -> Response:
    return await web.read(partial(_render, web, visit, done=request.query_params.get("done", "")))


async def _act(web: Web, request: Request, visit: Visit) -> Response:
    """An invitation is made or called off; a form with a mistake comes back as it was."""
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in {"make_gathering", "cancel_gathering"}:
        raise NotFoundError

    def act(session: Session) -> None:
        actor = session.get_one(Person, visit.person_id)
        if do == "make_gathering":
            gatherings.make(session, web.tools, actor, form.text("words"), moment(form, web.tools))
        else:
            number = known_id(form.number("target"))
            one = gatherings.find_for_school(session, actor, number)
            gatherings.cancel(session, web.tools, actor, one)

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        return await web.read(partial(_render, web, visit, kept=kept_from(form, error.code)))
    return RedirectResponse(f"{PAGE}?done={do}#done", status_code=303)


def _render(
    web: Web, visit: Visit, session: Session, *, kept: Kept = NOTHING_KEPT, done: str = ""
) -> Response:
    reader = session.get_one(Person, visit.person_id)
    return web.pages.render(
        "desk/gatherings.html",
        visit.language,
        status=422 if kept.code else 200,
        place=visit.school,
        new_key=visit.new_key,
        rows=gatherings.overview(session, web.tools, reader),
        kept=kept,
        done=done,
    )


async def _sure(web: Web, request: Request, visit: Visit) -> Response:
    """Asks once more before it is called off."""
    gathering_id = id_in_path(request, "gathering_id")

    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        one = gatherings.find_for_school(session, reader, gathering_id)
        if not gatherings.is_open(web.tools, one):
            raise NotFoundError
        return web.pages.render(
            "desk/gathering_sure.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            gathering=one,
            said=sayings.shown(one.saying, reader.language, reader.id),
        )

    return await web.read(look)
