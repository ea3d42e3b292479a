"""Asks the rule table of model/access.py for one person and one child; every use case begins here."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.errors import NotFoundError
from bot.model.help_requests import Match, MatchState
from bot.model.people import Child, Group, Guardianship, Person, Post, Role, Teaching
from bot.services.tools import Tools


def relations(
    session: Session,
    tools: Tools,
    person: Person,
    child: Child,
    *,
    owner_id: int | None = None,
    party: bool = False,
) -> frozenset[Relation]:
    """What the person is to the child now; `owner_id`: whose part is asked for, `party`: an agreement names them."""
    if person.closed_at is not None:
        return frozenset({Relation.STRANGER})
    found: set[Relation] = set()
    guardianship = _guardianship(person, child)
    if guardianship:
        found.add(Relation.GUARDIAN if guardianship.authority else Relation.GUARDIAN_WITHOUT_AUTHORITY)
        if owner_id == person.id:
            found.add(Relation.SELF)
        if party:
            found.add(Relation.PARTY)
    found |= _staff_relations(session, tools, person, child)
    return frozenset(found or {Relation.STRANGER})


def _guardianship(person: Person, child: Child) -> Guardianship | None:
    held = (one for one in person.guardianships if one.child_id == child.id and one.ended_at is None)
    return next(held, None)


def is_guardian(person: Person, child: Child) -> bool:
    """Whether the person is guardian of the child now."""
    return _guardianship(person, child) is not None


def _staff_relations(session: Session, tools: Tools, person: Person, child: Child) -> set[Relation]:
    found: set[Relation] = set()
    school_id = session.scalar(select(Group.school_id).where(Group.id == child.group_id))
    for group_id in taught_group_ids(session, person):
        found.add(Relation.TEACHER if group_id == child.group_id else Relation.OTHER_TEACHER)
    roles = posts(session, person, school_id)
    if Role.LEAD in roles:
        found.add(Relation.LEAD)
    if Role.COORDINATOR in roles:
        found.add(Relation.COORDINATOR)
    if found and person.school_id == school_id and person.roster_id in tools.sensitive_readers:
        found.add(Relation.NAMED_STAFF)
    return found


def taught_group_ids(session: Session, person: Person) -> list[int]:
    """The groups this person teaches now."""
    return list(
        session.scalars(
            select(Teaching.group_id).where(Teaching.person_id == person.id, Teaching.ended_at.is_(None))
        )
    )


def posts(session: Session, person: Person, school_id: int | None) -> set[str]:
    """The roles lead or coordinator this person has at a school now."""
    return set(
        session.scalars(
            select(Post.role).where(
                Post.person_id == person.id, Post.school_id == school_id, Post.ended_at.is_(None)
            )
        )
    )


def allowed(
    session: Session,
    tools: Tools,
    person: Person,
    child: Child,
    action: Action,
    subject: Subject,
    *,
    owner_id: int | None = None,
    party: bool = False,
) -> bool:
    """Whether the person may do this now."""
    own = owner_id == person.id and may(frozenset({Relation.SELF}), action, subject)
    if own and person.closed_at is None and is_guardian(person, child):
        return True  # most of what a guardian does; the roles of staff need not be looked up
    return may(relations(session, tools, person, child, owner_id=owner_id, party=party), action, subject)


def require(
    session: Session,
    tools: Tools,
    person: Person,
    child: Child,
    action: Action,
    subject: Subject,
    *,
    owner_id: int | None = None,
    party: bool = False,
) -> None:
    """Passes in silence if the person may do this; raises NotFoundError, as for a thing that does not exist."""
    if not allowed(session, tools, person, child, action, subject, owner_id=owner_id, party=party):
        raise NotFoundError


_ASKED = frozenset({MatchState.ASKED.value, MatchState.ACCEPTED.value})


def help_relations(person: Person, match: Match) -> frozenset[Relation]:
    """What the person is to one match now: SELF is the asker; a buddy is one only while asked, or while helping."""
    if person.closed_at is None:
        if person.id == match.asker_id:
            return frozenset({Relation.SELF})
        if person.id == match.buddy_id and match.state == MatchState.HELPING.value:
            return frozenset({Relation.BUDDY})
        if person.id == match.buddy_id and match.state in _ASKED:
            return frozenset({Relation.ASKED_BUDDY})
    return frozenset({Relation.STRANGER})


def require_help(person: Person, match: Match, action: Action, subject: Subject) -> None:
    """Passes in silence if the person may do this in this match; raises NotFoundError."""
    if not may(help_relations(person, match), action, subject):
        raise NotFoundError


def coordinators_of(session: Session, school_id: int) -> list[Person]:
    """The coordinators of a school now; where there is none, its leads."""
    for role in (Role.COORDINATOR, Role.LEAD):
        found = session.scalars(
            select(Person)
            .join(Post, Post.person_id == Person.id)
            .where(Post.school_id == school_id, Post.role == role.value, Post.ended_at.is_(None))
            .order_by(Person.id)
        ).all()
        if found:
            return list(found)
    return []


def child_or_not_found(session: Session, child_id: int) -> Child:
    """The child; raises NotFoundError."""
    child = session.get(Child, child_id)
    if child is None:
        raise NotFoundError
    return child


def children_of(session: Session, person: Person) -> list[Child]:
    """The children this person is guardian of now, by first name."""
    query = (
        select(Child)
        .join(Guardianship, Guardianship.child_id == Child.id)
        .where(Guardianship.person_id == person.id, Guardianship.ended_at.is_(None))
        .order_by(Child.first_name, Child.id)
    )
    return list(session.scalars(query))


def guardians_of(session: Session, child: Child, *, with_authority: bool = False) -> list[Guardianship]:
    """The guardianships of a child that have not ended, oldest first."""
    query = select(Guardianship).where(Guardianship.child_id == child.id, Guardianship.ended_at.is_(None))
    if with_authority:
        query = query.where(Guardianship.authority.is_(True))
    return list(session.scalars(query.order_by(Guardianship.id)))


def ever_guardians_of(session: Session, child: Child) -> set[int]:
    """The ids of everybody who is or was guardian of a child."""
    return set(session.scalars(select(Guardianship.person_id).where(Guardianship.child_id == child.id)))


def teachers_of(session: Session, child: Child) -> list[Person]:
    """The teachers of the child's group now."""
    query = (
        select(Person)
        .join(Teaching, Teaching.person_id == Person.id)
        .where(Teaching.group_id == child.group_id, Teaching.ended_at.is_(None))
        .order_by(Person.id)
    )
    return list(session.scalars(query))


def is_staff(session: Session, person: Person) -> bool:
    """Whether the person teaches a group or holds a post now."""
    return bool(taught_group_ids(session, person) or posts(session, person, person.school_id))
