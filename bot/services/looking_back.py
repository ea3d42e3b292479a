"""Looking back on an agreement: each side says how it went; it closes when both say the same, or goes on."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.agreements import (
    Agreement,
    AgreementOutcome,
    AgreementState,
    AgreementVersion,
    Result,
)
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person
from bot.model.translation import Saying
from bot.services import access, agreements, audit, circle
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


def report(
    session: Session,
    tools: Tools,
    actor: Person,
    version: AgreementVersion,
    result: str,
    saying: Saying | None = None,
) -> AgreementOutcome:
    """How it went, as this person says, stands with the version (001-hold-to-agreements).

    The agreement closes with this state when the school and a named guardian say the same (002-feedback-approach).
    Saying the same again changes nothing. Raises agreement_changed, agreement_closed, agreement_not_active,
    state_needed.
    """
    agreement = version.agreement
    child = session.get_one(Child, agreement.child_id)
    party = agreements.is_party(agreement, actor)
    access.require(session, tools, actor, child, Action.REPORT, Subject.AGREEMENT, party=party)
    if result not in set(Result):
        raise DomainError("state_needed")
    agreements.lock(session, agreement)
    if agreement.state in agreements.CLOSED:
        raise DomainError("agreement_closed")
    if version.id != agreement.current.id:
        raise DomainError("agreement_changed")
    if agreement.state != AgreementState.ACTIVE.value:
        raise DomainError("agreement_not_active")
    before = outcome_of(version, actor, for_school=not party)
    if before is not None and before.result == result and saying is None:
        return before
    if saying is not None:
        saying = circle.own_words(session, tools, actor, child, saying)
    outcome = AgreementOutcome(
        person=actor, for_school=not party, result=result, saying=saying, made_at=tools.clock.now()
    )
    version.outcomes.append(outcome)
    session.flush()
    if saying is not None:
        _share(session, tools, child, agreement, saying)
    audit.note(
        session,
        tools.clock,
        actor.id,
        "report",
        "agreement",
        child_id=child.id,
        agreement=agreement.id,
        result=result,
    )
    _settle(session, tools, actor, outcome)
    return outcome


def add_words(
    session: Session, tools: Tools, actor: Person, outcome: AgreementOutcome, saying: Saying
) -> None:
    """Words stand with what this person said of how it went; those that stood there stay in an outcome of before."""
    version = session.get_one(AgreementVersion, outcome.version_id)
    child = session.get_one(Child, version.agreement.child_id)
    party = agreements.is_party(version.agreement, actor)
    access.require(session, tools, actor, child, Action.REPORT, Subject.AGREEMENT, party=party)
    if outcome.person_id != actor.id:
        raise NotFoundError
    saying = circle.own_words(session, tools, actor, child, saying)
    if outcome.saying_id is not None:
        outcome = AgreementOutcome(
            person=actor, for_school=outcome.for_school, result=outcome.result, made_at=tools.clock.now()
        )
        version.outcomes.append(outcome)
    outcome.saying = saying
    session.flush()
    _share(session, tools, child, version.agreement, saying)


def find_outcome(session: Session, actor: Person, outcome_id: int) -> AgreementOutcome:
    """What this person said of how it went; NotFoundError for what another one said."""
    outcome = session.get(AgreementOutcome, outcome_id)
    if outcome is None or outcome.person_id != actor.id:
        raise NotFoundError
    return outcome


def carry_over(
    session: Session,
    tools: Tools,
    actor: Person,
    agreement: Agreement,
    *,
    words: str,
    owner: str,
    due_on: date,
    look_back_on: date,
) -> Agreement:
    """The agreement goes along to next year: a new one that names it is proposed, to be confirmed anew.

    With the guardians of before who still are. Raises agreement_closed and what `propose` raises.
    """
    child = session.get_one(Child, agreement.child_id)
    access.require(session, tools, actor, child, Action.END, Subject.AGREEMENT)
    agreements.lock(session, agreement)
    if agreement.state in agreements.CLOSED:
        raise DomainError("agreement_closed")
    still = {one.person_id for one in access.guardians_of(session, child)}
    following = agreements.propose(
        session,
        tools,
        actor,
        child,
        words=words,
        owner=owner,
        due_on=due_on,
        look_back_on=look_back_on,
        guardians=[party.person for party in agreement.parties if party.person_id in still],
        earlier=agreement,
    )
    agreements.end(session, tools, actor, agreement, AgreementState.CARRIED_OVER.value)
    return following


def outcome_of(version: AgreementVersion, person: Person, *, for_school: bool) -> AgreementOutcome | None:
    """The newest that this person said of this version, as guardian or for the school."""
    own = (one for one in version.outcomes if one.person_id == person.id and one.for_school == for_school)
    return max(own, key=lambda one: one.id, default=None)


def standing(version: AgreementVersion) -> list[AgreementOutcome]:
    """What the school says now, and each guardian, oldest first; earlier sayings of the same side left out."""
    newest = {(None if one.for_school else one.person_id): one for one in _in_order(version.outcomes)}
    return _in_order(newest.values())


def may_report(session: Session, tools: Tools, person: Person, child: Child, agreement: Agreement) -> bool:
    """Whether this person may say now how it went."""
    party = agreements.is_party(agreement, person)
    return agreement.state == AgreementState.ACTIVE.value and access.allowed(
        session, tools, person, child, Action.REPORT, Subject.AGREEMENT, party=party
    )


def _in_order(outcomes: Iterable[AgreementOutcome]) -> list[AgreementOutcome]:
    return sorted(outcomes, key=lambda one: one.id)


def _settle(session: Session, tools: Tools, actor: Person, outcome: AgreementOutcome) -> None:
    """It closes when the other side says the same; the other side hears it once, as one or the other."""
    version = session.get_one(AgreementVersion, outcome.version_id)
    agreement = version.agreement
    agreed = any(
        one.result == outcome.result and one.for_school != outcome.for_school for one in standing(version)
    )
    if agreed:
        agreements.end(session, tools, actor, agreement, outcome.result)
        happened(session, EventKind.AGREEMENT_CLOSED, agreement.id, actor.id)
    if not (agreed and outcome.for_school):
        happened(session, EventKind.OUTCOME_REPORTED, outcome.id, actor.id)


def _share(session: Session, tools: Tools, child: Child, agreement: Agreement, saying: Saying) -> None:
    circle.share_with_all(session, tools, child, saying, also=[party.person for party in agreement.parties])
