"""Compares the sentences that are needed with those of one catalogue."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.content.problems import ContentProblem

_NAMED = re.compile(r"%\((\w+)\)s")
_BRACED = re.compile(r"\{(\w*)\}")
_TAG = re.compile(r"<(/?[a-zA-Z][\w-]*)")
_FORMAT_SIGNS = re.compile(r"%\(\w+\)s|%%")


@dataclass(frozen=True)
class Needed:
    """A sentence that a shipped language must have."""

    forms: tuple[str, ...]  # one form, or singular and plural
    context: str | None
    file: str
    line: int
    max_chars: int | None = None
    formatted: bool = False  # % is a sign of its own here
    own: bool = False  # a school's own sentence, which may fall back, labelled


@dataclass(frozen=True)
class _Fault:
    what: str
    hint: str


def compare(needed: Iterable[Needed], catalog: Catalog, path: str, language: str) -> Iterator[ContentProblem]:
    """What is missing, stale, empty, broken or too long in the catalogue."""
    forms = get_plural(language).num_plurals
    if catalog.num_plurals != forms:
        hint = f"{language} has {forms} of them; correct the line Plural-Forms"
        yield ContentProblem(path, 1, "the number of plural forms is wrong", hint)
    set_aside = {_key(message): message for message in catalog.obsolete.values()}
    for sentence in needed:
        message = catalog.get(sentence.forms[0], sentence.context)
        if message is None:
            aside = set_aside.get((sentence.forms[0], sentence.context))
            yield _missing(sentence, aside, path, language)
            continue
        for fault in _faults(sentence, message, forms):
            yield ContentProblem(path, message.lineno or 1, fault.what, fault.hint, note=sentence.own)


def unused(needed: Iterable[Needed], catalog: Catalog, path: str) -> Iterator[ContentProblem]:
    """A note for each sentence of the catalogue that nobody needs."""
    asked_for = {(sentence.forms[0], sentence.context) for sentence in needed}
    for message in catalog:
        if message.id and _key(message) not in asked_for:
            hint = "--update-catalogues sets it aside"
            yield ContentProblem(path, message.lineno or 1, "nothing uses this sentence", hint, note=True)


def _missing(sentence: Needed, aside: Message | None, path: str, language: str) -> ContentProblem:
    if aside is not None:
        hint = "take the marks '#~' away"
        what = "this sentence is set aside but needed"
        return ContentProblem(path, aside.lineno or 1, what, hint, note=sentence.own)
    hint = f"add it to {path}, for example with --update-catalogues"
    what = f"this sentence is not there in '{language}'"
    return ContentProblem(sentence.file, sentence.line, what, hint, note=sentence.own)


def _faults(sentence: Needed, message: Message, plural_forms: int) -> Iterator[_Fault]:
    """All that is wrong with one translated sentence."""
    if message.fuzzy:
        yield _Fault("this sentence is marked fuzzy", "read it again and take the mark away")
    wanted = plural_forms if len(sentence.forms) > 1 else 1
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ("",))
    if len(strings) != wanted:
        yield _Fault("the number of plural forms is wrong", f"this sentence needs {wanted}")
        return
    if not all(string.strip() for string in strings):
        yield _Fault("this sentence is empty", "translate it")
        return
    for number, string in enumerate(strings):
        yield from _signs(sentence, string, first=number == 0)


def _signs(sentence: Needed, string: str, *, first: bool) -> Iterator[_Fault]:
    """What is wrong with the placeholders, tags and length of one form.

    The first form of a plural may do without the number, as the singular of the source may.
    """
    originals = sentence.forms if first else sentence.forms[-1:]
    for pattern in (_NAMED, _BRACED):
        wanted = [set(pattern.findall(original)) for original in originals]
        if set(pattern.findall(string)) not in wanted:
            yield _Fault("the placeholders differ", f"use {_listed(wanted[-1])}, letter for letter")
    tags = [Counter(_TAG.findall(original)) for original in originals]
    if Counter(_TAG.findall(string)) not in tags:
        yield _Fault("the tags differ", f"use {_listed(set(tags[-1]))}, as in the source")
    if sentence.formatted and "%" in _FORMAT_SIGNS.sub("", string):
        yield _Fault("a % stands alone", "write %% for a percent sign, %(name)s for a placeholder")
    if sentence.max_chars is not None and len(string) > sentence.max_chars:
        hint = f"at most {sentence.max_chars} characters; this one has {len(string)}"
        yield _Fault("the label is too long for a button", hint)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _key(message: Message) -> tuple[str, str | None]:
    first = message.id if isinstance(message.id, str) else message.id[0]
    return first, message.context
