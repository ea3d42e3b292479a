"""What every translator offers, whichever server stands behind it."""

from collections.abc import Sequence
from typing import Protocol


class Provider(Protocol):
    """Translates whole texts; may be called from several threads at once, never inside a transaction."""

    @property
    def name(self) -> str:
        """The name that stands in TRANSLATORS and beside each stored translation."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        """The (source, target) languages it can do, as the server itself says; raises TranslationError."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """One translation for each text, in the same order, or a TranslationError and nothing."""
