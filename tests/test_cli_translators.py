"""`oudergesprek translators`: which languages work, through whom, and a clear sentence where they do not."""

import re
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.translators import GREETINGS
from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.settings import read_settings
from bot.wiring import wire
from tests.test_cli import Terminal
from tests.test_cli import terminal as terminal  # noqa: PLC0414 - a fixture
from tests.translation import stub as bad
from tests.translation.dialects import DEEPL, KEY, LANGUAGES
from tests.translation.failures import unused_port
from tests.translation.stub import Stub, serving


def libretranslate(stub: Stub) -> dict[str, str]:
    """The environment of a school with a server of its own."""
    return {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": stub.url}


def test_without_a_translator_it_says_so(terminal: Terminal) -> None:
    """Nothing is wrong with that."""
    code, out, err = terminal.type("translators")
    assert (code, out) == (0, "")
    assert "None is switched on" in err


def test_each_way_is_tried_with_one_harmless_sentence(terminal: Terminal) -> None:
    """Between Dutch and each other language; the time it took stands beside it."""
    with serving() as stub:
        stub.languages = [{"code": one, "targets": list(SHIPPED_LANGUAGES)} for one in SHIPPED_LANGUAGES]
        code, out, _err = terminal.type("translators", **libretranslate(stub))
        assert [texts for texts in stub.texts_asked() if len(texts) != 1] == []
        assert {texts[0] for texts in stub.texts_asked()} <= set(GREETINGS.values())
        asked = [(one["source"], one["target"]) for one in stub.translations_asked()]
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "ok    libretranslate (inside the school's network) answers."
    assert all(re.fullmatch(r"ok    .. to ..: libretranslate, \d+\.\d\d s\.", line) for line in lines[1:])
    assert ("pl", "nl") in asked
    assert ("nl", "pl") in asked
    assert len(asked) == len(set(asked))
    assert all("nl" in pair for pair in asked)
    wanted = 2 * (len(SHIPPED_LANGUAGES) - 1)
    assert len(lines) == 1 + wanted


def test_one_pair_only(terminal: Terminal) -> None:
    """As typed; a way that nobody offers is a note that sends nothing."""
    with serving() as stub:
        code, out, _err = terminal.type(
            "translators", "--pair", "pl-en", "--pair", "nl-ti", **libretranslate(stub)
        )
        assert stub.texts_asked() == [[GREETINGS["pl"]]]
    assert code == 0
    assert re.fullmatch(r"ok    pl to en: libretranslate, \d+\.\d\d s\.", out.splitlines()[1])
    assert out.splitlines()[2] == "note  nl to ti: nobody translates this; a person has to help."


@pytest.mark.parametrize("pair", ["pl", "pl-", "PL-nl", "pl_nl", "pl-nl-en"])
def test_a_pair_that_is_none(terminal: Terminal, pair: str) -> None:
    """One sentence, and nobody is asked."""
    with serving() as stub:
        code, out, err = terminal.type("translators", "--pair", pair, **libretranslate(stub))
        assert stub.asked == []
    assert (code, out, err) == (2, "", "Name a pair by two languages, like pl-nl.\n")


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "refuses; are key and address right"), (429, "asks to wait"), (200, "no translation")],
)
def test_what_is_wrong_is_said_and_the_next_one_is_tried(terminal: Terminal, status: int, said: str) -> None:
    """The key stands nowhere, whatever the service answers."""
    with serving() as own, serving(DEEPL) as service:
        service.behave = bad.quoting(status)
        code, out, err = terminal.type(
            *("translators", "--pair", "pl-nl"),
            TRANSLATORS="deepl,libretranslate",
            LIBRETRANSLATE_URL=own.url,
            DEEPL_KEY=KEY,
            DEEPL_URL=service.url,
        )
    assert code == 2
    lines = out.splitlines()
    assert lines[0] == "ok    deepl (outside the school's network) answers."
    assert lines[2].startswith("fault pl to nl: deepl ")
    assert said in lines[2]
    assert lines[3].startswith("ok    pl to nl: libretranslate, ")
    assert KEY not in out + err


def test_a_server_that_is_away(terminal: Terminal) -> None:
    """It is said once, and not for each language again."""
    address = f"http://127.0.0.1:{unused_port()}"
    code, out, _err = terminal.type(
        "translators", "--pair", "pl-nl", TRANSLATORS="libretranslate", LIBRETRANSLATE_URL=address
    )
    assert code == 2
    assert out.splitlines()[0].startswith(
        "fault libretranslate (inside the school's network) does not answer;"
    )
    assert out.count("does not answer") == 1


def test_a_pair_goes_through_the_translator_chosen_for_it(terminal: Terminal) -> None:
    """As TRANSLATORS_FOR says."""
    with serving() as own, serving(DEEPL) as service:
        _code, out, _err = terminal.type(
            *("translators", "--pair", "pl-nl", "--pair", "nl-pl"),
            TRANSLATORS="libretranslate,deepl",
            TRANSLATORS_FOR="pl-nl:deepl",
            LIBRETRANSLATE_URL=own.url,
            DEEPL_KEY=KEY,
            DEEPL_URL=service.url,
        )
    assert re.findall(r"to ..: (\w+),", out) == ["deepl", "libretranslate"]


def test_every_language_has_its_greeting() -> None:
    """So that what is sent is in the language it is said to be in."""
    assert set(SHIPPED_LANGUAGES) <= set(GREETINGS)
    assert {language["code"] for language in LANGUAGES} <= set(GREETINGS)


def test_models_need_the_library(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One sentence says how to get it, and nothing is made."""
    monkeypatch.setitem(sys.modules, "argostranslate", None)
    code, out, err = terminal.type("translators", "install", "pl", MODELS_DIR=str(tmp_path / "models"))
    assert (code, out) == (2, "")
    assert err == "argos is not installed here; `pip install oudergesprek[offline]` brings it.\n"
    assert not (tmp_path / "models").exists()


def test_the_assistant_knows_which_are_outside(tmp_path: Path) -> None:
    """Only for those it asks parents for consent."""
    environment = {
        "DATA_DIR": str(tmp_path),
        "TRANSLATORS": "libretranslate,deepl,microsoft",
        "LIBRETRANSLATE_URL": "http://127.0.0.1:5000",
        "DEEPL_KEY": KEY,
        "MICROSOFT_KEY": KEY,
    }
    with closing(wire(read_settings(environment))) as house:
        assert house.tools.outside_translators == ("deepl", "microsoft")
