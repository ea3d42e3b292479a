"""The command that looks at everything a running school needs, and says what to do where something is wrong.

It asks nobody over the network whom the settings did not switch on, and prints no secret.
"""

import argparse
import asyncio
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import wiring
from bot.channels.telegram.inspection import Inspection, inspect
from bot.channels.telegram.webhook_watch import webhook_address
from bot.cli.people import about_wishes
from bot.cli.terminal import FAULT, Commands, add, is_loopback
from bot.content import checks
from bot.content.catalogues import DIALOG_SOURCE, Catalogues
from bot.content.reviewing import languages_on
from bot.content.school_file import read_school_file
from bot.content.shipped import shipped
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from bot.services import language
from bot.settings import Settings, SettingsError, read_settings
from bot.storage import migrations
from bot.storage.database import READ_ONLY, Database
from bot.storage.lock import is_served, serving_workers
from bot.translation.errors import TranslationError

FREE_BYTES = 500_000_000
MOST_OFF = timedelta(minutes=2)
LATELY = timedelta(hours=1)
OTHERS = 0o077


@dataclass(frozen=True)
class Finding:
    """One line of what was looked at: `ok`, `note` (good to know) or `fault` (to be mended)."""

    level: str
    subject: str
    sentence: str


def register(commands: Commands) -> None:
    """`doctor` can be typed."""
    add(commands, "doctor", _doctor, "Look at everything a running school needs, and say what to do.")


def _doctor(_options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    faults = 0
    for finding in examine(environment):
        print(f"{finding.level:5} {finding.subject}: {finding.sentence}", flush=True)
        faults += finding.level == "fault"
    return FAULT if faults else 0


def examine(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that was found, one after the other."""
    try:
        settings = read_settings(environment)
    except SettingsError as fault:
        yield Finding("fault", "settings", str(fault))
        return
    yield Finding("ok", "settings", "every value can be used.")
    clock = Clock(settings.school_timezone)
    yield from _content(settings)
    yield from _disk(settings)
    yield from _database(settings, clock)
    yield from _address(settings)
    yield from _telegram(settings, clock)
    yield from _translators(settings)


def _content(settings: Settings) -> Iterator[Finding]:
    school = read_school_file(settings.data_dir)
    for subject, problems in (
        ("dialogs", checks.check(school_dialogs=settings.dialogs_dir)),
        ("school.yaml", school.problems),
    ):
        wrong = sum(not problem.note for problem in problems)
        if wrong:
            yield Finding("fault", subject, f"{wrong} to mend; `oudergesprek check` lists them.")
        else:
            yield Finding("ok", subject, "nothing is wrong.")


def _disk(settings: Settings) -> Iterator[Finding]:
    file = settings.sqlite_file
    folder = file.parent if file else settings.data_dir
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    free = shutil.disk_usage(there).free
    wanted = max(FREE_BYTES, 2 * file.stat().st_size if file and file.is_file() else 0)
    room = f"{free / 1_000_000:.0f} MB free"
    if free < wanted:
        yield Finding("note", "disk", f"{room}; make room, at least {wanted / 1_000_000:.0f} MB.")
    elif file is None:
        yield Finding(
            "ok", "disk", f"{room} here; how much the database server has cannot be seen from here."
        )
    else:
        yield Finding("ok", "disk", f"{room}.")
    if settings.data_dir.is_dir() and settings.data_dir.stat().st_mode & OTHERS:
        yield Finding("note", "disk", "others of this computer may read DATA_DIR; `chmod 700` closes it.")


def _database(settings: Settings, clock: Clock) -> Iterator[Finding]:
    file = settings.sqlite_file
    if file and not file.is_file():
        yield Finding("note", "database", "there is none yet; `oudergesprek import` makes it.")
        return
    if file and not _is_whole(file):
        yield Finding("fault", "database", "the file is damaged; put the last backup back with `restore`.")
        return
    with closing(Database(settings.database_url)) as database:
        try:
            revision = migrations.current_revision(database.engine.execution_options(**READ_ONLY))
            yield Finding("ok", "database", "it can be reached.")
            yield _revision(revision, is_file=file is not None)
            if revision is not None:
                yield _writable(database)
            if revision == migrations.newest_revision():
                yield from _languages(settings, database)
            if file is None:
                yield _far_clock(database, clock)
                yield _served(serving_workers(database.engine))
            else:
                yield _served(int(is_served(file)))
        except DBAPIError:
            yield Finding(
                "fault",
                "database",
                "it cannot be used; is the server there, and are name and password right?"
                if file is None
                else "it cannot be used; may this user read and write the file?",
            )


def _is_whole(file: Path) -> bool:
    """Whether SQLite can read the file and finds it in order; one that is only busy counts as whole."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False


def _revision(revision: str | None, *, is_file: bool) -> Finding:
    newest = migrations.newest_revision()
    if revision == newest:
        return Finding("ok", "migrations", f"the schema is the newest, {newest}.")
    if revision is not None and not migrations.is_known(revision):
        return Finding(
            "fault", "migrations", "the database is newer than this program; install the newest version."
        )
    if is_file:
        return Finding(
            "note", "migrations", "the schema is an older one; the next `oudergesprek run` renews it."
        )
    return Finding(
        "fault", "migrations", "the schema is an older one; stop every worker and run `oudergesprek migrate`."
    )


def _writable(database: Database) -> Finding:
    """Something is written and taken back."""
    try:
        with database.engine.connect() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            connection.rollback()
    except DBAPIError:
        return Finding(
            "fault",
            "database",
            "it takes nothing now; is the disk full, or may this user not write, or is it locked?",
        )
    return Finding("ok", "database", "it can be written.")


def _spoken(settings: Settings) -> tuple[str, ...]:
    """The languages that are on."""
    return languages_on(Catalogues(shipped("locales")), read_school_file(settings.data_dir).languages)


def _languages(settings: Settings, database: Database) -> Iterator[Finding]:
    """Whether everybody of the roster can read the own language."""
    on = _spoken(settings)
    with database.reading() as session:
        sentences = about_wishes(language.wishes(session, on), on)
    for sentence in sentences:
        yield Finding("note", "languages", sentence)
    if not sentences:
        yield Finding("ok", "languages", f"on are {', '.join(on)}.")


def _served(programs: int) -> Finding:
    if programs == 0:
        return Finding("note", "running", "nobody serves the school now; `oudergesprek run` does.")
    return Finding(
        "ok", "running", "1 program serves the school." if programs == 1 else f"{programs} workers serve it."
    )


def _far_clock(database: Database, clock: Clock) -> Finding:
    with database.engine.connect() as connection:
        there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return compared("the database server", there, clock.now())


def compared(whose: str, there: datetime, here: datetime) -> Finding:
    """Whether two clocks agree well enough for links, look-back days and quiet hours."""
    off = abs(there.astimezone(UTC) - here.astimezone(UTC))
    if off > MOST_OFF:
        minutes = round(off.total_seconds() / 60)
        return Finding(
            "fault", "clock", f"it is {minutes} minutes off from {whose}; set the clock of this computer."
        )
    return Finding("ok", "clock", f"it agrees with {whose}.")


def _address(settings: Settings) -> Iterator[Finding]:
    address = urlsplit(settings.public_url)
    if is_loopback(address.hostname or ""):
        yield Finding(
            "note", "PUBLIC_URL", "links work on this computer only; set the address that phones open."
        )
    elif address.scheme != "https":
        level = "fault" if settings.telegram_token else "note"
        yield Finding(
            level,
            "PUBLIC_URL",
            "it is not https, so others can read along; put a web server with https before it.",
        )
    else:
        yield Finding("ok", "PUBLIC_URL", "it is https.")


def _telegram(settings: Settings, clock: Clock) -> Iterator[Finding]:
    if settings.telegram_token is None:
        yield Finding("note", "Telegram", "TELEGRAM_TOKEN is not set: only the web door is served.")
        return
    found = asyncio.run(inspect(settings.telegram_token, settings.telegram_api_url))
    if found.token_refused:
        yield Finding(
            "fault", "Telegram", "it refuses the token; set TELEGRAM_TOKEN to the one that BotFather gave."
        )
    elif found.fault:
        yield Finding(
            "fault", "Telegram", f"it cannot be asked ({found.fault}); check network and TELEGRAM_API_URL."
        )
    else:
        yield Finding("ok", "Telegram", f"the token is that of @{found.name}.")
        if found.answered_at:
            yield compared("Telegram", found.answered_at, clock.now())
        yield from _webhook(settings, found, clock)


def _webhook(settings: Settings, found: Inspection, clock: Clock) -> Iterator[Finding]:
    waiting = f"{found.waiting} updates wait" if found.waiting != 1 else "1 update waits"
    if not found.webhook:
        yield Finding("ok", "webhook", f"none is set: `oudergesprek run` asks Telegram itself; {waiting}.")
        return
    if found.webhook != webhook_address(settings.public_url):
        yield Finding(
            "fault",
            "webhook",
            "it leads to another address than PUBLIC_URL; stop the program there, or start `run --webhook` here.",
        )
    elif found.failed_at and clock.now() - found.failed_at < LATELY:
        yield Finding(
            "fault",
            "webhook",
            f"Telegram could not deliver at {found.failed_at:%Y-%m-%d %H:%M} UTC, {waiting}; "
            "can PUBLIC_URL be reached from outside, with a good certificate?",
        )
    else:
        yield Finding(
            "ok", "webhook", f"Telegram sends to PUBLIC_URL, for `oudergesprek run --webhook`; {waiting}."
        )


def _translators(settings: Settings) -> Iterator[Finding]:
    if not settings.translators:
        yield Finding("note", "translators", "none is switched on: free words are shown in the original.")
        return
    try:
        providers = wiring.translators(settings)
    except OperatorError as error:
        yield Finding("fault", "translators", str(error))
        return
    languages = _spoken(settings)
    others = [language for language in languages if language != DIALOG_SOURCE]
    wanted = {pair for other in others for pair in ((other, DIALOG_SOURCE), (DIALOG_SOURCE, other))}
    for provider in providers:
        try:
            missing = wanted - provider.pairs()
        except TranslationError as error:
            yield Finding(
                "fault", "translators", f"{provider.name} does not answer ({error.code}); is it started?"
            )
            continue
        if missing:
            named = ", ".join(f"{source} to {target}" for source, target in sorted(missing))
            yield Finding("note", "translators", f"{provider.name} does not translate {named}.")
        else:
            yield Finding(
                "ok", "translators", f"{provider.name} answers and knows every language that is on."
            )
