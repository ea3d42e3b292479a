"""The state of a whole group in one look, with a number of queries that does not grow (004-oog-prepare)."""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, case, exists, false, func, select, union_all
from sqlalchemy.orm import Session, aliased, contains_eager

from bot.model.access import Action, Relation, Subject, may
from bot.model.agreements import Agreement, AgreementRemark, AgreementVersion, Confirmation, RemarkKind
from bot.model.conversation import Conversation
from bot.model.dossier import Entry
from bot.model.drafts import Draft, DraftKind
from bot.model.errors import NotFoundError
from bot.model.messages import HelpWish, Message, Outgoing, OutgoingState
from bot.model.people import Child, Door, Group, Guardianship, Person, Role, Teaching
from bot.model.preparation import Answer, Run, Share
from bot.model.report import Reaction, Report, ReportState
from bot.model.teacher_preparation import TeacherPreparation
from bot.services import access, agreements, preparation, report
from bot.services.tools import Tools

UNOPENED_FROM_DAYS = 3
INTERPRETER = "interpreter"

Key = TypeVar("Key")
Value = TypeVar("Value")


class SchoolPreparation(enum.StrEnum):
    """How far the teacher's own preparation of the coming talk is."""

    NONE = "none"
    DRAFT = "draft"
    SHARED = "shared"


@dataclass(frozen=True)
class GuardianRow:
    """One guardian of a child, as the school sees them."""

    person_id: int
    name: str
    authority: bool
    progress: str
    language: str
    wished_language: str | None
    joined: bool  # has an open door
    doors_to_confirm: tuple[int, ...]  # door ids
    unread_messages: int  # written by the guardian, not yet read at school
    help_wishes: tuple[tuple[int, str], ...]  # open ones: id and kind
    unopened_days: int  # for so many whole days messages wait at every door; 0 below UNOPENED_FROM_DAYS
    needs_interpreter: bool = False  # wishes a language that is not shipped
    unanswered_messages: int = 0  # written by the guardian after the last word of the school


@dataclass(frozen=True)
class ChangeWish:
    """A guardian asked to change an agreement as it stands now, and has not confirmed it since."""

    agreement_id: int
    guardian_id: int
    answered: bool  # the school wrote to the guardian later; False for who reads no threads


@dataclass(frozen=True)
class ChildRow:
    """One child of a group."""

    child_id: int
    first_name: str
    grade: int
    guardians: tuple[GuardianRow, ...]
    open_agreements: int  # proposed or active
    next_talk: datetime | None
    last_contact: datetime | None = None  # the newest that both sides know of; None: never
    interpreter_comes: bool = False  # stands among the people of the next talk
    school_preparation: str = "none"  # SchoolPreparation, for the talk that comes
    report: str = ReportState.NONE.value
    change_wishes: tuple[ChangeWish, ...] = ()  # one per agreement and guardian, the oldest agreement first


def groups_of(session: Session, tools: Tools, reader: Person) -> list[Group]:  # noqa: ARG001  (one shape for all)
    """The groups this reader may open: taught ones; for lead and coordinator all of the school."""
    if access.posts(session, reader, reader.school_id) & {Role.LEAD, Role.COORDINATOR}:
        query = select(Group).where(Group.school_id == reader.school_id)
    else:
        query = (
            select(Group)
            .join(Teaching, Teaching.group_id == Group.id)
            .where(Teaching.person_id == reader.id, Teaching.ended_at.is_(None))
        )
    return list(session.scalars(query.order_by(Group.name, Group.id)))


def group_overview(session: Session, tools: Tools, reader: Person, group: Group) -> list[ChildRow]:
    """Every child of the group with each guardian, by first name; NotFoundError for other readers."""
    held = _relations(session, reader, group)
    if not may(held, Action.READ, Subject.PROGRESS):
        raise NotFoundError
    children = list(
        session.scalars(select(Child).where(Child.group_id == group.id).order_by(Child.first_name, Child.id))
    )
    facts = _Facts(session, tools, [child.id for child in children], held)
    return [facts.row(child) for child in children]


def _relations(session: Session, reader: Person, group: Group) -> frozenset[Relation]:
    """What the reader is to all children of the group."""
    found: set[Relation] = set()
    if group.id in access.taught_group_ids(session, reader):
        found.add(Relation.TEACHER)
    roles = access.posts(session, reader, group.school_id)
    if Role.LEAD in roles:
        found.add(Relation.LEAD)
    if Role.COORDINATOR in roles:
        found.add(Relation.COORDINATOR)
    return frozenset(found)


class _Facts:
    """Everything about the children of one group, fetched with one query per kind of fact."""

    def __init__(
        self, session: Session, tools: Tools, child_ids: Sequence[int], held: frozenset[Relation]
    ) -> None:
        self._session = session
        self._shipped = tools.languages
        self._now = tools.clock.now()
        self._child_ids = child_ids
        self._held = held
        self._guardianships = self._fetch_guardianships()
        self._runs = self._fetch_runs()
        self._wishes = self._fetch_wishes()
        self._doors = self._fetch_doors()
        self._waiting_since = self._fetch_waiting_since()
        self._unread = self._fetch_messages(Message.read_at.is_(None))
        self._unanswered = self._fetch_messages(~_school_wrote_later())
        self._agreements = self._fetch_agreements()
        self._change_wishes = self._fetch_change_wishes()
        self._talks = self._fetch_talks()
        self._contacts = self._fetch_contacts()
        self._preparations = self._fetch_preparations()
        self._reports = report.states_of(session, child_ids)

    def row(self, child: Child) -> ChildRow:
        """The child's row, without another query."""
        next_talk, people = self._talks.get(child.id, (None, ()))
        return ChildRow(
            child_id=child.id,
            first_name=child.first_name,
            grade=child.grade,
            guardians=tuple(self._guardian(child, one) for one in self._guardianships[child.id]),
            open_agreements=self._agreements[child.id],
            next_talk=next_talk,
            last_contact=self._contacts.get(child.id),
            interpreter_comes=INTERPRETER in people,
            school_preparation=self._preparations.get(child.id, SchoolPreparation.NONE).value,
            report=self._reports[child.id],
            change_wishes=self._wishes_of_guardians(child),
        )

    def _wishes_of_guardians(self, child: Child) -> tuple[ChangeWish, ...]:
        guardian_ids = {one.person_id for one in self._guardianships[child.id]}
        return tuple(one for one in self._change_wishes[child.id] if one.guardian_id in guardian_ids)

    def _guardian(self, child: Child, guardianship: Guardianship) -> GuardianRow:
        person = guardianship.person
        wishes = self._wishes[child.id, person.id]
        doors = self._doors[person.id]
        waiting = [door.id for door in doors if door.confirmed_at is None]
        return GuardianRow(
            person_id=person.id,
            name=person.name,
            authority=guardianship.authority,
            progress=preparation.progress_from(
                self._runs.get((child.id, person.id)), [wish.kind for wish in wishes]
            ).value,
            language=person.language,
            wished_language=person.wished_language,
            joined=bool(doors),
            doors_to_confirm=tuple(waiting) if self._reads(Subject.DOOR) else (),
            unread_messages=self._unread[child.id, person.id] if self._reads(Subject.THREAD) else 0,
            help_wishes=tuple((wish.id, wish.kind) for wish in wishes),
            unopened_days=self._unopened_days(doors) if self._reads(Subject.DOOR) else 0,
            unanswered_messages=self._unanswered[child.id, person.id] if self._reads(Subject.THREAD) else 0,
            needs_interpreter=person.wished_language is not None
            and person.wished_language not in self._shipped,
        )

    def _unopened_days(self, doors: Sequence[Door]) -> int:
        """A door where nothing waits was opened, or nothing was sent: then the person is reached."""
        days = min(
            ((self._now - self._waiting_since.get(door.id, self._now)).days for door in doors), default=0
        )
        return days if days >= UNOPENED_FROM_DAYS else 0

    def _reads(self, subject: Subject) -> bool:
        return may(self._held, Action.READ, subject)

    def _fetch_guardianships(self) -> dict[int, list[Guardianship]]:
        query = (
            select(Guardianship)
            .join(Guardianship.person)
            .options(contains_eager(Guardianship.person))
            .where(Guardianship.child_id.in_(self._child_ids), Guardianship.ended_at.is_(None))
            .order_by(Guardianship.id)
        )
        return _grouped((one.child_id, one) for one in self._session.scalars(query))

    def _fetch_runs(self) -> dict[tuple[int, int], Run]:
        query = select(Run).where(Run.child_id.in_(self._child_ids), Run.dialog == preparation.BEGIN)
        return {(run.child_id, run.person_id): run for run in self._session.scalars(query)}

    def _fetch_wishes(self) -> dict[tuple[int, int], list[HelpWish]]:
        query = select(HelpWish).where(HelpWish.child_id.in_(self._child_ids), HelpWish.settled_at.is_(None))
        found = self._session.scalars(query.order_by(HelpWish.id))
        return _grouped(((one.child_id, one.person_id), one) for one in found)

    def _fetch_doors(self) -> dict[int, list[Door]]:
        person_ids = {one.person_id for found in self._guardianships.values() for one in found}
        query = select(Door).where(Door.person_id.in_(person_ids), Door.ended_at.is_(None)).order_by(Door.id)
        return _grouped((door.person_id, door) for door in self._session.scalars(query))

    def _fetch_waiting_since(self) -> dict[int, datetime]:
        """Since when the oldest message waits at a door, until its page fetches it or the messenger takes it."""
        door_ids = [door.id for doors in self._doors.values() for door in doors]
        query = (
            select(Outgoing.door_id, func.min(func.coalesce(Outgoing.not_before, Outgoing.made_at)))
            .where(Outgoing.door_id.in_(door_ids), Outgoing.state == OutgoingState.WAITING.value)
            .group_by(Outgoing.door_id)
        )
        return {door_id: since for door_id, since in self._session.execute(query) if door_id is not None}

    def _fetch_messages(self, which: ColumnElement[bool]) -> Counter[tuple[int, int]]:
        """How many messages of each guardian about each child are of this kind."""
        query = (
            select(Message.child_id, Message.guardian_id, func.count())
            .where(
                Message.child_id.in_(self._child_ids),
                Message.author_id == Message.guardian_id,
                which,
            )
            .group_by(Message.child_id, Message.guardian_id)
        )
        return Counter(
            {(child_id, guardian_id): count for child_id, guardian_id, count in self._session.execute(query)}
        )

    def _fetch_agreements(self) -> Counter[int]:
        query = select(Agreement.child_id).where(
            Agreement.child_id.in_(self._child_ids), Agreement.state.in_(agreements.OPEN)
        )
        return Counter(self._session.scalars(query))

    def _fetch_change_wishes(self) -> dict[int, list[ChangeWish]]:
        """The wishes for open agreements; a new version, a later confirmation or its end settles one."""
        newer, confirmed = aliased(AgreementVersion), aliased(Confirmation)
        answered = _school_wrote_since_the_wish() if self._reads(Subject.THREAD) else false()
        query = (
            select(
                Agreement.child_id,
                Agreement.id,
                AgreementRemark.person_id,
                func.max(case((answered, 0), else_=1)),
            )
            .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
            .join(AgreementRemark, AgreementRemark.version_id == AgreementVersion.id)
            .where(
                Agreement.child_id.in_(self._child_ids),
                Agreement.state.in_(agreements.OPEN),
                AgreementRemark.kind == RemarkKind.CHANGE_WISH.value,
                ~exists().where(newer.agreement_id == Agreement.id, newer.number > AgreementVersion.number),
                ~exists().where(
                    confirmed.version_id == AgreementVersion.id,
                    confirmed.person_id == AgreementRemark.person_id,
                    confirmed.for_school.is_(False),
                    confirmed.confirmed_at > AgreementRemark.made_at,
                ),
            )
            .group_by(Agreement.child_id, Agreement.id, AgreementRemark.person_id)
            .order_by(Agreement.id, AgreementRemark.person_id)
        )
        return _grouped(
            (child_id, ChangeWish(agreement_id, person_id, answered=not waits))
            for child_id, agreement_id, person_id, waits in self._session.execute(query)
        )

    def _fetch_talks(self) -> dict[int, tuple[datetime, Sequence[str]]]:
        """The earliest talk per child that is neither held nor called off; one whose time passed included."""
        query = (
            select(Conversation.child_id, Conversation.planned_at, Conversation.people)
            .where(
                Conversation.child_id.in_(self._child_ids),
                Conversation.held_at.is_(None),
                Conversation.cancelled_at.is_(None),
            )
            .order_by(Conversation.planned_at.desc())
        )
        return {
            child_id: (planned_at, people)
            for child_id, planned_at, people in self._session.execute(query)
            if planned_at
        }

    def _fetch_preparations(self) -> dict[int, SchoolPreparation]:
        """What teachers wrote for the talk that comes; what they shared before a talk that was held is over."""
        held_since = exists().where(
            Conversation.child_id == TeacherPreparation.child_id,
            Conversation.held_at > TeacherPreparation.shared_at,
        )
        shared = select(TeacherPreparation.child_id).where(
            TeacherPreparation.child_id.in_(self._child_ids), ~held_since
        )
        drafts = select(Draft.child_id).where(
            Draft.child_id.in_(self._child_ids), Draft.kind == DraftKind.PREPARATION.value
        )
        return dict.fromkeys(self._session.scalars(drafts), SchoolPreparation.DRAFT) | dict.fromkeys(
            self._session.scalars(shared), SchoolPreparation.SHARED
        )

    def _fetch_contacts(self) -> dict[int, datetime]:
        """When parents and school last had to do with each other, as far as the reader may know."""
        kinds = union_all(*self._contacts_of_each_kind()).subquery()
        query = select(kinds.c.child_id, func.max(kinds.c.at)).group_by(kinds.c.child_id)
        return {child_id: at for child_id, at in self._session.execute(query) if at is not None}

    def _contacts_of_each_kind(self) -> list[Select[int, datetime | None]]:
        """Shared answers, messages either way, held talks, additions, and reactions of guardians."""
        ids = self._child_ids
        reaction = select(Agreement.child_id, AgreementRemark.made_at.label("at")).where(
            Agreement.child_id.in_(ids)
        )
        confirmed = select(Agreement.child_id, Confirmation.confirmed_at.label("at")).where(
            Agreement.child_id.in_(ids), Confirmation.for_school.is_(False)
        )
        found = [
            select(Run.child_id, Answer.shared_at.label("at"))
            .join(Answer, Answer.run_id == Run.id)
            .where(Run.child_id.in_(ids), Run.withdrawn_at.is_(None), Answer.share == Share.SHARED.value),
            select(Conversation.child_id, Conversation.held_at.label("at")).where(
                Conversation.child_id.in_(ids), Conversation.cancelled_at.is_(None)
            ),
            select(Entry.child_id, Entry.made_at.label("at")).where(Entry.child_id.in_(ids)),
            select(Report.child_id, Reaction.made_at.label("at"))
            .join(Reaction, Reaction.report_id == Report.id)
            .where(Report.child_id.in_(ids)),
            reaction.join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id).join(
                AgreementRemark, AgreementRemark.version_id == AgreementVersion.id
            ),
            confirmed.join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id).join(
                Confirmation, Confirmation.version_id == AgreementVersion.id
            ),
        ]
        if self._reads(Subject.THREAD):
            found.append(
                select(Message.child_id, Message.made_at.label("at")).where(Message.child_id.in_(ids))
            )
        return found


def _school_wrote_later() -> ColumnElement[bool]:
    later = aliased(Message)
    return exists().where(
        later.child_id == Message.child_id,
        later.guardian_id == Message.guardian_id,
        later.author_id != later.guardian_id,
        later.id > Message.id,
    )


def _school_wrote_since_the_wish() -> ColumnElement[bool]:
    return exists().where(
        Message.child_id == Agreement.child_id,
        Message.guardian_id == AgreementRemark.person_id,
        Message.author_id != Message.guardian_id,
        Message.made_at > AgreementRemark.made_at,
    )


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
