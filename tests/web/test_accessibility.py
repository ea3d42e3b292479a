"""Every page in a real browser with axe-core: no violation of WCAG 2.2 A or AA, also mirrored for right-to-left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab
from sqlalchemy import select
from starlette.applications import Starlette

from bot.model.clock import MovableClock
from bot.model.people import DoorKind, Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast, open_door
from tests.fake_telegram import init_data
from tests.journeys.chromium import CHROMIUM
from tests.web import school_year as year
from tests.web.everything import CHAT_ADDRESS, CHAT_SECRET, Everything, furnish, pass_token
from tests.web.served import Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
NOBODY_THERE = ("/in/invented", "/i/invented", "/desk/", "/x")  # for who is not signed in
# What lies half under a bar that stays at the foot is not too small: a person scrolls.
SCROLLS_AWAY = (
    "document.querySelectorAll('.keep-bar, .composer').forEach((one) => { one.style.position = 'static'; })"
)
MIRRORED = """() => {
  const words = "هذا نص تجريبي مكتوب من اليمين إلى اليسار";
  document.documentElement.lang = "ar";
  document.documentElement.dir = "rtl";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement.tagName;
    if (/\\p{L}/u.test(node.data) && parent !== "SCRIPT" && parent !== "TEXTAREA") {
      node.data = words.slice(0, Math.max(4, Math.min(words.length, node.data.trim().length)));
    }
  }
}"""
RUN = """async (rules) => (await axe.run(document, rules)).violations.map((one) => ({
  id: one.id, help: one.help, at: one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + " :: "
    + [...node.any, ...node.all].map((check) => check.message).join(" | ").slice(0, 200)),
}))"""


@dataclass
class House:
    """A furnished school in one language, and a browser for each person."""

    chromium: Browser
    served: Served
    database: Database
    tools: Tools
    cast: Cast
    there: Everything
    language: str

    def context(self, width: int = 360) -> BrowserContext:
        """A fresh browser of a person."""
        return self.chromium.new_context(
            viewport={"width": width, "height": 740}, base_url=self.served.url, locale=self.language
        )

    def signed_in(self, person: Person, purpose: PassPurpose) -> Tab:
        """The person's browser, signed in by a fresh link."""
        tab = self.context().new_page()
        tab.goto(f"/in/{year.pass_for(self.database, self.tools, person, purpose)}")
        tab.locator("button.primary").click()
        return tab


def _house(
    chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast, language: str
) -> House:
    with database.writing() as session:
        for person in session.scalars(select(Person)):
            person.language = language
        there = furnish(session, tools, cast)
    return House(chromium, served, database, tools, cast, there, language)


def _found(tab: Tab, where: str) -> list[str]:
    """What is wrong with the page as it stands, everything unfolded; at 360 px nothing is wider than the screen."""
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    tab.evaluate(SCROLLS_AWAY)
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE_SCRIPT)
    wrong: list[dict[str, Any]] = tab.evaluate(RUN, RULES)
    sideways = tab.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    found = [f"{where}: {one['id']} ({one['help']}) {one['at']}" for one in wrong]
    return found + ([f"{where}: wider than the screen"] if sideways else [])


def _everywhere(house: House, *, mirrored: bool = False) -> list[str]:
    """What is wrong on any page of anybody, and then on the same page from right to left."""
    found: list[str] = []
    seen = 0
    for tab, addresses, status in _visits(house):
        for address in addresses:
            answer = tab.goto(address)
            assert answer is not None
            assert answer.status == status, address
            found += _found(tab, f"{house.language} {address}")
            if mirrored:
                tab.evaluate(MIRRORED)
                found += _found(tab, f"mirrored {address}")
            seen += 1
        tab.context.close()
    assert seen > 30
    return found


def _visits(house: House) -> Iterator[tuple[Tab, Sequence[str], int]]:
    """Each person's browser, the pages that person opens, and the status they have."""
    place, cast = house.there.places, house.cast
    child, group = f"/desk/child/{place['child_id']}", f"/desk/group/{place['group_id']}"
    report = f"{child}/report/{place['talk_id']}"
    yield (
        house.signed_in(cast.marieke, PassPurpose.DESK),
        [
            "/desk/",
            group,
            f"{group}/sheets",
            child,
            f"{child}/sheet",
            *(f"{child}/sure/{do}/{target}" for do, target in house.there.sure),
            f"{child}/preparation",
            f"{child}/preparation/preview",
            report,
            f"{report}/preview",
            f"/desk/words/{place['saying_id']}/nl",
            "/desk/listening-card",
            "/desk/rhythm",
            "/desk/languages",
            "/desk/sessions",
        ],
        200,
    )
    yield (
        house.signed_in(cast.hanneke, PassPurpose.DESK),
        [
            "/desk/",
            "/desk/school",
            "/desk/accounts",
            f"/desk/accounts/group/{place['group_id']}",
            f"/desk/account/{place['person_id']}",
        ],
        200,
    )
    yield house.signed_in(cast.karin, PassPurpose.DESK), ["/desk/", "/desk/buddies"], 200
    own = f"/dossier/child/{place['child_id']}"
    yield (
        house.signed_in(cast.agnieszka, PassPurpose.DOSSIER),
        [
            "/dossier/",
            own,
            f"{own}/sure/{place['entry_id']}",
            f"/dossier/words/{place['saying_id']}/nl",
            "/dossier/rhythm",
            "/dossier/sessions",
        ],
        200,
    )
    with house.database.writing() as session:
        token = pass_token(session, house.tools, cast)
    yield (
        house.context().new_page(),
        [f"/in/{token}", "/in/telegram", f"/i/{place['token']}", f"/words?language={house.language}"],
        200,
    )
    yield house.context().new_page(), NOBODY_THERE, 404
    context = house.context()
    path = f"/chat/{CHAT_ADDRESS}"
    context.add_cookies([{"name": "chat", "value": CHAT_SECRET, "url": f"{house.served.url}{path}"}])
    yield context.new_page(), [path], 200


@pytest.mark.parametrize("language", ["nl", "pl"])
def test_no_page_keeps_anybody_out(
    chromium: Browser,
    served: Served,
    database: Database,
    tools: Tools,
    cast: Cast,
    app: Starlette,
    language: str,
) -> None:
    """At 360 px, everything unfolded, axe-core finds no violation of WCAG 2.2 A or AA, nor where all is Arabic."""
    assert served.app is app
    house = _house(chromium, served, database, tools, cast, language)
    assert _everywhere(house, mirrored=language == "nl") == []


def test_a_form_that_came_back_keeps_nobody_out(
    chromium: Browser,
    served: Served,
    database: Database,
    tools: Tools,
    cast: Cast,
    app: Starlette,
    clock: MovableClock,
) -> None:
    """Mistakes at their fields, and the page of an ended session with the text in it, pass as well."""
    assert served.app is app
    house = _house(chromium, served, database, tools, cast, "nl")
    tab = house.signed_in(cast.agnieszka, PassPurpose.DOSSIER)
    tab.goto(f"/dossier/child/{house.there.places['child_id']}")
    tab.locator("#add button").click()
    assert tab.locator("[aria-invalid=true]").count() == 1
    found = _found(tab, "a mistake")
    tab.locator("#add textarea").fill("Kuba leest elke avond.")
    tab.locator("#add input[type=radio]").first.check()
    clock.move(minutes=31)
    tab.locator("#add button").click()
    tab.wait_for_selector("textarea[readonly]")
    assert tab.locator("textarea[readonly]").input_value() == "Kuba leest elke avond."
    found += _found(tab, "an ended session")
    other = tab.context.new_page()
    other.goto(f"/in/{year.pass_for(database, tools, cast.agnieszka, PassPurpose.DOSSIER)}")
    other.locator("button.primary").click()
    tab.locator("button.primary").click()
    tab.wait_for_selector("#done")
    assert "Kuba leest elke avond." in tab.locator("#additions").inner_text()
    assert found == []


def test_what_is_wrong_is_found(chromium: Browser) -> None:
    """The check itself can fail: a picture without words, a field without a name, grey on white, a page too wide."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    tab = context.new_page()
    tab.set_content(
        "<html lang='nl'><title>x</title><main><img src='data:,'><input><p style='color:#bbb'>grijs</p>"
        "<p style='width:900px'>breed</p></main></html>"
    )
    found = " ".join(_found(tab, "x"))
    context.close()
    for rule in ("image-alt", "label", "color-contrast", "wider than the screen"):
        assert rule in found


def test_telegram_vouches_for_who_opens_the_mini_app(
    chromium: Browser,
    served: Served,
    database: Database,
    tools: Tools,
    cast: Cast,
    app: Starlette,
    clock: MovableClock,
) -> None:
    """Our own small script hands over what stands behind the #, and it leaves the address at once."""
    assert served.app is app
    with database.writing() as session:
        open_door(session, clock, cast.pieter, DoorKind.TELEGRAM, "77")
    house = House(chromium, served, database, tools, cast, Everything({}, ()), "nl")
    tab = house.context().new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    proof = quote(init_data(77, clock.now()), safe="")
    tab.goto(f"/in/telegram?to=dossier#tgWebAppData={proof}&tgWebAppVersion=8.0&tgWebAppPlatform=android")
    tab.wait_for_url("**/dossier/child/*")
    assert cast.kuba.first_name in tab.locator("h1").inner_text()
    assert all(url.startswith(served.url) for url in asked)
    assert not any("tgWebAppData" in url for url in asked)
    tab.goto("/in/telegram?to=dossier")
    tab.wait_for_selector("#without:not([hidden])")
