"""The catalogues of fixed words, read from .po files when they are first asked for; no compiled files."""

from copy import copy
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from bot.content.shipped import shipped

CHAT_SOURCE = "en"  # of bot.po
DIALOG_SOURCE = "nl"  # of dialogs.po, and always on
FIRST = ("nl", "pl", "en")  # the others follow by their codes


def languages_in(folder: Path) -> tuple[str, ...]:
    """The languages that have catalogues in the folder, and the two that texts are written in."""
    found = {path.parent.name for path in folder.glob("*/LC_MESSAGES")} | {CHAT_SOURCE, DIALOG_SOURCE}
    return (*(one for one in FIRST if one in found), *sorted(found - set(FIRST)))


SHIPPED_LANGUAGES = languages_in(shipped("locales"))


class Catalogues:
    """The fixed words in these languages."""

    def __init__(self, folder: Path, languages: tuple[str, ...] = SHIPPED_LANGUAGES) -> None:
        self.folder = folder
        self.languages = languages
        self._read: dict[tuple[str, str], Catalog] = {}
        self._chat: dict[str, NullTranslations] = {}

    def path(self, language: str, domain: str) -> Path:
        """The .po file of a language and domain (`bot` or `dialogs`), whether or not it exists."""
        return self.folder / language / "LC_MESSAGES" / f"{domain}.po"

    def read(self, language: str, domain: str) -> Catalog:
        """The catalogue as it stood in its file when it was first read; empty for a source language."""
        if (found := self._read.get((language, domain))) is not None:
            return found
        path = self.path(language, domain)
        catalog = Catalog(locale=language, domain=domain)
        if path.exists():
            with path.open("rb") as file:
                catalog = read_po(file, locale=language, domain=domain)
        self._read[language, domain] = catalog
        return catalog

    def only(self, languages: tuple[str, ...]) -> "Catalogues":
        """The same catalogues, for these languages."""
        fewer = copy(self)  # what was read is read for both
        fewer.languages = languages
        return fewer

    def chat(self, language: str) -> NullTranslations:
        """The translations that chat templates and pages are rendered with."""
        if language not in self._chat:
            compiled = BytesIO()
            write_mo(compiled, self.read(language, "bot"))
            compiled.seek(0)
            self._chat[language] = Translations(compiled, domain="bot")
        return self._chat[language]

    def dialog_text(self, language: str, context: str, source: str) -> str | None:
        """A dialog's sentence in a language; None where it is missing or fuzzy."""
        if language == DIALOG_SOURCE:
            return source
        message = self.read(language, "dialogs").get(source, context=context)
        if message is None or message.fuzzy or not isinstance(message.string, str):
            return None
        return message.string or None


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


@cache
def own_name(language: str) -> str:
    """What speakers call the language ("Polski"); falls back to the code for an unknown one."""
    locale = _locale(language)
    name = locale.get_display_name(language) if locale else None
    return (name or language).capitalize() if locale else language


@cache
def direction(language: str) -> str:
    """The way a language is written, as HTML names it: `ltr` or `rtl`."""
    locale = _locale(language)
    return str(locale.text_direction) if locale else "ltr"
