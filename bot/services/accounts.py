"""Accounts of a school that the head can close at once, and open again (the person and all they said stay)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Door, Group, Guardianship, Person, Post, Role, Teaching
from bot.model.privacy import ClosingReason
from bot.services import access, audit, invitations, parting, people
from bot.services.tools import Tools


@dataclass(frozen=True)
class AccountRow:
    """One person of the school, as the head sees who can come in."""

    person_id: int
    name: str
    what: tuple[str, ...]  # group names for teachers, first names of children for guardians, posts as keys
    doors: int  # open ones
    closed_at: datetime | None


def may_see(session: Session, actor: Person) -> bool:
    """Whether the person may see and close accounts of the own school."""
    return actor.closed_at is None and may(_relations(session, actor), Action.READ, Subject.ACCOUNT)


def staff(session: Session, actor: Person) -> list[AccountRow]:
    """Everybody who works at the actor's school, by name; raises NotFoundError for who may not see it."""
    _require_sight(session, actor)
    what: dict[int, list[str]] = {}
    posts = select(Post.person_id, Post.role).where(
        Post.school_id == actor.school_id, Post.ended_at.is_(None)
    )
    for person_id, role in session.execute(posts.order_by(Post.role)):
        what.setdefault(person_id, []).append(role)
    taught = (
        select(Teaching.person_id, Group.name)
        .join(Group, Group.id == Teaching.group_id)
        .where(Group.school_id == actor.school_id, Teaching.ended_at.is_(None))
        .order_by(Group.name)
    )
    for person_id, name in session.execute(taught):
        what.setdefault(person_id, []).append(name)
    return _rows(session, what)


def guardians(session: Session, actor: Person, group_id: int) -> list[AccountRow]:
    """The guardians of the children in a group of the actor's school, by name; raises NotFoundError."""
    _require_sight(session, actor)
    group = session.get(Group, group_id)
    if group is None or group.school_id != actor.school_id:
        raise NotFoundError
    query = (
        select(Guardianship.person_id, Child.first_name)
        .join(Child, Child.id == Guardianship.child_id)
        .where(Child.group_id == group.id, Guardianship.ended_at.is_(None))
        .order_by(Child.first_name)
    )
    what: dict[int, list[str]] = {}
    for person_id, name in session.execute(query):
        what.setdefault(person_id, []).append(name)
    return _rows(session, what)


def find(session: Session, actor: Person, person_id: int) -> AccountRow:
    """One person of the actor's school; raises NotFoundError."""
    _require_sight(session, actor)
    person = session.get(Person, person_id)
    if person is None or person.school_id != actor.school_id:
        raise NotFoundError
    return _rows(session, {person.id: []})[0]


def close(session: Session, tools: Tools, actor: Person, person: Person, reason: str) -> None:
    """The person cannot come in by any way: doors, browsers, links and letters are void from this moment.

    Raises DomainError reason_needed, own_account; NotFoundError for who may not.
    """
    _require(session, actor, person)
    if reason not in set(ClosingReason):
        raise DomainError("reason_needed")
    if person.id == actor.id:
        raise DomainError("own_account")
    if person.closed_at is not None:
        return
    now = tools.clock.now()
    person.closed_at = now
    session.execute(
        update(Door)
        .where(Door.person_id == person.id, Door.ended_at.is_(None))
        .values(ended_at=now, state={})
    )
    people.sign_out_everywhere(session, tools, person.id)
    invitations.revoke_all(session, tools, person)
    session.flush()
    parting.account(session, tools, person)
    audit.note(session, tools.clock, actor.id, "closed", "account", person=person.id, reason=reason)


def open_again(session: Session, tools: Tools, actor: Person, person: Person) -> None:
    """The person may come in again with a new letter; what was ended stays ended. Raises NotFoundError."""
    _require(session, actor, person)
    if person.closed_at is None:
        return
    person.closed_at = None
    session.flush()
    audit.note(session, tools.clock, actor.id, "opened", "account", person=person.id)


def _relations(session: Session, actor: Person) -> frozenset[Relation]:
    lead = Role.LEAD.value in access.posts(session, actor, actor.school_id)
    return frozenset({Relation.LEAD} if lead else ())


def _require_sight(session: Session, actor: Person) -> None:
    if not may_see(session, actor):
        raise NotFoundError


def _require(session: Session, actor: Person, person: Person) -> None:
    allowed = may(_relations(session, actor), Action.END, Subject.ACCOUNT)
    if not allowed or actor.closed_at is not None or person.school_id != actor.school_id:
        raise NotFoundError


def _rows(session: Session, what: dict[int, list[str]]) -> list[AccountRow]:
    counted = select(Door.person_id, func.count()).where(Door.person_id.in_(what), Door.ended_at.is_(None))
    doors = {row[0]: row[1] for row in session.execute(counted.group_by(Door.person_id))}
    found = session.scalars(select(Person).where(Person.id.in_(what)).order_by(Person.name, Person.id))
    return [
        AccountRow(one.id, one.name, tuple(what[one.id]), doors.get(one.id, 0), one.closed_at)
        for one in found
    ]
