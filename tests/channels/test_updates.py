"""What Telegram sends is read, whatever it is."""

import json

import pytest

from bot.channels.telegram.client import Client
from bot.channels.telegram.updates import read, sifted
from tests.fake_telegram import TOKEN
from tests.telegram_api import bare_message
from tests.telegram_rules import Json

AWKWARD = 'przed "]}, \\" {["update_id": 9'
DEEP = "[" * 5000 + "]" * 5000


def update(number: int, **content: object) -> Json:
    """A message as Telegram sends it."""
    return {"update_id": number, "message": {**bare_message(501, number), **content}}


def answer(*updates: str) -> bytes:
    """What getUpdates answers."""
    return f'{{"ok":true,"result":[{",".join(updates)}]}}'.encode()


def test_an_update_is_read() -> None:
    """A sound update comes out as the library knows it."""
    found = read(json.dumps(update(7, text="słowo")).encode())
    assert found is not None
    assert found.message is not None
    assert (found.update_id, found.message.text) == (7, "słowo")


def test_broken_letters_do_not_hide_the_words() -> None:
    """Bytes that are no letters are shown as such; the rest is read."""
    found = read(json.dumps(update(7, text="slowo!")).encode().replace(b"!", b"\xff"))
    assert found is not None
    assert found.message is not None
    assert found.message.text == "slowo\ufffd"


@pytest.mark.parametrize("hidden", [DEEP, "9" * 5000, '{"a": }'], ids=["deep", "huge", "broken"])
def test_what_cannot_be_read_is_known_by_its_number(hidden: str) -> None:
    """An update that is no JSON for us hides none of the others, whatever stands in their words."""
    odd = json.dumps(update(2, text="HERE")).replace('"HERE"', hidden)
    before, after = update(1, text=AWKWARD), update(3, text="po")
    assert sifted(answer(json.dumps(before), odd, json.dumps(after))) == [before, {"update_id": 2}, after]
    found = read(odd.encode())
    assert found is not None
    assert found.to_dict() == {"update_id": 2}


@pytest.mark.parametrize("hidden", [DEEP, "9" * 5000], ids=["deep", "huge"])
def test_the_connection_that_polls_hands_on_what_can_be_read(hidden: str) -> None:
    """The library's own reader gives up on the whole answer; ours does not."""
    request = Client(TOKEN, "http://127.0.0.1:9").poll_request
    payload = answer(json.dumps(update(1, text="HERE")).replace('"HERE"', hidden), json.dumps(update(2)))
    assert request.parse_json_payload(payload)["result"] == [{"update_id": 1}, update(2)]


def test_a_refusal_stays_a_refusal() -> None:
    """What Telegram says about an error is not taken for updates."""
    refusal = {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}
    request = Client(TOKEN, "http://127.0.0.1:9").poll_request
    for request.sifts in (False, True):
        assert request.parse_json_payload(json.dumps(refusal).encode()) == refusal
