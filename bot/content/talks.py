"""Golden talks: dialogs/<subject>/talks/*.yaml, example conversations that are documentation, demo and test at once.

A turn names who does what, and what that person sees then; `only: telegram` or `only: web` is skipped at other doors:

    - who: agnieszka
      say: Kuba jest wesoły.
      asks: BO02
      sees: [Co Państwa dziecko lubi robić?]

`times: 120` says the words so often in one message; `say_day: 7` types the date of that day from now. What people do
in a browser: `reports: {child: Kuba, teacher_sees: …}` shows the parents a report with these fields of its form, a
number being a day so far from now; `reads: Kuba` opens the page of the child, of which the reports are seen;
`approves: ewa` is the coordinator's yes to a parent who offers to help others.
`languages: [ar]` at the top names languages that the school has switched on besides its usual ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEEDS = (
    *("open", "say", "say_day", "tap", "tap_old", "voice", "photo", "sticker", "correct", "later", "looks"),
    *("reports", "reads", "approves"),
)
TURN_KEYS = {"who", "sees", "never_sees", "asks", "only", "times", *DEEDS}


@dataclass(frozen=True)
class Turn:
    """One thing one person does, and what must be seen after it."""

    who: str
    deed: str
    detail: Any  # words or a label; days ahead for `say_day`, a mapping for `later` and `reports`
    asks: str | None  # the question that stands then
    only: str | None  # the kind of door this turn belongs to
    sees: tuple[str, ...]
    never_sees: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Talk:
    """One example conversation."""

    name: str
    title: str
    turns: tuple[Turn, ...]
    languages: tuple[str, ...] = ()  # that are on besides the usual ones


def read_talks(folder: Path) -> tuple[Talk, ...]:
    """All talks of a dialog folder, by file name. Raises ValueError with file and line for one that cannot be read."""
    return tuple(read_talk(path) for path in sorted(folder.glob("talks/*.yaml")))


def read_talk(path: Path) -> Talk:
    """The talk in one file. Raises ValueError with file and line."""
    text = path.read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text)
        node = yaml.compose(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{path}:{line}: this is not YAML") from None
    if not isinstance(content, dict) or not isinstance(content.get("turns"), list) or "title" not in content:
        raise ValueError(f"{path}:1: a talk has a title and turns")
    assert node is not None
    turns_node = next(value for key, value in node.value if key.value == "turns")
    turns = [
        _turn(path, entry, place.start_mark.line + 1)
        for entry, place in zip(content["turns"], turns_node.value, strict=True)
    ]
    languages = tuple(map(str, content.get("languages", ())))
    return Talk(name=path.stem, title=content["title"], turns=tuple(turns), languages=languages)


def _turn(path: Path, entry: Any, line: int) -> Turn:
    deeds = [name for name in DEEDS if name in entry] if isinstance(entry, dict) else []
    if len(deeds) != 1 or set(entry) - TURN_KEYS or ("who" not in entry and deeds != ["later"]):
        raise ValueError(f"{path}:{line}: a turn names who, and one of {', '.join(DEEDS)}")
    return Turn(
        who=entry.get("who", ""),
        deed=deeds[0],
        detail=entry[deeds[0]] * entry["times"] if "times" in entry else entry[deeds[0]],
        asks=entry.get("asks"),
        only=entry.get("only"),
        sees=tuple(map(str, entry.get("sees", ()))),
        never_sees=tuple(map(str, entry.get("never_sees", ()))),
        line=line,
    )
