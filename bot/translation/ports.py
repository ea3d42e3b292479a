"""What every translator offers, whichever server stands behind it."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


class Provider(Protocol):
    """Translates whole texts; may be called from several threads at once, never inside a transaction."""

    @property
    def name(self) -> str:
        """The name that stands in TRANSLATORS and beside each stored translation."""

    @property
    def outside(self) -> bool:
        """Whether what it is asked leaves the school's own network."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        """The (source, target) languages it can do, as the server itself says; raises TranslationError."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """One translation for each text, in the same order, or a TranslationError and nothing."""


@runtime_checkable
class Marked(Protocol):
    """A provider that can be told, in HTML, what is to stay as it is."""

    @property
    def token(self) -> str:
        """What stays as it is; {} is its number."""

    def translate_html(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """As `translate`, for texts that are HTML; the answers are HTML too."""
