import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.translation.errors import RefusedError, TooManyError, UnavailableError
from bot.translation.guarded_http import GuardedServer
from tests.translation import stub as bad
from tests.translation.failures import everything_about, wait_until
from tests.translation.stub import Handler, Stub, serving

QUESTION = {"q": ["Kuba heeft heimwee"]}
LONG_S = 20.0
OWN_CERTIFICATE = Path(__file__).with_name("own_certificate.pem")


@pytest.fixture(scope="module")
def server() -> Iterator[Stub]:
    """A server on loopback."""
    with serving() as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    """It answers well again, and nothing is noted."""
    server.behave = lambda handler: handler.echo()
    server.asked.clear()
    return server


def test_a_late_request_is_really_ended(stub: Stub) -> None:
    """After the deadline the connection is closed: the server notices that nobody listens."""
    ended = threading.Event()

    def drip_until_hung_up(handler: Handler) -> None:
        bad.dripping_body(handler)
        ended.set()

    stub.behave = drip_until_hung_up
    with pytest.raises(UnavailableError):
        GuardedServer(stub.url, 0.4).ask("translate", QUESTION)
    assert ended.wait(10)


def test_a_name_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline holds before there is a connection, and an answer that comes too late sends nothing."""
    found, real = threading.Event(), socket.getaddrinfo

    def slow(_host: str, *arguments: Any, **options: Any) -> Any:
        found.wait(10)
        return real("127.0.0.1", *arguments, **options)

    with serving() as stub:
        port = stub.url.rstrip("/").rpartition(":")[2]
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        with pytest.raises(UnavailableError):
            GuardedServer(f"http://translator.school:{port}/", 0.5).ask("translate", QUESTION)
        found.set()
        wait_until(lambda: stub.ended_connections == 1)
        assert stub.asked == []


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [("30", 30), ("999999", 3600), ("soon", 60), ("-1", 60), ("", 60), ("9" * 400, 60)],
)
def test_the_wait_a_server_asks_for_stays_within_bounds(stub: Stub, retry_after: str, wait_s: float) -> None:
    """It is told at once, an hour at most, and nobody asks again meanwhile."""
    stub.behave = bad.saying(b"", 429, Retry_After=retry_after)
    with pytest.raises(TooManyError) as raised:
        GuardedServer(stub.url, LONG_S).ask("translate", QUESTION)
    assert raised.value.wait_s == wait_s
    assert len(stub.asked) == 1


def test_a_short_wait_is_waited_out(stub: Stub) -> None:
    """A server that asks for one second gets it, and then its second chance."""

    def later(handler: Handler) -> None:
        if len(stub.asked) == 1:
            handler.answer(b"", 429, Retry_After="1")
        else:
            handler.echo()

    stub.behave = later
    started_s = time.monotonic()
    GuardedServer(stub.url, LONG_S).ask("translate", QUESTION)
    assert time.monotonic() - started_s >= 1


def test_no_time_is_left_for_a_second_try(stub: Stub) -> None:
    """A deadline that a pause would cross is not crossed."""
    stub.behave = bad.saying(b"", 429, Retry_After="2")
    with pytest.raises(TooManyError):
        GuardedServer(stub.url, 1.0).ask("translate", QUESTION)
    assert len(stub.asked) == 1


def test_a_cookie_is_not_kept(stub: Stub) -> None:
    """One question knows nothing of the one before."""
    stub.behave = lambda handler: handler.answer(b"{}", Set_Cookie="who=you")
    guarded = GuardedServer(stub.url, LONG_S)
    for _ in range(2):
        guarded.ask("translate", QUESTION)
    assert all("Cookie" not in asked["headers"] for asked in stub.asked)


@pytest.mark.parametrize("trusted_by_environment", [False, True])
def test_a_certificate_that_nobody_vouches_for_gets_no_byte(
    monkeypatch: pytest.MonkeyPatch, trusted_by_environment: bool
) -> None:
    """Whoever stands between us and a service is told nothing, whatever the environment trusts."""
    if trusted_by_environment:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(OWN_CERTIFICATE))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(OWN_CERTIFICATE))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(OWN_CERTIFICATE)
    with serving(tls=context) as stub:
        guarded = GuardedServer(stub.url, LONG_S, headers={"Authorization": "the-school-key"})
        with pytest.raises(UnavailableError) as raised:
            guarded.ask("translate", QUESTION)
        assert "the-school-key" not in everything_about(raised.value)
        assert stub.asked == []


def test_a_certificate_that_the_world_vouches_for_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the question is asked over https and answered."""
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(OWN_CERTIFICATE))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(OWN_CERTIFICATE)
    with serving(tls=context) as stub:
        assert GuardedServer(stub.url, LONG_S).ask("translate", {"q": ["Dag"]}) == {"translatedText": ["DAG"]}


def test_an_address_that_is_not_permitted_gets_no_byte() -> None:
    """The other end is looked at after connecting and before anything is sent."""
    with serving() as stub:
        with pytest.raises(RefusedError):
            GuardedServer(stub.url, LONG_S, permits=lambda _address: False).ask("translate", QUESTION)
        wait_until(lambda: stub.ended_connections == 1)
        assert stub.asked == []
