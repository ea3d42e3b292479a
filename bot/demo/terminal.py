"""Shows a talk in the terminal as it is played: who did what, and what the phone showed."""

import sys
import textwrap
from typing import Any

from bot.content.talks import Turn
from bot.demo.phones import Seen

WIDTH_CHARS = 96


class Terminal:
    """Prints every turn of a talk."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def show(self, turn: Turn, seen: Seen) -> None:
        """The turn stands in the terminal."""
        name = self._names.get(turn.who, "")
        detail = turn.detail if isinstance(turn.detail, str) else ""
        self.line(f"\n{name or '…'} [{turn.deed}] {detail}".rstrip())
        for bubble in seen.bubbles:
            for line in bubble.words.splitlines():
                for part in textwrap.wrap(line, WIDTH_CHARS) or [""]:
                    self.line(f"    │ {part}")
            if bubble.buttons:
                self.line(f"    └ {'  '.join(f'[{label}]' for label in bubble.buttons)}")

    def tree(self, value: Any, depth: int = 1) -> None:
        """Everything filled in that a nested value holds, one line each."""
        pairs = value.items() if isinstance(value, dict) else [("-", inner) for inner in value]
        for name, inner in pairs:
            if inner in (None, "", [], {}):
                continue
            indent = "  " * depth
            if isinstance(inner, dict | list):
                self.line(f"{indent}{name}")
                self.tree(inner, depth + 1)
            else:
                self.line(f"{indent}{name}: {inner}")

    @staticmethod
    def line(text: str) -> None:
        """One line."""
        sys.stdout.write(text + "\n")
