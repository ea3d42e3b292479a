"""Telegram is told where to send, and the address stays set."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from bot.channels.telegram.client import Client
from bot.channels.telegram.poll import ALLOWED_UPDATES
from bot.channels.telegram.webhook_watch import WebhookWatch, check_address, secret_for, webhook_address
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.running import running

TELEGRAM = "https://api.telegram.org"
ADDRESS = webhook_address("http://127.0.0.1:9")  # where nobody is


@contextmanager
def watching(telegram: FakeTelegram, *, token: str = TOKEN) -> Iterator[threading.Event]:
    """The loop runs beside the test, and looks ten times a second."""
    client = Client(token, telegram.url)
    watch = WebhookWatch(client.bot, ADDRESS, Clock(), check_every_s=0.1, first_pause_s=0.05)
    with running(client.close, watch=watch.run) as ended:
        yield ended


def test_telegram_is_told_once_where_to_send(telegram: FakeTelegram) -> None:
    """Address, secret and kinds of updates are set, what waits is kept, and what is right is not set again."""
    telegram.person_says(501, "czeka")
    with watching(telegram):
        telegram.wait_until(lambda: telegram.calls["getWebhookInfo"] > 2)
        webhook = telegram.webhook
        assert webhook is not None
        assert (webhook.url, webhook.secret) == ("http://127.0.0.1:9/telegram/webhook", secret_for(TOKEN))
        assert webhook.allowed_updates == list(ALLOWED_UPDATES)
        assert webhook.max_connections == 100
    assert telegram.calls["setWebhook"] == 1
    assert len(telegram.unconfirmed) == 1


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
def test_what_somebody_else_changed_is_set_again(
    telegram: FakeTelegram, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether another address was set or none: ours is back at the next look, and the log says so without it."""
    with watching(telegram):
        telegram.wait_until(lambda: telegram.webhook)
        url = f"{telegram.url}/bot{TOKEN}/{method}"
        assert httpx.post(url, json={"url": "http://127.0.0.1:9/elders"}).is_success
        telegram.wait_until(lambda: telegram.webhook and telegram.webhook.url == ADDRESS)
    assert "set again" in caplog.text
    assert "elders" not in caplog.text


def test_what_telegram_cannot_deliver_is_told(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    """The log holds how many wait, and not what Telegram wrote about it."""
    telegram.person_says(501, "czeka")
    with watching(telegram), caplog.at_level(logging.INFO):
        telegram.wait_until(lambda: "updates that wait: 1" in caplog.text)
    assert "Kuba" not in caplog.text
    assert secret_for(TOKEN) not in caplog.text


def test_troubles_of_the_network_pass(telegram: FakeTelegram) -> None:
    """After errors the webhook is set all the same."""
    telegram.fail("setWebhook", Fault(502), Fault(400, "Bad Request: bad webhook: Failed to resolve host"))
    with watching(telegram):
        telegram.wait_until(lambda: telegram.webhook)


def test_a_wrong_token_ends_with_a_sentence(telegram: FakeTelegram) -> None:
    """The operator reads what to do, and not the token."""
    with (
        pytest.raises(OperatorError, match="TELEGRAM_TOKEN") as raised,
        watching(telegram, token="1:wrong") as ended,
    ):
        ended.wait(5)
    assert "1:wrong" not in str(raised.value)


@pytest.mark.parametrize(
    "public_url",
    [
        "https://praat.example",
        "https://praat.example:443",
        "https://praat.example:88/kring",
        "https://school.nl:8443",
        "https://145.15.244.1",
    ],
)
def test_addresses_that_telegram_delivers_to(public_url: str) -> None:
    """Https on one of four ports at a name of the internet."""
    check_address(public_url, TELEGRAM)
    assert webhook_address(public_url) == f"{public_url}/telegram/webhook"


@pytest.mark.parametrize(
    ("public_url", "says"),
    [
        ("http://praat.example", "https"),
        ("http://127.0.0.1:8000", "https"),
        ("https://praat.example:8000", "port"),
        ("https://localhost", "cannot reach"),
        ("https://praat.localhost:8443", "cannot reach"),
        ("https://server", "cannot reach"),
        ("https://127.0.0.1", "cannot reach"),
        ("https://192.168.1.5:443", "cannot reach"),
        ("https://[2a02::1]", "cannot reach"),
    ],
)
def test_addresses_that_telegram_does_not_deliver_to(public_url: str, says: str) -> None:
    """One sentence names PUBLIC_URL and what is wrong with it; a Bot API server of one's own delivers anywhere."""
    with pytest.raises(OperatorError, match=says) as raised:
        check_address(public_url, TELEGRAM)
    assert "PUBLIC_URL" in str(raised.value)
    check_address(public_url, "http://127.0.0.1:8081")
