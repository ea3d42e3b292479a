"""Guesses in which of the school's languages a message is written, or says that it is unsure.

Two detectors must agree, one of them twice: among all languages and among the school's own. Letters veto.
The guess only suggests: the language a person chose wins whenever there is doubt.
"""

import copy
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_MAX_CHARS = 4000  # more text changes no verdict and only costs time
_MIN_LETTERS = 3
_MIN_WORDS = 3  # under this, one word decides: names and fillers are taken for any language

_COMPANY = ("en", "nl")  # one language alone has nothing to be compared with
_READING = threading.Lock()

_LATIN = "LATIN"
_SCRIPTS = {
    language: script
    for script, languages in {
        "ARABIC": "ar ckb fa ps ug ur",
        "CYRILLIC": "be bg kk ky mk mn ru sr uk",
        "ETHIOPIC": "am ti",
        "GREEK": "el",
        "HEBREW": "he yi",
    }.items()
    for language in languages.split()
}
# Letters that only a neighbour of the school's languages writes.
_VETOES = {"ckb": "ێۆڵڕە", "ur": "ٹڈڑےں", "ps": "ټډړښۍ", "sr": "јљњћђџ", "ru": "ыэё"}
_ETHIOPIC_MARKS = {"ti": ("ኣ", "ቐ", "ኸ", "እዩ", "ዝ"), "am": ("አ", "ነው", "የ")}
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+", re.IGNORECASE)


class Detector:
    """Knows the school's languages; its tables are read when they are first needed, once for all threads."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._languages = frozenset(languages)

    def warm_up(self) -> None:
        """The tables are in memory, which takes a second or two: whoever asks next does not wait for them."""
        with _READING:
            _profiles(self._languages)
            _restricted(self._languages)

    def detect(self, text: str) -> str | None:
        """The language of the text if it is one of the school's and there is no doubt, else None."""
        cleaned = _clean(text)
        letters = Counter(_script(letter) for letter in cleaned if letter.isalpha())
        if letters.total() < _MIN_LETTERS:
            return None
        script = letters.most_common(1)[0][0]
        configured = sorted(language for language in self._languages if script_of(language) == script)
        if not configured or self._vetoed(cleaned):
            return None
        if script == "ETHIOPIC":
            return _ethiopic(cleaned, configured)
        return self._vote(cleaned, script, configured)

    def decide(self, text: str, chosen: str) -> str:
        """The language of this one message: the chosen one unless the text clearly says otherwise."""
        found = self.detect(text)
        if found is None or found == chosen:
            return chosen
        script = script_of(chosen)
        words = sum(any(_script(letter) == script for letter in word) for word in _clean(text).split())
        if script_of(found) == script and words < _MIN_WORDS:
            return chosen
        return found

    def _vetoed(self, cleaned: str) -> bool:
        foreign = (letters for language, letters in _VETOES.items() if language not in self._languages)
        return any(letter in cleaned for letters in foreign for letter in letters)

    def _vote(self, cleaned: str, script: str, configured: list[str]) -> str | None:
        """The language all three votes name; the cheap votes first."""
        with _READING:
            restricted = _restricted(self._languages)
        if script not in restricted:
            return None
        language: str = _everything().classify(cleaned)[0]
        if restricted[script].classify(cleaned)[0] != language:
            return None
        return language if self._profile_vote(cleaned, configured) == language else None

    def _profile_vote(self, cleaned: str, configured: list[str]) -> str | None:
        try:
            with _READING:
                vote = _profiles(self._languages).create()
            vote.set_prior_map(dict.fromkeys(configured, 1.0))
            vote.append(cleaned)
            ranking = vote.get_probabilities()
        except LangDetectException:
            return None
        return ranking[0].lang if ranking else None


@cache
def _profiles(languages: frozenset[str]) -> Any:
    """A profile detector without chance in it. Only these languages have a vote, so only theirs are in memory."""
    files = [Path(PROFILES_DIRECTORY, language) for language in sorted({*languages, *_COMPANY})]
    profiles = DetectorFactory()
    profiles.set_seed(0)
    profiles.load_json_profile([file.read_text("utf-8") for file in files if file.is_file()])
    return profiles


@cache
def _everything() -> Any:
    """A detector of all languages it knows; the restricted ones share its tables."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _restricted(languages: frozenset[str]) -> dict[str, Any]:
    """For each script a detector of the school's languages that are written in it."""
    found: dict[str, Any] = {}
    for language in sorted(languages.intersection(_everything().labels)):
        found.setdefault(script_of(language), []).append(language)
    for script, known in found.items():
        found[script] = copy.copy(_everything())
        found[script].set_languages(known)
    return found


def words_in(text: str) -> int:
    """How many words the text has; addresses, numbers and signs are none."""
    return len(_clean(text).split())


def script_of(language: str) -> str:
    """The script the language is written in; Latin unless known otherwise."""
    return _SCRIPTS.get(language, _LATIN)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """The first word of the letter's Unicode name, which for letters is the script."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _clean(text: str) -> str:
    """Lower-case letters, marks and apostrophes, one space between words; no addresses."""
    bare = _ADDRESS.sub(" ", unicodedata.normalize("NFC", text[:_MAX_CHARS])).lower()
    kept = (
        letter if unicodedata.category(letter)[0] in "LM" or letter in "'\u2019" else " " for letter in bare
    )
    return " ".join("".join(kept).split())


def _ethiopic(cleaned: str, configured: list[str]) -> str | None:
    """Tigrinya or Amharic by their own letters; a text without such letters is the only one configured."""
    marks = {language: sum(map(cleaned.count, found)) for language, found in _ETHIOPIC_MARKS.items()}
    if marks["ti"] != marks["am"]:
        language = max(marks, key=lambda one: marks[one])
        return language if language in configured else None
    return configured[0] if len(configured) == 1 else None
