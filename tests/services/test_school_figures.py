"""Numbers that single nobody out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.services.school_figures import (
    SMALLEST,
    UNTOLD,
    Figure,
    remaining,
    told,
    told_by_kind,
    total,
    total_of_few,
)


@st.composite
def chains(draw: st.DrawFn) -> list[int]:
    """A whole and its parts, each at most the one before."""
    numbers = draw(st.lists(st.integers(0, 40), min_size=4, max_size=4))
    return sorted(numbers, reverse=True)


@given(chains())
def test_what_is_told_is_true(chain: list[int]) -> None:
    """Every number lies in its band."""
    for number, figure in zip(chain, told(*chain), strict=True):
        assert figure.least <= number
        assert figure.most is None or number <= figure.most


@given(chains())
def test_no_two_numbers_leave_fewer_than_five(chain: list[int]) -> None:
    """Neither a number nor the difference of two of them is from 1 to 4 (no one is singled out by differencing)."""
    exact = [one.exact for one in told(*chain) if one.exact is not None]
    for number in exact:
        assert number == 0 or number >= SMALLEST
    for larger, smaller in pairwise(exact):
        assert larger - smaller == 0 or larger - smaller >= SMALLEST or smaller == 0


def test_how_a_number_is_told() -> None:
    """Exactly, as fewer than five, as more than the band's foot, or not at all."""
    shown = told(25, 25, 23, 18, 3, 0)
    assert [(one.kind, one.exact) for one in shown] == [
        ("exact", 25),
        ("exact", 25),
        ("above", None),
        ("exact", 18),
        ("few", None),
        ("exact", 0),
    ]
    assert shown[2] == Figure(21, 24)
    assert [one.kind for one in told(4, 4, 2)] == ["few", "untold", "untold"]
    assert [one.exact for one in told(0, 0)] == [0, 0]
    assert remaining(shown[0], shown[2]) == Figure(1, 4)
    assert remaining(shown[0], shown[4]) == Figure(21, 24)
    assert remaining(shown[0], UNTOLD) == UNTOLD


def test_a_total_that_gives_a_hidden_number_away_is_not_told() -> None:
    """One hidden number is always given away by a sum; two are, unless each could still be anything in its band."""
    few = Figure(1, 4)
    assert total([20, 10], [Figure(20, 20), Figure(10, 10)]).exact == 30
    assert total([20, 3], [Figure(20, 20), few]) == UNTOLD
    assert total([2, 3], [few, few]).exact == 5  # 1+4, 2+3, 3+2, 4+1
    assert total([4, 4], [few, few]) == UNTOLD
    assert total([1, 1], [few, few]) == UNTOLD
    assert total([2, 3], [few, UNTOLD]) == UNTOLD
    assert total_of_few([7, 2], [Figure(7, 7), few]) == UNTOLD
    assert total_of_few([7, 0], [Figure(7, 7), Figure(0, 0)]).exact == 7


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_no_total_narrows_a_band(numbers: list[int]) -> None:
    """With the sum known, every hidden number can be its band's foot and its band's top."""
    shown = [told(30, number)[1] for number in numbers]
    whole = total(numbers, shown).exact
    hidden = [one for one in shown if one.exact is None]
    if whole is None or not hidden:
        return
    unknown = whole - sum(one.exact for one in shown if one.exact is not None)
    for index, one in enumerate(hidden):
        others = [other for place, other in enumerate(hidden) if place != index]
        least, most = sum(other.least for other in others), sum(other.most or 0 for other in others)
        for end in (one.least, one.most or 0):
            assert least <= unknown - end <= most


@given(st.dictionaries(st.sampled_from(["nl", "pl", "ti", "ar", "uk"]), st.integers(0, 20)))
def test_a_language_of_a_few_stands_with_others(counts: dict[str, int]) -> None:
    """Every language told is of five or more, and so is what is left, unless nothing is; nobody is forgotten."""
    own, rest = told_by_kind(counts)
    assert all(count >= SMALLEST for _, count in own)
    assert sum(count for _, count in own) + rest == sum(counts.values())
    assert rest == 0 or rest >= SMALLEST or not own
