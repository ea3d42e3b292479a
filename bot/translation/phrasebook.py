"""Sentences that people translated beforehand. Knows plain data only; reading files is done elsewhere."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.model.phrases import NO_PHRASES, Phrases

_CLOSING = " .!…。።"


@dataclass(frozen=True)
class Found:
    """A sentence of the phrasebook in the language that was asked for."""

    words: str
    reviewed: bool  # a native reader has seen it


class Phrasebook:
    """Finds the human translation of a sentence, never that of a sentence that only looks like it."""

    def __init__(self, phrases: Iterable[Mapping[str, str]], shipped: Phrases = NO_PHRASES) -> None:
        """Each phrase says one thing in several languages; of two equal sentences the first counts.

        What the school translated itself counts before what is shipped.
        """
        self.shipped = shipped
        self._known: dict[tuple[str, str], dict[str, Found]] = {}
        for phrase in phrases:
            self._learn({language: Found(words, reviewed=True) for language, words in phrase.items()})
        for key in shipped.keys:
            self._learn(
                {
                    language: Found(known[key], reviewed=key not in shipped.unreviewed.get(language, ()))
                    for language, known in shipped.sentences.items()
                    if key in known
                }
            )

    def _learn(self, phrase: Mapping[str, Found]) -> None:
        written = {language: found for language, found in phrase.items() if _plain(found.words)}
        for language, found in written.items():
            known = self._known.setdefault((language, _plain(found.words)), {})
            for other, translation in written.items():
                known.setdefault(other, translation)

    def find(self, text: str, source: str, target: str) -> Found | None:
        """The sentence in the target language, whatever the spaces, capitals or final dot of the text."""
        known = self._known.get((source, _plain(text)), {})
        if target not in known:
            return None
        return Found(known[target].words, known[target].reviewed and known[source].reviewed)


def _plain(text: str) -> str:
    """The text as it is compared; a question mark stays, because a question is another sentence."""
    joined = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).replace("\u2019", "'")
    return unicodedata.normalize("NFC", joined.strip().rstrip(_CLOSING).casefold())
