"""A Telegram for the tests of this room."""

from collections.abc import Iterator

import pytest

from tests.fake_telegram import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Bot API over HTTP in which nobody has written yet."""
    with FakeTelegram() as fake:
        yield fake
