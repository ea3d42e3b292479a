"""Words of the school with their right translations: the shipped list, and what a school's own file adds to it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from bot.content.shipped import PACKAGE

KEY = "glossary"
HINT = 'for example: - {nl: "gymles", pl: "wychowanie fizyczne / gimnastyka"}'
FILE = PACKAGE / "content" / "glossary.yaml"

Words = Mapping[str, tuple[str, ...]]


@cache
def shipped_glossary() -> tuple[Words, ...]:
    """The terms that travel with the program."""
    terms, wrong = read_terms(_content()["terms"])
    assert not wrong
    return terms


@cache
def needs_review() -> frozenset[str]:
    """The languages in which no native reader has approved all terms."""
    return frozenset(_content()["needs_review"])


def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def read_terms(entries: Any) -> tuple[tuple[Words, ...], bool]:
    """The terms of a list of words by language, and whether something in it is not one."""
    if not isinstance(entries, list):
        return (), True
    good = [entry for entry in entries if _is_term(entry)]
    terms = tuple(
        {language: tuple(part.strip() for part in text.split("/")) for language, text in entry.items()}
        for entry in good
    )
    return terms, len(good) != len(entries)


def _is_term(entry: Any) -> bool:
    """Two languages or more, each with a word wherever one is announced."""
    return (
        isinstance(entry, dict)
        and len(entry) > 1
        and all(isinstance(one, str) for pair in entry.items() for one in pair)
        and all(
            any(sign.isalpha() for sign in part.replace("{n}", ""))
            for text in entry.values()
            for part in text.split("/")
        )
    )
