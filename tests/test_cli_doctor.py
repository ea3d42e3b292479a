"""The doctor: one line for each thing a running school needs, and what to do where something is wrong."""

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.channels.telegram.webhook_watch import webhook_address
from bot.cli.doctor import Finding, compared
from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.storage import migrations
from bot.storage.database import Database
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.storage.postgres import fresh_database
from tests.test_cli import Terminal, free_address, imported, serving
from tests.translation import stub as translator

ADDRESS = "https://praat.example"


@dataclass
class BotApi:
    """A Bot API that says what the test wants, at the moment the test wants."""

    url: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": "", "pending_update_count": 0})


@contextmanager
def bot_api(**says: Any) -> Iterator[BotApi]:
    """It answers getMe and getWebhookInfo."""
    api = BotApi(**says)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            me = {"id": 1, "is_bot": True, "first_name": "Wilg", "username": "wilg_bot"}
            about = {"has_custom_certificate": False, **api.webhook}
            result = me if self.path.endswith("getMe") else about
            body = json.dumps({"ok": True, "result": result}).encode()
            self.send_response_only(200)
            self.send_header("Date", format_datetime(api.at, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """A school that has nothing yet."""
    return Terminal(capsys, {"DATA_DIR": str(tmp_path / "data"), "PUBLIC_URL": ADDRESS})


@pytest.fixture
def school(terminal: Terminal) -> Terminal:
    """A school with its roster imported."""
    shutil.copytree(imported(), terminal.data_dir)
    return terminal


def lines(terminal: Terminal, **more: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and by subject what was said, each with its level; nothing is said beside it."""
    code, out, err = terminal.type("doctor", **more)
    assert err == ""
    assert TOKEN.partition(":")[2] not in out
    found: dict[str, list[str]] = {}
    for line in out.splitlines():
        level, _, rest = line.partition(" ")
        subject, _, sentence = rest.strip().partition(": ")
        assert level in {"ok", "note", "fault"}, line
        found.setdefault(subject, []).append(f"{level} {sentence}")
    return code, found


def test_a_school_that_is_well(school: Terminal) -> None:
    """Everything is ok but what was not switched on, which is a note; the exit code is 0."""
    code, found = lines(school)
    assert code == 0
    notes = {subject for subject, said in found.items() for one in said if one.startswith("note")}
    assert notes - {"languages"} == {"running", "Telegram", "translators"}
    assert found["database"] == ["ok it can be reached.", "ok it can be written."]
    assert migrations.newest_revision() in found["migrations"][0]


def test_a_language_of_the_roster_that_is_off(school: Terminal) -> None:
    """Whoever runs the program reads who would read what, and what to write in school.yaml (004-language-threat)."""
    assert lines(school)[1]["languages"] == [f"ok on are {', '.join(SHIPPED_LANGUAGES)}."]
    (school.data_dir / "school.yaml").unlink()
    found = lines(school)[1]["languages"]
    assert "note Polski (pl) is off; of the roster 2 would read it." in found
    assert found[-1].startswith(
        "note To switch on what people read, write in school.yaml: languages: [nl, pl"
    )


def test_a_school_that_has_nothing_yet(terminal: Terminal) -> None:
    """The doctor makes nothing: it says how the database comes to be."""
    code, found = lines(terminal)
    assert code == 0
    assert found["database"] == ["note there is none yet; `oudergesprek import` makes it."]
    assert not terminal.data_dir.exists()


def test_a_value_that_cannot_be_used(terminal: Terminal) -> None:
    """The sentence of the start is a line of the doctor, without the secret."""
    code, found = lines(terminal, TELEGRAM_TOKEN="my-secret")
    assert code == 2
    assert found == {"settings": ["fault TELEGRAM_TOKEN does not look like a token from BotFather."]}


def test_mistakes_in_what_people_edit(school: Terminal, tmp_path: Path) -> None:
    """The doctor counts them and names the command that lists them."""
    (tmp_path / "dialogs" / "begin").mkdir(parents=True)
    (tmp_path / "dialogs" / "begin" / "dialog.yaml").write_text("id: begin\nquestions: 7\n")
    (school.data_dir / "school.yaml").write_text("quiet: yes\n")
    code, found = lines(school, DIALOGS_DIR=str(tmp_path / "dialogs"))
    assert code == 2
    assert found["school.yaml"] == ["fault 1 to mend; `oudergesprek check` lists them."]
    assert found["dialogs"][0].startswith("fault ")


def test_a_damaged_file(school: Terminal) -> None:
    """It is seen before anything else is asked of it, and stays as it is."""
    file = school.data_dir / "oudergesprek.db"
    file.write_bytes(b"lightning" * 1_000)
    code, found = lines(school)
    assert code == 2
    assert found["database"] == ["fault the file is damaged; put the last backup back with `restore`."]
    assert file.read_bytes() == b"lightning" * 1_000


def test_a_file_that_is_locked(school: Terminal) -> None:
    """It can be read and not written: that is said."""
    with closing(sqlite3.connect(school.data_dir / "oudergesprek.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, found = lines(school)
    assert code == 2
    assert found["database"][0] == "ok it can be reached."
    assert found["database"][1].startswith("fault it takes nothing now")


def test_nothing_is_written(school: Terminal) -> None:
    """What was written to see whether it can be is taken back."""
    with school.database() as database:
        before = dump(database)
        lines(school)
        assert dump(database) == before


def dump(database: Database) -> list[str]:
    """All of a SQLite database."""
    with closing(sqlite3.connect(database.engine.url.database or "")) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(("revision", "level", "code"), [("0001", "note", 0), ("9999", "fault", 2)])
def test_another_schema(school: Terminal, revision: str, level: str, code: int) -> None:
    """An older one is renewed by the next run; a newer one needs a newer program."""
    with school.database() as database, database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    found_code, found = lines(school)
    assert (found_code, found["migrations"][0].partition(" ")[0]) == (code, level)


def test_postgresql_of_an_earlier_program(terminal: Terminal) -> None:
    """There an old schema is a fault, because no worker starts on it; the clock of the server is compared."""
    with fresh_database() as url:
        code, found = lines(terminal, DATABASE_URL=url)
        assert code == 2
        assert "`oudergesprek migrate`" in found["migrations"][0]
        assert found["clock"] == ["ok it agrees with the database server."]
        assert terminal.type("migrate", DATABASE_URL=url)[0] == 0
        code, found = lines(terminal, DATABASE_URL=url)
        assert code == 0
        assert found["database"] == ["ok it can be reached.", "ok it can be written."]


def test_a_database_server_that_is_away(terminal: Terminal) -> None:
    """One line, without the password."""
    address = f"postgresql+psycopg://school:secret@{free_address()}/school"
    code, out, err = terminal.type("doctor", DATABASE_URL=address)
    assert (code, err) == (2, "")
    assert "fault database: it cannot be used; is the server there" in out
    assert "secret" not in out


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_who_is_running(school: Terminal, kind: str) -> None:
    """Before the start nobody serves the school, then one program does."""
    with fresh_database() if kind == "postgresql" else nullcontext() as url:
        more = {"DATABASE_URL": url} if url else {}
        assert school.type("migrate", **more)[0] == 0
        assert lines(school, **more)[1]["running"][0].startswith("note nobody serves the school")
        with serving(school, **more):
            assert lines(school, **more)[1]["running"] == ["ok 1 program serves the school."]


def test_little_room(school: Terminal) -> None:
    """The room is compared with 500 MB and with twice the database, as the disk has it."""
    free = shutil.disk_usage(school.data_dir).free
    assert lines(school)[1]["disk"][0].startswith("ok" if free > 500_000_000 else "note")
    large = school.data_dir / "large.db"
    large.touch()
    os.truncate(large, free)  # a file with a hole in it takes no room
    said = lines(school, DATABASE_URL=f"sqlite:///{large}")[1]["disk"][0]
    assert said.startswith("note")
    assert "make room, at least" in said


def test_data_that_others_may_read(school: Terminal) -> None:
    """The folder is to be the school's only."""
    school.data_dir.chmod(0o755)
    code, found = lines(school)
    assert code == 0
    assert any("`chmod 700`" in said for said in found["disk"])


@pytest.mark.parametrize(
    ("minutes", "level"), [(0, "ok"), (1, "ok"), (-1, "ok"), (3, "fault"), (-3, "fault"), (90, "fault")]
)
def test_two_clocks(minutes: int, level: str) -> None:
    """More than two minutes off is a fault, in either direction."""
    now = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
    assert compared("Telegram", now + timedelta(minutes=minutes), now).level == level
    assert isinstance(compared("Telegram", now, now), Finding)


@pytest.mark.parametrize(("minutes", "code"), [(0, 0), (10, 2)])
def test_the_clock_of_telegram(school: Terminal, minutes: int, code: int) -> None:
    """The date of Telegram's answer is compared with the clock of this computer."""
    with bot_api(at=datetime.now(UTC) - timedelta(minutes=minutes)) as api:
        found_code, found = lines(school, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api.url)
    assert found_code == code
    expected = "ok it agrees with Telegram." if code == 0 else "fault it is 10 minutes off from Telegram"
    assert found["clock"][0].startswith(expected)


def test_telegram_without_a_webhook(school: Terminal) -> None:
    """The bot's name is told, and that `run` asks for what waits."""
    with FakeTelegram() as telegram:
        telegram.person_says(7, "Kuba is vrolijk.")
        code, found = lines(school, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=telegram.url)
    assert code == 0
    assert found["Telegram"] == ["ok the token is that of @wilg_bot."]
    assert found["webhook"] == ["ok none is set: `oudergesprek run` asks Telegram itself; 1 update waits."]
    assert "vrolijk" not in str(found)


def test_a_token_that_is_refused(school: Terminal) -> None:
    """It is told and not repeated."""
    with FakeTelegram() as telegram:
        code, out, _ = school.type("doctor", TELEGRAM_TOKEN="1:another-token", TELEGRAM_API_URL=telegram.url)
    assert code == 2
    assert "fault Telegram: it refuses the token" in out
    assert "another-token" not in out


def test_telegram_is_away(school: Terminal) -> None:
    """A code of ours says how."""
    away = f"http://{free_address()}"
    code, found = lines(school, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=away)
    assert code == 2
    assert found["Telegram"][0].startswith("fault it cannot be asked (unreachable)")


def test_our_webhook(school: Terminal) -> None:
    """Ours is ok; an error of the last hour is a fault with its moment, and Telegram's own sentence is not repeated."""
    now = datetime.now(UTC)
    with bot_api() as api:
        api.webhook = {"url": webhook_address(ADDRESS), "pending_update_count": 0}
        more = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
        code, found = lines(school, **more)
        assert (code, found["webhook"][0].partition(" ")[0]) == (0, "ok")
        api.webhook |= {
            "pending_update_count": 12,
            "last_error_date": int(now.timestamp()),
            "last_error_message": "Wrong response of secret.example",
        }
        code, found = lines(school, **more)
        assert code == 2
        assert f"could not deliver at {now:%Y-%m-%d}" in found["webhook"][0]
        assert "12 updates wait" in found["webhook"][0]
        assert "secret.example" not in found["webhook"][0]
        api.webhook["last_error_date"] = int((now - timedelta(days=2)).timestamp())
        assert lines(school, **more)[0] == 0


def test_somebody_elses_webhook(school: Terminal) -> None:
    """It is a fault, and the address, which may hold a secret, is not told."""
    with bot_api(webhook={"url": "https://other.example/secret", "pending_update_count": 0}) as api:
        code, found = lines(school, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api.url)
    assert code == 2
    assert found["webhook"][0].startswith("fault it leads to another address")
    assert "other.example" not in str(found)


@pytest.mark.parametrize(
    ("address", "token", "level"),
    [
        ("https://praat.example", True, "ok"),
        ("http://praat.example", True, "fault"),
        ("http://praat.example", False, "note"),
        ("http://127.0.0.1:8000", False, "note"),
    ],
)
def test_the_address_of_the_school(school: Terminal, address: str, level: str, *, token: bool) -> None:
    """With Telegram it has to be https; an address of this computer only is worth a note."""
    with bot_api() as api:
        doors = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url} if token else {}
        _, found = lines(school, PUBLIC_URL=address, **doors)
    assert found["PUBLIC_URL"][0].partition(" ")[0] == level


def test_translators(school: Terminal) -> None:
    """A server that knows every language is ok, one that lacks some is a note, one that is away is a fault."""
    with translator.serving() as stub:
        stub.languages = [{"code": one, "targets": list(SHIPPED_LANGUAGES)} for one in SHIPPED_LANGUAGES]
        server = {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": stub.url}
        code, found = lines(school, **server)
        assert (code, found["translators"]) == (
            0,
            ["ok libretranslate answers and knows every language that is on."],
        )
        stub.languages = [{"code": "nl", "name": "nl", "targets": ["en"]}]
        code, found = lines(school, **server)
        assert code == 0
        said = found["translators"][0]
        assert "does not translate ar to nl, bg to nl, " in said
        assert "nl to pl" in said
        assert "nl to en" not in said
        assert all(one["path"] == "/languages" for one in stub.asked)
    away = {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": f"http://{free_address()}"}
    code, found = lines(school, **away)
    assert code == 2
    assert "does not answer (translator_unavailable)" in found["translators"][0]
    outside = {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": "http://8.8.8.8:5000"}
    code, found = lines(school, **outside)
    assert (code, "LIBRETRANSLATE_URL" in found["translators"][0]) == (2, True)
