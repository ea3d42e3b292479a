"""The stage of the assistant's tests."""

import pytest

from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.labels import TEXTS
from tests.assistant.stage import Stage
from tests.cast import Cast


@pytest.fixture
def texts() -> Texts:
    """Every chat text, compiled once."""
    return TEXTS


@pytest.fixture
def stage(database: Database, tools: Tools, texts: Texts, clock: MovableClock, cast: Cast) -> Stage:
    """The school with everybody invited and nobody joined."""
    return Stage(database, tools, texts, clock, cast)
