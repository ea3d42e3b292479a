"""Good translations with one mistake put in each, to see which of them the checks notice."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.content.glossary_file import shipped_glossary
from bot.translation.doubts import Detects, Doubt, doubts
from bot.translation.glossary import Glossary
from bot.translation.names import NameFinder, of_child, of_person

FOLDER = Path(__file__).parent / "pairs"
LANGUAGES = ("pl", "en", "de", "ar", "uk", "tr")
_NAMES = ("Kuba", "Zosia", "Abel", "Lena")
# The names as they stand in the pairs: every form of each, and others of the school to change them for.
_WRITTEN = {
    "ar": "كوبا لكوبا زوشا لزوشا أبيل لأبيل لينا للينا ماريكه يوريس",
    "uk": "Куба Кубою Кубу Куби Зося Зосю Зосі Абель Абеля Абелю Лена Лені Лени Леною Маріке Йоріс",
}
_LATIN = "Kuba Kubą Kubę Kuby Zosia Zosię Zosi Abel Abla Lena Leną Leny Lenie Marieke Joris"
_NEIGHBOURS = {
    "Kuba": "Zosia",
    "Zosia": "Lena",
    "Abel": "Joris",
    "Lena": "Kuba",
    "Marieke": "Abel",
    "Joris": "Zosia",
}
_NEIGHBOURS |= {
    "كوبا": "زوشا",
    "زوشا": "لينا",
    "أبيل": "يوريس",
    "لينا": "كوبا",
    "ماريكه": "أبيل",
    "يوريس": "زوشا",
}
_NEIGHBOURS |= {
    "Куба": "Зося",
    "Зося": "Лена",
    "Абель": "Йоріс",
    "Лена": "Куба",
    "Маріке": "Абель",
    "Йоріс": "Зося",
}
_MONTHS = {
    "pl": "stycznia lutego marca kwietnia maja czerwca sierpnia września października listopada grudnia",
    "en": "January February March April May June August September October November December",
    "de": "Januar Februar März April Mai Juni August September Oktober November Dezember",
    "ar": "يناير فبراير مارس أبريل مايو يونيو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "uk": "січня лютого березня квітня травня червня серпня вересня жовтня листопада грудня",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Ağustos Eylül Ekim Kasım Aralık",
}
# How a "not" is taken out of a sentence, by hand for each language; the first that applies.
_WITHOUT_NOT = {
    "pl": ((r"\b[Nn]ie (ma)\b", r"\1"), (r"\b[Nn]igdy nie ", ""), (r"\b[Nn]ie ", "")),
    "en": (
        (r"\bdoes not\b", "does"),
        (r"\bdo not\b", "do"),
        (r"\bdid not\b", "did"),
        (r"\bcannot\b", "can"),
        (r" not\b", ""),
        (r"\bnever ", ""),
        (r"\bnobody\b", "somebody"),
        (r"\bno ", ""),
    ),
    "de": (
        (r"\bnicht ", ""),
        (r"\bkein(\w*) ", r"ein\1 "),
        (r"\bnie ", ""),
        (r"\bniemanden\b", "jemanden"),
        (r"\bnichts\b", "etwas"),
    ),
    "ar": ((r"(?<!\w)(?:لا|لم|لن) ", ""), (r"(?<!\w)ليست? ", "")),
    "uk": ((r"\bніколи не ", ""), (r"\b[Нн]е ", ""), (r"\bнемає\b", "є")),
    "tr": (
        (r"m([ıiuü])yor", r"\1yor"),
        (r"\bdeğil\b", "doğru"),
        (r"\byok\b", "var"),
        (r"medi", "di"),
        (r"madı", "dı"),
        (r"hiç ", ""),
    ),
}
# How a "not" is put into one.
_WITH_NOT = {
    "pl": (
        r"\b(jest|ma|lubi|mogę|może|musi|zaczyna|czyta|ćwiczy|chodzi|trwa\w*|mówi|przyjdzie|idziemy|nosi|śpi)\b",
        r"nie \1",
    ),
    "en": (r"\b(is|are|has|had|can|likes|will|must|may|sleeps|reads|starts|lasts|goes)\b", r"\1 not"),
    "de": (
        r"\b(ist|hat|sind|mag|kann|muss|liest|beginnt|dauert|schläft|kommt|lesen|kostet|zählt)\b",
        r"\1 nicht",
    ),
    "ar": (r"^(\w+) (?!لا|لم|لن)", r"\1 لا "),
    "uk": (
        r"\b(любить|вчиться|має|буде|починаються|можу|читаємо|коштує|ходить|спить|триває|прийдемо|носить|каже)\b",
        r"не \1",
    ),
    "tr": (r"([ıiuü])yor", r"m\1yor"),
}
_DIGITS = r"(?<![\d:.])\d+(?![\d:.]*\d)"


@dataclass(frozen=True)
class Pair:
    """A Dutch sentence and its good translation."""

    source: str
    target: str
    language: str


@dataclass(frozen=True)
class Mistake:
    """The same translation with one thing wrong, and which checks may say so."""

    pair: Pair
    spoiled: str
    kind: str
    told_by: frozenset[Doubt]


def pairs(language: str) -> list[Pair]:
    """All good pairs from Dutch to the language."""
    read = json.loads((FOLDER / f"nl-{language}.json").read_text(encoding="utf-8"))
    return [Pair(source, target, language) for source, target in read]


def names() -> NameFinder:
    """The names of the school that the pairs speak of."""
    people = [of_person("juf Marieke"), of_person("meester Joris")]
    return NameFinder(chain(*map(of_child, _NAMES), *people))


def glossary() -> Glossary:
    """The shipped one."""
    return Glossary(shipped_glossary())


class Says:
    """All checks at once, built once."""

    def __init__(self, detector: Detects) -> None:
        self._names, self._glossary, self._detector = names(), glossary(), detector

    def about(self, pair: Pair, target: str | None = None) -> tuple[Doubt, ...]:
        """The doubts about the good translation, or about another one."""
        words = pair.target if target is None else target
        return doubts(pair.source, words, "nl", pair.language, self._names, self._glossary, self._detector)


def mistakes(pair: Pair) -> Iterator[Mistake]:
    """Every mistake that can be made in this translation."""
    for kind, seed, told_by in (
        ("numbers", _numbers, {Doubt.NUMBERS, Doubt.GLOSSARY}),
        ("times", _times, {Doubt.TIMES}),
        ("dates", _dates, {Doubt.DATES, Doubt.NUMBERS}),
        ("names", _names_wrong, {Doubt.NAMES}),
        ("negation", _negation, {Doubt.NEGATION}),
    ):
        for spoiled in seed(pair):
            if spoiled != pair.target:
                yield Mistake(pair, spoiled, kind, frozenset(told_by))


def _numbers(pair: Pair) -> Iterator[str]:
    if any(month in pair.target for month in _MONTHS[pair.language].split()):
        return
    for match in re.finditer(_DIGITS, pair.target):
        yield from _replaced(pair.target, match, str(int(match[0]) + 1), match[0] + "0", "")


def _times(pair: Pair) -> Iterator[str]:
    for match in re.finditer(r"(\d{1,2}):(\d\d)", pair.target):
        hour, minute = int(match[1]), int(match[2])
        yield from _replaced(
            pair.target, match, f"{hour + 1}:{match[2]}", f"{hour}:{(minute + 15) % 60:02}", ""
        )


def _dates(pair: Pair) -> Iterator[str]:
    months = _MONTHS[pair.language].split()
    for match in re.finditer(rf"(\d{{1,2}})(\.? )({'|'.join(months)})", pair.target):
        other = months[(months.index(match[3]) + 1) % len(months)]
        day = int(match[1])
        changed = f"{day % 28 + 1}{match[2]}{match[3]}", f"{match[1]}{match[2]}{other}", ""
        yield from _replaced(pair.target, match, *changed)


def _names_wrong(pair: Pair) -> Iterator[str]:
    written = _WRITTEN.get(pair.language, _LATIN).split()
    others = list(_NEIGHBOURS)
    for match in re.finditer(
        rf"(?<!\w)({'|'.join(sorted(written, key=len, reverse=True))})(?!\w)", pair.target
    ):
        base = next((one for one in others if match[0][:3] == one[:3] or match[0][1:4] == one[:3]), None)
        if base is None or _NEIGHBOURS[base][:3] in pair.target:
            continue
        if pair.target.count(base[:3]) == 1:
            yield from _replaced(pair.target, match, _NEIGHBOURS[base], "")


def _negation(pair: Pair) -> Iterator[str]:
    for pattern, without in _WITHOUT_NOT[pair.language]:
        if re.search(pattern, pair.target):
            yield re.sub(pattern, without, pair.target)
            return
    pattern, with_it = _WITH_NOT[pair.language]
    yield re.sub(pattern, with_it, pair.target, count=1)


def _replaced(text: str, match: re.Match[str], *others: str) -> Iterator[str]:
    for other in others:
        yield text[: match.start()] + other + text[match.end() :]
