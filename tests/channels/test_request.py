"""The way to the Bot API: proxies, certificates, and what is left when a call goes wrong."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from telegram.error import NetworkError, TimedOut

from bot.channels.telegram.client import Client
from tests.fake_telegram import TOKEN, FakeTelegram

OUTSIDE = "http://api.telegram.invalid"


def user_name(api_url: str) -> str | None:
    """What the bot at this address is called."""

    async def main() -> str | None:
        client = Client(TOKEN, api_url, read_timeout_s=1)
        try:
            return (await client.bot.get_me()).username
        finally:
            await client.close()
            await client.close()

    return asyncio.run(main())


@contextmanager
def broken_server(answer: bytes) -> Iterator[str]:
    """An address that answers every call with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def work() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        threading.Thread(target=work, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_the_proxy_of_the_school_is_used(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy the calls go through it, except to places that need none."""
    monkeypatch.setenv("http_proxy", telegram.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert user_name(OUTSIDE) == "wilg_bot"
    monkeypatch.setenv("http_proxy", OUTSIDE)
    assert user_name(telegram.url) == "wilg_bot"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"this is no HTTP\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nhello",
    ],
)
def test_a_broken_connection_is_a_network_error(answer: bytes) -> None:
    """Nothing of it, the token least of all, stands in the error."""
    with broken_server(answer) as api_url, pytest.raises(NetworkError) as raised:
        user_name(api_url)
    assert not isinstance(raised.value, TimedOut)
    assert TOKEN not in repr(raised.value)
    assert api_url not in repr(raised.value)


def test_a_name_that_is_not_there_is_a_network_error() -> None:
    """A school without a way to the internet hears of it at once, without an address in the error."""
    with pytest.raises(NetworkError) as raised:
        user_name(OUTSIDE)
    assert "invalid" not in str(raised.value)
