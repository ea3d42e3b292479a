"""The school's own LibreTranslate server.

deep_translator's class for it knows no Dutch, has no time limit and puts the text in the address.
The subclass here keeps its shape and replaces its way to the server.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from deep_translator import LibreTranslator

from bot.translation.addresses import ensure_private, is_private
from bot.translation.errors import BadAnswerError, UnsupportedPairError
from bot.translation.guarded_http import GuardedServer
from bot.translation.kept_pairs import KeptPairs, Pairs
from bot.translation.portions import Limits, translate_in_portions

_LIMITS = Limits(piece_chars=400, batch_chars=1500, batch_pieces=20)  # the engine fails at about 510 tokens
_WORD_START = re.compile(r"(?<![\w'\u2019])[^\W\d_]")


class LibreTranslate:
    """A Provider: translates between the languages that the server says it has, and no others."""

    name = "libretranslate"
    outside = False

    def __init__(
        self, url: str, *, deadline_s: float = 20.0, permits: Callable[[str], bool] = is_private
    ) -> None:
        """The deadline holds for each request; raises ValueError if the address may not be used."""
        self._server = GuardedServer(ensure_private(url), deadline_s, permits=permits)
        self._pairs = KeptPairs(lambda: _read_pairs(self._server.ask("languages")))

    def pairs(self) -> Pairs:
        """The language pairs of the server, asked again after ten minutes; raises TranslationError."""
        return self._pairs.get()

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language, line by line; what holds no letter stays as it is."""
        if source == target:
            return list(texts)

        def ask(pieces: list[str]) -> list[str]:
            pairs = self.pairs()
            if (source, target) not in pairs:
                raise UnsupportedPairError
            return PrivateLibreTranslator(self._server, pairs, source, target).translate_batch(pieces)

        return translate_in_portions(texts, _LIMITS, ask)


class PrivateLibreTranslator(LibreTranslator):  # type: ignore[misc] # the library has no types
    """deep_translator's translator for one pair, with the server's own languages and a guarded way to it."""

    def __init__(self, server: GuardedServer, pairs: Pairs, source: str, target: str) -> None:
        # The parent's own constructor demands a key and refuses Dutch; its base takes our languages.
        languages = {language: language for pair in pairs for language in pair}
        super(LibreTranslator, self).__init__(server.base_url, languages, source, target)
        self._server = server

    def translate(self, text: str, **_options: Any) -> str:
        """The text in the target language; raises TranslationError."""
        return self.translate_batch([text])[0]

    def translate_batch(self, batch: list[str], **_options: Any) -> list[str]:
        """What the server gives for the texts, not looked into yet; raises TranslationError."""
        question = {
            "q": [_sentence_case(text, self._source) for text in batch],
            "source": self._source,
            "target": self._target,
            "format": "text",
        }
        answer = self._server.ask("translate", question)
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, list):
            raise BadAnswerError
        return translated


def _read_pairs(answer: Any) -> Pairs:
    """The pairs in the server's list of languages; raises BadAnswerError if it is no such list."""
    try:
        pairs = {(language["code"], target) for language in answer for target in language["targets"]}
    except (TypeError, KeyError):
        pairs = set()
    if not pairs or not all(isinstance(code, str) for pair in pairs for code in pair):
        raise BadAnswerError
    return frozenset(pair for pair in pairs if pair[0] != pair[1])


def _sentence_case(text: str, source: str) -> str:
    """The text with a capital first: the server puts a whole answer in small letters if the text has none."""
    start = _WORD_START.search(text) if text.islower() else None
    if start is None:
        return text
    capital = "İ" if source == "tr" and start[0] == "i" else start[0].title()
    risen = text[: start.start()] + capital + text[start.end() :]
    return text if risen.isupper() else risen
