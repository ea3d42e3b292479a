"""Whether the program can do its work, for whoever keeps it running."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.requests import Web


def routes(web: Web) -> list[BaseRoute]:
    """The address that a monitor asks."""

    async def healthz(_request: Request) -> Response:
        try:
            await web.read(_ask)
        except SQLAlchemyError:
            return PlainTextResponse("the database does not answer\n", status_code=503)
        return PlainTextResponse("ok\n")

    return [Route("/healthz", healthz)]


def _ask(session: Session) -> None:
    session.execute(text("SELECT 1"))
