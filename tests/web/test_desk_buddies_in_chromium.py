"""The page of the buddies in a real browser without scripts: two widths, light and dark, and the keyboard."""

import pytest
from playwright.sync_api import Browser, ViewportSize
from starlette.applications import Starlette

from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk_buddies import PATH
from tests import helping_parents as parents
from tests.cast import Cast
from tests.journeys.chromium import CHROMIUM, PHONE
from tests.web.at_desk import at_desk
from tests.web.served import Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
WIDE: ViewportSize = {"width": 1280, "height": 900}


@pytest.mark.parametrize(
    ("size", "dark"), [(PHONE, False), (PHONE, True), (WIDE, False)], ids=["phone", "dark", "wide"]
)
def test_the_page_is_no_bother_on_any_screen(
    chromium: Browser,
    served: Served,
    app: Starlette,
    database: Database,
    tools: Tools,
    cast: Cast,
    size: ViewportSize,
    dark: bool,
) -> None:
    """Empty and full: nothing too wide, too small, too pale or nameless (002-buddy)."""
    assert served.app is app
    window = at_desk(chromium, served, database, tools, cast.karin, size, dark=dark)
    name = f"desk-buddies-{size['width']}{'-dark' if dark else ''}"
    window.page.goto(PATH)
    window.look(f"{name}-empty", whole=True)
    with database.writing() as session:
        parents.furnish(session, tools, cast)
    window.page.reload()
    folded = window.page.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()
    window.look(name, whole=True)
    window.close()


def test_a_decision_with_the_keyboard_alone(
    chromium: Browser, served: Served, app: Starlette, database: Database, tools: Tools, cast: Cast
) -> None:
    """From the words straight on to the button that says yes, without a script (002-buddy)."""
    assert served.app is app
    with database.writing() as session:
        offered = parents.furnish(session, tools, cast).offered.id
    window = at_desk(chromium, served, database, tools, cast.karin, WIDE)
    window.page.goto(PATH)
    window.page.locator(f"#buddy-{offered}-words").focus()
    window.page.keyboard.type("Welkom.")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    window.page.locator("#done").wait_for()
    assert "It is decided." in window.page.locator("#done").inner_text()
    assert "can be asked" in window.page.locator("article", has_text=cast.selam.name).last.inner_text()
    window.close()
