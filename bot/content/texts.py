"""Chat texts: Jinja2 macros in `chat/<subject>.html`, rendered in a reader's language."""

import html
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from bot.content.catalogues import Catalogues
from bot.content.shipped import CHAT_TEMPLATES, LETTER_TEMPLATES, PAGE_TEMPLATES
from bot.model.differences import difference


def environment(catalogues: Catalogues, language: str, zone: ZoneInfo, *folders: Path) -> Environment:
    """A Jinja2 environment whose texts are in one language and whose dates follow CLDR in one zone."""
    made = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(catalogues.chat(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["day"] = _day(language, zone)
    made.filters["short_day"] = _short_day(language, zone)
    made.filters["clock"] = _clock(language, zone)
    made.filters["language_name"] = _language_name(language)
    made.filters["lines"] = _lines
    made.globals["language"] = language
    made.globals["difference"] = difference
    return made


def _language_name(language: str) -> Callable[[str], str]:
    """The name of a language in the reader's language; the code where no name is known."""
    names = Locale.parse(language).languages
    return lambda code: names.get(code, code)


def _lines(words: str) -> Markup:
    """A person's own words, shown literally, with their line breaks kept."""
    return Markup("<br>").join(escape(line) for line in words.strip().splitlines())


def _locale(language: str) -> str:
    """Whose dates and clock a reader of this language expects here: English as in Europe."""
    return "en_GB" if language == "en" else language


def _local_date(value: date | datetime, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _day(language: str, zone: ZoneInfo) -> Callable[[date | datetime], str]:
    return lambda value: dates.format_date(_local_date(value, zone), "full", locale=_locale(language))


def _short_day(language: str, zone: ZoneInfo) -> Callable[[date | datetime], str]:
    return lambda value: dates.format_date(_local_date(value, zone), "medium", locale=_locale(language))


def _clock(language: str, zone: ZoneInfo) -> Callable[[datetime], str]:
    return lambda value: dates.format_time(value.astimezone(zone), "short", locale=_locale(language))


def _lay_out(text: str) -> str:
    """Paragraphs (`<p>`) and lines (`<br>`) as the line breaks that messengers show; other white space is layout."""
    text = " ".join(text.split())
    for tag, breaks in (("<p>", ""), ("</p>", "\n\n"), ("<br>", "\n")):
        text = text.replace(tag, breaks)
    return "\n".join(line.strip() for line in text.strip().splitlines())


class Texts:
    """Every chat text in every shipped language."""

    def __init__(self, catalogues: Catalogues, zone: ZoneInfo) -> None:
        self.catalogues = catalogues
        self.languages = catalogues.languages
        self._chat = {
            language: environment(catalogues, language, zone, CHAT_TEMPLATES) for language in self.languages
        }
        self._pages = {
            language: environment(
                catalogues, language, zone, PAGE_TEMPLATES, CHAT_TEMPLATES, LETTER_TEMPLATES
            )
            for language in self.languages
        }
        self._macros: dict[tuple[str, str], Callable[..., Markup]] = {}
        self._labels: dict[tuple[str, str], str] = {}  # of macros without parameters: they never change

    def say(self, language: str, macro: str, parameters: Mapping[str, Any] | None = None) -> str:
        """The text of `subject.macro` in the language, as the small HTML that doors understand."""
        found = self._macros.get((language, macro))
        if found is None:
            subject, _, name = macro.partition(".")
            found = getattr(self._chat[language].get_template(f"{subject}.html").module, name)
            self._macros[language, macro] = found
        return _lay_out(str(found(**(parameters or {}))))

    def knows(self, macro: str) -> bool:
        """Whether there is such a macro."""
        subject, _, name = macro.partition(".")
        module = self._chat[self.languages[0]].get_template(f"{subject}.html").module
        return hasattr(module, name) and not name.startswith("_")

    def label(self, language: str, macro: str, parameters: Mapping[str, Any] | None = None) -> str:
        """The text of a macro as plain words, for a button."""
        if parameters:
            return html.unescape(self.say(language, macro, parameters))
        known = self._labels.get((language, macro))
        if known is None:
            known = self._labels[language, macro] = html.unescape(self.say(language, macro))
        return known

    def pages(self, language: str) -> Environment:
        """The environment for pages in a language; macros of the chat can be imported there."""
        return self._pages[language]
