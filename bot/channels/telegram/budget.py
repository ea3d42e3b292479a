"""Telegram's published limits: so many messages a second in all, one a second to each chat, short bursts."""

import asyncio
import time
from collections import deque

PER_SECOND = 30
CHAT_BURST = 3
CHAT_INTERVAL_S = 1.0
_FORGET_ABOVE = 10_000  # chats kept in mind before those at rest are forgotten


class Budget:
    """Lets a message go when its turn has come, in one process; `per_second=None` lifts our own limits."""

    def __init__(
        self,
        per_second: int | None = PER_SECOND,
        *,
        chat_burst: int = CHAT_BURST,
        chat_interval_s: float = CHAT_INTERVAL_S,
    ) -> None:
        self._per_second = per_second
        self._chat_burst = chat_burst
        self._chat_interval_s = chat_interval_s
        self._given: deque[float] = deque(maxlen=per_second)  # the last moments given away, in order
        self._rested_at: dict[str, float] = {}  # when a chat may have its whole burst again
        self._closed_until = 0.0

    async def take(self, address: str) -> None:
        """One message may go to this address now."""
        if self._per_second is not None:
            await _until(self._moment_for_chat(address))
            await _until(self._moment_for_all())
        while self._closed_until > time.monotonic():
            await _until(self._closed_until)

    def close_for(self, seconds: float) -> None:
        """No message goes before this time is over: Telegram asked for it."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def _moment_for_chat(self, address: str) -> float:
        now = time.monotonic()
        rested_at = max(self._rested_at.get(address, 0.0), now)
        if len(self._rested_at) > _FORGET_ABOVE:
            self._rested_at = {chat: at for chat, at in self._rested_at.items() if at > now}
        moment = max(now, rested_at - (self._chat_burst - 1) * self._chat_interval_s)
        self._rested_at[address] = rested_at + self._chat_interval_s
        return moment

    def _moment_for_all(self) -> float:
        moment = time.monotonic()
        if len(self._given) == self._per_second:
            moment = max(moment, self._given[0] + 1.0)
        self._given.append(moment)
        return moment


async def _until(moment: float) -> None:
    wait_s = moment - time.monotonic()
    if wait_s > 0:
        await asyncio.sleep(wait_s)
