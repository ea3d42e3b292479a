"""A throw-away database on the PostgreSQL server that TEST_POSTGRES_URL names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

VARIABLE = "TEST_POSTGRES_URL"  # such as postgresql+psycopg://user@127.0.0.1:5433/postgres


@contextmanager
def fresh_database() -> Iterator[str]:
    """The address of an empty database, gone afterwards; the test is skipped where no server is named."""
    server = os.environ.get(VARIABLE)
    if not server:
        assert os.environ.get("CI") != "true", f"{VARIABLE} must name a PostgreSQL server here"
        pytest.skip(f"{VARIABLE} names no PostgreSQL server")
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
