"""The way of one request: buddies are asked in turn or together, one is offered, and it never stands still.

Who may do what with a request is asked in `help_requests`; here it has been asked.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.model.buddies import BuddyProfile
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.people import Person
from bot.services import audit, buddies, matching, rhythm
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

OPEN = frozenset({RequestState.ASKING.value, RequestState.OFFERED.value})
WAITING = frozenset({MatchState.ASKED.value, MatchState.ACCEPTED.value})


def lock(session: Session, request: HelpRequest) -> Sequence[Match]:
    """Everybody asked so far, oldest first, as it is now; nobody else moves this request in this transaction."""
    session.flush()
    session.execute(select(HelpRequest.id).where(HelpRequest.id == request.id).with_for_update())
    session.refresh(request)
    query = select(Match).where(Match.request_id == request.id).order_by(Match.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def lock_all(session: Session, person: Person) -> None:
    """Nobody else moves what this person asks for, is asked for or helps with, before this transaction ends.

    Who changes several of them calls it first: a profile is locked after every request and match, by everybody, else
    two transactions would wait for each other.
    """
    session.flush()
    asked = select(Match.request_id).where(Match.buddy_id == person.id, Match.state.in_(WAITING))
    requests = select(HelpRequest.id).where(
        HelpRequest.id.in_(asked) | ((HelpRequest.asker_id == person.id) & HelpRequest.state.in_(OPEN))
    )
    session.execute(requests.order_by(HelpRequest.id).with_for_update())
    helps = select(Match.id).where(
        (Match.asker_id == person.id) | (Match.buddy_id == person.id), Match.state == MatchState.HELPING.value
    )
    session.execute(helps.order_by(Match.id).with_for_update())


def offered(request: HelpRequest, matches: Sequence[Match]) -> Match | None:
    """The buddy the asker decides about: of those who said yes, the first."""
    if request.state != RequestState.OFFERED.value:
        return None
    return next(iter(_willing(matches)), None)


def _willing(matches: Sequence[Match]) -> list[Match]:
    willing = [one for one in matches if one.state == MatchState.ACCEPTED.value]
    return sorted(willing, key=lambda one: (one.answered_at or one.asked_at, one.id))


def say_yes(tools: Tools, match: Match, matches: Sequence[Match]) -> None:
    """The buddy said yes, after everybody who did before: who is offered already stays it, whatever the clocks say."""
    last = max((one.answered_at for one in _willing(matches) if one.answered_at), default=None)
    now = tools.clock.now()
    match.answered_at = now if last is None or last < now else last + timedelta(microseconds=1)
    match.state, match.answer_by = MatchState.ACCEPTED.value, match.request.answer_by


def go_on(session: Session, tools: Tools, request: HelpRequest, *, by: Person | None = None) -> None:
    """Somebody is offered, or asked, or all hear that nobody could; `by` hears it as the answer to the own step."""
    matches = lock(session, request)
    if request.state not in OPEN:
        return
    willing = _willing(matches)
    if willing:
        if request.state != RequestState.OFFERED.value:
            _offer(session, tools, request, willing, by)
        return
    request.state = RequestState.ASKING.value
    asked = [one for one in matches if one.state == MatchState.ASKED.value]
    asked = asked or _ask_next(session, tools, request, tools.buddies.most_asked - len(matches))
    if asked:
        request.answer_by = max(one.answer_by for one in asked)
        session.flush()
    else:
        close(session, tools, request, RequestState.UNANSWERED, None)
        happened(session, EventKind.NOBODY_HELPS, request.id, by.id if by else None)


def _ask_next(session: Session, tools: Tools, request: HelpRequest, room: int) -> list[Match]:
    """The next one, or together as many as there is room for; each has a share of the time, within the own hours."""
    wanted = room if tools.buddies.together else min(room, 1)
    if wanted < 1 or not tools.buddies.on:
        return []
    return [
        _ask(session, tools, request, profile) for profile in matching.find(session, tools, request, wanted)
    ]


def _ask(session: Session, tools: Tools, request: HelpRequest, profile: BuddyProfile) -> Match:
    rules, now = tools.buddies, tools.clock.now()
    share = rules.answer_within if rules.together else rules.answer_within / rules.most_asked
    reached = rhythm.next_moment(session, tools, profile.person, at_school=False)
    match = Match(
        request_id=request.id,
        buddy_id=profile.person_id,
        asker_id=request.asker_id,
        state=MatchState.ASKED.value,
        asked_at=now,
        answer_by=reached + share,
    )
    profile.asked_at = now
    session.add(match)
    session.flush()
    note(session, tools, None, "ask_buddy", match)
    happened(session, EventKind.BUDDY_ASKED, match.id, None)
    return match


def _offer(
    session: Session, tools: Tools, request: HelpRequest, willing: Sequence[Match], by: Person | None
) -> None:
    """The asker has the whole time to answer, is reminded, and has it once more; neither falls in quiet hours."""
    first = willing[0]
    hours = rhythm.hours_of(session, tools, request.asker, at_school=False)
    moments = [hours.next_allowed(tools.clock, tools.clock.now())]
    for _time in range(2):
        moments.append(hours.next_allowed(tools.clock, moments[-1] + tools.buddies.answer_within))
    request.state = RequestState.OFFERED.value
    request.answered_at = request.answered_at or first.answered_at
    request.answer_by = moments[2]
    for one in willing:
        one.answer_by = request.answer_by
    first.answer_by = moments[1]
    session.flush()
    happened(session, EventKind.BUDDY_ACCEPTED, first.id, by.id if by else first.buddy_id)


def is_reminder(match: Match) -> bool:
    """Whether the asker was asked about the offered buddy before."""
    return match.answer_by == match.request.answer_by


def step_back(
    session: Session,
    tools: Tools,
    match: Match,
    state: MatchState,
    actor_id: int | None,
    *,
    by: Person | None = None,
) -> None:
    """This buddy does not help with the request, which goes on without them; `by`: see `go_on`."""
    request = match.request
    if offered(request, lock(session, request)) is match:
        request.state = RequestState.ASKING.value
    was_willing = match.state == MatchState.ACCEPTED.value
    match.state = state.value
    match.answered_at = match.answered_at or tools.clock.now()
    session.flush()
    if was_willing:
        buddies.count_families(session, match.buddy_id)
    note(session, tools, actor_id, state.value, match)
    go_on(session, tools, request, by=by)


def close(
    session: Session, tools: Tools, request: HelpRequest, state: RequestState, actor_id: int | None
) -> None:
    """The request is over, and who was asked or said yes is not needed any more."""
    matches = lock(session, request)
    request.state, request.closed_at = state.value, tools.clock.now()
    left = [one for one in matches if one.state in WAITING]
    willing = _willing(left)
    for one in left:
        one.state = MatchState.NOT_NEEDED.value
        happened(session, EventKind.BUDDY_NOT_NEEDED, one.id, actor_id)
    session.flush()
    for one in willing:
        buddies.count_families(session, one.buddy_id)
    audit.note(
        session,
        tools.clock,
        actor_id,
        state.value,
        "help_request",
        child_id=request.child_id,
        request=request.id,
    )


def note(session: Session, tools: Tools, actor_id: int | None, action: str, match: Match) -> None:
    """A line of the audit trail says what became of one buddy who was asked."""
    audit.note(session, tools.clock, actor_id, action, "match", match=match.id, request=match.request_id)


def is_anything_due(session: Session, tools: Tools) -> bool:
    """Whether `care` has something to do now; one cheap question."""
    due = select(HelpRequest.id).where(
        HelpRequest.state.in_(OPEN),
        or_(
            HelpRequest.answer_by <= tools.clock.now(),
            HelpRequest.matches.any(Match.state.in_(WAITING) & (Match.answer_by <= tools.clock.now())),
        ),
    )
    return session.scalar(due.limit(1)) is not None


def care(session: Session, tools: Tools) -> None:
    """Who did not answer in time is asked no more, the next one is, and no request waits for ever."""
    now = tools.clock.now()
    late = HelpRequest.matches.any(Match.state.in_(WAITING) & (Match.answer_by <= now))
    due = select(HelpRequest).where(HelpRequest.state.in_(OPEN), or_(HelpRequest.answer_by <= now, late))
    # All are locked before any profile; what somebody else moves just now waits for the next time.
    query = due.order_by(HelpRequest.id).with_for_update(of=HelpRequest, skip_locked=True)
    for request in session.scalars(query).all():
        _care_for(session, tools, request)


def _care_for(session: Session, tools: Tools, request: HelpRequest) -> None:
    """An asker who does not answer an offer is reminded once; then nobody is kept waiting any longer."""
    now, matches = tools.clock.now(), lock(session, request)
    if request.state not in OPEN:
        return  # another worker was first
    for one in matches:
        if one.state == MatchState.ASKED.value and one.answer_by <= now:
            one.state = MatchState.EXPIRED.value
            note(session, tools, None, "expire", one)
    match = offered(request, matches)
    if match is None:
        go_on(session, tools, request)
    elif request.answer_by <= now:
        close(session, tools, request, RequestState.WITHDRAWN, None)
        happened(session, EventKind.NOBODY_HELPS, request.id, None)
    elif match.answer_by <= now:
        match.answer_by = request.answer_by
        session.flush()
        happened(session, EventKind.BUDDY_ACCEPTED, match.id, match.buddy_id)
