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

from bot.model.errors import NotFoundError
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import passes
from bot.web import security
from bot.web.requests import Form, Web

LARGEST_ID = 2**31 - 1  # what an id column holds on every database
KEPT_FIELDS = ("words", "goal_words", "place_words")


@dataclass(frozen=True)
class Realm:
    """One side of the house that is entered by a one-time link; its cookie goes nowhere else."""

    purpose: PassPurpose
    cookie: str
    path: str


DESK = Realm(PassPurpose.DESK, "desk", "/desk/")
DOSSIER = Realm(PassPurpose.DOSSIER, "dossier", "/dossier/")
REALMS = (DESK, DOSSIER)


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in."""

    person_id: int
    language: str
    school: str
    secret: str = field(repr=False)

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
        visit = await run_in_threadpool(_enter, web, realm, request, token, enter)
        if visit is not None:
            return await handler(web, request, visit)
        written = await web.form(request, token) if request.method == "POST" else None
        return signed_out(web, request, realm, status=403, written=written)

    return endpoint


def _enter(web: Web, realm: Realm, request: Request, token: str, enter: Enter | None) -> Visit | None:
    with web.database.writing() as session:
        found = passes.session_for(session, web.tools, token, realm.purpose)
        if found is None:
            return None
        person = found.person
        request.state.language = person.language
        if enter is not None:
            enter(session, web, person, request)
        return Visit(person.id, person.language, person.school.name, token)


def signed_out(
    web: Web, request: Request, realm: Realm, *, status: int, written: Form | None = None
) -> Response:
    """How to get in; what came in with a form stands there to be copied, so that it is not lost."""
    kept = [written.text(name) for name in KEPT_FIELDS] if written else []
    return web.pages.render(
        "desk/signed_out.html",
        web.pages.language_for(request),
        status=status,
        for_staff=realm is DESK,
        kept=[words for words in kept if words.strip()],
    )


def sign_out(realm: Realm) -> Handler:
    """A handler after which the cookie of this browser opens nothing any more."""
    return partial(_sign_out, realm)


async def _sign_out(realm: Realm, web: Web, request: Request, visit: Visit) -> Response:
    form = await web.form(request, visit.secret)

    def act(session: Session) -> None:
        found = passes.session_for(session, web.tools, visit.secret, realm.purpose)
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
