"""Parents who offer to help other parents: the offer, what the coordinator says of it, and who is kept apart.

How an offer ends together with the help that goes on through it stands in `buddy_leaving`.
"""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.model.access import Action, Relation, Subject, may
from bot.model.base import Base
from bot.model.buddies import (
    CODE_VERSION,
    BuddyGroup,
    BuddyLanguage,
    BuddyProfile,
    BuddyState,
    BuddyTask,
    BuddyTime,
    KeptApart,
    PartOfWeek,
    Task,
)
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.people import Group, Person, Role
from bot.services import access, audit, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

TAKING_A_PLACE = (MatchState.ACCEPTED.value, MatchState.HELPING.value)  # whom a buddy counts as a family
_Row = TypeVar("_Row", bound=Base)


def profile_of(session: Session, person: Person) -> BuddyProfile | None:
    """What this person offers, or offered before it ended; None for who never did."""
    return session.scalar(select(BuddyProfile).where(BuddyProfile.person_id == person.id))


def may_be_asked(profile: BuddyProfile) -> bool:
    """Whether the school approved it, and the code of conduct of now was accepted."""
    return profile.state == BuddyState.APPROVED.value and profile.code_version == CODE_VERSION


def must_read_the_code(profile: BuddyProfile | None) -> bool:
    """Whether the rules that this parent accepted are not those of now; until then nobody new comes."""
    return (
        profile is not None
        and profile.state != BuddyState.ENDED.value
        and profile.code_version != CODE_VERSION
    )


def tasks_of(tools: Tools, profile: BuddyProfile) -> list[Task]:
    """The kinds of help this parent offers and the school wants now."""
    offered = {one.task for one in profile.tasks}
    return [task for task in tools.buddies.tasks if task.value in offered]


def times_of(profile: BuddyProfile) -> list[PartOfWeek]:
    """When this parent has time, in the order of the day."""
    named = {one.part_of_week for one in profile.times}
    return [part for part in PartOfWeek if part.value in named]


def most_families(tools: Tools, profile: BuddyProfile) -> int:
    """How many families this buddy helps at once: what was offered, or the school's number if that is lower now."""
    return min(profile.max_families, tools.buddies.families)


def offer(
    session: Session,
    tools: Tools,
    person: Person,
    *,
    languages: Collection[str],
    tasks: Collection[str],
    times: Collection[str],
    group_ids: Collection[int],
    max_families: int,
    code_version: int,
) -> BuddyProfile:
    """The offer stands as said here; a changed one stays approved, a new one waits for the coordinator (002-buddy).

    Raises buddies_off, staff_cannot_help, languages_needed, tasks_needed, families_wrong, code_needed.
    """
    require_may_offer(session, tools, person)
    # Two phones at one moment: the second one waits here, and finds the offer of the first.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    profile = _locked(session, person.id)
    _check(session, tools, person, languages, tasks, group_ids)
    helped_now = profile.families if profile else 0
    if not max(1, helped_now) <= max_families <= max(tools.buddies.families, helped_now):
        raise DomainError("families_wrong")
    if code_version != CODE_VERSION:
        raise DomainError("code_needed")
    now = tools.clock.now()
    is_new = profile is None or profile.state == BuddyState.ENDED.value
    if profile is None:
        profile = BuddyProfile(person=person, school_id=person.school_id, families=0)
        session.add(profile)
    if is_new:
        profile.state, profile.offered_at = BuddyState.OFFERED.value, now
        profile.approved_at = profile.ended_at = None
    if profile.code_version != code_version:
        profile.code_version, profile.code_accepted_at = code_version, now
    profile.max_families = max_families
    session.flush()
    _put(profile, languages, tasks, times, group_ids)
    session.flush()
    audit.note(
        session, tools.clock, person.id, "offer" if is_new else "change", "buddy_profile", profile=profile.id
    )
    if is_new:
        happened(session, EventKind.BUDDY_OFFERED, profile.id, person.id)
    return profile


def require_may_offer(session: Session, tools: Tools, person: Person) -> None:
    """Passes in silence for a guardian who does not work at the school; raises buddies_off, staff_cannot_help."""
    if not tools.buddies.on:
        raise DomainError("buddies_off")
    if access.is_staff(session, person):
        raise DomainError("staff_cannot_help")
    children = access.children_of(session, person)
    if not any(
        access.allowed(session, tools, person, child, Action.WRITE, Subject.BUDDY_PROFILE)
        for child in children
    ):
        raise NotFoundError


def _check(
    session: Session,
    tools: Tools,
    person: Person,
    languages: Collection[str],
    tasks: Collection[str],
    group_ids: Collection[int],
) -> None:
    if not languages or not set(languages) <= set(SHIPPED_LANGUAGES):
        raise DomainError("languages_needed")
    if not tasks or not set(tasks) <= {task.value for task in tools.buddies.tasks}:
        raise DomainError("tasks_needed")
    if not set(group_ids) <= {group.id for group in groups_of(session, person.school_id)}:
        raise NotFoundError


def _put(
    profile: BuddyProfile,
    languages: Iterable[str],
    tasks: Iterable[str],
    times: Iterable[str],
    group_ids: Iterable[int],
) -> None:
    """What was offered before is replaced, row by row: what stays is not written again."""
    wanted_times = {PartOfWeek(time).value for time in times}
    profile.languages = _merged(profile.languages, "language", set(languages), BuddyLanguage)
    profile.tasks = _merged(profile.tasks, "task", {Task(task).value for task in tasks}, BuddyTask)
    profile.times = _merged(profile.times, "part_of_week", wanted_times, BuddyTime)
    profile.groups = _merged(profile.groups, "group_id", set(group_ids), BuddyGroup)


def _merged(rows: Iterable[_Row], column: str, wanted: set[Any], kind: type[_Row]) -> list[_Row]:
    kept = [row for row in rows if getattr(row, column) in wanted]
    there = {getattr(row, column) for row in kept}
    return [*kept, *(kind(**{column: key}) for key in sorted(wanted - there, key=str))]


def groups_of(session: Session, school_id: int) -> list[Group]:
    """The groups of a school, by name."""
    query = select(Group).where(Group.school_id == school_id).order_by(Group.name, Group.id)
    return list(session.scalars(query))


def accept_code(session: Session, tools: Tools, person: Person) -> None:
    """The person accepted the code of conduct of now; raises NotFoundError for who offers nothing."""
    profile = _locked(session, person.id)
    if profile is None or profile.state == BuddyState.ENDED.value:
        raise NotFoundError
    require_may_offer(session, tools, person)
    if profile.code_version == CODE_VERSION:
        return
    profile.code_version, profile.code_accepted_at = CODE_VERSION, tools.clock.now()
    session.flush()
    audit.note(session, tools.clock, person.id, "accept_code", "buddy_profile", profile=profile.id)


def approve(session: Session, tools: Tools, coordinator: Person, profile: BuddyProfile, reason: str) -> None:
    """This parent may be asked from now on; a reason is welcome. Raises buddy_ended."""
    decide(session, tools, coordinator, profile, BuddyState.APPROVED, reason)


def pause(session: Session, tools: Tools, coordinator: Person, profile: BuddyProfile, reason: str) -> None:
    """Nobody new is brought to this buddy; help that goes on, goes on. Raises words_needed, buddy_ended."""
    decide(session, tools, coordinator, profile, BuddyState.PAUSED, reason)


def decide(
    session: Session,
    tools: Tools,
    coordinator: Person,
    profile: BuddyProfile,
    state: BuddyState,
    reason: str,
) -> None:
    """The coordinator's decision stands and the buddy hears it with the reason; the same again changes nothing.

    Raises NotFoundError for anybody else, words_needed without a reason, and buddy_ended where the offer is over.
    """
    require_staff(session, coordinator, profile.school_id, Action.SETTLE, Subject.BUDDY_PROFILE)
    _locked(session, profile.person_id)
    if profile.state == state.value:
        return
    if profile.state == BuddyState.ENDED.value:
        raise DomainError("buddy_ended")
    reason = reason.strip()
    if not reason and state is not BuddyState.APPROVED:
        raise DomainError("words_needed")
    now = tools.clock.now()
    profile.state, profile.decided_by_id, profile.decided_at = state.value, coordinator.id, now
    profile.reason_saying = None
    if state is BuddyState.APPROVED:
        profile.approved_at = profile.approved_at or now
    if state is BuddyState.ENDED:
        profile.ended_at = now
    if reason:
        profile.reason_saying = sayings.keep(session, tools, coordinator, reason, child=None)
        sayings.want_in(session, tools, profile.reason_saying, profile.person.language)
    session.flush()
    audit.note(session, tools.clock, coordinator.id, state.value, "buddy_profile", profile=profile.id)
    happened(session, EventKind.BUDDY_DECIDED, profile.id, coordinator.id)


def close(session: Session, tools: Tools, profile: BuddyProfile, actor_id: int | None) -> None:
    """The offer is over because the parent wants it so, or (no actor) because the tie to the school ended.

    What goes on through it is not ended here: see `buddy_leaving.leave`.
    """
    _locked(session, profile.person_id)
    if profile.state == BuddyState.ENDED.value:
        return
    profile.state, profile.ended_at = BuddyState.ENDED.value, tools.clock.now()
    profile.decided_by_id = profile.decided_at = profile.reason_saying = None
    session.flush()
    audit.note(session, tools.clock, actor_id, "leave", "buddy_profile", profile=profile.id)
    happened(session, EventKind.BUDDY_LEFT, profile.id, actor_id)


def goes_on(session: Session, person: Person) -> bool:
    """Whether this person asks for help, is asked for it, gets it or gives it now."""
    going_on = (MatchState.ASKED.value, *TAKING_A_PLACE)
    asked_to_help = select(Match.id).where(Match.buddy_id == person.id, Match.state.in_(going_on))
    helped = select(Match.id).where(Match.asker_id == person.id, Match.state.in_(going_on))
    asks = select(HelpRequest.id).where(
        HelpRequest.asker_id == person.id,
        HelpRequest.state.in_((RequestState.ASKING.value, RequestState.OFFERED.value)),
    )
    return bool(session.scalar(select(or_(asked_to_help.exists(), helped.exists(), asks.exists()))))


def find(session: Session, reader: Person, profile_id: int) -> BuddyProfile:
    """The offer, for who decides about it; NotFoundError for anybody else."""
    profile = session.get(BuddyProfile, profile_id)
    if profile is None:
        raise NotFoundError
    require_staff(session, reader, profile.school_id, Action.SETTLE, Subject.BUDDY_PROFILE)
    return profile


def count_families(session: Session, person_id: int) -> None:
    """`families` says how many people this buddy helps or has just said yes to; call it after every such change.

    The row is locked first, so that two yeses of one moment are both counted.
    """
    profile = _locked(session, person_id)
    if profile is None:
        return
    session.flush()
    asker_count = select(func.count(Match.asker_id.distinct())).where(
        Match.buddy_id == person_id, Match.state.in_(TAKING_A_PLACE)
    )
    profile.families = session.scalar(asker_count) or 0
    session.flush()


def _locked(session: Session, person_id: int) -> BuddyProfile | None:
    """The profile as it is now; nobody else changes it before this transaction ends."""
    session.flush()
    return session.scalar(
        select(BuddyProfile)
        .where(BuddyProfile.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def keep_apart(
    session: Session, tools: Tools, actor: Person, person: Person, other: Person, *, by_school: bool
) -> None:
    """The two are never brought together; doing it again changes nothing.

    `by_school`: the coordinator knows of a conflict. Else `person`, who acts, wants no contact with `other`.
    Help that goes on between them is not ended here.
    """
    if person.id == other.id:
        raise DomainError("two_people_needed")
    if by_school:
        require_staff(session, actor, person.school_id, Action.SETTLE, Subject.BUDDY_PROFILE)
        if other.school_id != person.school_id:
            raise NotFoundError
    elif actor.id != person.id:
        raise NotFoundError
    there = {(one.person_id, one.other_id): one for one in session.scalars(_between(person.id, other.id))}
    if any(
        one.by_school == by_school and (by_school or one.person_id == person.id) for one in there.values()
    ):
        return
    pair, turned = (person.id, other.id), (other.id, person.id)
    if by_school and pair in there and turned in there:
        return  # each blocked the other: they are apart whatever the school says
    if not by_school and pair in there:
        there[pair].by_school = False  # the person's own wish outlasts what the school takes back
        there[pair].made_by_id, there[pair].made_at = actor.id, tools.clock.now()
    else:
        person_id, other_id = turned if by_school and pair in there else pair
        session.add(
            KeptApart(
                person_id=person_id,
                other_id=other_id,
                by_school=by_school,
                made_by_id=actor.id,
                made_at=tools.clock.now(),
            )
        )
    session.flush()
    audit.note(
        session, tools.clock, actor.id, "keep_apart", "person", persons=sorted(pair), by_school=by_school
    )


def bring_together_again(session: Session, tools: Tools, coordinator: Person, kept: KeptApart) -> None:
    """The conflict the school recorded is over; what a parent wanted stays and is refused with NotFoundError."""
    require_staff(session, coordinator, kept.person.school_id, Action.SETTLE, Subject.BUDDY_PROFILE)
    if not kept.by_school:
        raise NotFoundError
    pair = sorted((kept.person_id, kept.other_id))
    session.delete(kept)
    session.flush()
    audit.note(session, tools.clock, coordinator.id, "bring_together_again", "person", persons=pair)


def are_apart(session: Session, one_id: int, other_id: int) -> bool:
    """Whether the two may not be brought together, whoever of them or the school wanted that."""
    return session.scalar(_between(one_id, other_id).limit(1)) is not None


def _between(one_id: int, other_id: int) -> Select[KeptApart]:
    directions: list[ColumnElement[bool]] = [
        and_(KeptApart.person_id == first, KeptApart.other_id == second)
        for first, second in ((one_id, other_id), (other_id, one_id))
    ]
    return select(KeptApart).where(or_(*directions))


def staff_relations(session: Session, person: Person, school_id: int) -> frozenset[Relation]:
    """What the person is to the parents who help at a school; where there is no coordinator, its leads stand in."""
    if person.closed_at is not None or person.school_id != school_id:
        return frozenset({Relation.STRANGER})
    roles = access.posts(session, person, school_id)
    found = {one for one in (Relation.LEAD, Relation.COORDINATOR) if one.value in roles}
    if Role.LEAD in roles and any(one.id == person.id for one in access.coordinators_of(session, school_id)):
        found.add(Relation.COORDINATOR)
    return frozenset(found or {Relation.STRANGER})


def require_staff(session: Session, person: Person, school_id: int, action: Action, subject: Subject) -> None:
    """Passes in silence if the person may do this for the parents who help at this school; raises NotFoundError."""
    if not may(staff_relations(session, person, school_id), action, subject):
        raise NotFoundError
