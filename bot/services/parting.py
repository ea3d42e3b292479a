"""What ends together with somebody's tie to a child or to the school; called where the school enters it.

The rule table lets nobody read what is no longer theirs. This is about the rest: agreements that would wait for ever,
parents who wait for each other's help, messages that wait to go out, and the doors of who works here no more.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.model.access import Relation
from bot.model.agreements import Agreement, AgreementParty
from bot.model.conversation import Conversation
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import Child, Door, Person
from bot.model.report import Report
from bot.model.translation import Saying
from bot.services import access, agreements, audit, buddies, companions, help_requests, people, sayings
from bot.services.tools import Tools

_NOTHING = frozenset({Relation.STRANGER, Relation.OTHER_TEACHER})
_OWN_THREAD = "notices.message_from_school"
_TALK = "notices.talk_planned"


def guardian(session: Session, tools: Tools, person: Person, child: Child) -> None:
    """No open agreement about the child names this person, whose guardianship or authority ended.

    Where the guardianship ended, no other parent is asked or helps about the child; with the last one, this person
    helps nobody either.
    """
    named = (
        select(Agreement)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .where(
            Agreement.child_id == child.id,
            Agreement.state.in_(agreements.OPEN),
            AgreementParty.person_id == person.id,
        )
        .order_by(Agreement.id)
    )
    for agreement in session.scalars(named).all():
        agreements.unname(session, tools, agreement, person)
    companions.end_of_tie(session, tools, person, child)
    session.flush()
    session.expire(person, ["guardianships"])
    if not access.is_guardian(person, child):
        help_requests.stop_asking(session, tools, person, child)
    if not access.children_of(session, person):
        _stop_helping(session, tools, person)


def account(session: Session, tools: Tools, person: Person) -> None:
    """Nobody waits for the help of this person, whose account is closed, or goes on looking for help for them."""
    help_requests.leave_all(session, tools, person)


def _stop_helping(session: Session, tools: Tools, person: Person) -> None:
    help_requests.leave_all(session, tools, person)
    profile = buddies.profile_of(session, person)
    if profile is not None:
        buddies.close(session, tools, profile, None)


def staff(session: Session, tools: Tools, person: Person) -> None:
    """Who is nothing at any school any more has no door left, and no browser is signed in."""
    if people.roles_of(session, person):
        return
    for door in people.doors_of(session, person):
        door.ended_at, door.state = tools.clock.now(), {}
        audit.note(session, tools.clock, None, "ended", "door", door=door.id)
    people.sign_out_everywhere(session, tools, person.id)
    session.flush()


def keep_back(session: Session, tools: Tools, person: Person) -> None:
    """What waits to be pushed to this person and is not theirs to read any more does not go out.

    What they were shown before is not completed by a translation that comes later.
    """
    session.flush()
    pushed = and_(
        Outgoing.state == OutgoingState.WAITING.value,
        Outgoing.not_before.is_not(None),
        Outgoing.protect.is_(True),
    )
    query = (
        select(Outgoing)
        .join(Door, Door.id == Outgoing.door_id)
        .where(Door.person_id == person.id, or_(pushed, Outgoing.awaits_translation.is_(True)))
    )
    for outgoing in session.scalars(query).all():
        if all(_may_read(session, tools, person, child, outgoing) for child in _about(session, outgoing)):
            continue
        outgoing.awaits_translation = False
        if outgoing.state == OutgoingState.WAITING.value:
            session.delete(outgoing)
    session.flush()


def _may_read(session: Session, tools: Tools, person: Person, child: Child, outgoing: Outgoing) -> bool:
    held = access.relations(session, tools, person, child)
    if held <= _NOTHING:
        return False
    if held - _NOTHING != {Relation.GUARDIAN_WITHOUT_AUTHORITY}:
        return True
    return outgoing.macro == _OWN_THREAD or (
        outgoing.macro == _TALK and _is_of_own_talk(session, person, child, outgoing)
    )


def _is_of_own_talk(session: Session, person: Person, child: Child, outgoing: Outgoing) -> bool:
    """Whether a talk apart with this person is at the time that the message tells."""
    told = (outgoing.parameters.get("planned_at") or {}).get("moment")
    apart = select(Conversation.planned_at).where(
        Conversation.child_id == child.id, Conversation.guardian_id == person.id
    )
    return told in {moment.isoformat() for moment in session.scalars(apart) if moment is not None}


def _about(session: Session, outgoing: Outgoing) -> list[Child]:
    """The children that a message is about, as far as its words and buttons tell."""
    ids = set(_numbers(outgoing.buttons, "child"))
    reports = select(Report.child_id).where(Report.id.in_(set(_numbers(outgoing.buttons, "report"))))
    said = select(Saying.child_id).where(Saying.id.in_(set(sayings.named_in(outgoing.parameters))))
    ids |= {one for query in (reports, said) for one in session.scalars(query) if one is not None}
    return list(session.scalars(select(Child).where(Child.id.in_(ids)).order_by(Child.id)))


def _numbers(value: Any, name: str) -> Iterator[int]:
    """Every number that stands under this name, however deep."""
    if isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == name and isinstance(inner, int):
                yield inner
            else:
                yield from _numbers(inner, name)
