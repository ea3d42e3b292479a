"""Doors of people: opened, confirmed by a teacher, ended; a person's language and roles."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.messages import Outgoing
from bot.model.people import Child, Door, DoorKind, Group, Guardianship, Person, Post, Role, Teaching
from bot.model.privacy import Pass, WebSession
from bot.services import access, audit
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


def doors_of(session: Session, person: Person) -> list[Door]:
    """The open doors of a person, oldest first."""
    query = select(Door).where(Door.person_id == person.id, Door.ended_at.is_(None)).order_by(Door.id)
    return list(session.scalars(query))


def door_in_use(session: Session, person: Person) -> Door | None:
    """The open, welcomed door of the person that was last written to, which is where the person is."""
    return session.scalar(
        select(Door)
        .outerjoin(Outgoing, Outgoing.door_id == Door.id)
        .where(Door.person_id == person.id, Door.ended_at.is_(None), Door.welcomed_at.is_not(None))
        .order_by(Outgoing.id.desc().nulls_last(), Door.id.desc())
        .limit(1)
    )


def roles_of(session: Session, person: Person) -> list[Role]:
    """What the person is now at any school, in the order of `Role`."""
    found: set[Role] = {
        Role(role)
        for role in session.scalars(
            select(Post.role).where(Post.person_id == person.id, Post.ended_at.is_(None))
        )
    }
    if access.children_of(session, person):
        found.add(Role.GUARDIAN)
    if access.taught_group_ids(session, person):
        found.add(Role.TEACHER)
    return [role for role in Role if role in found]


def school_ids_of(session: Session, person: Person) -> set[int]:
    """The schools where the person is anything now."""
    of_children = (
        select(Group.school_id)
        .join(Child, Child.group_id == Group.id)
        .join(Guardianship, Guardianship.child_id == Child.id)
        .where(Guardianship.person_id == person.id, Guardianship.ended_at.is_(None))
    )
    of_groups = (
        select(Group.school_id)
        .join(Teaching, Teaching.group_id == Group.id)
        .where(Teaching.person_id == person.id, Teaching.ended_at.is_(None))
    )
    of_posts = select(Post.school_id).where(Post.person_id == person.id, Post.ended_at.is_(None))
    return {school_id for query in (of_children, of_groups, of_posts) for school_id in session.scalars(query)}


def not_joined(session: Session) -> list[Person]:
    """The people who have a role now, no open door and no closed account, by roster id."""
    with_door = select(Door.person_id).where(Door.ended_at.is_(None))
    query = select(Person).where(Person.id.not_in(with_door), Person.closed_at.is_(None))
    query = query.order_by(Person.roster_id)
    return [person for person in session.scalars(query) if roles_of(session, person)]


def by_roster_id(session: Session, roster_id: str) -> Person:
    """The person the roster calls so; raises NotFoundError."""
    person = session.scalar(select(Person).where(Person.roster_id == roster_id))
    if person is None:
        raise NotFoundError
    return person


def child_by_roster_id(session: Session, roster_id: str) -> Child:
    """The child the roster calls so; raises NotFoundError."""
    child = session.scalar(select(Child).where(Child.roster_id == roster_id))
    if child is None:
        raise NotFoundError
    return child


def open_door(
    session: Session,
    tools: Tools,
    person: Person,
    kind: DoorKind | str,
    address: str,
    *,
    secret_digest: str | None = None,
) -> Door:
    """A new door of the person is open, not confirmed; if it is open already, that one is handed back.

    Raises DomainError("address_taken") where another person's door is open at this address.
    """
    kind = DoorKind(kind)
    there = session.scalar(
        select(Door).where(Door.kind == kind.value, Door.address == address, Door.ended_at.is_(None))
    )
    if there is not None:
        if there.person_id != person.id:
            raise DomainError("address_taken")
        return there
    door = Door(
        person=person,
        kind=kind.value,
        address=address,
        secret_digest=secret_digest,
        joined_at=tools.clock.now(),
        state={},
    )
    session.add(door)
    session.flush()
    audit.note(session, tools.clock, person.id, "joined", "door", door=door.id)
    happened(session, EventKind.DOOR_JOINED, door.id, person.id)
    return door


def confirm_door(session: Session, tools: Tools, actor: Person, door: Door) -> None:
    """What is stored may be read back through the door, because a teacher of a child of its owner said so."""
    child = _child_through_whom(session, tools, actor, door, Action.CONFIRM)
    if child is None or not door.is_open:
        raise NotFoundError
    if door.confirmed_at is not None:
        return
    door.confirmed_at = tools.clock.now()
    door.confirmed_by_id = actor.id
    session.flush()
    audit.note(session, tools.clock, actor.id, "confirmed", "door", child_id=child.id, door=door.id)
    happened(session, EventKind.DOOR_CONFIRMED, door.id, actor.id)


def end_door(session: Session, tools: Tools, actor: Person, door: Door) -> None:
    """Nothing goes in or out by the door any more, and every browser the person had open is signed out.

    The owner may do it, and a teacher of a child of the owner (a lost phone).
    """
    child = _child_through_whom(session, tools, actor, door, Action.END)
    if child is None and actor.id != door.person_id:
        raise NotFoundError
    if not door.is_open:
        return
    door.ended_at = tools.clock.now()
    door.state = {}
    session.flush()
    sign_out_everywhere(session, tools, door.person_id)
    child_id = child.id if child else None
    audit.note(session, tools.clock, actor.id, "ended", "door", child_id=child_id, door=door.id)


def sign_out_everywhere(session: Session, tools: Tools, person_id: int) -> None:
    """Every browser the person had open is signed out, and no link into one works any more."""
    now = tools.clock.now()
    session.execute(
        update(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        update(Pass).where(Pass.person_id == person_id, Pass.used_at.is_(None)).values(used_at=now)
    )


def _child_through_whom(
    session: Session, tools: Tools, actor: Person, door: Door, action: Action
) -> Child | None:
    """A child of the door's owner for whom the rule table lets the actor do this."""
    for child in access.children_of(session, door.person):
        if access.allowed(session, tools, actor, child, action, Subject.DOOR, owner_id=door.person_id):
            return child
    return None


def choose_language(session: Session, tools: Tools, person: Person, language: str) -> None:
    """The person reads and writes in this language from now on, whatever the roster says later."""
    if language not in tools.languages:
        raise DomainError("language_not_offered")
    if person.language == language and person.language_chosen:
        return
    person.language = language
    person.language_chosen = True
    session.flush()
    audit.note(session, tools.clock, person.id, "language_chosen", "person", language=language)
