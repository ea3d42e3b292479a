"""What is asked: a dialog as data, with its texts in every language it is carried in.

A Script is made by the content room and stored by its digest; a running conversation reads only from it.
"""

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

OTHER = "other"  # the built-in key of 'something else'
YES = "yes"
NO = "no"
SCRIPT_FORMAT = 1

MOST_QUESTIONS = 120  # per dialog
MOST_CHOICES = 24  # per question, 'something else' not counted
MOST_KEY_CHARS = 32  # of an id or a choice key
MOST_LABEL_CHARS = 40  # a button on a small phone
MOST_TEXT_CHARS = 600  # one text of a question


class AnswerKind(enum.StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    SEVERAL = "several"
    SCALE = "scale"
    YES_NO = "yes_no"
    DATE = "date"
    TIME = "time"


class Part(enum.StrEnum):
    """Which text of a dialog or of a question; title and intro belong to question ''."""

    TITLE = "title"
    INTRO = "intro"
    ASK = "ask"
    EXAMPLE = "example"
    WHY = "why"
    HINT = "hint"
    LABEL = "label"


@dataclass(frozen=True)
class Choice:
    """One button of a question; its label is a text of the script."""

    key: str


@dataclass(frozen=True)
class Condition:
    """Holds when the fact or the earlier answer has one of the keys."""

    about: str  # 'fact' or 'answer'
    name: str  # of the fact, or the id of the earlier question
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question; everything but its texts."""

    id: str
    answer: AnswerKind
    choices: tuple[Choice, ...] = ()
    most: int | None = None
    other: bool = False
    words: bool = False
    voice: bool = False
    sensitive: bool = False
    when: tuple[Condition, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that can be chosen, in the order of the buttons."""
        own = tuple(choice.key for choice in self.choices)
        return (*own, OTHER) if self.other else own


@dataclass(frozen=True)
class Script:
    """One dialog with its texts: language -> place of the text -> text."""

    id: str
    language: str
    for_whom: str
    about: str
    minutes: int
    questions: tuple[Question, ...]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def question(self, question_id: str) -> Question | None:
        """The question with this id, or None."""
        return next((question for question in self.questions if question.id == question_id), None)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of which the script carries any text; the source language first."""
        return (self.language, *sorted(set(self.texts) - {self.language}))

    def has(self, language: str) -> bool:
        """Whether the script carries texts in this language."""
        return language in self.languages

    def has_text(self, language: str, question_id: str, part: str, choice_key: str = "") -> bool:
        """Whether this very text exists in this language; if not, `text` falls back and is to be labelled."""
        return place(question_id, part, choice_key) in self.texts.get(language, {})

    def text(self, language: str, question_id: str, part: str, choice_key: str = "") -> str:
        """The text in this language, else in the source language, else '' (an optional text left out)."""
        where = place(question_id, part, choice_key)
        own = self.texts.get(language, {}).get(where)
        return own if own is not None else self.texts.get(self.language, {}).get(where, "")

    @cached_property
    def digest(self) -> str:
        """A hash of everything the script says and asks."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """The whole script as JSON; equal scripts give equal text."""
        data = {
            "format": SCRIPT_FORMAT,
            "id": self.id,
            "language": self.language,
            "for": self.for_whom,
            "about": self.about,
            "minutes": self.minutes,
            "questions": [_question_data(question) for question in self.questions],
            "texts": {language: dict(texts) for language, texts in self.texts.items()},
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Script":
        """The script that `to_json` wrote; raises ValueError for another format."""
        data = json.loads(text)
        if data.get("format") != SCRIPT_FORMAT:
            raise ValueError("script_format")
        return cls(
            id=data["id"],
            language=data["language"],
            for_whom=data["for"],
            about=data["about"],
            minutes=data["minutes"],
            questions=tuple(_question(entry) for entry in data["questions"]),
            texts=data["texts"],
        )


def place(question_id: str, part: str, choice_key: str = "") -> str:
    """The name of one text inside a script."""
    return "/".join((question_id, str(part), choice_key))


def _question_data(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "answer": question.answer.value,
        "choices": [choice.key for choice in question.choices],
        "most": question.most,
        "other": question.other,
        "words": question.words,
        "voice": question.voice,
        "sensitive": question.sensitive,
        "when": [[held.about, held.name, list(held.any_of)] for held in question.when],
    }


def _question(data: dict[str, Any]) -> Question:
    return Question(
        id=data["id"],
        answer=AnswerKind(data["answer"]),
        choices=tuple(Choice(key) for key in data["choices"]),
        most=data["most"],
        other=data["other"],
        words=data["words"],
        voice=data["voice"],
        sensitive=data["sensitive"],
        when=tuple(Condition(about, name, tuple(any_of)) for about, name, any_of in data["when"]),
    )
