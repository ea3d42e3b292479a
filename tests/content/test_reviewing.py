"""Which languages may be on: what a native reader must have read, and how far each language is."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.catalogues import SHIPPED_LANGUAGES, Catalogues, languages_in
from bot.content.po_files import read_catalogue, write_catalogue
from bot.content.reviewing import (
    BINDING,
    NEEDS_REVIEW,
    binding_sentences,
    is_approved,
    languages_on,
    progress_of,
)
from bot.content.shipped import shipped
from bot.content.texts import Texts
from tests.cast import LANGUAGES, catalogues

ZONE = ZoneInfo("Europe/Amsterdam")
SCHOOL = {"school": "De Wilg"}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Catalogues whose Polish notice, consent and safety a native reader has read, and nothing else."""
    folder = tmp_path_factory.mktemp("locales")
    for language in ("nl", "pl"):
        catalog, _ = read_catalogue(shipped("locales") / language / "LC_MESSAGES" / "bot.po", language)
        assert catalog is not None
        for message in catalog:
            if language == "pl" and message.id in binding_sentences():
                message.user_comments = []
        write_catalogue(folder / language / "LC_MESSAGES" / "bot.po", catalog)
    return folder


def test_every_binding_text_exists(texts: Texts) -> None:
    """The one list of notice, consent and safety names macros that are there, and holds the numbers to call."""
    for text, buttons in BINDING.items():
        assert all(texts.knows(macro) for macro in (text, *buttons)), text
    together = " ".join(binding_sentences())
    for part in ("112", "0800-2000", "Telegram is a company", "I am a computer", "take your answers back"):
        assert part in together


def test_a_language_is_approved_by_reading_these_texts(read: Path) -> None:
    """One text that nobody read, or that is out of date, and it is not."""
    found = Catalogues(read, ("nl", "pl", "en"))
    assert is_approved(found, "pl")
    assert not is_approved(found, "en")
    message = found.read("pl", "bot").get(min(binding_sentences()))
    assert message is not None
    message.user_comments = [NEEDS_REVIEW]
    assert not is_approved(found, "pl")
    message.user_comments = []
    message.flags.add("fuzzy")
    assert not is_approved(found, "pl")


def test_what_ships_was_read_by_nobody() -> None:
    """Until a native reader takes the marks away every language but Dutch is off (004-language-threat)."""
    found = Catalogues(shipped("locales"))
    assert [one for one in SHIPPED_LANGUAGES if is_approved(found, one)] == []
    assert languages_on(found, ()) == ("nl",)


def test_what_the_lead_names_is_on(read: Path) -> None:
    """In that order, Dutch first and always; nothing named means every language that is approved."""
    found = Catalogues(read, ("nl", "pl", "en"))
    assert languages_on(found, ("en", "pl")) == ("nl", "en", "pl")
    assert languages_on(found, ("zz", "nl")) == ("nl",)
    assert languages_on(found, ()) == ("nl", "pl")


def test_how_far_each_language_is() -> None:
    """Counts of the same texts: translated, up to date, read."""
    found = Catalogues(shipped("locales"))
    far = [progress_of(found, language) for language in SHIPPED_LANGUAGES]
    assert len({one.texts for one in far}) == 1
    for one in far:
        assert one.texts >= one.complete >= one.fresh >= one.reviewed
        assert not one.approved
    assert progress_of(found, "en").reviewed == 0


def test_the_languages_of_a_folder(tmp_path: Path) -> None:
    """Those with catalogues, Dutch and English also without; the first three as people know them."""
    for language in ("uk", "ar", "pl"):
        (tmp_path / language / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "notes").mkdir()
    assert languages_in(tmp_path) == ("nl", "pl", "en", "ar", "uk")


@pytest.mark.parametrize("macro", BINDING)
def test_the_dutch_stands_below(texts: Texts, macro: str) -> None:
    """In a language that nobody approved, folded up, with the buttons by which one answers; in Dutch never twice."""
    values = {"staff": False, "child": "Kuba", "days": 7, "services": ["DeepL"], "agreed": None, **SCHOOL}
    takes = {
        "about": ("school",),
        "about_staff": ("school",),
        "telegram_consent": ("staff",),
        "outside": ("services", "agreed"),
        "ask_withdraw": ("child", "days"),
        "withdrawn": ("days",),
    }
    given = {name: values[name] for name in takes.get(macro.partition(".")[2], ())}
    dutch = texts.say("nl", macro, given)
    polish = texts.say("pl", macro, given)
    assert "blockquote" not in dutch
    own, _, quoted = polish.partition("\n\nPo niderlandzku:\n<blockquote expandable>")
    assert quoted.endswith("</blockquote>")
    assert dutch.splitlines()[0] in quoted
    assert dutch.splitlines()[0] not in own
    assert "\n\n" not in quoted
    for button in BINDING[macro]:
        assert f"[{texts.label('nl', button)}]" in quoted


def test_an_approved_language_stands_alone(read: Path) -> None:
    """Then no Dutch is shown beside it, and the menu does not speak of it."""
    texts = Texts(Catalogues(read, ("nl", "pl")), ZONE)
    assert "blockquote" not in texts.say("pl", "welcome.about", SCHOOL)
    assert texts.not_approved == ("nl",)


def test_other_texts_stand_alone(texts: Texts) -> None:
    """Only notice, consent and safety are doubled."""
    assert "blockquote" not in texts.say("pl", "menu.main", {"child": "Kuba"})


def test_a_language_that_is_off_is_said_in_dutch(texts: Texts) -> None:
    """What was made for somebody before the language was switched off can still be said."""
    assert texts.say("so", "menu.offer") == texts.say("nl", "menu.offer")
    assert texts.label("so", "menu.menu_button") == texts.label("nl", "menu.menu_button")
    assert texts.pages("so") is texts.pages("nl")


def test_the_tests_switch_on_what_they_use() -> None:
    """The cast reads Dutch, Polish and English."""
    assert catalogues().languages == LANGUAGES
