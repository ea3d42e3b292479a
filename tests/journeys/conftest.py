"""A Chromium for the journeys through a browser."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.journeys.chromium import CHROMIUM, PHONE, Window, launched

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a file; where nobody checks a change for others, its absence only skips."""
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium is not installed")
    with launched() as browser:
        yield browser


@pytest.fixture
def window(chromium: Browser) -> Iterator[OpenWindow]:
    """A function that opens a watched browser of one person; all must end without trouble."""
    opened: list[Window] = []

    def opens(
        url: str,
        who: str,
        *,
        size: ViewportSize = PHONE,
        language: str = "nl",
        scripts: bool = True,
        dark: bool = False,
    ) -> Window:
        opened.append(Window(chromium, url, who, size=size, language=language, scripts=scripts, dark=dark))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()
