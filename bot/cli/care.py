"""Commands that keep the data of a school: backup and restore."""

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from bot.cli.terminal import FAULT, Commands, add, confirmed, note
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from bot.settings import Settings, read_settings
from bot.storage import backup, migrations, postgres_backup, sqlite_backup
from bot.storage.backup import Contents
from bot.storage.database import Database
from bot.storage.lock import serving_workers, sole_user

NAMES = {
    "person": "people",
    "child": "children",
    "answer": "answers",
    "entry": "additions",
    "agreement": "agreements",
    "message": "messages",
    "attachment": "voice messages and photos",
}
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
STOP_FIRST = "A program serves this database; stop every `oudergesprek run` first, then restore."

QUESTION = "The database has content; what came into it after the backup was written will be gone from it."


def register(commands: Commands) -> None:
    """`backup` and `restore` can be typed."""
    keeping = add(commands, "backup", _backup, "Write the whole school to one file, also while it runs.")
    keeping.add_argument("file", type=Path, metavar="FILE")
    keeping.add_argument("--replace", action="store_true", help="an earlier FILE is replaced")
    restoring = add(commands, "restore", _restore, "Put the school back as it was when FILE was written.")
    restoring.add_argument("file", type=Path, metavar="FILE")
    restoring.add_argument(
        "--yes", action="store_true", help="replace what is in the database without asking"
    )


def _backup(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    file: Path = options.file
    if settings.sqlite_file:
        found = sqlite_backup.back_up(settings.sqlite_file, file, replace=options.replace)
    else:
        with closing(Database(settings.database_url)) as database:
            found = postgres_backup.back_up(database.engine, file, environment, replace=options.replace)
    print(f"{file} ({_size(file)}) holds {_told(found)}.")
    return 0


def _restore(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    file: Path = options.file
    kind = backup.kind_of(file)
    wanted = "sqlite" if settings.sqlite_file else "postgresql"
    if kind != wanted:
        raise OperatorError(
            f"This is a backup of a {KINDS[kind]} database, and DATABASE_URL names a {KINDS[wanted]} one."
        )
    if settings.sqlite_file:
        with sole_user(settings.sqlite_file, STOP_FIRST):
            return _restore_file(settings, settings.sqlite_file, file, sure=options.yes)
    with closing(Database(settings.database_url)) as database:
        return _restore_shared(database, file, environment, sure=options.yes)


def _restore_file(settings: Settings, target: Path, file: Path, *, sure: bool) -> int:
    found = sqlite_backup.look(file)
    if target.is_file() and target.stat().st_size > 0 and not (sure or confirmed(QUESTION)):
        note("Nothing was changed.")
        return FAULT
    kept = sqlite_backup.restore(file, target, Clock(settings.school_timezone).now())
    if kept:
        note(f"The database from before stands at {kept}.")
    print(f"The database holds {_told(found)}.")
    if found.revision != migrations.newest_revision():
        note("It was written by an earlier version; `oudergesprek run` brings it up to date.")
    return 0


def _restore_shared(database: Database, file: Path, environment: Mapping[str, str], *, sure: bool) -> int:
    postgres_backup.revision(file, environment)
    if serving_workers(database.engine):
        raise OperatorError(STOP_FIRST)
    if not sure and not postgres_backup.is_empty(database.engine):
        raise OperatorError("The database is not empty; back it up, then add --yes to replace what is in it.")
    postgres_backup.restore(database.engine, file, environment)
    with database.engine.connect() as connection:
        found = backup.contents(connection, backup.NOT_OURS)
    print(f"The database holds {_told(found)}.")
    if found.revision != migrations.newest_revision():
        note("It was written by an earlier version; `oudergesprek migrate` brings it up to date.")
    return 0


def _told(found: Contents) -> str:
    """Counts only, never a name or a word."""
    counted = ", ".join(f"{NAMES[table]}: {number}" for table, number in found.rows.items())
    return f"{counted}; revision {found.revision}"


def _size(file: Path) -> str:
    size = float(file.stat().st_size)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:  # noqa: PLR2004
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
