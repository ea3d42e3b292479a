"""Doors and what goes through them."""

from datetime import UTC, datetime

import pytest

from bot.model.people import Door, Person

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confirmed_at", "ended_at", "is_open", "reads_back"),
    [(None, None, True, False), (NOW, None, True, True), (NOW, NOW, False, False), (None, NOW, False, False)],
)
def test_a_door_reads_back_only_while_confirmed_and_open(
    confirmed_at: datetime | None, ended_at: datetime | None, is_open: bool, reads_back: bool
) -> None:
    """A new door may prepare, a confirmed one reads, an ended one does neither."""
    door = Door(confirmed_at=confirmed_at, ended_at=ended_at)
    assert (door.is_open, door.reads_back) == (is_open, reads_back)


@pytest.mark.parametrize(
    ("name", "first"),
    [("Agnieszka Nowak", "Agnieszka"), ("Selam", "Selam"), ("  Ewa  Maria Kowalska ", "Ewa"), (" ", "")],
)
def test_the_first_name_is_the_first_word(name: str, first: str) -> None:
    """All that one parent reads of the name of another one who helps (002-buddy)."""
    assert Person(name=name).first_name == first
