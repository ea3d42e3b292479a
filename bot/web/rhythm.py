"""When messages come: the school's hours and the person's own within them, on both sides (004-too-much-info)."""

from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.rhythm import ANY_TIME, WEEKEND, Hours
from bot.services import access
from bot.services import rhythm as service
from bot.web.dossier import ways_back
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Form, Web
from bot.web.visits import DESK, REALMS, Realm, Visit, signed_in

STEP_MINUTES = 30


def routes(web: Web) -> list[BaseRoute]:
    """One page on each side of the house."""
    return [
        Route(f"{realm.path}rhythm", signed_in(web, realm, partial(handler, realm)), methods=[method])
        for realm in REALMS
        for method, handler in (("GET", _page), ("POST", _choose))
    ]


async def _page(realm: Realm, web: Web, request: Request, visit: Visit) -> Response:
    done = request.query_params.get("done", "")
    return await web.read(partial(_render, realm, web, visit, done=done))


async def _choose(realm: Realm, web: Web, request: Request, visit: Visit) -> Response:
    """Own hours, or the school's again; a pair that cannot be comes back as it was."""
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in {"choose_hours", "school_hours"}:
        raise NotFoundError

    def act(session: Session) -> None:
        person = session.get_one(Person, visit.person_id)
        at_school = realm is DESK
        frame = service.frame_of(web.tools, at_school=at_school)
        begins, ends, weekend = None, None, True
        if do == "choose_hours":
            begins, ends = _wished(form, frame)
            weekend = _weekend(session, person, form, frame)
        service.choose_hours(
            session,
            web.tools,
            person,
            from_minute=begins,
            until_minute=ends,
            weekend=weekend,
            at_school=at_school,
        )

    try:
        await web.write(form, act)
    except DomainError as error:
        return await web.read(partial(_render, realm, web, visit, kept=kept_from(form, error.code)))
    return RedirectResponse(f"{realm.path}rhythm?done=choose_hours#done", status_code=303)


def _wished(form: Form, frame: Hours) -> tuple[int | None, int | None]:
    """The chosen minutes; None where the person keeps to the school, also when that moves. Raises hours_outside."""
    begins, ends = form.number("from"), form.number("until")
    if begins is None or ends is None:
        raise DomainError("hours_outside")
    return (
        None if begins == frame.from_minute else begins,
        None if ends == frame.until_minute else ends,
    )


def _weekend(session: Session, person: Person, form: Form, frame: Hours) -> bool:
    """What was ticked; where the frame has no weekend, as it was."""
    if not frame.days.isdisjoint(WEEKEND):
        return form.text("weekend") != "no"
    own = service.own_hours(session, person)
    return own is None or own.weekend


def _render(
    realm: Realm, web: Web, visit: Visit, session: Session, *, kept: Kept = NOTHING_KEPT, done: str = ""
) -> Response:
    person = session.get_one(Person, visit.person_id)
    at_school = realm is DESK
    frame = service.frame_of(web.tools, at_school=at_school)
    hours = service.hours_of(session, web.tools, person, at_school=at_school)
    times = _times(frame, hours)
    return web.pages.render(
        "desk/rhythm.html",
        visit.language,
        status=422 if kept.code else 200,
        frame="desk/frame.html" if at_school else "dossier/frame.html",
        place=visit.school,
        new_key=visit.new_key,
        back=ways_back(session, web, person),
        home=realm.path,
        school=frame,
        at_any_hour=replace(frame, holidays=()) == ANY_TIME,
        hours=hours,
        begins=[minute for minute in times if minute < frame.until_minute],
        ends=[minute for minute in times if minute > frame.from_minute],
        has_weekend=not frame.days.isdisjoint(WEEKEND),
        weekend=not hours.days.isdisjoint(WEEKEND),
        on_both_sides=bool(access.children_of(session, person)) and access.is_staff(session, person),
        kept=kept,
        done=done,
    )


def _times(frame: Hours, hours: Hours) -> list[int]:
    """Every half hour of the school's day, its two ends, and what is chosen now."""
    first = -(-frame.from_minute // STEP_MINUTES) * STEP_MINUTES
    edges = {frame.from_minute, frame.until_minute, hours.from_minute, hours.until_minute}
    return sorted(edges.union(range(first, frame.until_minute + 1, STEP_MINUTES)))
