"""The catalogues of fixed words: read as they stand, and nothing doubtful is served."""

from pathlib import Path

import pytest

from bot.content.catalogues import Catalogues, own_name
from bot.content.shipped import shipped
from tests.cast import LANGUAGES

TWELVE = {"nl", "pl", "en", "ar", "bg", "de", "es", "ro", "so", "ti", "tr", "uk"}
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def _catalogues(folder: Path, **files: str) -> Catalogues:
    """Catalogues with these Polish files."""
    for domain, content in files.items():
        path = folder / "pl" / "LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + content, "utf-8")
    return Catalogues(folder)


def test_a_fixed_word_in_its_language(tmp_path: Path) -> None:
    """The translation where there is one, the source where there is none."""
    found = _catalogues(tmp_path, bot='msgid "Yes"\nmsgstr "Tak"\n')
    assert found.chat("pl").gettext("Yes") == "Tak"
    assert found.chat("pl").gettext("No") == "No"
    assert found.chat("nl").gettext("Yes") == "Yes"


def test_a_doubtful_translation_is_not_served(tmp_path: Path) -> None:
    """An entry marked fuzzy may say something else: the source is shown."""
    fuzzy = '#, fuzzy\nmsgid "Yes"\nmsgstr "Nie"\n'
    dialog = '#, fuzzy\nmsgctxt "begin.BO01"\nmsgid "Wie is uw kind?"\nmsgstr "Kto?"\n'
    found = _catalogues(tmp_path, bot=fuzzy, dialogs=dialog)
    assert found.chat("pl").gettext("Yes") == "Yes"
    assert found.dialog_text("pl", "begin.BO01", "Wie is uw kind?") is None


def test_a_dialogs_sentence_belongs_to_its_place(tmp_path: Path) -> None:
    """The same words in another question are another sentence; Dutch is the source itself."""
    found = _catalogues(tmp_path, dialogs='msgctxt "begin.BO01"\nmsgid "Vrienden"\nmsgstr "Przyjaciele"\n')
    assert found.dialog_text("pl", "begin.BO01", "Vrienden") == "Przyjaciele"
    assert found.dialog_text("pl", "begin.BO02", "Vrienden") is None
    assert found.dialog_text("nl", "begin.BO02", "Vrienden") == "Vrienden"


def test_an_empty_translation_is_none(tmp_path: Path) -> None:
    """What is not translated yet falls back and is labelled."""
    found = _catalogues(tmp_path, dialogs='msgctxt "begin.BO01"\nmsgid "Vrienden"\nmsgstr ""\n')
    assert found.dialog_text("pl", "begin.BO01", "Vrienden") is None


def test_plural_forms_of_polish() -> None:
    """One, a few and many differ, also in the teens and the twenties."""
    words = Catalogues(shipped("locales")).chat("pl")
    source = ("%(count)s minute", "%(count)s minutes")
    forms = [words.ngettext(*source, number) for number in (1, 2, 5, 12, 22, 25)]
    assert forms[1] == forms[4]
    assert forms[2] == forms[3] == forms[5]
    assert len({forms[0], forms[1], forms[2]}) == 3


@pytest.mark.parametrize(
    ("language", "name"), [("nl", "Nederlands"), ("pl", "Polski"), ("en", "English"), ("zzz", "zzz")]
)
def test_a_language_is_called_as_its_speakers_do(language: str, name: str) -> None:
    """And an unknown one by its code."""
    assert own_name(language) == name


def test_every_shipped_language_is_there() -> None:
    """Dutch, Polish and English first, with words of their own where they are not the source (004-language-threat)."""
    found = Catalogues(shipped("locales"))
    assert found.languages[:3] == LANGUAGES
    assert set(found.languages) <= TWELVE
    assert found.chat("nl").gettext("Skip ▸") != found.chat("pl").gettext("Skip ▸") != "Skip ▸"
