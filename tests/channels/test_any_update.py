"""Whatever comes from Telegram, by either way in: nothing breaks, nobody waits behind it, no word reaches a log."""

import asyncio
import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.applications import Starlette
from telegram import Bot
from telegram.request import RequestData

from bot.assistant.reception import Reception
from bot.channels.telegram.client import Client, PollRequest, keep_quiet
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.poll import Poll
from bot.channels.telegram.updates import read, understood
from bot.channels.telegram.webhook import MAX_BODY_BYTES, SECRET_HEADER, Webhook
from bot.channels.telegram.webhook_watch import PATH, secret_for
from bot.content.texts import Texts
from bot.model.clock import Clock
from bot.model.incoming import Incoming, clean
from bot.model.messages import DeadLetter, Outgoing, Received
from bot.model.people import DoorKind, Person
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.cast import catalogues, copy_school, open_door, tools_for
from tests.channels.every_update import EVERY, MARK, PARENT, PRIVATE_MESSAGE, changed, paths, without
from tests.fake_telegram import TOKEN
from tests.storage.ready import make_tables
from tests.telegram_rules import Json

MISSING = "@missing@"
RAW = {  # what json cannot write
    "@deep@": "[" * 5000 + "]" * 5000,
    "@huge@": "9" * 5000,
    "@broken@": "}",
    "@long@": f'"{MARK}{"x" * 900_000}"',
    "@too long@": f'"{MARK}{"x" * MAX_BODY_BYTES}"',
}
ODD: list[Any] = [
    MISSING,
    None,
    True,
    0,
    -1,
    7,
    2**31,
    2**63,
    -(2**70),
    10**12,
    1.5,
    float("inf"),
    "",
    MARK,
    f"{MARK}\x00\ud83d\x1b\u202e",
    [],
    [MARK],
    [[[MARK]]],
    {},
    {MARK: MARK},
    {"type": MARK},
]

Change = tuple[int, Any]
Odd = tuple[str, list[Change]]
numbers = st.one_of(st.none(), st.sampled_from([MISSING, True, 1.5, 2**70, "", MARK, [MARK], {MARK: MARK}]))


def batches(raw: Sequence[str]) -> st.SearchStrategy[list[tuple[Odd, Any]]]:
    """Up to five odd updates, some with an odd number."""
    change = st.tuples(st.integers(0, 500), st.one_of(st.sampled_from(ODD), st.sampled_from(raw)))
    odd = st.tuples(st.sampled_from(sorted(EVERY)), st.lists(change, min_size=1, max_size=3))
    return st.lists(st.tuples(odd, numbers), min_size=1, max_size=5)


as_ever = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def made(update: Json, done: Sequence[Change]) -> Json:
    """The update after these changes, each at the place that its number leads to."""
    for place, put in done:
        found = list(paths(update))
        if found:
            path = found[place % len(found)]
            update = without(update, path) if put == MISSING else changed(update, path, put)
    return update


def written(update: Json) -> str:
    """The update as Telegram writes it, and what json cannot write in its place."""
    text = json.dumps(update)
    for name, raw in RAW.items():
        text = text.replace(json.dumps(name), raw)
    return text


def numbered(number: int, odd: Odd, odd_number: Any) -> str:
    """One update that is odd, with its number or with an odd one."""
    name, done = odd
    update = made(EVERY[name], done)
    if odd_number == MISSING:
        return written(update)
    return written({"update_id": number if odd_number is None else odd_number, **update})


def menu(number: int) -> str:
    """What the parent asks for in between."""
    return written({"update_id": number, "message": {**PRIVATE_MESSAGE, "text": "/menu"}})


class Telegram(PollRequest):
    """The Bot API in this process: updates wait as they were written, and every other call succeeds."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", connections=1, read_timeout_s=1.0)
        self.waiting: list[tuple[int, str]] = []
        self.empty = asyncio.Event()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        """Status and bytes of the answer; the offset of getUpdates confirms everything before it."""
        assert method == "POST"
        if not url.endswith("/getUpdates"):
            return 200, b'{"ok":true,"result":true}'
        assert request_data is not None
        offset = request_data.parameters.get("offset") or 0
        assert isinstance(offset, int)
        self.waiting = [(number, text) for number, text in self.waiting if number >= offset]
        if not self.waiting:
            self.empty.set()
            await asyncio.sleep(0.002)
        return 200, f'{{"ok":true,"result":[{",".join(text for _, text in self.waiting)}]}}'.encode()


class ClientInProcess(Client):
    """A client of that Bot API."""

    def __init__(self) -> None:
        keep_quiet()
        self.telegram = self.poll_request = self._request = Telegram()
        self.bot = Bot(TOKEN, request=self._request, get_updates_request=self.poll_request)


class Logged(logging.Handler):
    """Everything that was logged, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """One line more."""
        self.lines.append(self.format(record))


@dataclass
class House:
    """A school on SQLite in which one parent's chat is open, with both ways in, on a loop of its own."""

    runner: asyncio.Runner
    database: Database
    app: Starlette
    client: ClientInProcess
    poll: Poll
    logged: Logged
    last_number: int = field(default=1000)

    def next_number(self) -> int:
        """The number of one update more."""
        self.last_number += 1
        return self.last_number

    def sends(self, *updates: str) -> list[int]:
        """Telegram sends these to the webhook at once; returns the statuses."""

        async def post_all() -> list[int]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://praat.example") as telegram:
                headers = {SECRET_HEADER: secret_for(TOKEN)}
                answers = await asyncio.gather(
                    *(telegram.post(PATH, content=update.encode(), headers=headers) for update in updates)
                )
            return [answer.status_code for answer in answers]

        return self.runner.run(post_all())

    def offers(self, *updates: tuple[int, str]) -> None:
        """Telegram holds these until they are confirmed; fails the test if they never are."""

        async def poll_all() -> None:
            telegram = self.client.telegram
            telegram.waiting = list(updates)
            telegram.empty.clear()
            polling = asyncio.ensure_future(self.poll.run())
            empty = asyncio.ensure_future(telegram.empty.wait())
            await asyncio.wait({polling, empty}, timeout=20, return_when="FIRST_COMPLETED")
            assert not polling.done(), polling.exception()
            assert telegram.empty.is_set()
            for task in (polling, empty):
                task.cancel()
            await asyncio.gather(polling, empty, return_exceptions=True)

        self.runner.run(poll_all())

    def answers(self) -> int:
        """How many messages the parent was written."""
        with self.database.reading() as session:
            query = select(func.count()).select_from(Outgoing).where(Outgoing.address == str(PARENT))
            return session.scalar(query) or 0

    def must_hold(self, *menus: int) -> None:
        """What the parent asked for was taken, nothing was set aside, no log holds a word."""
        with self.database.reading() as session:
            taken = session.scalars(select(Received.key)).all()
            assert {f"tg:{number}" for number in menus} <= set(taken)
            assert session.scalars(select(DeadLetter.reason)).all() == []
        lines, self.logged.lines = self.logged.lines, []
        assert [line for line in lines if MARK in line or "Kubu" in line or "xxxx" in line] == []


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The school, for all examples."""
    logged = Logged()
    logging.getLogger().addHandler(logged)
    logging.getLogger("bot").setLevel(logging.DEBUG)
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        database = Database(f"sqlite:///{folder}/school.db")
        make_tables(database)
        cast = copy_school(database, clock)
        with database.writing() as session:
            parent = session.get_one(Person, cast.agnieszka.id)
            parent.language = "pl"
            open_door(session, clock, parent, DoorKind.TELEGRAM, str(PARENT))
        tools, texts = tools_for(clock), Texts(catalogues(), clock.zone)
        reception, bell, client = Reception(database, tools, texts), Bell(database), ClientInProcess()
        ways_in = (client, reception.take, reception.comfort, clock)
        app = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=reception,
            bell=bell,
            after_commit=bell.ring,
            more_routes=Webhook(*ways_in).routes(),
        )
        poll = Poll(*ways_in, long_poll_s=0, pause_s=0.002)
        yield House(runner, database, app, client, poll, logged)
        database.close()
    logging.getLogger("bot").setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(logged)


def every_odd_update() -> Iterator[Json]:
    """Each kind of update, with one field missing or something odd in its place; each field, each odd thing."""
    for update in EVERY.values():
        yield update
        for path in paths(update):
            for put in ODD:
                yield without(update, path) if put == MISSING else changed(update, path, put)


def test_every_field_missing_or_wrong(house: House) -> None:
    """Each field of each kind of update, one at a time: what comes out is sound, or nothing."""

    async def check_all() -> int:
        courtesies, now, used = Courtesies(house.client.bot), Clock().now(), 0
        for update in every_odd_update():
            found = read(json.dumps({"update_id": 5, **update}).encode())
            assert found is not None
            assert found.update_id == 5
            courtesies.offer(found)
            incoming = understood(found, now)
            if incoming is not None:
                used += 1
                must_be_sound(incoming)
        return used

    assert house.runner.run(check_all()) > 1000
    house.must_hold()


def must_be_sound(incoming: Incoming) -> None:
    """Everything in it is what the assistant and the database take it for."""
    assert incoming.address.removeprefix("-").isdecimal()
    assert (incoming.key, incoming.door_kind) == ("tg:5", "telegram")
    assert incoming.at.utcoffset() is not None
    words = (incoming.text, incoming.argument, incoming.button, incoming.file_id or "")
    assert all(clean(said) == said for said in words)
    assert incoming.phone_language in {None, "pl"}


@as_ever
@given(batch=batches(sorted(RAW)))
def test_any_update_by_webhook(house: House, batch: list[tuple[Odd, Any]]) -> None:
    """Odd updates together with a parent's wish: all are answered, the parent too, now and afterwards."""
    sent = [numbered(house.next_number(), odd, odd_number) for odd, odd_number in batch]
    wish, next_wish = house.next_number(), house.next_number()
    statuses = house.sends(*sent, menu(wish))
    for text, status in zip([*sent, ""], statuses, strict=True):
        assert status == (413 if len(text.encode()) > MAX_BODY_BYTES else 200)
    before = house.answers()
    assert house.sends(menu(next_wish)) == [200]
    assert house.answers() == before + 1
    house.must_hold(wish, next_wish)


@as_ever
@given(batch=batches([name for name in sorted(RAW) if name != "@broken@"]))
def test_any_update_by_polling(house: House, batch: list[tuple[Odd, Any]]) -> None:
    """The same where we ask: everything is confirmed, and the parent answered, now and afterwards."""
    waiting = []
    for odd, odd_number in batch:
        number = house.next_number()
        waiting.append((number, numbered(number, odd, odd_number)))
    wish, next_wish = house.next_number(), house.next_number()
    house.offers(*waiting, (wish, menu(wish)))
    before = house.answers()
    house.offers((next_wish, menu(next_wish)))
    assert house.answers() == before + 1
    house.must_hold(wish, next_wish)
