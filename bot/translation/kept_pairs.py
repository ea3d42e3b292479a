"""The language pairs a server says it has, asked now and then. Knows no server."""

import threading
import time
from collections.abc import Callable, Iterable
from itertools import product

Pairs = frozenset[tuple[str, str]]

KEPT_S = 600.0


class KeptPairs:
    """Pairs that are read when first needed and again after ten minutes; may be shared between threads."""

    def __init__(self, read: Callable[[], Pairs]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._pairs: Pairs = frozenset()
        self._read_at_s = -KEPT_S

    def get(self) -> Pairs:
        """The pairs; raises what reading them raises, and then asks again the next time."""
        with self._lock:
            if self._pairs and time.monotonic() - self._read_at_s < KEPT_S:
                return self._pairs
        pairs = self._read()
        with self._lock:
            self._pairs, self._read_at_s = pairs, time.monotonic()
        return pairs


def every_pair(sources: Iterable[str], targets: Iterable[str]) -> Pairs:
    """Each source with each other target."""
    return frozenset(pair for pair in product(sources, targets) if pair[0] != pair[1])
