"""How plain our own Dutch is: how long sentences are, and how rare their words; nothing here stops anybody."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from babel.messages.catalog import Catalog

from bot.content.problems import ContentProblem

LANGUAGE = "nl"
MOST_WORDS = 12  # in one sentence, for who reads Dutch as in the second year of learning it
RARE_BELOW = 3.0  # on the Zipf scale: less than once in a million words
_MARKUP = re.compile(r"<[^>]+>|\{[^}]*\}")
_VALUE = re.compile(r"%\(\w+\)[sd]")
_PLACED = "Xx"  # stands for a value, which is one word of unknown length
_END = re.compile(r"(?<=[.!?…:])\s+|[\n“”]|\s[·\u2013]\s")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d[\d.,:-]*")

Frequency = Callable[[str], float]


@dataclass(frozen=True)
class Written:
    """A text of ours and where it stands."""

    text: str
    file: str
    line: int


@dataclass(frozen=True)
class Measured:
    """What was found; without a list of words nothing is known about rare ones."""

    texts: int
    sentences: int
    words: int
    longest: int
    too_long: Sequence[ContentProblem]
    rare: Sequence[tuple[str, int]] | None  # the word and how often it stands there, most often first
    rare_places: Sequence[ContentProblem]

    @property
    def average(self) -> float:
        """Words in a sentence."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def rare_share(self) -> float | None:
        """Rare words among all, in percent."""
        if self.rare is None:
            return None
        return 100 * sum(count for _word, count in self.rare) / self.words if self.words else 0.0


def measure(
    texts: Iterable[Written], frequency: Frequency | None = None, known: Iterable[str] = ()
) -> Measured:
    """The figures over all texts; `known` are words that are explained and so not rare."""
    texts = list(texts)
    known = {word.casefold() for one in known for word in _WORD.findall(one)}
    lengths: list[int] = []
    too_long: list[ContentProblem] = []
    found: dict[str, list[Written]] = {}
    for written in texts:
        for words in _sentences(written.text):
            lengths.append(len(words))
            if len(words) > MOST_WORDS:
                too_long.append(_problem(written, f"a sentence of {len(words)} words: {' '.join(words)}"))
            for word in words:
                if frequency and _is_rare(word, frequency, known):
                    found.setdefault(word.casefold(), []).append(written)
    counts = Counter({word: len(places) for word, places in found.items()})
    return Measured(
        texts=len(texts),
        sentences=len(lengths),
        words=sum(lengths),
        longest=max(lengths, default=0),
        too_long=sorted(set(too_long)),
        rare=counts.most_common() if frequency else None,
        rare_places=sorted(_problem(places[0], f"a rare word: {word}") for word, places in found.items()),
    )


def of_file(path: Path, texts: Iterable[str]) -> Iterator[Written]:
    """Texts that stand in a file, each with its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for text in texts:
        yield Written(text, str(path), next((n for n, line in enumerate(lines, 1) if text in line), 1))


def _problem(written: Written, what: str) -> ContentProblem:
    return ContentProblem(written.file, written.line, what, "say it more simply", note=True)


def _sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence; a value that is put in counts as one."""
    bare = _VALUE.sub(_PLACED, _MARKUP.sub(" ", text))
    for sentence in _END.split(bare):
        if words := _WORD.findall(sentence):
            yield words


def _is_rare(word: str, frequency: Frequency, known: set[str]) -> bool:
    plain = word.casefold()
    if word == _PLACED or plain[0].isdigit() or plain in known or len(plain) == 1:
        return False
    return frequency(plain) < RARE_BELOW


def word_list() -> Frequency | None:
    """How frequent a Dutch word is, on the Zipf scale; None where no list is installed."""
    try:
        from wordfreq import zipf_frequency  # noqa: PLC0415  (an optional extra)
    except ImportError:
        return None
    return partial(zipf_frequency, lang=LANGUAGE)


def of_catalogue(catalog: Catalog, file: str) -> Iterator[Written]:
    """What stands in a catalogue."""
    for message in catalog:
        if message.id:
            forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
            for form in dict.fromkeys(forms):
                if form:
                    yield Written(form, file, message.lineno or 1)
