"""The coordinator's page of parents who help parents: who offers, how it goes, what waits; the lead reads it too."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.buddies import KeptApart
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, RequestState
from bot.model.helping import HelpComplaint
from bot.model.people import Person
from bot.services import buddies, buddy_leaving, buddy_overview, help_requests, help_safety
from bot.services.buddy_overview import ANSWERS_FROM_DAYS, BuddyOverview, Opinion
from bot.services.tools import Tools
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Form, Web
from bot.web.visits import DESK, Visit, known_id, signed_in

PATH = "/desk/buddies"
CHART_WIDTH = 600  # in the units of the drawing


@dataclass(frozen=True)
class Piece:
    """One piece of a bar: what it stands for, how many that is, and where it is drawn."""

    key: str
    count: int
    left: float
    width: float


@dataclass(frozen=True)
class Wish:
    """One form of the page, and all that is needed to do what it asks."""

    session: Session
    tools: Tools
    actor: Person
    form: Form


def routes(web: Web) -> list[BaseRoute]:
    """The address of the page and its forms."""
    return [
        Route(PATH, signed_in(web, DESK, _page, enter=_enter), methods=["GET"]),
        Route(PATH, signed_in(web, DESK, _act, enter=_enter), methods=["POST"]),
    ]


def _enter(session: Session, web: Web, reader: Person, _request: Request) -> None:
    if not buddy_overview.may_read(session, web.tools, reader):
        raise NotFoundError


def pieces_of(counts: list[tuple[str, int]], whole: int) -> list[Piece]:
    """The pieces of a bar beside each other; `whole` is as wide as the drawing, what counts nothing has no piece."""
    pieces: list[Piece] = []
    left = 0.0
    for key, count in counts:
        width = CHART_WIDTH * min(1.0, count / whole) if whole else 0.0
        if width:
            pieces.append(Piece(key, count, round(left, 2), round(width, 2)))
            left += width
    return pieces


def answered_of(found: BuddyOverview) -> list[tuple[str, int]]:
    """What became of all requests, in three numbers; those that were taken back are none of them."""
    states = found.states
    return [
        ("helped", states.get(RequestState.HELPED.value, 0)),
        ("open", len(found.requests_open)),
        ("unanswered", states.get(RequestState.UNANSWERED.value, 0)),
    ]


async def _page(web: Web, request: Request, visit: Visit) -> Response:
    return await web.read(partial(_render, web, visit, done=request.query_params.get("done", "")))


def _render(
    web: Web, visit: Visit, session: Session, *, kept: Kept = NOTHING_KEPT, done: str = ""
) -> Response:
    reader = session.get_one(Person, visit.person_id)
    found = buddy_overview.overview(session, web.tools, reader)
    answered = answered_of(found)
    return web.pages.render(
        "desk/buddies.html",
        visit.language,
        status=422 if kept.code else 200,
        place=visit.school,
        new_key=visit.new_key,
        seen=found,
        answered=answered,
        answered_pieces=pieces_of(answered, sum(count for _, count in answered)),
        load={one.profile_id: pieces_of([("families", one.families)], one.most) for one in found.buddies},
        opinion_pieces=_opinion_pieces,
        days=ANSWERS_FROM_DAYS,
        chart_width=CHART_WIDTH,
        kept=kept,
        done=done,
    )


def _opinion_pieces(one: Opinion) -> list[Piece]:
    return pieces_of(list(one.counts), one.total)


async def _act(web: Web, request: Request, visit: Visit) -> Response:
    """What a form asks is done; one with a mistake comes back with what was typed."""
    form = await web.form(request, visit.secret)
    do = form.text("do")
    wished = ACTIONS.get(do)
    if wished is None:
        raise NotFoundError

    def act(session: Session) -> None:
        wished(Wish(session, web.tools, session.get_one(Person, visit.person_id), form))

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        return await web.read(partial(_render, web, visit, kept=kept_from(form, error.code)))
    return RedirectResponse(f"{PATH}?done={do}#done", status_code=303)


def _target(wish: Wish) -> int:
    return known_id(wish.form.number("target"))


def _approve(wish: Wish) -> None:
    profile = buddies.find(wish.session, wish.actor, _target(wish))
    buddies.approve(wish.session, wish.tools, wish.actor, profile, wish.form.text("words"))


def _pause(wish: Wish) -> None:
    profile = buddies.find(wish.session, wish.actor, _target(wish))
    buddies.pause(wish.session, wish.tools, wish.actor, profile, wish.form.text("words"))


def _end(wish: Wish) -> None:
    profile = buddies.find(wish.session, wish.actor, _target(wish))
    buddy_leaving.end(wish.session, wish.tools, wish.actor, profile, wish.form.text("words"))


def _keep_apart(wish: Wish) -> None:
    chosen = [wish.form.number(name) for name in ("person", "other")]
    two = [wish.session.get(Person, known_id(number)) for number in chosen if number is not None]
    people = [person for person in two if person is not None]
    if len(people) != len(chosen):
        raise DomainError("two_people_needed")
    buddies.keep_apart(wish.session, wish.tools, wish.actor, *people, by_school=True)


def _bring_together(wish: Wish) -> None:
    kept = wish.session.get(KeptApart, _target(wish))
    if kept is None:
        raise NotFoundError
    buddies.bring_together_again(wish.session, wish.tools, wish.actor, kept)


def _settle_request(wish: Wish) -> None:
    request = wish.session.get(HelpRequest, _target(wish))
    if request is None:
        raise NotFoundError
    help_requests.settle(wish.session, wish.tools, wish.actor, request)


def _settle_complaint(wish: Wish) -> None:
    complaint = wish.session.get(HelpComplaint, _target(wish))
    if complaint is None:
        raise NotFoundError
    help_safety.settle_complaint(wish.session, wish.tools, wish.actor, complaint)


ACTIONS: dict[str, Callable[[Wish], None]] = {
    "approve": _approve,
    "pause": _pause,
    "end": _end,
    "keep_apart": _keep_apart,
    "bring_together": _bring_together,
    "settle_request": _settle_request,
    "settle_complaint": _settle_complaint,
}
