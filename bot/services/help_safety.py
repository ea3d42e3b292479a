"""What keeps help safe: blocking, complaining, telling the school of a worry, and three taps when it is over."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match
from bot.model.helping import ComplaintKind, HelpComplaint, HelpEvaluation, HelpLine, Verdict
from bot.model.people import Person, Role
from bot.model.translation import Saying
from bot.services import access, audit, buddies, helping, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

MOST_SHOWN = 5  # of the other one's lines, to choose one from


def block(session: Session, tools: Tools, person: Person, match: Match) -> None:
    """Every help of the two is over, and they never meet here again; the other one hears only that it is over."""
    _require_was_there(person, match)
    other = helping.other_of(match, person)
    for one in helping.running_of(session, person):
        if other.id in {one.asker_id, one.buddy_id}:
            helping.end(session, tools, person, one)
    buddies.keep_apart(session, tools, person, person, other, by_school=False)


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
    audit.note(session, tools.clock, reporter.id, "complain", "help", match=match.id, complaint=complaint.id)
    happened(session, EventKind.HELP_COMPLAINED, complaint.id, reporter.id)
    return complaint


def _copy(session: Session, tools: Tools, match: Match, about: Person, quoted: HelpLine) -> Saying:
    """The line as it was said, which outlives the chat until the complaint is settled."""
    if quoted.match_id != match.id or quoted.author_id != about.id or quoted.saying is None:
        raise NotFoundError
    said = quoted.saying
    return sayings.keep(session, tools, about, said.original, child=None, language=said.language)


def open_complaints(session: Session, coordinator: Person) -> list[HelpComplaint]:
    """The complaints at the coordinator's school that wait, oldest first; raises NotFoundError for anybody else."""
    _require_coordinator(session, coordinator, coordinator.school_id, Action.READ)
    query = (
        select(HelpComplaint)
        .join(Person, Person.id == HelpComplaint.about_id)
        .where(Person.school_id == coordinator.school_id, HelpComplaint.settled_at.is_(None))
    )
    return list(session.scalars(query.order_by(HelpComplaint.id)))


def settle_complaint(session: Session, tools: Tools, coordinator: Person, complaint: HelpComplaint) -> None:
    """The coordinator took care of it; doing it again changes nothing."""
    _require_coordinator(session, coordinator, complaint.about.school_id, Action.SETTLE)
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


def _require_coordinator(session: Session, person: Person, school_id: int, action: Action) -> None:
    """The coordinator of the school, where buddies are."""
    held = access.posts(session, person, school_id)
    relations = {Relation(role) for role in held if role in {Role.COORDINATOR.value, Role.LEAD.value}}
    if person.closed_at is not None or not may(frozenset(relations), action, Subject.HELP_COMPLAINT):
        raise NotFoundError
