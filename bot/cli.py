"""The commands of `oudergesprek`: what a school's operator types, and what stands in the terminal.

Results go to standard output, notes and faults to standard error, one sentence each. Names and links may be printed:
the operator is the school. Secrets of the environment never are.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy.exc import DBAPIError

from bot.content import checks, extraction
from bot.content.school_file import read_school_file
from bot.demo import play_script, serve_demo
from bot.model.clock import Clock
from bot.model.errors import NotFoundError, OperatorError
from bot.model.people import Role
from bot.model.privacy import PassPurpose
from bot.services import export, invitations, letters, passes, people, roster
from bot.services.roster import Change, Problem, Reason
from bot.settings import Settings, SettingsError, read_settings
from bot.storage import migrations
from bot.storage.database import Database
from bot.wiring import House, wire

FAULT = 2  # the exit code of everything the operator has to mend
STOP_WITHIN_S = 5
DATA_DIR_MODE = 0o700  # a family's words are the school's only
FILE_MODE = 0o600
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  (to be recognised, not to listen at)

ROSTER_SENTENCES = {
    Reason.NOT_UTF8: "this is not UTF-8 text; save the file as CSV UTF-8",
    Reason.EMPTY: "the file has no rows",
    Reason.BROKEN_CSV: "a quotation mark is not closed or stands in the wrong place",
    Reason.MISSING_COLUMN: "the column is missing",
    Reason.COLUMN_TWICE: "the column stands there twice",
    Reason.CELL_COUNT: "the row has more or fewer cells than the header",
    Reason.EMPTY_CELL: "the cell is empty",
    Reason.TOO_LONG: "the cell is too long",
    Reason.CONTROL_CHARACTER: "the cell holds a character that cannot be seen",
    Reason.UNKNOWN_ROLE: "use guardian, teacher, lead or coordinator",
    Reason.UNKNOWN_SCHOOL_TYPE: "use bao or sbo",
    Reason.GRADE: "use a number from 1 to 8",
    Reason.AUTHORITY: "use yes or no",
    Reason.LANGUAGE: "use a language code such as nl, pl or ti",
    Reason.NOT_FOR_STAFF: "this belongs to a guardian's row only",
    Reason.CONTRADICTION: "this contradicts another row",
    Reason.ROW_TWICE: "this relation stands there twice",
}

Command = Callable[[argparse.Namespace, Mapping[str, str]], int]


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """The command was carried out; the exit code is 0, or FAULT with one sentence on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options, os.environ if environment is None else environment)
    except KeyboardInterrupt:
        return 0
    except (SettingsError, OperatorError, NotFoundError, DBAPIError, OSError) as fault:
        _note(_sentence(fault))
        return FAULT


def _sentence(fault: Exception) -> str:
    if isinstance(fault, NotFoundError):
        return "Nobody and nothing is known here by this id, or this person may not see it."
    if isinstance(fault, DBAPIError):
        return "The database at DATABASE_URL cannot be used; is it there, free and not full?"
    if isinstance(fault, OSError):
        return f"{fault.filename or 'A file'}: {fault.strerror or 'it cannot be used'}."
    return str(fault)


def _note(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="oudergesprek", description="A chat assistant for the talks between parents and a school."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, sentence: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=sentence, description=sentence)
        made.set_defaults(command=command)
        return made

    demo = add("demo", _demo, "A throw-away school to look at: phones and the desk in one page.")
    demo.add_argument("--script", action="store_true", help="play one talk in the terminal instead")
    add("run", _run, "Serve the web door, and Telegram when TELEGRAM_TOKEN is set.")
    add("migrate", _migrate, "Bring the database to the newest schema.")
    check = add("check", _check, "List everything wrong in dialogs, texts and school.yaml.")
    check.add_argument(
        "--update-catalogues", action="store_true", help="bring the .po files up to date first"
    )
    importing = add("import", _import, "Bring the people in line with a roster.")
    importing.add_argument("file", type=Path, metavar="FILE.csv")
    importing.add_argument("--end-missing", action="store_true", help="end relations that have no row")
    inviting = add("invitations", _invitations, "Make links for everybody who has not joined.")
    inviting.add_argument("--format", choices=("text", "json"), default="text")
    inviting.add_argument("--replace", action="store_true", help="earlier links stop working")
    printing = add("letters", _letters, "Write a printable letter for every guardian who has not joined.")
    printing.add_argument("file", type=Path, metavar="FILE.html")
    signing = add("sign-in", _sign_in, "Make a one-time link to the desk, or for a guardian to the dossier.")
    signing.add_argument("person", metavar="PERSON", help="an id of the roster")
    exporting = add("export", _export, "Print the dossier of a child.")
    exporting.add_argument("--child", required=True, metavar="ID", help="an id of the roster")
    exporting.add_argument("--for", dest="reader", metavar="PERSON", help="exactly what this person may see")
    exporting.add_argument("--format", choices=("json", "html"), default="json")
    return parser


def _demo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    if options.script:
        return play_script()
    settings = read_settings({"LISTEN": environment.get("LISTEN", "")})
    if not _is_loopback(settings.listen_host):
        raise OperatorError("The demo is for this computer only; set LISTEN to 127.0.0.1 and a port.")
    with closing(_listening_socket(settings)) as listening:
        serve_demo(
            settings.listen_host,
            settings.listen_port,
            lambda house: asyncio.run(_serve(house, listening)),
        )
    return 0


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _run(_options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    with closing(_listening_socket(settings)) as listening, closing(_house_to_run(settings)) as house:
        _bring_up_to_date(settings, house.database)
        print(f"The web door is open at {settings.public_url}/ (stop with Ctrl+C).")
        if settings.telegram_token is None:
            print("TELEGRAM_TOKEN is not set: only the web door is served.")
        elif house.tools.telegram_name:
            print(f"The Telegram door is open at https://t.me/{house.tools.telegram_name}.")
        sys.stdout.flush()
        asyncio.run(_serve(house, listening))
    return 0


def _house_to_run(settings: Settings) -> House:
    """The house, also while Telegram is away: then its loop tries again, and the web door is open meanwhile."""
    try:
        return wire(settings, ask_telegram=True)
    except OperatorError as fault:
        house = wire(settings)
        _note(str(fault))
        return house


def _listening_socket(settings: Settings) -> socket.socket:
    try:
        found = socket.getaddrinfo(
            settings.listen_host, settings.listen_port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return socket.create_server(found[0][4][:2], family=found[0][0])
    except OSError as fault:
        raise OperatorError(f"LISTEN names an address that cannot be used: {fault.strerror}.") from None


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        """Signals are ours: after the server, the background work has to end too."""
        return contextlib.nullcontext()


async def _serve(house: House, listening: socket.socket) -> None:
    """Pages and background work go on until a signal; both have ended when this returns."""
    server = _Server(
        uvicorn.Config(
            house.application,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )
    stop = asyncio.Event()

    def leave(*_: object) -> None:
        server.should_exit = True
        house.bell.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, leave)
    work = asyncio.create_task(house.work(stop))
    work.add_done_callback(leave)
    try:
        await server.serve(sockets=[listening])
    finally:
        stop.set()
        await work


def _migrate(_options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    with closing(Database(settings.database_url)) as database:
        _bring_up_to_date(settings, database, also_shared=True)
        print(f"The database stands at revision {migrations.current_revision(database.engine)}.")
    return 0


def _bring_up_to_date(settings: Settings, database: Database, *, also_shared: bool = False) -> None:
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
        _note(f"A copy of the database from before stands at {migrations.backup_copy(file, clock.now())}.")
    migrations.migrate(database.engine)


@contextmanager
def _house(environment: Mapping[str, str], *, ask_telegram: bool = False) -> Iterator[House]:
    """The house for one command, on a database that is up to date."""
    settings = read_settings(environment)
    with closing(wire(settings, ask_telegram=ask_telegram)) as house:
        _bring_up_to_date(settings, house.database)
        yield house


def _note_if_only_here(environment: Mapping[str, str]) -> None:
    """Who hands out links that no phone can open is told so."""
    host = urlsplit(read_settings(environment).public_url).hostname or ""
    if _is_loopback(host) or host in ANY_ADDRESS:
        _note(
            "PUBLIC_URL is not set to an address that phones can open: these links work on this computer only."
        )


def _check(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    if options.update_catalogues:
        for problem in extraction.update_catalogues():
            print(problem)
    problems = checks.check(school_dialogs=settings.dialogs_dir)
    problems += read_school_file(settings.data_dir).problems
    for problem in problems:
        print(f"note: {problem}" if problem.note else problem)
    wrong = sum(not problem.note for problem in problems)
    print("Everything is complete." if not wrong else f"{wrong} to mend.")
    return 1 if wrong else 0


def _import(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    rows, problems = roster.read_roster(options.file.read_bytes())
    if problems:
        for problem in problems:
            print(_problem_line(options.file, problem), file=sys.stderr)
        _note("Nothing was imported.")
        return FAULT
    with _house(environment) as house, house.database.writing() as session:
        changes = roster.apply(session, house.tools, rows, end_missing=options.end_missing)
    for change in changes:
        print(_change_line(change))
    print(_count_line(len(changes)))
    return 0


def _problem_line(file: Path, problem: Problem) -> str:
    column = f"{problem.column}: " if problem.column else ""
    other = f" (line {problem.other_line})" if problem.other_line else ""
    return f"{file}:{problem.line}: {column}{ROSTER_SENTENCES[problem.reason]}{other}"


def _change_line(change: Change) -> str:
    if change.before is not None or change.kind is roster.ChangeKind.CHANGED:
        return f"{change.kind}: {change.what}: {change.before or 'none'} -> {change.after or 'none'}"
    return f"{change.kind}: {change.what}" + (f" ({change.after})" if change.after else "")


def _count_line(changes: int) -> str:
    return "Nothing changed." if not changes else "1 change." if changes == 1 else f"{changes} changes."


def _invitations(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with _house(environment, ask_telegram=True) as house, house.database.writing() as session:
        made: list[tuple[str, dict[str, str | None]]] = []
        for person in people.not_joined(session):
            if options.replace:
                invitations.revoke_all(session, house.tools, person)
            links = letters.links_of(house.tools, invitations.invite(session, house.tools, person))
            entry = {
                "person": person.roster_id,
                "role": people.roles_of(session, person)[0].value,
                "language": person.language,
                "telegram": links.telegram,
                "web": links.web,
            }
            made.append((person.name, entry))
    _note_if_only_here(environment)
    if options.format == "json":
        print(json.dumps([entry for _, entry in made], indent=2, ensure_ascii=False))
        return 0
    for name, entry in made:
        print(f"{entry['person']}\t{name}\t{entry['role']}\t{entry['language']}")
        print("\n".join(f"\t{entry[door]}" for door in ("web", "telegram") if entry[door]))
    if not made:
        _note("Everybody has joined.")
    return 0


def _letters(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with _house(environment, ask_telegram=True) as house, house.database.writing() as session:
        _write_private(options.file, letters.print_letters(session, house.tools, house.texts))
    _note_if_only_here(environment)
    print(f"The letters stand in {options.file}; keep it like a key, for each link opens a door.")
    return 0


def _write_private(file: Path, text: str) -> None:
    with open(
        file, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, FILE_MODE)
    ) as target:
        target.write(text)


def _sign_in(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with _house(environment) as house, house.database.writing() as session:
        person = people.by_roster_id(session, options.person)
        roles = people.roles_of(session, person)
        if not roles:
            raise OperatorError("This person has no role at the school any more.")
        purpose = PassPurpose.DOSSIER if roles == [Role.GUARDIAN] else PassPurpose.DESK
        token = passes.issue(session, house.tools, person, purpose)
    print(f"{house.tools.public_url}/in/{token}")
    _note(f"The link works once, within {passes.LIFETIME_MINUTES} minutes.")
    return 0


def _export(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with _house(environment) as house, house.database.writing() as session:
        child = people.child_by_roster_id(session, options.child)
        reader = people.by_roster_id(session, options.reader) if options.reader else None
        if options.format == "html":
            found = export.page(session, house.tools, house.texts, child, reader)
        else:
            found = json.dumps(export.data(session, house.tools, child, reader), indent=2, ensure_ascii=False)
    print(found)
    return 0
