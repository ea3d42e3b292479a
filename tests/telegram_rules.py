"""What the Bot API refuses: HTML it cannot read, texts that are too long, buttons that cannot be."""

import json
import time
from collections import defaultdict, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

MAX_UNITS = 4096
MAX_BUTTON_BYTES = 64
ALLOWED_TAGS = frozenset(
    (
        "b",
        "strong",
        "i",
        "em",
        "u",
        "ins",
        "s",
        "strike",
        "del",
        "span",
        "tg-spoiler",
        "a",
        "code",
        "pre",
        "blockquote",
    )
)
Json = dict[str, Any]


class ApiError(Exception):
    """What the Bot API answers to a call it refuses."""

    def __init__(self, status: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


class Pace:
    """Telegram's published limits as a server that knows no mercy: one message too many in a second is refused.

    A shorter second forgives what a busy machine adds to the way of a message.
    """

    def __init__(self, per_second: int = 30, chat_burst: int = 3, *, second_s: float = 1.0) -> None:
        self.refused = 0
        self._second_s = second_s
        self._per_second = per_second
        self._chat_burst = chat_burst
        self._all: deque[float] = deque()
        self._chats: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, method: str, arguments: Json) -> None:
        """A message came in now; raises ApiError if it came too soon."""
        if not method.startswith(("send", "edit")):
            return
        now = time.monotonic()
        chat = self._chats[str(arguments["chat_id"])]
        for moments, kept_s in ((self._all, self._second_s), (chat, self._chat_burst * self._second_s)):
            while moments and moments[0] <= now - kept_s:
                moments.popleft()
        if len(self._all) >= self._per_second or len(chat) >= self._chat_burst:
            self.refused += 1
            raise ApiError(429, "Too Many Requests: retry after 1", 1)
        self._all.append(now)
        chat.append(now)


def words(html: str) -> str:
    """The words that are shown for this HTML; raises ApiError as the Bot API does."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise ApiError(400, "Bad Request: can't parse entities: Can't find end tag")
    if not reader.words.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if len(reader.words.encode("utf-16-le")) // 2 > MAX_UNITS:
        raise ApiError(400, "Bad Request: message is too long")
    return reader.words


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """An opened tag; only some are known."""
        if tag not in ALLOWED_TAGS:
            raise ApiError(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A closed tag; it must be the one opened last."""
        if not self.open or self.open.pop() != tag:
            raise ApiError(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        """Words that are shown."""
        self.words += data


def keyboard(arguments: Json) -> list[list[Json]]:
    """The buttons of a call; raises ApiError for those that cannot be."""
    rows: list[list[Json]] = json.loads(arguments.get("reply_markup") or "{}").get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not 0 < len(button.get("callback_data", "x").encode()) <= MAX_BUTTON_BYTES:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
        host = urlsplit(button.get("url", "https://x.example")).hostname or ""
        if "." not in host or host.startswith("127."):
            raise ApiError(400, "Bad Request: inline keyboard button URL is invalid: Wrong HTTP URL")
    return rows
