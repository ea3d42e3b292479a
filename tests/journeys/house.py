"""The real house of the program behind a real server, with the invented school of the demo in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from bot.content.school_file import FILE_NAME, read_phrases
from bot.content.shipped import PACKAGE
from bot.model.clock import MovableClock
from bot.model.privacy import PassPurpose
from bot.model.rhythm import NO_QUIET
from bot.services import invitations, passes, people, roster
from bot.settings import read_settings
from bot.storage.database import Database
from bot.storage.migrations import migrate
from bot.wiring import House, wire
from tests.cast import tools_for
from tests.running import running
from tests.storage.ready import fill
from tests.web.served import Served, serving

SCHOOL = PACKAGE / "demo_school"
FIRST_DAY = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@contextmanager
def open_house(folder: Path, server: Served | None = None) -> Iterator[House]:
    """The web door is open, at this server or its own, and the background work goes on until the end of the block."""
    with nullcontext(server) if server else serving() as served:
        shutil.copy(SCHOOL / FILE_NAME, folder)
        settings = read_settings({"DATA_DIR": str(folder), "PUBLIC_URL": served.url})
        clock = MovableClock(settings.school_timezone, start=FIRST_DAY)
        house = wire(settings, clock=clock, phrases=read_phrases(SCHOOL / "phrasebook.yaml"), rhythm=NO_QUIET)
        try:
            fill(house.database, _school_on_its_first_day)
            served.app = house.application
            with running(**house.loops):
                yield house
        finally:
            house.close()


def _school_on_its_first_day(database: Database) -> None:
    migrate(database.engine)
    rows, problems = roster.read_roster((SCHOOL / "roster.csv").read_bytes())
    assert not problems
    with database.writing() as session:
        roster.apply(session, tools_for(MovableClock(start=FIRST_DAY)), rows)


def invitation_of(house: House, roster_id: str) -> str:
    """The address in this person's letter."""
    with house.database.writing() as session:
        token = invitations.invite(session, house.tools, people.by_roster_id(session, roster_id))
    return f"{house.tools.public_url}/i/{token}"


def sign_in_link(house: House, roster_id: str, purpose: PassPurpose = PassPurpose.DESK) -> str:
    """A one-time link as `oudergesprek sign-in` prints it."""
    with house.database.writing() as session:
        token = passes.issue(session, house.tools, people.by_roster_id(session, roster_id), purpose)
    return f"{house.tools.public_url}/in/{token}"


def word(house: House, language: str, english: str) -> str:
    """A fixed word of the pages in a language."""
    return str(house.texts.catalogues.chat(language).gettext(english))
