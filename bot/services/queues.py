"""How much waits, in numbers only, for whoever keeps the program running. Every question is answered by an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from bot.model.messages import DeadLetter, Outgoing, OutgoingState
from bot.model.people import DoorKind
from bot.model.translation import Attachment, MediaState, Translation, TranslationState
from bot.model.workers import Lease

_WORKERS = "worker:%"  # the leases of live workers are named so
_NOW_S = func.extract("epoch", func.clock_timestamp())


@dataclass(frozen=True)
class Queue:
    """What waits at one kind of door; of the web door it waits until its page fetches it."""

    waiting: int
    oldest_s: float  # nought when nothing waits
    edits: int  # shown messages whose text changed since


@dataclass(frozen=True)
class Queues:
    """Everything that waits at one moment."""

    doors: Mapping[DoorKind, Queue]
    files: int
    translations: int
    dead_letters: int
    workers: int | None  # alive now; None where there can be only one


def waiting_at(kind: DoorKind, now: datetime) -> Select[Any]:
    """How many messages wait for one kind of door; what is held for quiet hours does not wait yet."""
    return select(func.count()).where(
        Outgoing.door_kind == kind.value, Outgoing.state == OutgoingState.WAITING.value, _may_go(now)
    )


def oldest_at(kind: DoorKind, now: datetime) -> Select[Any]:
    """Since when the oldest of these messages could go: ids are given out in the order of making."""
    return (
        select(func.coalesce(Outgoing.not_before, Outgoing.made_at))
        .where(Outgoing.door_kind == kind.value, Outgoing.state == OutgoingState.WAITING.value, _may_go(now))
        .order_by(Outgoing.id)
        .limit(1)
    )


def _may_go(now: datetime) -> ColumnElement[bool]:
    return Outgoing.not_before.is_(None) | (Outgoing.not_before <= now)


def edits_at(kind: DoorKind) -> Select[Any]:
    """How many shown messages of one kind of door have changed since."""
    return select(func.count()).where(
        Outgoing.edited, Outgoing.door_kind == kind.value, Outgoing.state == OutgoingState.SENT.value
    )


def look(session: Session, now: datetime, *, several_workers: bool) -> Queues:
    """What waits now; leases are looked at only where several workers share the database."""
    return Queues(
        doors={kind: _queue(session, kind, now) for kind in DoorKind},
        files=_count(session, select(func.count()).where(Attachment.state == MediaState.WAITING.value)),
        translations=_count(
            session, select(func.count()).where(Translation.state == TranslationState.WAITING.value)
        ),
        dead_letters=_count(session, select(func.count()).select_from(DeadLetter)),
        workers=_count(session, select(func.count()).where(Lease.name.like(_WORKERS), Lease.until_s > _NOW_S))
        if several_workers
        else None,
    )


def _queue(session: Session, kind: DoorKind, now: datetime) -> Queue:
    oldest = session.scalar(oldest_at(kind, now))
    age = now - oldest if oldest else timedelta()
    return Queue(
        waiting=_count(session, waiting_at(kind, now)),
        oldest_s=max(0.0, age.total_seconds()),
        edits=_count(session, edits_at(kind)),
    )


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(query) or 0
