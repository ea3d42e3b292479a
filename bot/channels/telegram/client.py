"""The library's client for one bot, and what keeps its token and people's words out of logs."""

import json
import logging
from typing import Any

from telegram import Bot, Update

from bot.channels.telegram.request import ApiRequest

log = logging.getLogger(__name__)

NOT_OUR_BOT = "Telegram refuses the token; set TELEGRAM_TOKEN to the one that BotFather gave."
SEND_CONNECTIONS = 64
READ_TIMEOUT_S = 10.0
_OK = 200


class PollRequest(ApiRequest):
    """A connection for getUpdates that leaves out what the library cannot read: nothing stops the queue."""

    sifts = False

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """The answer, with unreadable updates emptied down to their number while `sifts` is on."""
        code, payload = await super().do_request(*arguments, **options)
        if self.sifts and code == _OK:
            answer = json.loads(payload)
            answer["result"] = [_readable(update) for update in answer["result"]]
            payload = json.dumps(answer).encode()
        return code, payload


def _readable(update: dict[str, Any]) -> dict[str, Any]:
    try:
        Update.de_json(update, None)
    except Exception as error:  # noqa: BLE001 - whatever the library raises, the queue goes on
        code = type(error).__name__
        log.error("update %s cannot be read: %s", update["update_id"], code)  # noqa: TRY400 - no words in logs
        return {"update_id": update["update_id"]}
    return update


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
