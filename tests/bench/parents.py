"""Parents without patience: each answers the moment the assistant has spoken, and the time in between is noted."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.content.catalogues import Catalogues
from bot.content.shipped import shipped
from bot.content.texts import Texts
from tests.fake_telegram import FakeTelegram
from tests.telegram_api import Shown

WORDS = (
    "Moje dziecko jest spokojne i lubi budować z klocków.",
    "Najpierw trochę się wstydzi, potem chętnie rozmawia.",
    "W domu mówimy po polsku, z dziadkami przez telefon.",
)


@dataclass(frozen=True)
class Labels:
    """What stands on the assistant's buttons, so that a parent finds them."""

    prepare: str
    skip: str
    ready: str
    selected: str
    share: str
    not_choices: frozenset[str]


def find_labels(language: str) -> Labels:
    """The labels in one language."""
    texts = Texts(Catalogues(shipped("locales")), ZoneInfo("Europe/Amsterdam"))

    def label(macro: str) -> str:
        return texts.label(language, macro)

    names = ("other", "ready", "example", "why", "back", "skip", "stop")
    steering = {name: label(f"preparation.{name}_button") for name in names}
    return Labels(
        prepare=label("menu.prepare_button"),
        skip=steering["skip"],
        ready=steering["ready"],
        selected=texts.label(language, "preparation.selected_label", {"label": ""}).strip(),
        share=label("preparation.share_button"),
        not_choices=frozenset(steering.values()),
    )


@dataclass
class Figures:
    """How long the parents waited, per kind of step, and how long all of it took."""

    waits_s: dict[str, list[float]] = field(default_factory=dict)
    took_s: float = 0.0
    processor_s: float = 0.0  # of the measured program meanwhile; 0 where the system does not tell

    @property
    def steps(self) -> int:
        """How many times somebody did something and saw an answer."""
        return sum(map(len, self.waits_s.values()))

    @property
    def per_second(self) -> float:
        """Steps of all parents together in one second."""
        return self.steps / self.took_s


class Parents:
    """Speaks for all of them in the thread of the fake Telegram."""

    def __init__(self, telegram: FakeTelegram, chats: Sequence[int], at_once: int) -> None:
        self._telegram = telegram
        self._chats = chats
        self._to_come = iter(chats)
        self._at_once = at_once
        self._asked: dict[int, tuple[str, float]] = {}
        self._done = threading.Event()
        self._finished = 0
        self.figures = Figures()

    def measure(
        self,
        next_step: Callable[["Parents", Shown], None],
        start: Callable[[int], None],
        processor_s: Callable[[], float],
        *,
        pause_s: Callable[[], float] = lambda: 0.0,
    ) -> Figures:
        """All parents have done all their steps; between the first steps of two of them there is a pause."""
        self._telegram.on_message = lambda shown: self._see(shown, next_step)
        self._start = start
        used_s, began_s = processor_s(), time.perf_counter()
        next_s = began_s
        for chat in list(itertools.islice(self._to_come, self._at_once)):
            start(chat)
            next_s += pause_s()
            time.sleep(max(0.0, next_s - time.perf_counter()))
        if not self._done.wait(300):
            raise TimeoutError(f"{self._finished} of {len(self._chats)} parents are done")
        self.figures.took_s = time.perf_counter() - began_s
        self.figures.processor_s = processor_s() - used_s
        self._telegram.on_message = None
        return self.figures

    def _see(self, shown: Shown, next_step: Callable[["Parents", Shown], None]) -> None:
        asked = self._asked.pop(shown.chat, None)
        if asked:
            step, at_s = asked
            self.figures.waits_s.setdefault(step, []).append(time.perf_counter() - at_s)
        next_step(self, shown)

    def say(self, chat: int, number: int) -> None:
        """One parent writes a sentence."""
        self._asked[chat] = ("words", time.perf_counter())
        self._telegram.person_says(chat, WORDS[number % len(WORDS)])

    def tap(self, shown: Shown, label: str, step: str) -> None:
        """One parent taps the button with this label under this message."""
        (data,) = {made["callback_data"] for row in shown.buttons for made in row if made["text"] == label}
        self._asked[shown.chat] = (step, time.perf_counter())
        self._telegram.person_taps_data(shown, data)

    def answer(self, shown: Shown, labels: Labels, *, words_only: bool = False) -> None:
        """One parent answers the question that is shown."""
        choices = [label for label in shown.labels if label not in labels.not_choices]
        if not choices:
            self.say(shown.chat, shown.message_id)
        elif words_only:
            self.tap(shown, labels.skip, "skip")
        elif labels.ready not in shown.labels:
            self.tap(shown, choices[0], "choice")
        elif choices[0].startswith(labels.selected):
            self.tap(shown, labels.ready, "ready")
        else:
            self.tap(shown, choices[0], "mark")

    def rest(self) -> None:
        """One parent is done, and the next one begins."""
        self._finished += 1
        for chat in itertools.islice(self._to_come, 1):
            self._start(chat)
        if self._finished == len(self._chats):
            self._done.set()
