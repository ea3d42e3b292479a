"""A monitor hears whether the program lives and whether it can work, in one word."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.messages import Received
from bot.services.tools import Tools
from bot.storage import migrations
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.plain_http import NO_CERTIFICATES
from tests.web.served import Served

Serve = Callable[..., httpx.Client]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Database]:
    """A database as the program itself brings it up to date."""
    made = Database(f"sqlite:///{tmp_path}/school.db")
    migrations.migrate(made.engine)
    yield made
    made.close()


@pytest.fixture
def serve(served: Served, tools: Tools, texts: Texts) -> Iterator[Serve]:
    """A function that serves a database, with some loops pausing."""
    opened: list[httpx.Client] = []

    def put(database: Database, pausing: set[str] | None = None, bell: Bell | None = None) -> httpx.Client:
        bell = bell or Bell(database)
        served.app = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=Reception(database, tools, texts),
            bell=bell,
            after_commit=bell.ring,
            pausing=pausing if pausing is not None else set(),
        )
        opened.append(httpx.Client(base_url=served.url, timeout=20, verify=NO_CERTIFICATES))
        return opened[-1]

    yield put
    for client in opened:
        client.close()


def said(client: httpx.Client, path: str = "/readyz") -> tuple[int, str]:
    """Status and word."""
    answer = client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.text


def test_a_program_that_can_work_says_so(school: Database, serve: Serve) -> None:
    """With the newest schema and a database to write to it is ready, and the trial leaves nothing behind."""
    client = serve(school)
    assert said(client, "/healthz") == (200, "ok\n")
    assert said(client) == (200, "ready\n")
    with school.reading() as session:
        assert session.query(Received).count() == 0


def test_to_be_alive_needs_no_database(serve: Serve) -> None:
    """A database that is nowhere makes it unready; the process lives all the same."""
    client = serve(Database("sqlite:////nowhere/at/all.db"))
    assert said(client, "/healthz") == (200, "ok\n")
    assert said(client) == (503, "database\n")


def test_an_older_schema_is_not_ready(school: Database, serve: Serve) -> None:
    """A program beside a database of another revision should get no visitors."""
    with school.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert said(serve(school)) == (503, "schema\n")


def test_a_database_that_cannot_be_written_is_not_ready(school: Database, serve: Serve) -> None:
    """While another program keeps the write lock the answer comes in time; afterwards all is well again."""
    client = serve(school)
    with closing(sqlite3.connect(str(school.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began_s = time.monotonic()
        assert said(client) == (503, "database\n")
        assert time.monotonic() - began_s < 4
        other.execute("ROLLBACK")
    end_s = time.monotonic() + 10
    while said(client) != (200, "ready\n"):
        assert time.monotonic() < end_s
        time.sleep(0.1)


def test_a_loop_in_its_pause_is_not_ready(school: Database, serve: Serve) -> None:
    """As long as a background loop waits after an error, and not longer."""
    pausing = {"delivery"}
    client = serve(school, pausing)
    assert said(client) == (503, "loops\n")
    pausing.clear()
    assert said(client) == (200, "ready\n")


def test_a_program_that_stops_is_not_ready(school: Database, serve: Serve) -> None:
    """From the signal on it wants no new visitors, and is alive until it has ended."""
    bell = Bell(school)
    client = serve(school, bell=bell)
    assert said(client) == (200, "ready\n")
    bell.close()
    assert said(client) == (503, "stopping\n")
    assert said(client, "/healthz") == (200, "ok\n")
