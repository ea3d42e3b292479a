"""How often the pages that open something with a link may be asked: per link, and per address.

The counts are kept in memory, so each process has its own (with several processes the limits add up). A whole school
may stand behind one address: its limit is far above what a parents' evening needs, and it holds for a minute only.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PACED = ("/in/", "/i/")
SHARED_PATHS = frozenset({"/in/telegram"})  # the same address for everybody: no link is in it
PER_LINK = 30
PER_ADDRESS = 900
WINDOW_S = 60.0
MOST_COUNTED = 20_000
_NETWORK_BITS = 64  # what one household or school has of the newer addresses


class Pace:
    """Passes on what is asked at a human pace; the rest is told to wait a minute."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        problem: Callable[[Request], Response],
        per_link: int = PER_LINK,
        per_address: int = PER_ADDRESS,
        most_counted: int = MOST_COUNTED,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._problem = problem
        self._per_link = per_link
        self._per_address = per_address
        self._most_counted = most_counted
        self._now_s = now_s
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer, or the page that asks to wait."""
        if scope["type"] == "http" and scope["path"].startswith(PACED) and self._too_often(scope):
            await self._problem(Request(scope, receive))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    @property
    def counted(self) -> int:
        """How many links and addresses are remembered."""
        return len(self._counts)

    def _too_often(self, scope: Scope) -> bool:
        path: str = scope["path"]
        whence = f"from {_network(scope)}"
        if self._count(whence) > self._per_address:
            return True
        return path not in SHARED_PATHS and self._count(f"{whence} to {path}") > self._per_link

    def _count(self, what: str) -> int:
        """How often in this minute, this time included."""
        now = self._now_s()
        began, count = self._counts.pop(what, (now, 0))
        if now - began >= WINDOW_S:
            began, count = now, 0
        self._counts[what] = (began, count + 1)
        while self.counted > self._most_counted:
            self._counts.popitem(last=False)
        return count + 1


def _network(scope: Scope) -> str:
    """The address that asks; of the newer addresses the part that one household has."""
    host: str = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(int(address) >> _NETWORK_BITS)
    return host
