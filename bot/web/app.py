"""The web application: the routes of every subject behind one set of headers, limits and friendly errors."""

import logging
from collections.abc import Callable, Collection, Sequence

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.errors import DomainError, NotFoundError
from bot.model.sign_in import Voucher
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import (
    accounts,
    chat,
    corrections,
    desk,
    desk_buddies,
    desk_gatherings,
    desk_languages,
    desk_report,
    desk_school,
    desk_teacher_preparation,
    dossier,
    dossier_files,
    health,
    invitation,
    mini_app,
    passes,
    rhythm,
    school_words,
    sessions,
)
from bot.web.bell import Bell
from bot.web.compression import Compressed
from bot.web.pace import Pace
from bot.web.pages import STATIC, Pages
from bot.web.requests import FormExpiredError, Guard, Limits, TooLargeError, Web
from bot.web.security import Framing, SecureHeaders

log = logging.getLogger(__name__)

Application = Starlette
SUBJECTS = (
    invitation,
    chat,
    mini_app,  # before passes, whose address takes any word
    passes,
    desk,
    desk_buddies,
    desk_gatherings,
    desk_languages,
    desk_report,
    desk_school,
    desk_teacher_preparation,
    accounts,
    dossier,
    dossier_files,
    corrections,
    rhythm,
    school_words,
    sessions,
    health,
)


def application(
    *,
    database: Database,
    tools: Tools,
    texts: Texts,
    reception: Reception,
    bell: Bell,
    after_commit: Callable[[], None],
    framing: Framing = "none",
    more_routes: Sequence[BaseRoute] = (),
    pausing: Collection[str] = (),
    vouch: Voucher | None = None,
) -> Starlette:
    """All pages. `after_commit` is called in a thread after a page has written; it should ring the bell as well.

    `pausing` holds, while the program runs, the names of background loops that wait after an error.
    """
    pages = Pages(texts)
    web = Web(database, tools, texts, reception, bell, pages, after_commit, pausing, vouch)
    routes: list[BaseRoute] = [Mount("/static", StaticFiles(directory=STATIC)), *more_routes]
    for subject in SUBJECTS:
        routes += subject.routes(web)
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SecureHeaders, framing=framing),
            Middleware(Compressed),
            Middleware(Guard, problem=lambda request: pages.problem(request, "unforeseen", status=500)),
            Middleware(Limits),
            Middleware(Pace, problem=lambda request: pages.problem(request, "too_often", status=429)),
        ],
        exception_handlers=_handlers(pages),
    )


def _handlers(pages: Pages) -> dict[type[Exception] | int, Callable[[Request, Exception], Response]]:
    """What a person sees for each kind of error."""

    def not_found(request: Request, _error: Exception) -> Response:
        return pages.not_found(request)

    def refused(request: Request, error: Exception) -> Response:
        return pages.problem(request, error.code if isinstance(error, DomainError) else "refused", status=409)

    def expired(request: Request, _error: Exception) -> Response:
        return pages.problem(request, "form_expired", status=403)

    def too_large(request: Request, _error: Exception) -> Response:
        return pages.problem(request, "too_large", status=413)

    def busy(request: Request, error: Exception) -> Response:
        log.warning("database did not answer: %s", type(error).__name__)
        return pages.problem(request, "busy", status=503, send_again=_what_was_sent(request))

    def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        if status in {404, 405}:
            return pages.not_found(request, status=status)
        return pages.problem(request, "unreadable_form", status=status)

    return {
        NotFoundError: not_found,
        TooLargeError: too_large,
        FormExpiredError: expired,
        DomainError: refused,
        OperationalError: busy,
        HTTPException: http,
    }


def _what_was_sent(request: Request) -> dict[str, str] | None:
    """The fields of the form, so that one button sends the same again; its key makes that harmless."""
    fields: dict[str, str] | None = getattr(request.state, "fields", None)
    return fields if request.method == "POST" else None
