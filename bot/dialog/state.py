"""Where a conversation stands. Holds keys and marks only, never a person's words."""

import enum
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: tuple[Migration, ...] = ()  # the n-th lifts a saved state from version n to n + 1; never reorder
VERSION = len(MIGRATIONS) + 1


class Mode(enum.StrEnum):
    """Which kind of screen the person is looking at."""

    ASKING = "asking"
    OTHER = "other"
    REVIEW = "review"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Answer:
    """What was answered: keys (or one ISO date or time), and whether words or a voice belong to it."""

    choices: tuple[str, ...] = ()
    words: bool = False
    voice: bool = False
    skipped: bool = False


@dataclass(frozen=True)
class State:
    """Everything that must be remembered between two turns."""

    facts: Mapping[str, str | int]
    position: str = ""  # the question asked now or, elsewhere than at a question, last
    step: int = 0  # the number of the screen; a button carries it
    mode: Mode = Mode.ASKING
    answers: Mapping[str, Answer] = field(default_factory=dict)
    drafts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # chosen so far, not confirmed
    to_review: bool = False  # after this question back to the review
    stopped_from: Mode = Mode.ASKING

    @property
    def version(self) -> int:
        """The version in which the state is saved."""
        return VERSION

    def with_facts(self, facts: Mapping[str, str | int]) -> "State":
        """The same state with newer facts, such as another 'today'."""
        return replace(self, facts={**self.facts, **facts})

    def to_json(self) -> str:
        """The state as JSON text."""
        data = {
            "version": VERSION,
            "facts": dict(self.facts),
            "position": self.position,
            "step": self.step,
            "mode": self.mode.value,
            "answers": {key: _answer_data(answer) for key, answer in self.answers.items()},
            "drafts": {key: list(chosen) for key, chosen in self.drafts.items()},
            "to_review": self.to_review,
            "stopped_from": self.stopped_from.value,
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "State":
        """The state that `to_json` wrote, now or in an earlier version; raises ValueError for a later one."""
        data = upgrade(json.loads(text), MIGRATIONS)
        return cls(
            facts=data["facts"],
            position=data["position"],
            step=data["step"],
            mode=Mode(data["mode"]),
            answers={key: _answer(entry) for key, entry in data["answers"].items()},
            drafts={key: tuple(chosen) for key, chosen in data["drafts"].items()},
            to_review=data["to_review"],
            stopped_from=Mode(data["stopped_from"]),
        )


def upgrade(data: dict[str, Any], migrations: Sequence[Migration]) -> dict[str, Any]:
    """The saved data lifted step by step to the version after the last migration."""
    newest = len(migrations) + 1
    version = data.get("version")
    if not isinstance(version, int) or not 1 <= version <= newest:
        raise ValueError("state_version")
    for number in range(version, newest):
        data = {**migrations[number - 1](data), "version": number + 1}
    return data


def _answer_data(answer: Answer) -> dict[str, Any]:
    return {
        "choices": list(answer.choices),
        "words": answer.words,
        "voice": answer.voice,
        "skipped": answer.skipped,
    }


def _answer(data: dict[str, Any]) -> Answer:
    return Answer(tuple(data["choices"]), data["words"], data["voice"], data["skipped"])
