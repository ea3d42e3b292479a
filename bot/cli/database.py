"""Commands about the database itself."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from bot.assistant import language
from bot.cli.terminal import DATA_DIR_MODE, Commands, add, note
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from bot.settings import Settings, read_settings
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.sqlite_backup import copy_beside
from bot.wiring import House, wire


def register(commands: Commands) -> None:
    """`migrate` can be typed."""
    add(commands, "migrate", _migrate, "Bring the database to the newest schema.")


def _migrate(_options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    with closing(Database(settings.database_url)) as database:
        bring_up_to_date(settings, database, also_shared=True)
        print(f"The database stands at revision {migrations.current_revision(database.engine)}.")
    return 0


def bring_up_to_date(settings: Settings, database: Database, *, also_shared: bool = False) -> None:
    """The schema is the newest; a SQLite file has a backup copy of before.

    A shared database is migrated by its own command only, because other programs may be at work in it.
    """
    file = settings.sqlite_file
    if file and not file.parent.is_dir():
        file.parent.mkdir(parents=True, mode=DATA_DIR_MODE)
    has_content = file is not None and file.is_file() and file.stat().st_size > 0
    current = migrations.current_revision(database.engine)
    if current == migrations.newest_revision():
        return
    if current is not None and not migrations.is_known(current):
        raise OperatorError("The database is newer than this program; install the newest version.")
    if file is None and not also_shared:
        raise OperatorError(
            "The database has not the newest schema; stop every worker and run `oudergesprek migrate`."
        )
    if file and has_content:
        clock = Clock(settings.school_timezone)
        note(f"A copy of the database from before stands at {copy_beside(file, clock.now())}.")
    migrations.migrate(database.engine)


@contextmanager
def open_house(environment: Mapping[str, str], *, ask_telegram: bool = False) -> Iterator[House]:
    """The house for one command, on a database that is up to date."""
    settings = read_settings(environment)
    with closing(wire(settings, ask_telegram=ask_telegram)) as house:
        get_ready(settings, house)
        yield house


def get_ready(settings: Settings, house: House) -> None:
    """The database is up to date, and everybody reads a language that is on."""
    bring_up_to_date(settings, house.database)
    with house.database.writing() as session:
        language.settle(session, house.tools, house.texts)
