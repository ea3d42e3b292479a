"""The demo page: four phones and the desk side by side, and a clock that can be moved."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FrameLocator, Page, ViewportSize, expect

from bot.assistant import notices
from bot.content.catalogues import own_name
from bot.demo import demo_house
from bot.services import people
from bot.wiring import House
from tests.journeys.chromium import PHONE
from tests.journeys.conftest import OpenWindow
from tests.running import running
from tests.web import school_year as year
from tests.web.served import serving

pytestmark = pytest.mark.browser

WIDE: ViewportSize = {"width": 1720, "height": 960}
SMALL: ViewportSize = {"width": 800, "height": 300}


AGREED = "Kuba kiest elke avond een boek. Samen lezen jullie tien minuten."
AGREED_IN_POLISH = "Co wieczór Kuba wybiera książkę. Czytają Państwo razem dziesięć minut."


def test_four_phones_and_the_desk_stand_side_by_side(window: OpenWindow) -> None:
    """Each phone opens its own letter, the desk signs in, and a week later all of them are still there."""
    with serving() as served:
        host, port = urlsplit(served.url).hostname, urlsplit(served.url).port
        assert host
        assert port
        with demo_house(host, port) as house, running(**house.loops):
            served.app = house.application
            small = window(served.url, "visitor with a phone", size=PHONE)
            small.page.goto("/")
            small.look("20-demo-on-a-phone", whole=True)
            visitor = window(served.url, "visitor", size=WIDE)
            page = visitor.page
            page.goto("/")
            expect(page.locator("iframe")).to_have_count(5)
            visitor.look("21-demo")
            for number, language in ((0, "pl"), (1, "nl"), (3, "nl")):  # the third, Ewa's, is open already
                phone = page.frame_locator("iframe").nth(number)
                phone.locator("button.primary").click()
                _tap(phone, f"✓ {own_name(language)}")
                _tap(phone, house.texts.label(language, "welcome.read_button"))
            desk = page.frame_locator("iframe").nth(4)
            desk.locator("button.primary").click()
            desk.locator(".groups a").first.click()
            expect(desk.locator(".task-door")).to_have_count(2)
            visitor.look("22-demo-joined")
            _news_moves_nothing(page, house)
            before = page.locator(".demo-clock p").inner_text()
            page.locator("button[value=week]").click()
            expect(page.locator(".demo-clock p")).not_to_have_text(before)
            for number in range(4):
                expect(page.frame_locator("iframe").nth(number).locator("#composer")).to_be_visible()
            reminder = house.texts.label("pl", "reminders.not_now_button")
            expect(
                page.frame_locator("iframe").first.get_by_role("button", name=reminder).first
            ).to_be_visible()
            visitor.look("23-demo-a-week-later")
            desk.locator("button.primary").click()
            expect(desk.locator(".groups a")).to_be_visible()


def _news_moves_nothing(page: Page, house: House) -> None:
    """On a small window, what arrives at a phone further down does not pull the whole page there."""
    page.set_viewport_size(SMALL)
    page.evaluate("window.scrollTo(0, 0)")
    with house.database.writing() as session:
        agnieszka, marieke = (people.by_roster_id(session, one) for one in ("p-agnieszka", "s-marieke"))
        people.confirm_door(session, house.tools, marieke, people.doors_of(session, agnieszka)[0])
        notices.tell_all(session, house.tools, house.texts)
        kuba = people.child_by_roster_id(session, "k-kuba")
        year.propose(session, house.tools, marieke, kuba, AGREED, [agnieszka])
        notices.tell_all(session, house.tools, house.texts)
    house.bell.ring()
    expect(page.frame_locator("iframe").first.locator(".theirs", has_text=AGREED_IN_POLISH)).to_be_attached()
    assert page.evaluate("window.scrollY") == 0
    page.set_viewport_size(WIDE)


def _tap(phone: FrameLocator, label: str) -> None:
    phone.get_by_role("button", name=label, exact=True).click()
