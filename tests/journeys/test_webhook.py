"""`run --webhook` in a process of its own: a parent answers while the database is locked, and nothing is lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.telegram.webhook_watch import secret_for
from bot.cli import main
from bot.model.clock import Clock
from bot.model.messages import DeadLetter
from bot.model.people import DoorKind, Person
from bot.model.translation import Saying
from bot.storage.database import BUSY_TIMEOUT_MS, Database
from tests.cast import DEMO_ROSTER, open_door
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.log_watch import WATCH
from tests.webhook_server import public_address

ROOT = Path(__file__).resolve().parents[2]
CHAT = 501
WITHIN_S = 30.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A school with its roster imported; Pieter's chat is open."""
    with public_address() as (_, public_url):
        pass
    made = {
        "DATA_DIR": str(tmp_path / "data"),
        "LISTEN": public_url.removeprefix("http://"),
        "PUBLIC_URL": public_url,
    }
    assert main(["import", str(DEMO_ROSTER)], made) == 0
    with school(made) as database, database.writing() as session:
        pieter = session.scalars(select(Person).where(Person.roster_id == "p-pieter")).one()
        pieter.language = "nl"
        open_door(session, Clock(), pieter, DoorKind.TELEGRAM, str(CHAT))
    return made


@contextmanager
def school(environment: dict[str, str]) -> Iterator[Database]:
    """The school's database."""
    with closing(Database(f"sqlite:///{environment['DATA_DIR']}/oudergesprek.db")) as database:
        yield database


@contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The program with its webhook; killed at the end if it still lives."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--webhook"],
        cwd=ROOT,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        _out, err = process.communicate()
        WATCH.look(err or "", "the program with its webhook")


@contextmanager
def locked(environment: dict[str, str]) -> Iterator[None]:
    """Somebody else writes into the database and does not come to an end."""
    with closing(sqlite3.connect(f"{environment['DATA_DIR']}/oudergesprek.db")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def test_a_parent_answers_while_the_database_is_locked(environment: dict[str, str]) -> None:
    """Telegram is told that it is not stored, sends it again, and it is stored once; the parent hears of it once."""
    with FakeTelegram() as telegram:
        told = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        with running(environment | told) as process:
            telegram.wait_until(lambda: telegram.webhook, WITHIN_S)
            with locked(environment):
                telegram.person_says(CHAT, "Kuba leest graag", language="nl")
                began_s = time.monotonic()
                telegram.wait_until(lambda: telegram.webhook and 503 in telegram.webhook.answers, WITHIN_S)
                assert time.monotonic() - began_s > BUSY_TIMEOUT_MS / 1000 - 1
                assert len(telegram.unconfirmed) == 1
            telegram.wait_until(lambda: not telegram.unconfirmed, WITHIN_S)
            telegram.wait_for_messages(CHAT, 2, WITHIN_S)
            assert telegram.calls["getUpdates"] == 0
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=WITHIN_S)
        assert telegram.webhook is not None  # what people do meanwhile waits for the next start
        assert sum("langer" in shown.text for shown in telegram.messages(CHAT)) == 1
    assert process.returncode == 0
    assert f"Telegram is told to send to {environment['PUBLIC_URL']}/telegram/webhook." in out
    for secret in (TOKEN, secret_for(TOKEN), "leest graag"):
        assert secret not in out + err
    with school(environment) as database, database.reading() as session:
        assert session.scalars(select(Saying.original)).all() == ["Kuba leest graag"]
        assert session.scalar(select(func.count()).select_from(DeadLetter)) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": TOKEN, "PUBLIC_URL": "http://praat.example"}, "https"),
        ({"TELEGRAM_TOKEN": TOKEN, "PUBLIC_URL": "https://praat.example:8000"}, "port"),
        ({"TELEGRAM_TOKEN": TOKEN, "PUBLIC_URL": "https://127.0.0.1"}, "cannot reach"),
    ],
)
def test_what_a_webhook_needs(
    environment: dict[str, str], change: dict[str, str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator reads one sentence before anything is asked of Telegram."""
    capsys.readouterr()
    assert main(["run", "--webhook"], environment | change) == 2
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)
    assert says in printed.err
    assert TOKEN not in printed.err
