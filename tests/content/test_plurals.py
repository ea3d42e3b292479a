"""Plural forms, through the very templates that people read."""

from collections.abc import Mapping, Sequence
from gettext import c2py  # the library of the language reads the rule
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural

from bot.content.catalogues import SHIPPED_LANGUAGES, Catalogues
from bot.content.isolates import without_isolates
from bot.content.po_files import write_catalogue
from bot.content.shipped import shipped
from bot.content.texts import environment

ZONE = ZoneInfo("Europe/Amsterdam")
NUMBERS = (0, 1, 2, 5, 11, 21, 22, 100)
SENTENCE = ("%(count)s minute", "%(count)s minutes")
TEMPLATE = "{% trans count=count %}{{ count }} minute{% pluralize %}{{ count }} minutes{% endtrans %}"
# Which numbers share a form, by the rules of each language (CLDR).
TOGETHER: Mapping[str, Sequence[set[int]]] = {
    "pl": [{1}, {2, 22}, {0, 5, 11, 21, 100}],
    "uk": [{1, 21}, {2, 22}, {0, 5, 11, 100}],
    "ro": [{1}, {0, 2, 5, 11}, {21, 22, 100}],
    "ar": [{0}, {1}, {2}, {5}, {11, 21, 22}, {100}],
}


def _made(folder: Path, language: str) -> Catalogues:
    """A catalogue whose forms are numbered, with the plural rule that new catalogues of the language get."""
    catalog = Catalog(locale=language, domain="bot", fuzzy=False)
    catalog.add(SENTENCE, tuple(f"%(count)s [{form}]" for form in range(get_plural(language).num_plurals)))
    write_catalogue(folder / language / "LC_MESSAGES" / "bot.po", catalog)
    return Catalogues(folder, (language,))


def _said(catalogues: Catalogues, language: str) -> list[str]:
    """The sentence for each number, the number itself left out."""
    template = environment(catalogues, language, ZONE).from_string(TEMPLATE)
    said = [without_isolates(template.render(count=number)) for number in NUMBERS]
    return [one.replace(str(number), "#", 1) for one, number in zip(said, NUMBERS, strict=True)]


def _forms(said: Sequence[str]) -> list[set[int]]:
    """The numbers that have the same words, in the order of their smallest."""
    by_words: dict[str, set[int]] = {}
    for words, number in zip(said, NUMBERS, strict=True):
        by_words.setdefault(words, set()).add(number)
    return sorted(by_words.values(), key=min)


@pytest.mark.parametrize("language", TOGETHER)
def test_each_number_has_its_form(tmp_path: Path, language: str) -> None:
    """Polish, Ukrainian, Romanian and Arabic: numbers that belong together share a form, and no others do."""
    assert _forms(_said(_made(tmp_path, language), language)) == sorted(TOGETHER[language], key=min)


@pytest.mark.parametrize("language", [one for one in TOGETHER if one in SHIPPED_LANGUAGES])
def test_the_catalogue_that_ships_has_the_rule(language: str) -> None:
    """No two numbers that need different forms share one: the head of the file names the right rule."""
    catalog = Catalogues(shipped("locales")).read(language, "bot")
    assert catalog.num_plurals == len(TOGETHER[language])
    found = [{number for number in NUMBERS if _form(catalog, number) == form} for form in range(6)]
    assert sorted(filter(None, found), key=min) == sorted(TOGETHER[language], key=min)


def _form(catalog: Catalog, number: int) -> int:
    """Which of its forms the catalogue takes for a number, by the rule in its head."""
    return int(c2py(catalog.plural_expr)(number))
