"""The talks about a child: planned with a goal, held, or called off; joint or apart with one guardian."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from bot.model.access import Action, Relation, Subject, may
from bot.model.conversation import Conversation, Moment, Serious
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person, School, SchoolType
from bot.model.translation import Saying
from bot.services import access, audit, circle, companions, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

PLACES = ("school", "phone", "video", "home", "other")
GOALS = ("meet", "expectations", "goals", "agreements", "other")
PEOPLE = ("parents", "child", "interpreter", "buddy", "coordinator", "other_teacher")
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 180
_GUARDIANS = frozenset({Relation.GUARDIAN, Relation.GUARDIAN_WITHOUT_AUTHORITY})


@dataclass(frozen=True)
class _Wish:
    moment: str
    planned_at: datetime | None
    length_minutes: int
    place: str
    goals: Sequence[str]
    people: Sequence[str]
    place_words: str | Saying
    goal_words: str | Saying
    serious: Sequence[str]


def usual_length_minutes(school: School) -> int:
    """How long a talk is unless somebody chooses otherwise (002-duration-15-30)."""
    return 30 if school.type == SchoolType.SBO.value else 15


def plan(
    session: Session,
    tools: Tools,
    actor: Person,
    child: Child,
    *,
    moment: str,
    planned_at: datetime | None,
    length_minutes: int,
    place: str,
    goals: Sequence[str],
    people: Sequence[str],
    place_words: str | Saying = "",
    goal_words: str | Saying = "",
    serious: Sequence[str] = (),
    guardian: Person | None = None,
    held: bool = False,
) -> Conversation:
    """The talk stands, with `guardian` apart from the others; `held` records one that took place already.

    `serious` names what the teacher marks it with, which the parents read too (see `Serious`).
    Raises goal_needed (001-p03), moment_needed, moment_passed, place_needed, people_needed, length_wrong,
    talk_kind_needed, kind_needed.
    """
    _require_plan(session, tools, actor, child, guardian.id if guardian else None)
    if guardian is not None:
        circle.guardianship(session, child, guardian.id)
    talk = Conversation(
        child_id=child.id,
        guardian_id=guardian.id if guardian else None,
        planned_by_id=actor.id,
        held_at=None,
        cancelled_at=None,
        made_at=tools.clock.now(),
        place_saying=None,
        goal_saying=None,
    )
    _check_time(tools, planned_at, held=held)
    wish = _Wish(moment, planned_at, length_minutes, place, goals, people, place_words, goal_words, serious)
    _fill(session, tools, actor, child, talk, wish)
    session.add(talk)
    session.flush()
    _note(session, tools, actor, "plan", talk)
    if held:
        mark_held(session, tools, actor, talk)
    else:
        happened(session, EventKind.TALK_PLANNED, talk.id, actor.id)
    return talk


def change(
    session: Session,
    tools: Tools,
    actor: Person,
    conversation: Conversation,
    *,
    moment: str,
    planned_at: datetime | None,
    length_minutes: int,
    place: str,
    goals: Sequence[str],
    people: Sequence[str],
    place_words: str | Saying = "",
    goal_words: str | Saying = "",
    serious: Sequence[str] = (),
) -> Conversation:
    """The planned talk is as given now; with whom it is held apart never changes. Who comes along hears of it.

    Raises what `plan` raises, and talk_closed.
    """
    child = session.get_one(Child, conversation.child_id)
    _require_plan(session, tools, actor, child, conversation.guardian_id)
    if conversation.held_at or conversation.cancelled_at:
        raise DomainError("talk_closed")
    if planned_at != conversation.planned_at:
        _check_time(tools, planned_at, held=False)
    wish = _Wish(moment, planned_at, length_minutes, place, goals, people, place_words, goal_words, serious)
    earlier = {conversation.place_saying, conversation.goal_saying} - {None}
    before = companions.Appointment.of(conversation)
    _fill(session, tools, actor, child, conversation, wish)
    session.flush()
    sayings.erase(session, [one.id for one in earlier if one and not sayings.is_used(session, one)])
    _note(session, tools, actor, "change", conversation)
    happened(session, EventKind.TALK_PLANNED, conversation.id, actor.id)
    companions.talk_changed(session, tools, actor, conversation, before)
    return conversation


def mark_held(session: Session, tools: Tools, actor: Person, conversation: Conversation) -> None:
    """The talk was held: what was shared for it can no longer be taken back. Raises talk_closed."""
    child = session.get_one(Child, conversation.child_id)
    _require_plan(session, tools, actor, child, conversation.guardian_id)
    if conversation.cancelled_at:
        raise DomainError("talk_closed")
    if conversation.held_at:
        return
    conversation.held_at = tools.clock.now()
    companions.talk_held(session, tools, conversation)
    _note(session, tools, actor, "mark_held", conversation)
    happened(session, EventKind.TALK_HELD, conversation.id, actor.id)


def cancel(session: Session, tools: Tools, actor: Person, conversation: Conversation) -> None:
    """The talk is called off. Raises talk_closed for one that was held."""
    child = session.get_one(Child, conversation.child_id)
    _require_plan(session, tools, actor, child, conversation.guardian_id)
    if conversation.held_at:
        raise DomainError("talk_closed")
    if conversation.cancelled_at:
        return
    conversation.cancelled_at = tools.clock.now()
    _note(session, tools, actor, "cancel", conversation)
    happened(session, EventKind.TALK_PLANNED, conversation.id, actor.id)
    companions.end_of_talk(session, tools, actor, conversation)


def of_child(session: Session, tools: Tools, reader: Person, child: Child) -> list[Conversation]:
    """The talks this reader may see, newest first; NotFoundError for who is nothing to the child."""
    held = access.relations(session, tools, reader, child)
    if not may(held, Action.READ, Subject.CONVERSATION) and Relation.GUARDIAN_WITHOUT_AUTHORITY not in held:
        raise NotFoundError
    return [talk for talk in all_of_child(session, child) if sees(held, reader.id, talk)]


def sees(held: frozenset[Relation], reader_id: int, talk: Conversation) -> bool:
    """Whether a reader with these relations may know of the talk (002-separated-talk)."""
    if talk.guardian_id is None:
        return may(held, Action.READ, Subject.CONVERSATION)
    mine = talk.guardian_id == reader_id and not held.isdisjoint(_GUARDIANS)
    return may(held | {Relation.SELF} if mine else held, Action.READ, Subject.OWN_CONVERSATION)


def all_of_child(session: Session, child: Child) -> list[Conversation]:
    """Every talk about a child, newest first; only for callers that look at each with `sees`."""
    query = (
        select(Conversation)
        .where(Conversation.child_id == child.id)
        .options(selectinload(Conversation.place_saying), selectinload(Conversation.goal_saying))
        .order_by(Conversation.planned_at.desc(), Conversation.id.desc())
    )
    return list(session.scalars(query))


def find(session: Session, tools: Tools, reader: Person, conversation_id: int) -> Conversation:
    """The talk, if this reader may see it; NotFoundError otherwise."""
    talk = session.get(Conversation, conversation_id)
    if talk is None:
        raise NotFoundError
    child = session.get_one(Child, talk.child_id)
    if not sees(access.relations(session, tools, reader, child), reader.id, talk):
        raise NotFoundError
    return talk


def held_for(session: Session, child: Child, person: Person) -> bool:
    """Whether a begin talk that was joint, or apart with this person, was held."""
    query = select(Conversation.id).where(
        Conversation.child_id == child.id,
        Conversation.moment == Moment.BEGIN.value,
        Conversation.held_at.is_not(None),
        or_(Conversation.guardian_id.is_(None), Conversation.guardian_id == person.id),
    )
    return session.scalar(query.limit(1)) is not None


def _require_plan(
    session: Session, tools: Tools, actor: Person, child: Child, guardian_id: int | None
) -> None:
    subject = Subject.CONVERSATION if guardian_id is None else Subject.OWN_CONVERSATION
    access.require(session, tools, actor, child, Action.PLAN, subject)


def _note(session: Session, tools: Tools, actor: Person, action: str, talk: Conversation) -> None:
    audit.note(
        session,
        tools.clock,
        actor.id,
        action,
        "conversation",
        child_id=talk.child_id,
        conversation=talk.id,
    )


def _check_time(tools: Tools, planned_at: datetime | None, *, held: bool) -> None:
    if planned_at is None:
        raise DomainError("moment_needed")
    if planned_at <= tools.clock.now() and not held:
        raise DomainError("moment_passed")


def _fill(
    session: Session, tools: Tools, actor: Person, child: Child, talk: Conversation, wish: _Wish
) -> None:
    """The talk says what is wished, in known keys and own words that its readers will want to read."""
    if wish.moment not in set(Moment):
        raise DomainError("talk_kind_needed")
    if not SHORTEST_MINUTES <= wish.length_minutes <= LONGEST_MINUTES:
        raise DomainError("length_wrong")
    goal_saying = _said(session, tools, actor, child, talk.goal_saying, wish.goal_words)
    goals = [goal for goal in GOALS if goal in wish.goals and goal != "other"]
    if not goals and goal_saying is None:
        raise DomainError("goal_needed")
    place_saying = _said(session, tools, actor, child, talk.place_saying, wish.place_words)
    if wish.place not in PLACES or (wish.place == "other" and place_saying is None):
        raise DomainError("place_needed")
    if not wish.people or not set(wish.people) <= set(PEOPLE):
        raise DomainError("people_needed")
    if not set(wish.serious) <= set(Serious):
        raise DomainError("kind_needed")
    talk.moment, talk.planned_at, talk.length_minutes = wish.moment, wish.planned_at, wish.length_minutes
    talk.place, talk.place_saying = wish.place, place_saying
    talk.goals, talk.goal_saying = ([*goals, "other"] if goal_saying else goals), goal_saying
    talk.people = [person for person in PEOPLE if person in wish.people]
    talk.serious = [one.value for one in Serious if one in wish.serious]
    for saying in (goal_saying, place_saying):
        if saying is not None:
            _share(session, tools, child, talk, saying)


def _said(
    session: Session, tools: Tools, actor: Person, child: Child, earlier: Saying | None, words: str | Saying
) -> Saying | None:
    """The words as a saying; unchanged ones stay the saying they were."""
    if isinstance(words, str) and not words.strip():
        return None
    if earlier is not None and words in {earlier, earlier.original}:
        return earlier
    return circle.own_words(session, tools, actor, child, words)


def _share(session: Session, tools: Tools, child: Child, talk: Conversation, saying: Saying) -> None:
    if talk.guardian_id is None:
        circle.share_with_all(session, tools, child, saying)
    else:
        circle.share_with_one(session, tools, child, saying, session.get_one(Person, talk.guardian_id))
