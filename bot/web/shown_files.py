"""Hands out exactly the voice messages and photos that stand on the page which this reader may open."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.model.errors import NotFoundError
from bot.model.people import Child, Person
from bot.model.translation import Attachment, Saying
from bot.services import access, dossier
from bot.services.sayings import Shown
from bot.services.views import DossierView
from bot.web.media import attachment_response
from bot.web.requests import Web
from bot.web.visits import Visit, id_in_path

STAFF_PAGE = "desk"  # what stands in a look; a page and its files are one look
GUARDIAN_PAGE = "dossier"


def note_look(session: Session, web: Web, reader: Person, request: Request, *, as_staff: bool) -> None:
    """It is on record that the page to which this file belongs was looked at."""
    attachment = session.get(Attachment, id_in_path(request, "attachment_id"))
    child = _child_of(session, attachment)
    what = STAFF_PAGE if as_staff else GUARDIAN_PAGE
    dossier.look(session, web.tools, reader, child, what, as_staff=as_staff)


def _child_of(session: Session, attachment: Attachment | None) -> Child:
    saying = session.get(Saying, attachment.saying_id) if attachment else None
    if saying is None or saying.child_id is None:
        raise NotFoundError
    return access.child_or_not_found(session, saying.child_id)


async def hand_out(web: Web, request: Request, visit: Visit, *, as_staff: bool) -> Response:
    """The file; NotFoundError unless it stands in what this reader may see of the child."""
    attachment_id = id_in_path(request, "attachment_id")

    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        attachment = session.get(Attachment, attachment_id)
        child = _child_of(session, attachment)
        seen = dossier.view(session, web.tools, reader, child, as_staff=as_staff)
        if attachment_id not in set(file_ids(seen)):
            raise NotFoundError
        return attachment_response(request, attachment)

    return await web.read(look)


def file_ids(seen: object) -> Iterator[int]:
    """The files that stand anywhere in a view."""
    if isinstance(seen, Shown):
        yield from (*seen.voices, *seen.photos)
    elif is_dataclass(seen):
        for one in fields(seen):
            yield from file_ids(getattr(seen, one.name))
    elif isinstance(seen, tuple):
        for inner in seen:
            yield from file_ids(inner)


def states_of(session: Session, seen: DossierView) -> dict[int, str]:
    """How far fetching each file of the view is."""
    query = select(Attachment.id, Attachment.state).where(Attachment.id.in_(list(file_ids(seen))))
    return {row.id: row.state for row in session.execute(query)}
