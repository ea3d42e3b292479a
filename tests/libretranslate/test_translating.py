"""The way to a real LibreTranslate. Its models are a glossary, so these tests say nothing about quality."""

import logging
import os
from pathlib import Path

import pytest

from bot.translation.errors import UnsupportedPairError
from bot.translation.factory import Access, build
from bot.translation.libretranslate import LibreTranslate

pytestmark = pytest.mark.libretranslate


@pytest.fixture(scope="module")
def translator(libretranslate_url: str) -> LibreTranslate:
    """One provider, shared by the tests as the threads of a school share it."""
    return LibreTranslate(libretranslate_url)


def test_languages_come_from_the_server(translator: LibreTranslate) -> None:
    """Every pair the server can make is offered, through English too, and none that it cannot."""
    pairs = translator.pairs()
    assert {("nl", "pl"), ("pl", "nl"), ("uk", "ar"), ("en", "tr")} <= pairs
    assert not any("ti" in pair or "auto" in pair for pair in pairs)
    assert not any(source == target for source, target in pairs)


def test_parent_and_teacher_read_each_other(translator: LibreTranslate) -> None:
    """A Dutch sentence arrives in Polish and a Polish one in Dutch, by way of English (002-prep-form)."""
    dutch, polish = "Goedemorgen. Mijn kind is ziek vandaag!", "Dzień dobry. Moje dziecko jest chore dzisiaj!"
    assert translator.translate([dutch], "nl", "pl") == [polish]
    assert translator.translate([polish], "pl", "nl") == [dutch]


def test_the_configured_provider_is_this_one(libretranslate_url: str) -> None:
    """What the settings name is what translates."""
    (provider,) = build(["libretranslate"], Access(libretranslate_url=libretranslate_url))
    assert provider.name == "libretranslate"
    assert provider.translate(["Dank u"], "nl", "uk") == ["Дякую"]


@pytest.mark.parametrize("pair", [("nl", "ti"), ("auto", "nl"), ("xx", "nl")])
def test_a_pair_the_server_lacks_is_said_so(translator: LibreTranslate, pair: tuple[str, str]) -> None:
    """A language without a model, and 'find out yourself', are refused and nothing is sent."""
    with pytest.raises(UnsupportedPairError):
        translator.translate(["Dank u"], *pair)


def test_newlines_and_spaces_survive(translator: LibreTranslate) -> None:
    """The server drops them at the edges; the reader gets them back as they were written."""
    text = "\n  Goedemorgen\n\n  Mijn kind is ziek.\r\n\tDank u  \n"
    assert translator.translate([text], "nl", "pl") == [
        "\n  Dzień dobry\n\n  Moje dziecko jest chore.\r\n\tDziękuję  \n"
    ]


def test_a_long_text_comes_whole(translator: LibreTranslate) -> None:
    """6,000 characters on one line pass the engine's limit of about 510 tokens, in order and complete."""
    sentence = "Mijn kind is verlegen, hoe laat is school vandaag? "
    translated = translator.translate([sentence * 120], "nl", "pl")[0]
    assert translated == "Moje dziecko jest nieśmiałe, o której godzinie is szkoła dzisiaj? " * 120


def test_small_letters_do_not_flatten_the_answer(translator: LibreTranslate) -> None:
    """A message typed without capitals still gets its German nouns."""
    assert translator.translate(["mijn kind is ziek."], "nl", "de") == ["Mein Kind ist krank."]


def test_several_texts_keep_their_places(translator: LibreTranslate) -> None:
    """Each answer stands where its text stood; what holds no letter is left alone."""
    texts = ["Dank u", "", "😀", "12:30", "   ", "Hallo\nSchool"]
    assert translator.translate(texts, "nl", "pl") == ["Dziękuję", "", "😀", "12:30", "   ", "Cześć\nSzkoła"]


def test_nobody_logs_what_was_written(translator: LibreTranslate, caplog: pytest.LogCaptureFixture) -> None:
    """Neither our log nor the server's holds a word of it, at any level."""
    caplog.set_level(logging.DEBUG)
    assert translator.translate(["Mijn kind is verlegen"], "nl", "pl") == ["Moje dziecko jest nieśmiałe"]
    server_log = Path(os.environ["LIBRETRANSLATE_TEST_DIR"], "server.log").read_text(encoding="utf-8")
    for log in (caplog.text, server_log):
        assert "verlegen" not in log.lower()
        assert "nieśmiałe" not in log.lower()
