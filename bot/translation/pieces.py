"""Cuts a text into pieces that a translation engine can hold, without losing a newline or a space."""

import re
from collections.abc import Iterator
from itertools import pairwise

_NEWLINE = re.compile(r"(\s*[\n\r\u2028\u2029]\s*)")
# Where a long line may be cut, best place first.
_CUTS = (
    re.compile(r"""[.!?…؟]+["'\u201d\u2019»)\]]*\s+|[።。\uff01\uff1f]\s*"""),
    re.compile(r"[,;:،፣፤]\s+"),
    re.compile(r"\s+"),
)


def split(text: str, max_chars: int) -> list[str]:
    """Pieces of at most `max_chars`, one per line or less; joined together they are the text again."""
    lines = _NEWLINE.split(text)
    return [piece for line in lines for piece in _cut(line, max_chars) if piece]


def sentences(line: str) -> list[str]:
    """The sentences of one line, bare."""
    ends = [match.end() for match in _CUTS[0].finditer(line)]
    cut = [line[start:end].strip() for start, end in pairwise([0, *ends, len(line)])]
    return [sentence for sentence in cut if sentence]


def _cut(line: str, max_chars: int) -> Iterator[str]:
    start = 0
    while len(line) - start > max_chars:
        end = start + _best_cut(line[start : start + max_chars])
        yield line[start:end]
        start = end
    yield line[start:]


def _best_cut(window: str) -> int:
    for cut in _CUTS:
        ends = [match.end() for match in cut.finditer(window)]
        if ends:
            return ends[-1]
    return len(window)
