"""Whether the program lives, and whether it can do its work: one word each, for whoever keeps it running."""

import contextlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.messages import Received
from bot.storage import migrations
from bot.web.patience import Patient
from bot.web.requests import Web

FRESH_S = 1.0  # so that asking often is no load
ESSENTIAL = frozenset(
    {"crew", "delivery", "telegram", "webhook"}
)  # without the others people are still served
_TRIAL = "readyz"  # the key of a mark that is never committed


def routes(web: Web) -> list[BaseRoute]:
    """The two addresses that a monitor asks: `/healthz` touches nothing, `/readyz` tries the database."""
    newest = migrations.newest_revision()

    def try_database() -> str:
        if migrations.current_revision(web.database.engine) != newest:
            return "schema"
        with contextlib.suppress(_UndoneError), web.database.writing() as session:
            session.add(Received(key=_TRIAL, taken_at=web.tools.clock.now()))
            session.flush()
            raise _UndoneError
        return "ready"

    trial = Patient(try_database, fresh_s=FRESH_S)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        if web.bell.closed:
            code = "stopping"
        elif ESSENTIAL.intersection(web.pausing):
            code = "loops"
        else:
            code = await trial.answer() or "database"
        return PlainTextResponse(f"{code}\n", status_code=200 if code == "ready" else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


class _UndoneError(Exception):
    """It went well, and nothing of it is to stay."""
