"""Translators and files are measured: by outcome, never by who or what it was about."""

import time
from collections.abc import Callable

import pytest

from bot.content.texts import Texts
from bot.model.delivery import DeliveryError
from bot.model.meters import Fetched, Meters, Translated
from bot.model.translation import MediaState
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.translation.errors import (
    BadAnswerError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.workers.media import Media
from bot.workers.translation import Translating
from tests.cast import Cast
from tests.running import running
from tests.services.test_media import OGG
from tests.workers.test_media import FakeFetcher, send
from tests.workers.test_media import wait_for as wait_for_file
from tests.workers.test_translation import FakeProvider, share
from tests.workers.test_translation import tools as tools  # noqa: PLC0414 - with a translator switched on


class Notebook(Meters):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.translators: list[tuple[str, Translated]] = []
        self.files: list[Fetched] = []

    def translated(self, provider: str, outcome: Translated, seconds: float) -> None:
        """Noted."""
        assert 0 <= seconds < 10
        self.translators.append((provider, outcome))

    def fetched(self, outcome: Fetched) -> None:
        """Noted."""
        self.files.append(outcome)


def wait_until(condition: Callable[[], object]) -> None:
    """Returns when the condition holds; fails the test if it never does."""
    end_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Translated.DONE),
        (UnavailableError(), Translated.AWAY),
        (TooManyError(60), Translated.TOO_MANY),
        (UnsupportedPairError(), Translated.UNSUPPORTED),
        (BadAnswerError(), Translated.REFUSED),
    ],
)
def test_each_outcome_of_a_translator_is_told(
    database: Database,
    tools: Tools,
    texts: Texts,
    cast: Cast,
    error: TranslationError | None,
    outcome: Translated,
) -> None:
    """The first translator's outcome is told, and the second one's that was asked after it."""
    share(database, tools, cast)
    notebook = Notebook()
    first = FakeProvider(*([error] if error else []), name="libretranslate")
    loop = Translating(database, tools, texts, [first, FakeProvider(name="second")], meters=notebook)
    expected = [("libretranslate", outcome)] + ([("second", Translated.DONE)] if error else [])
    with running(translation=loop.run):
        wait_until(lambda: len(notebook.translators) >= len(expected))
    assert notebook.translators == expected


@pytest.mark.parametrize(
    ("content", "errors", "state", "outcomes"),
    [
        (OGG, [], MediaState.READY, [Fetched.KEPT]),
        (b"no sound", [], MediaState.FAILED, [Fetched.REFUSED]),
        (OGG, [DeliveryError("refused", permanent=True)], MediaState.FAILED, [Fetched.REFUSED]),
        (OGG, [DeliveryError("unreachable")], MediaState.WAITING, [Fetched.LATER]),
    ],
)
def test_each_outcome_of_a_file_is_told(
    database: Database,
    tools: Tools,
    texts: Texts,
    cast: Cast,
    content: bytes,
    errors: list[DeliveryError],
    state: MediaState,
    outcomes: list[Fetched],
) -> None:
    """Kept, refused for good, or tried again later."""
    attachment_id = send(database, tools, cast, "voice")
    notebook = Notebook()
    loop = Media(database, tools, texts, FakeFetcher(content, *errors), meters=notebook)
    with running(media=loop.run):
        wait_until(lambda: notebook.files)
    wait_for_file(database, attachment_id, state.value)
    assert notebook.files == outcomes
