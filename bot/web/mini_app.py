"""Sign-in from inside Telegram: the page hands over what Telegram signed, and the person goes in without a link.

Telegram's own script is not loaded: what it signed stands behind the `#` of the address, which only the browser knows.
"""

import contextlib
from functools import partial

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import DomainError
from bot.model.privacy import PassPurpose
from bot.services import passes as service
from bot.web import passes, security
from bot.web.devices import device_of
from bot.web.requests import FormExpiredError, Web
from bot.web.visits import DESK, DOSSIER, Realm

PATH = "/in/telegram"


def routes(web: Web) -> list[BaseRoute]:
    """The address of the Mini App."""
    return [
        Route(PATH, partial(_look, web), methods=["GET"]),
        Route(PATH, partial(_use, web), methods=["POST"]),
    ]


def _realm(wished: str) -> Realm:
    return DESK if wished == PassPurpose.DESK.value else DOSSIER


async def _look(web: Web, request: Request) -> Response:
    secret = request.cookies.get(passes.COOKIE) or security.new_secret()
    page = web.pages.render(
        "desk/mini_app.html",
        web.pages.language_for(request),
        to=_realm(request.query_params.get("to", "")).purpose.value,
        new_key=partial(security.new_key, secret),
    )
    security.keep_cookie(page, passes.COOKIE, secret, path=passes.PATH, secure=web.secure)
    return page


async def _use(web: Web, request: Request) -> Response:
    secret = request.cookies.get(passes.COOKIE, "")
    if not secret:
        raise FormExpiredError
    form = await web.form(request, secret)
    realm = _realm(form.text("to"))
    if web.vouch is None:
        return passes.unusable(web)
    try:
        vouched = web.vouch(form.fields.get("proof", ""), web.tools.clock.now())
    except DomainError:
        return passes.unusable(web)
    name = f"{realm.purpose.value}:{vouched.digest}"

    def use(session: Session) -> None:
        service.enter_from_messenger(
            session,
            web.tools,
            vouched.address,
            vouched.digest,
            realm.purpose,
            session_token=passes.session_secret(secret, name),
            device=device_of(request),
        )

    with contextlib.suppress(DomainError):  # used before: perhaps by this very browser, whose answer got lost
        await web.write(form, use)
    opened = await run_in_threadpool(passes.open_session, web, secret, name)
    return passes.unusable(web) if opened is None else passes.go_in(web, opened, secret, name)
