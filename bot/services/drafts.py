"""Half-typed forms of teachers: kept field by field, shared or deleted within five school days.

What stands in a draft is no saying: nobody but its authors reads it and no translator sees it until it is shared.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.conversation import Conversation
from bot.model.drafts import REMIND_FROM_DAY, SCHOOL_DAYS, Draft, DraftField, DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person
from bot.model.report import FIELDS as REPORT_FIELDS
from bot.model.report import Report
from bot.model.teacher_preparation import ORDER as PREPARATION_FIELDS
from bot.services import access, audit
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

FIELDS = {DraftKind.PREPARATION: frozenset(PREPARATION_FIELDS), DraftKind.REPORT: frozenset(REPORT_FIELDS)}


@dataclass(frozen=True)
class Form:
    """Which form of which child; a report is of a talk."""

    child: Child
    kind: DraftKind
    talk: Conversation | None = None


@dataclass(frozen=True)
class Conflict:
    """What somebody else wrote in the field in the meantime."""

    content: Any
    revision: int
    name: str
    written_at: datetime


@dataclass(frozen=True)
class Written:
    """The revision the field stands at; with a conflict nothing was written."""

    revision: int
    conflict: Conflict | None = None


def find(session: Session, tools: Tools, actor: Person, form: Form) -> Draft | None:
    """The draft that this author may go on with; None if there is none. NotFoundError for who writes no such form."""
    access.require(session, tools, actor, form.child, Action.READ, Subject.DRAFT)
    return _find(session, actor, form)


def _find(session: Session, actor: Person, form: Form) -> Draft | None:
    query = select(Draft).where(Draft.child_id == form.child.id, Draft.kind == form.kind.value)
    if form.kind is DraftKind.PREPARATION:
        return session.scalar(query.where(Draft.author_id == actor.id))
    return session.scalar(query.where(Draft.conversation_id == _talk(form).id))


def _talk(form: Form) -> Conversation:
    if form.talk is None or form.talk.child_id != form.child.id:
        raise NotFoundError
    return form.talk


def write(
    session: Session,
    tools: Tools,
    actor: Person,
    form: Form,
    name: str,
    content: str | list[str],
    expected_revision: int,
) -> Written:
    """The field holds the content, unless somebody else wrote it since `expected_revision` (0: it was empty).

    The same content again is no conflict. Raises NotFoundError for an unknown field, report_shown, talk_closed.
    """
    access.require(session, tools, actor, form.child, Action.WRITE, Subject.DRAFT)
    if name not in FIELDS[form.kind]:
        raise NotFoundError
    _lock(session, form.child)
    draft = _find(session, actor, form)
    known = next((one for one in draft.fields if one.name == name), None) if draft else None
    if known is not None:
        session.refresh(known)
        if known.content == content:
            return Written(known.revision)
        if known.revision != expected_revision:
            return Written(known.revision, _conflict(known))
        known.content, known.revision = content, known.revision + 1
        known.written_by, known.written_at = actor, tools.clock.now()
        session.flush()
        return Written(known.revision)
    if not content:
        return Written(0)
    draft = draft or _open(session, tools, actor, form)
    written = DraftField(
        draft_id=draft.id,
        name=name,
        content=content,
        revision=1,
        written_by=actor,
        written_at=tools.clock.now(),
    )
    draft.fields.append(written)
    session.flush()
    return Written(written.revision)


def _lock(session: Session, child: Child) -> None:
    """Nobody else opens or writes a draft about this child until the end of the transaction."""
    session.flush()
    session.execute(select(Child.id).where(Child.id == child.id).with_for_update())


def _conflict(known: DraftField) -> Conflict:
    return Conflict(known.content, known.revision, known.written_by.name, known.written_at)


def _open(session: Session, tools: Tools, actor: Person, form: Form) -> Draft:
    talk = _talk(form) if form.kind is DraftKind.REPORT else None
    if talk is not None:
        if session.scalar(select(Report.id).where(Report.conversation_id == talk.id)) is not None:
            raise DomainError("report_shown")
        if talk.cancelled_at is not None:
            raise DomainError("talk_closed")
    draft = Draft(
        child_id=form.child.id,
        kind=form.kind.value,
        author=actor,
        conversation_id=talk.id if talk else None,
        guardian_id=talk.guardian_id if talk else None,
        begun_at=tools.clock.now(),
        warned_at=None,
        fields=[],
    )
    session.add(draft)
    session.flush()
    audit.note(
        session, tools.clock, actor.id, "begin", form.kind.value, child_id=form.child.id, draft=draft.id
    )
    return draft


def contents(draft: Draft | None) -> dict[str, Any]:
    """What stands in each field."""
    return {one.name: one.content for one in draft.fields} if draft else {}


def fingerprint(draft: Draft | None) -> str:
    """Another one as soon as anybody changed a field: who shares sends along the one they looked at."""
    standing = sorted((one.name, one.revision) for one in draft.fields) if draft else []
    return sha256(json.dumps([draft.id if draft else 0, standing]).encode()).hexdigest()[:32]


def discard(session: Session, tools: Tools, actor: Person, draft: Draft) -> None:
    """The draft and its words are gone, because one of its authors said so."""
    child = session.get_one(Child, draft.child_id)
    access.require(session, tools, actor, child, Action.WRITE, Subject.DRAFT)
    if draft.kind == DraftKind.PREPARATION.value and draft.author_id != actor.id:
        raise NotFoundError
    _remove(session, tools, draft, actor.id, "discard")


def close(session: Session, tools: Tools, draft: Draft, actor: Person) -> None:
    """The draft is gone because what it said has been shared; for the services that share."""
    _remove(session, tools, draft, actor.id, "share")


def _remove(session: Session, tools: Tools, draft: Draft, actor_id: int | None, action: str) -> None:
    audit.note(session, tools.clock, actor_id, action, draft.kind, child_id=draft.child_id, draft=draft.id)
    session.delete(draft)
    session.flush()


def due_on(tools: Tools, draft: Draft) -> date:
    """The last day to share or delete it: five school days after it was begun."""
    return _school_day(tools, draft, SCHOOL_DAYS)


def is_pressing(tools: Tools, draft: Draft) -> bool:
    """Whether its author is reminded on the page: from the third school day on."""
    return tools.clock.today() >= _school_day(tools, draft, REMIND_FROM_DAY)


def _school_day(tools: Tools, draft: Draft, count: int) -> date:
    return tools.rhythm.school_days.after(tools.clock.local(draft.begun_at).date(), count)


def authors(session: Session, draft: Draft) -> list[Person]:
    """Who may read it now: of a preparation its author while teaching the child, of a report all its teachers."""
    teachers = access.teachers_of(session, session.get_one(Child, draft.child_id))
    if draft.kind == DraftKind.REPORT.value:
        return teachers
    return [one for one in teachers if one.id == draft.author_id]


def of_child(session: Session, child: Child) -> list[Draft]:
    """Every draft about a child, oldest first; its words are for `authors` only."""
    return list(session.scalars(select(Draft).where(Draft.child_id == child.id).order_by(Draft.id)))


def care(session: Session, tools: Tools) -> None:
    """One school day before the end the authors are told; a draft whose time is over is deleted."""
    today = tools.clock.today()
    for draft in _all(session):
        if today > due_on(tools, draft):
            _remove(session, tools, draft, None, "expire")
        elif draft.warned_at is None and today >= _school_day(tools, draft, SCHOOL_DAYS - 1):
            draft.warned_at = tools.clock.now()
            happened(session, EventKind.DRAFT_DUE, draft.id, None)


def _all(session: Session) -> Iterable[Draft]:
    return session.scalars(select(Draft).order_by(Draft.id)).all()
