"""The database side of delivery: what can go now, and what became of it. Knows no network."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.assistant import notices, read_aloud, speech
from bot.content.texts import Texts
from bot.model.delivery import DeliveryError, Enclosure, Parcel, ParcelButton
from bot.model.messages import DeadLetter, Outgoing, OutgoingState
from bot.model.people import Door
from bot.model.translation import Attachment, MediaState
from bot.services import audit
from bot.services.claims import Claimant
from bot.services.events import EventKind, happened
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.loops import backoff_s

MAX_CHAIN = 3  # messages to one address between two looks at the database
MAX_ATTEMPTS = 300  # about a day
DOOR_ENDED = "door_ended"
_WINDOW = 500
_TABLE = Outgoing.__table__
_DONE = (
    update(_TABLE)  # type: ignore[arg-type]  # the table of an entity is always a Table
    .where(_TABLE.c.id == bindparam("job_id"))
    .values(
        state=OutgoingState.SENT.value,
        telegram_message_id=bindparam("job_message_id"),
        sent_at=bindparam("job_sent_at"),
        edited=_TABLE.c.changed_at.is_distinct_from(bindparam("job_changed_at")),  # while it was on its way
        attempts=0,
        next_try_at=None,
        claimed_by=None,
    )
)
_WAITING = _TABLE.c.state == OutgoingState.WAITING.value
_ITS_TIME_HAS_COME = _TABLE.c.not_before.is_(None) | (_TABLE.c.not_before <= bindparam("now"))
_EDITED = (_TABLE.c.state == OutgoingState.SENT.value) & _TABLE.c.edited
_QUEUES = tuple(
    select(
        _TABLE.c.id,
        _TABLE.c.address,
        _TABLE.c.state,
        _TABLE.c.next_try_at,
        _TABLE.c.claimed_by,
        Attachment.__table__.c.state.label("media_state"),
    )
    .select_from(_TABLE.outerjoin(Attachment.__table__))
    .where(_TABLE.c.door_kind == bindparam("kind"), only, _TABLE.c.id > bindparam("after_id"))
    .order_by(_TABLE.c.id)
    .limit(_WINDOW)
    for only in (_EDITED, _WAITING & _ITS_TIME_HAS_COME)  # what is held for later holds up nothing
)


@dataclass(frozen=True)
class Job:
    """One message on its way, as it was when it left."""

    outgoing_id: int
    parcel: Parcel
    message_id: int | None  # known: the message was sent and is edited now
    attempts: int
    changed_at: datetime | None
    may_go: bool  # nothing about a child goes to a door that was ended meanwhile


@dataclass(frozen=True)
class Result:
    """What became of a job."""

    job: Job
    message_id: int | None = None
    error: DeliveryError | None = None

    @property
    def holds_up(self) -> bool:
        """Whether later messages to this address have to wait."""
        return self.error is not None and (self.error.door_closed or not self.error.permanent)


class Outbox:
    """The messages to one kind of door. Its methods run in threads, each in one short transaction.

    Where several workers deliver, a message belongs to the one that claimed it as long as that one is alive.
    """

    def __init__(self, database: Database, tools: Tools, texts: Texts, crew: Crew, door_kind: str) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts
        self._crew = crew
        self._door_kind = door_kind

    def exchange(self, results: Sequence[Result], busy: frozenset[str], places: int) -> dict[str, list[Job]]:
        """The results are stored; handed out is what can go now, to at most `places` addresses not busy."""
        claims = self._database.shared
        with self._database.writing() if results or claims else self._database.reading() as session:
            if results:
                self._store(session, results)
            if places <= 0 or not self._crew.on_duty:
                return {}
            claimant = self._crew.claimant(session)
            plan = self._plan(session, claimant, busy, places)
            return self._jobs(session, _claim(session, claimant, plan) if claims else plan)

    def _plan(
        self, session: Session, claimant: Claimant, busy: frozenset[str], places: int
    ) -> dict[str, list[int]]:
        """Which messages can go now; an address waits as long as its oldest message cannot go."""
        now = self._tools.clock.now()
        blocked = set(busy)
        plan: defaultdict[str, list[int]] = defaultdict(list)
        for window in self._windows(session):
            for row in window:
                if row.address in blocked:
                    continue
                waits = row.next_try_at is not None and row.next_try_at > now
                if waits or row.media_state == MediaState.WAITING.value or row.claimed_by in claimant.others:
                    if row.state == OutgoingState.WAITING.value:
                        blocked.add(row.address)
                elif row.address in plan or len(plan) < places:
                    plan[row.address].append(row.id)
                    if len(plan[row.address]) == MAX_CHAIN:
                        blocked.add(row.address)
            if len(plan) == places:
                break
        return plan

    def _windows(self, session: Session) -> Iterator[Sequence[Any]]:
        """What waits to be edited, which is soon done, then what waits to be sent, oldest first."""
        connection = session.connection()
        for query in _QUEUES:
            last_id = 0
            asked = {"kind": self._door_kind, "now": self._tools.clock.now()}
            while rows := connection.execute(query, {**asked, "after_id": last_id}).all():
                yield rows
                if len(rows) < _WINDOW:
                    break
                last_id = rows[-1].id

    def _jobs(self, session: Session, plan: dict[str, list[int]]) -> dict[str, list[Job]]:
        jobs: defaultdict[str, list[Job]] = defaultdict(list)
        if not plan:
            return jobs
        query = (
            select(Outgoing, Door.ended_at)
            .outerjoin(Door, Door.id == Outgoing.door_id)
            .where(Outgoing.id.in_(_ids(plan)))
            .order_by(Outgoing.id)
        )
        for outgoing, ended_at in session.execute(query):
            job = _job(session, self._tools, outgoing, ended=ended_at is not None)
            jobs[outgoing.address].append(job)
        return jobs

    def _store(self, session: Session, results: Sequence[Result]) -> None:
        now = self._tools.clock.now()
        done = [result for result in results if result.error is None]
        if done:
            session.connection().execute(_DONE, [_as_done(result, now) for result in done])
        for result in results:
            error = result.error
            if error is None:
                continue
            if error.door_closed:
                self._close(session, result.job, now)
            elif error.permanent or result.job.attempts + 1 >= MAX_ATTEMPTS:
                _set_aside(session, result.job, error.code if error.permanent else "gave_up", now)
            else:
                _try_later(session, result.job, error.retry_after_s, now)
        notices.tell_all(session, self._tools, self._texts)
        session.flush()  # the queues are read past the unit of work

    def _close(self, session: Session, job: Job, now: datetime) -> None:
        """Nobody is reached at this address any more: its door is ended, what waits for it has failed.

        The teachers hear of it once, for a closed door is not closed again.
        """
        doors = session.scalars(
            select(Door).where(
                Door.kind == self._door_kind, Door.address == job.parcel.address, Door.ended_at.is_(None)
            )
        )
        for door in doors:
            door.ended_at = now
            audit.note(session, self._tools.clock, None, "door_closed_by_messenger", "door", door=door.id)
            happened(session, EventKind.DOOR_CLOSED, door.id, None)
        session.execute(
            update(Outgoing)
            .where(Outgoing.door_kind == self._door_kind, _WAITING, Outgoing.address == job.parcel.address)
            .values(state=OutgoingState.FAILED.value, claimed_by=None)
        )


def _ids(plan: dict[str, list[int]]) -> list[int]:
    return [outgoing_id for chain in plan.values() for outgoing_id in chain]


def _claim(session: Session, claimant: Claimant, plan: dict[str, list[int]]) -> dict[str, list[int]]:
    """The part of the plan that is ours now: of each address its first messages, up to one that another worker has.

    Since the plan was made another worker may have claimed or sent a message; the locked rows are looked at again.
    """
    if not plan:
        return plan
    free = session.scalars(
        select(Outgoing.id)
        .where(Outgoing.id.in_(_ids(plan)), _EDITED | _WAITING, claimant.may_take(Outgoing.claimed_by))
        .order_by(Outgoing.id)
        .with_for_update(skip_locked=True)
    )
    locked = set(free)
    ours = {
        address: chain
        for address, wished in plan.items()
        if (chain := list(takewhile(locked.__contains__, wished)))
    }
    session.execute(
        update(_TABLE)  # type: ignore[arg-type]
        .where(_TABLE.c.id.in_(_ids(ours)))
        .values(claimed_by=claimant.name)
    )
    return ours


def _as_done(result: Result, now: datetime) -> dict[str, Any]:
    return {
        "job_id": result.job.outgoing_id,
        "job_message_id": result.message_id,
        "job_sent_at": now,
        "job_changed_at": result.job.changed_at,
    }


def _try_later(session: Session, job: Job, retry_after_s: float | None, now: datetime) -> None:
    outgoing = session.get(Outgoing, job.outgoing_id)
    if outgoing is None:  # erased while it was on its way
        return
    if retry_after_s is None:
        outgoing.attempts = job.attempts + 1
    wait_s = backoff_s(job.attempts) if retry_after_s is None else retry_after_s
    outgoing.next_try_at = now + timedelta(seconds=wait_s)
    outgoing.claimed_by = None


def _set_aside(session: Session, job: Job, reason: str, now: datetime) -> None:
    """It cannot be mended; the row keeps the words, the dead letter names the row and the reason."""
    outgoing = session.get(Outgoing, job.outgoing_id)
    if outgoing is None:  # erased while it was on its way
        return
    outgoing.edited = False
    outgoing.claimed_by = None
    if outgoing.state == OutgoingState.WAITING.value:
        outgoing.state = OutgoingState.FAILED.value
    if reason != DOOR_ENDED:
        session.add(
            DeadLetter(
                key=f"outgoing:{outgoing.id}",
                door_id=outgoing.door_id,
                reason=reason,
                content={"outgoing": outgoing.id},
                made_at=now,
            )
        )


def _job(session: Session, tools: Tools, outgoing: Outgoing, *, ended: bool) -> Job:
    return Job(
        outgoing_id=outgoing.id,
        parcel=_parcel(session, tools, outgoing),
        message_id=outgoing.telegram_message_id,
        attempts=outgoing.attempts,
        changed_at=outgoing.changed_at,
        may_go=not ended or not (outgoing.protect or outgoing.edited),
    )


def _parcel(session: Session, tools: Tools, outgoing: Outgoing) -> Parcel:
    return Parcel(
        address=outgoing.address,
        body=outgoing.body,
        buttons=tuple(
            tuple(ParcelButton(shown.id, shown.label, shown.link, shown.mini_app) for shown in row)
            for row in speech.visible_buttons(outgoing)
        ),
        protect=outgoing.protect,
        enclosure=_enclosure(session, outgoing.attachment_id) or _recording(tools, outgoing),
    )


def _enclosure(session: Session, attachment_id: int | None) -> Enclosure | None:
    """The checked file; None also for one that could not be fetched: then the words go alone."""
    if attachment_id is None:
        return None
    row = session.execute(
        select(Attachment.kind, Attachment.media_type, Attachment.content).where(
            Attachment.id == attachment_id, Attachment.state == MediaState.READY.value
        )
    ).one_or_none()
    return Enclosure(row.kind, row.media_type, row.content) if row else None


def _recording(tools: Tools, outgoing: Outgoing) -> Enclosure | None:
    sound = read_aloud.sound_of(tools, outgoing)
    return Enclosure("voice", "audio/ogg", sound, is_fixed=True) if sound else None
