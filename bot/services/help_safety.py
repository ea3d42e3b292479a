"""What keeps help safe: blocking, complaining, telling the school of a worry, and three taps when it is over."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match
from bot.model.helping import ComplaintKind, HelpComplaint, HelpEvaluation, HelpLine, Verdict
from bot.model.messages import OutgoingState
from bot.model.people import Person
from bot.model.translation import Saying
from bot.services import access, audit, buddies, helping, outside, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

QUESTIONS = ("helped", "at_ease", "again")  # of an evaluation, as its columns are named
MOST_SHOWN = 5  # of the other one's lines, to choose one from


def block(session: Session, tools: Tools, person: Person, match: Match) -> None:
    """Every help of the two is over, and they never meet here again; the other one hears only that it is over.

    What the other one wrote in quiet hours, and waits to be shown to who blocks, is shown no more.
    """
    _require_was_there(person, match)
    other = helping.other_of(match, person)
    _hold_back(session, tools, person, match)
    for one in helping.running_of(session, person):
        if other.id in {one.asker_id, one.buddy_id}:
            _hold_back(session, tools, person, one)
            helping.end(session, tools, person, one)
    buddies.keep_apart(session, tools, person, person, other, by_school=False)


def _hold_back(session: Session, tools: Tools, person: Person, match: Match) -> None:
    now = tools.clock.now()
    for one in helping.messages_of(session, match, person.id):
        waits = one.state == OutgoingState.WAITING.value
        if waits and one.not_before is not None and one.not_before > now:
            session.delete(one)
    session.flush()


def lines_to_quote(session: Session, person: Person, match: Match) -> list[HelpLine]:
    """The last typed lines of the other one, oldest first; one of them can be shown to the coordinator."""
    _require_was_there(person, match)
    query = (
        select(HelpLine)
        .join(Saying, Saying.id == HelpLine.saying_id)
        .where(
            HelpLine.match_id == match.id,
            HelpLine.author_id == helping.other_of(match, person).id,
            Saying.original != "",
        )
        .order_by(HelpLine.id.desc())
        .limit(MOST_SHOWN)
    )
    return list(reversed(session.scalars(query).all()))


def complain(
    session: Session,
    tools: Tools,
    reporter: Person,
    match: Match,
    kind: ComplaintKind,
    *,
    saying: Saying | None = None,
    quoted: HelpLine | None = None,
) -> HelpComplaint:
    """The coordinator hears of it and reads exactly what the reporter chose: a kind, own words, a copy of one line."""
    _require_may_complain(reporter, match)
    about = helping.other_of(match, reporter)
    if saying is not None:
        saying = helping.own_saying(session, reporter, saying, files=True)
    complaint = HelpComplaint(
        match_id=match.id,
        reporter_id=reporter.id,
        about_id=about.id,
        kind=ComplaintKind(kind).value,
        saying=saying,
        quoted_saying=_copy(session, tools, match, about, quoted) if quoted is not None else None,
        made_at=tools.clock.now(),
    )
    session.add(complaint)
    session.flush()
    _want_for_school(session, tools, complaint)
    audit.note(session, tools.clock, reporter.id, "complain", "help", match=match.id, complaint=complaint.id)
    happened(session, EventKind.HELP_COMPLAINED, complaint.id, reporter.id)
    return complaint


def _copy(session: Session, tools: Tools, match: Match, about: Person, quoted: HelpLine) -> Saying:
    """The line as it was said, which outlives the chat until the complaint is settled."""
    if quoted.match_id != match.id or quoted.author_id != about.id or quoted.saying is None:
        raise NotFoundError
    said = quoted.saying
    copy = sayings.keep(session, tools, about, said.original, child=None, language=said.language)
    copy.detected_language = said.detected_language
    return copy


def _want_for_school(session: Session, tools: Tools, complaint: HelpComplaint) -> None:
    """The coordinators can read it; who is quoted must not notice, and is asked nothing about a translator."""
    quoted = complaint.quoted_saying
    if quoted is not None and tools.outside_translators and not outside.agrees(session, complaint.about):
        quoted = None
    coordinators = access.coordinators_of(session, school_of(session, complaint))
    for language in sorted({one.language for one in coordinators}):
        for saying in filter(None, (complaint.saying, quoted)):
            sayings.want_in(session, tools, saying, language)


def school_of(session: Session, complaint: HelpComplaint) -> int:
    """The school whose coordinator takes care of it: of the child that help was asked for, as the buddy's is."""
    return session.get_one(Match, complaint.match_id).buddy.school_id


def settle_complaint(session: Session, tools: Tools, coordinator: Person, complaint: HelpComplaint) -> None:
    """The coordinator took care of it; doing it again changes nothing."""
    school_id = school_of(session, complaint)
    buddies.require_staff(session, coordinator, school_id, Action.SETTLE, Subject.HELP_COMPLAINT)
    if complaint.settled_at is not None:
        return
    complaint.settled_at, complaint.settled_by_id = tools.clock.now(), coordinator.id
    session.flush()
    audit.note(session, tools.clock, coordinator.id, "settle", "help_complaint", complaint=complaint.id)


def worry(session: Session, tools: Tools, person: Person) -> None:
    """The school hears that this person wants to be called; nothing else is told, and no buddy hears of it."""
    if person.closed_at is not None or not access.children_of(session, person):
        raise NotFoundError
    audit.note(session, tools.clock, person.id, "worry", "person", person=person.id)
    happened(session, EventKind.SAFETY_WORRY, person.id, person.id)


def evaluate(
    session: Session,
    tools: Tools,
    person: Person,
    match: Match,
    *,
    helped: Verdict | None = None,
    at_ease: Verdict | None = None,
    again: Verdict | None = None,
) -> HelpEvaluation:
    """What this person found of a help that is over; what is left out stays as it was. Raises help_goes_on."""
    _require_was_there(person, match)
    if helping.is_running(match):
        raise DomainError("help_goes_on")
    found = session.scalar(
        select(HelpEvaluation).where(
            HelpEvaluation.match_id == match.id, HelpEvaluation.person_id == person.id
        )
    )
    if found is None:
        found = HelpEvaluation(match_id=match.id, person_id=person.id, of_buddy=person.id == match.buddy_id)
        session.add(found)
    found.helped = helped.value if helped else found.helped
    found.at_ease = at_ease.value if at_ease else found.at_ease
    found.again = again.value if again else found.again
    found.made_at = tools.clock.now()
    session.flush()
    return found


def _require_was_there(person: Person, match: Match) -> None:
    """One of the two, while they talk or after; raises NotFoundError for anybody else."""
    if person.closed_at is not None or match.started_at is None:
        raise NotFoundError
    if person.id not in {match.asker_id, match.buddy_id}:
        raise NotFoundError


def _require_may_complain(person: Person, match: Match) -> None:
    """A buddy may still complain when the help is over: often that is why."""
    _require_was_there(person, match)
    was = Relation.SELF if person.id == match.asker_id else Relation.BUDDY
    if not may(frozenset({was}), Action.WRITE, Subject.HELP_COMPLAINT):
        raise NotFoundError
