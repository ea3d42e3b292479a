"""Words of another writing direction inside a sentence: kept apart, so that names, numbers and signs stay in order.

The marks are characters (first strong isolate, pop directional isolate): they work in messengers and pages alike.
"""

import html
import re
import unicodedata
from typing import Any

from markupsafe import Markup

START, END = "\u2068", "\u2069"
LEADS = "\u200f"  # a letter without a shape that is read from right to left
_TAKEN_OUT = re.compile(f"[{START}{END}]|^{LEADS}", re.MULTILINE)
_TAG = re.compile("<[^>]*>")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def isolated(value: Any, *, always: bool) -> Any:
    """The value as it stands in a sentence: kept apart if `always`, else only where it is written right to left."""
    if not always and (not isinstance(value, str) or value.isascii() or not _RIGHT_TO_LEFT.search(value)):
        return value
    if not isinstance(value, str | int | float) or value == "":
        return value
    if isinstance(value, Markup):
        return Markup("{}{}{}").format(START, value, END)
    return f"{START}{value}{END}"


def led_from_the_right(text: str) -> str:
    """Every line reads from right to left, also one whose only letters are kept apart: of those no phone takes notice.

    A line with letters of its own keeps the direction of the first of them.
    """
    return "\n".join(line if _has_own_letters(line) else LEADS + line for line in text.split("\n"))


def _has_own_letters(line: str) -> bool:
    deep = 0
    for letter in html.unescape(_TAG.sub("", line)):
        deep += (letter == START) - (letter == END)
        if not deep and unicodedata.bidirectional(letter) in {"L", "R", "AL"}:
            return True
    return START not in line


def without_isolates(text: str) -> str:
    """The text without the marks, as people would compare or copy it."""
    return _TAKEN_OUT.sub("", text)


def only_where_mixed(text: str) -> str:
    """The text without the marks unless it holds words of both directions."""
    if START not in text:
        return text
    directions = {unicodedata.bidirectional(letter) == "L" for letter in text if letter.isalpha()}
    return text if len(directions) > 1 else without_isolates(text)
