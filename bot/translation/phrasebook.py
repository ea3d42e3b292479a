"""Sentences that people translated beforehand. Knows plain data only; reading files is done elsewhere."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

_CLOSING = " .!…。።"


class Phrasebook:
    """Finds the human translation of a sentence, never that of a sentence that only looks like it."""

    def __init__(self, phrases: Iterable[Mapping[str, str]]) -> None:
        """Each phrase says one thing in several languages; of two equal sentences the first counts."""
        self._known: dict[tuple[str, str], dict[str, str]] = {}
        for phrase in phrases:
            written = {language: sentence for language, sentence in phrase.items() if _plain(sentence)}
            for language, sentence in written.items():
                known = self._known.setdefault((language, _plain(sentence)), {})
                for other, translation in written.items():
                    known.setdefault(other, translation)

    def find(self, text: str, source: str, target: str) -> str | None:
        """The sentence in the target language, whatever the spaces, capitals or final dot of the text."""
        return self._known.get((source, _plain(text)), {}).get(target)


def _plain(text: str) -> str:
    """The text as it is compared; a question mark stays, because a question is another sentence."""
    joined = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).replace("\u2019", "'")
    return unicodedata.normalize("NFC", joined.strip().rstrip(_CLOSING).casefold())
