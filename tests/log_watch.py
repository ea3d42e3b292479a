"""Watches every log line of the suite: none carries a name of the cast, a phone number, a token, or said words.

A line is looked at as the program would write it, as text and as JSON; of our own loggers also its bare message.
"""

import csv
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.cli.logs import OURS, Handler
from bot.content.shipped import PACKAGE
from bot.model.translation import Saying

ROSTER = PACKAGE / "demo_school" / "roster.csv"
SAMPLES = ("06-12345678", "06 12 34 56 78", "+48 600 123 456", "an-invented-token", "a-token-of-botfather")
_SHORTEST_NAME = 3
_SHORTEST_SAID = 12  # what is shorter may be a word of ours too
_TITLES = frozenset({"juf", "meester", "van", "der", "den"})
_BOT_TOKEN = r"(?<!\d)\d{6,12}:[\w-]{30,}"


@cache
def secrets(roster: Path = ROSTER) -> re.Pattern[str]:
    """The names of the cast as whole words, and samples of what else is nobody's business."""
    names = {"Victor", "Ewa"}
    with roster.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            names.update(row["child_first_name"].split(), row["person_name"].split())
    kept = sorted(one for one in names - _TITLES if len(one) >= _SHORTEST_NAME)
    words = "|".join(map(re.escape, (*kept, *SAMPLES)))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)|{_BOT_TOKEN}")


class LogWatch(logging.Handler):
    """Keeps where a line was logged that tells too much; `taken` gives and forgets them."""

    def __init__(self) -> None:
        super().__init__()
        self._written = io.StringIO()
        self._program = [Handler(form, self._written) for form in ("text", "json")]
        self._found: list[str] = []
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """The line is looked at; what is wrong in it is not repeated."""
        self._written.seek(0)
        self._written.truncate()
        for handler in self._program:
            handler.emit(record)
        lines = self._written.getvalue()
        if record.name.partition(".")[0] == OURS:
            lines += f"\n{record.getMessage()}"
        self.look(lines, f"{record.name} line {record.lineno}")

    def look(self, lines: str, where: str) -> None:
        """What a process wrote to its log is looked at."""
        if secrets().search(lines) or any(one in lines for one in self._said):
            self._found.append(where)

    def said(self, words: Any) -> None:
        """From now on no line may hold these words."""
        if isinstance(words, str) and len(words.strip()) >= _SHORTEST_SAID:
            self._said.add(words.strip())

    def taken(self) -> list[str]:
        """Where too much was logged since this was asked; a new test begins with nothing said."""
        found, self._found, self._said = self._found, [], set()
        return found


WATCH = LogWatch()


@contextmanager
def watching() -> Iterator[None]:
    """All lines of this process, and all that is said in it, are known to the watch; none too much at the end."""

    def hear(_saying: Saying, _positions: Any, values: dict[str, Any]) -> None:
        WATCH.said(values.get("original"))

    event.listen(Saying, "init", hear)
    logging.getLogger().addHandler(WATCH)
    yield
    logging.getLogger().removeHandler(WATCH)
    event.remove(Saying, "init", hear)
    assert WATCH.taken() == [], "log lines that tell too much"
