"""Writes a row unless it is there already, in one statement that two processes may race for."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

DIALECTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def unless_there(entity: Any, dialect: str) -> Any:
    """An insert that changes nothing where a unique key stands already; `returning` then gives nothing."""
    return DIALECTS[dialect](entity).on_conflict_do_nothing()
