"""How often links may be tried."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import pace
from bot.web.pace import Pace
from tests.cast import Cast
from tests.web.page import SignedIn

Opener = Callable[..., SignedIn]


class _Asked:
    """A paced application with a clock that stands still."""

    def __init__(self, **limits: int) -> None:
        self.now_s = 0.0

        async def inside(scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse("in")(scope, receive, send)

        def problem(_request: Request) -> Response:
            return PlainTextResponse("wait", status_code=429)

        self.app = Pace(inside, problem=problem, now_s=lambda: self.now_s, **limits)

    def status(self, path: str, host: str = "192.0.2.1") -> int:
        """The status of the answer."""
        seen: list[int] = []

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            if message["type"] == "http.response.start":
                seen.append(message["status"])

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b""}

        scope = {"type": "http", "method": "GET", "path": path, "client": (host, 1), "headers": []}
        asyncio.run(self.app(scope, receive, send))
        return seen[0]


def test_one_link_is_asked_a_few_times_a_minute() -> None:
    """After that the same link waits, another does not, and after a minute it goes on."""
    asked = _Asked(per_link=3)
    assert [asked.status("/in/a") for _ in range(4)] == [200, 200, 200, 429]
    assert asked.status("/in/b") == 200
    assert asked.status("/i/a") == 200
    asked.now_s = 60.0
    assert asked.status("/in/a") == 200


def test_another_address_is_not_held_up() -> None:
    """Who tries somebody's link often does not lock its owner out."""
    asked = _Asked(per_link=1)
    assert [asked.status("/in/a"), asked.status("/in/a")] == [200, 429]
    assert asked.status("/in/a", "192.0.2.2") == 200


def test_guessing_many_links_is_held_up() -> None:
    """Also if every try is another link; of the newer addresses a whole household counts as one."""
    asked = _Asked(per_address=5)
    assert [asked.status(f"/in/{n}") for n in range(6)] == [200] * 5 + [429]
    tries = [asked.status(f"/i/{n}", f"2001:db8:0:1::{n}") for n in range(1, 7)]
    assert tries == [200] * 5 + [429]
    assert asked.status("/i/x", "2001:db8:0:2::1") == 200


def test_a_whole_school_comes_in_from_one_address() -> None:
    """Three hundred families open their letter in one minute behind one address."""
    asked = _Asked()
    assert {asked.status(f"/i/{n}") for n in range(300) for _ in range(2)} == {200}
    assert {asked.status("/in/telegram") for _ in range(250)} == {200}


def test_other_pages_are_not_paced() -> None:
    """Who is signed in works as fast as they can."""
    asked = _Asked(per_link=1, per_address=1)
    assert {asked.status("/desk/") for _ in range(50)} == {200}


def test_the_memory_it_takes_is_bounded() -> None:
    """However many addresses come, no more than so many are remembered."""
    asked = _Asked(most_counted=10)
    for number in range(50):
        asked.status("/in/a", f"192.0.2.{number}")
    assert asked.app.counted == 10


def test_the_page_asks_kindly_to_wait(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """A sentence, and for machines when to come again; what was open stays open."""
    browser = window("en")
    pages = [browser.client.get("/in/invented") for _ in range(pace.PER_LINK + 1)]
    assert [one.status_code for one in pages] == [404] * pace.PER_LINK + [429]
    assert "Please wait a minute" in pages[-1].text
    assert pages[-1].headers["retry-after"] == "60"
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
