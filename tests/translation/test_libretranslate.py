import json
import logging
import time
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from bot.translation.errors import (
    BadAnswerError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.translation.libretranslate import LibreTranslate
from tests.translation import stub as bad
from tests.translation.stub import Handler, Stub

WORDS = "Kuba heeft heimwee"
DEADLINE_S = 0.5
# A deadline ends a request, but not to the millisecond on a busy machine.
SLACK_S = 1.0

FAILURES: list[tuple[str, Callable[[Handler], None], type[TranslationError]]] = [
    ("slow", bad.slow, UnavailableError),
    ("never", bad.never, UnavailableError),
    ("dripping body", bad.dripping_body, UnavailableError),
    ("dripping headers", bad.dripping_headers, UnavailableError),
    ("dripping without length", bad.dripping_without_length, UnavailableError),
    ("reset", bad.reset, UnavailableError),
    ("short body", bad.short_body, UnavailableError),
    ("not http", bad.not_http, UnavailableError),
    ("500", bad.quoting(500), UnavailableError),
    ("502", bad.quoting(502), UnavailableError),
    ("503", bad.quoting(503), UnavailableError),
    ("429", bad.quoting(429), TooManyError),
    ("400", bad.quoting(400), RefusedError),
    ("403", bad.quoting(403), RefusedError),
    ("404", bad.quoting(404), RefusedError),
    ("413", bad.quoting(413), RefusedError),
    ("redirect", bad.saying(b"", 302, Location="/elsewhere"), RefusedError),
    ("redirect that keeps the body", bad.saying(b"", 307, Location="/elsewhere"), RefusedError),
    ("empty with 204", bad.saying(b"", 204), RefusedError),
    ("html", bad.saying(b"<html>Sign in first</html>"), BadAnswerError),
    ("empty", bad.saying(b""), BadAnswerError),
    ("truncated json", bad.saying(b'{"translatedText": ["Kub'), BadAnswerError),
    ("empty object", bad.saying(b"{}"), BadAnswerError),
    ("null", bad.saying(b"null"), BadAnswerError),
    ("list", bad.saying(b'["x"]'), BadAnswerError),
    ("error with 200", bad.saying(b'{"error": "no"}'), BadAnswerError),
    ("null text", bad.saying(b'{"translatedText": [null]}'), BadAnswerError),
    ("empty text", bad.saying(b'{"translatedText": [""]}'), BadAnswerError),
    ("blank text", bad.saying(b'{"translatedText": [" \\n"]}'), BadAnswerError),
    ("number", bad.saying(b'{"translatedText": [7]}'), BadAnswerError),
    ("one text for a list", bad.saying(b'{"translatedText": "x"}'), BadAnswerError),
    ("too many texts", bad.saying(b'{"translatedText": ["x", "y"]}'), BadAnswerError),
    ("invalid utf-8", bad.saying(b'{"translatedText": ["\xff\xfe"]}'), BadAnswerError),
    ("half a character", bad.saying(b'{"translatedText": ["\\ud83d"]}'), BadAnswerError),
    ("nul", bad.saying(b'{"translatedText": ["a\\u0000b"]}'), BadAnswerError),
    ("deep nesting", bad.saying(b"[" * 200_000), BadAnswerError),
    ("huge body", bad.huge_body, BadAnswerError),
]


def everything_about(error: BaseException | None) -> str:
    """All that a log, a crash report or a curious reader could show of an error and of those behind it."""
    said = ""
    while error is not None:
        said += f"{error} {error!r} {vars(error)} " + "".join(traceback.format_exception(error))
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize(
    ("behave", "expected"), [pytest.param(one, error, id=name) for name, one, error in FAILURES]
)
def test_each_failure_is_told_in_time_and_without_words(
    stub: Stub,
    caplog: pytest.LogCaptureFixture,
    behave: Callable[[Handler], None],
    expected: type[TranslationError],
) -> None:
    """Whatever the server does, one typed error comes within the deadline and repeats nothing."""
    caplog.set_level(logging.DEBUG)
    stub.behave = behave
    translator = LibreTranslate(stub.url, deadline_s=DEADLINE_S)
    translator.pairs()
    started_s = time.monotonic()
    with pytest.raises(TranslationError) as raised:
        translator.translate([WORDS], "nl", "pl")
    assert time.monotonic() - started_s < DEADLINE_S + SLACK_S
    assert type(raised.value) is expected
    assert str(raised.value) == expected.code
    for word in WORDS.split():
        assert word not in everything_about(raised.value)
        assert word not in caplog.text
        assert not any(word in asked["path"] for asked in stub.asked)
    assert all(asked["path"] in ("/languages", "/translate") for asked in stub.asked)


def test_nobody_listens(stub: Stub) -> None:
    """A port without a server is unavailable at once."""
    translator = LibreTranslate(f"http://127.0.0.1:{unused_port()}", deadline_s=DEADLINE_S)
    with pytest.raises(UnavailableError) as raised:
        translator.translate([WORDS], "nl", "pl")
    assert "heimwee" not in everything_about(raised.value)
    assert stub.asked == []


def test_a_late_request_is_really_ended(stub: Stub) -> None:
    """After the deadline the connection is closed: the server notices that nobody listens."""
    ended: list[float] = []

    def drip_until_hung_up(handler: Handler) -> None:
        bad.dripping_body(handler)
        ended.append(time.monotonic())

    stub.behave = drip_until_hung_up
    started_s = time.monotonic()
    with pytest.raises(UnavailableError):
        LibreTranslate(stub.url, deadline_s=0.4).translate([WORDS], "nl", "pl")
    wait_until(lambda: bool(ended))
    assert ended[0] - started_s < 2


def test_the_words_travel_in_the_body_only(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Source and target are named; no proxy and no credentials of this computer are used."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert LibreTranslate(stub.url).translate([WORDS], "nl", "pl") == [WORDS.upper()]
    languages, question = stub.asked
    assert (languages["path"], question["path"]) == ("/languages", "/translate")
    assert "Authorization" not in question["headers"]
    assert question["headers"]["Content-Type"] == "application/json"
    assert json.loads(question["body"]) == {"q": [WORDS], "source": "nl", "target": "pl", "format": "text"}


def test_a_short_trouble_is_tried_once_more(stub: Stub) -> None:
    """One failing answer costs nobody a translation; a second one is told."""

    def fail_first(handler: Handler) -> None:
        if len(stub.translations_asked()) == 1:
            handler.answer(b"", 503)
        else:
            handler.echo()

    stub.behave = fail_first
    assert LibreTranslate(stub.url).translate(["Dag"], "nl", "pl") == ["DAG"]
    stub.asked.clear()
    stub.behave = bad.quoting(503)
    with pytest.raises(UnavailableError):
        LibreTranslate(stub.url).translate(["Dag"], "nl", "pl")
    assert len(stub.translations_asked()) == 2


@pytest.mark.parametrize(
    "behave", [bad.quoting(400), bad.quoting(403), bad.saying(b"null")], ids=["400", "403", "bad answer"]
)
def test_a_refusal_is_not_tried_again(stub: Stub, behave: Callable[[Handler], None]) -> None:
    """What cannot become better is asked once."""
    stub.behave = behave
    with pytest.raises(TranslationError):
        LibreTranslate(stub.url).translate(["Dag"], "nl", "pl")
    assert len(stub.translations_asked()) == 1


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [("30", 30), ("999999", 3600), ("soon", 60), ("-1", 60), ("", 60), ("9" * 400, 60)],
)
def test_the_wait_a_server_asks_for_is_passed_on(stub: Stub, retry_after: str, wait_s: float) -> None:
    """A long wait is the caller's to plan: told at once, within bounds, and not asked again meanwhile."""
    stub.behave = bad.saying(b"", 429, Retry_After=retry_after)
    with pytest.raises(TooManyError) as raised:
        LibreTranslate(stub.url).translate(["Dag"], "nl", "pl")
    assert raised.value.wait_s == wait_s
    assert len(stub.translations_asked()) == 1


def test_a_short_wait_is_waited_out(stub: Stub) -> None:
    """A server that asks for one second gets it, and then its second chance."""

    def later(handler: Handler) -> None:
        if len(stub.translations_asked()) == 1:
            handler.answer(b"", 429, Retry_After="1")
        else:
            handler.echo()

    stub.behave = later
    started_s = time.monotonic()
    assert LibreTranslate(stub.url).translate(["Dag"], "nl", "pl") == ["DAG"]
    assert time.monotonic() - started_s >= 1


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


def test_languages_are_asked_once(stub: Stub) -> None:
    """The list is kept; a hundred messages do not ask for it a hundred times."""
    translator = LibreTranslate(stub.url)
    for _ in range(3):
        translator.translate(["Dag"], "nl", "pl")
    assert [asked["path"] for asked in stub.asked].count("/languages") == 1
    assert translator.pairs() == {
        (one, other) for one in ("nl", "pl", "en") for other in ("nl", "pl", "en") if one != other
    }


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


@pytest.mark.parametrize("pair", [("nl", "ti"), ("auto", "pl"), ("NL", "pl"), ("", "pl")])
def test_an_unknown_pair_sends_nothing(stub: Stub, pair: tuple[str, str]) -> None:
    """Words for a language the server lacks stay here."""
    with pytest.raises(UnsupportedPairError):
        LibreTranslate(stub.url).translate([WORDS], *pair)
    assert stub.translations_asked() == []


@pytest.mark.parametrize("texts", [[], [""], ["  \n"], ["😀", "12:30", "..."]])
def test_what_holds_no_letter_is_not_sent(stub: Stub, texts: list[str]) -> None:
    """Emoji, digits and empty texts come back as they are, without a question."""
    assert LibreTranslate(stub.url).translate(texts, "nl", "pl") == texts
    assert stub.asked == []


def test_the_same_language_is_not_sent(stub: Stub) -> None:
    """A Dutch text for a Dutch reader stays as it is."""
    assert LibreTranslate(stub.url).translate([WORDS], "nl", "nl") == [WORDS]
    assert stub.asked == []


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


def wait_until(true: Callable[[], bool]) -> None:
    """The other side has come so far, within five seconds."""
    end_s = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def unused_port() -> int:
    """A port of this computer on which nothing listens."""
    with bad.serving() as gone:
        return int(gone.url.rstrip("/").rpartition(":")[2])
