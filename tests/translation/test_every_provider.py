"""What holds for each translator that is reached over a network, whoever serves it."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from bot.translation.errors import (
    BadAnswerError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.translation.ports import Provider
from tests.translation import stub as bad
from tests.translation.dialects import DIALECTS, KEY, Dialect
from tests.translation.failures import FAILING, HANGING, Failure, everything_about, unused_port
from tests.translation.stub import Handler, Stub, serving

WORDS = "Niemand heeft heimwee"
SECRETS = (*WORDS.split(), KEY)
SHORT_S, LONG_S = 0.2, 20.0
SLACK_S = 5.0  # a deadline ends a request, but not to the millisecond on a busy machine


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name, scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Stub]:
    """A service on loopback that speaks one dialect."""
    with serving(request.param) as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    """It answers well again, and nothing is noted."""
    server.behave = lambda handler: handler.echo()
    server.languages = ...
    server.asked.clear()
    return server


def provider_of(stub: Stub, deadline_s: float = LONG_S) -> Provider:
    """A new provider of this service."""
    return stub.dialect.make(stub.url, deadline_s)


def know_its_pairs(provider: Provider) -> None:
    """The languages are read, also where a short deadline and a busy machine need several tries."""
    for _ in range(50):
        with suppress(TranslationError):
            provider.pairs()
            return


def check_that_nothing_leaks(stub: Stub, logged: str, error: TranslationError) -> None:
    """Neither words nor the key stand in the error, in a log or in an address."""
    for secret in SECRETS:
        assert secret not in everything_about(error)
        assert secret not in logged
        assert not any(secret in asked["path"] for asked in stub.asked)


@pytest.mark.parametrize(
    ("failure", "deadline_s"),
    [
        pytest.param(failure, deadline_s, id=failure[0])
        for failures, deadline_s in ((HANGING, SHORT_S), (FAILING, LONG_S))
        for failure in failures
    ],
)
def test_each_failure_is_told_in_time_and_without_words(
    stub: Stub, caplog: pytest.LogCaptureFixture, failure: Failure, deadline_s: float
) -> None:
    """Whatever the server does, one typed error comes within the deadline and repeats neither words nor key."""
    _name, behave, expected = failure
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="deepl")
    provider = provider_of(stub, deadline_s)
    know_its_pairs(provider)
    stub.behave = behave
    started_s = time.monotonic()
    with pytest.raises(TranslationError) as raised:
        provider.translate([WORDS], "nl", "pl")
    assert time.monotonic() - started_s < deadline_s + SLACK_S
    assert type(raised.value) is expected
    assert str(raised.value) == expected.code
    check_that_nothing_leaks(stub, caplog.text, raised.value)


def test_nobody_listens(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    """A port without a server is unavailable at once."""
    caplog.set_level(logging.DEBUG)
    provider = stub.dialect.make(f"http://127.0.0.1:{unused_port()}", LONG_S)
    with pytest.raises(UnavailableError) as raised:
        provider.translate([WORDS], "nl", "pl")
    check_that_nothing_leaks(stub, caplog.text, raised.value)
    assert stub.asked == []


def test_a_good_answer_leaves_no_trace(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    """Words travel in the body only, the key in a header only, and no log at any level holds either."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="deepl")
    provider = provider_of(stub)
    translated = provider.translate([WORDS], "nl", "pl")
    assert translated == [WORDS.upper()]
    question = stub.asked[-1]
    assert stub.texts_asked() == [[WORDS]]
    assert question["headers"]["Content-Type"] == "application/json"
    assert dict(stub.dialect.key_header).items() <= question["headers"].items()
    for secret in (*SECRETS, *translated[0].split()):
        assert secret not in caplog.text
        assert secret not in repr(provider)
        assert not any(secret in asked["path"] for asked in stub.asked)


def test_nothing_of_this_computer_is_used(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No proxy, no password file, no key and no certificates that the environment names."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    monkeypatch.setenv("MICROSOFT_API_KEY", "of-somebody-else")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert provider_of(stub).translate(["Dag"], "nl", "pl") == ["DAG"]
    for asked in stub.asked:
        assert "Basic" not in asked["headers"].get("Authorization", "")
        assert "of-somebody-else" not in str(asked)


def test_languages_are_asked_once(stub: Stub) -> None:
    """The list is kept; a hundred messages do not ask for it a hundred times."""
    provider = provider_of(stub)
    pairs = provider.pairs()
    asked = len(stub.asked)
    assert {("nl", "pl"), ("pl", "nl"), ("en", "nl"), ("nl", "en")} <= pairs
    assert not any(source == target for source, target in pairs)
    for _ in range(3):
        provider.translate(["Dag"], "nl", "pl")
    assert len(stub.asked) == asked + 3


@pytest.mark.parametrize(
    "languages", [None, [], {}, "nl", [1], {"translation": []}, [{"language": 3, "name": "nl"}]]
)
def test_a_strange_list_of_languages_is_a_bad_answer(stub: Stub, languages: object) -> None:
    """No pair is offered on a guess, and nothing is translated on one."""
    stub.languages = languages
    provider = provider_of(stub)
    with pytest.raises(BadAnswerError):
        provider.pairs()
    with pytest.raises(BadAnswerError):
        provider.translate([WORDS], "nl", "pl")
    assert stub.translations_asked() == []


@pytest.mark.parametrize("pair", [("nl", "ti"), ("auto", "pl"), ("NL", "pl"), ("", "pl")])
def test_an_unknown_pair_sends_nothing(stub: Stub, pair: tuple[str, str]) -> None:
    """Words for a language the service lacks stay here."""
    with pytest.raises(UnsupportedPairError):
        provider_of(stub).translate([WORDS], *pair)
    assert stub.translations_asked() == []


@pytest.mark.parametrize("texts", [[], [""], ["  \n"], ["😀", "12:30", "..."]])
def test_what_holds_no_letter_is_not_sent(stub: Stub, texts: list[str]) -> None:
    """Emoji, digits and empty texts come back as they are, without a question."""
    assert provider_of(stub).translate(texts, "nl", "pl") == texts
    assert stub.asked == []


def test_the_same_language_is_not_sent(stub: Stub) -> None:
    """A Dutch text for a Dutch reader stays as it is."""
    assert provider_of(stub).translate([WORDS], "nl", "nl") == [WORDS]
    assert stub.asked == []


def test_several_texts_go_in_one_question(stub: Stub) -> None:
    """They come back in their places, each line where it stood."""
    texts = ["Dag", "12:30", "  Hallo juf!\n\n Tot morgen \n"]
    assert provider_of(stub).translate(texts, "nl", "pl") == [
        "DAG",
        "12:30",
        "  HALLO JUF!\n\n TOT MORGEN \n",
    ]
    assert stub.texts_asked() == [["Dag", "Hallo juf!", "Tot morgen"]]


def test_a_long_letter_goes_in_portions(stub: Stub) -> None:
    """Pieces fit the engine and end after a sentence, requests fit a deadline, and all comes back in its place."""
    text = "\n\n".join(
        ["Hij speelt graag buiten. Hij telt al tot twintig! " * 300, "x" * 5000, "Hartelijke groeten"]
    )
    assert provider_of(stub).translate([text, "Dag"], "nl", "pl") == [text.upper(), "DAG"]
    questions = stub.texts_asked()
    assert len(questions) > 1
    assert all(len(piece) <= 2000 for question in questions for piece in question)
    assert all(piece[-1] in ".!xnDg" for question in questions for piece in question)
    assert all(sum(map(len, question)) <= 10_000 for question in questions)
    assert all(len(question) <= 50 for question in questions)


def test_a_short_trouble_is_tried_once_more(stub: Stub) -> None:
    """One failing answer costs nobody a translation; a second one is told."""

    def fail_first(handler: Handler) -> None:
        if len(stub.translations_asked()) == 1:
            handler.answer(b"", 503)
        else:
            handler.echo()

    stub.behave = fail_first
    assert provider_of(stub).translate(["Dag"], "nl", "pl") == ["DAG"]
    assert len(stub.translations_asked()) == 2
    stub.asked.clear()
    stub.behave = bad.quoting(503)
    with pytest.raises(UnavailableError):
        provider_of(stub).translate(["Dag"], "nl", "pl")
    assert len(stub.translations_asked()) == 2


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_not_tried_again(stub: Stub, status: int) -> None:
    """What cannot become better is asked once."""
    stub.behave = bad.quoting(status)
    with pytest.raises(TranslationError):
        provider_of(stub).translate(["Dag"], "nl", "pl")
    assert len(stub.translations_asked()) == 1


def test_the_wait_a_service_asks_for_is_passed_on(stub: Stub) -> None:
    """A long wait is the caller's to plan: told at once, and not asked again meanwhile."""
    stub.behave = bad.saying(b"", 429, Retry_After="30")
    with pytest.raises(TooManyError) as raised:
        provider_of(stub).translate(["Dag"], "nl", "pl")
    assert raised.value.wait_s == 30
    assert len(stub.translations_asked()) == 1


def test_sixteen_threads_do_not_mix_messages(stub: Stub) -> None:
    """One provider is shared by all; each thread gets the answer to its own question."""
    provider = provider_of(stub)
    texts = [f"dag nummer {number}" for number in range(64)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda text: provider.translate([text], "nl", "pl"), texts))
    assert found == [[text.upper()] for text in texts]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_only_the_own_server_is_inside(dialect: Dialect) -> None:
    """What leaves the school's network says so."""
    assert dialect.make("http://127.0.0.1:9", 1).outside == (dialect.name != "libretranslate")
