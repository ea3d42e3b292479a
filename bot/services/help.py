"""A guardian wants a person, paper or the phone instead of the chat (002-cannot-write, 001-overloaded)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.messages import HelpKind, HelpWish
from bot.model.people import Child, Person
from bot.services import access, audit, circle
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


def ask(session: Session, tools: Tools, person: Person, child: Child, kind: str) -> HelpWish:
    """The wish stands open for the school; asking again for the same changes nothing. Raises kind_needed."""
    access.require(session, tools, person, child, Action.WRITE, Subject.HELP, owner_id=person.id)
    circle.guardianship(session, child, person.id)
    if kind not in set(HelpKind):
        raise DomainError("kind_needed")
    for standing in _open(session, child, person):
        if standing.kind == kind:
            return standing
    wish = HelpWish(
        person_id=person.id, child_id=child.id, kind=kind, asked_at=tools.clock.now(), settled_at=None
    )
    session.add(wish)
    session.flush()
    audit.note(session, tools.clock, person.id, "ask", "help", child_id=child.id, wish=wish.id)
    happened(session, EventKind.HELP_ASKED, wish.id, person.id)
    return wish


def settle(session: Session, tools: Tools, actor: Person, wish: HelpWish) -> None:
    """The wish is taken care of; doing it again changes nothing."""
    child = session.get_one(Child, wish.child_id)
    access.require(session, tools, actor, child, Action.SETTLE, Subject.HELP)
    if wish.settled_at is None:
        wish.settled_at = tools.clock.now()
        audit.note(session, tools.clock, actor.id, "settle", "help", child_id=child.id, wish=wish.id)


def open_of(session: Session, tools: Tools, reader: Person, child: Child, guardian: Person) -> list[HelpWish]:
    """The wishes of this guardian that wait for the school, oldest first."""
    access.require(session, tools, reader, child, Action.READ, Subject.HELP, owner_id=guardian.id)
    circle.guardianship(session, child, guardian.id)
    return _open(session, child, guardian)


def find(session: Session, tools: Tools, reader: Person, wish_id: int) -> HelpWish:
    """The wish, if this reader may see it; NotFoundError otherwise."""
    wish = session.get(HelpWish, wish_id)
    if wish is None:
        raise NotFoundError
    child = session.get_one(Child, wish.child_id)
    access.require(session, tools, reader, child, Action.READ, Subject.HELP, owner_id=wish.person_id)
    return wish


def _open(session: Session, child: Child, guardian: Person) -> list[HelpWish]:
    query = select(HelpWish).where(
        HelpWish.child_id == child.id, HelpWish.person_id == guardian.id, HelpWish.settled_at.is_(None)
    )
    return list(session.scalars(query.order_by(HelpWish.id)))
