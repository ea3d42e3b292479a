"""A buddy's place at a talk: asked by a guardian, answered by the buddy, confirmed by the guardian (004-buddy-tasks).

The buddy reads when and where it is and what is wanted; never about which child, what for, or whose else it is.
Nothing of it reaches the school before the guardian has confirmed it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from bot.model.access import Action, Subject
from bot.model.buddies import Task
from bot.model.companions import CompanionRole, CompanionState, TalkCompanion
from bot.model.conversation import Conversation
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match, MatchState
from bot.model.people import Child, Person
from bot.services import access, audit, buddies
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

OPEN = frozenset({CompanionState.ASKED.value, CompanionState.WILLING.value, CompanionState.CONFIRMED.value})
PLACE_IN_THE_ROOM = "buddy"  # as in the people of a talk
_TASKS = {CompanionRole.COME_ALONG: Task.COME_ALONG, CompanionRole.INTERPRET: Task.INTERPRET}


@dataclass(frozen=True)
class Appointment:
    """What a buddy reads of a talk."""

    planned_at: datetime | None
    length_minutes: int
    place: str | None

    @classmethod
    def of(cls, talk: Conversation) -> "Appointment":
        """As the talk stands now."""
        return cls(talk.planned_at, talk.length_minutes, talk.place)


def roles_of(session: Session, tools: Tools, match: Match) -> list[CompanionRole]:
    """What this buddy offers to do at a talk, as far as the school allows it."""
    if not tools.buddies.on or match.state != MatchState.HELPING.value:
        return []
    profile = buddies.profile_of(session, match.buddy)
    offered = buddies.tasks_of(tools, profile) if profile else []
    return [role for role, task in _TASKS.items() if task in offered]


def talks_of(session: Session, tools: Tools, asker: Person) -> list[Conversation]:
    """The planned talks of this guardian that are still to come, the first one first."""
    query = select(Conversation).where(
        Conversation.child_id.in_([child.id for child in access.children_of(session, asker)]),
        Conversation.held_at.is_(None),
        Conversation.cancelled_at.is_(None),
        Conversation.planned_at > tools.clock.now(),
    )
    found = session.scalars(query.order_by(Conversation.planned_at, Conversation.id))
    return [talk for talk in found if _is_own(session, tools, asker, talk)]


def ask(
    session: Session, tools: Tools, asker: Person, match: Match, talk: Conversation, role: str
) -> TalkCompanion:
    """The buddy is asked to be at this talk; asking again for the same changes nothing.

    Raises role_needed for what this buddy does not offer, talk_closed for a talk that is over or called off,
    professional_needed for interpreting a serious talk (domain.md C2), and old_button while another role is asked.
    """
    access.require_help(asker, match, Action.WRITE, Subject.COMPANION)
    if not _is_own(session, tools, asker, talk):
        raise NotFoundError
    if role not in roles_of(session, tools, match):
        raise DomainError("role_needed")
    if not _is_to_come(tools, talk):
        raise DomainError("talk_closed")
    _require_simple(talk, role)
    standing = _of(session, talk, match)
    if standing is not None and standing.state in OPEN:
        if standing.role != role:
            raise DomainError("old_button")
        return standing
    one = standing or TalkCompanion(conversation=talk, match=match)
    one.role = role
    _begin_anew(tools, one)
    session.add(one)
    session.flush()
    _note(session, tools, asker, "ask", one)
    happened(session, EventKind.COMPANION_ASKED, one.id, asker.id)
    return one


def answer(session: Session, tools: Tools, buddy: Person, companion: TalkCompanion, *, can: bool) -> None:
    """The guardian hears whether the buddy can; the school hears nothing yet. Raises old_button."""
    access.require_help(buddy, companion.match, Action.REACT, Subject.COMPANION)
    _lock(session, companion)
    if companion.state != CompanionState.ASKED.value or not _is_to_come(tools, companion.conversation):
        raise DomainError("old_button")
    companion.state = (CompanionState.WILLING if can else CompanionState.DECLINED).value
    _note(session, tools, buddy, "answer", companion)
    happened(session, EventKind.COMPANION_ANSWERED, companion.id, buddy.id)


def confirm(session: Session, tools: Tools, asker: Person, companion: TalkCompanion) -> None:
    """The buddy has a place at the talk, and the school knows; doing it again changes nothing.

    Raises old_button and professional_needed.
    """
    access.require_help(asker, companion.match, Action.WRITE, Subject.COMPANION)
    _lock(session, companion)
    if companion.state == CompanionState.CONFIRMED.value:
        return
    if companion.state != CompanionState.WILLING.value or not _is_to_come(tools, companion.conversation):
        raise DomainError("old_button")
    _require_simple(companion.conversation, companion.role)
    companion.state, companion.confirmed_at = CompanionState.CONFIRMED.value, tools.clock.now()
    _note(session, tools, asker, "confirm", companion)
    happened(session, EventKind.COMPANION_CONFIRMED, companion.id, asker.id)


def end(session: Session, tools: Tools, actor: Person, companion: TalkCompanion) -> None:
    """Asker or buddy takes it back; doing it again changes nothing. Raises old_button for a talk that is over."""
    action = Action.WRITE if actor.id == companion.match.asker_id else Action.REACT
    access.require_help(actor, companion.match, action, Subject.COMPANION)
    _lock(session, companion)
    if companion.state not in OPEN:
        return
    if not _is_to_come(tools, companion.conversation):
        raise DomainError("old_button")
    _end(session, tools, actor.id, companion)


def end_of_match(session: Session, tools: Tools, match: Match) -> None:
    """The help is over: this buddy has no place at any talk that is still to come."""
    for one in of_match(session, match, to_change=True):
        if one.state in OPEN and _is_to_come(tools, one.conversation):
            _end(session, tools, match.ended_by_id, one)


def end_of_talk(session: Session, tools: Tools, actor: Person, talk: Conversation) -> None:
    """The talk is called off: nobody has a place at it any more."""
    for one in _of_talk(session, talk):
        if one.state in OPEN:
            _end(session, tools, actor.id, one)


def end_of_tie(session: Session, tools: Tools, person: Person, child: Child) -> None:
    """Nobody comes along for a guardian to a talk about a child that is not that guardian's any more."""
    query = (
        select(TalkCompanion)
        .join(Match, Match.id == TalkCompanion.match_id)
        .join(Conversation, Conversation.id == TalkCompanion.conversation_id)
        .where(
            Match.asker_id == person.id,
            Conversation.child_id == child.id,
            TalkCompanion.state.in_(OPEN),
        )
    )
    for one in session.scalars(_locking(session, query.order_by(TalkCompanion.id))).all():
        if _is_to_come(tools, one.conversation) and not _is_own(session, tools, person, one.conversation):
            _end(session, tools, None, one)


def talk_held(session: Session, tools: Tools, talk: Conversation) -> None:
    """What nobody confirmed before the talk is over, without a word; who was there stays on record."""
    for one in _of_talk(session, talk):
        if one.state in OPEN and one.state != CompanionState.CONFIRMED.value:
            one.state, one.ended_at = CompanionState.ENDED.value, tools.clock.now()


def talk_changed(
    session: Session, tools: Tools, actor: Person, talk: Conversation, before: Appointment
) -> None:
    """Who is asked hears of another day, time, place or length; what was said for another time counts no more.

    Nobody interprets a talk that became a serious one.
    """
    after = Appointment.of(talk)
    moved = after.planned_at != before.planned_at
    for one in _of_talk(session, talk):
        if one.state not in OPEN:
            continue
        if talk.serious and one.role == CompanionRole.INTERPRET.value:
            _end(session, tools, actor.id, one)
        elif moved or (after != before and one.state == CompanionState.ASKED.value):
            _begin_anew(tools, one)
            happened(session, EventKind.COMPANION_ASKED, one.id, actor.id)
        elif after != before:
            happened(session, EventKind.COMPANION_CONFIRMED, one.id, actor.id)
    session.flush()


def of_match(session: Session, match: Match, *, to_change: bool = False) -> list[TalkCompanion]:
    """Every place this buddy was asked for in this help, oldest first."""
    query = select(TalkCompanion).where(TalkCompanion.match_id == match.id).order_by(TalkCompanion.id)
    return list(session.scalars(_locking(session, query) if to_change else query))


def coming_of(session: Session, tools: Tools, match: Match) -> list[TalkCompanion]:
    """The places of this help that are asked for or confirmed, at talks that are still to come."""
    return [
        one for one in of_match(session, match) if one.state in OPEN and _is_to_come(tools, one.conversation)
    ]


def confirmed_at(session: Session, talks: Iterable[Conversation]) -> dict[int, list[TalkCompanion]]:
    """Who has a place, by talk; callers show each reader only what that reader may know."""
    found: dict[int, list[TalkCompanion]] = {talk.id: [] for talk in talks}
    query = (
        select(TalkCompanion)
        .where(
            TalkCompanion.conversation_id.in_(list(found)),
            TalkCompanion.state == CompanionState.CONFIRMED.value,
        )
        .options(joinedload(TalkCompanion.match).joinedload(Match.buddy))
        .order_by(TalkCompanion.id)
    )
    for one in session.scalars(query):
        found[one.conversation_id].append(one)
    return found


def in_the_room(talk: Conversation, confirmed: Iterable[TalkCompanion]) -> list[str]:
    """Who is at the talk, for everybody who knows of it: that a buddy comes, never whose (no surprises there)."""
    there = [*talk.people, *(PLACE_IN_THE_ROOM for _ in confirmed)]
    return list(dict.fromkeys(there))


def find(session: Session, person: Person, companion_id: int) -> TalkCompanion:
    """The place, if this person asked for it or was asked; raises NotFoundError."""
    one = session.get(TalkCompanion, companion_id)
    if one is None:
        raise NotFoundError
    access.require_help(person, one.match, Action.READ, Subject.COMPANION)
    return one


def _is_own(session: Session, tools: Tools, asker: Person, talk: Conversation) -> bool:
    """Whether it is a talk of this guardian: with all, or apart with this one (never another guardian's)."""
    child = session.get_one(Child, talk.child_id)
    if not access.is_guardian(asker, child):
        return False
    subject = Subject.CONVERSATION if talk.guardian_id is None else Subject.OWN_CONVERSATION
    if talk.guardian_id not in {None, asker.id}:
        return False
    return access.allowed(session, tools, asker, child, Action.READ, subject, owner_id=asker.id)


def _is_to_come(tools: Tools, talk: Conversation) -> bool:
    open_still = talk.held_at is None and talk.cancelled_at is None
    return open_still and talk.planned_at is not None and talk.planned_at > tools.clock.now()


def _require_simple(talk: Conversation, role: str) -> None:
    if talk.serious and role == CompanionRole.INTERPRET.value:
        raise DomainError("professional_needed")


def _begin_anew(tools: Tools, one: TalkCompanion) -> None:
    one.state, one.asked_at = CompanionState.ASKED.value, tools.clock.now()
    one.confirmed_at = one.ended_at = None


def _of(session: Session, talk: Conversation, match: Match) -> TalkCompanion | None:
    return session.scalar(
        select(TalkCompanion).where(
            TalkCompanion.conversation_id == talk.id, TalkCompanion.match_id == match.id
        )
    )


def _of_talk(session: Session, talk: Conversation) -> list[TalkCompanion]:
    """Every place at a talk, for who changes them."""
    query = select(TalkCompanion).where(TalkCompanion.conversation_id == talk.id)
    return list(session.scalars(_locking(session, query.order_by(TalkCompanion.id))))


def _lock(session: Session, one: TalkCompanion) -> None:
    """The place as it is now: what guardian, buddy and school do at one moment is done one after the other."""
    session.flush()
    session.refresh(one, with_for_update=True)


def _locking(session: Session, query: Select[TalkCompanion]) -> Select[TalkCompanion]:
    session.flush()
    return query.with_for_update(of=TalkCompanion).execution_options(populate_existing=True)


def _end(session: Session, tools: Tools, actor_id: int | None, one: TalkCompanion) -> None:
    one.state, one.ended_at = CompanionState.ENDED.value, tools.clock.now()
    audit.note(session, tools.clock, actor_id, "end", "companion", companion=one.id)
    happened(session, EventKind.COMPANION_ENDED, one.id, actor_id)


def _note(session: Session, tools: Tools, actor: Person, action: str, one: TalkCompanion) -> None:
    audit.note(session, tools.clock, actor.id, action, "companion", companion=one.id)
