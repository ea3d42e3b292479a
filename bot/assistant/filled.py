"""What a teacher's form holds, between two turns and at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.assistant.turn import Turn
from bot.dialog.script import Part, Script
from bot.dialog.state import State
from bot.model.people import Child
from bot.model.translation import Saying


@dataclass(frozen=True)
class Filled:
    """What a form holds: answers by question, own words by question, and what it is about."""

    number: int
    child: Child
    script: Script
    state: State
    words: Mapping[str, int]  # question -> id of a saying
    about: Mapping[str, Any]

    def choices(self, question: str) -> tuple[str, ...]:
        """The chosen keys."""
        answer = self.state.answers.get(question)
        return answer.choices if answer else ()

    def choice(self, question: str) -> str | None:
        """The one chosen key."""
        return next(iter(self.choices(question)), None)

    def day(self, question: str) -> date | None:
        """The chosen date."""
        chosen = self.choice(question)
        return date.fromisoformat(chosen) if chosen else None

    def time(self, question: str) -> time | None:
        """The chosen time of the day at the school."""
        chosen = self.choice(question)
        return time.fromisoformat(chosen) if chosen else None

    def said(self, turn: Turn, question: str) -> Saying | None:
        """The teacher's own words."""
        saying_id = self.words.get(question)
        return turn.session.get(Saying, saying_id) if saying_id else None

    def text(self, language: str, question: str, part: Part, key: str = "") -> str:
        """A text of the dialog."""
        return self.script.text(language, question, part, key)

    def as_draft(self, dialog: str) -> dict[str, Any]:
        """The form as the door remembers it."""
        return {
            "dialog": dialog,
            "number": self.number,
            "child": self.child.id,
            "engine": self.state.to_json(),
            "words": dict(self.words),
            "about": dict(self.about),
        }
