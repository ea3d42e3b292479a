"""What is counted: what parents said and Telegram confirmed, beside what is stored and what the parents saw."""

import contextlib
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.messages import DeadLetter, Outgoing, OutgoingState
from bot.model.people import DoorKind, Person
from bot.model.preparation import Answer, AnswerHistory, Run
from bot.model.translation import Saying
from bot.storage.database import Database
from bot.workers.delivery import PLACES
from tests.fake_telegram import FakeTelegram
from tests.faults.parents import ANSWER, Parents
from tests.telegram_api import Shown

CONFIRMS_WITHIN_S = 30.0
_TO_TELEGRAM = Outgoing.door_kind == DoorKind.TELEGRAM.value
_SENT = Outgoing.state == OutgoingState.SENT.value


class Key(NamedTuple):
    """One message to one chat: the row its buttons name, or its words where it has no buttons."""

    chat: int
    what: int | str


@dataclass
class Counts:
    """The figures of one run; everything in `wrong` must be nothing."""

    parents: int = 0
    answers: int = 0
    messages: int = 0
    kills: int = 0
    acknowledged_at_kills: int = 0  # answers confirmed by then, over all kills the most
    in_flight: int = (
        0  # messages shown by a process that was killed before it could note that, over all kills
    )
    most_in_flight: int = 0
    most_to_one_chat: int = 0  # of those, at one kill
    repeats: int = 0
    took_s: float = 0.0
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def mistakes(self) -> dict[str, int]:
        """What must not be."""
        return {name: number for name, number in self.wrong.items() if number}


class Audit:
    """Looks at the database: after each kill, and at the end."""

    def __init__(
        self,
        database_url: str,
        telegram: FakeTelegram,
        parents: Parents,
        *,
        beside_the_outbox: frozenset[str] = frozenset(),
    ) -> None:
        self._beside_the_outbox = beside_the_outbox  # words that come without a row
        self._url = database_url
        self._telegram = telegram
        self._parents = parents
        self._in_flight: Counter[Key] = Counter()
        self._lost_at_kills: set[str] = set()
        self.counts = Counts()

    def after_kill(self, name: str, *, loses: bool) -> None:
        """To be called when a process is dead and before another takes its place: what was it doing?

        With `loses` what it sent at the last moment never arrives, as when a cable is pulled.
        """
        self._telegram.bury(name, loses=loses)
        confirmed = self.confirmed
        with self._telegram.changed:
            shown = [message for messages in self._telegram.shown.values() for message in messages]
        with self._reading_a_copy() as session:
            stored = set(session.scalars(select(Saying.original)))
            noted = session.execute(
                select(Outgoing.address, Outgoing.telegram_message_id).where(_TO_TELEGRAM, _SENT)
            ).all()
        self._lost_at_kills |= set(confirmed) - stored
        known = {(int(address), message_id) for address, message_id in noted}
        in_flight = Counter(
            _key(message)
            for message in shown
            if message.via == name and (message.chat, message.message_id) not in known
        )
        self._in_flight += in_flight
        self.counts.kills += 1
        self.counts.acknowledged_at_kills = max(self.counts.acknowledged_at_kills, len(confirmed))
        self.counts.in_flight += in_flight.total()
        self.counts.most_in_flight = max(self.counts.most_in_flight, in_flight.total())
        by_chat = Counter(key.chat for key in in_flight.elements())
        self.counts.most_to_one_chat = max(self.counts.most_to_one_chat, *by_chat.values(), 0)
        self.counts.wrong["kills with more chats in flight than places"] += len(by_chat) > PLACES

    @property
    def confirmed(self) -> list[str]:
        """The answers that were confirmed to Telegram so far."""
        with self._telegram.changed:
            return [given.text for given in self._parents.given if given.update < self._lowest_unconfirmed]

    def wait_until_more_is_confirmed(self, before: int) -> None:
        """More answers are confirmed than before, unless nobody answers any more."""
        with contextlib.suppress(AssertionError):
            self._telegram.wait_until(lambda: len(self.confirmed) > before, CONFIRMS_WITHIN_S)

    def wait_until_all_is_done(self, timeout_s: float) -> None:
        """Every parent is through, Telegram holds nothing back, and nothing waits to go out; or it never will be so."""
        with contextlib.suppress(AssertionError), closing(Database(self._url)) as database:
            self._telegram.wait_until(lambda: not self._parents.underway, timeout_s)
            self._telegram.wait_until(
                lambda: not self._telegram.unconfirmed and not _unsent(database), timeout_s
            )

    def at_the_end(self) -> Counts:
        """All counts, once nothing goes on any more."""
        with closing(Database(self._url)) as database, database.reading() as session:
            self._count_answers(session)
            self._count_messages(session)
            self.counts.wrong.update(
                {
                    "set aside as dead letters": session.scalar(select(func.count(DeadLetter.id))) or 0,
                    "answers changed afterwards": session.scalar(select(func.count(AnswerHistory.id))) or 0,
                }
            )
        self.counts.wrong["updates that Telegram still holds"] = len(self._telegram.unconfirmed)
        self.counts.wrong["parents who wait for an answer"] = self._parents.underway
        return self.counts

    def _count_answers(self, session: Session) -> None:
        given = self._parents.given
        texts = {one.text for one in given}
        stored = Counter(session.scalars(select(Saying.original)))
        self.counts.parents = len(self._parents.parents)
        self.counts.answers = len(given)
        self.counts.wrong.update(
            {
                "answers acknowledged but not stored at a kill": len(self._lost_at_kills),
                "answers not stored": sum(stored[one.text] == 0 for one in given),
                "answers stored more than once": sum(stored[one.text] > 1 for one in given),
                "answers that nobody gave": sum(words.startswith(ANSWER) for words in stored.keys() - texts),
                "parents whose answers stand in another order": self._out_of_order(session),
            }
        )

    def _out_of_order(self, session: Session) -> int:
        """Each answer must stand at the question with its number, for that is the order it was given in."""
        standing: defaultdict[int, dict[str, str]] = defaultdict(dict)
        rows = session.execute(
            select(Person.roster_id, Answer.question, Saying.original, Answer.choices)
            .join(Run, Run.person_id == Person.id)
            .join(Answer, Answer.run_id == Run.id)
            .outerjoin(Saying, Saying.id == Answer.saying_id)
        )
        for roster_id, question, words, choices in rows:
            standing[int(roster_id.partition("-")[2])][question] = words or choices[0]
        expected: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for one in self._parents.given:
            expected[one.chat][self._parents.conversation[one.place].question] = one.text
        for parent in self._parents.parents.values():
            for asked in self._parents.conversation[: parent.answered]:
                if asked.choice is not None:
                    expected[parent.chat][asked.question] = asked.choice
        return sum(standing[chat] != expected[chat] for chat in self._parents.parents)

    def _count_messages(self, session: Session) -> None:
        rows = _rows(session)
        shown: Counter[Key] = Counter()
        jumps = 0
        for messages in self._telegram.shown.values():
            highest = 0
            for key in (_key(message) for message in messages):
                if key.what in self._beside_the_outbox:
                    continue
                if not shown[key] and isinstance(key.what, int):
                    jumps += key.what < highest
                    highest = max(highest, key.what)
                shown[key] += 1
        repeats = {key: count - rows[key] for key, count in shown.items() if count > rows[key]}
        questions = range(self._parents.answers + 1)
        self.counts.messages = rows.total()
        self.counts.repeats = sum(repeats.values())
        self.counts.wrong.update(
            {
                "messages that never arrived": sum(max(0, count - shown[key]) for key, count in rows.items()),
                "questions that never reached their parent": sum(
                    not parent.seen.issuperset(questions) for parent in self._parents.parents.values()
                ),
                "messages that came before an earlier one": jumps,
                "repeats of what was not in flight": sum(
                    max(0, count - self._in_flight[key]) for key, count in repeats.items()
                ),
            }
        )

    @property
    def _lowest_unconfirmed(self) -> int:
        updates = self._telegram.updates
        return int(updates[0]["update_id"]) if updates else self._telegram.next_update

    @contextmanager
    def _reading_a_copy(self) -> Iterator[Session]:
        """What the killed process left. A SQLite file is copied: opening mends it."""
        prefix = "sqlite:///"
        if not self._url.startswith(prefix):
            with closing(Database(self._url)) as database, database.reading() as session:
                yield session
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(self._url.removeprefix(prefix))
            for suffix in ("", "-wal"):
                if file.with_name(file.name + suffix).exists():
                    shutil.copy(file.with_name(file.name + suffix), folder)
            with (
                closing(Database(f"{prefix}{folder}/{file.name}")) as database,
                database.reading() as session,
            ):
                yield session


def _key(shown: Shown) -> Key:
    data = (made.get("callback_data", "") for row in shown.buttons for made in row)
    rows = {name.partition(".")[0] for name in data if name}
    return Key(shown.chat, int(rows.pop()) if rows else shown.html)


def _rows(session: Session) -> Counter[Key]:
    query = select(Outgoing.id, Outgoing.address, Outgoing.buttons, Outgoing.body).where(_TO_TELEGRAM)
    return Counter(
        Key(int(row.address), row.id if _has_buttons(row.buttons) else row.body)
        for row in session.execute(query)
    )


def _has_buttons(rows: list[list[dict[str, Any]]]) -> bool:
    return any("action" in made for row in rows for made in row)


def _unsent(database: Database) -> int:
    with database.reading() as session:
        left = select(func.count(Outgoing.id)).where(_TO_TELEGRAM, ~_SENT)
        return session.scalar(left) or 0
