"""Messages reach their people: in order, many people side by side, at least once."""

import asyncio
import contextlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.telegram.budget import Budget
from bot.channels.telegram.client import Client
from bot.channels.telegram.send import TelegramSender
from bot.content.read_aloud import ReadAloud
from bot.content.texts import Texts
from bot.model.clock import Clock, MovableClock
from bot.model.delivery import DeliveryError, Enclosure, Parcel
from bot.model.messages import DeadLetter, Outgoing
from bot.model.people import Door, DoorKind
from bot.model.privacy import AuditLine
from bot.model.translation import Attachment, MediaState, Saying
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.delivery import Delivery
from bot.workers.outbox import Job, Outbox, Result
from tests.cast import Cast, catalogues, open_door, tools_for
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.recordings import ogg, record
from tests.running import running

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
AWAY = DeliveryError("unreachable", retry_after_s=0.05)


class FakeSender:
    """Shows messages to nobody; can be slow, and can refuse what it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.edits: list[tuple[int, str]] = []
        self.parcels: list[Parcel] = []
        self.errors: defaultdict[str, deque[Exception]] = defaultdict(deque)  # by body
        self.takes_s = 0.0
        self.at_once = 0
        self.most_at_once = 0
        self.may_go = threading.Event()
        self.may_go.set()

    async def send(self, parcel: Parcel) -> int:
        """As a sender does; returns ever higher numbers."""
        await self._work(parcel)
        self.sent.append((parcel.address, parcel.body))
        self.parcels.append(parcel)
        return len(self.sent)

    async def edit(self, parcel: Parcel, message_id: int) -> int:
        """As a sender does."""
        await self._work(parcel)
        self.edits.append((message_id, parcel.body))
        return message_id

    async def _work(self, parcel: Parcel) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.takes_s)
            await asyncio.to_thread(self.may_go.wait, 5)
            if self.errors[parcel.body]:
                raise self.errors[parcel.body].popleft()
        finally:
            self.at_once -= 1


@pytest.fixture
def sender() -> FakeSender:
    """A messenger in memory."""
    return FakeSender()


def write(session: Session, address: str, body: str, **fields: Any) -> Outgoing:
    """A message waits to go out."""
    values: dict[str, Any] = {
        "door_kind": "telegram",
        "macro": "errors.empty",
        "parameters": {},
        "buttons": [],
        "language": "pl",
        "state": "waiting",
        "made_at": NOW,
        **fields,
    }
    outgoing = Outgoing(address=address, body=body, **values)
    session.add(outgoing)
    session.flush()
    return outgoing


def write_all(database: Database, *messages: tuple[str, str], **fields: Any) -> list[int]:
    """Messages wait to go out; returns their ids."""
    with database.writing() as session:
        return [write(session, address, body, **fields).id for address, body in messages]


def tools_and_texts(clock: Clock) -> tuple[Tools, Texts]:
    """What a delivery needs to tell a teacher that a door is closed."""
    return tools_for(clock), Texts(catalogues(), clock.zone)


def outbox_of(database: Database, clock: Clock, crew: Crew | None = None) -> Outbox:
    """The database side of the Telegram door's delivery."""
    return Outbox(database, *tools_and_texts(clock), crew or Crew(database), "telegram")


@contextmanager
def delivering(
    database: Database, sender: FakeSender, read_aloud: ReadAloud | None = None, **options: Any
) -> Iterator[Delivery]:
    """The delivery loop runs beside the test."""
    tools, texts = tools_and_texts(Clock())
    tools = replace(tools, read_aloud=read_aloud or ReadAloud())
    delivery = Delivery(database, tools, texts, sender, **{"look_again_s": 0.1, **options})
    with running(delivery=delivery.run):
        yield delivery


def wait_until(database: Database, query: Any, wanted: Any, timeout_s: float = 5.0) -> None:
    """Returns when the query gives what is wanted."""
    end_s = time.monotonic() + timeout_s
    while True:
        with database.reading() as session:
            found = sorted(session.scalars(query))
        if found == wanted:
            return
        assert time.monotonic() < end_s, f"{found} is not {wanted}"
        time.sleep(0.01)


def states(database: Database, *wanted: str) -> None:
    """Waits until the messages, in the order of their states' names, stand like this."""
    wait_until(database, select(Outgoing.state), sorted(wanted))


def test_a_message_is_sent_and_marked(database: Database, sender: FakeSender) -> None:
    """After the bell a message goes out once and the row knows when and as what."""
    with delivering(database, sender) as delivery:
        write_all(database, ("501", "Dzień dobry"))
        delivery.bell.ring()
        states(database, "sent")
        time.sleep(0.05)
    assert sender.sent == [("501", "Dzień dobry")]
    with database.reading() as session:
        row = session.scalars(select(Outgoing)).one()
        assert row.telegram_message_id == 1
        assert row.sent_at is not None


def test_without_a_bell_it_goes_soon(database: Database, sender: FakeSender) -> None:
    """What another process wrote is found by the timer."""
    with delivering(database, sender):
        time.sleep(0.1)
        write_all(database, ("501", "Dzień dobry"))
        states(database, "sent")


def test_messages_of_one_chat_keep_their_order(database: Database, sender: FakeSender) -> None:
    """However many are served side by side, each chat sees its messages as they were written."""
    sender.takes_s = 0.002
    messages = [(str(chat), str(number)) for number in range(15) for chat in range(12)]
    with delivering(database, sender, places=5) as delivery:
        write_all(database, *messages)
        delivery.bell.ring()
        states(database, *["sent"] * len(messages))
    for chat in range(12):
        assert [body for address, body in sender.sent if address == str(chat)] == [str(n) for n in range(15)]
    assert sender.most_at_once == 5


def test_a_slow_chat_holds_up_no_other(database: Database, sender: FakeSender) -> None:
    """While one message is on its way the others go out, and what waits behind it does not overtake."""
    slow = FakeSender()
    slow.may_go.clear()

    class Both(FakeSender):
        async def send(self, parcel: Parcel) -> int:
            return await (slow if parcel.address == "501" else sender).send(parcel)

    with delivering(database, Both()) as delivery:
        write_all(database, ("501", "jeden"), ("501", "dwa"), ("502", "trzy"))
        delivery.bell.ring()
        states(database, "sent", "waiting", "waiting")
        write_all(database, ("502", "cztery"))
        delivery.bell.ring()
        states(database, "sent", "sent", "waiting", "waiting")
        slow.may_go.set()
        states(database, *["sent"] * 4)
    assert slow.sent == [("501", "jeden"), ("501", "dwa")]


def test_a_temporary_fault_is_tried_again_in_order(database: Database, sender: FakeSender) -> None:
    """The message that failed goes before those behind it, and none is lost."""
    sender.errors["jeden"].extend([AWAY, AWAY, AWAY])
    with delivering(database, sender) as delivery:
        write_all(database, ("501", "jeden"), ("501", "dwa"), ("502", "trzy"))
        delivery.bell.ring()
        states(database, "sent", "sent", "sent")
    assert sender.sent == [("502", "trzy"), ("501", "jeden"), ("501", "dwa")]


def test_faults_are_spaced_further_and_further(database: Database) -> None:
    """Each failure makes the pause longer; a pause that the messenger asks for counts as it is."""
    clock = MovableClock(start=NOW)
    outbox = outbox_of(database, clock)
    write_all(database, ("501", "jeden"))
    pauses = []
    for _attempt in range(4):
        (job,) = outbox.exchange([], frozenset(), 5)["501"]
        outbox.exchange([_failed(job, DeliveryError("unreachable"))], frozenset(), 0)
        with database.reading() as session:
            row = session.scalars(select(Outgoing)).one()
            assert row.next_try_at is not None
            pauses.append((row.next_try_at - clock.now()).total_seconds())
        assert outbox.exchange([], frozenset(), 5) == {}
        clock.move(seconds=pauses[-1])
    assert pauses == sorted(pauses)
    assert 0.5 <= pauses[0] <= 1
    assert 4 <= pauses[-1] <= 8
    (job,) = outbox.exchange([], frozenset(), 5)["501"]
    outbox.exchange([_failed(job, DeliveryError("too_many", retry_after_s=77))], frozenset(), 0)
    clock.move(seconds=76)
    assert outbox.exchange([], frozenset(), 5) == {}
    clock.move(seconds=1)
    assert outbox.exchange([], frozenset(), 5)


def _failed(job: Job, error: DeliveryError) -> Result:
    return Result(job, error=error)


def test_what_cannot_be_mended_is_set_aside(database: Database, sender: FakeSender) -> None:
    """A refused message becomes a dead letter with a reason and no words; the next one goes out."""
    sender.errors["źle"].append(DeliveryError("refused", permanent=True))
    sender.errors["dziwnie"].append(ValueError("dziwnie"))
    with delivering(database, sender) as delivery:
        ids = write_all(database, ("501", "źle"), ("501", "dziwnie"), ("501", "dobrze"))
        delivery.bell.ring()
        states(database, "failed", "failed", "sent")
    with database.reading() as session:
        letters = session.scalars(select(DeadLetter).order_by(DeadLetter.id)).all()
        assert [(letter.reason, letter.content) for letter in letters] == [
            ("refused", {"outgoing": ids[0]}),
            ("ValueError", {"outgoing": ids[1]}),
        ]


def test_a_person_who_left_closes_the_door(database: Database, cast: Cast, sender: FakeSender) -> None:
    """403 ends that door and what waits for it; the person's other door stays, the teacher is told once."""
    with database.writing() as session:
        desk = open_door(session, Clock(), cast.marieke, DoorKind.WEB)
        left = open_door(session, Clock(), cast.agnieszka, DoorKind.TELEGRAM, "501")
        kept = open_door(session, Clock(), cast.agnieszka, DoorKind.WEB)
        ids = left.id, kept.id
        for body in ("jeden", "dwa"):
            write(session, "501", body, door_id=left.id)
        write(session, kept.address, "w domu", door_id=kept.id, door_kind="web")
    sender.errors["jeden"].append(DeliveryError("door_closed", door_closed=True))
    with delivering(database, sender) as delivery:
        delivery.bell.ring()
        states(database, "failed", "failed", "waiting", "waiting")
    with database.reading() as session:
        told = session.scalars(select(Outgoing).where(Outgoing.address == desk.address)).all()
        assert [one.macro for one in told] == ["notices.door_closed"]
        assert "Agnieszka" in told[0].body
        assert session.get_one(Door, ids[0]).ended_at is not None
        assert session.get_one(Door, ids[1]).ended_at is None
        assert not session.scalars(select(DeadLetter)).all()
        line = session.scalars(select(AuditLine).where(AuditLine.action == "door_closed_by_messenger")).one()
        assert line.data == {"door": ids[0]}
    assert sender.sent == []


def test_a_stranger_who_left_does_no_harm(database: Database, sender: FakeSender) -> None:
    """An answer to an address without a door fails in silence."""
    sender.errors["kto"].append(DeliveryError("door_closed", door_closed=True))
    with delivering(database, sender) as delivery:
        write_all(database, ("666", "kto"))
        delivery.bell.ring()
        states(database, "failed")


def test_messages_for_browsers_are_left_alone(database: Database, sender: FakeSender) -> None:
    """The web chat fetches its own messages."""
    write_all(database, ("chat-1", "w domu"), door_kind="web")
    with delivering(database, sender) as delivery:
        delivery.bell.ring()
        write_all(database, ("501", "telefon"))
        delivery.bell.ring()
        states(database, "sent", "waiting")
    assert sender.sent == [("501", "telefon")]


def test_what_changed_after_sending_is_edited(database: Database, sender: FakeSender) -> None:
    """A translation that arrives later is shown in the same message."""
    with delivering(database, sender) as delivery:
        (outgoing_id,) = write_all(database, ("501", "nog niet vertaald"))
        delivery.bell.ring()
        states(database, "sent")
        _change(database, outgoing_id, "przetłumaczone", edited=True)
        delivery.bell.ring()
        wait_until(database, select(Outgoing.edited), [False])
    assert sender.edits == [(1, "przetłumaczone")]
    assert len(sender.sent) == 1


def _change(database: Database, outgoing_id: int, body: str, *, edited: bool) -> None:
    with database.writing() as session:
        outgoing = session.get_one(Outgoing, outgoing_id)
        outgoing.body = body
        outgoing.changed_at = Clock().now()
        outgoing.edited = edited


def test_what_changed_on_its_way_is_edited_too(database: Database, sender: FakeSender) -> None:
    """A change while the message is being sent is not lost."""
    sender.may_go.clear()
    with delivering(database, sender) as delivery:
        (outgoing_id,) = write_all(database, ("501", "nog niet vertaald"))
        delivery.bell.ring()
        while not sender.at_once:
            time.sleep(0.01)
        _change(database, outgoing_id, "przetłumaczone", edited=False)
        sender.may_go.set()
        states(database, "sent")
        wait_until(database, select(Outgoing.edited), [False])
    assert sender.sent == [("501", "nog niet vertaald")]
    assert sender.edits == [(1, "przetłumaczone")]


def test_an_edit_that_is_refused_leaves_the_message_as_sent(database: Database, sender: FakeSender) -> None:
    """The person keeps what was shown, and the reason is set aside."""
    (outgoing_id,) = write_all(
        database, ("501", "nowe"), state="sent", edited=True, telegram_message_id=7, sent_at=NOW
    )
    sender.errors["nowe"].append(DeliveryError("refused", permanent=True))
    with delivering(database, sender) as delivery:
        delivery.bell.ring()
        wait_until(database, select(DeadLetter.content), [{"outgoing": outgoing_id}])
    states(database, "sent")


def test_nothing_about_a_child_goes_to_a_door_that_was_ended(
    database: Database, cast: Cast, sender: FakeSender
) -> None:
    """A lost phone: what waits and is protected stays here, the farewell still goes."""
    with database.writing() as session:
        door = open_door(session, Clock(), cast.agnieszka, DoorKind.TELEGRAM, "501")
        door.ended_at = NOW
        write(session, "501", "o dziecku", door_id=door.id, protect=True)
        write(session, "501", "nowe", door_id=door.id, state="sent", edited=True, telegram_message_id=7)
        write(session, "501", "do widzenia", door_id=door.id)
    with delivering(database, sender) as delivery:
        delivery.bell.ring()
        states(database, "failed", "sent", "sent")
        wait_until(database, select(Outgoing.edited), [False, False, False])
    assert sender.sent == [("501", "do widzenia")]
    assert sender.edits == []
    with database.reading() as session:
        assert not session.scalars(select(DeadLetter)).all()


def _attached(database: Database, cast: Cast, body: str) -> int:
    """A message with a voice that is not fetched yet; returns the attachment's id."""
    with database.writing() as session:
        saying = Saying(author_id=cast.marieke.id, original="", language="nl", said_at=NOW)
        file = Attachment(kind="voice", file_id="f", state="waiting", made_at=NOW)
        saying.attachments.append(file)
        session.add(saying)
        session.flush()
        write(session, "501", body, attachment_id=file.id)
        write(session, "501", "potem")
        return file.id


@pytest.mark.parametrize(("state", "content"), [(MediaState.READY, b"OggS"), (MediaState.FAILED, None)])
def test_a_message_waits_for_its_voice(
    database: Database, cast: Cast, sender: FakeSender, state: MediaState, content: bytes | None
) -> None:
    """It goes with the voice when that is ready, without it when it failed, and nothing overtakes it."""
    attachment_id = _attached(database, cast, "posłuchaj")
    with delivering(database, sender) as delivery:
        delivery.bell.ring()
        time.sleep(0.1)
        assert sender.sent == []
        with database.writing() as session:
            file = session.get_one(Attachment, attachment_id)
            file.state, file.content, file.media_type = state.value, content, "audio/ogg"
        delivery.bell.ring()
        states(database, "sent", "sent")
    first = sender.parcels[0]
    assert first.body == "posłuchaj"
    assert (first.enclosure.content if first.enclosure else None) == content


def test_a_recording_goes_along(database: Database, sender: FakeSender, tmp_path: Path) -> None:
    """The question goes with its recording, or without it when the school took the file away."""
    named = {"dialog": "begin", "language": "pl", "question": "BO01"}
    folder = record(tmp_path, "pl", "BO01")
    sound = {"parameters": {"sound": named}}
    with delivering(database, sender, read_aloud=ReadAloud([folder])) as delivery:
        write_all(database, ("501", "posłuchaj"), **sound)
        delivery.bell.ring()
        states(database, "sent")
        (folder / "begin/audio/pl/BO01.ogg").unlink()
        write_all(database, ("501", "czytaj"), **sound)
        delivery.bell.ring()
        states(database, "sent", "sent")
    first, second = sender.parcels
    assert first.enclosure == Enclosure("voice", "audio/ogg", ogg(b"BO01"), is_fixed=True)
    assert (second.body, second.enclosure) == ("czytaj", None)


def test_visible_buttons_go_along(database: Database, sender: FakeSender) -> None:
    """Hidden buttons stay away and the others keep their ids."""
    buttons = [
        [{"label": "Tak", "hidden": True}, {"label": "Nie", "hidden": False}],
        [{"label": "Strona", "link": "https://praat.example"}],
    ]
    (outgoing_id,) = write_all(database, ("501", "?"), buttons=buttons)
    with delivering(database, sender) as delivery:
        delivery.bell.ring()
        states(database, "sent")
    shown = [[(button.id, button.label, button.link) for button in row] for row in sender.parcels[0].buttons]
    assert shown == [
        [(f"{outgoing_id}.1", "Nie", None)],
        [(f"{outgoing_id}.2", "Strona", "https://praat.example")],
    ]


def test_a_stop_finishes_what_is_on_its_way(database: Database, sender: FakeSender) -> None:
    """What was sent while stopping is marked as sent: after the next start nothing comes twice."""
    sender.takes_s = 0.3
    with delivering(database, sender) as delivery:
        write_all(database, ("501", "jeden"), ("502", "dwa"))
        delivery.bell.ring()
        while not sender.at_once:
            time.sleep(0.01)
    states(database, "sent", "sent")
    assert sorted(sender.sent) == [("501", "jeden"), ("502", "dwa")]


def test_a_stop_does_not_wait_for_ever(database: Database, sender: FakeSender) -> None:
    """A message that hangs is given up within five seconds and goes out after the next start."""
    sender.takes_s = 60
    start_s = time.monotonic()
    with delivering(database, sender) as delivery:
        write_all(database, ("501", "jeden"))
        delivery.bell.ring()
        while not sender.at_once:
            time.sleep(0.01)
    assert time.monotonic() - start_s < 5
    states(database, "waiting")


def test_results_wait_while_the_database_is_locked(
    database: Database, sender: FakeSender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database locked for longer than we wait loses no result: the message is not sent again afterwards."""
    monkeypatch.setattr("bot.storage.database.BUSY_TIMEOUT_MS", 50)
    impatient = Database(str(database.engine.url))
    sender.may_go.clear()
    with contextlib.closing(impatient), delivering(impatient, sender) as delivery:
        write_all(database, ("501", "jeden"))
        delivery.bell.ring()
        while not sender.at_once:
            time.sleep(0.01)
        with database.writing() as session:
            write(session, "502", "dwa", state="sent")
            sender.may_go.set()
            time.sleep(0.5)
        states(database, "sent", "sent")
    assert "OperationalError (SQLITE_BUSY)" in caplog.text
    assert sender.sent == [("501", "jeden")]


@contextmanager
def _writing_fails(database: Database, fail: Callable[[], None]) -> Iterator[None]:
    """Before each transaction that writes, `fail` may raise; to be begun before any loop uses the database."""

    def begins(connection: Connection) -> None:
        if not connection.get_execution_options().get("read_only"):
            fail()

    event.listen(database.engine, "begin", begins)
    yield
    event.remove(database.engine, "begin", begins)


def test_an_unexpected_error_loses_no_result(database: Database, sender: FakeSender) -> None:
    """The loop starts again and notes what was sent; nothing comes twice."""
    errors: list[Exception] = []

    def fail() -> None:
        if errors:
            raise errors.pop()

    sender.may_go.clear()
    with _writing_fails(database, fail), delivering(database, sender) as delivery:
        write_all(database, ("501", "jeden"))
        delivery.bell.ring()
        while not sender.at_once:
            time.sleep(0.01)
        errors.append(RuntimeError())
        sender.may_go.set()
        states(database, "sent")
    assert errors == []
    assert sender.sent == [("501", "jeden")]


def test_a_stop_while_the_results_are_refused_loses_none(database: Database, sender: FakeSender) -> None:
    """What could not be noted when the stop came is noted at the end."""
    storing, may_fail = threading.Event(), threading.Event()

    def fail() -> None:
        if sender.sent and not storing.is_set():
            storing.set()
            may_fail.wait(10)
            raise SQLAlchemyError

    delivery = Delivery(database, *tools_and_texts(Clock()), sender, look_again_s=0.1)

    async def stopped_meanwhile() -> None:
        running_loop = asyncio.create_task(delivery.run())
        assert await asyncio.to_thread(storing.wait, 10)
        running_loop.cancel()
        may_fail.set()
        with contextlib.suppress(asyncio.CancelledError):
            await running_loop

    with _writing_fails(database, fail):
        write_all(database, ("501", "jeden"))
        asyncio.run(stopped_meanwhile())
    states(database, "sent")
    assert sender.sent == [("501", "jeden")]


@pytest.mark.parametrize("error", [AWAY, DeliveryError("bad", permanent=True)], ids=["later", "never"])
def test_what_was_erased_on_its_way_holds_up_nobody(database: Database, error: DeliveryError) -> None:
    """Its result has no row any more; those of others are stored."""
    outbox = outbox_of(database, Clock())
    erased, other = write_all(database, ("501", "jeden"), ("502", "dwa"))
    jobs = [chain[0] for chain in outbox.exchange((), frozenset(), 10).values()]
    with database.writing() as session:
        session.delete(session.get_one(Outgoing, erased))
    results = [_failed(job, error) if job.outgoing_id == erased else Result(job, 7) for job in jobs]
    outbox.exchange(results, frozenset(), 0)
    with database.reading() as session:
        assert session.get_one(Outgoing, other).state == "sent"
        assert session.scalars(select(DeadLetter)).all() == []


def test_the_queue_is_read_by_its_indexes(database: Database) -> None:
    """Looking for work does not read what was sent long ago, however much there is."""
    write_all(database, *((str(number % 50), "dawno") for number in range(500)), state="sent", sent_at=NOW)
    asked: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", remember)
    outbox_of(database, Clock()).exchange([], frozenset(), 5)
    event.remove(database.engine, "before_cursor_execute", remember)
    with database.reading() as session:
        plans = [
            session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()[0][3]
            for statement, parameters in asked
            if statement.startswith("SELECT")
        ]
    assert "ix_outgoing_queue (door_kind=? AND state=? AND id>?)" in plans[1]
    assert "ix_outgoing_edited (edited=? AND door_kind=? AND state=? AND id>?)" in plans[0]


def test_five_hundred_parents_through_telegram(database: Database) -> None:
    """Over real HTTP everything arrives once and in order (limits lifted)."""
    chats = range(1, 51)
    with FakeTelegram() as telegram:
        for chat in chats:
            telegram.person_says(chat, "/start")
        client = Client(TOKEN, telegram.url)
        sender = TelegramSender(client.bot, Budget(None))
        delivery = Delivery(database, *tools_and_texts(Clock()), sender)
        with running(client.close, delivery=delivery.run):
            write_all(database, *((str(chat), f"<b>{number}</b>") for number in range(10) for chat in chats))
            delivery.bell.ring()
            for chat in chats:
                telegram.wait_for_messages(chat, 10, 20)
            states(database, *["sent"] * 500)
        for chat in chats:
            assert [shown.text for shown in telegram.messages(chat)] == [str(number) for number in range(10)]
