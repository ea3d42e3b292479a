"""Spares a provider that keeps failing, and those who would wait for it."""

import threading
from datetime import datetime, timedelta

from bot.model.clock import Clock

FAILURES = 3
REST = timedelta(seconds=30)


class Breaker:
    """Opens after some failures in a row; after a rest it lets one question through to see. For several threads."""

    def __init__(self, clock: Clock, *, failures: int = FAILURES, rest: timedelta = REST) -> None:
        self._clock = clock
        self._allowed = failures
        self._rest = rest
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has failed too often, and not worked since."""
        with self._lock:
            return self._open_until is not None

    def lets_through(self) -> bool:
        """Whether a question may be asked now; while it is open, one after each rest."""
        with self._lock:
            if self._open_until is None:
                return True
            now = self._clock.now()
            if now < self._open_until:
                return False
            self._open_until = now + self._rest
            return True

    def worked(self) -> None:
        """It is closed again."""
        with self._lock:
            self._failed, self._open_until = 0, None

    def failed(self, wait_s: float | None = None) -> None:
        """One more failure in a row; with `wait_s` the provider itself asked for that rest."""
        with self._lock:
            self._failed += 1
            if wait_s is not None or self._failed >= self._allowed:
                rest = max(self._rest, timedelta(seconds=wait_s or 0))
                self._open_until = self._clock.now() + rest
