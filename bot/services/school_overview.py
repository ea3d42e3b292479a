"""The head's overview: numbers per group, with no name and no word of anybody, in a fixed number of queries.

Numbers that would single somebody out are told as a band (school_figures); there is no figure per teacher.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.agreements import Agreement, AgreementState
from bot.model.conversation import Conversation
from bot.model.errors import NotFoundError
from bot.model.messages import Message
from bot.model.people import Child, Door, Group, Guardianship, Invitation, Person
from bot.model.preparation import Run
from bot.model.report import Report
from bot.services import access, agreements, audit, preparation
from bot.services.school_figures import (
    SMALLEST,
    UNTOLD,
    Figure,
    remaining,
    told,
    told_by_kind,
    total,
    total_of_few,
)
from bot.services.tools import Tools

REPLIES_FROM_DAYS = 90
COLUMNS = (
    "children",
    "guardians",
    "invited",
    "started",
    "ready",
    "talked",
    "reported",
    "agreements_open",
    "agreements_done",
    "zero_contact",
)


@dataclass(frozen=True)
class GroupFigures:
    """One group, or the school; `figures` by the names of COLUMNS."""

    name: str
    figures: dict[str, Figure]
    languages: tuple[tuple[str, int], ...]  # of the guardians, those that may be told, the largest first
    other_languages: int  # guardians with any other one
    small: bool  # too few children or guardians to tell anything


@dataclass(frozen=True)
class SchoolOverview:
    """The groups of a school by name, the totals that may be told, and how long parents wait for an answer."""

    groups: tuple[GroupFigures, ...]
    totals: dict[str, Figure]
    median_reply_hours: float | None  # None: too few answers, or too few parents, to tell
    made_at: datetime


def may_read(session: Session, reader: Person) -> bool:
    """Whether the person may see the overview of the own school."""
    return may(_relations(session, reader), Action.READ, Subject.SCHOOL_OVERVIEW)


def school_overview(session: Session, tools: Tools, reader: Person) -> SchoolOverview:
    """The overview of the reader's school; raises NotFoundError for who may not see it."""
    if not may_read(session, reader):
        raise NotFoundError
    query = select(Group).where(Group.school_id == reader.school_id).order_by(Group.name, Group.id)
    groups = list(session.scalars(query))
    facts = _Facts(session, reader.school_id)
    counted = [facts.counted(group.id) for group in groups]
    shown = [one.shown(group.name) for group, one in zip(groups, counted, strict=True)]
    return SchoolOverview(
        groups=tuple(shown),
        totals=_totals(counted, shown),
        median_reply_hours=_median_reply_hours(session, reader.school_id, tools.clock.now()),
        made_at=tools.clock.now(),
    )


def note_download(session: Session, tools: Tools, reader: Person) -> None:
    """It is on record that the reader took the overview out; raises NotFoundError for who may not see it."""
    if not may_read(session, reader):
        raise NotFoundError
    audit.note(session, tools.clock, reader.id, "downloaded", "school_overview", school=reader.school_id)


def _relations(session: Session, reader: Person) -> frozenset[Relation]:
    roles = access.posts(session, reader, reader.school_id)
    return frozenset(one for one in (Relation.LEAD, Relation.COORDINATOR) if one.value in roles)


@dataclass(frozen=True)
class _Counted:
    """What is true of one group; never shown as it is."""

    numbers: dict[str, int]
    concerned: dict[str, int]  # how many children the agreements are about
    languages: Counter[str]

    def shown(self, name: str) -> GroupFigures:
        """The same, as it may be told."""
        n = self.numbers
        guardians = told(n["guardians"], n["invited"], n["started"], n["ready"])
        contacted = n["children"] - n["zero_contact"]
        children = told(n["children"], contacted, n["talked"], n["reported"])
        small = 0 < n["children"] < SMALLEST or 0 < n["guardians"] < SMALLEST
        if small:
            guardians = [UNTOLD] * len(guardians)
            children = [children[0], *[UNTOLD] * (len(children) - 1)]
        figures = dict(zip(("guardians", "invited", "started", "ready"), guardians, strict=True))
        figures |= {"children": children[0], "talked": children[2], "reported": children[3]}
        figures["zero_contact"] = remaining(children[0], children[1])
        for column in ("agreements_open", "agreements_done"):
            figures[column] = UNTOLD if small else self._agreements(column)
        own, rest = ([], 0) if small else told_by_kind(self.languages)
        return GroupFigures(name, figures, tuple(own), rest, small)

    def _agreements(self, column: str) -> Figure:
        number = self.numbers[column]
        if 0 < self.concerned[column] < SMALLEST:
            return Figure(1, SMALLEST - 1)
        return Figure(number, number)


class _Facts:
    """Everything the figures of one school are made of, fetched with one query per kind of fact."""

    def __init__(self, session: Session, school_id: int) -> None:
        self._session = session
        self._in_school = Child.group_id.in_(select(Group.id).where(Group.school_id == school_id))
        child_groups = session.execute(select(Child.id, Child.group_id).where(self._in_school))
        self._children: dict[int, set[int]] = defaultdict(set)
        for child_id, group_id in child_groups:
            self._children[group_id].add(child_id)
        self._guardianships = self._fetch_guardianships()
        self._with_door = self._ids(select(Door.person_id).where(Door.ended_at.is_(None)))
        self._invited = self._ids(select(Invitation.person_id))
        self._runs = self._fetch_runs()
        self._talked = self._ids(self._of_children(Conversation.child_id, Conversation.held_at.is_not(None)))
        self._reported = self._ids(self._of_children(Report.child_id))
        self._agreements = self._fetch_agreements()

    def counted(self, group_id: int) -> _Counted:
        """The numbers of one group, without another query."""
        children = self._children[group_id]
        pairs = [(child, person) for child in sorted(children) for person in self._guardianships[child]]
        people = {person for _, person in pairs}
        ready = {person for pair in pairs for person in pair[1:] if self._runs.get(pair, False)}
        started = ready | {person for child, person in pairs if (child, person) in self._runs}
        invited = started | (people & (self._invited | self._with_door))
        talked = children & self._talked
        reached = talked | {child for child, person in pairs if person in self._with_door | started}
        numbers = {
            "children": len(children),
            "guardians": len(people),
            "invited": len(invited),
            "started": len(started),
            "ready": len(ready),
            "talked": len(talked),
            "reported": len(talked & self._reported),
            "zero_contact": len(children) - len(reached),
        }
        concerned: dict[str, int] = {}
        for column, states in (
            ("agreements_open", agreements.OPEN),
            ("agreements_done", {AgreementState.DONE.value}),
        ):
            about = [child for child, state in self._agreements if child in children and state in states]
            numbers[column], concerned[column] = len(about), len(set(about))
        spoken = {person: language for child in children for person, language in self._spoken(child)}
        return _Counted(numbers, concerned, Counter(spoken.values()))

    def _spoken(self, child_id: int) -> Iterable[tuple[int, str]]:
        return self._guardianships[child_id].items()

    def _ids(self, query: Select[int]) -> set[int]:
        return set(self._session.scalars(query))

    def _of_children(self, column: InstrumentedAttribute[int], *where: ColumnElement[bool]) -> Select[int]:
        return select(column).where(column.in_(select(Child.id).where(self._in_school)), *where)

    def _fetch_guardianships(self) -> dict[int, dict[int, str]]:
        """Per child the guardians with the language each of them speaks best."""
        query = (
            select(Guardianship.child_id, Person.id, Person.language, Person.wished_language)
            .join(Person, Person.id == Guardianship.person_id)
            .join(Child, Child.id == Guardianship.child_id)
            .where(self._in_school, Guardianship.ended_at.is_(None))
        )
        found: dict[int, dict[int, str]] = defaultdict(dict)
        for child_id, person_id, language, wished in self._session.execute(query):
            found[child_id][person_id] = wished or language
        return found

    def _fetch_runs(self) -> dict[tuple[int, int], bool]:
        """Of which child and guardian a preparation stands, and whether it is finished."""
        query = (
            select(Run.child_id, Run.person_id, Run.reviewed_at)
            .join(Child, Child.id == Run.child_id)
            .where(self._in_school, Run.dialog == preparation.BEGIN, Run.withdrawn_at.is_(None))
        )
        return {
            (child_id, person_id): reviewed_at is not None
            for child_id, person_id, reviewed_at in self._session.execute(query)
        }

    def _fetch_agreements(self) -> list[tuple[int, str]]:
        query = select(Agreement.child_id, Agreement.state).join(Child, Child.id == Agreement.child_id)
        return [(child_id, state) for child_id, state in self._session.execute(query.where(self._in_school))]


def _totals(counted: Sequence[_Counted], shown: Sequence[GroupFigures]) -> dict[str, Figure]:
    """The sums of the columns; a sum that would tell what a group may not is not told."""

    def column(name: str, of: Callable[[Sequence[int], Sequence[Figure]], Figure]) -> Figure:
        return of([one.numbers[name] for one in counted], [one.figures[name] for one in shown])

    sums = {name: column(name, total_of_few if "agreements" in name else total) for name in COLUMNS}
    for chain in (("guardians", "invited", "started", "ready"), ("children", "talked", "reported")):
        whole = [sum(one.numbers[name] for one in counted) for name in chain]
        for name, allowed in zip(chain, told(*whole), strict=True):
            hidden = any(one.figures[name].exact is None for one in shown)
            if hidden and allowed.exact is None:
                sums[name] = UNTOLD
    return sums


def _median_reply_hours(session: Session, school_id: int, now: datetime) -> float | None:
    """From a parent's first unanswered message to the first answer, about the last REPLIES_FROM_DAYS days."""
    query = (
        select(Message.child_id, Message.guardian_id, Message.author_id, Message.made_at)
        .join(Child, Child.id == Message.child_id)
        .join(Group, Group.id == Child.group_id)
        .where(Group.school_id == school_id, Message.made_at >= now - timedelta(days=REPLIES_FROM_DAYS))
        .order_by(Message.made_at, Message.id)
    )
    waiting: dict[tuple[int, int], datetime] = {}
    hours: list[float] = []
    answered: set[int] = set()
    for child_id, guardian_id, author_id, made_at in session.execute(query):
        thread = (child_id, guardian_id)
        if author_id == guardian_id:
            waiting.setdefault(thread, made_at)
        elif thread in waiting:
            hours.append((made_at - waiting.pop(thread)).total_seconds() / 3600)
            answered.add(guardian_id)
    return round(median(hours), 1) if len(answered) >= SMALLEST else None
