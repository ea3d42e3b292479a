"""Backup and restore of a PostgreSQL database through PostgreSQL's own programs.

No secret stands on a command line: the programs find it in their environment. What they print stays unread, because
it may quote a row.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from psycopg import pq
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url

from bot.model.errors import OperatorError
from bot.model.everything import metadata
from bot.storage.backup import (
    NO_DATABASE,
    NOT_OURS,
    NUMBERED_FOR_EVER,
    NUMBERS_LEFT_OUT,
    OURS,
    Contents,
    complete_or_not_at_all,
    contents,
    must_be_known,
)

MISSING = (
    "{} is not found on the PATH; install the client programs of PostgreSQL (Debian: postgresql-client)."
)
TOO_OLD = "pg_dump is older than the server; install the client programs of the server's own version."
FAILED = "{} could not do its work; is there room on the disk, and is it of the server's own version?"
IN_THE_WAY = (
    "The backup could not be put in place, and the database is as it was; is {} of the server's own version?"
)
LOCK_TIMEOUT = "-c lock_timeout=10s"
_SEQUENCE = "pg_get_serial_sequence('public.{0}', 'id')"
LEAVE_NUMBERS_OUT = f"SELECT setval({_SEQUENCE}, nextval({_SEQUENCE}) + {NUMBERS_LEFT_OUT});\n"
KEPT_OF_ENVIRONMENT = frozenset({"PATH", "HOME", "TMPDIR"})
WITHOUT_OWNER = ("--no-owner", "--no-privileges")


def back_up(engine: Engine, file: Path, environment: Mapping[str, str], *, replace: bool) -> Contents:
    """The file holds what is committed now, counted in the very snapshot that was written."""
    client = _environment(engine, environment)
    with complete_or_not_at_all(file, replace=replace) as part:
        snapshot_of = engine.execution_options(isolation_level="REPEATABLE READ")
        with snapshot_of.connect() as connection:
            found = contents(connection, NO_DATABASE)
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            options = (
                "--format=custom",
                "--no-password",
                f"--snapshot={snapshot}",
                f"--file={part.absolute()}",
            )
            _run("pg_dump", (*WITHOUT_OWNER, *options), client)
        if revision(part, environment) != found.revision:
            raise OperatorError(FAILED.format("pg_dump"))
    return found


def revision(file: Path, environment: Mapping[str, str]) -> str:
    """The revision in the backup, after all of it was read; raises OperatorError if it is not whole or not ours."""
    client = _only_needed(environment)
    if OURS - set(_tables(file, client)):
        raise OperatorError(NOT_OURS)
    _run("pg_restore", ("--file=-", str(file.absolute())), client, reads=False)
    script = _run(
        "pg_restore", ("--data-only", "--table=alembic_version", "--file=-", str(file.absolute())), client
    )
    lines = script.splitlines()
    begin = next((number for number, line in enumerate(lines) if line.startswith("COPY ")), None)
    return must_be_known(lines[begin + 1] if begin is not None else None)


def is_empty(engine: Engine) -> bool:
    """Whether no table stands in the database."""
    return not inspect(engine).get_table_names()


def restore(engine: Engine, file: Path, environment: Mapping[str, str]) -> None:
    """The database holds what the backup holds and nothing else of ours; if anything fails it is as it was."""
    client = _environment(engine, environment) | {"PGOPTIONS": LOCK_TIMEOUT}
    coming = set(_tables(file, client))
    ours = (set(metadata.tables) | coming) & set(inspect(engine).get_table_names())
    quote = engine.dialect.identifier_preparer.quote
    dropped = f"DROP TABLE {', '.join(map(quote, sorted(ours)))} CASCADE;\n" if ours else ""
    restoring = [_program("pg_restore", client), *WITHOUT_OWNER, "--file=-", str(file.absolute())]
    storing = [
        *(_program("psql", client), "--no-psqlrc", "--quiet", "--no-password"),
        *("--set=ON_ERROR_STOP=1", "--file=-"),
    ]
    with (
        subprocess.Popen(  # noqa: S603 - our own words
            restoring, env=client, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as reader,
        subprocess.Popen(  # noqa: S603 - our own words
            storing, env=client, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as writer,
    ):
        end = "".join(LEAVE_NUMBERS_OUT.format(table) for table in NUMBERED_FOR_EVER if table in coming)
        _pass_on(reader, writer, begin=f"BEGIN;\n{dropped}", end=f"\n{end}COMMIT;\n")
    if writer.returncode != 0 or reader.returncode != 0:
        raise OperatorError(IN_THE_WAY.format("psql"))


def _pass_on(
    reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]", *, begin: str, end: str
) -> None:
    """Everything is handed to the writer, which is told to commit only when the reader came to its good end.

    So the database stays as it was also when this program is killed half-way.
    """
    assert reader.stdout is not None
    assert writer.stdin is not None
    try:
        writer.stdin.write(begin.encode())
        shutil.copyfileobj(reader.stdout, writer.stdin)
        if reader.wait() == 0:
            writer.stdin.write(end.encode())
        writer.stdin.close()
    except BrokenPipeError:  # the writer found a mistake and has ended; its exit code says so
        reader.kill()
        with suppress(BrokenPipeError):
            writer.stdin.close()


def _tables(file: Path, client: Mapping[str, str]) -> list[str]:
    """The tables of a backup, as its own list names them."""
    found = []
    for line in _run("pg_restore", ("--list", str(file.absolute())), client).splitlines():
        words = line.split()  # 215; 0 16390 TABLE DATA public school owner
        if words[3:5] == ["TABLE", "DATA"]:
            found.append(words[6])
    return found


def _program(name: str, client: Mapping[str, str]) -> str:
    found = shutil.which(name, path=client.get("PATH"))
    if found is None:
        raise OperatorError(MISSING.format(name))
    return found


def _run(name: str, options: Sequence[str], client: Mapping[str, str], *, reads: bool = True) -> str:
    """What the program printed; raises OperatorError if it failed."""
    done = subprocess.run(  # noqa: S603 - our own words
        [_program(name, client), *options],
        env=dict(client),
        check=False,
        stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode == 0:
        return done.stdout or ""
    if "server version mismatch" in done.stderr:
        raise OperatorError(TOO_OLD)
    raise OperatorError(NOT_OURS if name == "pg_restore" else FAILED.format(name))


def _only_needed(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in environment.items()
        if name in KEPT_OF_ENVIRONMENT or name.startswith("PG")
    }
    return kept | {"LC_ALL": "C.UTF-8"}


def _environment(engine: Engine, environment: Mapping[str, str]) -> dict[str, str]:
    """What a program of PostgreSQL needs to reach the same database as the engine, its password too."""
    names = {one.keyword.decode(): one.envvar.decode() for one in pq.Conninfo.get_defaults() if one.envvar}
    _, arguments = engine.dialect.create_connect_args(make_url(engine.url))
    return _only_needed(environment) | {
        names[keyword]: str(value) for keyword, value in arguments.items() if value and keyword in names
    }
