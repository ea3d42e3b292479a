"""Agreements: proposed by the school, confirmed by all they name, looked back on, closed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.model.access import Action, Relation, Subject, may
from bot.model.agreements import (
    Agreement,
    AgreementOutcome,
    AgreementParty,
    AgreementRemark,
    AgreementState,
    AgreementVersion,
    Confirmation,
    Owner,
    RemarkKind,
    Understanding,
)
from bot.model.conversation import Conversation
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person
from bot.model.translation import Origin, Saying
from bot.services import access, audit, circle, conversation, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

OPEN = frozenset({AgreementState.PROPOSED.value, AgreementState.ACTIVE.value})
CLOSED = frozenset(state.value for state in AgreementState) - OPEN
ENDS = CLOSED - {AgreementState.CARRIED_OVER.value}  # that needs new dates: looking_back.carry_over


def propose(
    session: Session,
    tools: Tools,
    actor: Person,
    child: Child,
    *,
    words: str | Saying,
    owner: str,
    due_on: date,
    look_back_on: date,
    guardians: Sequence[Person] | None = None,
    conversation: Conversation | None = None,
    earlier: Agreement | None = None,
) -> Agreement:
    """The agreement stands as proposed, and the writer's confirmation for the school is recorded (001-p10).

    `earlier` is the agreement it goes on from.
    Named: `guardians`, else the guardian the talk was apart with, else all guardians with authority now.
    Raises words_needed, owner_needed, due_passed, look_back_passed, guardian_needed.
    """
    access.require(session, tools, actor, child, Action.PROPOSE, Subject.AGREEMENT)
    _check(tools, owner, due_on, look_back_on)
    if conversation is not None:
        _require_talk(session, tools, actor, child, conversation)
    named = _named(session, child, guardians, conversation)
    unchanged = earlier is not None and _text(words) == earlier.current.saying.original
    saying = (
        earlier.current.saying
        if earlier and unchanged
        else circle.own_words(session, tools, actor, child, words)
    )
    agreement = Agreement(
        child_id=child.id,
        conversation_id=conversation.id if conversation else None,
        state=AgreementState.PROPOSED.value,
        made_at=tools.clock.now(),
        activated_at=None,
        closed_at=None,
        earlier_id=earlier.id if earlier else None,
        versions=[],
        parties=[AgreementParty(person=person) for person in named],
    )
    session.add(agreement)
    _write(session, tools, actor, child, agreement, saying, owner, due_on, look_back_on)
    return agreement


def change(
    session: Session,
    tools: Tools,
    actor: Person,
    agreement: Agreement,
    *,
    words: str | Saying,
    owner: str,
    due_on: date,
    look_back_on: date,
) -> AgreementVersion:
    """A new version stands, confirmations have lapsed, the writer's is recorded; no change, no new version.

    Raises agreement_closed, words_needed, owner_needed, due_passed, look_back_passed.
    """
    child = session.get_one(Child, agreement.child_id)
    access.require(session, tools, actor, child, Action.PROPOSE, Subject.AGREEMENT)
    lock(session, agreement)
    if agreement.state in CLOSED:
        raise DomainError("agreement_closed")
    current = agreement.current
    if (_text(words), owner, due_on, look_back_on) == (
        current.saying.original,
        current.owner,
        current.due_on,
        current.look_back_on,
    ):
        return current
    _check(
        tools,
        owner,
        due_on,
        look_back_on,
        known_due_on=current.due_on,
        known_look_back_on=current.look_back_on,
    )
    saying = (
        current.saying
        if _text(words) == current.saying.original
        else circle.own_words(session, tools, actor, child, words)
    )
    now = tools.clock.now()
    for confirmation in current.confirmations:
        if confirmation.lapsed_at is None:
            confirmation.lapsed_at = now
    agreement.state, agreement.activated_at = AgreementState.PROPOSED.value, None
    return _write(session, tools, actor, child, agreement, saying, owner, due_on, look_back_on)


def confirm(
    session: Session,
    tools: Tools,
    actor: Person,
    version: AgreementVersion,
    digest: str,
    understanding: str,
    *,
    seen: str | None = None,
) -> Confirmation:
    """The person stands behind exactly this version and the words shown; a second time changes nothing.

    `seen` is the mark of the words that the person read (sayings.Shown.mark), where a translation was read.
    Raises agreement_changed, words_corrected, agreement_closed, not_readable_yet, understanding_needed.
    """
    agreement = version.agreement
    child = session.get_one(Child, agreement.child_id)
    party = is_party(agreement, actor)
    access.require(session, tools, actor, child, Action.CONFIRM, Subject.AGREEMENT, party=party)
    lock(session, agreement)
    if agreement.state in CLOSED:
        raise DomainError("agreement_closed")
    if version.id != agreement.current.id or digest != version.digest:
        raise DomainError("agreement_changed")
    standing = confirmation_of(version, actor, for_school=not party)
    if standing is not None:
        return standing
    if seen is not None and seen != sayings.shown(version.saying, actor.language, actor.id).mark:
        raise DomainError("words_corrected")
    confirmation = _confirmation(tools, actor, version, understanding, for_school=not party)
    version.confirmations.append(confirmation)
    session.flush()
    _note(session, tools, actor, "confirm", agreement, version=version.number)
    if party:
        happened(session, EventKind.AGREEMENT_CONFIRMED, version.id, actor.id)
    _activate(session, tools, agreement, actor.id)
    return confirmation


def unname(session: Session, tools: Tools, agreement: Agreement, person: Person) -> None:
    """The open agreement names this guardian no more, because guardianship or authority ended; what was said stays.

    It is active if it waited for nobody else. A proposal that names nobody any more has stopped.
    """
    lock(session, agreement)
    for party in agreement.parties:
        if party.person_id == person.id:
            session.delete(party)
    session.flush()
    session.expire(agreement, ["parties"])
    _note(session, tools, None, "unname", agreement, person=person.id)
    if agreement.state == AgreementState.PROPOSED.value and not agreement.parties:
        end(session, tools, None, agreement, AgreementState.STOPPED.value)
    happened(session, EventKind.PARTY_LEFT, agreement.id, None)
    _activate(session, tools, agreement, None)


def teach_back(
    session: Session, tools: Tools, actor: Person, version: AgreementVersion, saying: Saying
) -> AgreementRemark:
    """What the person understood stands with the version, in their own words (003-yes-meaning)."""
    return _remark(session, tools, actor, version, saying, RemarkKind.TEACH_BACK, EventKind.TAUGHT_BACK)


def wish_change(
    session: Session, tools: Tools, actor: Person, version: AgreementVersion, saying: Saying
) -> AgreementRemark:
    """The wish stands with the version; the agreement itself does not change."""
    return _remark(session, tools, actor, version, saying, RemarkKind.CHANGE_WISH, EventKind.CHANGE_WISHED)


def close(session: Session, tools: Tools, actor: Person, agreement: Agreement, state: str) -> None:
    """The agreement ended in one of the states ENDS. Raises agreement_closed, state_needed."""
    child = session.get_one(Child, agreement.child_id)
    access.require(session, tools, actor, child, Action.END, Subject.AGREEMENT)
    if state not in ENDS:
        raise DomainError("state_needed")
    lock(session, agreement)
    if agreement.state == state:
        return
    if agreement.state in CLOSED:
        raise DomainError("agreement_closed")
    end(session, tools, actor, agreement, state)
    happened(session, EventKind.AGREEMENT_CLOSED, agreement.id, actor.id)


def end(session: Session, tools: Tools, actor: Person | None, agreement: Agreement, state: str) -> None:
    """The agreement has this state from now on, and it is on record; who may and who hears of it is the caller's."""
    agreement.state, agreement.closed_at = state, tools.clock.now()
    _note(session, tools, actor, "close", agreement, state=state)


def of_child(session: Session, tools: Tools, reader: Person, child: Child) -> list[Agreement]:
    """The agreements this reader may see, newest first; NotFoundError for who is nothing to the child."""
    held = access.relations(session, tools, reader, child)
    if not may(held, Action.READ, Subject.AGREEMENT) and Relation.GUARDIAN_WITHOUT_AUTHORITY not in held:
        raise NotFoundError
    return [agreement for agreement in all_of_child(session, child) if sees(held, reader, agreement)]


def sees(held: frozenset[Relation], reader: Person, agreement: Agreement) -> bool:
    """Whether a reader with these relations may read the agreement."""
    guardian = not held.isdisjoint({Relation.GUARDIAN, Relation.GUARDIAN_WITHOUT_AUTHORITY})
    named = guardian and is_party(agreement, reader)
    return may(held | {Relation.PARTY} if named else held, Action.READ, Subject.AGREEMENT)


def all_of_child(session: Session, child: Child) -> list[Agreement]:
    """Every agreement about a child, newest first; only for callers that look at each with `sees`."""
    versions = selectinload(Agreement.versions)
    query = (
        select(Agreement)
        .where(Agreement.child_id == child.id)
        .options(
            selectinload(Agreement.parties).selectinload(AgreementParty.person),
            versions.selectinload(AgreementVersion.saying).selectinload(Saying.translations),
            versions.selectinload(AgreementVersion.saying).selectinload(Saying.attachments),
            versions.selectinload(AgreementVersion.confirmations).selectinload(Confirmation.person),
            versions.selectinload(AgreementVersion.remarks).selectinload(AgreementRemark.saying),
            versions.selectinload(AgreementVersion.outcomes).selectinload(AgreementOutcome.person),
        )
        .order_by(Agreement.id.desc())
    )
    return list(session.scalars(query))


def find(session: Session, tools: Tools, reader: Person, agreement_id: int) -> Agreement:
    """The agreement, if this reader may see it; NotFoundError otherwise."""
    agreement = session.get(Agreement, agreement_id)
    if agreement is None:
        raise NotFoundError
    child = session.get_one(Child, agreement.child_id)
    if not sees(access.relations(session, tools, reader, child), reader, agreement):
        raise NotFoundError
    return agreement


def find_version(session: Session, tools: Tools, reader: Person, version_id: int) -> AgreementVersion:
    """The version, if this reader may see its agreement; NotFoundError otherwise."""
    version = session.get(AgreementVersion, version_id)
    if version is None:
        raise NotFoundError
    find(session, tools, reader, version.agreement_id)
    return version


def is_party(agreement: Agreement, person: Person) -> bool:
    """Whether the agreement names this person."""
    return any(party.person_id == person.id for party in agreement.parties)


def confirmation_of(
    version: AgreementVersion, person: Person, *, for_school: bool = False
) -> Confirmation | None:
    """What this person confirmed of exactly this version and still stands, as guardian or for the school."""
    return next(
        (
            one
            for one in version.confirmations
            if one.person_id == person.id and one.for_school == for_school and _stands(one, version)
        ),
        None,
    )


def waits_for(agreement: Agreement) -> list[Person]:
    """The named guardians whose confirmation of the current version is still missing."""
    return [
        party.person
        for party in agreement.parties
        if confirmation_of(agreement.current, party.person) is None
    ]


def school_confirmed(agreement: Agreement) -> bool:
    """Whether the school stands behind the current version."""
    return any(one.for_school and _stands(one, agreement.current) for one in agreement.current.confirmations)


def _note(
    session: Session, tools: Tools, actor: Person | None, action: str, agreement: Agreement, **ids: int | str
) -> None:
    audit.note(
        session,
        tools.clock,
        actor.id if actor else None,
        action,
        "agreement",
        child_id=agreement.child_id,
        agreement=agreement.id,
        **ids,
    )


def lock(session: Session, agreement: Agreement) -> None:
    """Nobody else changes or confirms this agreement in the meantime, and it is read anew."""
    session.flush()
    session.execute(select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())
    for version in agreement.versions:
        session.expire(version)
    session.expire(agreement)


def _stands(confirmation: Confirmation, version: AgreementVersion) -> bool:
    return confirmation.lapsed_at is None and confirmation.digest == version.digest


def _text(words: str | Saying) -> str:
    return words if isinstance(words, str) else words.original


def _check(
    tools: Tools,
    owner: str,
    due_on: date,
    look_back_on: date,
    *,
    known_due_on: date | None = None,
    known_look_back_on: date | None = None,
) -> None:
    """One owner (001-p02), dates today or later; a date that stood already may have passed since."""
    if owner not in set(Owner):
        raise DomainError("owner_needed")
    today = tools.clock.today()
    if due_on < today and due_on != known_due_on:
        raise DomainError("due_passed")
    if look_back_on < today and look_back_on != known_look_back_on:
        raise DomainError("look_back_passed")


def _require_talk(session: Session, tools: Tools, actor: Person, child: Child, talk: Conversation) -> None:
    held = access.relations(session, tools, actor, child)
    if talk.child_id != child.id or not conversation.sees(held, actor.id, talk):
        raise NotFoundError


def _named(
    session: Session, child: Child, guardians: Sequence[Person] | None, talk: Conversation | None
) -> list[Person]:
    """The guardians the agreement names; at least one."""
    if guardians is not None:
        named = [circle.guardianship(session, child, person.id).person for person in guardians]
    elif talk is not None and talk.guardian_id is not None:
        named = [circle.guardianship(session, child, talk.guardian_id).person]
    else:
        named = [one.person for one in access.guardians_of(session, child, with_authority=True)]
    if not named:
        raise DomainError("guardian_needed")
    return list({person.id: person for person in named}.values())


def _write(
    session: Session,
    tools: Tools,
    actor: Person,
    child: Child,
    agreement: Agreement,
    saying: Saying,
    owner: str,
    due_on: date,
    look_back_on: date,
) -> AgreementVersion:
    """The next version stands, confirmed by its writer; its words are asked for in the readers' languages."""
    version = AgreementVersion(
        number=len(agreement.versions) + 1,
        saying=saying,
        owner=owner,
        due_on=due_on,
        look_back_on=look_back_on,
        written_by=actor,
        written_at=tools.clock.now(),
        confirmations=[],
        remarks=[],
        outcomes=[],
    )
    agreement.versions.append(version)
    session.flush()
    circle.share_with_all(session, tools, child, saying, also=[party.person for party in agreement.parties])
    understanding = Understanding.OWN_LANGUAGE.value  # the writer's own words
    version.confirmations.append(_confirmation(tools, actor, version, understanding, for_school=True))
    session.flush()
    _note(session, tools, actor, "propose", agreement, version=version.number)
    happened(session, EventKind.AGREEMENT_PROPOSED, version.id, actor.id)
    return version


def _confirmation(
    tools: Tools, actor: Person, version: AgreementVersion, understanding: str, *, for_school: bool
) -> Confirmation:
    """With the exact words: the ones in the person's language if those were read, else the original."""
    if understanding not in set(Understanding):
        raise DomainError("understanding_needed")
    shown = sayings.shown(version.saying, actor.language, actor.id)
    read_own = understanding == Understanding.OWN_LANGUAGE
    if read_own and shown.words is None:
        raise DomainError("not_readable_yet")
    translated = read_own and shown.origin != Origin.OWN
    return Confirmation(
        person=actor,
        for_school=for_school,
        digest=version.digest,
        language=actor.language if translated else shown.original_language,
        words_shown=(shown.words if translated else None) or shown.original,
        origin=(shown.origin if translated else None) or Origin.OWN.value,
        understanding=understanding,
        confirmed_at=tools.clock.now(),
        lapsed_at=None,
    )


def _activate(session: Session, tools: Tools, agreement: Agreement, actor_id: int | None) -> None:
    """Active when the school and everybody named confirmed the same version."""
    if agreement.state != AgreementState.PROPOSED.value or not agreement.parties:
        return
    if waits_for(agreement) or not school_confirmed(agreement):
        return
    agreement.state, agreement.activated_at = AgreementState.ACTIVE.value, tools.clock.now()
    happened(session, EventKind.AGREEMENT_ACTIVE, agreement.id, actor_id)


def _remark(
    session: Session,
    tools: Tools,
    actor: Person,
    version: AgreementVersion,
    saying: Saying,
    kind: RemarkKind,
    event: EventKind,
) -> AgreementRemark:
    agreement = version.agreement
    child = session.get_one(Child, agreement.child_id)
    access.require(
        session,
        tools,
        actor,
        child,
        Action.REMARK,
        Subject.AGREEMENT,
        party=is_party(agreement, actor),
    )
    saying = circle.own_words(session, tools, actor, child, saying)
    remark = AgreementRemark(
        version_id=version.id, person=actor, kind=kind.value, saying=saying, made_at=tools.clock.now()
    )
    version.remarks.append(remark)
    session.flush()
    circle.share_with_all(session, tools, child, saying, also=[party.person for party in agreement.parties])
    _note(session, tools, actor, kind.value, agreement)
    happened(session, event, remark.id, actor.id)
    return remark
