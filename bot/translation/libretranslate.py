"""The school's own LibreTranslate server.

deep_translator's class for it knows no Dutch, has no time limit and puts the text in the address.
The subclass here keeps its shape and replaces its way to the server.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from deep_translator import LibreTranslator

from bot.translation.errors import BadAnswerError, UnsupportedPairError
from bot.translation.pieces import split
from bot.translation.private_http import PrivateServer, ensure_private, is_private

_MAX_PIECE_CHARS = 400  # the engine fails at about 510 tokens
_MAX_BATCH_CHARS = 1500
_MAX_BATCH_PIECES = 20
_PAIRS_KEPT_S = 600.0
_WORD_START = re.compile(r"(?<![\w'\u2019])[^\W\d_]")


class LibreTranslate:
    """A Provider: translates between the languages that the server says it has, and no others."""

    name = "libretranslate"

    def __init__(
        self, url: str, *, deadline_s: float = 20.0, permits: Callable[[str], bool] = is_private
    ) -> None:
        """The deadline holds for each request; raises ValueError if the address may not be used."""
        self._server = PrivateServer(ensure_private(url), deadline_s, permits)
        self._lock = threading.Lock()
        self._pairs: frozenset[tuple[str, str]] = frozenset()
        self._read_at_s = -_PAIRS_KEPT_S

    def pairs(self) -> frozenset[tuple[str, str]]:
        """The language pairs of the server, asked again after ten minutes; raises TranslationError."""
        with self._lock:
            if self._pairs and time.monotonic() - self._read_at_s < _PAIRS_KEPT_S:
                return self._pairs
        pairs = _read_pairs(self._server.ask("languages"))
        with self._lock:
            self._pairs, self._read_at_s = pairs, time.monotonic()
        return pairs

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language, line by line; what holds no letter stays as it is."""
        layouts = [split(text, _MAX_PIECE_CHARS) for text in texts]
        wanted = [piece for layout in layouts for piece in layout if _has_letter(piece)]
        if source == target or not wanted:
            return list(texts)
        pairs = self.pairs()
        if (source, target) not in pairs:
            raise UnsupportedPairError
        translator = PrivateLibreTranslator(self._server, pairs, source, target)
        answers = chain.from_iterable(translator.translate_batch(batch) for batch in _batches(wanted))
        return [
            "".join(_fit(piece, next(answers)) if _has_letter(piece) else piece for piece in layout)
            for layout in layouts
        ]


class PrivateLibreTranslator(LibreTranslator):  # type: ignore[misc] # the library has no types
    """deep_translator's translator for one pair, with the server's own languages and a guarded way to it."""

    def __init__(
        self, server: PrivateServer, pairs: frozenset[tuple[str, str]], source: str, target: str
    ) -> None:
        # The parent's own constructor demands a key and refuses Dutch; its base takes our languages.
        languages = {language: language for pair in pairs for language in pair}
        super(LibreTranslator, self).__init__(server.base_url, languages, source, target)
        self._server = server

    def translate(self, text: str, **_options: Any) -> str:
        """The text in the target language; raises TranslationError."""
        return self.translate_batch([text])[0]

    def translate_batch(self, batch: list[str], **_options: Any) -> list[str]:
        """One checked translation for each text, in order; raises TranslationError."""
        question = {
            "q": [_sentence_case(text.strip(), self._source) for text in batch],
            "source": self._source,
            "target": self._target,
            "format": "text",
        }
        answer = self._server.ask("translate", question)
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, list) or len(translated) != len(batch):
            raise BadAnswerError
        if not all(_is_text(text) for text in translated):
            raise BadAnswerError
        return translated


def _read_pairs(answer: Any) -> frozenset[tuple[str, str]]:
    """The pairs in the server's list of languages; raises BadAnswerError if it is no such list."""
    try:
        pairs = {(language["code"], target) for language in answer for target in language["targets"]}
    except (TypeError, KeyError):
        pairs = set()
    if not pairs or not all(isinstance(code, str) for pair in pairs for code in pair):
        raise BadAnswerError
    return frozenset(pair for pair in pairs if pair[0] != pair[1])


def _batches(pieces: list[str]) -> Iterator[list[str]]:
    """The pieces in order, in portions that the server finishes well within a deadline."""
    batch: list[str] = []
    for piece in pieces:
        if len(batch) == _MAX_BATCH_PIECES or sum(map(len, batch)) + len(piece) > _MAX_BATCH_CHARS:
            yield batch
            batch = []
        batch.append(piece)
    yield batch


def _fit(piece: str, translated: str) -> str:
    """The translation with the spaces that stood around the piece."""
    bare = piece.strip()
    return piece.replace(bare, translated.strip())


def _sentence_case(text: str, source: str) -> str:
    """The text with a capital first: the server puts a whole answer in small letters if the text has none."""
    start = _WORD_START.search(text) if text.islower() else None
    if start is None:
        return text
    capital = "İ" if source == "tr" and start[0] == "i" else start[0].title()
    risen = text[: start.start()] + capital + text[start.end() :]
    return text if risen.isupper() else risen


def _is_text(value: object) -> bool:
    """True for words that can be shown and stored."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and "\0" not in value
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def _has_letter(piece: str) -> bool:
    return any(letter.isalpha() for letter in piece)
