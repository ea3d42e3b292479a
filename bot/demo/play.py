"""Plays a golden talk on phones and says where what is seen differs from what is written."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from bot.content.talks import Talk, Turn
from bot.demo.phones import NoSuchButtonError, Phone, Seen
from bot.model.clock import MovableClock


class Pages(Protocol):
    """What people do in a browser; every call returns what the page shows then."""

    def report(self, who: str, form: Mapping[str, str | int]) -> Seen:
        """Fill in the report of a child and show it to the parents."""

    def read(self, who: str, child_name: str) -> Seen:
        """Read the reports of a child."""

    def approve(self, who: str, buddy: str) -> Seen:
        """Say yes to a parent who offers to help others."""


class DifferentError(AssertionError):
    """What a person saw differs from what the talk says; the message names file, line and what was missed."""


def play(
    talk: Talk,
    phones: Mapping[str, Phone],
    clock: MovableClock,
    *,
    pages: Pages | None = None,
    told: Callable[[Turn, Seen], None] = lambda _turn, _seen: None,
) -> None:
    """Every turn was played and seen as written. Raises DifferentError at the first that was not."""
    for turn in talk.turns:
        if turn.deed == "later":
            clock.move(**turn.detail)
            told(turn, Seen())
            continue
        if pages is not None and turn.deed == "reports":
            _compare(talk, turn, pages.report(turn.who, turn.detail), told)
        elif pages is not None and turn.deed == "reads":
            _compare(talk, turn, pages.read(turn.who, turn.detail), told)
        elif pages is not None and turn.deed == "approves":
            _compare(talk, turn, pages.approve(turn.who, turn.detail), told)
        elif turn.only in {None, phones[turn.who].kind}:
            _compare(talk, turn, _done(talk, phones[turn.who], turn, clock), told)


def _compare(talk: Talk, turn: Turn, seen: Seen, told: Callable[[Turn, Seen], None]) -> None:
    told(turn, seen)
    for words in turn.sees:
        if words not in seen.words:
            raise DifferentError(f"{talk.name}:{turn.line}: not seen: {words!r}\nseen:\n{seen.words}")
    for words in turn.never_sees:
        if words in seen.words:
            raise DifferentError(f"{talk.name}:{turn.line}: must not be seen: {words!r}")


def _done(talk: Talk, phone: Phone, turn: Turn, clock: MovableClock) -> Seen:
    if turn.deed == "say_day":
        day = clock.today() + timedelta(days=turn.detail)
        return phone.say(f"{day.day}-{day.month}-{day.year}")
    deed = getattr(phone, turn.deed)
    try:
        seen: Seen = deed(turn.detail) if isinstance(turn.detail, str) else deed()
    except NoSuchButtonError:
        shown = phone.looks().words
        raise DifferentError(f"{talk.name}:{turn.line}: no button {turn.detail!r}\nlast:\n{shown}") from None
    return seen
