"""What is due to be reminded of: agreements before and after their day, and preparations that are not ready.

Each is written once: the claim stands in the same transaction as the message (001-hold-to-agreements).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.model.agreements import (
    Agreement,
    AgreementOutcome,
    AgreementParty,
    AgreementState,
    AgreementVersion,
    Owner,
)
from bot.model.conversation import Conversation, Moment
from bot.model.messages import HelpWish
from bot.model.people import Child, Door, Guardianship, Person, Teaching
from bot.model.preparation import Run
from bot.model.rhythm import NOT_NOW, Reminder, ReminderKind
from bot.services import audit, circle
from bot.services.tools import Tools
from bot.storage.inserting import unless_there

BEFORE_DUE_SCHOOL_DAYS = 3
BEFORE_TALK_SCHOOL_DAYS = (5, 2)  # first and last reminder to prepare
AFTER_JOINING_DAYS = (7, 14)  # the same while no talk is planned
AT_ONCE = 500  # rows named one by one in a statement

Key = TypeVar("Key")
Entity = TypeVar("Entity", AgreementVersion, Child, Person)


@dataclass(frozen=True)
class Due:
    """One reminder for one person; `subject_id` is what its kind names."""

    kind: ReminderKind
    subject_id: int
    stage: int
    person: Person
    child: Child
    version: AgreementVersion | None = None
    planned_at: datetime | None = None


def claim(
    session: Session, tools: Tools, kind: ReminderKind, subject_id: int, person_id: int, stage: int
) -> bool:
    """Whether the reminder is ours to write now; never again true for anybody once this transaction is committed."""
    values = {
        "kind": kind.value,
        "subject_id": subject_id,
        "person_id": person_id,
        "stage": stage,
        "made_at": tools.clock.now(),
    }
    make = unless_there(Reminder, session.get_bind().dialect.name)
    claimed = session.execute(make.values(**values).returning(Reminder.id)).scalar()
    if claimed is None:
        return False
    audit.note(
        session, tools.clock, None, "remind", kind.value, person=person_id, about=subject_id, stage=stage
    )
    return True


def agreements_due(session: Session, tools: Tools) -> Iterator[Due]:
    """Who is to be asked about which agreement today; who was asked already is left out."""
    today = tools.clock.today()
    near = _near(tools, today)
    rows = session.execute(near.with_only_columns(*_OF_AN_AGREEMENT).order_by(Agreement.id)).all()
    wanted = [(row, kind) for row in rows if (kind := _kind_on(tools, row, today)) is not None]
    if not wanted:
        return
    joined = _joined(session)
    about = near.with_only_columns(AgreementVersion.id)
    known = _known(session, (ReminderKind.BEFORE_DUE, ReminderKind.OVERDUE, ReminderKind.LOOK_BACK), about)
    outcomes = select(AgreementOutcome.version_id, AgreementOutcome.person_id).where(
        AgreementOutcome.version_id.in_(about)
    )
    said = {(version_id, person_id) for version_id, person_id in session.execute(outcomes)}
    named, teachers = _named(session, near), _teachers(session, near)
    due: list[tuple[ReminderKind, int, int, int]] = []
    for row, kind in wanted:
        for person_id in _asked(row, kind, named, teachers):
            answered = (row.id, person_id) in said and kind is not ReminderKind.LOOK_BACK
            if person_id in joined and not answered and (kind.value, row.id, person_id, 1) not in known:
                due.append((kind, row.id, row.child_id, person_id))
    versions = _by_id(session, AgreementVersion, (one[1] for one in due))
    children = _by_id(session, Child, (one[2] for one in due))
    people = _by_id(session, Person, (one[3] for one in due))
    for kind, version_id, child_id, person_id in due:
        version = versions[version_id]
        yield Due(kind, version.id, 1, people[person_id], children[child_id], version)


_OF_AN_AGREEMENT = (
    AgreementVersion.id,
    AgreementVersion.agreement_id,
    Agreement.child_id,
    AgreementVersion.owner,
    AgreementVersion.due_on,
    AgreementVersion.look_back_on,
)


def _near(tools: Tools, today: date) -> Select[Any]:
    """The text that stands now of every active agreement whose day is near or over."""
    last = today
    while tools.rhythm.school_days.before(last + timedelta(days=1), BEFORE_DUE_SCHOOL_DAYS) <= today:
        last += timedelta(days=1)
    later = aliased(AgreementVersion)
    newer = select(later.id).where(
        later.agreement_id == AgreementVersion.agreement_id, later.number > AgreementVersion.number
    )
    return (
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(
            Agreement.state == AgreementState.ACTIVE.value,
            or_(AgreementVersion.due_on <= last, AgreementVersion.look_back_on <= today),
            ~newer.exists(),
        )
    )


def _named(session: Session, near: Select[Any]) -> dict[int, list[int]]:
    """The guardians whom each of these agreements names and who still are."""
    query = (
        select(AgreementParty.agreement_id, AgreementParty.person_id)
        .join(Agreement, Agreement.id == AgreementParty.agreement_id)
        .join(
            Guardianship,
            and_(
                Guardianship.person_id == AgreementParty.person_id,
                Guardianship.child_id == Agreement.child_id,
                Guardianship.ended_at.is_(None),
            ),
        )
        .where(Agreement.id.in_(near.with_only_columns(Agreement.id)))
        .order_by(AgreementParty.id)
    )
    return _gathered((one, other) for one, other in session.execute(query))


def _teachers(session: Session, near: Select[Any]) -> dict[int, list[int]]:
    """Who teaches the child of each of these agreements now."""
    query = (
        select(Child.id, Teaching.person_id)
        .join(Teaching, and_(Teaching.group_id == Child.group_id, Teaching.ended_at.is_(None)))
        .where(Child.id.in_(near.with_only_columns(Agreement.child_id)))
        .order_by(Teaching.person_id)
    )
    return _gathered((one, other) for one, other in session.execute(query))


def _gathered(pairs: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return found


def _by_id(session: Session, entity: type[Entity], ids: Iterable[int]) -> dict[int, Entity]:
    """The rows with these ids, read a few hundred at a time."""
    wanted = sorted(set(ids))
    found: dict[int, Entity] = {}
    for first in range(0, len(wanted), AT_ONCE):
        some = select(entity).where(entity.id.in_(wanted[first : first + AT_ONCE]))
        found |= {one.id: one for one in session.scalars(some)}
    return found


def _kind_on(tools: Tools, dated: Any, today: date) -> ReminderKind | None:
    """What this day asks for; the day of looking back takes the place of being overdue."""
    if today >= dated.look_back_on:
        return ReminderKind.LOOK_BACK
    if today > dated.due_on:
        return ReminderKind.OVERDUE
    if today >= tools.rhythm.school_days.before(dated.due_on, BEFORE_DUE_SCHOOL_DAYS):
        return ReminderKind.BEFORE_DUE
    return None


def _asked(
    row: Any, kind: ReminderKind, named: dict[int, list[int]], teachers: dict[int, list[int]]
) -> list[int]:
    """The owner before the day, both sides after it; for a child the named guardians and the teachers."""
    owner = row.owner if kind is ReminderKind.BEFORE_DUE else Owner.CHILD.value
    asked: list[int] = []
    if owner != Owner.SCHOOL.value:
        asked += named.get(row.agreement_id, [])
    if owner != Owner.PARENTS.value:
        asked += teachers.get(row.child_id, [])
    return list(dict.fromkeys(asked))


def preparations_due(session: Session, tools: Tools) -> Iterator[Due]:
    """Who is to be reminded today of a preparation: not ready, not stopped, and never asked for another way."""
    today = tools.clock.today()
    rows = session.execute(_NOT_READY).all()
    if not rows:
        return
    talks, held = _begin_talks(session, tools)
    written = _gathered(
        ((child_id, person_id), stage)
        for _kind, child_id, person_id, stage in _known(session, (ReminderKind.PREPARE,))
    )
    due: list[tuple[int, int, int, datetime | None]] = []
    for person_id, child_id, joined_at in rows:
        about = ((person_id, child_id), (None, child_id))
        if not held.isdisjoint(about):
            continue
        planned_at = min((talks[key] for key in about if key in talks), default=None)
        stage = _stage(tools, today, planned_at, joined_at)
        seen = {NOT_NOW, *range(stage, len(BEFORE_TALK_SCHOOL_DAYS) + 1)}
        if stage and seen.isdisjoint(written.get((child_id, person_id), ())):
            due.append((person_id, child_id, stage, planned_at))
    people = _by_id(session, Person, (one[0] for one in due))
    children = _by_id(session, Child, (one[1] for one in due))
    for person_id, child_id, stage, planned_at in due:
        yield Due(
            ReminderKind.PREPARE,
            child_id,
            stage,
            people[person_id],
            children[child_id],
            planned_at=planned_at,
        )


def _stage(tools: Tools, today: date, planned_at: datetime | None, joined_at: datetime) -> int:
    """Which reminder this day asks for; 0 for none."""
    if planned_at is not None:
        day = tools.clock.local(planned_at).date()
        starts = [tools.rhythm.school_days.before(day, count) for count in BEFORE_TALK_SCHOOL_DAYS]
        return sum(1 for start in starts if start <= today < day)
    joined_on = tools.clock.local(joined_at).date()
    return sum(1 for days in AFTER_JOINING_DAYS if today >= joined_on + timedelta(days=days))


_About = tuple[int | None, int]  # a guardian (None: all together) and a child


def _begin_talks(session: Session, tools: Tools) -> tuple[dict[_About, datetime], set[_About]]:
    """When the next begin talk is, and where one was held already."""
    query = (
        select(Conversation.guardian_id, Conversation.child_id, Conversation.held_at, Conversation.planned_at)
        .where(Conversation.moment == Moment.BEGIN.value, Conversation.cancelled_at.is_(None))
        .order_by(Conversation.planned_at.desc())
    )
    coming: dict[_About, datetime] = {}
    held: set[_About] = set()
    now = tools.clock.now()
    for guardian_id, child_id, held_at, planned_at in session.execute(query):
        if held_at is not None:
            held.add((guardian_id, child_id))
        elif planned_at is not None and planned_at > now:
            coming[guardian_id, child_id] = planned_at
    return coming, held


def want_no_more(session: Session, tools: Tools, person: Person, child: Child) -> None:
    """This person is not reminded of this preparation again (004-feasible)."""
    circle.guardianship(session, child, person.id)
    if claim(session, tools, ReminderKind.PREPARE, child.id, person.id, NOT_NOW):
        audit.note(session, tools.clock, person.id, "not_now", "preparation", child_id=child.id)


# Since when each person uses the invitation: the oldest of the doors that are open and welcomed.
_JOINED = (
    select(Door.person_id, func.min(Door.joined_at).label("joined_at"))
    .where(Door.ended_at.is_(None), Door.welcomed_at.is_not(None))
    .group_by(Door.person_id)
)
_JOINED_AT = _JOINED.subquery()
_NOT_READY = (
    select(Guardianship.person_id, Guardianship.child_id, _JOINED_AT.c.joined_at)
    .join(_JOINED_AT, _JOINED_AT.c.person_id == Guardianship.person_id)
    .where(
        Guardianship.ended_at.is_(None),
        ~select(HelpWish.id)
        .where(HelpWish.person_id == Guardianship.person_id, HelpWish.child_id == Guardianship.child_id)
        .exists(),
        ~select(Run.id)
        .where(
            Run.person_id == Guardianship.person_id,
            Run.child_id == Guardianship.child_id,
            or_(Run.reviewed_at.is_not(None), Run.withdrawn_at.is_not(None)),
        )
        .exists(),
    )
    .order_by(Guardianship.id)
)


def _joined(session: Session) -> set[int]:
    return set(session.scalars(select(_JOINED_AT.c.person_id)))


def _known(
    session: Session, kinds: tuple[ReminderKind, ...], about: Select[Any] | None = None
) -> set[tuple[str, int, int, int]]:
    """What was written already, of everything or of the subjects asked about."""
    query = select(Reminder.kind, Reminder.subject_id, Reminder.person_id, Reminder.stage).where(
        Reminder.kind.in_([kind.value for kind in kinds])
    )
    if about is not None:
        query = query.where(Reminder.subject_id.in_(about))
    return {
        (kind, subject_id, person_id, stage) for kind, subject_id, person_id, stage in session.execute(query)
    }
