"""Takes what came in at the doors: one transaction per batch, one savepoint per message, nothing taken twice.

The doors acknowledge to their messenger or browser only after `take` has returned: then everything is committed.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from bot.assistant import notices, router, speech
from bot.assistant.turn import Turn
from bot.content.texts import Texts
from bot.model.errors import DomainError
from bot.model.incoming import Incoming
from bot.model.messages import DeadLetter, Outgoing, Received
from bot.model.people import Door, Person
from bot.model.preparation import Run
from bot.services import preparation
from bot.services.events import take_events
from bot.services.tools import Tools
from bot.storage.database import Database

log = logging.getLogger(__name__)

_MARK = insert(Received)
_TAKEN = select(Received.key).where(Received.key.in_(bindparam("keys", expanding=True)))
_DOORS = (
    select(Door)
    .where(Door.address.in_(bindparam("addresses", expanding=True)), Door.ended_at.is_(None))
    .options(joinedload(Door.person).selectinload(Person.guardianships))
    .order_by(Door.id)
    .with_for_update(of=Door)  # two messages of one door, taken by two processes, wait for each other
)
_TAPPED = select(Outgoing).where(Outgoing.id.in_(bindparam("outgoing_ids", expanding=True)))


class Reception:
    """The one way in for both doors."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        *,
        after_commit: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts
        self._after_commit = after_commit

    def take(self, batch: Sequence[Incoming]) -> None:
        """Everything the batch causes is committed. Raises only when the database itself fails: then nothing is."""
        with self._database.writing() as session:
            new = _not_taken_before(session, batch)
            self._mark(session, new)
            doors = _open_doors(session, new)
            _ahead = _read_ahead(session, new, doors)
            for incoming in new:
                self._take_one(session, _door(session, doors, incoming), incoming)
        self._after_commit()

    def _take_one(self, session: Session, door: Door | None, incoming: Incoming) -> None:
        try:
            with session.begin_nested():
                self._answer(session, door, incoming)
                notices.tell_all(session, self._tools, self._texts)
        except OperationalError:
            raise  # the database is locked or full: nothing of this batch is acknowledged
        except DomainError as error:
            self._refuse(session, door, incoming, error)
        except Exception as error:  # noqa: BLE001  (a poisonous message must not stop the others)
            self._set_aside(session, door, incoming, error)

    def _mark(self, session: Session, batch: Sequence[Incoming]) -> None:
        """A second delivery of these messages will be known, whatever becomes of each of them."""
        now = self._tools.clock.now()
        if batch:
            session.connection().execute(_MARK, [{"key": one.key, "taken_at": now} for one in batch])

    def _answer(self, session: Session, door: Door | None, incoming: Incoming) -> None:
        if door is None:
            router.answer_stranger(session, self._tools, self._texts, incoming)
        else:
            router.answer(Turn(session, self._tools, self._texts, door, door.person, incoming))

    def _refuse(self, session: Session, door: Door | None, incoming: Incoming, error: DomainError) -> None:
        """The rules said no: the person reads why, in a sentence chosen by the code."""
        take_events(session)
        if door is not None:
            with session.begin_nested():
                router.explain(Turn(session, self._tools, self._texts, door, door.person, incoming), error)

    def _set_aside(self, session: Session, door: Door | None, incoming: Incoming, error: Exception) -> None:
        """The message is kept whole as a dead letter, and its writer is told."""
        take_events(session)
        log.error("message set aside: %s", type(error).__name__)
        with session.begin_nested():
            session.add(
                DeadLetter(
                    key=incoming.key,
                    door_id=door.id if door else None,
                    reason=type(error).__name__,
                    content=_as_json(incoming, with_words=bool(door and door.welcomed_at)),
                    made_at=self._tools.clock.now(),
                )
            )
            if door is not None:
                speech.write(session, self._tools, self._texts, door, "errors.set_aside")


def _not_taken_before(session: Session, batch: Sequence[Incoming]) -> list[Incoming]:
    """The messages of the batch that are new, each once, in their order."""
    taken = set(session.scalars(_TAKEN, {"keys": [incoming.key for incoming in batch]}))
    new = []
    for incoming in batch:
        if incoming.key not in taken:
            taken.add(incoming.key)
            new.append(incoming)
    return new


def _open_doors(session: Session, batch: Sequence[Incoming]) -> dict[tuple[str, str], Door]:
    """The open doors the batch came in by, with their people."""
    found = session.scalars(_DOORS, {"addresses": {incoming.address for incoming in batch}})
    return {(door.kind, door.address): door for door in found}


def _read_ahead(
    session: Session, batch: Sequence[Incoming], doors: dict[tuple[str, str], Door]
) -> tuple[Sequence[Outgoing], Sequence[Run]]:
    """What most answers of the batch need, read at once; the session finds it by id as long as it is held."""
    buttons = filter(None, (router.named_button(incoming) for incoming in batch))
    tapped_ids = {outgoing_id for outgoing_id, _index in buttons}
    run_ids = {door.state["run"] for door in doors.values() if "run" in door.state}
    return (
        session.scalars(_TAPPED, {"outgoing_ids": tapped_ids}).all() if tapped_ids else (),
        preparation.read_ahead(session, run_ids) if run_ids else (),
    )


def _door(session: Session, doors: dict[tuple[str, str], Door], incoming: Incoming) -> Door | None:
    """The open door of one message; an earlier message of the batch may have opened or ended it."""
    known = doors.get((incoming.door_kind, incoming.address))
    if known is not None and known.is_open:
        return known
    return session.scalar(
        select(Door).where(
            Door.kind == incoming.door_kind, Door.address == incoming.address, Door.ended_at.is_(None)
        )
    )


def _as_json(incoming: Incoming, *, with_words: bool) -> dict[str, object]:
    """The whole message; of somebody who has not been welcomed no words are kept."""
    content = asdict(incoming)
    content["at"] = incoming.at.isoformat()
    content["content"] = incoming.content.hex() if incoming.content else None
    if not with_words:
        content |= {"text": "", "argument": "", "content": None, "file_id": None}
    return content
