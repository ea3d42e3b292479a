"""Telegram's published limits: so many messages a second in all, one a second to each chat, short bursts."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

LATE_S = 0.04  # a turn used later than this would crowd the turns after it, so another one is asked for
TRIES = 3  # on a computer that is always late, messages go all the same
_FORGET_ABOVE = 10_000  # chats kept in mind before those at rest are forgotten


@dataclass(frozen=True)
class Limits:
    """How fast messages may leave; the moments are seconds on one clock.

    Messages to all chats go in small groups that follow each other evenly, and a little slower than published: what
    leaves in time must also arrive in time, when the way of one message is longer than that of another.
    """

    group: int = 3
    group_s: float = 3 / 28.7  # published: 30 in a second
    chat_burst: int = 3
    chat_interval_s: float = 1.04

    def moment_for_all(self, given: Sequence[float], now: float) -> float:
        """When the next message may leave, after those that left at the moments given."""
        return max(now, given[-self.group] + self.group_s) if len(given) >= self.group else now

    def moment_for_chat(self, rests_until: float, now: float) -> float:
        """When the next message may go to a chat that may have its whole burst again at a moment."""
        return max(now, rests_until - (self.chat_burst - 1) * self.chat_interval_s)

    def rests_until(self, rests_until: float, moment: float) -> float:
        """When the chat may have its whole burst again, after one more message at the moment."""
        return max(rests_until, moment) + self.chat_interval_s


PUBLISHED = Limits()


class Budget:
    """Lets a message go when its turn has come, in one process; `limits=None` lifts our own limits."""

    def __init__(self, limits: Limits | None = PUBLISHED) -> None:
        self._limits = limits
        self._given: deque[float] = deque(maxlen=limits.group if limits else 0)
        self._rests_until: dict[str, float] = {}
        self._closed_until = 0.0

    async def take(self, address: str) -> None:
        """One message may go to this address now."""
        if self._limits is not None:
            await until(self._moment_for_chat(self._limits, address))
            for _try in range(TRIES):
                if await until(self._moment_for_all(self._limits)) < LATE_S:
                    break
        while self._closed_until > time.monotonic():
            await until(self._closed_until)

    async def close_for(self, seconds: float) -> None:
        """No message goes before this time is over: Telegram asked for it."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def _moment_for_chat(self, limits: Limits, address: str) -> float:
        now = time.monotonic()
        rests_until = self._rests_until.get(address, 0.0)
        if len(self._rests_until) > _FORGET_ABOVE:
            self._rests_until = {chat: at for chat, at in self._rests_until.items() if at > now}
        moment = limits.moment_for_chat(rests_until, now)
        self._rests_until[address] = limits.rests_until(rests_until, moment)
        return moment

    def _moment_for_all(self, limits: Limits) -> float:
        moment = limits.moment_for_all(self._given, time.monotonic())
        self._given.append(moment)
        return moment


async def until(moment: float) -> float:
    """Returns when the moment on the monotonic clock has come: by how many seconds it is too late."""
    wait_s = moment - time.monotonic()
    if wait_s > 0:
        await asyncio.sleep(wait_s)
    return time.monotonic() - moment
