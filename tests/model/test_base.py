"""Moments as they are stored."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from bot.model.messages import Received
from bot.storage.database import Database

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 9, 1, 10, 0, tzinfo=UTC),
        datetime(2026, 9, 1, 12, 0, tzinfo=AMSTERDAM),
        datetime(2026, 9, 1, 15, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_every_zone_is_stored_as_utc(database: Database, moment: datetime) -> None:
    """The same moment in three zones comes back as one, aware and in UTC."""
    with database.writing() as session:
        session.add(Received(key="one", taken_at=moment))
    with database.reading() as session:
        found = session.scalars(select(Received.taken_at)).one()
        assert found == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
        assert found.tzinfo is UTC
        raw = session.scalar(text("SELECT taken_at FROM received"))
        assert str(raw).startswith("2026-09-01 10:00:00")


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    """A naive moment is a mistake of the program, never guessed at."""
    with pytest.raises(StatementError, match="naive_moment"), database.writing() as session:
        session.add(Received(key="one", taken_at=datetime(2026, 9, 1, 10, 0)))  # noqa: DTZ001


def test_a_moment_is_found_by_the_same_moment_elsewhere(database: Database) -> None:
    """Comparing in a query happens in UTC too."""
    with database.writing() as session:
        session.add(Received(key="one", taken_at=datetime(2026, 9, 1, 10, 0, tzinfo=UTC)))
        noon = datetime(2026, 9, 1, 12, 0, tzinfo=AMSTERDAM)
        assert session.scalars(select(Received.key).where(Received.taken_at == noon)).all() == ["one"]
        assert session.scalars(select(Received.key).where(Received.taken_at > noon)).all() == []
