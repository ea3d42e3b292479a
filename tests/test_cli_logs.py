"""What is logged are ids and codes: nothing that a person said, no name, no link, no token, in either form."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import logs
from bot.model.messages import DeadLetter, Outgoing
from bot.model.people import Door, Person
from bot.services import invitations
from bot.settings import read_settings
from bot.storage import migrations
from bot.storage.database import Database
from bot.wiring import wire
from tests.cast import make_school
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.running import running
from tests.web.browser import Browser
from tests.web.served import serving

LIBRARIES = (
    "aiohttp",
    "alembic",
    "asyncio",
    "concurrent",
    "httpcore",
    "httpx",
    "PIL",
    "sqlalchemy",
    "telegram",
    "urllib3",
    "uvicorn",
)
WORDS = ("Kuba boi się hałasu", "Zosia liczy szybko", "tajemnica rodziny")


class Log:
    """Everything that is logged, in both forms at once, however little it matters."""

    def __init__(self) -> None:
        self.streams = {form: io.StringIO() for form in ("text", "json")}
        self.handlers = [logs.Handler(form, stream) for form, stream in self.streams.items()]

    @property
    def all(self) -> str:
        """All lines."""
        return "".join(stream.getvalue() for stream in self.streams.values())

    @property
    def records(self) -> list[dict[str, object]]:
        """The records, as a machine reads them."""
        return [json.loads(line) for line in self.streams["json"].getvalue().splitlines()]


@pytest.fixture
def everything() -> Iterator[Log]:
    """Every logger of ours and of the libraries tells all it knows."""
    log, root = Log(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in (None, "bot", *LIBRARIES)}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    for handler in log.handlers:
        root.addHandler(handler)
    yield log
    for handler in log.handlers:
        root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def loudly() -> None:
    """The libraries speak, though our clients had told them to be silent."""
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)


def test_traffic_leaves_no_words_in_the_log(everything: Log, tmp_path: Path) -> None:
    """Both doors, taps, files, a message set aside, a database that refuses and Telegram's faults: only codes."""
    environment = {"DATA_DIR": str(tmp_path), "TELEGRAM_TOKEN": TOKEN}
    with FakeTelegram() as telegram, serving() as served:
        settings = read_settings(environment | {"TELEGRAM_API_URL": telegram.url, "PUBLIC_URL": served.url})
        with closing(Database(settings.database_url)) as database:
            migrations.migrate(database.engine)
        with closing(wire(settings)) as house:
            cast = make_school(house.database, house.tools.clock)
            with house.database.writing() as session:
                letters = [
                    invitations.invite(session, house.tools, session.get_one(Person, person.id))
                    for person in (cast.agnieszka, cast.pieter)
                ]
            served.app = house.application
            loudly()
            assert house.telegram
            with running(house.telegram.close, **house.loops), Browser(served.url) as phone:
                telegram.fail("sendMessage", Fault(500), Fault(429, retry_after=1), Fault(400, WORDS[2]))
                telegram.person_says(501, f"/start {letters[0]}")
                telegram.wait_until(lambda: dead_letters(house.database) == 1, 20)
                telegram.person_says(501, WORDS[0])
                telegram.person_sends_photo(501, b"no picture", caption=WORDS[1])
                telegram.deliver(message={"from": {"id": 1, "first_name": WORDS[1]}, "text": WORDS[0]})
                phone.join(letters[1])
                phone.finish_welcome()
                phone.say(WORDS[0])
                phone.client.get(f"/i/{letters[0]}?words={WORDS[1]}")
                spoil(house.database)
                telegram.person_says(501, WORDS[2])
                phone.client.post(f"{phone.path}say", data={"key": "odd", "text": WORDS[2]})
                telegram.wait_until(lambda: dead_letters(house.database) >= 2, 20)
                telegram.wait_until(lambda: not telegram.unconfirmed, 20)
            secrets = secrets_of(house.database)
    logged = everything.all
    for secret in (*WORDS, *letters, *secrets, TOKEN, TOKEN.partition(":")[2], phone.path):
        assert secret not in logged
        assert json.dumps(secret)[1:-1] not in logged
    ours = [record for record in everything.records if str(record["logger"]).startswith("bot.")]
    assert any("set aside" in str(record["message"]) for record in ours)
    assert {record["logger"].partition(".")[0] for record in everything.records} > {"bot"}  # type: ignore[attr-defined]


def spoil(database: Database) -> None:
    """What Agnieszka's chat was in the middle of cannot be read any more."""
    with database.writing() as session:
        door = session.scalars(select(Door).where(Door.address == "501")).one()
        door.state = [WORDS[2]]  # type: ignore[assignment]  # not what it should be


def dead_letters(database: Database) -> int:
    """How many messages are set aside."""
    with database.reading() as session:
        return len(session.scalars(select(DeadLetter.id)).all())


def secrets_of(database: Database) -> list[str]:
    """The names of everybody, and whole messages."""
    with database.reading() as session:
        bodies = session.scalars(select(Outgoing.body)).all()
        return [*session.scalars(select(Person.name)), *(body[:40] for body in bodies if len(body) > 20)]


def test_a_record_of_ours_in_both_forms(everything: Log) -> None:
    """One line for eyes; for machines one object with time, level, logger, process and message."""
    logging.getLogger("bot.x").warning("update %s cannot be used: %s", 7, "KeyError")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d [\d:,]+ WARNING bot\.x: update 7 cannot be used: KeyError\n",
        everything.streams["text"].getvalue(),
    )
    (record,) = everything.records
    assert set(record) == {"time", "level", "logger", "process", "message"}
    assert (record["level"], record["logger"]) == ("WARNING", "bot.x")
    assert record["message"] == "update 7 cannot be used: KeyError"
    assert str(record["time"]).endswith("+00:00")


def test_an_exception_is_its_kind_and_place(everything: Log) -> None:
    """Neither its words nor those of what caused it are logged, also when a library logs it."""

    def fail() -> None:
        try:
            int(WORDS[0])
        except ValueError as error:
            raise KeyError(WORDS[1]) from error

    for name in ("bot.x", "sqlalchemy.pool"):
        try:
            fail()
        except KeyError:
            logging.getLogger(name).exception("oops", stack_info=True)
    assert everything.all.count("KeyError in test_cli_logs.fail line") == 4
    assert not any(words in everything.all for words in WORDS)
    assert "Traceback" not in everything.all


def test_a_library_says_only_where_it_spoke(everything: Log) -> None:
    """Its message, its arguments and whatever hangs on its record stay away."""
    logging.getLogger("urllib3").warning("to %s", TOKEN, extra={"chat": WORDS[0]})
    logging.getLogger("botanist").warning(WORDS[0])  # no part of ours
    assert len(everything.records) == 2
    assert all(
        re.fullmatch(r"said at test_cli_logs line \d+", str(one["message"])) for one in everything.records
    )
    assert "chat" not in everything.all
    assert not any(words in everything.all for words in (TOKEN, *WORDS))


def test_a_record_that_cannot_be_written_is_dropped(
    everything: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake in a log line does not print its parts, and the next line is written."""
    for handler in everything.handlers:
        handler.handle(logging.LogRecord("bot.x", logging.WARNING, "", 1, "%d", (WORDS[0],), None))
    logging.getLogger("bot.x").warning("fine")
    assert [record["message"] for record in everything.records] == ["fine"]
    assert WORDS[0] not in "".join(capsys.readouterr())


UNCAUGHT = """
import asyncio, gc, threading
from bot.cli import logs
logs.begin()
logs.use({form!r})
class Careless:
    def __del__(self):
        raise KeyError("tajemnica rodziny")
def fail():
    raise ValueError("tajemnica rodziny")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
async def main():
    task = asyncio.get_running_loop().create_task(later(), name="tajemnica rodziny")
    await asyncio.sleep(0)
    del task
    gc.collect()
async def later():
    fail()
asyncio.run(main())
careless = Careless()
del careless
fail()
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_nobody_caught_says_its_kind_and_place(form: str) -> None:
    """In a thread, in a task, in a finalizer and at the end of the program: no words on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT.format(form=form)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "tajemnica" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert sum("ValueError in <string>.fail line 10" in line for line in lines) == 3
    assert sum("KeyError in <string>.__del__ line 8" in line for line in lines) == 1
    assert "the program ended" in lines[-1]
    if form == "json":
        assert all(json.loads(line) for line in lines)
