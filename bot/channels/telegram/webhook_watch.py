"""Tells Telegram the address to send to, and sees to it that it stays so."""

import asyncio
import hmac
import logging
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.client import NOT_OUR_BOT
from bot.channels.telegram.poll import ALLOWED_UPDATES, pause_s
from bot.model.clock import Clock
from bot.model.errors import OperatorError

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
NOT_HTTPS = "Telegram delivers only to https; set PUBLIC_URL to an https address, or leave out --webhook."
WRONG_PORT = "Telegram delivers only to port 443, 80, 88 or 8443; change PUBLIC_URL, or leave out --webhook."
NOT_REACHABLE = "Telegram cannot reach the computer that PUBLIC_URL names; change it, or leave out --webhook."
MAX_CONNECTIONS = 100  # Telegram's own maximum; what comes together is stored together
CHECK_EVERY_S = 300.0
FIRST_PAUSE_S = 1.0

_TELEGRAM_ITSELF = "api.telegram.org"
_PORTS = frozenset({None, 443, 80, 88, 8443})


def webhook_address(public_url: str) -> str:
    """Where Telegram is to send what people do."""
    return public_url + PATH


def secret_for(token: str) -> str:
    """What only Telegram and we know; it stands in every request of Telegram."""
    return hmac.new(token.encode(), b"oudergesprek: secret of the webhook", sha256).hexdigest()


def check_address(public_url: str, api_url: str) -> None:
    """Raises OperatorError with one sentence if Telegram delivers nothing there; a Bot API server of one's own does."""
    if urlsplit(api_url).hostname != _TELEGRAM_ITSELF:
        return
    address = urlsplit(public_url)
    if address.scheme != "https":
        raise OperatorError(NOT_HTTPS)
    if address.port not in _PORTS:
        raise OperatorError(WRONG_PORT)
    if not _can_be_reached(address.hostname or ""):
        raise OperatorError(NOT_REACHABLE)


def _can_be_reached(host: str) -> bool:
    """Whether the name may be one of the internet; Telegram does not deliver over IPv6 alone."""
    try:
        found = ip_address(host)
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith(
            (".localhost", ".local", ".internal")
        )
    return found.version == 4 and found.is_global  # noqa: PLR2004


class WebhookWatch:
    """The loop that sets the webhook and looks every few minutes whether Telegram still delivers."""

    def __init__(
        self,
        bot: Bot,
        address: str,
        clock: Clock,
        *,
        check_every_s: float = CHECK_EVERY_S,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._bot = bot
        self._address = address
        self._clock = clock
        self._check_every_s = check_every_s
        self._first_pause_s = first_pause_s
        self._is_set = False
        self._looked_at = clock.now()

    async def run(self) -> None:
        """Goes on until cancelled; raises OperatorError if Telegram refuses the token."""
        failures = 0
        while True:
            try:
                await (self._check() if self._is_set else self._set())
            except InvalidToken:
                raise OperatorError(NOT_OUR_BOT) from None
            except TelegramError as error:
                failures += 1
                await asyncio.sleep(pause_s(error, self._first_pause_s, failures))
            else:
                failures = 0
                await asyncio.sleep(self._check_every_s)

    async def _set(self) -> None:
        """Telegram sends to us from now on, first of all what it has kept."""
        await self._bot.set_webhook(
            self._address,
            max_connections=MAX_CONNECTIONS,
            allowed_updates=ALLOWED_UPDATES,
            secret_token=secret_for(self._bot.token),
        )
        self._is_set = True

    async def _check(self) -> None:
        webhook = await self._bot.get_webhook_info()
        since, self._looked_at = self._looked_at, self._clock.now()
        if webhook.url != self._address or set(webhook.allowed_updates or ()) != set(ALLOWED_UPDATES):
            log.warning("the webhook was changed by somebody else, and is set again")
            self._is_set = False
            await self._set()
        elif _failed(webhook, since):
            log.warning("Telegram could not deliver; updates that wait: %s", webhook.pending_update_count)


def _failed(webhook: WebhookInfo, since: datetime) -> bool:
    return webhook.last_error_date is not None and webhook.last_error_date >= since
