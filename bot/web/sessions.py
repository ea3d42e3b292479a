"""Where a person is signed in: the own browsers, each of which can be signed out from here."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import NotFoundError
from bot.model.people import Person
from bot.model.privacy import WebSession
from bot.services import passes
from bot.web.dossier import ways_back
from bot.web.requests import Web
from bot.web.visits import DESK, REALMS, Realm, Visit, known_id, signed_in


@dataclass(frozen=True)
class SessionRow:
    """One browser in which the person is signed in."""

    id: int
    purpose: str
    device: str
    made_at: datetime
    seen_at: datetime
    here: bool


def routes(web: Web) -> list[BaseRoute]:
    """One page on each side of the house."""
    return [
        Route(f"{realm.path}sessions", signed_in(web, realm, partial(handler, realm)), methods=[method])
        for realm in REALMS
        for method, handler in (("GET", _page), ("POST", _end))
    ]


async def _page(realm: Realm, web: Web, request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        person = session.get_one(Person, visit.person_id)
        rows = [
            SessionRow(
                one.id, one.purpose, one.device or "other", one.made_at, one.seen_at, here=one.id == here
            )
            for here in [_current(session, web, realm, visit).id]
            for one in passes.sessions_of(session, web.tools, person)
        ]
        return web.pages.render(
            "desk/sessions.html",
            visit.language,
            frame="desk/frame.html" if realm is DESK else "dossier/frame.html",
            place=visit.school,
            new_key=visit.new_key,
            rows=rows,
            back=ways_back(session, web, person),
            home=realm.path,
            done=request.query_params.get("done", ""),
        )

    return await web.read(look)


async def _end(realm: Realm, web: Web, request: Request, visit: Visit) -> Response:
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in {"end", "end_others"}:
        raise NotFoundError

    def act(session: Session) -> None:
        if do == "end":
            person = session.get_one(Person, visit.person_id)
            passes.end_own(session, web.tools, person, known_id(form.number("target")))
        else:
            passes.end_others(session, web.tools, _current(session, web, realm, visit))

    await web.write(form, act)
    return RedirectResponse(f"{realm.path}sessions?done={do}#done", status_code=303)


def _current(session: Session, web: Web, realm: Realm, visit: Visit) -> WebSession:
    found = passes.session_for(session, web.tools, visit.session_token, realm.purpose)
    if found is None:
        raise NotFoundError
    return found
