"""What people confirmed of an agreement in a translation, and what becomes of it when that is corrected."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.agreements import Agreement, AgreementState, AgreementVersion, Confirmation
from bot.model.translation import Origin, Translation
from bot.services import agreements, audit
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


def lapsed_by_correction(version: AgreementVersion, person_id: int) -> Confirmation | None:
    """What this person confirmed last of exactly this version, if it lapsed because its words were corrected."""
    own = [one for one in version.confirmations if one.person_id == person_id]
    if not own or version.id != version.agreement.current.id:
        return None
    last = own[-1]
    return last if last.lapsed_at is not None and last.origin != Origin.OWN.value else None


def lapse(session: Session, tools: Tools, translation: Translation, before: str) -> None:
    """Exactly the confirmations that were given on the words before have lapsed; who gave them is asked again."""
    versions = session.scalars(
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(AgreementVersion.saying_id == translation.saying_id, Agreement.state.in_(agreements.OPEN))
        .order_by(AgreementVersion.agreement_id, AgreementVersion.number)
    )
    for version in list(versions):
        agreements.lock(session, version.agreement)
        if version.id != version.agreement.current.id or version.agreement.state not in agreements.OPEN:
            continue
        for confirmation in version.confirmations:
            if _stands_on(confirmation, version, translation, before):
                _lapse(session, tools, version, confirmation)


def _stands_on(
    confirmation: Confirmation, version: AgreementVersion, translation: Translation, before: str
) -> bool:
    return (
        confirmation.lapsed_at is None
        and confirmation.digest == version.digest
        and confirmation.origin != Origin.OWN.value
        and confirmation.language == translation.language
        and confirmation.words_shown == before
    )


def _lapse(session: Session, tools: Tools, version: AgreementVersion, confirmation: Confirmation) -> None:
    agreement = version.agreement
    confirmation.lapsed_at = tools.clock.now()
    agreement.state, agreement.activated_at = AgreementState.PROPOSED.value, None
    audit.note(
        session,
        tools.clock,
        None,
        "lapse",
        "confirmation",
        child_id=agreement.child_id,
        agreement=agreement.id,
        confirmation=confirmation.id,
    )
    happened(session, EventKind.CONFIRMATION_LAPSED, confirmation.id, None)
