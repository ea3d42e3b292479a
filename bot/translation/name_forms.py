"""How names are declined, by rules that make too many forms rather than too few. Everything is folded."""

import re
from collections.abc import Iterator

from bot.translation.folding import fold

VOWELS = "aeiouy"
CYRILLIC_ENDS = "аеиіоуыэюяьє"
# Endings after a name without its last vowel: Polish and Romanian, then Ukrainian and Bulgarian.
_AFTER_STEM = """
a e i o u y ie ia io iu iom iami iach ii om ami ach ow owi em iem im ym ego emu iego iemu iej ej ich ych imi ymi
owie owa owej owna owny ei ului ul iei us usia usiowi usiem usiu unia uni unie unio ka ki ke ko ek kiem kowi
cia ci cie cio iowi ulka ulki sia si sie siu siem
а я у ю і и е є о ою ею єю ой ей ом ем єм ові еві єві ам ами ями ах ях ів ии ию ия ич ичка ка ки ко ку ці чка чко
"""
AFTER_STEM = frozenset(_AFTER_STEM.split())
# Endings after the whole name: Turkish without its apostrophe, Dutch and German, Polish and Romanian, Cyrillic.
_AFTER_NAME = """
s a e i u ye ya yi yu nin nun in un ni nu ne na de da te ta den dan ten tan le la yle yla ler lar im um cim cum
je tje pje etje ke ken tjes nowi nem nie em iem ow owi ie om ami ach ia iowi iu ul ului lui
а у ю е ом ем ові еві я то та
"""
AFTER_NAME = frozenset(_AFTER_NAME.split())
_SOFT = {"t": ("cie", "ci", "cia"), "d": ("dzie", "dzi"), "r": ("rze",), "k": ("ce", "cy"), "g": ("dze",)}
_SOFT |= {"ch": ("sze",), "st": ("scie",), "sl": ("sle",), "zd": ("zdzie",)}
_MOBILE_E = re.compile(r"e([klrncwm])$")
_AFTER_MOBILE_E = "a", "e", "owi", "em", "iem", "u", "ie", "om", "ow", "ami", "ach"
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}


def spellings(name: str) -> set[str]:
    """As on the class list, without diacritics, and with umlauts written out."""
    written_out = "".join(_UMLAUTS.get(letter, letter) for letter in name.lower())
    return {fold(name), fold(written_out)}


def stem(name: str, ends: str) -> str:
    """The name without its last vowel."""
    return name[:-1] if name[-1] in ends else name


def alternated(name: str) -> Iterator[str]:
    """Forms in which the sound before the ending changes: Marta, Marcie; Olga, Oldze; Marek, Marka; Maja, Mai."""
    short = stem(name, VOWELS)
    for length in (1, 2):
        for end in _SOFT.get(short[-length:], ()):
            yield short[:-length] + end
    if short != name and short.endswith("j"):
        yield short[:-1] + "i"
    if _MOBILE_E.search(name):
        yield from (_MOBILE_E.sub(r"\1", name) + end for end in _AFTER_MOBILE_E)
