"""What the school invites parents to: made here, passed on by buddies, answered by families (004-motivate-others).

A buddy never learns who answered, nor that anybody did; only lead and coordinator read answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.errors import DomainError, NotFoundError
from bot.model.gatherings import Coming, Gathering, GatheringAnswer, GatheringPass
from bot.model.help_requests import Match, MatchState
from bot.model.people import Person
from bot.services import access, audit, buddies, sayings
from bot.services.events import EventKind, happened
from bot.services.sayings import Shown
from bot.services.tools import Tools

PAST_SHOWN = 10


@dataclass(frozen=True)
class GatheringRow:
    """One invitation with its answers, as lead and coordinator read them."""

    gathering_id: int
    said: Shown
    starts_at: datetime
    made_by: str
    cancelled_at: datetime | None
    is_over: bool
    families: int  # to whom it was passed on
    yes: tuple[str, ...]
    perhaps: tuple[str, ...]
    no: int


def may_write(session: Session, person: Person) -> bool:
    """Whether the person invites for the own school, and reads who comes."""
    return may(_relations(session, person), Action.WRITE, Subject.GATHERING)


def make(session: Session, tools: Tools, actor: Person, words: str, starts_at: datetime) -> Gathering:
    """The invitation stands; every buddy who helps somebody now can pass it on.

    Raises buddies_off, words_needed and gathering_passed.
    """
    _require(session, actor, Action.WRITE, Subject.GATHERING)
    if not tools.buddies.on:
        raise DomainError("buddies_off")
    if not words.strip():
        raise DomainError("words_needed")
    if starts_at <= tools.clock.now():
        raise DomainError("gathering_passed")
    saying = sayings.keep(session, tools, actor, words, child=None)
    one = Gathering(
        school_id=actor.school_id,
        made_by=actor,
        saying=saying,
        starts_at=starts_at,
        made_at=tools.clock.now(),
        cancelled_at=None,
    )
    session.add(one)
    session.flush()
    _want(session, tools, one, [match.buddy for match in _helps(session, one.school_id)])
    audit.note(session, tools.clock, actor.id, "make", "gathering", gathering=one.id)
    happened(session, EventKind.GATHERING_MADE, one.id, actor.id)
    return one


def cancel(session: Session, tools: Tools, actor: Person, gathering: Gathering) -> None:
    """It does not take place; doing it again changes nothing. Raises gathering_over for one that was."""
    _require(session, actor, Action.WRITE, Subject.GATHERING)
    if gathering.school_id != actor.school_id:
        raise NotFoundError
    if gathering.cancelled_at is not None:
        return
    if not is_open(tools, gathering):
        raise DomainError("gathering_over")
    gathering.cancelled_at = tools.clock.now()
    audit.note(session, tools.clock, actor.id, "cancel", "gathering", gathering=gathering.id)
    happened(session, EventKind.GATHERING_CANCELLED, gathering.id, actor.id)


def is_open(tools: Tools, gathering: Gathering) -> bool:
    """Whether it is still to come."""
    return gathering.cancelled_at is None and gathering.starts_at > tools.clock.now()


def to_pass_on(session: Session, tools: Tools, buddy: Person) -> list[tuple[Gathering, list[Match]]]:
    """What is still to come, with the helps of this buddy to whose family it was not passed on; soonest first."""
    if not tools.buddies.on:
        return []
    helps = _helps(session, buddy.school_id, buddy)
    if not helps:
        return []
    query = select(Gathering).where(
        Gathering.school_id == buddy.school_id,
        Gathering.cancelled_at.is_(None),
        Gathering.starts_at > tools.clock.now(),
    )
    found = []
    for one in session.scalars(query.order_by(Gathering.starts_at, Gathering.id)):
        passed = set(
            session.scalars(select(GatheringPass.match_id).where(GatheringPass.gathering_id == one.id))
        )
        left = [match for match in helps if match.id not in passed]
        if left:
            found.append((one, left))
    return found


def pass_on(
    session: Session, tools: Tools, buddy: Person, gathering: Gathering, matches: Iterable[Match]
) -> None:
    """The families of these helps get the invitation, each once. Raises gathering_over."""
    if not is_open(tools, gathering):
        raise DomainError("gathering_over")
    for match in matches:
        access.require_help(buddy, match, Action.SHARE, Subject.GATHERING)
        if gathering.school_id != buddy.school_id:
            raise NotFoundError
        if _passed(session, gathering, match):
            continue
        one = GatheringPass(gathering_id=gathering.id, match_id=match.id, passed_at=tools.clock.now())
        session.add(one)
        session.flush()
        _want(session, tools, gathering, [match.asker])
        audit.note(session, tools.clock, buddy.id, "pass_on", "gathering", gathering=gathering.id)
        happened(session, EventKind.GATHERING_PASSED_ON, one.id, buddy.id)


def answer(session: Session, tools: Tools, person: Person, gathering: Gathering, coming: str) -> None:
    """The school knows what this guardian answers; the last answer stands. Raises gathering_over, kind_needed."""
    require_invited(session, person, gathering)
    if coming not in set(Coming):
        raise DomainError("kind_needed")
    if not is_open(tools, gathering):
        raise DomainError("gathering_over")
    one = _answer_of(session, person, gathering)
    if one is None:
        one = GatheringAnswer(gathering_id=gathering.id, person_id=person.id)
        session.add(one)
    one.coming, one.answered_at = coming, tools.clock.now()
    session.flush()
    audit.note(session, tools.clock, person.id, "answer", "gathering", gathering=gathering.id)


def require_invited(session: Session, person: Person, gathering: Gathering) -> None:
    """Passes for a guardian to whom a buddy passed it on; raises NotFoundError for anybody else."""
    held = frozenset(
        {Relation.GUARDIAN}
        if person.closed_at is None and access.children_of(session, person)
        else {Relation.STRANGER}
    )
    if not may(held, Action.REACT, Subject.GATHERING):
        raise NotFoundError
    query = (
        select(GatheringPass.id)
        .join(Match, Match.id == GatheringPass.match_id)
        .where(GatheringPass.gathering_id == gathering.id, Match.asker_id == person.id)
    )
    if session.scalar(query.limit(1)) is None:
        raise NotFoundError


def buddies_of(session: Session, gathering: Gathering) -> list[Person]:
    """Who helps somebody at this school now, each once."""
    return list(dict.fromkeys(match.buddy for match in _helps(session, gathering.school_id)))


def invited(session: Session, gathering: Gathering) -> list[Person]:
    """The guardians to whom it was passed on, each once."""
    askers = (
        select(Match.asker_id)
        .join(GatheringPass, GatheringPass.match_id == Match.id)
        .where(GatheringPass.gathering_id == gathering.id)
    )
    return list(session.scalars(select(Person).where(Person.id.in_(askers)).order_by(Person.id)))


def overview(session: Session, tools: Tools, reader: Person) -> list[GatheringRow]:
    """The invitations of the reader's school with their answers: what is to come, then the last that were.

    Raises NotFoundError for who is neither lead nor coordinator.
    """
    _require(session, reader, Action.READ, Subject.GATHERING_ANSWERS)
    found = list(
        session.scalars(
            select(Gathering)
            .where(Gathering.school_id == reader.school_id)
            .order_by(Gathering.starts_at, Gathering.id)
        )
    )
    coming = [one for one in found if is_open(tools, one)]
    past = [one for one in reversed(found) if not is_open(tools, one)]
    return [_row(session, tools, reader, one) for one in (*coming, *past[:PAST_SHOWN])]


def find(session: Session, gathering_id: int) -> Gathering:
    """The invitation; raises NotFoundError. What may be done with it the other functions ask."""
    one = session.get(Gathering, gathering_id)
    if one is None:
        raise NotFoundError
    return one


def find_for_school(session: Session, reader: Person, gathering_id: int) -> Gathering:
    """An invitation of the reader's own school; raises NotFoundError, also for who may not invite."""
    _require(session, reader, Action.WRITE, Subject.GATHERING)
    one = find(session, gathering_id)
    if one.school_id != reader.school_id:
        raise NotFoundError
    return one


def _row(session: Session, tools: Tools, reader: Person, one: Gathering) -> GatheringRow:
    query = (
        select(GatheringAnswer.coming, Person.name)
        .join(Person, Person.id == GatheringAnswer.person_id)
        .where(GatheringAnswer.gathering_id == one.id)
        .order_by(Person.name, Person.id)
    )
    answers = [(coming, name) for coming, name in session.execute(query)]
    families = (
        select(func.count(Match.asker_id.distinct()))
        .join(GatheringPass, GatheringPass.match_id == Match.id)
        .where(GatheringPass.gathering_id == one.id)
    )
    return GatheringRow(
        gathering_id=one.id,
        said=sayings.shown(one.saying, reader.language, reader.id),
        starts_at=one.starts_at,
        made_by=one.made_by.name,
        cancelled_at=one.cancelled_at,
        is_over=one.cancelled_at is None and not is_open(tools, one),
        families=session.scalar(families) or 0,
        yes=tuple(name for coming, name in answers if coming == Coming.YES.value),
        perhaps=tuple(name for coming, name in answers if coming == Coming.PERHAPS.value),
        no=sum(1 for coming, _name in answers if coming == Coming.NO.value),
    )


def _helps(session: Session, school_id: int, buddy: Person | None = None) -> list[Match]:
    """Every help that goes on at a school, or those of one buddy there."""
    query = (
        select(Match)
        .join(Person, Person.id == Match.buddy_id)
        .where(
            Match.state == MatchState.HELPING.value,
            Person.school_id == school_id,
            Person.closed_at.is_(None),
        )
    )
    if buddy is not None:
        query = query.where(Match.buddy_id == buddy.id)
    return list(session.scalars(query.order_by(Match.id)))


def _passed(session: Session, gathering: Gathering, match: Match) -> bool:
    query = select(GatheringPass.id).where(
        GatheringPass.gathering_id == gathering.id, GatheringPass.match_id == match.id
    )
    return session.scalar(query) is not None


def _answer_of(session: Session, person: Person, gathering: Gathering) -> GatheringAnswer | None:
    return session.scalar(
        select(GatheringAnswer).where(
            GatheringAnswer.gathering_id == gathering.id, GatheringAnswer.person_id == person.id
        )
    )


def _want(session: Session, tools: Tools, one: Gathering, readers: Iterable[Person]) -> None:
    for language in sorted({reader.language for reader in readers}):
        sayings.want_in(session, tools, one.saying, language)


def _require(session: Session, person: Person, action: Action, subject: Subject) -> None:
    if not may(_relations(session, person), action, subject):
        raise NotFoundError


def _relations(session: Session, person: Person) -> frozenset[Relation]:
    """What the person is to the own school as a whole."""
    return buddies.staff_relations(session, person, person.school_id)
