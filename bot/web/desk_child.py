"""One page per child on the desk: what each parent says, talks, agreements, additions, messages, who looked.

Every form of the page is sent to the page itself; what the forms do stands in desk_forms.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.model.access import Action, Subject
from bot.model.agreements import RemarkKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person
from bot.services import access, agreements, conversation, dossier, overview, people, report
from bot.services.views import AgreementView, DossierView, TalkView
from bot.web import desk_forms, shown_files
from bot.web.desk_class import Neighbours, Reading, neighbours, reading_of
from bot.web.kept import NOTHING_KEPT, Kept, kept_from
from bot.web.requests import Form, Web, whole_number
from bot.web.visits import DESK, Visit, id_in_path, signed_in

LOOKS_AT_ONCE = 8


@dataclass(frozen=True)
class Can:
    """What this member of staff may do on the page; the services ask again."""

    plan: bool
    propose: bool
    write: bool
    doors: bool
    settle: bool
    report: bool
    release: bool


@dataclass(frozen=True)
class DoorRow:
    """One phone or browser of a guardian."""

    id: int
    kind: str
    joined_at: datetime
    confirmed: bool


@dataclass(frozen=True)
class GuardianFacts:
    """What the page says of a guardian beside their part."""

    language: str
    wished_language: str | None
    doors: tuple[DoorRow, ...]
    unread: tuple[int, ...]  # ids of messages that nobody at school has read


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of a child's page."""
    page = "/desk/child/{child_id:int}"
    sure = page + "/sure/{do}/{target:int}"
    return [
        Route(page, signed_in(web, DESK, _page, enter=_enter), methods=["GET"]),
        Route(page, signed_in(web, DESK, _act, enter=_enter), methods=["POST"]),
        Route(sure, signed_in(web, DESK, _sure, enter=_enter), methods=["GET"]),
    ]


def _enter(session: Session, web: Web, reader: Person, request: Request) -> None:
    """The look is on record before anything is shown; who is no staff of the child finds nothing."""
    child = access.child_or_not_found(session, id_in_path(request, "child_id"))
    dossier.look(session, web.tools, reader, child, shown_files.STAFF_PAGE, as_staff=True)


async def _page(web: Web, request: Request, visit: Visit) -> Response:
    child_id = id_in_path(request, "child_id")
    query = request.query_params
    done, ask = query.get("done", ""), whole_number(query.get("ask", ""))
    return await web.read(partial(_render, web, visit, child_id, reading_of(query), done=done, ask=ask))


async def _act(web: Web, request: Request, visit: Visit) -> Response:
    """What one form wishes is done; a form with a mistake comes back as it was, with a sentence at the field."""
    child_id = id_in_path(request, "child_id")
    form = await web.form(request, visit.secret)
    do = form.text("do")
    reading = reading_of(request.query_params)
    action = desk_forms.ACTIONS.get(do)
    if action is None:
        raise NotFoundError

    def act(session: Session) -> None:
        actor = session.get_one(Person, visit.person_id)
        child = access.child_or_not_found(session, child_id)
        action(desk_forms.Wish(session, web.tools, actor, child, form))

    try:
        await web.write(form, act)
    except NotFoundError:
        raise
    except DomainError as error:
        return await _again(web, visit, child_id, reading, form, error.code)
    chosen = f"{reading.query}&" if reading.query else "?"
    return RedirectResponse(f"/desk/child/{child_id}{chosen}done={do}#done", status_code=303)


async def _again(web: Web, visit: Visit, child_id: int, reading: Reading, form: Form, code: str) -> Response:
    kept = kept_from(form, code)
    do, target = form.text("do"), form.number("target")
    if do in desk_forms.TO_BE_SURE and target is not None:
        return await web.read(partial(_render_sure, web, visit, child_id, do, target, kept=kept))
    page = await web.read(partial(_render, web, visit, child_id, reading, kept=kept))
    if kept.is_lost:  # the form is not there any more: the words come back on a page of their own
        raise DomainError(code)
    return page


async def _sure(web: Web, request: Request, visit: Visit) -> Response:
    """Asks once more before what cannot be undone."""
    child_id, target = id_in_path(request, "child_id"), id_in_path(request, "target")
    return await web.read(partial(_render_sure, web, visit, child_id, request.path_params["do"], target))


def _render(
    web: Web,
    visit: Visit,
    child_id: int,
    reading: Reading,
    session: Session,
    *,
    kept: Kept = NOTHING_KEPT,
    done: str = "",
    ask: int | None = None,
) -> Response:
    reader = session.get_one(Person, visit.person_id)
    child = access.child_or_not_found(session, child_id)
    seen = dossier.view(session, web.tools, reader, child, as_staff=True)
    return web.pages.render(
        "desk/child.html",
        visit.language,
        status=422 if kept.code else 200,
        place=visit.school,
        new_key=visit.new_key,
        seen=seen,
        can=(can := _can(session, web, reader, child)),
        facts=_facts(session, seen, can),
        files=shown_files.states_of(session, seen),
        file_path="/desk/file/",
        group_id=child.group_id,
        reading=reading,
        beside=_beside(session, web, reader, child, reading),
        kept=kept,
        done=done,
        ask=ask,
        now=web.tools.clock.now(),
        today=web.tools.clock.today(),
        local=web.tools.clock.local,
        usual_length=conversation.usual_length_minutes(child.group.school),
        open_states=agreements.OPEN,
        school_confirmed=school_confirmed,
        change_wishes=change_wishes,
        next_talk=next_talk(seen),
        looks_at_once=LOOKS_AT_ONCE,
        finishable=_finishable(web, seen),
    )


def _finishable(web: Web, seen: DossierView) -> list[int]:
    """The reports that a teacher may call final though not everybody answered."""
    today = web.tools.clock.today()
    return [one.report_id for one in seen.reports if today >= report.may_finish_on(web.tools, one.shown_at)]


def _beside(session: Session, web: Web, reader: Person, child: Child, reading: Reading) -> Neighbours | None:
    """The children before and after; None for who may read this child and not the class."""
    try:
        rows = overview.group_overview(session, web.tools, reader, child.group)
    except NotFoundError:
        return None
    return neighbours(rows, reading, web.tools.clock.now(), child.id)


def _can(session: Session, web: Web, reader: Person, child: Child) -> Can:
    def may(action: Action, subject: Subject) -> bool:
        return access.allowed(session, web.tools, reader, child, action, subject)

    return Can(
        plan=may(Action.PLAN, Subject.CONVERSATION),
        propose=may(Action.PROPOSE, Subject.AGREEMENT),
        write=may(Action.WRITE, Subject.THREAD),
        doors=may(Action.CONFIRM, Subject.DOOR),
        settle=may(Action.SETTLE, Subject.HELP),
        report=may(Action.WRITE, Subject.REPORT),
        release=may(Action.RELEASE, Subject.REPORT),
    )


def _facts(session: Session, seen: DossierView, can: Can) -> dict[int, GuardianFacts]:
    facts: dict[int, GuardianFacts] = {}
    for part in seen.parts:
        guardian = session.get_one(Person, part.person_id)
        doors = people.doors_of(session, guardian) if can.doors else []
        facts[guardian.id] = GuardianFacts(
            guardian.language,
            guardian.wished_language,
            tuple(DoorRow(one.id, one.kind, one.joined_at, one.confirmed_at is not None) for one in doors),
            tuple(one.message_id for one in part.messages if not one.from_school and one.read_at is None),
        )
    return facts


def next_talk(seen: DossierView) -> TalkView | None:
    """The earliest talk that is neither held nor called off."""
    waiting = [
        (one.planned_at, number, one)
        for number, one in enumerate(seen.talks)
        if one.planned_at and not one.held_at and not one.cancelled_at
    ]
    return min(waiting)[2] if waiting else None


def school_confirmed(agreement: AgreementView) -> bool:
    """Whether the school's word for the current version stands."""
    return any(one.for_school and one.lapsed_at is None for one in agreement.current.confirmations)


def change_wishes(agreement: AgreementView) -> int:
    """How many wishes for change stand with the current version."""
    return sum(1 for one in agreement.current.remarks if one.kind == RemarkKind.CHANGE_WISH.value)


def _render_sure(
    web: Web,
    visit: Visit,
    child_id: int,
    do: str,
    target: int,
    session: Session,
    *,
    kept: Kept = NOTHING_KEPT,
) -> Response:
    reader = session.get_one(Person, visit.person_id)
    child = access.child_or_not_found(session, child_id)
    find = desk_forms.TO_BE_SURE.get(do)
    if find is None:
        raise NotFoundError
    values: dict[str, Any] = find(session, web.tools, reader, child, target)
    return web.pages.render(
        "desk/sure.html",
        visit.language,
        status=422 if kept.code else 200,
        place=visit.school,
        new_key=visit.new_key,
        child=child,
        do=do,
        target=target,
        kept=kept,
        **values,
    )
