"""Which texts a native reader must have approved before a language is on, and how far each language is.

An entry of a catalogue that nobody who grew up with the language has read carries the comment `needs review`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel.messages.catalog import Catalog, Message
from jinja2 import Environment, nodes
from jinja2.ext import extract_from_ast

from bot.content.catalogues import CHAT_SOURCE, DIALOG_SOURCE, Catalogues
from bot.content.shipped import CHAT_TEMPLATES

NEEDS_REVIEW = "needs review"
READ_SOURCES: frozenset[str] = frozenset()  # of English and Dutch: whose source sentences a native has read

# The texts of notice, consent and safety, each with the buttons by which a person answers it.
BINDING: Mapping[str, tuple[str, ...]] = {
    "welcome.about": ("welcome.read_button",),
    "welcome.about_staff": ("welcome.read_button",),
    "welcome.telegram_consent": ("welcome.telegram_yes", "welcome.telegram_no"),
    "welcome.without_telegram": ("welcome.telegram_yes",),
    "privacy.outside": ("privacy.outside_yes", "privacy.outside_no"),
    "privacy.outside_agreed": (),
    "privacy.outside_refused": (),
    "privacy.ask_withdraw": ("privacy.withdraw_yes",),
    "privacy.withdrawn": ("privacy.undo_button",),
    "menu.how_it_works": (),
    "help_requests.consent": ("help_requests.consent_yes", "help_requests.consent_no"),
    "help_requests.consent_refused": (),
    "help_requests.consent_taken_back": (),
    "buddies.code": ("buddies.accept_button",),
    "help_safety.worry": ("help_safety.tell_button",),
}
_REFERENCE = {"bot": DIALOG_SOURCE, "dialogs": CHAT_SOURCE}  # whose catalogue lists every sentence
_SOURCE = {"bot": CHAT_SOURCE, "dialogs": DIALOG_SOURCE}


@dataclass(frozen=True)
class Progress:
    """How far the fixed words of one language are; each count is part of the one before."""

    language: str
    texts: int
    complete: int  # there are words
    fresh: int  # and the source did not change since
    reviewed: int  # and a native reader has read them
    approved: bool  # everything of notice, consent and safety is among the reviewed


@cache
def binding_sentences() -> frozenset[str]:
    """The sentences, in the source language, of which notice, consent and safety consist."""
    wanted = {macro for text, buttons in BINDING.items() for macro in (text, *buttons)}
    subjects = {macro.partition(".")[0] for macro in wanted}
    return frozenset(sentence for subject in subjects for sentence in _sentences(subject, wanted))


def _sentences(subject: str, wanted: set[str]) -> Iterator[str]:
    reading = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    reading.policies["ext.i18n.trimmed"] = True
    reading.newstyle_gettext = True  # type: ignore[attr-defined]
    tree = reading.parse((CHAT_TEMPLATES / f"{subject}.html").read_text("utf-8"))
    for macro in tree.find_all(nodes.Macro):
        if f"{subject}.{macro.name}" in wanted:
            alone = nodes.Template([macro], lineno=macro.lineno)
            for _line, _function, message in extract_from_ast(alone):
                yield str(message if isinstance(message, str) or message is None else message[0])


def is_approved(catalogues: Catalogues, language: str) -> bool:
    """Whether a native reader has read every text of notice, consent and safety in this language."""
    if language == CHAT_SOURCE:
        return language in READ_SOURCES
    catalog = catalogues.read(language, "bot")
    return all(_was_read(catalog.get(sentence)) for sentence in binding_sentences())


def progress_of(catalogues: Catalogues, language: str) -> Progress:
    """How far a language is, by its catalogues."""
    texts = complete = fresh = reviewed = 0
    for domain, reference in _REFERENCE.items():
        own = catalogues.read(language, domain)
        is_source = _SOURCE[domain] == language
        for needed in _entries(catalogues.read(reference, domain)):
            found = needed if is_source else own.get(needed.id, needed.context)
            texts += 1
            complete += is_source or (found is not None and _has_words(found))
            fresh += is_source or _is_fresh(found)
            reviewed += language in READ_SOURCES if is_source else _was_read(found)
    return Progress(language, texts, complete, fresh, reviewed, is_approved(catalogues, language))


def _entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _has_words(message: Message) -> bool:
    words = message.string
    return bool(words) and (isinstance(words, str) or all(words or ()))


def _is_fresh(message: Message | None) -> bool:
    return message is not None and _has_words(message) and not message.fuzzy


def _was_read(message: Message | None) -> bool:
    return (
        message is not None
        and _is_fresh(message)
        and not any(NEEDS_REVIEW in comment for comment in message.user_comments)
    )


def languages_on(catalogues: Catalogues, named: tuple[str, ...]) -> tuple[str, ...]:
    """Dutch, and what the lead named in school.yaml; every approved language where nothing is named there."""
    chosen = named or tuple(one for one in catalogues.languages if is_approved(catalogues, one))
    others = [one for one in chosen if one in catalogues.languages and one != DIALOG_SOURCE]
    return (DIALOG_SOURCE, *others)
