"""Parents who go through the start conversation, whatever becomes of the program they write to.

Each answers a question the moment it arrives. Whoever has waited too long goes on all the same, as people do: writes
the next answer unasked, or taps once more. So people write also while nobody listens, and several messages of one
person can wait at Telegram.
"""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from bot.content.texts import Texts
from bot.dialog import engine, route
from bot.dialog.script import AnswerKind, Part, Question
from bot.model.clock import Clock
from tests.cast import catalogues, shipped_scripts
from tests.fake_telegram import FakeTelegram
from tests.faults.school import GRADE, LANGUAGE, SCHOOL_TYPE
from tests.telegram_api import Shown

PATIENCE_S = (1.5, 5.0)  # each parent has their own between these; longer than a restart takes, and shorter
ANSWER = "odpowiedź"
SECOND_TAPS = 0.5  # of those who waited in vain after a tap
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Asked:
    """One question of the conversation, as a parent recognises and answers it."""

    question: str
    words: str
    button: str | None  # the label to tap; None: the answer is written
    choice: str | None = None  # the key that the button stands for; None: it skips the question


@dataclass(frozen=True)
class Given:
    """One written answer: its update, and the question it is for."""

    update: int
    chat: int
    place: int
    text: str


@dataclass
class Parent:
    """Where one parent stands."""

    chat: int
    patience_s: float
    answered: int = 0  # questions
    seen: set[int] = field(default_factory=set)
    moved_at_s: float = field(default_factory=time.monotonic)
    tapped: tuple[Shown, str] | None = None  # the last button, for a second tap
    done: bool = False


class Parents:
    """Speaks for all of them, `at_once` at a time; use it in a `with`."""

    def __init__(
        self,
        telegram: FakeTelegram,
        chats: Sequence[int],
        *,
        at_once: int | None = None,
        answers: int | None = None,
        shares: bool = False,
        patience_s: tuple[float, float] = PATIENCE_S,
        seed: int = 0,
    ) -> None:
        self.conversation = _conversation()
        self.answers = len(self.conversation) if answers is None else answers  # each parent gives so many
        self.given: list[Given] = []
        self.taps = 0
        self.parents: dict[int, Parent] = {}
        self._shares = shares
        self._patience_s = patience_s
        self._telegram = telegram
        self._to_come = list(reversed(chats))
        self._at_once = at_once or len(chats)
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._places = {asked.words: place for place, asked in enumerate(self.conversation)}
        self._review = texts().label(LANGUAGE, "preparation.share_button")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._lose_patience, daemon=True)

    def __enter__(self) -> Self:
        self._telegram.on_message = self._see
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._telegram.on_message = None
        self._ended.set()
        self._thread.join()

    def begin(self) -> None:
        """The first of them open the conversation."""
        with self._telegram.changed:
            for _ in range(self._at_once):
                self._next_begins()

    @property
    def underway(self) -> int:
        """How many are in the middle of their conversation."""
        with self._telegram.changed:
            return sum(not parent.done for parent in self.parents.values())

    def nobody_else_begins(self) -> None:
        """Those who are in the middle of it go on to the end."""
        with self._telegram.changed:
            self._to_come.clear()

    def _next_begins(self) -> None:
        if self._to_come:
            chat = self._to_come.pop()
            self.parents[chat] = Parent(chat, self._random.uniform(*self._patience_s))
            self._telegram.person_says(chat, "/prepare", language=LANGUAGE)

    def _see(self, shown: Shown) -> None:
        with self._telegram.changed:
            parent = self.parents[shown.chat]
            place = self._place(shown)
            if place is None:
                return
            parent.seen.add(place)
            if place == parent.answered < self.answers:
                self._answer(parent, shown)
            elif place == parent.answered == self.answers and not parent.done:
                parent.done = True
                if self._shares:
                    self._telegram.person_taps(parent.chat, self._review, language=LANGUAGE)
                self._next_begins()

    def _place(self, shown: Shown) -> int | None:
        """Which question a message asks; the review comes after the last; None for all other messages."""
        if self._review in shown.labels:
            return len(self.conversation)
        lines = shown.text.splitlines() if shown.buttons else []
        return next((self._places[line] for line in lines if line in self._places), None)

    def _answer(self, parent: Parent, shown: Shown) -> None:
        label = self.conversation[parent.answered].button
        if label is None:
            self._write(parent)
            return
        (data,) = {made["callback_data"] for row in shown.buttons for made in row if made["text"] == label}
        parent.tapped = (shown, data)
        parent.answered += 1
        self._tap_again(parent)

    def _write(self, parent: Parent) -> None:
        text = f"{ANSWER} {parent.chat}-{parent.answered + 1}"
        self.given.append(Given(self._telegram.next_update, parent.chat, parent.answered, text))
        self._telegram.person_says(parent.chat, text, language=LANGUAGE)
        parent.answered += 1
        parent.tapped = None
        parent.moved_at_s = time.monotonic()

    def _tap_again(self, parent: Parent) -> None:
        if parent.tapped:
            self._telegram.person_taps_data(*parent.tapped, language=LANGUAGE)
            self.taps += 1
        parent.moved_at_s = time.monotonic()

    def _lose_patience(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            with self._telegram.changed:
                now_s = time.monotonic()
                for parent in list(self.parents.values()):
                    if not parent.done and now_s - parent.moved_at_s > parent.patience_s:
                        self._go_on(parent)

    def _go_on(self, parent: Parent) -> None:
        """The next answer comes without its question, if it is one that is written; or a second tap."""
        writes = parent.answered < self.answers and self.conversation[parent.answered].button is None
        if writes and not (parent.tapped and self._random.random() < SECOND_TAPS):
            self._write(parent)
        else:
            self._tap_again(parent)


def _conversation() -> list[Asked]:
    script = shipped_scripts()["begin"]
    state, _effects = engine.begin(script, {"grade": GRADE, "school_type": SCHOOL_TYPE})

    def asked(question: Question) -> Asked:
        words = script.text(LANGUAGE, question.id, Part.ASK)
        if question.words:
            return Asked(question.id, words, None)
        if question.answer is AnswerKind.SEVERAL:
            return Asked(question.id, words, texts().label(LANGUAGE, "preparation.skip_button"))
        key = question.keys[0]
        return Asked(question.id, words, script.text(LANGUAGE, question.id, Part.LABEL, key), key)

    return [asked(question) for question in route.applicable(script, state)]


def texts() -> Texts:
    """Every chat text."""
    return Texts(catalogues(), Clock().zone)
