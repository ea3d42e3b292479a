"""Updates are confirmed after they are stored, and never before."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.telegram.client import Client
from bot.channels.telegram.poll import Poll
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from bot.model.incoming import Incoming
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.running import running

CHAT = 501


class Desk:
    """Takes batches and remembers them; can be told to fail or to think for a while."""

    def __init__(self) -> None:
        self.batches: list[list[Incoming]] = []
        self.locked_for = 0
        self.before: Callable[[], None] = lambda: None

    def take(self, batch: Sequence[Incoming]) -> None:
        """As the reception does: returns when all is committed."""
        self.before()
        if self.locked_for:
            self.locked_for -= 1
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        self.batches.append(list(batch))

    @property
    def texts(self) -> list[str]:
        """All words taken, in order."""
        return [incoming.text for batch in self.batches for incoming in batch]


@pytest.fixture
def desk() -> Desk:
    """A reception that stores in memory."""
    return Desk()


@contextmanager
def polling(telegram: FakeTelegram, desk: Desk, *, token: str = TOKEN) -> Iterator[threading.Event]:
    """The poll loop runs beside the test; the event is set when it ended by itself."""
    client = Client(token, telegram.url)
    asked_before = telegram.calls["getUpdates"]
    with running(
        client.close, poll=Poll(client, desk.take, Clock(), long_poll_s=5, pause_s=0.05).run
    ) as ended:
        telegram.wait_until(lambda: telegram.calls["getUpdates"] > asked_before)
        yield ended


def test_what_people_say_is_taken_in_order_and_then_confirmed(telegram: FakeTelegram, desk: Desk) -> None:
    """Everything arrives once and in order, and Telegram no longer keeps it."""
    for number in range(150):
        telegram.person_says(CHAT, f"słowo {number}")
    with polling(telegram, desk):
        telegram.wait_until(lambda: len(desk.texts) == 150)
        telegram.wait_until(lambda: not telegram.unconfirmed)
    assert desk.texts == [f"słowo {number}" for number in range(150)]
    assert len(desk.batches) == 2


def test_nothing_is_confirmed_before_it_is_stored(telegram: FakeTelegram, desk: Desk) -> None:
    """While the transaction is open Telegram still keeps the message (commit, then acknowledge)."""
    storing, may_go = threading.Event(), threading.Event()

    def think() -> None:
        storing.set()
        may_go.wait(5)

    desk.before = think
    telegram.person_says(CHAT, "ważne")
    with polling(telegram, desk):
        assert storing.wait(5)
        time.sleep(0.2)
        assert len(telegram.unconfirmed) == 1
        may_go.set()
        telegram.wait_until(lambda: not telegram.unconfirmed)
    assert desk.texts == ["ważne"]


def test_a_locked_database_loses_nothing(telegram: FakeTelegram, desk: Desk) -> None:
    """What could not be stored is not confirmed, and is taken when the database is free again."""
    desk.locked_for = 3
    telegram.person_says(CHAT, "jeden")
    with polling(telegram, desk):
        telegram.wait_until(lambda: desk.texts)
        telegram.wait_until(lambda: not telegram.unconfirmed)
    assert desk.texts == ["jeden"]


def test_a_tap_stops_turning_after_it_was_stored(telegram: FakeTelegram, desk: Desk) -> None:
    """Telegram is told that the tap was seen, and a failure of that courtesy holds up nothing."""
    telegram.person_says(CHAT, "/start")
    shown = telegram.show(CHAT, "Tak?", [[{"text": "Tak", "callback_data": "1.0"}]])
    telegram.fail("answerCallbackQuery", Fault(400, "Bad Request: query is too old"))
    with polling(telegram, desk):
        telegram.person_taps_data(shown, "1.0")
        telegram.person_taps_data(shown, "1.0")
        telegram.wait_until(lambda: len(telegram.answered_taps) == 1)
        telegram.wait_until(lambda: not telegram.unconfirmed)
    assert sum(len(batch) for batch in desk.batches) == 3


def test_a_group_is_left_without_a_word(telegram: FakeTelegram, desk: Desk) -> None:
    """In a group the bot says nothing and leaves; a private chat goes on."""
    telegram.person_says(-77, "hello bot")
    telegram.person_says(CHAT, "prywatnie")
    with polling(telegram, desk):
        telegram.wait_until(lambda: telegram.left_chats == [-77])
    assert desk.texts == ["prywatnie"]
    assert telegram.calls["sendMessage"] == 0


def test_troubles_of_the_network_pass(telegram: FakeTelegram, desk: Desk) -> None:
    """After an error, silence or a flood answer the loop asks again and nothing is lost or doubled."""
    telegram.fail("getUpdates", Fault(502), Fault(429, "Too Many Requests", retry_after=1), Fault(500))
    telegram.person_says(CHAT, "po burzy")
    with polling(telegram, desk):
        telegram.wait_until(lambda: desk.texts)
    assert desk.texts == ["po burzy"]


def test_an_answer_lost_on_its_way_is_asked_for_again(telegram: FakeTelegram, desk: Desk) -> None:
    """If the confirmation fails the same update may come twice, with the same key."""
    with polling(telegram, desk):
        telegram.person_says(CHAT, "raz")
        telegram.wait_until(lambda: desk.texts)
        telegram.fail("getUpdates", Fault(500))
        telegram.person_says(CHAT, "dwa")
        telegram.wait_until(lambda: "dwa" in desk.texts)
    keys = {incoming.key for batch in desk.batches for incoming in batch}
    assert len(keys) == 2


def test_a_wrong_token_ends_with_a_sentence(telegram: FakeTelegram, desk: Desk) -> None:
    """The operator reads what to do, and not the token."""
    with (
        pytest.raises(OperatorError, match="TELEGRAM_TOKEN") as raised,
        polling(telegram, desk, token="1:wrong") as ended,
    ):
        ended.wait(5)
    assert "1:wrong" not in str(raised.value)


def test_a_second_program_ends_with_a_sentence(telegram: FakeTelegram, desk: Desk) -> None:
    """When another one receives the same bot's messages the first one says so."""
    with (
        pytest.raises(OperatorError, match="Another program"),
        polling(telegram, desk) as ended,
        polling(telegram, Desk()),
    ):
        ended.wait(5)


def test_an_update_nobody_can_read_stops_no_queue(telegram: FakeTelegram, desk: Desk) -> None:
    """What the library chokes on is passed over; the messages around it are taken once."""
    telegram.person_says(CHAT, "przed")
    telegram.deliver(message={"message_id": "seven", "chat": 5})
    telegram.deliver(callback_query=[])
    telegram.person_says(CHAT, "po")
    with polling(telegram, desk):
        telegram.wait_until(lambda: desk.texts == ["przed", "po"])
        telegram.wait_until(lambda: not telegram.unconfirmed)
