"""A translation server that does what a test tells it."""

from collections.abc import Iterator

import pytest

from tests.translation.stub import Stub, serving


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server on loopback that answers well until it is told otherwise."""
    with serving() as server:
        yield server
