"""The report of a talk: shown to the parents, answered by each of them, final (002-conv-form, 002-report)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.model.access import Action, Relation, Subject, may
from bot.model.conversation import Conversation, Moment
from bot.model.drafts import Draft, DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person
from bot.model.report import (
    FINAL_AFTER_SCHOOL_DAYS,
    MOST_GOALS,
    Goal,
    PartKind,
    Reaction,
    ReactionKind,
    Report,
    ReportPart,
    ReportRelease,
    ReportState,
)
from bot.model.translation import Saying
from bot.services import access, agreements, audit, circle, conversation, drafts
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

NEEDS_WORDS = frozenset({ReactionKind.ADD.value, ReactionKind.OWN_WORDS.value})


@dataclass(frozen=True)
class AgreementRow:
    """One row of the form (BF05)."""

    words: str
    owner: str
    due_on: date


@dataclass(frozen=True)
class Filled:
    """The form as it stands in the draft, its dates read."""

    parts: Mapping[str, str] = field(repr=False)  # PartKind -> words
    child_asked: bool | None
    goals: Sequence[str] = field(repr=False)
    agreements: Sequence[AgreementRow]
    look_back_on: date | None
    look_back_moment: str | None = None


def check(session: Session, child: Child, talk: Conversation, filled: Filled) -> None:
    """Passes in silence if the form can be shown.

    Raises story_needed, facts_needed, child_view_needed, look_back_unclear, goals_full; and guardian_gone for
    agreements with nobody, because the parent of a talk apart is no guardian any more.
    """
    if not filled.parts.get(PartKind.PARENTS_STORY.value, "").strip():
        raise DomainError("story_needed")
    if not filled.parts.get(PartKind.TEACHER_SEES.value, "").strip():
        raise DomainError("facts_needed")
    has_view = bool(filled.parts.get(PartKind.CHILD_VIEW.value, "").strip())
    if filled.child_asked is None or filled.child_asked != has_view:
        raise DomainError("child_view_needed")
    if filled.agreements and filled.look_back_on is None:
        raise DomainError("look_back_unclear")
    if filled.goals and len(filled.goals) + len(open_goals(session, child)) > MOST_GOALS:
        raise DomainError("goals_full")
    still = {one.person_id for one in access.guardians_of(session, child)}
    if filled.agreements and talk.guardian_id is not None and talk.guardian_id not in still:
        raise DomainError("guardian_gone")


def show(
    session: Session, tools: Tools, actor: Person, talk: Conversation, filled: Filled, fingerprint: str
) -> Report:
    """The parents have the report, its goals and agreements; the draft is gone and the talk counts as held.

    Raises what `check` and `agreements.propose` raise, and report_shown, talk_closed, draft_changed.
    """
    child = session.get_one(Child, talk.child_id)
    _require(session, tools, actor, child, Action.WRITE, talk.guardian_id)
    if of_talk(session, talk) is not None:
        raise DomainError("report_shown")
    draft = drafts.find(session, tools, actor, drafts.Form(child, DraftKind.REPORT, talk))
    if draft is None or fingerprint != drafts.fingerprint(draft):
        raise DomainError("draft_changed")
    check(session, child, talk, filled)
    if talk.held_at is None:
        conversation.mark_held(session, tools, actor, talk)
    report = Report(
        child_id=child.id,
        conversation_id=talk.id,
        guardian_id=talk.guardian_id,
        child_asked=bool(filled.child_asked),
        look_back_on=filled.look_back_on,
        look_back_moment=filled.look_back_moment if filled.look_back_moment in set(Moment) else None,
        shown_by=actor,
        shown_at=tools.clock.now(),
        final_at=None,
        parts=[],
        goals=[],
        reactions=[],
        releases=[],
    )
    session.add(report)
    session.flush()
    for kind in PartKind:
        words = filled.parts.get(kind.value, "")
        if words.strip():
            saying = circle.own_words(session, tools, actor, child, words)
            report.parts.append(ReportPart(kind=kind.value, saying=saying))
            _share(session, tools, child, report, saying)
    _choose_goals(session, tools, actor, child, report, filled.goals)
    for row in filled.agreements:
        assert filled.look_back_on is not None  # `check` saw it
        agreements.propose(
            session,
            tools,
            actor,
            child,
            words=row.words,
            owner=row.owner,
            due_on=row.due_on,
            look_back_on=filled.look_back_on,
            conversation=talk,
        )
    drafts.close(session, tools, draft, actor)
    session.flush()
    _note(session, tools, actor, "show", report)
    happened(session, EventKind.REPORT_SHOWN, report.id, actor.id)
    return report


def _choose_goals(
    session: Session, tools: Tools, actor: Person, child: Child, report: Report, goals: Sequence[str]
) -> None:
    """The goals stand, for all with authority to read."""
    for words in goals:
        saying = circle.own_words(session, tools, actor, child, words)
        report.goals.append(Goal(child_id=child.id, saying=saying, made_at=tools.clock.now(), closed_at=None))
        session.flush()
        circle.share_with_all(session, tools, child, saying)


def _share(session: Session, tools: Tools, child: Child, report: Report, saying: Saying) -> None:
    """What belongs to a talk held apart is translated for that guardian and the school only."""
    session.flush()
    if report.guardian_id is None:
        circle.share_with_all(session, tools, child, saying)
    else:
        circle.share_with_one(session, tools, child, saying, session.get_one(Person, report.guardian_id))


def react(
    session: Session,
    tools: Tools,
    actor: Person,
    report: Report,
    kind: str,
    saying: Saying | None = None,
) -> Reaction:
    """The guardian's answer stands beside the report for ever (004-react-report, 003-yes-meaning).

    The report is final when every guardian it waits for has answered. Raises reaction_needed, words_needed.
    """
    child = session.get_one(Child, report.child_id)
    if not _allowed(session, tools, actor, child, Action.REACT, report):
        raise NotFoundError
    if kind not in set(ReactionKind):
        raise DomainError("reaction_needed")
    if saying is None and kind in NEEDS_WORDS:
        raise DomainError("words_needed")
    earlier = [one for one in report.reactions if one.person_id == actor.id]
    if saying is None and earlier and earlier[-1].kind == kind:
        return earlier[-1]  # the same tap twice
    reaction = Reaction(person=actor, kind=kind, saying=None, made_at=tools.clock.now())
    report.reactions.append(reaction)
    session.flush()
    if saying is not None:
        _add_words(session, tools, actor, child, report, reaction, saying)
    _note(session, tools, actor, kind, report)
    happened(session, EventKind.REPORT_ANSWERED, reaction.id, actor.id)
    if report.final_at is None and not waits_for(session, report):
        report.final_at = tools.clock.now()
        _note(session, tools, actor, "final", report)
    return reaction


def explain(session: Session, tools: Tools, actor: Person, reaction: Reaction, saying: Saying) -> None:
    """The actor's own answer has words beside it; a second explanation is an answer of its own."""
    report = session.get_one(Report, reaction.report_id)
    child = session.get_one(Child, report.child_id)
    if reaction.person_id != actor.id or not _allowed(session, tools, actor, child, Action.REACT, report):
        raise NotFoundError
    if reaction.saying_id is not None:
        react(session, tools, actor, report, reaction.kind, saying)
    else:
        _add_words(session, tools, actor, child, report, reaction, saying)


def _add_words(
    session: Session,
    tools: Tools,
    actor: Person,
    child: Child,
    report: Report,
    reaction: Reaction,
    saying: Saying,
) -> None:
    reaction.saying = circle.own_words(session, tools, actor, child, saying)
    _share(session, tools, child, report, reaction.saying)


def waits_for(session: Session, report: Report) -> list[Person]:
    """The guardians who receive the report by right and have not said whether it is right."""
    child = session.get_one(Child, report.child_id)
    answered = {one.person_id for one in report.reactions if one.kind != ReactionKind.OWN_WORDS.value}
    released = {one.person_id for one in report.releases}
    return [
        one.person
        for one in access.guardians_of(session, child)
        if one.person_id not in answered
        and (
            one.authority
            if report.guardian_id is None
            else one.person_id == report.guardian_id and (one.authority or one.person_id in released)
        )
    ]


def receivers(session: Session, tools: Tools, report: Report) -> list[Person]:
    """The guardians who read the report now."""
    child = session.get_one(Child, report.child_id)
    found = [one.person for one in access.guardians_of(session, child)]
    return [one for one in found if _allowed(session, tools, one, child, Action.REACT, report)]


def may_finish_on(tools: Tools, shown_at: datetime) -> date:
    """From this day on a teacher may call a report final without the missing answers."""
    return tools.rhythm.school_days.after(tools.clock.local(shown_at).date(), FINAL_AFTER_SCHOOL_DAYS)


def finish(session: Session, tools: Tools, actor: Person, report: Report) -> None:
    """The report is final though not everybody answered; answers are still welcome. Raises report_too_early."""
    child = session.get_one(Child, report.child_id)
    _require(session, tools, actor, child, Action.END, report.guardian_id)
    if report.final_at is not None:
        return
    if tools.clock.today() < may_finish_on(tools, report.shown_at):
        raise DomainError("report_too_early")
    report.final_at, report.final_by_id = tools.clock.now(), actor.id
    session.flush()
    _note(session, tools, actor, "finish", report)


def release(
    session: Session, tools: Tools, actor: Person, report: Report, guardian: Person, reason: str
) -> ReportRelease:
    """A guardian without authority receives the report, because the lead decided so and says why.

    Raises words_needed; NotFoundError for a guardian with authority, and for another one's talk held apart.
    """
    child = session.get_one(Child, report.child_id)
    _require(session, tools, actor, child, Action.RELEASE, report.guardian_id)
    held = circle.guardianship(session, child, guardian.id)
    if held.authority or report.guardian_id not in {None, guardian.id}:
        raise NotFoundError
    known = next((one for one in report.releases if one.person_id == guardian.id), None)
    if known is not None:
        return known
    saying = circle.own_words(session, tools, actor, child, reason)
    made = ReportRelease(person=guardian, released_by=actor, reason=saying, released_at=tools.clock.now())
    report.releases.append(made)
    _share(session, tools, child, report, saying)
    _note(session, tools, actor, "release", report, guardian=guardian.id)
    happened(session, EventKind.REPORT_RELEASED, made.id, actor.id)
    return made


def close_goal(session: Session, tools: Tools, actor: Person, goal: Goal) -> None:
    """The goal is reached or let go; another one may take its place."""
    child = session.get_one(Child, goal.child_id)
    access.require(session, tools, actor, child, Action.END, Subject.GOAL)
    if goal.closed_at is None:
        goal.closed_at = tools.clock.now()
        audit.note(session, tools.clock, actor.id, "close", "goal", child_id=child.id, goal=goal.id)


def find(session: Session, tools: Tools, reader: Person, report_id: int) -> Report:
    """The report, if this reader may read it; NotFoundError otherwise."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFoundError
    child = session.get_one(Child, report.child_id)
    if not _allowed(session, tools, reader, child, Action.READ, report):
        raise NotFoundError
    return report


def of_talk(session: Session, talk: Conversation) -> Report | None:
    """The report of a talk; only for callers that may know of the talk."""
    return session.scalar(select(Report).where(Report.conversation_id == talk.id))


def all_of_child(session: Session, child: Child) -> list[Report]:
    """Every report about a child, newest first; only for callers that look at each with `sees`."""
    query = (
        select(Report)
        .where(Report.child_id == child.id)
        .options(
            selectinload(Report.parts).selectinload(ReportPart.saying),
            selectinload(Report.goals).selectinload(Goal.saying),
            selectinload(Report.reactions).selectinload(Reaction.saying),
            selectinload(Report.releases).selectinload(ReportRelease.reason),
        )
        .order_by(Report.shown_at.desc(), Report.id.desc())
    )
    return list(session.scalars(query))


def of_child(session: Session, tools: Tools, reader: Person, child: Child) -> list[Report]:
    """The reports about a child that this reader may read, newest first."""
    held = access.relations(session, tools, reader, child)
    return [one for one in all_of_child(session, child) if sees(held, reader.id, one)]


def goals_of(session: Session, child: Child) -> list[Goal]:
    """Every goal chosen for a child, oldest first; only for callers that asked the rules."""
    query = select(Goal).where(Goal.child_id == child.id).options(selectinload(Goal.saying))
    return list(session.scalars(query.order_by(Goal.id)))


def open_goals(session: Session, child: Child) -> list[Goal]:
    """The goals that stand now: never more than MOST_GOALS."""
    return [one for one in goals_of(session, child) if one.closed_at is None]


def sees(held: frozenset[Relation], reader_id: int, report: Report) -> bool:
    """Whether a reader with these relations reads the report (002-separated-talk)."""
    return may(_own(held, reader_id, report), Action.READ, _subject(report.guardian_id))


def _own(held: frozenset[Relation], reader_id: int, report: Report) -> frozenset[Relation]:
    """The relations with what the report itself adds: whose part it is, and to whom the lead gave it."""
    released = any(one.person_id == reader_id for one in report.releases)
    given = released and Relation.GUARDIAN_WITHOUT_AUTHORITY in held
    if report.guardian_id is None:
        return held | {Relation.PARTY} if given else held
    mine = report.guardian_id == reader_id and (Relation.GUARDIAN in held or given)
    return held | {Relation.SELF} if mine else held - {Relation.SELF}


def _subject(guardian_id: int | None) -> Subject:
    return Subject.REPORT if guardian_id is None else Subject.OWN_REPORT


def _allowed(
    session: Session, tools: Tools, person: Person, child: Child, action: Action, report: Report
) -> bool:
    held = access.relations(session, tools, person, child)
    return may(_own(held, person.id, report), action, _subject(report.guardian_id))


def _require(
    session: Session, tools: Tools, actor: Person, child: Child, action: Action, guardian_id: int | None
) -> None:
    access.require(session, tools, actor, child, action, _subject(guardian_id))


def _note(session: Session, tools: Tools, actor: Person, action: str, report: Report, **ids: int) -> None:
    audit.note(
        session, tools.clock, actor.id, action, "report", child_id=report.child_id, report=report.id, **ids
    )


def states_of(session: Session, child_ids: Sequence[int]) -> dict[int, str]:
    """How far the report of each child's newest held talk is (`ReportState`); three queries for a whole group."""
    states = dict.fromkeys(child_ids, ReportState.NONE.value)
    held = (
        select(Conversation.child_id, Conversation.id)
        .where(Conversation.child_id.in_(child_ids), Conversation.held_at.is_not(None))
        .order_by(Conversation.held_at, Conversation.id)
    )
    newest = {row.child_id: row.id for row in session.execute(held)}
    states |= dict.fromkeys(newest, ReportState.TO_WRITE.value)
    shown = select(Report.child_id, Report.conversation_id, Report.final_at).where(
        Report.child_id.in_(child_ids)
    )
    for child_id, talk_id, final_at in session.execute(shown):
        if newest.get(child_id) == talk_id:
            states[child_id] = (ReportState.FINAL if final_at else ReportState.SHOWN).value
    drafts_of = select(Draft.child_id).where(
        Draft.child_id.in_(child_ids), Draft.kind == DraftKind.REPORT.value
    )
    return states | dict.fromkeys(session.scalars(drafts_of), ReportState.DRAFT.value)
