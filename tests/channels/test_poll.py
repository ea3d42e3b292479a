"""Updates are confirmed after they are stored, and never before."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from bot.channels.telegram.client import Client
from bot.channels.telegram.poll import Poll
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from tests.channels.desk import Desk
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.running import running

CHAT = 501


@contextmanager
def polling(
    telegram: FakeTelegram, desk: Desk, *, token: str = TOKEN, webhook_url: str | None = None
) -> Iterator[threading.Event]:
    """The poll loop runs beside the test; the event is set when it ended by itself."""
    client = Client(token, telegram.url)
    asked_before = telegram.calls["getUpdates"]
    poll = Poll(
        client, desk.take, desk.comfort, Clock(), webhook_url=webhook_url, long_poll_s=5, pause_s=0.05
    )
    with running(client.close, poll=poll.run) as ended:
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


@pytest.mark.parametrize(
    "odd",
    [
        {"message": {"nothing": "9" * 10}, "update_id": "Kuba"},
        {"message": {"text": "Kuba"}},
        {"update_id": None},
        {"update_id": True},
        {"update_id": 2**70},
        [],
        "Kuba",
        None,
    ],
    ids=range(8),
)
def test_what_is_no_update_stops_no_queue(
    telegram: FakeTelegram, desk: Desk, odd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What has no number cannot be confirmed, and goes with what stands after it; no word of it is logged."""
    telegram.in_transit = lambda batch: [batch[0], odd, *batch[1:]] if batch else []
    telegram.person_says(CHAT, "przed")
    telegram.person_says(CHAT, "po")
    with polling(telegram, desk), caplog.at_level(logging.DEBUG):
        telegram.wait_until(lambda: desk.texts == ["przed", "po"])
        telegram.wait_until(lambda: not telegram.unconfirmed)
    assert "Kuba" not in caplog.text


def test_what_is_no_update_and_stands_alone_is_asked_about_with_pauses(
    telegram: FakeTelegram, desk: Desk
) -> None:
    """Telegram is not asked as fast as it answers."""
    telegram.in_transit = lambda _batch: [{"text": "Kuba"}]
    telegram.deliver(message={"text": "Kuba"})
    with polling(telegram, desk):
        time.sleep(1)
        assert 1 < telegram.calls["getUpdates"] < 20
        telegram.in_transit = None
        telegram.person_says(CHAT, "po")
        telegram.wait_until(lambda: desk.texts == ["po"])


NOBODY = "http://127.0.0.1:9"
OURS, THEIRS = f"{NOBODY}/telegram/webhook", f"{NOBODY}/elders"


def set_webhook(telegram: FakeTelegram, url: str) -> None:
    """Telegram sends to this address, where nobody is."""
    assert httpx.post(f"{telegram.url}/bot{TOKEN}/setWebhook", json={"url": url}).is_success


def test_our_own_webhook_of_an_earlier_run_is_removed(telegram: FakeTelegram, desk: Desk) -> None:
    """Who ran with a webhook and now runs without goes on where Telegram stands; nothing that waits is dropped."""
    telegram.person_says(CHAT, "wcześniej")
    set_webhook(telegram, OURS)
    with polling(telegram, desk, webhook_url=OURS):
        telegram.wait_until(lambda: desk.texts == ["wcześniej"])
        telegram.wait_until(lambda: not telegram.unconfirmed)
    assert telegram.webhook is None


def test_the_webhook_of_another_program_ends_with_a_sentence(telegram: FakeTelegram, desk: Desk) -> None:
    """It is not ours to remove: the operator reads what to do, and not its address, which may hold a secret."""
    set_webhook(telegram, THEIRS)
    with (
        pytest.raises(OperatorError, match="another address") as raised,
        polling(telegram, desk, webhook_url=OURS) as ended,
    ):
        ended.wait(5)
    assert "elders" not in str(raised.value)
    assert telegram.webhook is not None


def test_a_webhook_that_comes_back_ends_with_a_sentence(telegram: FakeTelegram, desk: Desk) -> None:
    """Where our own webhook is set again, another of our programs runs: the two do not fight."""

    def set_again() -> None:
        telegram.wait_until(lambda: telegram.webhook is None)
        set_webhook(telegram, OURS)

    set_webhook(telegram, OURS)
    other = threading.Thread(target=set_again)
    other.start()
    with (
        pytest.raises(OperatorError, match="Another program"),
        polling(telegram, desk, webhook_url=OURS) as ended,
    ):
        ended.wait(5)
    other.join()


def test_whose_message_cannot_be_stored_is_told_once(telegram: FakeTelegram, desk: Desk) -> None:
    """However often it is tried again, one message says that it takes longer; the next trouble is a new one."""
    desk.locked_for = 3
    with polling(telegram, desk):
        telegram.person_says(CHAT, "jeden")
        telegram.person_says(CHAT, "dwa")
        telegram.wait_until(lambda: len(desk.texts) == 2)
        telegram.wait_for_messages(CHAT, 1)
        assert [shown.text for shown in telegram.messages(CHAT)] == ["Trwa to dłużej (pl)."]
        desk.locked_for = 1
        telegram.person_says(CHAT, "trzy")
        telegram.wait_for_messages(CHAT, 2)
        telegram.wait_until(lambda: desk.texts == ["jeden", "dwa", "trzy"])


def test_who_may_not_receive_asks_nothing(telegram: FakeTelegram, desk: Desk) -> None:
    """A worker waits until it is its turn, and then begins where Telegram stands."""
    turn = threading.Event()
    client = Client(TOKEN, telegram.url)
    poll = Poll(
        client,
        desk.take,
        desk.comfort,
        Clock(),
        may_receive=turn.is_set,
        long_poll_s=5,
        pause_s=0.05,
    )
    telegram.person_says(CHAT, "jeden")
    with running(client.close, poll=poll.run):
        time.sleep(0.3)
        assert not telegram.calls["getUpdates"]
        turn.set()
        telegram.wait_until(lambda: desk.texts == ["jeden"])


def test_workers_that_take_turns_bear_a_conflict(telegram: FakeTelegram, desk: Desk) -> None:
    """The one before may still have a question open: that is no second program."""
    telegram.fail("getUpdates", *[Fault(409, "Conflict: terminated by other getUpdates request")] * 3)
    telegram.person_says(CHAT, "jeden")
    client = Client(TOKEN, telegram.url)
    poll = Poll(
        client,
        desk.take,
        desk.comfort,
        Clock(),
        may_receive=lambda: True,
        long_poll_s=5,
        pause_s=0.05,
    )
    with running(client.close, poll=poll.run):
        telegram.wait_until(lambda: desk.texts == ["jeden"])
