"""Argos Translate inside this process, with models of the school's own. An optional extra.

The library logs every text at INFO, keeps the last one, and fetches a model to divide sentences when first asked. Here
its log is closed, nothing is kept, sentences are divided by ourselves, and translating never fetches anything.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.translation import argos_library
from bot.translation.argos_library import PIVOT
from bot.translation.errors import BadAnswerError, UnavailableError, UnsupportedPairError
from bot.translation.kept_pairs import Pairs
from bot.translation.pieces import sentences
from bot.translation.portions import Limits, translate_in_portions

_LIMITS = Limits(piece_chars=400, batch_chars=400, batch_pieces=1)  # the engine fails at about 510 tokens


class Argos:
    """A Provider: translates with the models that `oudergesprek translators install` put in the folder."""

    name = "argos"
    outside = False

    def __init__(self, models: Path, *, deadline_s: float = 60.0) -> None:
        """The deadline holds for each text. Raises ValueError if the extra is not installed."""
        argos_library.load(models)
        self._models = models
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._engines: dict[tuple[str, str], Any] = {}
        self._read_at: float | None = None

    def pairs(self) -> Pairs:
        """The pairs of the models, also by way of English; a model that comes is seen at once."""
        with self._lock:
            self._read()
            ways = set(self._engines)
        over = {
            (source, target)
            for source, between in ways
            for other, target in ways
            if between == other == PIVOT and source != target
        }
        return frozenset(ways | over)

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language, line by line; what holds no letter stays as it is."""
        if source == target:
            return list(texts)
        return [self._whole(text, source, target) for text in texts]

    def _whole(self, text: str, source: str, target: str) -> str:
        end_s = time.monotonic() + self._deadline_s

        def ask(pieces: list[str]) -> list[str]:
            if (source, target) not in self.pairs():
                raise UnsupportedPairError
            return [self._piece(piece, source, target, end_s) for piece in pieces]

        return translate_in_portions([text], _LIMITS, ask)[0]

    def _piece(self, text: str, source: str, target: str, end_s: float) -> str:
        direct = (source, target) in self._engines
        for step in [(source, target)] if direct else [(source, PIVOT), (PIVOT, target)]:
            if time.monotonic() > end_s:
                raise UnavailableError
            text = self._step(step, text)
        return text

    def _step(self, step: tuple[str, str], text: str) -> str:
        translated: object = None
        try:
            with self._lock:  # one text at a time: it takes every core anyway
                translated = self._engines[step].translate(text)
        except Exception:  # noqa: BLE001 - what the engine raises may hold words
            translated = None
        if not isinstance(translated, str):
            raise BadAnswerError
        return translated

    def _read(self) -> None:
        """The engines are those of the folder as it is now."""
        written_at = self._models.stat().st_mtime if self._models.is_dir() else None
        if written_at == self._read_at:
            return
        self._engines = dict(_engines(self._models)) if written_at is not None else {}
        self._read_at = written_at


def _engines(models: Path) -> Iterator[tuple[tuple[str, str], Any]]:
    """For each pair with a model of its own, what translates it; a model is loaded when it is first asked."""
    argos = argos_library.load(models)

    class Sentencizer(argos.sbd.ISentenceBoundaryDetectionModel):  # type: ignore[misc, name-defined]
        def split_sentences(self, text: str) -> list[str]:
            return sentences(text)

    for folder in sorted(models.iterdir()):
        with suppress(OSError, ValueError, RuntimeError, AttributeError):  # a damaged model is none
            found = argos.package.Package(folder)
            if found.type == "translate":
                ends = [argos.translate.Language(code, code) for code in (found.from_code, found.to_code)]
                engine = argos.translate.PackageTranslation(*ends, found)
                engine.sentencizer = Sentencizer()
                yield (found.from_code, found.to_code), engine
