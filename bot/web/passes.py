"""The page of a one-time link: looking at it changes nothing, its one button signs this browser in.

The session's secret follows from the browser's own cookie and the link. So a button pressed twice, or a first answer
that got lost on the way, leads to the same session; for anybody else a used link is like one that never was.
"""

from functools import partial

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import DomainError
from bot.services import passes
from bot.web import security
from bot.web.devices import device_of
from bot.web.requests import FormExpiredError, Web
from bot.web.visits import DESK, REALMS, Realm

COOKIE = "visitor"
PATH = "/in/"
COOKIE_LIFETIME_S = 7 * 24 * 3600  # longer than any session: a browser can be told that its session ended


def routes(web: Web) -> list[BaseRoute]:
    """The address that the chat and the command line hand out."""
    return [
        Route(PATH + "{token}", partial(_look, web), methods=["GET"]),
        Route(PATH + "{token}", partial(_use, web), methods=["POST"]),
    ]


async def _look(web: Web, request: Request) -> Response:
    token = request.path_params["token"]
    known = request.cookies.get(COOKIE)
    open_already = await run_in_threadpool(open_session, web, known, token) if known else None
    if known and open_already is not None:
        return go_in(web, open_already, known, token)
    secret = known or security.new_secret()

    def look(session: Session) -> tuple[str, Realm] | None:
        for realm in REALMS:
            try:
                return passes.person_of(session, web.tools, token, realm.purpose).language, realm
            except DomainError:
                continue
        return None

    found = await web.read(look)
    if found is None:
        return unusable(web)
    language, realm = found
    page = web.pages.render(
        "desk/sign_in.html",
        language,
        for_staff=realm is DESK,
        new_key=partial(security.new_key, secret),
    )
    security.keep_cookie(page, COOKIE, secret, path=PATH, secure=web.secure)
    return page


async def _use(web: Web, request: Request) -> Response:
    token = request.path_params["token"]
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        raise FormExpiredError
    form = await web.form(request, secret)

    def use(session: Session) -> None:
        for realm in REALMS:
            try:
                passes.exchange(
                    session,
                    web.tools,
                    token,
                    realm.purpose,
                    session_token=session_secret(secret, token),
                    device=device_of(request),
                )
            except DomainError:
                continue
            return

    await web.write(form, use)
    realm = await run_in_threadpool(open_session, web, secret, token)
    return unusable(web) if realm is None else go_in(web, realm, secret, token)


def session_secret(secret: str, token: str) -> str:
    """The secret of the session that this browser opens with this link, the same at every try."""
    return security.derived(secret, "session", token)


def open_session(web: Web, secret: str, token: str) -> Realm | None:
    """Where this very browser is signed in by this very link, still."""
    with web.database.writing() as session:
        for realm in REALMS:
            if passes.session_for(session, web.tools, session_secret(secret, token), realm.purpose):
                return realm
    return None


def go_in(web: Web, realm: Realm, secret: str, token: str) -> Response:
    """The browser goes in with its cookie, and with the secret of its forms, which outlives the session.

    The cookie is Lax, not Strict: a link in the chat comes from another site and must find the session. What changes
    something needs a form key besides.
    """
    answer = RedirectResponse(realm.path, status_code=303)
    security.keep_cookie(
        answer,
        realm.cookie,
        session_secret(secret, token),
        path=realm.path,
        secure=web.secure,
        lifetime_s=COOKIE_LIFETIME_S,
    )
    forms = security.derived(secret, "forms", realm.cookie)
    security.keep_cookie(answer, realm.forms_cookie, forms, path=realm.path, secure=web.secure)
    return answer


def unusable(web: Web) -> Response:
    """The same for a link that was used, has expired or was invented; in every language, for we know no one here."""
    return web.pages.in_every_language("desk/pass_unusable", status=404)
