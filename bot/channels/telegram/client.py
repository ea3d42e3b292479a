"""The library's client for one bot, and what keeps its token and people's words out of logs."""

import contextlib
import logging
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.request import ApiRequest
from bot.channels.telegram.updates import sifted

NOT_OUR_BOT = "Telegram refuses the token; set TELEGRAM_TOKEN to the one that BotFather gave."
SEND_CONNECTIONS = 128
READ_TIMEOUT_S = 10.0


class PollRequest(ApiRequest):
    """A connection for getUpdates that leaves out what the library cannot read: nothing stops the queue."""

    sifts = False

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]  # of one connection
        """The answer; while `sifts` is on, or if it is no JSON, unreadable updates are emptied down to their number."""
        if not self.sifts:
            with contextlib.suppress(TelegramError, RecursionError):
                return super().parse_json_payload(payload)
        updates = sifted(payload)
        return {"ok": True, "result": updates} if updates else super().parse_json_payload(payload)


class Client:
    """One bot at one Bot API; nothing is asked before it is used, and `close` ends its connections."""

    def __init__(self, token: str, api_url: str, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        keep_quiet()
        self.poll_request = PollRequest(api_url, connections=1, read_timeout_s=read_timeout_s)
        self._request = ApiRequest(api_url, connections=SEND_CONNECTIONS, read_timeout_s=read_timeout_s)
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._request,
            get_updates_request=self.poll_request,
        )

    async def close(self) -> None:
        """No connection is open any more."""
        await self.poll_request.shutdown()
        await self._request.shutdown()


def keep_quiet() -> None:
    """The libraries below log nothing: their lines hold the token in addresses and words in whole answers."""
    for name in ("aiohttp", "telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
