"""The catalogues of fixed words, read from .po files at start; no compiled files."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CHAT_SOURCE = "en"  # of bot.po
DIALOG_SOURCE = "nl"  # of dialogs.po
SHIPPED_LANGUAGES = ("nl", "pl", "en")


class Catalogues:
    """All fixed words in every shipped language."""

    def __init__(self, folder: Path, languages: tuple[str, ...] = SHIPPED_LANGUAGES) -> None:
        self.folder = folder
        self.languages = languages
        self._chat = {language: self._translations(language, "bot") for language in languages}
        self._dialogs = {language: self.read(language, "dialogs") for language in languages}

    def path(self, language: str, domain: str) -> Path:
        """The .po file of a language and domain (`bot` or `dialogs`), whether or not it exists."""
        return self.folder / language / "LC_MESSAGES" / f"{domain}.po"

    def read(self, language: str, domain: str) -> Catalog:
        """The catalogue as it stands in its file; empty for a source language."""
        path = self.path(language, domain)
        if not path.exists():
            return Catalog(locale=language, domain=domain)
        with path.open("rb") as file:
            return read_po(file, locale=language, domain=domain)

    def _translations(self, language: str, domain: str) -> NullTranslations:
        compiled = BytesIO()
        write_mo(compiled, self.read(language, domain))
        compiled.seek(0)
        return Translations(compiled, domain=domain)

    def chat(self, language: str) -> NullTranslations:
        """The translations that chat templates and pages are rendered with."""
        return self._chat[language]

    def dialog_text(self, language: str, context: str, source: str) -> str | None:
        """A dialog's sentence in a language; None where it is missing or fuzzy."""
        if language == DIALOG_SOURCE:
            return source
        message = self._dialogs[language].get(source, context=context)
        if message is None or message.fuzzy or not isinstance(message.string, str):
            return None
        return message.string or None


@cache
def own_name(language: str) -> str:
    """What speakers call the language ("polski"); falls back to the code for an unknown one."""
    try:
        name = Locale.parse(language).get_display_name(language)
    except (ValueError, UnknownLocaleError):
        return language
    return (name or language).capitalize()
