"""Who is signed in in this browser: the sessions of the desk and of the dossier, asked again at every request.

A browser without a session is told nothing but "not found"; one whose session ended keeps what was being written.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import passes
from bot.web import security
from bot.web.kept import said_in
from bot.web.pages import wants_json
from bot.web.requests import Form, FormExpiredError, TooLargeError, Web

LARGEST_ID = 2**31 - 1  # what an id column holds on every database


@dataclass(frozen=True)
class Realm:
    """One side of the house that is entered by a one-time link; its cookies go nowhere else."""

    purpose: PassPurpose
    cookie: str
    path: str

    @property
    def forms_cookie(self) -> str:
        """The cookie with the browser's secret for forms: a form written in one session can be sent in the next."""
        return f"{self.cookie}-forms"


DESK = Realm(PassPurpose.DESK, "desk", "/desk/")
DOSSIER = Realm(PassPurpose.DOSSIER, "dossier", "/dossier/")
REALMS = (DESK, DOSSIER)


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in."""

    person_id: int
    language: str
    school: str
    secret: str = field(repr=False)  # for the keys of forms: of this person in this browser
    session_token: str = field(repr=False)

    def new_key(self) -> str:
        """A one-time key for one form on the page."""
        return security.new_key(self.secret)


Handler = Callable[[Web, Request, Visit], Awaitable[Response]]
Enter = Callable[[Session, Web, Person, Request], None]


def signed_in(
    web: Web, realm: Realm, handler: Handler, *, enter: Enter | None = None, tells_strangers: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """The handler for who is signed in. `enter` may refuse with NotFoundError or put a look on record, committed first.

    With `tells_strangers` a browser without any session reads how to get one.
    """

    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(realm.cookie, "")
        if not token:
            if tells_strangers:
                return signed_out(web, request, realm, status=404)
            raise NotFoundError
        try:
            visit = await run_in_threadpool(_enter, web, realm, request, token, enter)
            if isinstance(visit, Visit):
                return await handler(web, request, visit)
        except (TooLargeError, FormExpiredError):
            raise
        except DomainError as error:
            if wants_json(request):
                raise
            return await _not_taken(web, request, realm, error.code)
        secret = visit.secret or token
        written = await web.form(request, secret) if request.method == "POST" else None
        return signed_out(
            web, request, realm, status=403, written=written, secret=secret, closed=visit.closed
        )

    return endpoint


@dataclass(frozen=True)
class _NoVisit:
    """No session, or one that ended."""

    secret: str = field(default="", repr=False)  # of the forms that were written in it
    closed: bool = False  # the person has no right to this side of the house any more


def _enter(web: Web, realm: Realm, request: Request, token: str, enter: Enter | None) -> Visit | _NoVisit:
    forms = request.cookies.get(realm.forms_cookie, "")
    with web.database.writing() as session:
        found = passes.session_for(session, web.tools, token, realm.purpose)
        person = found.person if found else passes.whose(session, token, realm.purpose)
        if person is None:
            return _NoVisit()
        request.state.language = person.language
        secret = security.derived(forms, "person", str(person.id)) if forms else token
        if found is None:
            return _NoVisit(secret, closed=not passes.entitled(session, person, realm.purpose))
        request.state.visitor_secret = secret
        if enter is not None:
            enter(session, web, person, request)
        return Visit(person.id, person.language, person.school.name, secret, token)


async def _not_taken(web: Web, request: Request, realm: Realm, code: str) -> Response:
    """Why it cannot be, with the own words to copy; what does not exist and what is not for this person look alike."""
    said: list[str] = []
    if request.method == "POST":
        try:
            written = getattr(request.state, "written", None)
            said = said_in(written or await web.form(request, request.state.visitor_secret))
        except FormExpiredError:
            raise NotFoundError from None
    return web.pages.render(
        "desk/not_taken.html",
        web.pages.language_for(request),
        status=404 if code == "not_found" else 409,
        code=code,
        for_staff=realm is DESK,
        home=realm.path,
        said=said,
        posted=request.method == "POST",
    )


def signed_out(
    web: Web,
    request: Request,
    realm: Realm,
    *,
    status: int,
    written: Form | None = None,
    secret: str = "",
    closed: bool = False,
) -> Response:
    """How to get in. What came in with a form stands on this page and nowhere else, to be sent again after that.

    The same form has the same key for the same person in this browser, also in the next session. To whom this side
    of the house is closed nothing comes back but, to a parent, the own words.
    """
    kept = [(name, one) for name, values in written.several.items() for one in values] if written else []
    if closed:
        return web.pages.render(
            "desk/closed.html",
            web.pages.language_for(request),
            status=status,
            for_staff=realm is DESK,
            said=said_in(written) if written and realm is DOSSIER else [],
            posted=written is not None,
        )
    return web.pages.render(
        "desk/signed_out.html",
        web.pages.language_for(request),
        status=status,
        for_staff=realm is DESK,
        kept=[(name, value) for name, value in kept if name != "key"],
        shown=[value for _, value in kept if _is_said(value)],
        had_file=bool(written and written.files),
        new_key=partial(security.new_key, secret),
    )


def _is_said(value: str) -> bool:
    """Whether a field looks like what a person wrote, and not like a choice, a number or a date."""
    return len(value.split()) > 1


def sign_out(realm: Realm) -> Handler:
    """A handler after which the cookie of this browser opens nothing any more."""
    return partial(_sign_out, realm)


async def _sign_out(realm: Realm, web: Web, request: Request, visit: Visit) -> Response:
    form = await web.form(request, visit.secret)

    def act(session: Session) -> None:
        found = passes.session_for(session, web.tools, visit.session_token, realm.purpose)
        if found is not None:
            passes.end(session, web.tools, found)

    await web.write(form, act)
    page = web.pages.render("desk/goodbye.html", visit.language, for_staff=realm is DESK)
    security.drop_cookie(page, realm.cookie, path=realm.path, secure=web.secure)
    return page


def id_in_path(request: Request, name: str) -> int:
    """The number in the address; raises NotFoundError for one that no row can have."""
    number: int = request.path_params[name]
    return known_id(number)


def known_id(number: int | None) -> int:
    """The number of a form or address as an id; raises NotFoundError for one that no row can have."""
    if number is None or number > LARGEST_ID:
        raise NotFoundError
    return number
