"""Takes what came in at the doors: one transaction per batch, one savepoint per message, nothing taken twice.

The doors acknowledge to their messenger or browser only after `take` has returned: then everything is committed.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError  # noqa: A004
from sqlalchemy.orm import Session, joinedload

from bot.assistant import notices, router, speech
from bot.assistant.turn import Turn
from bot.content.texts import Texts
from bot.model.errors import DomainError
from bot.model.incoming import Incoming
from bot.model.messages import DeadLetter, Outgoing
from bot.model.meters import SILENT, Meters
from bot.model.people import Door, Person
from bot.model.preparation import Run
from bot.services import dead_letters, preparation, received
from bot.services.events import take_events
from bot.services.tools import Tools
from bot.storage.database import Database

log = logging.getLogger(__name__)

_DOORS = (
    select(Door)
    .where(Door.address.in_(bindparam("addresses", expanding=True)), Door.ended_at.is_(None))
    .options(joinedload(Door.person).selectinload(Person.guardianships))
    .order_by(Door.id)
    # Two messages of one door, taken by two processes, wait for each other; who writes to that door does not wait.
    .with_for_update(of=Door, key_share=True)
)
_TAPPED = select(Outgoing).where(Outgoing.id.in_(bindparam("outgoing_ids", expanding=True)))


# The database is away, locked or full: nothing may be acknowledged, and everything is tried again later.
UNUSABLE = (OperationalError, InterfaceError, TimeoutError)
_Take = Callable[[Session, Door | None, Incoming], None]


class Reception:
    """The one way in for both doors."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        texts: Texts,
        *,
        after_commit: Callable[[], None] = lambda: None,
        meters: Meters = SILENT,
    ) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts
        self._after_commit = after_commit
        self._meters = meters

    def take(self, batch: Sequence[Incoming]) -> None:
        """Everything the batch causes is committed. Raises only when the database itself fails: then nothing is."""
        began_s = time.perf_counter()
        try:
            taken = self._take(batch)
        except OperationalError as error:
            if not _waited_crosswise(error):
                self._meters.trouble()
                raise
            taken = self._take(batch)  # the other one has committed meanwhile
        self._meters.step(time.perf_counter() - began_s, len(taken))
        for door_kind, count in Counter(incoming.door_kind for incoming in taken).items():
            self._meters.received(door_kind, count)
        self._after_commit()

    def _take(self, batch: Sequence[Incoming]) -> list[Incoming]:
        """The messages of the batch that were new; each is answered or set aside.

        Nearly always all goes well, and writing once for all costs half of what it costs for each. If it does not,
        nothing of it is kept, and each message gets a savepoint of its own.
        """
        try:
            return self._take_with(batch, self._take_trusting)
        except UNUSABLE:
            raise  # the database is locked or full: nothing of this batch is acknowledged
        except Exception as error:  # noqa: BLE001  (whose fault it is will be seen)
            log.info("a batch is taken message by message: %s", type(error).__name__)
        try:
            return self._take_with(batch, self._take_one)
        except UNUSABLE:
            raise
        except Exception as error:  # noqa: BLE001  (not even a savepoint helped; yet the queue must go on)
            log.info("a batch is taken with a transaction for each: %s", type(error).__name__)
        return [incoming for incoming in batch if self._take_alone(incoming)]

    def _take_alone(self, incoming: Incoming) -> bool:
        """Whether it was new; what cannot be taken at all is a dead letter, whose writer is not told."""
        try:
            return bool(self._take_with([incoming], self._take_one))
        except UNUSABLE:
            raise
        except Exception as error:  # noqa: BLE001  (as above)
            with self._database.writing() as session:
                new = bool(_not_taken_before(session, [incoming], self._tools.clock.now()))
                if new:
                    door_id, welcomed_at = _facts_of_door(session, incoming)
                    self._keep(session, door_id, incoming, error, with_words=welcomed_at is not None)
            return new

    def _take_with(self, batch: Sequence[Incoming], take: _Take) -> list[Incoming]:
        with self._database.writing() as session:
            new = _not_taken_before(session, batch, self._tools.clock.now())
            doors = _open_doors(session, new)
            _ahead = _read_ahead(session, new, doors)
            people: set[int] = set()
            for incoming in new:
                door = _door(session, doors, incoming)
                if door is not None:
                    if door.person_id in people:
                        session.flush()  # what the same person did before has its numbers
                    people.add(door.person_id)
                take(session, door, incoming)
            return new

    def _take_trusting(self, session: Session, door: Door | None, incoming: Incoming) -> None:
        self._answer(session, door, incoming)
        notices.tell_all(session, self._tools, self._texts)

    def take_again(self, letter_id: int) -> bool:
        """A message that was set aside is taken as if it came now; whether it stands no longer aside.

        Raises NotFoundError when there is no such dead letter, DomainError `words_not_kept` when of a person who had
        not been welcomed only the fact was kept.
        """
        with self._database.writing() as session:
            letter = dead_letters.find(session, letter_id)
            incoming = dead_letters.as_incoming(letter)
            dead_letters.taken_again(session, self._tools, letter)
            self._take_one(session, _door(session, {}, incoming), incoming)
            again = session.scalar(select(DeadLetter.id).where(DeadLetter.key == incoming.key).limit(1))
        self._after_commit()
        return again is None

    def comfort(self, incoming: Incoming) -> str:
        """What a person reads whose message cannot be stored now; to be sent beside the outbox, which stores too."""
        language = router.phone_language(self._tools, incoming)
        try:
            with self._database.reading() as session:
                door = _door(session, {}, incoming)
                language = door.person.language if door else language
        except SQLAlchemyError:
            log.info("nobody's language can be read now")
        return self._texts.say(language, "errors.takes_longer", {})

    def _take_one(self, session: Session, door: Door | None, incoming: Incoming) -> None:
        try:
            with session.begin_nested():
                self._take_trusting(session, door, incoming)
        except UNUSABLE:
            raise
        except DomainError as error:
            self._refuse(session, door, incoming, error)
        except Exception as error:  # noqa: BLE001  (a poisonous message must not stop the others)
            self._set_aside(session, door, incoming, error)

    def _answer(self, session: Session, door: Door | None, incoming: Incoming) -> None:
        if door is None:
            router.answer_stranger(session, self._tools, self._texts, incoming)
        else:
            router.answer(Turn(session, self._tools, self._texts, door, door.person, incoming))

    def _refuse(self, session: Session, door: Door | None, incoming: Incoming, error: DomainError) -> None:
        """The rules said no: the person reads why, in a sentence chosen by the code."""
        take_events(session)
        if door is None:
            return
        try:
            with session.begin_nested():
                router.explain(Turn(session, self._tools, self._texts, door, door.person, incoming), error)
        except UNUSABLE:
            raise
        except Exception as worse:  # noqa: BLE001  (as above)
            self._set_aside(session, door, incoming, worse)

    def _set_aside(self, session: Session, door: Door | None, incoming: Incoming, error: Exception) -> None:
        """The message is kept whole as a dead letter; its writer is told if that can be done at all."""
        take_events(session)
        with session.begin_nested():
            with_words = door is not None and door.welcomed_at is not None
            self._keep(session, door.id if door else None, incoming, error, with_words=with_words)
        if door is None:
            return
        try:
            with session.begin_nested():
                speech.write(session, self._tools, self._texts, door, "errors.set_aside")
        except UNUSABLE:
            raise
        except Exception as worse:  # noqa: BLE001  (the words of an apology must not stop the others either)
            log.error("no apology for a message set aside: %s", type(worse).__name__)  # noqa: TRY400

    def _keep(
        self, session: Session, door_id: int | None, incoming: Incoming, error: Exception, *, with_words: bool
    ) -> None:
        """The message is a dead letter."""
        reason = type(error).__name__
        log.error("message set aside: %s", reason)
        self._meters.set_aside(reason)
        session.add(
            DeadLetter(
                key=incoming.key,
                door_id=door_id,
                reason=reason,
                content=dead_letters.as_json(incoming, with_words=with_words),
                made_at=self._tools.clock.now(),
            )
        )


def _waited_crosswise(error: OperationalError) -> bool:
    """Whether PostgreSQL ended this transaction because it and another one waited for each other."""
    return getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}


def _not_taken_before(session: Session, batch: Sequence[Incoming], now: datetime) -> list[Incoming]:
    """The messages of the batch that are new, each once, in their order; a second delivery of them will be known."""
    new = received.mark(session, (incoming.key for incoming in batch), now)
    first = {incoming.key: incoming for incoming in reversed(batch) if incoming.key in new}
    return [incoming for incoming in batch if first.get(incoming.key) is incoming]


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


def _facts_of_door(session: Session, incoming: Incoming) -> tuple[int | None, datetime | None]:
    """Id and welcome of the open door, read without the rest of it, which may be what is broken."""
    found = session.execute(
        select(Door.id, Door.welcomed_at).where(
            Door.kind == incoming.door_kind, Door.address == incoming.address, Door.ended_at.is_(None)
        )
    ).first()
    return (found.id, found.welcomed_at) if found else (None, None)
