"""All rows of a database as JSON, and back, whatever its revision: tables are reflected, entities are not asked."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Engine, LargeBinary, MetaData, Table, func, select
from sqlalchemy.types import TypeEngine

from bot.storage.database import READ_ONLY

Rows = Mapping[str, list[dict[str, Any]]]
NOT_DATA = "alembic_version"


def tables(engine: Engine) -> MetaData:
    """The tables as they stand in the database now."""
    found = MetaData()
    found.reflect(engine)
    return found


def read(engine: Engine) -> Rows:
    """Every row of every table, by the primary key."""
    engine = engine.execution_options(**READ_ONLY)
    found = tables(engine)
    with engine.connect() as connection:
        return {
            table.name: [
                {column: _plain(value) for column, value in row.items()}
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in found.sorted_tables
            if table.name != NOT_DATA
        }


def write(engine: Engine, rows: Rows) -> None:
    """The rows stand in the tables of that revision; numbers go on after them."""
    found = tables(engine)
    with engine.begin() as connection:
        for table in found.sorted_tables:
            if rows.get(table.name):
                connection.execute(table.insert(), [_typed(table, row) for row in rows[table.name]])
                _count_on(connection, table)


def text_of(rows: Rows) -> str:
    """The rows as they stand in a file, one row a line."""
    parts = []
    for name, of_table in rows.items():
        lines = ",\n".join(
            json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in of_table
        )
        parts.append(f"{json.dumps(name)}: [\n{lines}\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def key_of(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one row from all others."""
    return tuple(row[column.name] for column in table.primary_key)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _value(table.columns[column].type, value) for column, value in row.items()}


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value


def _count_on(connection: Connection, table: Table) -> None:
    """On PostgreSQL the next number comes after those that were given; SQLite sees to it itself."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        number = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(number, select(func.max(table.c.id)).scalar_subquery())))
