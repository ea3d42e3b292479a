"""The demo page: four phones and the desk side by side, and a clock that can be moved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.clock import MovableClock
from bot.web import invitation, security
from bot.web.pages import Pages

MOVES: Mapping[str, Mapping[str, float]] = {"hour": {"hours": 1}, "day": {"days": 1}, "week": {"days": 7}}


@dataclass(frozen=True)
class Demo:
    """What the demo page shows; `visitor` is the one secret of the browser that holds all phones."""

    pages: Pages
    clock: MovableClock
    phones: Callable[[], Sequence[tuple[str, str]]]  # names, with the address that each phone opens
    desk_address: Callable[[], str]
    clock_moved: Callable[[], None]  # what became due is written at once
    visitor: str = field(repr=False)  # so that a phone may be open in it already


def routes(demo: Demo) -> list[BaseRoute]:
    """The demo page and its clock."""
    return [
        Route("/", partial(_page, demo), methods=["GET"]),
        Route("/demo/clock", partial(_move, demo), methods=["POST"]),
    ]


def _page(demo: Demo, request: Request) -> Response:
    page = demo.pages.render(
        "demo.html",
        demo.pages.language_for(request),
        now=demo.clock.now(),
        phones=demo.phones(),
        desk=demo.desk_address(),
        moves=MOVES,
    )
    # The phones load side by side: without this each would be given a secret of its own, and the last one wins.
    security.keep_cookie(page, invitation.COOKIE, demo.visitor, path=invitation.PATH, secure=False)
    return page


async def _move(demo: Demo, request: Request) -> Response:
    """Only this page's own forms move the clock: a foreign site cannot send this header."""
    if request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}:
        form = await request.form()
        demo.clock.move(**MOVES.get(str(form.get("move")), {}))
        await run_in_threadpool(demo.clock_moved)
    return RedirectResponse("/", status_code=303)
