"""The side of Telegram that sends updates to a bot's own address, and repeats what is not answered with 2xx.

As the real one it sends the messages of one chat one after the other, taps beside them, and many chats at once.
"""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from tests.telegram_rules import Json

PAUSE_S = 0.05  # before an update is sent again
PATIENCE_S = 20.0


@dataclass
class SentToWebhook:
    """One webhook that was set, and what came of sending to it."""

    url: str
    secret: str
    max_connections: int
    allowed_updates: list[str]
    answers: list[int] = field(default_factory=list)  # every status in order; 0 for a broken connection
    sent: Counter[int] = field(default_factory=Counter)  # how often each update was sent
    at_once: int = 0  # the most that were on their way at a time
    failed_at_s: int | None = None

    def info(self, waiting: int) -> Json:
        """What getWebhookInfo answers."""
        about: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": waiting,
            "max_connections": self.max_connections,
            "allowed_updates": self.allowed_updates,
        }
        if self.failed_at_s is not None:
            about |= {"last_error_date": self.failed_at_s, "last_error_message": "Wrong response: Kuba"}
        return about

    async def send(
        self, waiting: Callable[[], list[Json]], done: Callable[[Json], None], news: asyncio.Event
    ) -> None:
        """Goes on until cancelled; `done` is called with each update that was answered with 2xx."""
        under_way: dict[object, asyncio.Task[None]] = {}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session:
            try:
                while True:
                    news.clear()
                    for update in waiting():
                        queue = _queue(update)
                        if queue not in under_way and len(under_way) < self.max_connections:
                            under_way[queue] = asyncio.ensure_future(self._send_one(session, update, done))
                            under_way[queue].add_done_callback(lambda _task: news.set())
                    self.at_once = max(self.at_once, len(under_way))
                    await news.wait()
                    for queue in [queue for queue, task in under_way.items() if task.done()]:
                        del under_way[queue]
            finally:
                tasks = list(under_way.values())
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_one(
        self, session: aiohttp.ClientSession, update: Json, done: Callable[[Json], None]
    ) -> None:
        self.sent[update["update_id"]] += 1
        status = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with session.post(
                self.url,
                data=json.dumps(update).encode(),
                headers={
                    "Content-Type": "application/json",
                    "X-Telegram-Bot-Api-Secret-Token": self.secret,
                },
            ) as response:
                status = response.status
                await response.read()
        self.answers.append(status)
        if 200 <= status < 300:
            done(update)
        else:
            self.failed_at_s = int(time.time())
            await asyncio.sleep(PAUSE_S)


def _queue(update: Json) -> object:
    for kind in ("message", "edited_message"):
        if kind in update:
            return update[kind]["chat"]["id"]
    if "callback_query" in update:
        return "tap", update["callback_query"]["from"]["id"]
    return "other", update["update_id"]
