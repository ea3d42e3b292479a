"""The notice, separate consents, and withdrawing a preparation."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.errors import DomainError
from bot.model.people import Person
from bot.model.preparation import Run
from bot.model.privacy import NOTICE_VERSION, Acknowledgement, Consent, ConsentPurpose
from bot.services import access, audit, preparation
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

UNDO_DAYS = 7


def has_acknowledged(session: Session, person: Person) -> bool:
    """Whether the person read the notice as it stands now."""
    return (
        session.scalar(
            select(Acknowledgement.id).where(
                Acknowledgement.person_id == person.id, Acknowledgement.notice_version == NOTICE_VERSION
            )
        )
        is not None
    )


def acknowledge(session: Session, tools: Tools, person: Person) -> None:
    """It is on record that the person read the notice."""
    if not has_acknowledged(session, person):
        session.add(
            Acknowledgement(
                person_id=person.id, notice_version=NOTICE_VERSION, acknowledged_at=tools.clock.now()
            )
        )
        audit.note(session, tools.clock, person.id, "acknowledge", "notice", version=NOTICE_VERSION)


def consents(session: Session, person: Person, purpose: ConsentPurpose) -> bool:
    """Whether the person agrees with this purpose now."""
    return _standing(session, person, purpose) is not None


def _standing(session: Session, person: Person, purpose: ConsentPurpose) -> Consent | None:
    return session.scalar(
        select(Consent).where(
            Consent.person_id == person.id, Consent.purpose == purpose.value, Consent.withdrawn_at.is_(None)
        )
    )


def consent(session: Session, tools: Tools, person: Person, purpose: ConsentPurpose) -> None:
    """The person agrees with this purpose from now on."""
    if _standing(session, person, purpose) is None:
        session.add(Consent(person_id=person.id, purpose=purpose.value, given_at=tools.clock.now()))
        audit.note(session, tools.clock, person.id, "consent", purpose.value)


def withdraw_consent(session: Session, tools: Tools, person: Person, purpose: ConsentPurpose) -> None:
    """The person no longer agrees with this purpose."""
    withdrawn = False
    while standing := _standing(session, person, purpose):  # two phones may have given it at the same moment
        standing.withdrawn_at = tools.clock.now()
        session.flush()
        withdrawn = True
    if withdrawn:
        audit.note(session, tools.clock, person.id, "withdraw_consent", purpose.value)


def withdraw(session: Session, tools: Tools, person: Person, run: Run) -> None:
    """The school no longer sees this preparation; after seven days it is erased. Agreements stay."""
    access.require(
        session, tools, person, run.child, Action.WITHDRAW, Subject.OWN_PART, owner_id=run.person_id
    )
    if run.withdrawn_at is not None:
        return
    run.withdrawn_at = tools.clock.now()
    run.erase_at = run.withdrawn_at + timedelta(days=UNDO_DAYS)
    preparation.hide(session, run)
    audit.note(session, tools.clock, person.id, "withdraw", "run", child_id=run.child_id, run=run.id)
    happened(session, EventKind.PREPARATION_WITHDRAWN, run.id, person.id)


def undo_withdrawal(session: Session, tools: Tools, person: Person, run: Run) -> None:
    """The preparation is back as it was; refused with `undo_too_late` after seven days."""
    access.require(
        session, tools, person, run.child, Action.WITHDRAW, Subject.OWN_PART, owner_id=run.person_id
    )
    if run.withdrawn_at is None:
        return
    if run.erase_at is None or run.erase_at <= tools.clock.now():
        raise DomainError("undo_too_late")
    run.withdrawn_at = None
    run.erase_at = None
    preparation.show(session, tools, run)
    audit.note(session, tools.clock, person.id, "undo_withdraw", "run", child_id=run.child_id, run=run.id)
    happened(session, EventKind.WITHDRAWAL_UNDONE, run.id, person.id)


def erase_due(session: Session, tools: Tools) -> int:
    """Every withdrawn preparation whose seven days are over is gone; returns how many."""
    due = list(
        session.scalars(select(Run).where(Run.erase_at.is_not(None), Run.erase_at <= tools.clock.now()))
    )
    for run in due:
        preparation.erase_answers(session, run)
        audit.note(session, tools.clock, None, "erase", "run", child_id=run.child_id, run=run.id)
        session.delete(run)
    session.flush()
    return len(due)
