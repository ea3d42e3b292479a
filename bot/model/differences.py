"""What changed between two texts, word by word."""

import difflib
import enum
import re
from dataclasses import dataclass

_WORD = re.compile(r"\s+|[^\s]+")


class Change(enum.StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Some words that follow each other and had the same fate."""

    change: Change
    words: str


def difference(before: str, now: str) -> list[Piece]:
    """Both texts as one row: without what was added it is the first, without what was removed the second."""
    old, new = _WORD.findall(before), _WORD.findall(now)
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
        a=old, b=new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            pieces.append(Piece(Change.REMOVED, "".join(old[old_from:old_to])))
        if new_from < new_to:
            pieces.append(Piece(Change.ADDED, "".join(new[new_from:new_to])))
    return pieces
