"""Whether a word sounds like a name written in another script. Coarse on purpose: vowels are all alike."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from bot.translation.folding import fold, script

_ALIKE = 0.75
_ENOUGH_CONSONANTS = 3

_LATIN = [
    ("sch", "s"),
    ("tsch", "s"),
    ("sz", "s"),
    ("cz", "s"),
    ("rz", "s"),
    ("sh", "s"),
    ("ch", "k"),
    ("th", "t"),
]
_LATIN += [("ph", "f"), ("x", "ks"), ("qu", "k")]
_ALIKE_LETTERS = {
    "a": "aeiouyjаеєиіїоуюяйыэъьاويىهعءئؤة",
    "b": "bpбпبپ",
    "f": "fvwвфفڤ",
    "s": "szcсзцчшщжسصزظشجچثذ",
    "k": "kgqxкгґكقغخگ",
    "t": "tdтдتطدض",
    "m": "mмم",
    "n": "nнن",
    "l": "lлل",
    "r": "rрر",
    "": "hхح",
}
_SOUNDS = {letter: sound for sound, letters in _ALIKE_LETTERS.items() for letter in letters}
# The first letter of each row of the Ethiopic syllables, in the order of Unicode, eight to a row from U+1200.
_ETHIOPIC = "-l-msrsskkbfts-nn-k-fassattskktsbssfb"


def sounds_like(name: str, word: str) -> bool:
    """Whether the word, of any script, can be the name: the same consonants, and vowels about where they are."""
    ours, theirs = _coarse(name), _coarse(word)
    ours_bare, theirs_bare = ours.replace("a", ""), theirs.replace("a", "")
    if not ours_bare:
        return ours == theirs
    if len(ours_bare) >= _ENOUGH_CONSONANTS:
        return SequenceMatcher(None, ours_bare, theirs_bare, autojunk=False).ratio() >= _ALIKE
    return ours_bare == theirs_bare and SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _ALIKE


@lru_cache(maxsize=8192)
def _coarse(word: str) -> str:
    folded = fold(word)
    for written, sound in _LATIN:
        folded = folded.replace(written, sound)
    sounds = "".join(_sound(letter) for letter in folded)
    return re.sub(r"(.)\1+", r"\1", sounds)


def _sound(letter: str) -> str:
    if script(letter) == "ETHIOPIC":
        row = (ord(letter) - 0x1200) // 8
        kept = _ETHIOPIC[row] if row < len(_ETHIOPIC) else "-"
        return ("" if kept == "-" else kept) + "a"
    return _SOUNDS.get(letter, letter)
