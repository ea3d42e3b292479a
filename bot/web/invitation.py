"""The page of an invitation: looking at it changes nothing, its one button opens a web chat in this browser.

The chat's path and secret follow from the browser's own cookie and the token. So a button pressed twice, or the same
letter opened again on the same phone, leads to the same chat; for anybody else a used link is like one that never was.
"""

import contextlib
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.content.catalogues import own_name
from bot.model.errors import DomainError
from bot.model.people import Door, DoorKind
from bot.services import access, invitations, people
from bot.services.tokens import digest_of
from bot.services.tools import Tools
from bot.web import chat, security
from bot.web.requests import Web

COOKIE = "visitor"
PATH = "/i/"


def routes(web: Web) -> list[BaseRoute]:
    """The address that stands in a letter."""
    return [
        Route(PATH + "{token}", partial(_look, web), methods=["GET"]),
        Route(PATH + "{token}", partial(_use, web), methods=["POST"]),
    ]


async def _look(web: Web, request: Request) -> Response:
    token = request.path_params["token"]
    secret = request.cookies.get(COOKIE) or security.new_secret()
    wished = request.query_params.get("language", "")

    def look(session: Session) -> Response:
        if _own_door_is_open(session, secret, token):
            return _to_chat(web, secret, token)
        person = invitations.person_of(session, web.tools, token)
        spoken = wished if wished in web.pages.languages else ""
        return web.pages.render(
            "invitation.html",
            spoken or person.language,
            wished=spoken,
            is_guardian=bool(access.children_of(session, person)),
            school=person.school.name,
            new_key=partial(security.new_key, secret),
            unread=[own_name(one) for one in web.texts.not_approved],
        )

    try:
        page = await web.read(look)
    except DomainError:
        return _unusable(web)
    security.keep_cookie(page, COOKIE, secret, path=PATH, secure=web.secure)
    return page


async def _use(web: Web, request: Request) -> Response:
    token = request.path_params["token"]
    request.state.home = request.url.path
    secret = request.cookies.get(COOKIE, "")
    form = await web.form(request, secret)

    def use(session: Session) -> None:
        door = join(session, web.tools, secret, token)
        wished = form.text("language")
        if wished in web.pages.languages and wished != door.person.language:
            people.choose_language(session, web.tools, door.person, wished)

    with contextlib.suppress(DomainError):  # used before: perhaps by this very browser
        await web.write(form, use)
    if await web.read(lambda session: _own_door_is_open(session, secret, token)):
        return _to_chat(web, secret, token)
    return _unusable(web)


def join(session: Session, tools: Tools, secret: str, token: str) -> Door:
    """A chat of the invited person is open in the browser that holds this secret; raises invitation_unusable."""
    digest = digest_of(_chat_secret(secret, token))
    return invitations.use(session, tools, token, DoorKind.WEB, _address(secret, token), secret_digest=digest)


def _address(secret: str, token: str) -> str:
    return security.derived(secret, "address", token)


def _chat_secret(secret: str, token: str) -> str:
    return security.derived(secret, "secret", token)


def _own_door_is_open(session: Session, secret: str, token: str) -> bool:
    """Whether this browser opened a chat with this very link, and it is open still."""
    door = session.scalar(
        select(Door).where(
            Door.kind == DoorKind.WEB.value,
            Door.address == _address(secret, token),
            Door.ended_at.is_(None),
        )
    )
    digest = digest_of(_chat_secret(secret, token))
    return door is not None and security.same(door.secret_digest or "", digest)


def _to_chat(web: Web, secret: str, token: str) -> Response:
    path = chat.path_of(_address(secret, token))
    answer = RedirectResponse(path, status_code=303)
    security.keep_cookie(answer, chat.COOKIE, _chat_secret(secret, token), path=path, secure=web.secure)
    return answer


def _unusable(web: Web) -> Response:
    """The same for a link that was used, has expired or was invented; in every language, for we know no one here."""
    return web.pages.in_every_language("invitation_unusable", status=404)
