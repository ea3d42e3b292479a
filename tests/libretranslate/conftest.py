"""The address of a real LibreTranslate, where one is installed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.libretranslate.server import is_installed, serving


@pytest.fixture(scope="session")
def libretranslate_dir() -> Path:
    """Where a server is installed; without one the test is skipped, but on CI (CI=true) it fails."""
    directory = Path(os.environ.get("LIBRETRANSLATE_TEST_DIR") or "not set")
    if not is_installed(directory):
        missing = (
            "No LibreTranslate: python -m tests.libretranslate install DIR, then LIBRETRANSLATE_TEST_DIR=DIR"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return directory


@pytest.fixture(scope="session")
def libretranslate_url(libretranslate_dir: Path) -> Iterator[str]:
    """A running server."""
    with serving(libretranslate_dir) as (url, _process):
        yield url
