"""Who can come in, for the head: staff, and parents per group; each account can be closed at once and opened again."""

from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Group, Person
from bot.model.privacy import ClosingReason
from bot.services import accounts, overview
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, id_in_path, signed_in

REASONS = tuple(reason.value for reason in ClosingReason)


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the accounts."""
    one = "/desk/account/{person_id:int}"
    return [
        Route("/desk/accounts", signed_in(web, DESK, _staff, enter=_enter), methods=["GET"]),
        Route(
            "/desk/accounts/group/{group_id:int}", signed_in(web, DESK, _group, enter=_enter), methods=["GET"]
        ),
        Route(one, signed_in(web, DESK, _one, enter=_enter), methods=["GET"]),
        Route(one, signed_in(web, DESK, _act, enter=_enter), methods=["POST"]),
    ]


def _enter(session: Session, _web: Web, reader: Person, _request: Request) -> None:
    if not accounts.may_see(session, reader):
        raise NotFoundError


async def _staff(web: Web, _request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        actor = session.get_one(Person, visit.person_id)
        return web.pages.render(
            "desk/accounts.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            rows=accounts.staff(session, actor),
            groups=overview.groups_of(session, web.tools, actor),
            group=None,
        )

    return await web.read(look)


async def _group(web: Web, request: Request, visit: Visit) -> Response:
    group_id = id_in_path(request, "group_id")

    def look(session: Session) -> Response:
        actor = session.get_one(Person, visit.person_id)
        rows = accounts.guardians(session, actor, group_id)
        return web.pages.render(
            "desk/accounts.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            rows=rows,
            groups=overview.groups_of(session, web.tools, actor),
            group=session.get_one(Group, group_id),
        )

    return await web.read(look)


async def _one(web: Web, request: Request, visit: Visit) -> Response:
    person_id = id_in_path(request, "person_id")
    done = request.query_params.get("done", "")
    return await web.read(partial(_render, web, visit, person_id, done=done))


async def _act(web: Web, request: Request, visit: Visit) -> Response:
    """The account is closed or open again; a form without a reason comes back."""
    person_id = id_in_path(request, "person_id")
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in {"close_account", "open_account"}:
        raise NotFoundError

    def act(session: Session) -> None:
        actor = session.get_one(Person, visit.person_id)
        person = session.get(Person, person_id)
        if person is None:
            raise NotFoundError
        if do == "close_account":
            accounts.close(session, web.tools, actor, person, form.text("reason"))
        else:
            accounts.open_again(session, web.tools, actor, person)

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        return await web.read(partial(_render, web, visit, person_id, kept=kept_from(form, error.code)))
    return RedirectResponse(f"/desk/account/{person_id}?done={do}#done", status_code=303)


def _render(
    web: Web, visit: Visit, person_id: int, session: Session, *, kept: Kept = NOTHING_KEPT, done: str = ""
) -> Response:
    actor = session.get_one(Person, visit.person_id)
    return web.pages.render(
        "desk/account.html",
        visit.language,
        status=422 if kept.code else 200,
        place=visit.school,
        new_key=visit.new_key,
        row=accounts.find(session, actor, person_id),
        own=person_id == actor.id,
        reasons=REASONS,
        kept=kept,
        done=done,
    )
