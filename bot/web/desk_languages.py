"""The languages of the fixed words: which are on, how far each is, and how the lead switches one on."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.reviewing import Progress
from bot.web.requests import Web
from bot.web.visits import DESK, Visit, signed_in


@dataclass(frozen=True)
class LanguageRow:
    """One language as the page shows it."""

    progress: Progress
    is_on: bool
    setting: tuple[str, ...]  # what school.yaml must name for it to be on


def routes(web: Web) -> list[BaseRoute]:
    """The address of the page, for everybody who works at the school."""
    return [Route("/desk/languages", signed_in(web, DESK, _page), methods=["GET"])]


async def _page(web: Web, _request: Request, visit: Visit) -> Response:
    on = web.texts.languages
    rows = [
        LanguageRow(one, one.language in on, tuple(dict.fromkeys((*on, one.language))))
        for one in await run_in_threadpool(lambda: web.texts.progress)
    ]
    return web.pages.render(
        "desk/languages.html", visit.language, place=visit.school, new_key=visit.new_key, rows=rows
    )
