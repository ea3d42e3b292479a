"""Collects every fixed sentence as a Babel template, and brings the catalogues up to date with it.

bot.po takes the sentences of Jinja2 templates, dialogs.po those of dialogs/ (context `dialog.question`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from jinja2 import TemplateSyntaxError

from bot.content.catalogues import CHAT_SOURCE, DIALOG_SOURCE, SHIPPED_LANGUAGES
from bot.content.dialog_files import Sentence
from bot.content.dialogs import load
from bot.content.po_files import empty_catalogue, read_catalogue, write_catalogue
from bot.content.problems import ContentProblem
from bot.content.shipped import CHAT_TEMPLATES, LETTER_TEMPLATES, PAGE_TEMPLATES, shipped

SOURCES: Mapping[str, str] = {"bot": CHAT_SOURCE, "dialogs": DIALOG_SOURCE}
TRANSLATOR_COMMENTS = ("Translators:",)

# As the environment in texts.py reads them, so that the sentences found are those asked for.
_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}


def _templates() -> dict[str, Path]:
    return {
        "bot/content/chat": CHAT_TEMPLATES,
        "bot/content/letters": LETTER_TEMPLATES,
        "bot/web/templates": PAGE_TEMPLATES,
    }


@dataclass(frozen=True)
class Places:
    """Where the fixed words stand; as shipped, unless told otherwise."""

    dialogs: Path = field(default_factory=lambda: shipped("dialogs"))
    locales: Path = field(default_factory=lambda: shipped("locales"))
    templates: Mapping[str, Path] = field(default_factory=_templates)  # name in the catalogue -> folder
    languages: tuple[str, ...] = SHIPPED_LANGUAGES

    def catalogue(self, language: str, domain: str) -> Path:
        """The .po file of a language and domain (`bot` or `dialogs`)."""
        return self.locales / language / "LC_MESSAGES" / f"{domain}.po"


@dataclass(frozen=True)
class NoWords:
    """Dialog words of no language: for reading dialogs in their source language only."""

    languages: tuple[str, ...] = ()

    def dialog_text(self, language: str, context: str, source: str) -> str | None:  # noqa: ARG002
        """Always None."""
        return None


def dialog_template(sentences: Iterable[Sentence]) -> Catalog:
    """A template of the sentences of dialogs, each with its context and place."""
    template = empty_catalogue("dialogs")
    for sentence in sentences:
        template.add(sentence.text, locations=[(sentence.location, sentence.line)], context=sentence.context)
    return template


def chat_template(folders: Mapping[str, Path]) -> tuple[Catalog, tuple[ContentProblem, ...]]:
    """A template of the sentences of all Jinja2 templates, and what is wrong in those that cannot be read."""
    template = empty_catalogue("bot")
    problems: list[ContentProblem] = []
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*.html")):
            try:
                _add_sentences(template, path, f"{name}/{path.relative_to(folder).as_posix()}")
            except TemplateSyntaxError as error:
                what = f"this is not a template: {error.message}"
                hint = "look at the braces and the end tags"
                problems.append(ContentProblem(str(path), error.lineno, what, hint))
            except UnicodeDecodeError:
                problems.append(
                    ContentProblem(str(path), 1, "the file is not UTF-8 text", "save it as UTF-8")
                )
    return template, tuple(problems)


def update(po_path: Path, template: Catalog) -> tuple[ContentProblem, ...]:
    """The .po file has exactly the sentences of the template; a broken one stays as it is, and is told.

    New sentences are empty or a marked guess, gone ones are set aside, comments stay. A missing file is made.
    The language is that of the path `<language>/LC_MESSAGES/<domain>.po`.
    """
    language = po_path.parent.parent.name
    catalog: Catalog | None = empty_catalogue(po_path.stem, language)
    problems: tuple[ContentProblem, ...] = ()
    if po_path.exists():
        catalog, problems = read_catalogue(po_path, language)
    if catalog is not None:
        catalog.update(template, update_creation_date=False)
        write_catalogue(po_path, catalog)
    return problems


def update_catalogues(places: Places | None = None) -> tuple[ContentProblem, ...]:
    """Every shipped catalogue is up to date; nothing is written while a source cannot be read."""
    places = places or Places()
    loaded = load([places.dialogs], NoWords())
    chat, problems = chat_template(places.templates)
    templates = {"bot": chat, "dialogs": dialog_template(loaded.sentences)}
    problems = (*loaded.problems, *problems)
    if problems:
        return problems
    return tuple(
        problem
        for domain, template in templates.items()
        for language in places.languages
        if language != SOURCES[domain]
        for problem in update(places.catalogue(language, domain), template)
    )


def _add_sentences(template: Catalog, path: Path, shown: str) -> None:
    with path.open("rb") as file:
        found = extract("jinja2.ext:babel_extract", file, DEFAULT_KEYWORDS, TRANSLATOR_COMMENTS, _OPTIONS)
        for line, message, comments, context in found:
            template.add(message, None, [(shown, line)], auto_comments=comments, context=context)
