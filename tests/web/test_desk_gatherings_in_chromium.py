"""The invitations and the form of a talk in a real browser without scripts, narrow and wide."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, ViewportSize
from starlette.applications import Starlette

from bot.services import gatherings
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk_gatherings import PAGE
from tests.cast import Cast
from tests.helps import begun
from tests.journeys.chromium import CHROMIUM, PHONE
from tests.web.at_desk import at_desk
from tests.web.served import Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
WIDE: ViewportSize = {"width": 1280, "height": 900}


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_invitations_are_no_bother_on_any_screen(
    chromium: Browser,
    served: Served,
    app: Starlette,
    database: Database,
    tools: Tools,
    cast: Cast,
    size: ViewportSize,
) -> None:
    """Empty, made by its form, answered, called off: nothing too wide, too small, too pale or nameless."""
    assert served.app is app
    window = at_desk(chromium, served, database, tools, cast.karin, size)
    name = f"desk-gatherings-{size['width']}"
    window.page.goto(PAGE)
    window.look(f"{name}-empty", whole=True)
    window.page.get_by_label("What is it, and where?").fill("Coffee for parents, in the hall.")
    window.page.get_by_label("Day").fill((tools.clock.today() + timedelta(days=7)).isoformat())
    window.page.get_by_label("Time").fill("09:00")
    window.page.get_by_role("button", name="Give it to the parents who help").click()
    _answer(database, tools, cast)
    window.page.goto(PAGE)
    window.look(name, whole=True)
    window.page.get_by_role("link", name="Call the invitation off").click()
    window.look(f"{name}-sure", whole=True)
    window.page.get_by_role("button", name="Yes, call the invitation off").click()
    window.page.get_by_text("Called off", exact=True).wait_for()
    window.close()


def _answer(database: Database, tools: Tools, cast: Cast) -> None:
    with database.writing() as session:
        c = cast.at(session)
        [row] = gatherings.overview(session, tools, c.karin)
        one = gatherings.find(session, row.gathering_id)
        match = begun(session, tools, c.agnieszka, c.ewa, c.kuba)
        gatherings.pass_on(session, tools, c.ewa, one, [match])
        gatherings.answer(session, tools, c.agnieszka, one, "yes")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_mark_of_a_talk_is_no_bother_on_any_screen(
    chromium: Browser,
    served: Served,
    app: Starlette,
    database: Database,
    tools: Tools,
    cast: Cast,
    size: ViewportSize,
) -> None:
    """A teacher plans a serious talk with the form; the card of the talk says so in plain words."""
    assert served.app is app
    window = at_desk(chromium, served, database, tools, cast.marieke, size)
    window.page.goto(f"/desk/child/{cast.kuba.id}")
    window.page.get_by_text("Plan a talk", exact=True).click()
    form = window.page.locator("#plan_talk")
    form.get_by_label("Day").fill((tools.clock.today() + timedelta(days=7)).isoformat())
    form.get_by_label("Time").fill("09:00")
    form.get_by_label("to get to know each other").check()
    form.get_by_label("extra support").check()
    window.look(f"desk-talk-form-{size['width']}", whole=True)
    form.get_by_role("button", name="Plan the talk").click()
    card = window.page.locator("#talks article").first
    card.get_by_text("A professional interpreter fits this talk best.").wait_for()
    window.look(f"desk-talk-serious-{size['width']}", whole=True)
    window.close()
