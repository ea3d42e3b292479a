"""The whole dossier of a child as a file to take along."""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import NotFoundError
from bot.model.people import Person
from bot.services import access, export
from bot.web import dossier
from bot.web.requests import Web
from bot.web.visits import DOSSIER, Visit, id_in_path, signed_in

DOWNLOADS = {"html": "text/html; charset=utf-8", "json": "application/json"}


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the files to take along."""
    path = "/dossier/child/{child_id:int}/download.{ending}"
    return [Route(path, signed_in(web, DOSSIER, _download, enter=dossier.enter), methods=["GET"])]


async def _download(web: Web, request: Request, visit: Visit) -> Response:
    """Exactly what this guardian may see, as a page that opens anywhere or as data; it is on record."""
    child_id = id_in_path(request, "child_id")
    ending = request.path_params["ending"]
    if ending not in DOWNLOADS:
        raise NotFoundError

    def take_out() -> str:
        with web.database.writing() as session:
            reader = session.get_one(Person, visit.person_id)
            child = access.child_or_not_found(session, child_id)
            if ending == "html":
                return export.page(session, web.tools, web.texts, child, reader, by=reader)
            found = export.data(session, web.tools, child, reader, by=reader)
            return json.dumps(found, indent=2, ensure_ascii=False)

    return Response(
        await run_in_threadpool(take_out),
        media_type=DOWNLOADS[ending],
        headers={"content-disposition": f'attachment; filename="dossier-{child_id}.{ending}"'},
    )
