"""Words that judge instead of telling what was seen: a form about a child hints at them and never stops anybody.

A school may put its own list into school.yaml (`hint_words`).
"""

import re
from collections.abc import Sequence

HINT_WORDS = (
    "altijd",
    "nooit",
    "steeds",
    "lui",
    "druk",
    "aandachtspunt",
    "aandachtspunten",
    "moet gewoon",
    "moeten gewoon",
    "brutaal",
    "vervelend",
    "ongemotiveerd",
    "onhandelbaar",
    "slordig",
    "zwak",
    "achterstand",
    "probleemkind",
    "moeilijk kind",
    "taalarm",
)


def found_in(text: str, words: Sequence[str]) -> list[str]:
    """The words of the list that stand in the text as whole words, in the order of the list."""
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]
