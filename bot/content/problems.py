"""What is wrong in a file that people edit: a value to report, never an exception."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class ContentProblem:
    """One problem at one line; a note is worth knowing but stops nothing."""

    file: str
    line: int
    what: str
    hint: str
    note: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} ({self.hint})"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint with the known word that looks most alike, else with all of them."""
    names = list(known)
    if not names:
        return "take it away"
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean '{close[0]}'?" if close else f"use one of: {', '.join(names)}"
