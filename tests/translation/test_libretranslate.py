import json
from typing import Any

import pytest

from bot.translation.errors import BadAnswerError, RefusedError
from bot.translation.libretranslate import LibreTranslate
from tests.translation.failures import wait_until
from tests.translation.stub import Stub

WORDS = "Kuba heeft heimwee"


def test_the_words_travel_in_the_body_only(stub: Stub) -> None:
    """Source and target are named, and no key is sent."""
    assert LibreTranslate(stub.url).translate([WORDS], "nl", "pl") == [WORDS.upper()]
    languages, question = stub.asked
    assert (languages["path"], question["path"]) == ("/languages", "/translate")
    assert "Authorization" not in question["headers"]
    assert question["headers"]["Content-Type"] == "application/json"
    assert json.loads(question["body"]) == {"q": [WORDS], "source": "nl", "target": "pl", "format": "text"}


def test_an_address_that_moves_outside_gets_no_byte(stub: Stub) -> None:
    """When the name leads elsewhere after the start, the connection is dropped before anything is sent."""
    allowed = [True]
    translator = LibreTranslate(stub.url, permits=lambda _address: allowed[0])
    translator.pairs()
    allowed[0] = False
    with pytest.raises(RefusedError):
        translator.translate([WORDS], "nl", "pl")
    wait_until(lambda: stub.ended_connections == 2)
    assert [asked["path"] for asked in stub.asked] == ["/languages"]


@pytest.mark.parametrize(
    "languages",
    [
        None,
        [],
        {},
        "nl",
        [1],
        [{"code": "nl"}],
        [{"code": 3, "targets": ["nl"]}],
        [{"code": "nl", "targets": [[]]}],
    ],
)
def test_a_strange_list_of_languages_is_a_bad_answer(stub: Stub, languages: Any) -> None:
    """No pair is offered on a guess."""
    stub.languages = languages
    with pytest.raises(BadAnswerError):
        LibreTranslate(stub.url).pairs()


def test_a_long_letter_goes_in_portions(stub: Stub) -> None:
    """Pieces fit the engine, requests fit a deadline, and all comes back in its place."""
    text = "\n\n".join(
        ["Kuba speelt graag buiten. Hij telt al tot twintig! " * 30, "x" * 1000, "Groeten, Agnieszka"]
    )
    translated = LibreTranslate(stub.url).translate([text, "Dag"], "nl", "pl")
    assert translated == [text.upper(), "DAG"]
    questions = stub.translations_asked()
    assert len(questions) > 1
    assert all(len(piece) <= 400 for question in questions for piece in question["q"])
    assert all(sum(map(len, question["q"])) <= 1500 for question in questions)
    assert all(len(question["q"]) <= 20 for question in questions)


@pytest.mark.parametrize(
    ("source", "written", "sent"),
    [
        ("nl", "kuba is ziek", "Kuba is ziek"),
        ("nl", "'s morgens is hij moe", "'s Morgens is hij moe"),
        ("tr", "iyi günler", "İyi günler"),
        ("nl", "Kuba is ziek", "Kuba is ziek"),
        ("nl", "KUBA IS ZIEK", "KUBA IS ZIEK"),
        ("pl", "i", "i"),
        ("nl", "(zie brief)", "(Zie brief)"),
        ("ar", "صباح الخير", "صباح الخير"),
    ],
)
def test_a_text_in_small_letters_gets_one_capital(stub: Stub, source: str, written: str, sent: str) -> None:
    """The server answers in small letters only if the question has no capital at all."""
    stub.languages = [{"code": source, "targets": ["en"]}]
    LibreTranslate(stub.url).translate([written], source, "en")
    assert stub.translations_asked()[0]["q"] == [sent]
