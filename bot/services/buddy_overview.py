"""What the coordinator sees of parents who help parents: who offers, how it goes, and what waits; no word of any chat.

Who asked stays unknown here unless that parent wants the coordinator. The number of queries is fixed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.model.access import Action, Subject, may
from bot.model.buddies import CODE_VERSION, BuddyProfile, BuddyState, KeptApart
from bot.model.errors import NotFoundError
from bot.model.help_requests import HelpRequest, Match, RequestState
from bot.model.helping import HelpComplaint, HelpEvaluation, Verdict
from bot.model.people import Child, Group, Guardianship, Person
from bot.model.translation import Saying
from bot.services import asking_buddies, buddies, sayings
from bot.services.help_safety import QUESTIONS
from bot.services.tools import Tools

ANSWERS_FROM_DAYS = 90
_ORDER = tuple(state.value for state in BuddyState)  # what waits for the coordinator first


@dataclass(frozen=True)
class BuddyRow:
    """One parent who offers, as the school sees it."""

    profile_id: int
    name: str
    state: str
    must_accept_code: bool  # the rules changed since; until then nobody new is brought to this parent
    languages: tuple[str, ...]
    tasks: tuple[str, ...]
    times: tuple[str, ...]
    groups: tuple[str, ...]  # none: all
    offered_at: datetime
    since: datetime | None  # the school said yes
    ended_at: datetime | None
    families: int
    most: int
    reason: sayings.Shown | None


@dataclass(frozen=True)
class ApartRow:
    """Two parents who are never brought together."""

    kept_id: int
    names: tuple[str, str]
    by_school: bool  # else one of them wanted it
    since: datetime


@dataclass(frozen=True)
class OpenRequest:
    """One request that waits, without who asks."""

    language: str
    task: str
    asked_at: datetime
    offered: bool  # somebody said yes; the asker decides


@dataclass(frozen=True)
class Wanted:
    """A parent for whom the coordinator is to look for another way, and who wants to be known."""

    request_id: int
    name: str
    language: str
    task: str
    wanted_at: datetime


@dataclass(frozen=True)
class Tally:
    """How many asked for one language or one kind of help, and how many of them got an answer."""

    key: str
    asked: int
    answered: int


@dataclass(frozen=True)
class Opinion:
    """How often each answer was tapped to one question by one side."""

    question: str
    of_buddy: bool
    counts: tuple[tuple[str, int], ...]  # per verdict, in their order

    @property
    def total(self) -> int:
        """How many answered."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class ComplaintRow:
    """What one parent tells about another one: only what the reporter chose to include."""

    complaint_id: int
    kind: str
    reporter: str
    about: str
    made_at: datetime
    words: sayings.Shown | None
    quoted: sayings.Shown | None


@dataclass(frozen=True)
class Guardian:
    """A parent to choose by name, with the first names of the children."""

    person_id: int
    name: str
    children: tuple[str, ...]


@dataclass(frozen=True)
class BuddyOverview:
    """Everything on the coordinator's page; names of askers and complaints only for who decides."""

    decides: bool
    buddies: tuple[BuddyRow, ...]  # who waits first; those that are over are in `ended`
    ended: tuple[BuddyRow, ...]
    apart: tuple[ApartRow, ...]
    requests_open: tuple[OpenRequest, ...]  # the oldest first
    states: dict[str, int]  # how many requests there are in each state
    by_language: tuple[Tally, ...]
    by_task: tuple[Tally, ...]
    median_answer_hours: float | None  # of ANSWERS_FROM_DAYS days; None: nobody answered
    missing_languages: tuple[tuple[str, int], ...]  # parents of each that no approved buddy speaks
    opinions: tuple[Opinion, ...]
    wanted: tuple[Wanted, ...]
    wanted_count: int
    complaints: tuple[ComplaintRow, ...]
    complaint_count: int
    guardians: tuple[Guardian, ...]
    made_at: datetime


def may_read(session: Session, tools: Tools, reader: Person) -> bool:
    """Whether there is such a page for this person; nowhere where the school has switched it off."""
    relations = buddies.staff_relations(session, reader, reader.school_id)
    return tools.buddies.on and may(relations, Action.READ, Subject.BUDDY_OVERVIEW)


def overview(session: Session, tools: Tools, reader: Person) -> BuddyOverview:
    """The page of the reader's school; raises NotFoundError for who may not see it."""
    relations = buddies.staff_relations(session, reader, reader.school_id)
    if not tools.buddies.on or not may(relations, Action.READ, Subject.BUDDY_OVERVIEW):
        raise NotFoundError
    decides = may(relations, Action.SETTLE, Subject.BUDDY_PROFILE)
    school_id = reader.school_id
    rows = _buddies(session, tools, reader)
    families = _Families(session, school_id)
    requests = _Requests(session, school_id, tools.clock.now())
    complaints = _complaints(session, reader)
    return BuddyOverview(
        decides=decides,
        buddies=tuple(row for row in rows if row.state != BuddyState.ENDED.value),
        ended=tuple(row for row in rows if row.state == BuddyState.ENDED.value),
        apart=_apart(session, school_id),
        requests_open=requests.open,
        states=dict(requests.states),
        by_language=requests.tallied("language"),
        by_task=requests.tallied("task"),
        median_answer_hours=requests.median_answer_hours(),
        missing_languages=families.without(rows),
        opinions=_opinions(session, school_id),
        wanted=requests.wanted if decides else (),
        wanted_count=len(requests.wanted),
        complaints=complaints if decides else (),
        complaint_count=len(complaints),
        guardians=families.guardians if decides else (),
        made_at=tools.clock.now(),
    )


def _shown(reader: Person, saying: Saying | None) -> sayings.Shown | None:
    return sayings.shown(saying, reader.language, reader.id) if saying else None


def _with_words(path: Any) -> Any:
    """A saying is fetched with everything that showing it needs."""
    return selectinload(path).options(selectinload(Saying.translations), selectinload(Saying.attachments))


def _buddies(session: Session, tools: Tools, reader: Person) -> list[BuddyRow]:
    group_names = {group.id: group.name for group in buddies.groups_of(session, reader.school_id)}
    query = (
        select(BuddyProfile)
        .where(BuddyProfile.school_id == reader.school_id)
        .options(
            joinedload(BuddyProfile.person),
            *(
                selectinload(part)
                for part in (
                    BuddyProfile.languages,
                    BuddyProfile.tasks,
                    BuddyProfile.times,
                    BuddyProfile.groups,
                )
            ),
            _with_words(BuddyProfile.reason_saying),
        )
    )
    rows = [
        BuddyRow(
            profile_id=one.id,
            name=one.person.name,
            state=one.state,
            must_accept_code=one.code_version != CODE_VERSION,
            languages=tuple(spoken.language for spoken in one.languages),
            tasks=tuple(task.value for task in buddies.tasks_of(tools, one)),
            times=tuple(part.value for part in buddies.times_of(one)),
            groups=tuple(
                name for key, name in group_names.items() if key in {g.group_id for g in one.groups}
            ),
            offered_at=one.offered_at,
            since=one.approved_at,
            ended_at=one.ended_at,
            families=one.families,
            most=buddies.most_families(tools, one),
            reason=_shown(reader, one.reason_saying),
        )
        for one in session.scalars(query)
    ]
    return sorted(rows, key=lambda row: (_ORDER.index(row.state), row.name, row.profile_id))


def _apart(session: Session, school_id: int) -> tuple[ApartRow, ...]:
    query = (
        select(KeptApart)
        .join(Person, Person.id == KeptApart.person_id)
        .where(Person.school_id == school_id)
        .options(joinedload(KeptApart.person), joinedload(KeptApart.other))
        .order_by(KeptApart.made_at.desc(), KeptApart.id.desc())
    )
    return tuple(
        ApartRow(one.id, (one.person.name, one.other.name), one.by_school, one.made_at)
        for one in session.scalars(query)
    )


class _Families:
    """The guardians of a school now, with their children and the languages they speak best."""

    def __init__(self, session: Session, school_id: int) -> None:
        query = (
            select(Person.id, Person.name, Person.language, Person.wished_language, Child.first_name)
            .join(Guardianship, Guardianship.person_id == Person.id)
            .join(Child, Child.id == Guardianship.child_id)
            .join(Group, Group.id == Child.group_id)
            .where(Group.school_id == school_id, Guardianship.ended_at.is_(None))
            .order_by(Person.name, Person.id, Child.first_name)
        )
        children: dict[tuple[int, str], list[str]] = defaultdict(list)
        self._spoken: dict[int, str] = {}
        for person_id, name, language, wished, child in session.execute(query):
            children[person_id, name].append(child)
            self._spoken[person_id] = wished or language
        self.guardians = tuple(Guardian(*who, tuple(names)) for who, names in children.items())

    def without(self, rows: Iterable[BuddyRow]) -> tuple[tuple[str, int], ...]:
        """The languages that no buddy speaks who can be asked, most spoken first."""
        ready = [row for row in rows if row.state == BuddyState.APPROVED.value and not row.must_accept_code]
        there = {language for row in ready for language in row.languages}
        counts = Counter(language for language in self._spoken.values() if language not in there)
        return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


class _Requests:
    """All requests of a school: those that wait one by one, the others as numbers."""

    def __init__(self, session: Session, school_id: int, now: datetime) -> None:
        self._session = session
        children = (
            select(Child.id).join(Group, Group.id == Child.group_id).where(Group.school_id == school_id)
        )
        self._of_school = HelpRequest.child_id.in_(children)
        self._since = now - timedelta(days=ANSWERS_FROM_DAYS)
        kinds = (HelpRequest.language, HelpRequest.task, HelpRequest.state)
        counted = (
            select(*kinds, func.count(HelpRequest.id), func.count(HelpRequest.answered_at))
            .where(self._of_school)
            .group_by(*kinds)
        )
        self._counted = list(session.execute(counted))
        self.states: Counter[str] = Counter()
        for _language, _task, state, asked, _answered in self._counted:
            self.states[state] += asked
        self.open, self.wanted = self._waiting()

    def _waiting(self) -> tuple[tuple[OpenRequest, ...], tuple[Wanted, ...]]:
        wants = HelpRequest.wants_coordinator_at.is_not(None) & HelpRequest.settled_at.is_(None)
        query = (
            select(HelpRequest, Person.name)
            .join(Person, Person.id == HelpRequest.asker_id)
            .where(self._of_school, HelpRequest.state.in_(asking_buddies.OPEN) | wants)
        )
        waiting: list[OpenRequest] = []
        wanted: list[Wanted] = []
        for one, name in self._session.execute(query.order_by(HelpRequest.asked_at, HelpRequest.id)):
            if one.state in asking_buddies.OPEN:
                offered = one.state == RequestState.OFFERED.value
                waiting.append(OpenRequest(one.language, one.task, one.asked_at, offered))
            if one.wants_coordinator_at is not None and one.settled_at is None:
                wanted.append(Wanted(one.id, name, one.language, one.task, one.wants_coordinator_at))
        return tuple(waiting), tuple(wanted)

    def tallied(self, column: str) -> tuple[Tally, ...]:
        """How many asked and were answered per language or per kind, what is asked most first."""
        asked: Counter[str] = Counter()
        answered: Counter[str] = Counter()
        for row in self._counted:
            key = row._mapping[column]  # noqa: SLF001  (the public name of it in SQLAlchemy)
            asked[key] += row[3]
            answered[key] += row[4]
        return tuple(Tally(key, count, answered[key]) for key, count in _ranked(asked))

    def median_answer_hours(self) -> float | None:
        """From the request to the first yes of a buddy."""
        query = select(HelpRequest.asked_at, HelpRequest.answered_at).where(
            self._of_school, HelpRequest.asked_at >= self._since, HelpRequest.answered_at.is_not(None)
        )
        found = self._session.execute(query)
        hours = [(answered - asked).total_seconds() / 3600 for asked, answered in found if answered]
        return round(median(hours), 1) if hours else None


def _ranked(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _opinions(session: Session, school_id: int) -> tuple[Opinion, ...]:
    """What both sides tapped after a help, both sides apart; a question nobody answered is left out."""
    columns = [getattr(HelpEvaluation, question) for question in QUESTIONS]
    query = (
        select(HelpEvaluation.of_buddy, *columns, func.count(HelpEvaluation.id))
        .join(Match, Match.id == HelpEvaluation.match_id)
        .join(Person, Person.id == Match.asker_id)
        .where(Person.school_id == school_id)
        .group_by(HelpEvaluation.of_buddy, *columns)
    )
    counts: Counter[tuple[str, bool, str]] = Counter()
    for of_buddy, *verdicts, count in session.execute(query):
        for question, verdict in zip(QUESTIONS, verdicts, strict=True):
            if verdict is not None:
                counts[question, of_buddy, verdict] += count
    found = [
        Opinion(
            question,
            of_buddy,
            tuple((verdict.value, counts[question, of_buddy, verdict.value]) for verdict in Verdict),
        )
        for of_buddy in (False, True)
        for question in QUESTIONS
    ]
    return tuple(one for one in found if one.total)


def _complaints(session: Session, reader: Person) -> tuple[ComplaintRow, ...]:
    """What nobody has taken care of yet, the oldest first."""
    query = (
        select(HelpComplaint)
        .join(Match, Match.id == HelpComplaint.match_id)
        .join(Person, Person.id == Match.buddy_id)
        .where(Person.school_id == reader.school_id, HelpComplaint.settled_at.is_(None))
        .options(
            joinedload(HelpComplaint.reporter),
            joinedload(HelpComplaint.about),
            _with_words(HelpComplaint.saying),
            _with_words(HelpComplaint.quoted_saying),
        )
        .order_by(HelpComplaint.made_at, HelpComplaint.id)
    )
    return tuple(
        ComplaintRow(
            complaint_id=one.id,
            kind=one.kind,
            reporter=one.reporter.name,
            about=one.about.name,
            made_at=one.made_at,
            words=_shown(reader, one.saying),
            quoted=_shown(reader, one.quoted_saying),
        )
        for one in session.scalars(query)
    )
