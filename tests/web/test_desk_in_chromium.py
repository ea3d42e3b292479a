"""The desk and the dossier in a real browser: small screen, keyboard, paper."""

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sqlalchemy import select
from starlette.applications import Starlette

from bot.model.messages import Message
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.journeys.chromium import CHROMIUM
from tests.web import school_year as year
from tests.web.served import Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def _open(
    chromium: Browser, served: Served, database: Database, tools: Tools, person: Person, purpose: PassPurpose
) -> Tab:
    """A phone of 360 px without scripts, signed in."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, base_url=served.url
    )
    tab = context.new_page()
    tab.goto(f"/in/{year.pass_for(database, tools, person, purpose)}")
    tab.locator("button.primary").click()
    return tab


@pytest.fixture
def told(database: Database, tools: Tools, cast: Cast, app: Starlette, served: Served) -> None:
    """Agnieszka shared an answer that can be read in Dutch, with one very long word."""
    assert served.app is app
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły. " + "o" * 120})
        saying = run.answers[0].saying
        assert saying is not None
        year.translate(session, tools, saying, "nl", "Kuba is vrolijk. " + "o" * 120, "machine")
        year.propose(session, tools, c.marieke, c.kuba, "Samen lezen jullie elke avond.")


@pytest.mark.usefixtures("told")
def test_both_are_on_paper(
    chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast
) -> None:
    """Printed, the Dutch and the own words both stand there, and no form or button does (002-prep-form)."""
    tab = _open(chromium, served, database, tools, cast.marieke, PassPurpose.DESK)
    tab.goto(f"/desk/child/{cast.kuba.id}")
    dutch, original = tab.get_by_text("Kuba is vrolijk."), tab.get_by_text("Kuba jest wesoły.")
    assert dutch.first.is_visible()
    assert not any(one.is_visible() for one in original.all())
    tab.locator(".original summary").first.click()
    assert original.first.is_visible()
    tab.reload()
    tab.emulate_media(media="print")
    assert dutch.first.is_visible()
    assert sum(one.is_visible() for one in original.all()) == 1
    assert not any(one.is_visible() for one in tab.locator("form, button, .bar").all())


@pytest.mark.usefixtures("told")
def test_no_page_is_wider_than_a_small_phone(
    chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast
) -> None:
    """At 360 px nothing must be scrolled sideways, with everything opened, on desk and dossier."""
    desk = ["/desk/", f"/desk/group/{cast.group_3a.id}", f"/desk/child/{cast.kuba.id}"]
    dossier = ["/dossier/", f"/dossier/child/{cast.kuba.id}"]
    for person, purpose, addresses in (
        (cast.marieke, PassPurpose.DESK, desk),
        (cast.agnieszka, PassPurpose.DOSSIER, dossier),
    ):
        tab = _open(chromium, served, database, tools, person, purpose)
        for address in addresses:
            tab.goto(address)
            tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 360, address


@pytest.mark.usefixtures("told")
def test_a_message_is_sent_with_the_keyboard_alone(
    chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast
) -> None:
    """Without mouse and without script a teacher gets to the field, writes, and sends."""
    tab = _open(chromium, served, database, tools, cast.marieke, PassPurpose.DESK)
    tab.goto(f"/desk/child/{cast.kuba.id}#messages")
    for _ in range(200):
        tab.keyboard.press("Tab")
        if tab.locator(f"#write-{cast.pieter.id}-words:focus").count():
            break
    tab.keyboard.type("Dag Pieter")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**done=write**")
    assert tab.get_by_role("status").is_visible()
    with database.reading() as session:
        assert session.scalars(select(Message)).one().saying.original == "Dag Pieter"
