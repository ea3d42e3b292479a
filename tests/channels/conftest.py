"""A Telegram and a reception for the tests of this room."""

from collections.abc import Iterator

import pytest

from tests.channels.desk import Desk
from tests.fake_telegram import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Bot API over HTTP in which nobody has written yet."""
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def desk() -> Desk:
    """A reception that stores in memory."""
    return Desk()
