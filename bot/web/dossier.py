"""The parent's dossier: everything about the own child that this guardian may read, at any hour (004-dossier-6).

Each guardian sees the joint part and the own part, never another guardian's (002-separated-talk).
"""

from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.access import Action, Subject
from bot.model.agreements import AgreementState
from bot.model.dossier import Entry
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, DoorKind, Person
from bot.services import access, agreements, dossier, looking_back, people, report, sayings
from bot.web import chat, shown_files
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Form, Web
from bot.web.sent_files import sent_with
from bot.web.visits import DOSSIER, Visit, id_in_path, known_id, sign_out, signed_in

LOOKS_AT_ONCE = 8


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the dossier."""
    page = "/dossier/child/{child_id:int}"
    file = "/dossier/file/{attachment_id:int}"
    hand_out = partial(shown_files.hand_out, as_staff=False)
    note_look = partial(shown_files.note_look, as_staff=False)
    return [
        Route("/dossier/", signed_in(web, DOSSIER, _children, tells_strangers=True), methods=["GET"]),
        Route(page, signed_in(web, DOSSIER, _page, enter=enter), methods=["GET"]),
        Route(page, signed_in(web, DOSSIER, _act, enter=enter), methods=["POST"]),
        Route(page + "/sure/{entry_id:int}", signed_in(web, DOSSIER, _sure, enter=enter), methods=["GET"]),
        Route(file, signed_in(web, DOSSIER, hand_out, enter=note_look), methods=["GET"]),
        Route("/dossier/out", signed_in(web, DOSSIER, sign_out(DOSSIER)), methods=["POST"]),
    ]


def enter(session: Session, web: Web, reader: Person, request: Request) -> None:
    """The look is on record before anything is shown; who is no guardian of the child finds nothing."""
    child = access.child_or_not_found(session, id_in_path(request, "child_id"))
    dossier.look(session, web.tools, reader, child, shown_files.GUARDIAN_PAGE, as_staff=False)


async def _children(web: Web, _request: Request, visit: Visit) -> Response:
    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        children = access.children_of(session, reader)
        if len(children) == 1:
            return RedirectResponse(f"/dossier/child/{children[0].id}", status_code=303)
        return web.pages.render(
            "dossier/children.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            children=children,
            back=ways_back(session, web, reader),
        )

    return await web.read(look)


async def _page(web: Web, request: Request, visit: Visit) -> Response:
    child_id = id_in_path(request, "child_id")
    done = request.query_params.get("done", "")
    return await web.read(partial(_render, web, visit, child_id, done=done))


async def _act(web: Web, request: Request, visit: Visit) -> Response:
    """Something is added, or an own addition is taken away; a form with a mistake comes back as it was."""
    child_id = id_in_path(request, "child_id")
    form = await web.form(request, visit.secret)
    do = form.text("do")
    if do not in {"add", "remove", "say_outcome", "wish_change", "react"}:
        raise NotFoundError

    def act(session: Session) -> None:
        author = session.get_one(Person, visit.person_id)
        child = access.child_or_not_found(session, child_id)
        if do == "add":
            _add(session, web, author, child, form)
        elif do in {"say_outcome", "wish_change"}:
            _about_agreement(session, web, author, child, form)
        elif do == "react":
            _react(session, web, author, child, form)
        else:
            entry = _own_entry(session, author, child, form.number("target"))
            dossier.remove(session, web.tools, author, entry)

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        kept = kept_from(form, error.code)
        page = await web.read(partial(_render, web, visit, child_id, kept=kept))
        if kept.is_lost:  # the form is not there any more: the words come back on a page of their own
            raise
        return page
    return RedirectResponse(f"/dossier/child/{child_id}?done={do}#done", status_code=303)


def _add(session: Session, web: Web, author: Person, child: Child, form: Form) -> None:
    words, kind, file = form.text("words"), form.text("kind"), sent_with(form)
    if not words.strip() and file is None:
        raise DomainError("words_needed")
    saying = sayings.keep(session, web.tools, author, words, child=child, file=file)
    dossier.add(session, web.tools, author, child, saying, kind)


def _react(session: Session, web: Web, author: Person, child: Child, form: Form) -> None:
    """What the parent answers to a report, with words, a voice message or a photo where there are any (BF07, BF08)."""
    found = report.find(session, web.tools, author, known_id(form.number("target")))
    if found.child_id != child.id:
        raise NotFoundError
    words, file = form.text("words"), sent_with(form)
    said = bool(words.strip()) or file is not None
    saying = sayings.keep(session, web.tools, author, words, child=child, file=file) if said else None
    report.react(session, web.tools, author, found, form.text("reaction"), saying)


def _about_agreement(session: Session, web: Web, author: Person, child: Child, form: Form) -> None:
    """How it went, or what should be different; about the text that stood on the page."""
    agreement = agreements.find(session, web.tools, author, known_id(form.number("target")))
    if agreement.child_id != child.id:
        raise NotFoundError
    if form.number("version") != agreement.current.id:
        raise DomainError("agreement_changed")
    words = form.text("words")
    said = sayings.keep(session, web.tools, author, words, child=child) if words.strip() else None
    if form.text("do") == "say_outcome":
        looking_back.report(session, web.tools, author, agreement.current, form.text("result"), said)
    elif said is None:
        raise DomainError("words_needed")
    else:
        agreements.wish_change(session, web.tools, author, agreement.current, said)


def _own_entry(session: Session, author: Person, child: Child, entry_id: int | None) -> Entry:
    entry = session.get(Entry, known_id(entry_id))
    if entry is None or entry.child_id != child.id or entry.author_id != author.id:
        raise NotFoundError
    return entry


async def _sure(web: Web, request: Request, visit: Visit) -> Response:
    """Asks once more before an addition is gone."""
    child_id, entry_id = id_in_path(request, "child_id"), id_in_path(request, "entry_id")

    def look(session: Session) -> Response:
        reader = session.get_one(Person, visit.person_id)
        child = access.child_or_not_found(session, child_id)
        entry = _own_entry(session, reader, child, entry_id)
        return web.pages.render(
            "dossier/sure.html",
            visit.language,
            place=visit.school,
            new_key=visit.new_key,
            child=child,
            entry=entry,
            said=sayings.shown(entry.saying, visit.language),
            back=ways_back(session, web, reader),
        )

    return await web.read(look)


def _render(
    web: Web, visit: Visit, child_id: int, session: Session, *, kept: Kept = NOTHING_KEPT, done: str = ""
) -> Response:
    reader = session.get_one(Person, visit.person_id)
    child = access.child_or_not_found(session, child_id)
    seen = dossier.view(session, web.tools, reader, child, as_staff=False)
    return web.pages.render(
        "dossier/child.html",
        visit.language,
        status=422 if kept.code else 200,
        place=visit.school,
        new_key=visit.new_key,
        seen=seen,
        may_report={
            one.agreement_id
            for one in seen.agreements
            if one.state == AgreementState.ACTIVE.value
            and any(party.person_id == reader.id for party in one.parties)
        },
        may_add=access.allowed(session, web.tools, reader, child, Action.WRITE, Subject.ADDITION),
        files=shown_files.states_of(session, seen),
        file_path="/dossier/file/",
        several_children=len(access.children_of(session, reader)) > 1,
        back=ways_back(session, web, reader),
        open_states=agreements.OPEN,
        kept=kept,
        done=done,
        looks_at_once=LOOKS_AT_ONCE,
    )


def ways_back(session: Session, web: Web, reader: Person) -> list[tuple[str, str]]:
    """The ways back to the chat: the kind of door and its address."""
    ways: dict[str, str] = {}
    for door in people.doors_of(session, reader):
        if door.kind == DoorKind.WEB.value:
            ways[door.kind] = chat.path_of(door.address)
        elif web.tools.telegram_name:
            ways[door.kind] = f"https://t.me/{web.tools.telegram_name}"
    return list(ways.items())
