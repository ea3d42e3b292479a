"""What is due to be reminded of: agreements before and after their day, and preparations that are not ready.

Each is written once: the claim stands in the same transaction as the message (001-hold-to-agreements).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.model.agreements import Agreement, AgreementParty, AgreementState, AgreementVersion, Owner
from bot.model.conversation import Conversation, Moment
from bot.model.messages import HelpWish
from bot.model.people import Child, Door, Guardianship, Person
from bot.model.preparation import Run
from bot.model.rhythm import NOT_NOW, Reminder, ReminderKind
from bot.services import access, audit, circle
from bot.services.tools import Tools
from bot.storage.inserting import unless_there

BEFORE_DUE_SCHOOL_DAYS = 3
BEFORE_TALK_SCHOOL_DAYS = (5, 2)  # first and last reminder to prepare
AFTER_JOINING_DAYS = (7, 14)  # the same while no talk is planned


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
    known = _known(session, (ReminderKind.BEFORE_DUE, ReminderKind.OVERDUE, ReminderKind.LOOK_BACK))
    joined = _joined(session)
    query = (
        select(Agreement)
        .where(Agreement.state == AgreementState.ACTIVE.value)
        .options(
            selectinload(Agreement.versions).selectinload(AgreementVersion.outcomes),
            selectinload(Agreement.parties).selectinload(AgreementParty.person),
        )
        .order_by(Agreement.id)
    )
    for agreement in session.scalars(query):
        version = agreement.current
        kind = _kind_on(tools, version, today)
        if kind is None:
            continue
        child = session.get_one(Child, agreement.child_id)
        for person in _asked(session, child, agreement, kind):
            said = any(one.person_id == person.id for one in version.outcomes)
            answered = said and kind is not ReminderKind.LOOK_BACK
            if person.id in joined and not answered and (kind.value, version.id, person.id, 1) not in known:
                yield Due(kind, version.id, 1, person, child, version)


def _kind_on(tools: Tools, version: AgreementVersion, today: date) -> ReminderKind | None:
    """What this day asks for; the day of looking back takes the place of being overdue."""
    if today >= version.look_back_on:
        return ReminderKind.LOOK_BACK
    if today > version.due_on:
        return ReminderKind.OVERDUE
    if today >= tools.rhythm.school_days_before(version.due_on, BEFORE_DUE_SCHOOL_DAYS):
        return ReminderKind.BEFORE_DUE
    return None


def _asked(session: Session, child: Child, agreement: Agreement, kind: ReminderKind) -> list[Person]:
    """The owner before the day, both sides after it; for a child the named guardians and the teachers."""
    owner = agreement.current.owner if kind is ReminderKind.BEFORE_DUE else Owner.CHILD.value
    still = {one.person_id for one in access.guardians_of(session, child)}
    asked: list[Person] = []
    if owner != Owner.SCHOOL.value:
        asked += [party.person for party in agreement.parties if party.person_id in still]
    if owner != Owner.PARENTS.value:
        asked += access.teachers_of(session, child)
    return list({person.id: person for person in asked}.values())


def preparations_due(session: Session, tools: Tools) -> Iterator[Due]:
    """Who is to be reminded today of a preparation: not ready, not stopped, and never asked for another way."""
    today = tools.clock.today()
    known = _known(session, (ReminderKind.PREPARE,))
    joined = _joined(session)
    talks, held = _begin_talks(session, tools)
    wishes = select(HelpWish.person_id, HelpWish.child_id)
    asked_help = {(person_id, child_id) for person_id, child_id in session.execute(wishes)}
    done = Run.reviewed_at.is_not(None) | Run.withdrawn_at.is_not(None)
    finished = select(Run.person_id, Run.child_id).where(done)
    ready = {(person_id, child_id) for person_id, child_id in session.execute(finished)}
    query = (
        select(Guardianship)
        .where(Guardianship.ended_at.is_(None), Guardianship.person_id.in_(joined))
        .options(selectinload(Guardianship.person), selectinload(Guardianship.child))
        .order_by(Guardianship.id)
    )
    for one in session.scalars(query):
        about = (one.person_id, one.child_id)
        if about in asked_help or about in ready or not held.isdisjoint({about, (None, one.child_id)}):
            continue
        mine = [talks[key] for key in (about, (None, one.child_id)) if key in talks]
        stage = _stage(tools, today, min(mine, default=None), joined[one.person_id])
        written = {key[3] for key in known if key[1:3] == (one.child_id, one.person_id)}
        if stage and not written & {NOT_NOW, *range(stage, len(BEFORE_TALK_SCHOOL_DAYS) + 1)}:
            yield Due(
                ReminderKind.PREPARE,
                one.child_id,
                stage,
                one.person,
                one.child,
                planned_at=min(mine, default=None),
            )


def _stage(tools: Tools, today: date, planned_at: datetime | None, joined_at: datetime) -> int:
    """Which reminder this day asks for; 0 for none."""
    if planned_at is not None:
        day = tools.clock.local(planned_at).date()
        starts = [tools.rhythm.school_days_before(day, count) for count in BEFORE_TALK_SCHOOL_DAYS]
        return sum(1 for start in starts if start <= today < day)
    joined_on = tools.clock.local(joined_at).date()
    return sum(1 for days in AFTER_JOINING_DAYS if today >= joined_on + timedelta(days=days))


_About = tuple[int | None, int]  # a guardian (None: all together) and a child


def _begin_talks(session: Session, tools: Tools) -> tuple[dict[_About, datetime], set[_About]]:
    """When the next begin talk is, and where one was held already."""
    query = (
        select(Conversation)
        .where(Conversation.moment == Moment.BEGIN.value, Conversation.cancelled_at.is_(None))
        .order_by(Conversation.planned_at.desc())
    )
    coming: dict[_About, datetime] = {}
    held: set[_About] = set()
    for talk in session.scalars(query):
        about = (talk.guardian_id, talk.child_id)
        if talk.held_at is not None:
            held.add(about)
        elif talk.planned_at is not None and talk.planned_at > tools.clock.now():
            coming[about] = talk.planned_at
    return coming, held


def want_no_more(session: Session, tools: Tools, person: Person, child: Child) -> None:
    """This person is not reminded of this preparation again (004-feasible)."""
    circle.guardianship(session, child, person.id)
    if claim(session, tools, ReminderKind.PREPARE, child.id, person.id, NOT_NOW):
        audit.note(session, tools.clock, person.id, "not_now", "preparation", child_id=child.id)


def _joined(session: Session) -> dict[int, datetime]:
    """Since when each person uses the invitation: the oldest of the doors that are open and welcomed."""
    query = (
        select(Door.person_id, func.min(Door.joined_at))
        .where(Door.ended_at.is_(None), Door.welcomed_at.is_not(None))
        .group_by(Door.person_id)
    )
    return {person_id: joined_at for person_id, joined_at in session.execute(query)}  # noqa: C416


def _known(session: Session, kinds: tuple[ReminderKind, ...]) -> set[tuple[str, int, int, int]]:
    query = select(Reminder.kind, Reminder.subject_id, Reminder.person_id, Reminder.stage).where(
        Reminder.kind.in_([kind.value for kind in kinds])
    )
    return {
        (kind, subject_id, person_id, stage) for kind, subject_id, person_id, stage in session.execute(query)
    }
