"""The pages for who needs letters twice as large, sits in a dark room, or has a keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from bot.content.catalogues import own_name
from bot.dialog.script import Part
from bot.model.privacy import PassPurpose
from bot.services import people
from bot.wiring import House
from tests.journeys.chromium import LAPTOP, PHONE, Window
from tests.journeys.conftest import OpenWindow
from tests.journeys.house import invitation_of, open_house, sign_in_link
from tests.journeys.phone import Phone
from tests.web import school_year as year

pytestmark = pytest.mark.browser

PHONE_TWICE_AS_LARGE: ViewportSize = {"width": 180, "height": 370}
LAPTOP_TWICE_AS_LARGE: ViewportSize = {"width": 512, "height": 384}
MOST_TABS = 80
WORDS = "Kuba is een vrolijke jongen. Hij stelt veel vragen."


def _fill(house: House) -> None:
    """Something of everything stands in Kuba's dossier, and something waits for the teacher."""
    with house.database.writing() as session:
        agnieszka, pieter, marieke, selam = (
            people.by_roster_id(session, one) for one in ("p-agnieszka", "p-pieter", "s-marieke", "p-selam")
        )
        kuba, abel = (people.child_by_roster_id(session, one) for one in ("k-kuba", "k-abel"))
        year.prepare(
            session,
            house.tools,
            agnieszka,
            kuba,
            {"BO01": "Kuba jest wesoły.", "BO04": "Mówienie po holendersku."},
            also_share=["BO04"],
        )
        year.plan(session, house.tools, marieke, kuba, goal_words="Samen kijken naar lezen.")
        agreed = "Kuba kiest elke avond een boek. Samen lezen jullie tien minuten."
        version = year.propose(session, house.tools, marieke, kuba, agreed).current
        year.remark(session, house.tools, pieter, version, "Woensdag lukt niet.", wish=True)
        year.add(session, house.tools, agnieszka, kuba, "W sobotę Kuba przeczytał książeczkę.")
        year.write(session, house.tools, agnieszka, kuba, agnieszka, "Dziękuję.")
        year.write(session, house.tools, marieke, kuba, agnieszka, "Dank u wel.")
        year.prepare(session, house.tools, selam, abel, {"BO01": "A" * 90}, share=False)


def _walk(house: House, window: Window, name: str) -> None:
    """The desk of juf Marieke, everything opened, then the dossier of Agnieszka."""
    page = window.page
    page.goto(sign_in_link(house, "s-marieke"))
    window.look(f"{name}-1-sign-in", whole=True)
    page.locator("button.primary").click()
    page.locator(".groups a").first.click()
    window.look(f"{name}-2-group", whole=True)
    page.locator(".class a", has_text="Kuba").first.click()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    window.look(f"{name}-3-child", whole=True)
    page.goto(sign_in_link(house, "p-agnieszka", PassPurpose.DOSSIER))
    page.locator("button.primary").click()
    page.get_by_role("link", name="Kuba").click()
    window.look(f"{name}-4-dossier", whole=True)


def _chat(house: House, window: Window, name: str) -> None:
    phone = Phone(house, window, "pl")
    phone.page.goto(invitation_of(house, "p-agnieszka"))
    window.look(f"{name}-5-letter", whole=True)
    phone.join(phone.page.url)
    phone.tap(f"✓ {own_name('pl')}")
    phone.tap(phone.label("welcome.read_button"))
    phone.tap(phone.label("menu.prepare_button"))
    phone.tap("Zosia")
    phone.sees(phone.text("BO01", Part.ASK))
    window.look(f"{name}-6-question")
    phone.write("Zosia jest spokojna.")
    phone.sees(phone.text("BO02", Part.ASK))
    window.look(f"{name}-7-choices")
    with window.without_connection():
        phone.page.locator("#text").fill("Czytanie")
        phone.page.locator("#send").click()
        expect(phone.page.locator("#status")).to_be_visible()
        window.look(f"{name}-8-no-connection")
    phone.sent("Czytanie")


@pytest.mark.parametrize(
    ("dark", "chat_size", "desk_size"),
    [(True, PHONE, LAPTOP), (False, PHONE_TWICE_AS_LARGE, LAPTOP_TWICE_AS_LARGE)],
    ids=["dark room", "twice as large"],
)
def test_everything_can_be_read(
    tmp_path: Path, window: OpenWindow, dark: bool, chat_size: ViewportSize, desk_size: ViewportSize
) -> None:
    """With the page twice as large and in a dark room all text has contrast and nothing is cut off."""
    name = "30-dark" if dark else "31-large"
    with open_house(tmp_path) as house:
        _fill(house)
        url = house.tools.public_url
        _walk(house, window(url, "desk", size=desk_size, dark=dark), name)
        _chat(house, window(url, "Agnieszka", size=chat_size, language="pl-PL", dark=dark), name)


def _go_to(page: Page, selector: str) -> None:
    """The keyboard stands on it, and that can be seen."""
    wanted = page.locator(selector).last
    for _ in range(MOST_TABS):
        if wanted.evaluate("(one) => one === document.activeElement"):
            outline = wanted.evaluate("(one) => getComputedStyle(one).outlineStyle")
            assert outline != "none", selector
            expect(wanted).to_be_in_viewport()
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)


def test_a_keyboard_is_enough(tmp_path: Path, window: OpenWindow) -> None:
    """From the letter to the second question with Tab, Enter and letters only; each step can be seen."""
    with open_house(tmp_path) as house:
        phone = Phone(house, window(house.tools.public_url, "Pieter", size=LAPTOP), "nl")
        page = phone.page
        page.goto(invitation_of(house, "p-pieter"))
        _press(page, "button.primary")
        for label in (
            f"✓ {own_name('nl')}",
            phone.label("welcome.read_button"),
            phone.label("menu.prepare_button"),
        ):
            expect(phone.button(label)).to_be_visible()
            _press(page, f".choices button:text-is('{label}')")
        phone.sees(phone.text("BO01", Part.ASK))
        _go_to(page, "#text")
        page.keyboard.type(WORDS)
        page.keyboard.press("Enter")
        phone.sent(WORDS)
        phone.is_asked("BO02")
        expect(page.locator("#text")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        phone.window.look("32-keyboard")


def _press(page: Page, selector: str) -> None:
    _go_to(page, selector)
    page.keyboard.press("Enter")
