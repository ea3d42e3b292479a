"""Finds what else may not leave the school: addresses of every kind, phone and other long numbers, full dates.

It takes too much rather than too little: what it takes comes back as it was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.translation.folding import fold
from bot.translation.language_facts import MONTHS
from bot.translation.names import Gender, NameFinder

_ADDRESS_ON_THE_NET = re.compile(
    r"[^\s<>()\[\]{},;:@]{1,64}@[^\s<>()\[\]{},;:@]{0,200}[^\W_]|(?:https?://|www\.)\S+|(?<!\w)@\w{3,}"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,5}(?:nl|com|org|net|eu|pl|de|be|me|info|school)(?:/\S*)?(?!\w)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}(?!\w)")
# Seven digits or more, whatever stands between them: phone numbers of any country, citizen service numbers.
_LONG_NUMBER = re.compile(r"[+(]{0,2}\d(?:[\s\u00a0()./\u2010-\u2015-]{0,3}\d){6,}")
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})|\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2})(?!\d)"
)
_WRITTEN_DATE = re.compile(
    r"(?<!\d)\d{1,2}(?:e|de|ste|th|st|nd|rd|\.|-)?[\s,-]*(?:of |de |din )?([^\W\d_]{3,})\.?(?:'\w+)?,?[\s,-]*"
    r"(?:of |de |van |del |r\. ?)?(?:\d{4}|'\d{2})(?!\d)"
    r"|(?<!\w)([^\W\d_]{3,})\.?\s\d{1,2}(?:th|st|nd|rd)?,?\s\d{4}(?!\d)"
)
_MONTHS_BY_WORD = {
    form: {other[form] for other in MONTHS.values() if form in other}
    for months in MONTHS.values()
    for form in months
}
_PLACE = r"[A-ZĄĆĘŁŃÓŚŻŹ][^\W\d_]+"
_CITY = rf"(?:[ ,]+(?:'s-)?{_PLACE}(?:[ -](?:aan|den|de|der|op|het|a/d)?[ -]?{_PLACE}){{0,3}})?"
_POSTCODE = re.compile(
    rf"(?<!\w)(?:[1-9]\d{{3}}[ \u00a0]?(?-i:[A-Z]{{2}})|[1-9]\d{{3}}(?:[a-z]{{2}})|\d{{2}}-\d{{3}})(?!\w){_CITY}"
)
_NUMBER = r"\d+(?:\s?[-/]\s?\w{1,4}|[A-Za-z]{1,2})?(?:\s?m\.?\s?\d+)?"
_STREET_END = (
    "straat|laan|weg|plein|singel|gracht|kade|dijk|steeg|dreef|plantsoen|hof|pad|park|baan|markt|wal|burgwal|boulevard|"
    "stra[sß]e|strasse|platz|allee|gasse"
)
_STREET = re.compile(
    rf"(?<!\w)(?:[^\W\d_a-z][\w.'-]{{0,40}}\s){{0,3}}[^\W\d_][\w'-]{{0,40}}(?i:{_STREET_END})\s+(?:nr\.?\s*)?{_NUMBER}(?!\w)"
    rf"|(?<!\w)[A-Z][\w'-]{{1,40}}(?i:straat|laan|plein|singel|gracht|kade|steeg|dreef|plantsoen|stra[sß]e|strasse)(?!\w)"
)
_STREET_BEFORE = re.compile(
    r"(?<!\w)(?:ul|os|al|aleja|ulica|ulicy|osiedle|plac|pl|calle|avenida|avda|str|strada|bulevardul|бул|вул|вулиця|вулиці|"
    rf"улица|ул|شارع)\.?\s+(?:[^\W\d_][\w.'-]{{0,40}}\s+){{1,4}}(?:nr\.?\s*)?{_NUMBER}(?!\w)",
    re.IGNORECASE,
)
_STREET_AFTER = re.compile(
    r"(?<!\w)(?:\d+[A-Za-z]?\s+(?:[A-Z][\w'-]{0,40}\s+){1,3}(?:Street|Road|Avenue|Lane|Drive)"
    rf"|(?:[^\W\d_][\w'-]{{0,40}}\s+){{1,3}}(?i:sokak|sokağı|caddesi|cad\.|sok\.)\s*(?i:no\.?:?\s*)?{_NUMBER})(?!\w)"
)
# What looks like one of our own tokens must not be taken for one afterwards.
_LIKE_A_TOKEN = re.compile(r"\[{1,4}\s{0,3}\d{1,6}\s{0,3}\]{1,4}|\bph\d{1,6}\b|</?\w{1,20}[^<>]{0,200}>")
_EVERYTHING = (
    _ADDRESS_ON_THE_NET,
    _IBAN,
    _NUMERIC_DATE,
    _POSTCODE,
    _STREET,
    _STREET_BEFORE,
    _STREET_AFTER,
    _LONG_NUMBER,
    _LIKE_A_TOKEN,
)


@dataclass(frozen=True)
class Secret:
    """A stretch of a text that does not leave; `shown` takes its place in the translation."""

    start: int
    end: int
    shown: str = field(repr=False)
    is_name: bool = False
    gender: Gender | None = None


def secrets(text: str, names: NameFinder) -> list[Secret]:
    """Everything in the text that may not leave the school, in order, nothing twice."""
    found = [
        Secret(one.start, one.end, text[one.start : one.end], is_name=True, gender=one.gender)
        for one in names.find(text)
    ]
    found += [Secret(start, end, text[start:end]) for start, end in _places(text)]
    found += _written_dates(text)
    return _apart(text, sorted(found, key=lambda one: (one.start, -one.end)))


def without_dates(stretch: str) -> str:
    """What is left of a secret where the full dates in it are no secret."""
    return _WRITTEN_DATE.sub("", _NUMERIC_DATE.sub("", stretch))


def _places(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _EVERYTHING:
        for match in pattern.finditer(text):
            yield match.span()


def _written_dates(text: str) -> Iterator[Secret]:
    """A day with its month in words and its year, shown in numbers, which every reader understands."""
    for match in _WRITTEN_DATE.finditer(text):
        months = _MONTHS_BY_WORD.get(fold(match[1] or match[2]), set())
        day, year = (int(one) for one in re.findall(r"\d+", match.group()))
        if len(months) == 1:
            yield Secret(*match.span(), f"{day:02}-{min(months):02}-{year if year > 99 else 2000 + year}")  # noqa: PLR2004
        elif months:
            yield Secret(*match.span(), match.group())


def _apart(text: str, found: list[Secret]) -> list[Secret]:
    """Those that overlap are one."""
    apart: list[Secret] = []
    for one in found:
        last = apart[-1] if apart else None
        if last is None or one.start >= last.end:
            apart.append(one)
        elif one.end > last.end or (last.is_name and one.end == last.end):
            end = max(last.end, one.end)
            whole = last.is_name and one.is_name
            apart[-1] = Secret(last.start, end, text[last.start : end], is_name=whole, gender=last.gender)
    return apart
