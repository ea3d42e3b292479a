import pytest

from bot.model.clock import MovableClock
from bot.translation.errors import (
    BadAnswerError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.translation.order import Order
from tests.workers.test_translation import FakeProvider

FIRST, SECOND = FakeProvider(name="first"), FakeProvider(name="second")


def names(order: Order, source: str, target: str) -> list[str]:
    """Who is asked for this pair."""
    return [provider.name for provider in order.of(source, target)]


def test_all_are_asked_in_the_order_of_the_settings(clock: MovableClock) -> None:
    """As long as nothing else is said about a pair."""
    assert names(Order([SECOND, FIRST], clock), "pl", "nl") == ["second", "first"]


def test_a_pair_may_have_its_own(clock: MovableClock) -> None:
    """Only those are asked for it, in their order; the way back and other pairs are not meant."""
    order = Order(
        [FIRST, SECOND], clock, only_for={("pl", "nl"): ["second"], ("uk", "nl"): ["second", "first"]}
    )
    assert names(order, "pl", "nl") == ["second"]
    assert names(order, "uk", "nl") == ["second", "first"]
    assert names(order, "nl", "pl") == ["first", "second"]


def test_one_that_fails_rests_and_the_other_does_not(clock: MovableClock) -> None:
    """Each has its own breaker, and whoever measures is told."""
    told: list[tuple[str, bool]] = []
    order = Order([FIRST, SECOND], clock, tell=lambda name, well: told.append((name, well)))
    for _ in range(3):
        order.failed(FIRST, UnavailableError())
    assert not order.may_ask(FIRST)
    assert order.may_ask(SECOND)
    clock.move(seconds=30)
    assert order.may_ask(FIRST)
    order.worked(FIRST)
    assert order.may_ask(FIRST)
    assert told == [("first", True), ("first", True), ("first", False), ("first", True)]


@pytest.mark.parametrize(
    ("error", "rests"),
    [
        (UnavailableError(), True),
        (RefusedError(), True),
        (BadAnswerError(), True),
        (UnsupportedPairError(), False),
    ],
)
def test_lacking_a_pair_is_no_failure(clock: MovableClock, error: TranslationError, rests: bool) -> None:
    """Whatever else fails in a row does count: a key that was withdrawn must not use up every text's tries."""
    order = Order([FIRST], clock)
    for _ in range(5):
        order.failed(FIRST, error)
    assert order.may_ask(FIRST) is not rests


def test_a_wait_is_kept_for_every_pair(clock: MovableClock) -> None:
    """One service that said "too many" is asked nothing until then."""
    order = Order([FIRST], clock)
    order.failed(FIRST, TooManyError(600))
    clock.move(seconds=599)
    assert not order.may_ask(FIRST)
