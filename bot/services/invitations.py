"""One-time ways in. A link that was used, has expired or never existed is refused in one and the same way."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.model.errors import DomainError
from bot.model.people import Door, DoorKind, Invitation, Person
from bot.services import access, audit, people
from bot.services.tokens import digest_of, new_token
from bot.services.tools import Tools

LIFETIME = timedelta(days=30)


def invite(session: Session, tools: Tools, person: Person) -> str:
    """A fresh token for the person; earlier ones that have not expired stay valid.

    Raises DomainError("account_closed").
    """
    if person.closed_at is not None:
        raise DomainError("account_closed")
    token = new_token()
    now = tools.clock.now()
    session.add(
        Invitation(
            person=person, digest=digest_of(token), made_at=now, expires_at=now + LIFETIME, closed_at=None
        )
    )
    session.flush()
    audit.note(session, tools.clock, None, "invited", "person", person=person.id)
    return token


def person_of(session: Session, tools: Tools, token: str) -> Person:
    """Whose invitation this is, so that its page is in their language; tell nothing else about them.

    Raises DomainError("invitation_unusable").
    """
    return _usable(session, tools, token).person


def use(
    session: Session,
    tools: Tools,
    token: str,
    kind: DoorKind | str,
    address: str,
    *,
    secret_digest: str | None = None,
) -> Door:
    """A door of the invited person is open here, and every invitation of this person is closed.

    A member of staff is trusted at once: nobody else could confirm the first teacher.
    Raises DomainError("invitation_unusable"), or "address_taken" (then the invitation stays usable).
    """
    person = _usable(session, tools, token).person
    session.refresh(person, with_for_update=True)  # of two phones at one moment, the second one waits here
    _usable(session, tools, token)
    door = people.open_door(session, tools, person, kind, address, secret_digest=secret_digest)
    if access.is_staff(session, person) and door.confirmed_at is None:
        door.confirmed_at = tools.clock.now()
    revoke_all(session, tools, person)
    return door


def revoke_all(session: Session, tools: Tools, person: Person) -> None:
    """No invitation of this person can be used any more."""
    session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.closed_at.is_(None))
        .values(closed_at=tools.clock.now())
    )


def _usable(session: Session, tools: Tools, token: str) -> Invitation:
    query = select(Invitation).where(Invitation.digest == digest_of(token), Invitation.closed_at.is_(None))
    found = session.scalar(query)
    if found is None or found.expires_at <= tools.clock.now() or found.person.closed_at is not None:
        raise DomainError("invitation_unusable")
    if not people.roles_of(session, found.person):
        raise DomainError("invitation_unusable")
    return found
