"""Builds the translators that a school has switched on. None is on until it is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.translation.argos import Argos
from bot.translation.deepl import Deepl
from bot.translation.libretranslate import LibreTranslate
from bot.translation.microsoft import Microsoft
from bot.translation.ports import Provider

DEADLINE_S = 20.0


@dataclass(frozen=True)
class Access:
    """Where each translator is and what opens it; None for what is not used."""

    libretranslate_url: str | None = None
    deepl_key: str | None = field(default=None, repr=False)
    deepl_url: str | None = None
    microsoft_key: str | None = field(default=None, repr=False)
    microsoft_region: str | None = None
    microsoft_url: str | None = None
    models_dir: Path | None = None


def build(translators: Sequence[str], access: Access, *, deadline_s: float = DEADLINE_S) -> list[Provider]:
    """The providers in the order named; the address of each is checked, no server is asked anything yet.

    Raises ValueError with one sentence for the operator.
    """
    makers: dict[str, tuple[str, object, Callable[[], Provider]]] = {
        LibreTranslate.name: (
            "LIBRETRANSLATE_URL",
            access.libretranslate_url,
            lambda: LibreTranslate(access.libretranslate_url or "", deadline_s=deadline_s),
        ),
        Deepl.name: (
            "DEEPL_KEY",
            access.deepl_key,
            lambda: Deepl(access.deepl_key or "", access.deepl_url, deadline_s=deadline_s),
        ),
        Microsoft.name: (
            "MICROSOFT_KEY",
            access.microsoft_key,
            lambda: Microsoft(
                access.microsoft_key or "",
                access.microsoft_region,
                access.microsoft_url,
                deadline_s=deadline_s,
            ),
        ),
        Argos.name: ("MODELS_DIR", access.models_dir, lambda: Argos(access.models_dir or Path())),
    }
    if any(name not in makers for name in translators):
        raise ValueError(f"TRANSLATORS accepts only: {', '.join(makers)}.")
    providers = []
    for name in dict.fromkeys(translators):
        needed, value, make = makers[name]
        if not value:
            raise ValueError(f"TRANSLATORS names {name}, so {needed} must be set.")
        providers.append(make())
    return providers
