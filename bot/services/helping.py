"""A guardian and a buddy talk through the assistant: what goes along, what both say, the end, and erasing it all.

What is handed over and proposed stands in `handing_over`; blocking, complaining and evaluating in `help_safety`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.helping import HelpComplaint, HelpLine, LineKind, LineState
from bot.model.messages import Outgoing
from bot.model.people import Door, Person
from bot.model.preparation import Run
from bot.model.translation import Saying
from bot.services import access, audit, buddies, companions, names, preparation, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

PREVIEWS = ("help_requests.compose", "help_requests.hand_over")  # hold words as they were shown
LONGEST_SILENCE = timedelta(days=60)  # then a help is over by itself
SUBJECTS = frozenset({"helping", "handing_over", "help_safety"})  # whose messages are those of a chat


def begin(session: Session, tools: Tools, match: Match) -> None:
    """Both said yes: what the asker lets go along is the first line; both are told."""
    request = match.request
    happened(session, EventKind.HELP_STARTED, match.id, match.asker_id)
    if request.saying is not None:
        kind = LineKind.TEXT if request.source_saying_id is not None else LineKind.WORDS
        add_line(
            session,
            tools,
            match.asker,
            match,
            kind,
            saying=request.saying,
            masked=list(request.masked),
            source_saying_id=request.source_saying_id,
        )
    run = session.get(Run, request.run_id) if request.run_id is not None else None
    if run is not None and run.withdrawn_at is None and request.question is not None:
        add_line(
            session,
            tools,
            match.asker,
            match,
            LineKind.QUESTION,
            run_id=request.run_id,
            question=request.question,
        )


def running_of(session: Session, person: Person) -> list[Match]:
    """The helps that go on, as asker or as buddy, the oldest first."""
    query = select(Match).where(
        (Match.asker_id == person.id) | (Match.buddy_id == person.id), Match.state == MatchState.HELPING.value
    )
    return list(session.scalars(query.order_by(Match.started_at, Match.id)))


def other_of(match: Match, person: Person) -> Person:
    """The other one of the two."""
    return match.asker if person.id == match.buddy_id else match.buddy


def find(session: Session, person: Person, match_id: int) -> Match:
    """A help of this person that began, also when it is over; raises NotFoundError for anybody else."""
    match = session.get(Match, match_id)
    if match is None or match.started_at is None or person.id not in {match.asker_id, match.buddy_id}:
        raise NotFoundError
    if person.closed_at is not None:
        raise NotFoundError
    return match


def is_running(match: Match) -> bool:
    """Whether the two can talk now."""
    return match.state == MatchState.HELPING.value


def lines_of(session: Session, person: Person, match: Match, *, last: int | None = None) -> list[HelpLine]:
    """What was said, oldest first; with `last` no more than so many of the newest."""
    access.require_help(person, match, Action.READ, Subject.HELP_CHAT)
    query = select(HelpLine).where(HelpLine.match_id == match.id).order_by(HelpLine.id.desc()).limit(last)
    return list(reversed(session.scalars(query).all()))


def find_line(session: Session, person: Person, line_id: int) -> HelpLine:
    """A line of a help that goes on, for one of the two; raises NotFoundError, or help_over where it is over."""
    line = session.get(HelpLine, line_id)
    if line is None:
        raise DomainError("help_over")  # erased
    match = find(session, person, line.match_id)
    if not is_running(match):
        raise DomainError("help_over")
    access.require_help(person, match, Action.READ, Subject.HELP_CHAT)
    return line


def write(session: Session, tools: Tools, author: Person, match: Match, saying: Saying) -> HelpLine:
    """The other one reads these words, hears this voice or sees this photo. Raises words_needed, help_over."""
    return add_line(
        session, tools, author, match, LineKind.WORDS, saying=own_saying(session, author, saying, files=True)
    )


def hand_over_text(
    session: Session,
    tools: Tools,
    asker: Person,
    match: Match,
    words: str,
    *,
    masked: Sequence[Any] = (),
    source_saying_id: int | None = None,
    language: str | None = None,
) -> HelpLine:
    """The buddy reads this text as the asker saw it, names masked; `language`: of the words, else the source's.

    Raises words_needed, sensitive_question, help_over.
    """
    _require_asker(asker, match)
    if not words.strip():
        raise DomainError("words_needed")
    source = session.get(Saying, source_saying_id) if source_saying_id is not None else None
    if source is not None and names.sensitive(session, {source.id}):
        raise DomainError("sensitive_question")
    written_in = language or (source.written_in if source else None)
    return add_line(
        session,
        tools,
        asker,
        match,
        LineKind.TEXT if source else LineKind.WORDS,
        saying=sayings.keep(session, tools, asker, words, child=None, language=written_in),
        masked=list(masked),
        source_saying_id=source.id if source else None,
    )


def hand_over_question(
    session: Session, tools: Tools, asker: Person, match: Match, run_id: int, question: str
) -> HelpLine:
    """The buddy reads this one fixed question, never what was answered. Raises sensitive_question, help_over.

    One that is with the buddy already is not handed over again.
    """
    _require_asker(asker, match)
    run = preparation.own_run(session, asker, run_id)
    found = next((one for one in preparation.applicable_questions(run) if one.id == question), None)
    if found is None or run.withdrawn_at is not None:
        raise NotFoundError
    if found.sensitive:
        raise DomainError("sensitive_question")
    there = session.scalar(
        select(HelpLine).where(
            HelpLine.match_id == match.id,
            HelpLine.run_id == run.id,
            HelpLine.question == question,
            HelpLine.kind == LineKind.QUESTION.value,
            HelpLine.state == LineState.OPEN.value,
        )
    )
    return there or add_line(
        session, tools, asker, match, LineKind.QUESTION, run_id=run.id, question=question
    )


def add_line(
    session: Session, tools: Tools, author: Person, match: Match, kind: LineKind, **what: Any
) -> HelpLine:
    """The line stands in the chat and the other one is told; raises help_over where nobody listens any more."""
    session.flush()
    session.refresh(match, with_for_update={"read": True})  # nobody ends or blocks it while this is said
    if not is_running(match) or not tools.buddies.on:
        raise DomainError("help_over")
    access.require_help(author, match, Action.WRITE, Subject.HELP_CHAT)
    line = HelpLine(
        match_id=match.id,
        author_id=author.id,
        kind=kind.value,
        state=LineState.OPEN.value,
        made_at=tools.clock.now(),
        **what,
    )
    session.add(line)
    session.flush()
    if line.saying is not None:
        sayings.want_in(session, tools, line.saying, other_of(match, author).language)
    audit.note(session, tools.clock, author.id, "write", "help_line", match=match.id, line=line.id)
    happened(session, EventKind.HELP_LINE_WRITTEN, line.id, author.id)
    return line


def own_saying(session: Session, author: Person, saying: Saying, *, files: bool) -> Saying:
    """The author's own words, about no child and used nowhere; raises words_needed."""
    if saying.author_id != author.id or saying.child_id is not None or sayings.is_used(session, saying):
        raise NotFoundError
    if not saying.original.strip() and not (files and saying.attachments):
        raise DomainError("words_needed")
    return saying


def is_passed_on(session: Session, saying: Saying) -> bool:
    """Whether these words went to another parent."""
    return session.scalar(select(HelpLine.id).where(HelpLine.saying_id == saying.id).limit(1)) is not None


def _require_asker(asker: Person, match: Match) -> None:
    access.require_help(asker, match, Action.WRITE, Subject.HELP_CHAT)
    if asker.id != match.asker_id:
        raise NotFoundError


def end(session: Session, tools: Tools, actor: Person | None, match: Match) -> None:
    """The help is over at once, without a reason; None: the program ended it. Doing it again changes nothing."""
    if not _runs_still(session, match):
        return
    if actor is not None:
        access.require_help(actor, match, Action.END, Subject.HELP_CHAT)
    _end(session, tools, actor.id if actor else None, match)


def _runs_still(session: Session, match: Match) -> bool:
    """Whether it is for us to end it: two phones, or a phone and the program, may do that at one moment."""
    session.flush()
    session.refresh(match, with_for_update=True)
    return is_running(match)


def end_all(session: Session, tools: Tools, person: Person) -> None:
    """Every help of this person is over: the right to it ended, or the person left."""
    for match in running_of(session, person):
        if _runs_still(session, match):
            _end(session, tools, person.id, match)


def _end(session: Session, tools: Tools, actor_id: int | None, match: Match) -> None:
    now = tools.clock.now()
    match.state, match.ended_at, match.ended_by_id = MatchState.ENDED.value, now, actor_id
    match.erase_at = now + tools.buddies.keep
    if match.request.closed_at is None:
        match.request.closed_at = now
    session.flush()
    companions.end_of_match(session, tools, match)
    buddies.count_families(session, match.buddy_id)
    audit.note(session, tools.clock, actor_id, "end", "help", match=match.id)
    happened(session, EventKind.HELP_ENDED, match.id, actor_id)


def erase_due(session: Session, tools: Tools) -> int:
    """A help in which nobody spoke for long is over; what was said is gone when its time is. Returns how many.

    Counts, evaluations and the rows of who helped whom stay, and so does a complaint until it is settled.
    """
    _end_silent(session, tools)
    due = session.scalars(
        select(Match).where(Match.erase_at <= tools.clock.now(), Match.erased_at.is_(None))
    ).all()
    for match in due:
        _erase_lines(session, match)
        _erase_request(session, tools, match.request)
        _erase_messages(session, match)
        match.erased_at, match.erase_at = tools.clock.now(), None
        audit.note(session, tools.clock, None, "erase", "help", match=match.id)
    _erase_requests(session, tools)
    _erase_complaints(session)
    session.flush()
    return len(due)


def _end_silent(session: Session, tools: Tools) -> None:
    """Those in which nobody spoke for long; all of them once the school wants no buddies any more."""
    running = select(Match).where(Match.state == MatchState.HELPING.value)
    if tools.buddies.on:
        spoken_at = select(func.max(HelpLine.made_at)).where(HelpLine.match_id == Match.id).correlate(Match)
        last = func.coalesce(spoken_at.scalar_subquery(), Match.started_at)
        running = running.where(last <= tools.clock.now() - LONGEST_SILENCE)
    for match in session.scalars(running).all():
        end(session, tools, None, match)


def _erase_lines(session: Session, match: Match) -> None:
    """What proposes goes before what it is for."""
    lines = session.scalars(
        select(HelpLine).where(HelpLine.match_id == match.id).order_by(HelpLine.id.desc())
    ).all()
    saying_ids = {line.saying_id for line in lines if line.saying_id is not None}
    for line in lines:
        line.answers_id = None
    session.flush()
    for line in lines:
        session.delete(line)
    session.flush()
    sayings.erase(session, saying_ids)


def _erase_request(session: Session, tools: Tools, request: HelpRequest) -> None:
    """The words that went along, and the screens on which the asker saw them before."""
    doors = select(Door.id).where(Door.person_id == request.asker_id)
    seen_before = tools.clock.now() - tools.buddies.keep
    previews = select(Outgoing).where(
        Outgoing.door_id.in_(doors), Outgoing.macro.in_(PREVIEWS), Outgoing.made_at <= seen_before
    )
    for outgoing in session.scalars(previews).all():
        session.delete(outgoing)
    request.masked = []
    saying_id, request.saying_id = request.saying_id, None
    session.flush()
    if saying_id is not None:
        sayings.erase(session, [saying_id])


def _erase_requests(session: Session, tools: Tools) -> None:
    """The words of requests that nobody helped with are kept no longer than the others."""
    over = select(HelpRequest).where(
        HelpRequest.saying_id.is_not(None),
        HelpRequest.state.in_((RequestState.UNANSWERED.value, RequestState.WITHDRAWN.value)),
        HelpRequest.closed_at <= tools.clock.now() - tools.buddies.keep,
    )
    for request in session.scalars(over).all():
        _erase_request(session, tools, request)


def _erase_messages(session: Session, match: Match) -> None:
    """The messages of this chat at the doors of the two, and what was said for it and never sent."""
    said: set[int] = set()
    for outgoing in messages_of(session, match, match.asker_id, match.buddy_id):
        said |= {one["said"] for one in _for_match(outgoing, match) if "said" in one}
        session.delete(outgoing)
    session.flush()
    sayings.erase(session, (one for one in said if _is_unused(session, one)))


def messages_of(session: Session, match: Match, *people_ids: int) -> list[Outgoing]:
    """The messages of this chat at the doors of these people, sent or not."""
    doors = select(Door.id).where(Door.person_id.in_(people_ids))
    written = cast(Outgoing.buttons, Text).like(f'%"match": {match.id}%')  # narrows the search
    found = session.scalars(select(Outgoing).where(Outgoing.door_id.in_(doors), written)).all()
    return [one for one in found if one.macro.partition(".")[0] in SUBJECTS and _for_match(one, match)]


def _for_match(outgoing: Outgoing, match: Match) -> list[dict[str, Any]]:
    """What the buttons of a message do in this help."""
    actions = (made.get("action", {}) for row in outgoing.buttons for made in row)
    return [action for action in actions if action.get("match") == match.id]


def _is_unused(session: Session, saying_id: int) -> bool:
    saying = session.get(Saying, saying_id)
    return saying is not None and not sayings.is_used(session, saying)


def _erase_complaints(session: Session) -> None:
    """What a settled complaint said is kept no longer than the chat it is about."""
    settled = session.scalars(
        select(HelpComplaint)
        .join(Match, Match.id == HelpComplaint.match_id)
        .where(
            HelpComplaint.settled_at.is_not(None),
            HelpComplaint.saying_id.is_not(None) | HelpComplaint.quoted_saying_id.is_not(None),
            Match.erased_at.is_not(None),
        )
    ).all()
    for complaint in settled:
        saying_ids = [one for one in (complaint.saying_id, complaint.quoted_saying_id) if one is not None]
        complaint.saying_id = complaint.quoted_saying_id = None
        session.flush()
        sayings.erase(session, saying_ids)


def run_of(session: Session, line: HelpLine) -> Run | None:
    """The preparation a question is of; None once it is erased."""
    return session.get(Run, line.run_id) if line.run_id is not None else None
