"""What Telegram sends to our own address is answered 200 after it is stored, and never before."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from starlette.applications import Starlette

from bot.assistant.reception import Reception
from bot.channels.telegram.client import Client
from bot.channels.telegram.webhook import AGAIN_AFTER_S, MAX_BODY_BYTES, SECRET_HEADER, Webhook
from bot.channels.telegram.webhook_watch import PATH, secret_for
from bot.content.texts import Texts
from bot.model.clock import Clock
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.channels.desk import Desk
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.plain_http import NO_CERTIFICATES
from tests.running import running
from tests.telegram_api import bare_message
from tests.telegram_rules import Json
from tests.webhook_server import public_address, serve

CHAT = 501
SECRET = secret_for(TOKEN)
BuildApp = Callable[[Webhook], Starlette]


@pytest.fixture
def build_app(database: Database, tools: Tools, texts: Texts) -> BuildApp:
    """The whole web application, with this webhook in it."""
    bell = Bell(database)
    return lambda webhook: application(
        database=database,
        tools=tools,
        texts=texts,
        reception=Reception(database, tools, texts),
        bell=bell,
        after_commit=bell.ring,
        more_routes=webhook.routes(),
    )


@pytest.fixture
def url(telegram: FakeTelegram, desk: Desk, build_app: BuildApp) -> Iterator[str]:
    """The address that Telegram is given; a real server is behind it."""
    client = Client(TOKEN, telegram.url)
    webhook = Webhook(client, desk.take, desk.comfort, Clock())
    with public_address() as (listening, public_url), ExitStack() as stack:
        stack.enter_context(running(client.close, web=serve(build_app(webhook), listening)))
        yield public_url + PATH


@pytest.fixture
def sending(telegram: FakeTelegram, url: str) -> Iterator[FakeTelegram]:
    """A Telegram that has been told the address."""
    _call(telegram, "setWebhook", url=url, secret_token=SECRET, max_connections=20)
    yield telegram
    _call(telegram, "deleteWebhook")


def _call(telegram: FakeTelegram, method: str, **arguments: object) -> None:
    assert (
        httpx.post(f"{telegram.url}/bot{TOKEN}/{method}", json=arguments, verify=NO_CERTIFICATES).status_code
        == 200
    )


def update(number: int, text: str = "Dzień dobry", *, chat: int = CHAT) -> Json:
    """A message as Telegram sends it."""
    return {"update_id": number, "message": {**bare_message(chat, number), "text": text}}


def post(url: str, content: bytes, secret: str | None = SECRET) -> httpx.Response:
    """One request as Telegram makes them."""
    headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: secret} if secret is not None else {})
    return httpx.post(url, content=content, headers=headers, verify=NO_CERTIFICATES)


def test_what_people_say_is_taken_once_and_in_order(sending: FakeTelegram, desk: Desk) -> None:
    """Everything of one person arrives once and in order, and Telegram no longer keeps it."""
    for number in range(30):
        sending.person_says(CHAT, f"słowo {number}")
    sending.wait_until(lambda: not sending.unconfirmed)
    assert desk.texts == [f"słowo {number}" for number in range(30)]


def test_what_comes_together_is_stored_together(sending: FakeTelegram, desk: Desk) -> None:
    """While one batch is stored, everybody who comes meanwhile waits in the next one, in the order of the updates."""
    storing, may_go = threading.Event(), threading.Event()

    def think() -> None:
        storing.set()
        may_go.wait(5)

    desk.before = think
    sending.person_says(CHAT, "pierwsza")
    assert storing.wait(5)
    for chat in range(600, 619):
        sending.person_says(chat, f"z {chat}")
    sending.wait_until(lambda: sending.webhook and sending.webhook.at_once == 20)
    time.sleep(0.2)
    assert len(sending.unconfirmed) == 20
    may_go.set()
    sending.wait_until(lambda: not sending.unconfirmed)
    assert desk.texts[1:] == [f"z {chat}" for chat in range(600, 619)]
    assert len(desk.batches[0]) == 1
    assert len(desk.batches) <= 4


def test_nothing_is_answered_before_it_is_stored(sending: FakeTelegram, desk: Desk) -> None:
    """While the transaction is open Telegram has no answer (commit, then acknowledge)."""
    storing, may_go = threading.Event(), threading.Event()

    def think() -> None:
        storing.set()
        may_go.wait(5)

    desk.before = think
    sending.person_says(CHAT, "ważne")
    assert storing.wait(5)
    time.sleep(0.2)
    assert sending.webhook is not None
    assert (len(sending.unconfirmed), sending.webhook.answers) == (1, [])
    may_go.set()
    sending.wait_until(lambda: not sending.unconfirmed)
    assert desk.texts == ["ważne"]


def test_a_locked_database_loses_nothing(sending: FakeTelegram, desk: Desk) -> None:
    """Telegram is told to come again soon, and what could not be stored is taken when the database is free.

    The person hears once that it takes longer.
    """
    desk.locked_for = 3
    sending.person_says(CHAT, "jeden")
    sending.wait_until(lambda: not sending.unconfirmed)
    assert desk.texts == ["jeden"]
    assert sending.webhook is not None
    assert sending.webhook.answers == [503, 503, 503, 200]
    assert [shown.text for shown in sending.wait_for_messages(CHAT, 1)] == ["Trwa to dłużej (pl)."]


def test_when_to_come_again(url: str, desk: Desk) -> None:
    """Without a word about it Telegram would wait longer each time."""
    desk.locked_for = 1
    refused = post(url, json.dumps(update(1)).encode())
    assert (refused.status_code, refused.headers["retry-after"]) == (503, str(AGAIN_AFTER_S))


def test_any_error_while_storing_is_told_to_all_who_wait(url: str, desk: Desk) -> None:
    """No request stays without an answer, and the next one is taken."""

    def fail() -> None:
        desk.before = lambda: None
        raise RuntimeError("Kuba")

    desk.before = fail
    assert post(url, json.dumps(update(1)).encode()).status_code == 503
    assert post(url, json.dumps(update(1)).encode()).status_code == 200
    assert len(desk.batches) == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET.upper(), "ś"])
def test_only_telegram_may_send(url: str, desk: Desk, secret: str | None) -> None:
    """Without the secret nothing is taken, and nothing is read."""
    headers = {} if secret is None else {SECRET_HEADER.encode(): secret.encode()}
    answer = httpx.post(url, content=json.dumps(update(1)), headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert desk.batches == []


def test_the_body_of_a_stranger_is_not_read(desk: Desk, build_app: BuildApp) -> None:
    """Who has not the secret is refused before a byte of the body is asked for."""
    client = Client(TOKEN, "http://127.0.0.1:1")
    app = build_app(Webhook(client, desk.take, desk.comfort, Clock()))
    asked: list[str] = []
    sent: list[Json] = []

    async def receive() -> Json:
        asked.append("body")
        return {"type": "http.request", "body": b"{}", "more_body": True}

    async def send(message: Json) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(b"content-length", b"2"), (SECRET_HEADER.lower().encode(), b"wrong")],
        "http_version": "1.1",
        "scheme": "https",
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # plain dicts
    assert (sent[0]["status"], asked) == (403, [])


@pytest.mark.parametrize("announced", [True, False])
def test_too_much_is_refused(url: str, desk: Desk, announced: bool) -> None:
    """A body over the limit is refused, whether its length was announced or not; the address still works."""

    def pieces() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 10_000 + 2):
            yield b" " * 10_000

    content = b" " * (MAX_BODY_BYTES + 1) if announced else pieces()
    answer = httpx.post(url, content=content, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 413
    assert post(url, json.dumps(update(1)).encode()).status_code == 200
    assert len(desk.batches) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'"Kuba"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"update_id": "Kuba"}',
        b'{"update_id": 1, "x": ' + b"9" * 5000 + b"}",
        b'{"update_id": 3, "message": {"message_id": "Kuba", "chat": 5}}',
        b'{"update_id": 4, "callback_query": []}',
        json.dumps(
            {**update(5), "message": {**update(5)["message"], "chat": {"id": "Kuba", "type": "private"}}}
        ).encode(),
        b'{"update_id": 6, "something_new": {"id": 1}}',
    ],
    ids=range(14),
)
def test_what_is_no_update_is_let_go(
    url: str, desk: Desk, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It is answered 200, or Telegram would send it again and again; the log holds a code and no words."""
    with caplog.at_level(logging.DEBUG):
        assert post(url, content).status_code == 200
    assert desk.batches == []
    assert "Kuba" not in caplog.text
    assert SECRET not in caplog.text


def test_a_tap_stops_turning_after_it_was_stored(sending: FakeTelegram, desk: Desk) -> None:
    """Telegram is told that the tap was seen, and a failure of that courtesy holds up nothing."""
    sending.person_says(CHAT, "/start")
    shown = sending.show(CHAT, "Tak?", [[{"text": "Tak", "callback_data": "1.0"}]])
    sending.fail("answerCallbackQuery", Fault(400, "Bad Request: query is too old"))
    sending.person_taps_data(shown, "1.0")
    sending.person_taps_data(shown, "1.0")
    sending.wait_until(lambda: len(sending.answered_taps) == 1)
    sending.wait_until(lambda: not sending.unconfirmed)
    assert sum(len(batch) for batch in desk.batches) == 3


def test_a_group_is_left_without_a_word(sending: FakeTelegram, desk: Desk) -> None:
    """In a group the bot says nothing and leaves; a private chat goes on."""
    sending.person_says(-77, "hello bot")
    sending.person_says(CHAT, "prywatnie")
    sending.wait_until(lambda: sending.left_chats == [-77])
    sending.wait_until(lambda: not sending.unconfirmed)
    assert desk.texts == ["prywatnie"]
    assert sending.calls["sendMessage"] == 0


def test_the_answer_carries_nothing_for_browsers(url: str) -> None:
    """No cookie, no words, the same headers as every answer; and nothing to look at with GET."""
    answer = post(url, json.dumps(update(1)).encode())
    assert (answer.status_code, answer.content) == (200, b"")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert httpx.get(url, headers={SECRET_HEADER: SECRET}).status_code == 405


def test_the_secret_is_of_the_token() -> None:
    """It is what Telegram accepts as one, does not hold the token, and differs for each bot."""
    assert len(SECRET) == 64
    assert set(SECRET) <= set("0123456789abcdef")
    assert secret_for(TOKEN + "x") != SECRET
