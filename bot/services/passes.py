"""One-time links into the browser, and the sessions they open; the role is asked again at every step."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Door, DoorKind, Person
from bot.model.privacy import Pass, PassPurpose, WebSession
from bot.services import access, audit, received
from bot.services.tokens import digest_of, new_token
from bot.services.tools import Tools

LIFETIME_MINUTES = 10
LIFETIME = timedelta(minutes=LIFETIME_MINUTES)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # a page with ten pictures writes once


def issue(session: Session, tools: Tools, person: Person, purpose: PassPurpose | str) -> str:
    """A token that opens this purpose once, within LIFETIME.

    Raises NotFoundError if the person has no right to it.
    """
    purpose = PassPurpose(purpose)
    if not entitled(session, person, purpose):
        raise NotFoundError
    token = new_token()
    now = tools.clock.now()
    session.add(
        Pass(
            person_id=person.id,
            purpose=purpose.value,
            digest=digest_of(token),
            made_at=now,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    audit.note(session, tools.clock, person.id, "pass_issued", purpose.value)
    return token


def person_of(session: Session, tools: Tools, token: str, purpose: PassPurpose | str) -> Person:
    """Whose link this is, so that its page is in their language; raises DomainError("pass_unusable")."""
    return session.get_one(Person, _usable(session, tools, token, PassPurpose(purpose)).person_id)


def exchange(
    session: Session,
    tools: Tools,
    token: str,
    purpose: PassPurpose | str,
    *,
    session_token: str | None = None,
    device: str | None = None,
) -> tuple[str, WebSession]:
    """The link is used up; the token for the cookie of a new session is handed out, only its hash is kept.

    A door that can make its own secret again after a lost answer hands it in as `session_token`.

    Raises DomainError("pass_unusable") for a used, expired or invented token, and for one of another purpose.
    """
    purpose = PassPurpose(purpose)
    found = _usable(session, tools, token, purpose)
    found.used_at = tools.clock.now()
    session_token = session_token or new_token()
    return session_token, _begin(session, tools, found.person_id, purpose, session_token, device)


def enter_from_messenger(
    session: Session,
    tools: Tools,
    address: str,
    proof_digest: str,
    purpose: PassPurpose | str,
    *,
    session_token: str,
    device: str | None = None,
) -> WebSession:
    """Who talks at this messenger address is signed in; the proof of it, told by its hash, is used up.

    Raises DomainError("pass_unusable") for a proof that was used, an address without an open and confirmed door, and
    a person without a right to the purpose.
    """
    purpose = PassPurpose(purpose)
    if not received.mark(session, [f"proof:{proof_digest}"], tools.clock.now()):
        raise DomainError("pass_unusable")
    door = session.scalar(
        select(Door).where(
            Door.kind == DoorKind.TELEGRAM.value,
            Door.address == address,
            Door.ended_at.is_(None),
            Door.confirmed_at.is_not(None),
        )
    )
    if door is None or not entitled(session, door.person, purpose):
        raise DomainError("pass_unusable")
    return _begin(session, tools, door.person_id, purpose, session_token, device)


def _begin(
    session: Session,
    tools: Tools,
    person_id: int,
    purpose: PassPurpose,
    session_token: str,
    device: str | None,
) -> WebSession:
    now = tools.clock.now()
    made = WebSession(
        person_id=person_id,
        purpose=purpose.value,
        digest=digest_of(session_token),
        made_at=now,
        seen_at=now,
        device=device,
    )
    session.add(made)
    session.flush()
    audit.note(session, tools.clock, person_id, "signed_in", purpose.value, row=made.id)
    return made


def session_for(
    session: Session, tools: Tools, session_token: str, purpose: PassPurpose | str
) -> WebSession | None:
    """The session this cookie opens now, noted as seen; None if it ended, idled IDLE or passed ABSOLUTE.

    Call it in a writing transaction.
    """
    purpose = PassPurpose(purpose)
    found = session.scalar(
        select(WebSession).where(
            WebSession.digest == digest_of(session_token),
            WebSession.purpose == purpose.value,
            WebSession.ended_at.is_(None),
        )
    )
    now = tools.clock.now()
    if found is None or not _alive(found, now):
        return None
    if not entitled(session, found.person, purpose):
        return None
    if now - found.seen_at >= SEEN_EVERY:
        found.seen_at = now
    return found


def entitled(session: Session, person: Person, purpose: PassPurpose) -> bool:
    """Staff have the desk, guardians have the dossier of their children; a closed account has nothing."""
    if person.closed_at is not None:
        return False
    if purpose is PassPurpose.DESK:
        return access.is_staff(session, person)
    return bool(access.children_of(session, person))


def whose(session: Session, session_token: str, purpose: PassPurpose | str) -> Person | None:
    """Whose cookie this is or once was, also after its session ended; it opens nothing."""
    return session.scalar(
        select(Person)
        .join(WebSession, WebSession.person_id == Person.id)
        .where(
            WebSession.digest == digest_of(session_token), WebSession.purpose == PassPurpose(purpose).value
        )
    )


def sessions_of(session: Session, tools: Tools, person: Person) -> list[WebSession]:
    """The browsers in which the person is signed in now, the one seen last first."""
    query = select(WebSession).where(WebSession.person_id == person.id, WebSession.ended_at.is_(None))
    now = tools.clock.now()
    found = session.scalars(query.order_by(WebSession.seen_at.desc(), WebSession.id.desc()))
    return [one for one in found if _alive(one, now)]


def end_own(session: Session, tools: Tools, person: Person, web_session_id: int) -> None:
    """One browser of the person is signed out; raises NotFoundError for a session of somebody else."""
    found = session.get(WebSession, web_session_id)
    if found is None or found.person_id != person.id:
        raise NotFoundError
    end(session, tools, found)


def end_others(session: Session, tools: Tools, kept: WebSession) -> None:
    """Every other browser of this session's owner is signed out."""
    for one in sessions_of(session, tools, kept.person):
        if one.id != kept.id:
            end(session, tools, one)


def end(session: Session, tools: Tools, web_session: WebSession) -> None:
    """The cookie of this session opens nothing any more."""
    if web_session.ended_at is None:
        web_session.ended_at = tools.clock.now()
        audit.note(
            session,
            tools.clock,
            web_session.person_id,
            "signed_out",
            web_session.purpose,
            row=web_session.id,
        )


def _usable(session: Session, tools: Tools, token: str, purpose: PassPurpose) -> Pass:
    found = session.scalar(
        select(Pass)
        .where(Pass.digest == digest_of(token), Pass.purpose == purpose.value, Pass.used_at.is_(None))
        .with_for_update()
    )
    if found is None or found.expires_at <= tools.clock.now():
        raise DomainError("pass_unusable")
    if not entitled(session, session.get_one(Person, found.person_id), purpose):
        raise DomainError("pass_unusable")
    return found


def _alive(web_session: WebSession, now: datetime) -> bool:
    return now - web_session.seen_at < IDLE and now - web_session.made_at < ABSOLUTE
