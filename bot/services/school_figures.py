"""Numbers about people that single nobody out: small ones are told as a band, also where others give them away.

Knows no school and no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5  # a number that concerns fewer is not told


@dataclass(frozen=True)
class Figure:
    """A number as it may be told: at least and at most; without `most` nothing is told of it."""

    least: int
    most: int | None

    @property
    def exact(self) -> int | None:
        """The number itself, if it may be told."""
        return self.least if self.least == self.most else None

    @property
    def kind(self) -> str:
        """How it is told: exact, few (fewer than SMALLEST), above (more than `least` - 1) or untold."""
        if self.most is None or self.least == 0 != self.most:
            return "untold"
        if self.exact is not None:
            return "exact"
        return "few" if self.most < SMALLEST else "above"


UNTOLD = Figure(0, None)


def told(whole: int, *parts: int) -> list[Figure]:
    """The whole and its parts as they may be told; each part holds everybody of the next one.

    What is left between two numbers that are told is never from 1 to SMALLEST - 1. Of a whole that is too small
    nothing is told but that it is small.
    """
    if 0 < whole < SMALLEST:
        return [Figure(1, SMALLEST - 1), *[UNTOLD for _ in parts]]
    figures = [Figure(whole, whole)]
    last_told = whole
    for part in parts:
        if part in {0, last_told} or (part >= SMALLEST and last_told - part >= SMALLEST):
            figures.append(Figure(part, part))
            last_told = part or last_told
        elif part < SMALLEST:
            figures.append(Figure(1, SMALLEST - 1))
        else:
            figures.append(Figure(last_told - SMALLEST + 1, last_told - 1))
    return figures


def remaining(whole: Figure, part: Figure) -> Figure:
    """How many of the whole are not in the part, told no more exactly than the part itself."""
    if whole.exact is None or part.most is None:
        return UNTOLD
    return Figure(whole.exact - part.most, whole.exact - part.least)


def total(actual: Sequence[int], shown: Sequence[Figure]) -> Figure:
    """The sum of a column, if every number in it that is not told could still be anything in its band."""
    whole = sum(actual)
    hidden = [figure for figure in shown if figure.exact is None]
    if not hidden:
        return Figure(whole, whole)
    unknown = whole - sum(figure.exact for figure in shown if figure.exact is not None)
    if any(figure.most is None for figure in hidden):
        return UNTOLD
    lowest, highest = sum(one.least for one in hidden), sum(one.most or 0 for one in hidden)
    for one in hidden:
        others_lowest, others_highest = lowest - one.least, highest - (one.most or 0)
        if unknown - others_highest > one.least or unknown - others_lowest < (one.most or 0):
            return UNTOLD
    return Figure(whole, whole)


def total_of_few(actual: Sequence[int], shown: Sequence[Figure]) -> Figure:
    """The sum of a column whose numbers have no upper bound: told only if all of them are."""
    return Figure(sum(actual), sum(actual)) if all(one.exact is not None for one in shown) else UNTOLD


def told_by_kind(counts: dict[str, int]) -> tuple[list[tuple[str, int]], int]:
    """How many there are of each kind, the largest first, and how many of all others together.

    The others are none, or at least SMALLEST; all are others if that cannot be had otherwise.
    """
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    own = [one for one in ranked if one[1] >= SMALLEST]
    rest = sum(counts.values()) - sum(count for _, count in own)
    while own and 0 < rest < SMALLEST:
        rest += own.pop()[1]
    return own, rest
