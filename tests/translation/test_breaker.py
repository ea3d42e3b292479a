from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bot.model.clock import MovableClock
from bot.translation.breaker import Breaker


def broken(clock: MovableClock) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(clock, failures=3, rest=timedelta(seconds=30))
    for _ in range(3):
        assert breaker.lets_through()
        assert not breaker.is_open
        breaker.failed()
    assert breaker.is_open
    return breaker


def test_it_opens_after_failures_in_a_row(clock: MovableClock) -> None:
    """From then on nothing is asked, until the rest is over."""
    breaker = broken(clock)
    clock.move(seconds=29)
    assert not breaker.lets_through()


def test_failures_between_answers_do_not_open_it(clock: MovableClock) -> None:
    """Only a row counts."""
    breaker = Breaker(clock, failures=3)
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.worked()
    assert breaker.lets_through()


def test_after_a_rest_one_question_sees_whether_it_works(clock: MovableClock) -> None:
    """Of sixteen who ask at once one is let through; when it works everybody is."""
    breaker = broken(clock)
    clock.move(seconds=30)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: breaker.lets_through(), range(16))) == 1
    breaker.worked()
    assert not breaker.is_open
    assert breaker.lets_through()
    assert breaker.lets_through()


def test_a_question_that_fails_again_costs_another_rest(clock: MovableClock) -> None:
    """So it goes on, one question each half minute."""
    breaker = broken(clock)
    for _ in range(3):
        clock.move(seconds=30)
        assert breaker.lets_through()
        breaker.failed()
        assert not breaker.lets_through()


def test_a_question_that_never_ended_does_not_block_for_ever(clock: MovableClock) -> None:
    """After another rest the next one is let through."""
    breaker = broken(clock)
    clock.move(seconds=30)
    assert breaker.lets_through()
    clock.move(seconds=30)
    assert breaker.lets_through()


def test_a_wait_that_was_asked_for_is_kept(clock: MovableClock) -> None:
    """One such answer is enough, and its wait counts when it is longer than ours."""
    breaker = Breaker(clock)
    breaker.failed(600)
    clock.move(seconds=599)
    assert not breaker.lets_through()
    clock.move(seconds=1)
    assert breaker.lets_through()
