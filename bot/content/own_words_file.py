"""The words that a school explains itself, in school.yaml; they stand before the shipped ones.

school_words:
- nl: {word: rekenkist / kist, means: Een doos met rekenspellen.}
  pl: {word: skrzynka, means: Pudełko z grami do liczenia.}
"""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.content.problems import ContentProblem
from bot.content.yaml_files import Report, Table, read
from bot.model.school_words import NUMBER, SchoolWord

KEY = "school_words"
SOURCE = "nl"
_HINT = "write: nl: {word: rekenkist, means: Een doos met rekenspellen.}"
_WORD_CHARS, _MEANS_CHARS = 80, 400
_NO_LETTER = re.compile(r"[\W_]+")

OwnWords = Mapping[str, Mapping[str, SchoolWord]]  # by key, then by language


def read_own_words(path: Path) -> tuple[OwnWords, list[ContentProblem]]:
    """The words in their order, under keys of their own, and what is wrong with the others."""
    report = Report(str(path))
    table = read(path, report)
    found: dict[str, dict[str, SchoolWord]] = {}
    named: dict[str, int] = {}  # every Dutch name that stands there, and its line
    for entry in table.tables(KEY) if table is not None else ():
        words = _words(entry)
        if words is None:
            continue
        names = [one.casefold() for one in words[SOURCE].words]
        if twice := next((one for one in names if one in named), None):
            hint = f"it stands at line {named[twice]} too; keep one"
            report.add(entry.line_of(SOURCE), "this word stands here twice", hint)
            continue
        named.update(dict.fromkeys(names, entry.line_of(SOURCE)))
        found[f"own_{_NO_LETTER.sub('_', names[0])}"] = words
    return found, report.problems


def _words(entry: Table) -> dict[str, SchoolWord] | None:
    """The word in every language of the entry; None without the Dutch."""
    found = {}
    for language in SHIPPED_LANGUAGES:
        if language in entry.names and (word := _word(entry.table(language))):
            found[language] = word
    if SOURCE not in entry.names:
        entry.report.add(entry.line, f"'{SOURCE}' is missing", _HINT)
    for language in entry.names:
        if language not in SHIPPED_LANGUAGES:
            hint = f"known are: {', '.join(SHIPPED_LANGUAGES)}"
            entry.report.add(entry.line_of(language), f"'{language}' is no language here", hint)
    return found if SOURCE in found else None


def _word(part: Table | None) -> SchoolWord | None:
    if part is None:
        return None
    word = part.text("word", max_chars=_WORD_CHARS, needed=True)
    means = part.text("means", max_chars=_MEANS_CHARS, needed=True)
    part.close()
    if word is None or means is None:
        return None
    words = tuple(one.strip() for one in word.text.split("/"))
    if not all(_NO_LETTER.sub("", one.replace(NUMBER, "")) for one in words):
        part.report.add(word.line, "this holds an empty word", "write one, or take the slash away")
        return None
    return SchoolWord(words, means.text)
