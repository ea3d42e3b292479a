"""Checks `initData`, Telegram's signed word about who opened a Mini App (core.telegram.org/bots/webapps).

The key is made from the bot's token once; the token itself is not kept here. Knows no session and no database.
"""

import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from bot.model.errors import DomainError
from bot.model.sign_in import Vouched

OLDEST = timedelta(minutes=5)
AHEAD = timedelta(seconds=30)  # clocks differ a little
MAX_CHARS = 4096
MAX_FIELDS = 30
_HEX_CHARS = 64


class InitData:
    """The Voucher of one bot."""

    def __init__(self, token: str) -> None:
        self._key = hmac.new(b"WebAppData", token.encode(), sha256).digest()

    def __call__(self, proof: str, now: datetime) -> Vouched:
        """Whose word it is; raises DomainError("pass_unusable") unless Telegram signed it within OLDEST."""
        fields = _fields(proof)
        signed = fields.pop("hash", "")
        lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
        right = hmac.new(self._key, lines.encode(errors="replace"), sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), signed.encode(errors="replace")):
            raise DomainError("pass_unusable")
        moment = _moment(fields.get("auth_date", ""))
        if not now - OLDEST <= moment <= now + AHEAD:
            raise DomainError("pass_unusable")
        return Vouched(_user_id(fields.get("user", "")), sha256(right.encode()).hexdigest())


def _fields(proof: str) -> dict[str, str]:
    if len(proof) > MAX_CHARS:
        raise DomainError("pass_unusable")
    try:
        pairs = parse_qsl(
            proof, keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError:
        raise DomainError("pass_unusable") from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or len(fields.get("hash", "")) != _HEX_CHARS:
        raise DomainError("pass_unusable")
    return fields


def _moment(written: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(written), UTC)
    except (ValueError, OverflowError, OSError):
        raise DomainError("pass_unusable") from None


def _user_id(written: str) -> str:
    """The id of the user; in a private chat it is also the id of the chat."""
    try:
        user = json.loads(written)
    except (ValueError, RecursionError):
        raise DomainError("pass_unusable") from None
    found = user.get("id") if isinstance(user, dict) else None
    if not isinstance(found, int) or isinstance(found, bool) or found <= 0:
        raise DomainError("pass_unusable")
    return str(found)
