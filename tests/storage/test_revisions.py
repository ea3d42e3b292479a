"""Every revision that a school may have comes forward to the newest with all its data, and the assistant goes on."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.demo.phones import DirectPhone
from bot.dialog.script import Part
from bot.dialog.state import State
from bot.model.clock import MovableClock
from bot.model.people import Door
from bot.model.preparation import Run
from bot.services import export, people
from bot.storage import migrations
from bot.storage.database import Database
from tests.cast import catalogues, tools_for
from tests.storage import rows
from tests.storage.postgres import fresh_database
from tests.storage.revisions import FOLDER, known

PREPARE = "📝 Przygotowanie rozmowy"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
    else:
        with fresh_database() as made:
            yield made


@pytest.fixture(params=known())
def old(request: pytest.FixtureRequest, url: str) -> Iterator[tuple[Database, rows.Rows]]:
    """A school as a program of that revision left it, and its rows."""
    stored: rows.Rows = json.loads((FOLDER / f"{request.param}.json").read_text(encoding="utf-8"))
    with closing(Database(url)) as database:
        migrations.migrate(database.engine, request.param)
        rows.write(database.engine, stored)
        assert migrations.current_revision(database.engine) == request.param
        yield database, stored


def test_every_earlier_revision_is_kept() -> None:
    """A migration without a school from before it is not tested: `python -m tests.storage.revisions` makes one."""
    script = ScriptDirectory(str(migrations.HERE))
    made = {revision.revision for revision in script.walk_revisions()}
    assert made - set(known()) <= {migrations.newest_revision()}
    assert set(known()) <= made


@pytest.mark.parametrize("revision", known())
def test_a_kept_school_is_a_whole_one(revision: str) -> None:
    """Each table of that revision has rows, so that no column moves unseen."""
    stored = json.loads((FOLDER / f"{revision}.json").read_text(encoding="utf-8"))
    assert [name for name, of_table in stored.items() if not of_table] == []


def test_all_rows_come_along(old: tuple[Database, rows.Rows]) -> None:
    """After migrating, each row of before is there with the value of each column that still exists."""
    database, before = old
    migrations.migrate(database.engine)
    assert migrations.current_revision(database.engine) == migrations.newest_revision()
    after = rows.read(database.engine)
    metadata = rows.tables(database.engine)
    for name, of_table in before.items():
        if name not in metadata.tables:
            continue
        table = metadata.tables[name]
        found = {rows.key_of(table, row): row for row in after[name]}
        assert len(found) >= len(of_table)
        for row in of_table:
            now = found[rows.key_of(table, row)]
            kept = {column: value for column, value in row.items() if column in now}
            assert kept == {column: now[column] for column in kept}, name


def test_the_assistant_goes_on(old: tuple[Database, rows.Rows]) -> None:
    """A parent of before finds the question where it stood and answers it; the teacher reads what was shared."""
    database, _ = old
    migrations.migrate(database.engine)
    clock = MovableClock(start=datetime(2026, 9, 30, 10, 0, tzinfo=UTC))
    tools = tools_for(clock)
    texts = Texts(catalogues(), clock.zone)
    assert stands(database) == ("BO02", 1)
    phone = LaterPhone(database, Reception(database, tools, texts), clock, "", address(database))
    assert PREPARE in phone.command("menu").words
    assert "Kuba" in phone.tap(PREPARE).words
    asked = phone.tap("Kuba").words
    assert tools.scripts["begin"].text("pl", "BO02", Part.ASK) in asked
    phone.say("Kuba lubi pociągi.")
    assert stands(database) == ("BO03", 2)
    with database.writing() as session:
        marieke = people.by_roster_id(session, "s-marieke")
        page = export.page(session, tools, texts, people.child_by_roster_id(session, "k-kuba"), marieke)
    assert "Hij weet veel over treinen." in page
    assert "Thuis lezen wij samen." in page
    assert "Kuba ma nowe okulary." in page
    assert "pociągi" not in page


class LaterPhone(DirectPhone):
    """A phone of before: what it sends now has numbers of its own."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._number = count(10_001)
        self.looks()


def agnieszka_of(session: Session) -> int:
    """Her id."""
    return people.by_roster_id(session, "p-agnieszka").id


def address(database: Database) -> str:
    """The chat that Agnieszka had before."""
    with database.reading() as session:
        return session.scalars(select(Door.address).where(Door.person_id == agnieszka_of(session))).one()


def stands(database: Database) -> tuple[str, int]:
    """The question at which Agnieszka stands, and how many she answered."""
    with database.reading() as session:
        run = session.scalars(select(Run).where(Run.person_id == agnieszka_of(session))).one()
        return State.from_json(run.state).position, len(run.answers)
