"""What every use case may need beside the session: handed in once by wiring."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.hint_words import HINT_WORDS
from bot.dialog.script import Script
from bot.model.clock import Clock
from bot.model.rhythm import NO_QUIET, Rhythm
from bot.translation.detection import Detector
from bot.translation.phrasebook import Phrasebook


@dataclass(frozen=True)
class Tools:
    """The clock, the shipped scripts and languages, and what is known about translation."""

    clock: Clock
    scripts: Mapping[str, Script]
    languages: tuple[str, ...]
    phrasebook: Phrasebook
    detector: Detector
    translates: bool  # whether the school switched a provider on
    public_url: str
    telegram_name: str | None = None  # the bot's user name, None without Telegram
    sensitive_readers: frozenset[str] = field(default_factory=frozenset)  # roster ids named by the lead
    rhythm: Rhythm = NO_QUIET  # when people may be reached; as made here always, and each fact at once
    hint_words: tuple[str, ...] = HINT_WORDS  # what a form about a child hints at
