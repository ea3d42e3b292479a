"""What Telegram says about a bot when its operator wants to know: is the token good, where do updates go."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.faults import meaning
from bot.channels.telegram.request import ApiRequest


@dataclass(frozen=True)
class Inspection:
    """Facts only, nothing that Telegram says in words; `fault` is a code of ours where it could not be asked."""

    fault: str = ""
    name: str = ""
    answered_at: datetime | None = None  # by the clock of Telegram
    webhook: str = ""  # empty when updates are asked for
    waiting: int = 0
    failed_at: datetime | None = None  # when an update could not be delivered last

    @property
    def token_refused(self) -> bool:
        """Whether Telegram knows no bot by this token."""
        return self.fault == "token_refused"


async def inspect(token: str, api_url: str) -> Inspection:
    """What Telegram knows of this bot now; never raises what the network does."""
    client = Client(token, api_url)
    try:
        me = await client.bot.get_me()
        webhook = await client.bot.get_webhook_info()
    except InvalidToken:
        return Inspection(fault="token_refused")
    except TelegramError as error:
        return Inspection(fault=meaning(error).code)
    finally:
        await client.close()
    request = client.bot.request
    return Inspection(
        name=me.username or "",
        answered_at=_moment(request.dated if isinstance(request, ApiRequest) else ""),
        webhook=webhook.url,
        waiting=webhook.pending_update_count,
        failed_at=webhook.last_error_date,
    )


def _moment(date: str) -> datetime | None:
    """The moment of a Date header; None where there is none that can be read."""
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo else None
