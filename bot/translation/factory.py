"""Builds the translators that a school has switched on. None is on until it is named."""

from collections.abc import Sequence

from bot.translation.libretranslate import LibreTranslate
from bot.translation.ports import Provider


def build(
    translators: Sequence[str], libretranslate_url: str | None, *, deadline_s: float = 20.0
) -> list[Provider]:
    """The providers in the order named; the address of each is checked, no server is asked anything yet.

    Raises ValueError with one sentence for the operator.
    """
    if any(name != LibreTranslate.name for name in translators):
        raise ValueError("TRANSLATORS accepts only: libretranslate.")
    if not translators:
        return []
    if not libretranslate_url:
        raise ValueError("TRANSLATORS names libretranslate, so LIBRETRANSLATE_URL must be set.")
    return [LibreTranslate(libretranslate_url, deadline_s=deadline_s)]
