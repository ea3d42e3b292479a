"""The watch over all log lines sees what it must see, so that silence means something."""

import json
import logging
from collections.abc import Callable

import pytest

from bot.services import sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.fake_telegram import TOKEN
from tests.log_watch import LogWatch, secrets

OURS, THEIRS = logging.getLogger("bot.planted"), logging.getLogger("library.planted")
WORDS = "Hij durft niet alleen te slapen."


@pytest.mark.parametrize(
    "plant",
    [
        lambda: OURS.warning("answer of %s", "Kuba"),
        lambda: OURS.warning("Agnieszka Nowak wrote"),
        lambda: OURS.warning("asked", extra={"who": "Selam"}),
        lambda: OURS.error("call %s", "06-12345678"),
        lambda: OURS.error("bot%s", f"/{TOKEN}/"),
        lambda: OURS.error("POST bot123456789:%s", "A" * 35),
        lambda: THEIRS.warning("x", extra={}, exc_info=(type("Pieter", (Exception,), {}), Exception(), None)),
    ],
    ids=["argument", "message", "extra", "phone", "token", "telegram", "library"],
)
def test_a_planted_line_is_found(no_words_in_logs: LogWatch, plant: Callable[[], None]) -> None:
    """By whom and where it was logged, without what it said."""
    plant()
    (found,) = no_words_in_logs.taken()
    assert "planted" in found
    assert not secrets().search(found)


def test_what_was_said_is_found(
    no_words_in_logs: LogWatch, database: Database, tools: Tools, cast: Cast
) -> None:
    """Whatever anybody says in a test, also without a name in it."""
    with database.writing() as session:
        everybody = cast.at(session)
        sayings.keep(session, tools, everybody.agnieszka, WORDS, child=everybody.kuba)
    OURS.warning("kept: %s", json.dumps({"words": WORDS}))
    assert len(no_words_in_logs.taken()) == 1
    OURS.error(
        "it failed", exc_info=RuntimeError(WORDS)
    )  # of an error the program writes kind and place only
    assert no_words_in_logs.taken() == []


@pytest.mark.parametrize(
    "line", ["test_kuba_and_agnieszka0/test.db", "person 7 door 3", "Dalena", "https://praat.example/desk/"]
)
def test_what_tells_nothing_is_not_found(no_words_in_logs: LogWatch, line: str) -> None:
    """A folder of a test, an id, a name inside a word."""
    OURS.warning(line)
    assert no_words_in_logs.taken() == []


def test_a_library_is_not_quoted(no_words_in_logs: LogWatch) -> None:
    """The program writes where a library said something, and not what: so nothing is told."""
    THEIRS.warning("%s said %s", "Kuba", WORDS)
    assert no_words_in_logs.taken() == []
