"""What every use case may need beside the session: handed in once by wiring."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.hint_words import HINT_WORDS
from bot.content.read_aloud import ReadAloud
from bot.dialog.script import Script
from bot.model.buddies import BuddyRules
from bot.model.clock import Clock
from bot.model.rhythm import NO_QUIET, Rhythm
from bot.translation.detection import Detector
from bot.translation.phrasebook import Phrasebook
from bot.translation.school_words import SchoolWordFinder


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
    outside_translators: tuple[str, ...] = ()  # those of them outside the school, as in TRANSLATORS
    telegram_name: str | None = None  # the bot's user name, None without Telegram
    sensitive_readers: frozenset[str] = field(default_factory=frozenset)  # roster ids named by the lead
    rhythm: Rhythm = NO_QUIET  # when people may be reached; as made here always, and each fact at once
    hint_words: tuple[str, ...] = HINT_WORDS  # what a form about a child hints at
    words_in_staff_chat: bool = False  # whether Telegram may show staff the words of an agreement
    read_aloud: ReadAloud = field(default_factory=ReadAloud)  # recordings of questions
    school_words: SchoolWordFinder = field(default_factory=SchoolWordFinder)  # what they mean
    buddies: BuddyRules = field(default_factory=BuddyRules)  # parents who help parents
    hears: bool = False  # whether spoken answers are listened to on this computer
