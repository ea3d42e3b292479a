"""Keeping the data of a school: one program at a time on SQLite, backup while it runs, restore."""

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.cli.care import NAMES
from bot.dialog.state import State
from bot.model.clock import Clock
from bot.model.messages import Outgoing
from bot.model.people import DoorKind
from bot.model.preparation import Answer, Run
from bot.services import people
from bot.storage import migrations
from bot.storage.backup import COUNTED, NUMBERS_LEFT_OUT
from bot.storage.database import Database
from bot.storage.lock import lock_file, serving_workers
from tests.cast import DEMO_ROSTER, open_door
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.storage import rows
from tests.storage.postgres import fresh_database, program_path
from tests.storage.revisions import FOLDER, known
from tests.test_cli import ROOT, WITHIN_S, Terminal, free_address, imported, languages_are_on, serving

PIETER = 77
PREPARE = "📝 Gesprek voorbereiden"
FIRST, LOST, AGAIN = "Kuba is vrolijk.", "Treinen kijken.", "Buiten spelen en fietsen."


@pytest.fixture
def sqlite(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """A school with its roster imported, on SQLite."""
    environment = {"DATA_DIR": str(tmp_path / "data"), "PUBLIC_URL": "https://praat.example"}
    terminal = Terminal(capsys, environment)
    shutil.copytree(imported(), terminal.data_dir)
    return terminal


@pytest.fixture
def shared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Terminal]:
    """A school with its roster imported, on PostgreSQL."""
    environment = {"DATA_DIR": str(languages_are_on(tmp_path)), "PUBLIC_URL": "https://praat.example"}
    with fresh_database() as url:
        terminal = Terminal(capsys, environment | {"DATABASE_URL": url, "PATH": program_path()})
        assert terminal.type("migrate")[0] == 0
        assert terminal.type("import", DEMO_ROSTER)[0] == 0
        yield terminal


@pytest.fixture(params=["sqlite", "shared"])
def school(request: pytest.FixtureRequest) -> Terminal:
    """A school with its roster imported, on each kind of database."""
    terminal: Terminal = request.getfixturevalue(request.param)
    return terminal


def database_of(school: Terminal) -> Database:
    """The school's database."""
    named = school.environment.get("DATABASE_URL")
    return Database(named or f"sqlite:///{school.data_dir / 'oudergesprek.db'}")


def is_sqlite(school: Terminal) -> bool:
    """Whether the school's database is a file."""
    return "DATABASE_URL" not in school.environment


def stands(school: Terminal) -> tuple[str, list[str]]:
    """The question that stands for the only parent who prepares, and the words stored so far."""
    with closing(database_of(school)) as database, database.reading() as session:
        run = session.scalars(select(Run)).one()
        words = [answer.saying.original for answer in session.scalars(select(Answer)) if answer.saying]
        return State.from_json(run.state).position, words


def names(school: Terminal) -> list[str]:
    """Everybody of the school by name."""
    with closing(database_of(school)) as database, database.engine.connect() as connection:
        return list(connection.execute(text("SELECT name FROM person ORDER BY id")).scalars())


def rename_everybody(school: Terminal) -> None:
    """The database holds something else than any backup of before."""
    with closing(database_of(school)) as database, database.writing() as session:
        session.execute(text("UPDATE person SET name = 'later'"))


@dataclass
class Phone:
    """Pieter's chat with the bot."""

    telegram: FakeTelegram

    def say(self, words: str, *, sees: str) -> None:
        """Type words, and see this in a new message."""
        shown = len(self.telegram.messages(PIETER))
        self.telegram.person_says(PIETER, words, language="nl")
        self._sees(shown, sees)

    def tap(self, label: str, *, sees: str) -> None:
        """Tap the newest button with this label, and see this in a new message."""
        shown = len(self.telegram.messages(PIETER))
        self.telegram.person_taps(PIETER, label)
        self._sees(shown, sees)

    def _sees(self, shown: int, words: str) -> None:
        def seen() -> bool:
            new = self.telegram.messages(PIETER)[shown:]
            return any(words in one.text or words in one.labels for one in new)

        self.telegram.wait_until(seen, WITHIN_S)


def typed(school: Terminal, answer: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, and an answer typed to it."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, **school.environment},
        input=answer,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_restored_school_goes_on_where_it_stood(school: Terminal, tmp_path: Path) -> None:
    """The parent goes on at the question of the moment of the backup, which was taken while people answered."""
    file = tmp_path / "school.backup"
    with FakeTelegram() as telegram:
        doors = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        with closing(database_of(school)) as database, database.writing() as session:
            pieter = people.by_roster_id(session, "p-pieter")
            open_door(session, Clock(), pieter, DoorKind.TELEGRAM, str(PIETER))
        phone = Phone(telegram)
        with serving(school, **doors) as (process, _):
            phone.say("/menu", sees=PREPARE)
            phone.tap(PREPARE, sees="Kuba · 1 van 15")
            phone.say(FIRST, sees="Wat doet uw kind graag?")
            code, told, err = school.type("backup", file)
            assert (code, err) == (0, "")
            assert "people: 8, children: 4, answers: 1" in told
            assert (at_the_backup := stands(school)) == ("BO02", [FIRST])
            phone.say(LOST, sees="Waar is uw kind goed in?")
            assert stands(school) == ("BO03", [FIRST, LOST])
            if is_sqlite(school):
                refused = school.type("restore", file, "--yes")
                assert (refused[0], refused[1]) == (2, "")
                assert "stop every `oudergesprek run` first" in refused[2]
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=WITHIN_S)

        assert school.type("restore", file, "--yes")[0] == 0
        assert stands(school) == at_the_backup
        with serving(school, **doors):
            phone.say("/menu", sees=PREPARE)
            phone.tap(PREPARE, sees="Wat doet uw kind graag?")
            phone.say(AGAIN, sees="Waar is uw kind goed in?")
            assert stands(school) == ("BO03", [FIRST, AGAIN])


def test_a_backup_is_private_and_tells_counts_only(school: Terminal, tmp_path: Path) -> None:
    """Only its owner can read the file; what is printed holds numbers and the revision, and nobody's name."""
    file = tmp_path / "school.backup"
    code, out, err = school.type("backup", file)
    assert (code, err) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "holds people: 8, children: 4, answers: 0" in out
    assert f"revision {migrations.newest_revision()}" in out
    assert not any(name in out for name in names(school))
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_an_earlier_backup_is_not_overwritten(school: Terminal, tmp_path: Path) -> None:
    """A file of that name stays as it is, until its replacement is asked for."""
    file = tmp_path / "school.backup"
    file.write_text("something of somebody")
    code, out, err = school.type("backup", file)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert file.read_text() == "something of somebody"
    assert school.type("backup", file, "--replace")[0] == 0
    rename_everybody(school)
    assert school.type("restore", file, "--yes")[0] == 0
    assert "later" not in names(school)


def test_a_backup_that_cannot_be_written(school: Terminal, tmp_path: Path) -> None:
    """One sentence, and nothing half-written is left."""
    code, out, err = school.type("backup", tmp_path / "nowhere" / "school.backup")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    before = set(tmp_path.iterdir())
    (tmp_path / "folder").mkdir()
    assert school.type("backup", tmp_path / "folder", "--replace")[0] == 2
    assert set(tmp_path.iterdir()) == before | {tmp_path / "folder"}


def test_nothing_to_keep(school: Terminal, tmp_path: Path) -> None:
    """Without a school there is no backup, and none is made up."""
    with fresh_database() as url:
        empty = {"DATABASE_URL": url} if not is_sqlite(school) else {"DATA_DIR": str(tmp_path / "new")}
        code, out, err = school.type("backup", tmp_path / "file", **empty)
    assert (code, out) == (2, "")
    assert "nothing to keep" in err
    assert not (tmp_path / "file").exists()
    assert not (tmp_path / "new").exists()


def test_numbers_in_buttons_are_not_given_again(school: Terminal, tmp_path: Path) -> None:
    """A button that was made after the backup means nothing after the restore, and never something new."""
    assert school.type("backup", tmp_path / "file")[0] == 0
    assert school.type("restore", tmp_path / "file", "--yes")[0] == 0
    with closing(database_of(school)) as database, database.writing() as session:
        made = Outgoing(
            door_kind="web", address="a", body="b", macro="m", language="nl", made_at=Clock().now()
        )
        session.add(made)
        session.flush()
        assert made.id > NUMBERS_LEFT_OUT


@pytest.mark.parametrize("broken", ["words", "half", "other"])
def test_a_file_that_is_no_backup(school: Terminal, tmp_path: Path, broken: str) -> None:
    """Anything, half a backup, and a database of something else are refused; the school stays as it is."""
    file = tmp_path / "file"
    assert school.type("backup", file)[0] == 0
    if broken == "words":
        file.write_text("This is no backup at all, but a letter.")
    elif broken == "half":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        file.unlink()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE invoices (number INTEGER)")
    before = names(school)
    code, out, err = school.type("restore", file, "--yes")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "backup" in err
    assert names(school) == before


def test_a_backup_of_a_newer_program(school: Terminal, tmp_path: Path) -> None:
    """It is refused, because this program would not know what to do with it."""
    with closing(database_of(school)) as database:
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        file = tmp_path / "file"
        with closing(sqlite3.connect(file)) as copy:
            if is_sqlite(school):
                with closing(sqlite3.connect(school.data_dir / "oudergesprek.db")) as source:
                    source.backup(copy)
        if not is_sqlite(school):
            file.unlink()
            dump(school, file)
    code, out, err = school.type("restore", file, "--yes")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "newer" in err


def dump(school: Terminal, file: Path) -> None:
    """A dump of a school on PostgreSQL, made by hand."""
    with closing(database_of(school)) as database:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {"PATH": school.environment["PATH"]}
    subprocess.run(["pg_dump", "-Fc", f"--file={file}", url], check=True, env=environment)


@pytest.mark.parametrize("revision", [one for one in known() if one != migrations.newest_revision()])
def test_a_backup_of_an_earlier_program(school: Terminal, tmp_path: Path, revision: str) -> None:
    """What it does not know yet is gone after the restore, and comes with the usual way of bringing up to date."""
    file = tmp_path / "file"
    stored = json.loads((FOLDER / f"{revision}.json").read_text(encoding="utf-8"))
    with fresh_database() as url:
        old = url if not is_sqlite(school) else f"sqlite:///{tmp_path / 'old.db'}"
        with closing(Database(old)) as database:
            migrations.migrate(database.engine, revision)
            rows.write(database.engine, stored)
        code, out, err = school.type("backup", file, DATABASE_URL=old)
        assert (code, err) == (0, "")
        assert f"answers: {len(stored['answer'])}," in out
        assert f"revision {revision}" in out
    code, out, err = school.type("restore", file, "--yes")
    assert code == 0
    assert f"revision {revision}" in out
    assert "brings it up to date" in err
    with closing(database_of(school)) as database:
        assert migrations.current_revision(database.engine) == revision
        assert set(rows.read(database.engine)) == set(stored)
        assert school.type("migrate")[0] == 0
        assert migrations.current_revision(database.engine) == migrations.newest_revision()
        assert len(rows.read(database.engine)["answer"]) == len(stored["answer"])


def test_the_other_kind_of_backup(sqlite: Terminal, tmp_path: Path) -> None:
    """A backup goes back into the kind of database it came from, and who tries otherwise is told so."""
    assert sqlite.type("backup", tmp_path / "file")[0] == 0
    with fresh_database() as url:
        code, out, err = sqlite.type("restore", tmp_path / "file", DATABASE_URL=url)
    assert (code, out) == (2, "")
    assert "backup of a SQLite database" in err


def test_restoring_asks_before_it_replaces(sqlite: Terminal, tmp_path: Path) -> None:
    """Anything but yes changes nothing; after yes the database from before stands beside the restored one."""
    file = tmp_path / "file"
    assert sqlite.type("backup", file)[0] == 0
    rename_everybody(sqlite)
    refused = typed(sqlite, "no\n", "restore", str(file))
    assert (refused.returncode, "later" in names(sqlite)) == (2, True)
    agreed = typed(sqlite, "yes\n", "restore", str(file))
    assert agreed.returncode == 0, agreed.stderr
    assert "later" not in names(sqlite)
    (kept,) = sqlite.data_dir.glob("*.backup")
    assert str(kept) in agreed.stderr
    with closing(sqlite3.connect(kept)) as connection:
        assert set(connection.execute("SELECT name FROM person")) == {("later",)}


def test_restoring_into_nothing(sqlite: Terminal, tmp_path: Path) -> None:
    """On a new machine nothing is asked, and the data are their owner's only."""
    file = tmp_path / "file"
    assert sqlite.type("backup", file)[0] == 0
    moved = {"DATA_DIR": str(tmp_path / "other")}
    code, out, err = sqlite.type("restore", file, **moved)
    assert (code, err) == (0, "")
    assert "people: 8" in out
    assert (tmp_path / "other").stat().st_mode & 0o077 == 0
    assert (tmp_path / "other" / "oudergesprek.db").stat().st_mode & 0o077 == 0
    assert sqlite.type("import", DEMO_ROSTER, **moved)[:2] == (0, "Nothing changed.\n")


def test_restoring_over_a_damaged_database(sqlite: Terminal, tmp_path: Path) -> None:
    """What is left of it is moved aside, and the school is there again."""
    file = tmp_path / "file"
    assert sqlite.type("backup", file)[0] == 0
    database = sqlite.data_dir / "oudergesprek.db"
    database.write_bytes(b"lightning" * 2_000)
    code, _, err = sqlite.type("restore", file, "--yes")
    assert code == 0
    (aside,) = sqlite.data_dir.glob("*.damaged")
    assert str(aside) in err
    assert aside.read_bytes() == b"lightning" * 2_000
    assert sqlite.type("import", DEMO_ROSTER) == (0, "Nothing changed.\n", "")


def test_postgresql_with_content_is_replaced_only_when_told(shared: Terminal, tmp_path: Path) -> None:
    """Nothing is asked there: a database that is not empty needs --yes, an empty one does not."""
    file = tmp_path / "file"
    assert shared.type("backup", file)[0] == 0
    rename_everybody(shared)
    code, out, err = shared.type("restore", file)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "--yes" in err
    assert set(names(shared)) == {"later"}
    assert shared.type("restore", file, "--yes")[0] == 0
    assert "later" not in names(shared)
    with fresh_database() as url:
        code, out, _ = shared.type("restore", file, DATABASE_URL=url)
        assert code == 0
        assert "people: 8" in out
        assert shared.type("import", DEMO_ROSTER, DATABASE_URL=url)[1] == "Nothing changed.\n"


def test_postgresql_stays_as_it_was_when_restoring_fails(shared: Terminal, tmp_path: Path) -> None:
    """Dropping and filling are one transaction: something in the way undoes both."""
    file = tmp_path / "file"
    assert shared.type("backup", file)[0] == 0
    rename_everybody(shared)
    with closing(database_of(shared)) as database, database.writing() as session:
        session.execute(text("ALTER TABLE audit_line RENAME TO of_somebody_else"))
        session.execute(text("CREATE VIEW audit_line AS SELECT 1 AS one"))
    code, out, err = shared.type("restore", file, "--yes")
    assert (code, out) == (2, "")
    assert "as it was" in err
    assert set(names(shared)) == {"later"}


def test_postgresql_is_not_restored_under_living_workers(shared: Terminal, tmp_path: Path) -> None:
    """As long as a worker's lease runs, restoring is refused, whatever else was said."""
    file = tmp_path / "file"
    assert shared.type("backup", file)[0] == 0
    with serving(shared):
        with closing(database_of(shared)) as database:
            assert serving_workers(database.engine) == 1
        code, out, err = shared.type("restore", file, "--yes")
    assert (code, out) == (2, "")
    assert "stop every `oudergesprek run` first" in err


def test_no_password_on_a_command_line(shared: Terminal, tmp_path: Path) -> None:
    """pg_dump gets it through its environment, and nothing of our own secrets."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pg_dump").write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/typed\nenv > {tmp_path}/seen\nexit 1\n'
    )
    (programs / "pg_dump").chmod(0o700)
    with closing(database_of(shared)) as database:
        url = database.engine.url.set(password="s3cret").render_as_string(hide_password=False)
    path = f"{programs}{os.pathsep}{shared.environment['PATH']}"
    code, out, err = shared.type(
        "backup", tmp_path / "file", DATABASE_URL=url, PATH=path, TELEGRAM_TOKEN=TOKEN
    )
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "s3cret" not in (tmp_path / "typed").read_text() + err
    seen = (tmp_path / "seen").read_text()
    assert "PGPASSWORD=s3cret" in seen
    assert TOKEN not in seen
    assert not (tmp_path / "file").exists()


def test_without_the_programs_of_postgresql(shared: Terminal, tmp_path: Path) -> None:
    """What is missing is said, and how it is installed."""
    code, out, err = shared.type("backup", tmp_path / "file", PATH=str(tmp_path))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "pg_dump is not found" in err
    assert "postgresql-client" in err


def test_every_counted_table_has_a_name() -> None:
    """What a backup counts can be told."""
    assert set(NAMES) == set(COUNTED)


def test_one_program_at_a_time_on_sqlite(sqlite: Terminal) -> None:
    """A second `run` stops at once and says what to do; other commands work; after SIGKILL the way is free."""
    with serving(sqlite) as (process, _):
        code, out, err = sqlite.type("run", LISTEN=free_address())
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert "stop that one first" in err
        assert "PostgreSQL" in err
        assert sqlite.type("import", DEMO_ROSTER) == (0, "Nothing changed.\n", "")
        assert sqlite.type("sign-in", "s-marieke")[0] == 0
        process.send_signal(signal.SIGKILL)
        process.wait(WITHIN_S)
        with serving(sqlite) as (again, _):
            assert again.poll() is None
    assert lock_file(sqlite.data_dir / "oudergesprek.db").name == "oudergesprek.db.lock"
