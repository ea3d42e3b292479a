"""Telegram's signed word about who opened a Mini App."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.init_data import AHEAD, MAX_CHARS, OLDEST, InitData
from bot.model.errors import DomainError
from tests.fake_telegram import TOKEN, init_data

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def _refused(proof: str, *, token: str = TOKEN, now: datetime = NOW) -> bool:
    try:
        InitData(token)(proof, now)
    except DomainError as error:
        return error.code == "pass_unusable"
    return False


def test_a_genuine_word_names_the_person() -> None:
    """The address is the user's id, and the same word has the same hash each time, another word another."""
    check = InitData(TOKEN)
    proof = init_data(77, NOW)
    assert check(proof, NOW).address == "77"
    assert check(proof, NOW) == check(proof, NOW + timedelta(minutes=1))
    assert check(proof, NOW).digest != check(init_data(77, NOW, query_id="other"), NOW).digest


def test_it_is_checked_as_telegram_documents() -> None:
    """A word put together by hand after the documentation is accepted, with fields that came later, and emoji."""
    fields = {
        "user": json.dumps({"id": 501, "first_name": "Żaneta 🎒", "language_code": "pl"}, ensure_ascii=False),
        "auth_date": str(int(NOW.timestamp())),
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "signature": "a-later-field_of-Telegram",
    }
    key = hmac.new(b"WebAppData", TOKEN.encode(), sha256).digest()
    text = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    signed = hmac.new(key, text.encode(), sha256).hexdigest()
    proof = "&".join(f"{name}={quote(value)}" for name, value in {**fields, "hash": signed}.items())
    assert InitData(TOKEN)(proof, NOW).address == "501"


@pytest.mark.parametrize(
    ("aged", "refused"),
    [
        (OLDEST, False),
        (OLDEST + timedelta(seconds=1), True),
        (-AHEAD, False),
        (-AHEAD - timedelta(seconds=1), True),
    ],
)
def test_it_is_fresh(aged: timedelta, *, refused: bool) -> None:
    """At most five minutes old, and not more than a little ahead."""
    assert _refused(init_data(77, NOW - aged), now=NOW) is refused


@pytest.mark.parametrize("name", ["user", "auth_date", "query_id"])
def test_any_changed_field_is_refused(name: str) -> None:
    """Neither the person nor the moment nor anything else can be exchanged, left out or added."""
    proof = init_data(77, NOW)
    assert not _refused(proof)
    parts = proof.split("&")
    changed = [f"{part}1" if part.startswith(f"{name}=") else part for part in parts]
    left_out = [part for part in parts if not part.startswith(f"{name}=")]
    twice = [*parts, next(part for part in parts if part.startswith(f"{name}="))]
    for one in (changed, left_out, twice, [*parts, "start_param=x"]):
        assert _refused("&".join(one))


def test_the_word_of_another_bot_is_refused() -> None:
    """It is signed with another key."""
    assert _refused(init_data(77, NOW, token="1:other"))
    assert _refused(init_data(77, NOW), token="1:other")


@pytest.mark.parametrize(
    "user", ["", "[]", '"77"', '{"id": true}', '{"id": "77"}', '{"id": -100}', "{}", "[" * 2000, "null"]
)
def test_a_signed_word_without_a_person_is_refused(user: str) -> None:
    """Only a whole positive number is somebody."""
    assert _refused(init_data(77, NOW, user=user))


@given(st.text(max_size=300))
def test_whatever_comes_it_is_refused_calmly(proof: str) -> None:
    """No input makes it stumble."""
    assert _refused(proof)
    assert _refused(urlencode({"hash": "0" * 64, "user": proof, "auth_date": proof[:20]}))


def test_what_is_too_long_is_not_read() -> None:
    """More than Telegram ever sends is refused unread, also if it is signed."""
    assert _refused(init_data(77, NOW, query_id="x" * MAX_CHARS))


def test_the_token_is_not_kept() -> None:
    """Neither the object nor what it gives shows the token or the proof."""
    check = InitData(TOKEN)
    assert TOKEN not in repr(vars(check))
    assert check(init_data(77, NOW), NOW).digest not in repr(check(init_data(77, NOW), NOW))
