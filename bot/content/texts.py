"""Chat texts: Jinja2 macros in `chat/<subject>.html`, rendered in a reader's language."""

import html
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from bot.content.catalogues import DIALOG_SOURCE, SHIPPED_LANGUAGES, Catalogues, direction
from bot.content.isolates import isolated, led_from_the_right, only_where_mixed
from bot.content.local import (
    clock_in,
    comma_in,
    day_in,
    enumeration_in,
    language_name_in,
    list_in,
    month_in,
    number_in,
)
from bot.content.reviewing import BINDING, Progress, is_approved, progress_of
from bot.content.shipped import CHAT_TEMPLATES, LETTER_TEMPLATES, PAGE_TEMPLATES
from bot.model.differences import difference

_MIRRORED = str.maketrans("▸◂", "◂▸")  # on and back, where lines run from right to left
_GETTEXT = ("gettext", "ngettext", "pgettext", "npgettext")


class _Compiled(BytecodeCache):
    """What a template is compiled to is the same in every language that is written in one direction."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code is there if the source is still the same."""
        checksum, code = self._known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """The code is kept for the next language."""
        if bucket.code is not None:
            self._known[bucket.key] = (bucket.checksum, bucket.code)


_compiled: dict[tuple[str, bool], _Compiled] = {}


def environment(
    catalogues: Catalogues, language: str, zone: ZoneInfo, *folders: Path, plain: bool = False
) -> Environment:
    """A Jinja2 environment whose texts are in one language and whose dates follow CLDR in one zone.

    Values in its sentences are kept apart where writing directions mix; with `plain`, which knows no attributes,
    values beside sentences too.
    """
    always = direction(language) == "rtl"
    made = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=partial(_apart, always=always) if plain else None,
        bytecode_cache=_compiled.setdefault((direction(language), plain), _Compiled()),
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(catalogues.chat(language), newstyle=True)  # type: ignore[attr-defined]
    for name in _GETTEXT:
        plain_words: Any = made.globals[name]
        made.globals[name] = _keeping_apart(plain_words, always=always)
    apart = partial(isolated, always=always)
    # Without marks the numbers of a day behind a name in Latin would be torn apart.
    for name, written in (
        ("day", day_in(language, zone, "full")),
        ("short_day", day_in(language, zone, "medium")),
        ("month", month_in(language, zone)),
        ("clock", clock_in(language, zone)),
    ):
        made.filters[name] = partial(_then, written, apart)
    made.filters["listed"] = list_in(language)
    made.filters["enumerated"] = enumeration_in(language)
    made.filters["number"] = number_in(language)
    made.filters["language_name"] = language_name_in(language)
    made.filters["apart"] = apart  # a name beside a sentence of a page
    made.filters["lines"] = _lines
    made.globals["language"] = language
    made.globals["direction"] = direction
    made.globals["backwards"], made.globals["onwards"] = ("→", "←") if always else ("←", "→")
    made.globals["comma"] = Markup(comma_in(language))  # noqa: S704 - two signs of ours, between things of one kind
    made.globals["difference"] = difference
    return made


def _then(first: Callable[[Any], str], second: Callable[[str], Any], value: Any) -> Any:
    return second(first(value))


def _apart(value: Any, *, always: bool) -> Any:
    """A plain value that stands beside a sentence; what is text of ours already stays."""
    return value if isinstance(value, Markup) else isolated(value, always=always)


def _keeping_apart(words_of: Callable[..., Any], *, always: bool) -> Callable[..., Any]:
    """The one place where values are put into sentences."""

    @pass_context
    def words(context: Any, *sentences: Any, **values: Any) -> Any:
        return words_of(
            context, *sentences, **{name: isolated(one, always=always) for name, one in values.items()}
        )

    return words


def _lines(words: str) -> Markup:
    """A person's own words, shown literally, with their line breaks kept."""
    return Markup("<br>").join(escape(line) for line in words.strip().splitlines())


def _lay_out(text: str) -> str:
    """Paragraphs (`<p>`) and lines (`<br>`) as the line breaks that messengers show; other white space is layout."""
    text = " ".join(text.split())
    for tag, breaks in (("<p>", ""), ("</p>", "\n\n"), ("<br>", "\n")):
        text = text.replace(tag, breaks)
    return "\n".join(line.strip() for line in text.strip().splitlines())


class Texts:
    """Every chat text in every language that is on; what is asked for in another is said in Dutch."""

    def __init__(self, catalogues: Catalogues, zone: ZoneInfo) -> None:
        self.catalogues = catalogues
        self.languages = catalogues.languages
        self._zone = zone
        self._fallback = DIALOG_SOURCE if DIALOG_SOURCE in self.languages else self.languages[0]
        self._chat: dict[str, Environment] = {}
        self._pages: dict[str, Environment] = {}
        self._macros: dict[tuple[str, str], Callable[..., Markup]] = {}
        self._labels: dict[tuple[str, str], str] = {}  # of macros without parameters: they never change
        self._approved: dict[str, bool] = {}

    def spoken(self, language: str) -> str:
        """The language itself if it is on, else the one that always is."""
        return language if language in self.languages else self._fallback

    def is_approved(self, language: str) -> bool:
        """Whether a native reader has read notice, consent and safety in this language."""
        if language not in self._approved:
            self._approved[language] = is_approved(self.catalogues, language)
        return self._approved[language]

    @property
    def not_approved(self) -> tuple[str, ...]:
        """The languages that are on though no native reader approved notice, consent and safety."""
        return tuple(one for one in self.languages if not self.is_approved(one))

    @cached_property
    def progress(self) -> tuple[Progress, ...]:
        """How far every shipped language is, whether it is on or off."""
        return tuple(progress_of(self.catalogues, language) for language in SHIPPED_LANGUAGES)

    def say(self, language: str, macro: str, parameters: Mapping[str, Any] | None = None) -> str:
        """The text of `subject.macro` in the language, as the small HTML that doors understand.

        Below notice, consent and safety in a language without approval stands the Dutch.
        """
        language = self.spoken(language)
        said = self._said(language, macro, parameters)
        if direction(language) == "rtl":
            said = led_from_the_right(said)
        if macro in BINDING and self.shows_dutch(language):
            return f"{said}\n\n{self._dutch(language, macro, parameters)}"
        return said

    def shows_dutch(self, language: str) -> bool:
        """Whether the Dutch stands beside notice, consent and safety in this language."""
        return (
            language != DIALOG_SOURCE and DIALOG_SOURCE in self.languages and not self.is_approved(language)
        )

    def _said(self, language: str, macro: str, parameters: Mapping[str, Any] | None) -> str:
        found = self._macros.get((language, macro))
        if found is None:
            subject, _, name = macro.partition(".")
            found = getattr(self._of_chat(language).get_template(f"{subject}.html").module, name)
            self._macros[language, macro] = found
        return _lay_out(str(found(**(parameters or {}))))

    def _dutch(self, language: str, macro: str, parameters: Mapping[str, Any] | None) -> str:
        """The same in Dutch, with the buttons by which it is answered, folded up in a quotation."""
        lines = self._said(DIALOG_SOURCE, macro, parameters).replace("\n\n", "\n")
        buttons = "".join(f"\n[{self._said(DIALOG_SOURCE, button, None)}]" for button in BINDING[macro])
        named = self._said(language, "language.in_dutch", None)
        return f"{named}\n<blockquote expandable>{lines}{buttons}</blockquote>"

    def _of_chat(self, language: str) -> Environment:
        made = self._chat.get(language)
        if made is None:
            made = environment(self.catalogues, language, self._zone, CHAT_TEMPLATES, plain=True)
            self._chat[language] = made
        return made

    def knows(self, macro: str) -> bool:
        """Whether there is such a macro."""
        subject, _, name = macro.partition(".")
        module = self._of_chat(self._fallback).get_template(f"{subject}.html").module
        return hasattr(module, name) and not name.startswith("_")

    def label(self, language: str, macro: str, parameters: Mapping[str, Any] | None = None) -> str:
        """The text of a macro as plain words, for a button."""
        language = self.spoken(language)
        if parameters:
            return only_where_mixed(html.unescape(self._said(language, macro, parameters)))
        known = self._labels.get((language, macro))
        if known is None:
            known = html.unescape(self._said(language, macro, None))
            known = known.translate(_MIRRORED) if direction(language) == "rtl" else known
            self._labels[language, macro] = known
        return known

    def pages(self, language: str) -> Environment:
        """The environment for pages in a language; macros of the chat can be imported there."""
        language = self.spoken(language)
        made = self._pages.get(language)
        if made is None:
            folders = (PAGE_TEMPLATES, CHAT_TEMPLATES, LETTER_TEMPLATES)
            made = self._pages[language] = environment(self.catalogues, language, self._zone, *folders)
        return made
