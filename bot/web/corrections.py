"""One translation on a page of its own, for staff and guardians: both texts, better words, the words of before."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.translation import Saying, Translation
from bot.services import access, corrections, dossier
from bot.web import shown_files
from bot.web.dossier import ways_back
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Form, Web
from bot.web.visits import DESK, DOSSIER, Realm, Visit, id_in_path, signed_in

DEEDS = frozenset({"correct", "right", "order"})


@dataclass(frozen=True)
class _Side:
    """One side of the house, with where its pages are."""

    realm: Realm
    page: str
    frame: str
    look: str

    @property
    def as_staff(self) -> bool:
        """Whether staff reads here."""
        return self.realm is DESK


SIDES = (
    _Side(DESK, "/desk/child/", "desk/frame.html", shown_files.STAFF_PAGE),
    _Side(DOSSIER, "/dossier/child/", "dossier/frame.html", shown_files.GUARDIAN_PAGE),
)


def routes(web: Web) -> list[BaseRoute]:
    """The address of a translation on both sides of the house."""
    found: list[BaseRoute] = []
    for side in SIDES:
        path = side.realm.path + "words/{saying_id:int}/{language}"
        for handler, method in ((_page, "GET"), (_act, "POST")):
            endpoint = signed_in(web, side.realm, partial(handler, side), enter=partial(_enter, side))
            found.append(Route(path, endpoint, methods=[method]))
    return found


def _enter(side: _Side, session: Session, web: Web, reader: Person, request: Request) -> None:
    """It is on record that the page to which these words belong was looked at."""
    saying = session.get(Saying, id_in_path(request, "saying_id"))
    if saying is None or saying.child_id is None:
        raise NotFoundError
    child = access.child_or_not_found(session, saying.child_id)
    dossier.look(session, web.tools, reader, child, side.look, as_staff=side.as_staff)


async def _page(side: _Side, web: Web, request: Request, visit: Visit) -> Response:
    done = request.query_params.get("done", "")
    return await web.read(partial(_render, side, web, request, visit, done=done))


async def _act(side: _Side, web: Web, request: Request, visit: Visit) -> Response:
    """Better words stand, or the order of both texts is another; a form with a mistake comes back as it was."""
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in DEEDS:
        raise NotFoundError

    def act(session: Session) -> None:
        actor, translation = _found(side, web, request, visit, session)
        if do == "order":
            first = form.text("first") == "original"
            corrections.put_original_first(
                session, web.tools, actor, translation, first=first, as_staff=side.as_staff
            )
        else:
            _correct(side, web, session, actor, translation, form)

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        kept = kept_from(form, error.code)
        return await web.read(partial(_render, side, web, request, visit, kept=kept))
    done = "order" if do == "order" else "correct"
    return RedirectResponse(f"{request.url.path}?done={done}#done", status_code=303)


def _correct(
    side: _Side, web: Web, session: Session, actor: Person, translation: Translation, form: Form
) -> None:
    right = form.text("do") == "right"
    corrections.correct(
        session,
        web.tools,
        actor,
        translation,
        translation.words or "" if right else form.text("words"),
        seen=form.text("fingerprint"),
        as_staff=side.as_staff,
    )


def _found(
    side: _Side, web: Web, request: Request, visit: Visit, session: Session
) -> tuple[Person, Translation]:
    reader = session.get_one(Person, visit.person_id)
    saying_id, language = id_in_path(request, "saying_id"), request.path_params["language"]
    found = corrections.find_in(session, web.tools, reader, saying_id, language, as_staff=side.as_staff)
    return reader, found


def _render(
    side: _Side,
    web: Web,
    request: Request,
    visit: Visit,
    session: Session,
    *,
    kept: Kept = NOTHING_KEPT,
    done: str = "",
) -> Response:
    reader, translation = _found(side, web, request, visit, session)
    seen = corrections.view(session, web.tools, reader, translation, as_staff=side.as_staff)
    child = access.child_or_not_found(session, seen.child_id)
    child_page = f"{side.page}{seen.child_id}"
    return web.pages.render(
        "words.html",
        visit.language,
        status=422 if kept.code else 200,
        frame=side.frame,
        place=visit.school,
        new_key=visit.new_key,
        back=[] if side.as_staff else ways_back(session, web, reader),
        at_school=side.as_staff,
        asks_parents=web.tools.buddies.on and not side.as_staff,
        child_name=child.first_name,
        child_page=child_page,
        seen=seen,
        ask_at=_ask_at(session, side, translation, child_page),
        kept=kept,
        done=done,
    )


def _ask_at(session: Session, side: _Side, translation: Translation, child_page: str) -> str:
    """Where the reader can ask who wrote it: at the answer, else among the messages."""
    answer = corrections.answer_behind(session, translation.saying) if side.as_staff else None
    if answer is not None:
        return f"{child_page}?ask={answer.id}#ask-{answer.id}"
    return f"{child_page}#messages"
