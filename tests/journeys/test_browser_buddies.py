"""Two parents on phones of 360 px: one asks about a message, the other one, open on the demo's third phone, helps."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bot.assistant import notices
from bot.demo import demo_house
from bot.services import messages, people
from bot.services import sayings as words_of
from bot.wiring import House
from tests.journeys.chromium import Window
from tests.journeys.conftest import OpenWindow
from tests.journeys.phone import Phone
from tests.running import running
from tests.web.served import serving

pytestmark = pytest.mark.browser

MESSAGE = "Kuba moet donderdag gymschoenen mee. Bel anders 06 12345678."
HIDDEN = "[1] moet donderdag gymschoenen mee. Bel anders [2]."
BETTER = "[1] ma w czwartek przynieść buty na WF. Można też zadzwonić: [2]."
RESTORED = "Kuba ma w czwartek przynieść buty na WF. Można też zadzwonić: 06 12345678."


def test_agnieszka_asks_ewa_about_a_message(window: OpenWindow) -> None:
    """From the message to better words in it; Ewa reads no name of a child and no number (002-buddy)."""
    with serving() as served:
        address = urlsplit(served.url)
        assert address.hostname
        assert address.port
        with demo_house(address.hostname, address.port) as house, running(**house.loops):
            served.app = house.application
            visitor = window(served.url, "visitor")
            visitor.page.goto("/")
            letters = [frame.get_attribute("src") or "" for frame in visitor.page.locator("iframe").all()]
            agnieszka = _phone(house, visitor, visitor.page)
            ewa = _phone(house, visitor, visitor.context.new_page())
            agnieszka.join(letters[0])
            agnieszka.tap("✓ Polski")
            agnieszka.tap(agnieszka.label("welcome.read_button"))
            ewa.page.goto(letters[2])
            expect(ewa.page.locator(".theirs", has_text=ewa.label("buddies.open_button")[2:])).to_be_visible()
            _message_arrives(house)
            agnieszka.tap(agnieszka.label("buddies.ask_button"))
            visitor.look("60-buddy-consent", agnieszka.page)
            agnieszka.tap(agnieszka.label("help_requests.consent_yes"))
            expect(agnieszka.page.locator(".theirs", has_text=HIDDEN).last).to_be_visible()
            visitor.look("61-what-goes-along", agnieszka.page)
            agnieszka.tap(agnieszka.label("help_requests.send_button"))
            visitor.look("62-ewa-is-asked", ewa.page)
            assert HIDDEN not in ewa.page.content()
            ewa.tap(ewa.label("help_requests.accept_button"))
            visitor.look("63-who-wants-to-help", agnieszka.page)
            agnieszka.tap(agnieszka.label("help_requests.choose_button"))
            expect(ewa.page.locator(".theirs", has_text=HIDDEN)).to_be_visible()
            visitor.look("64-ewa-reads-the-text", ewa.page)
            ewa.tap(ewa.label("handing_over.better_button"))
            ewa.write(BETTER)
            expect(agnieszka.page.locator(".theirs", has_text=RESTORED)).to_be_visible()
            visitor.look("65-better-words", agnieszka.page)
            agnieszka.tap(agnieszka.label("handing_over.use_better_button"))
            agnieszka.tap(house.texts.label("pl", "helping.open_button", {"name": "Ewa"}))
            agnieszka.write("Dziękuję!")
            expect(ewa.page.locator(".theirs", has_text="Dziękuję!").last).to_be_visible()
            ewa.tap(house.texts.label("pl", "helping.open_button", {"name": "Agnieszka"}))
            visitor.look("66-the-chat", ewa.page, whole=True)
            ewa.tap(ewa.label("helping.end_button"))
            visitor.look("67-how-was-it", ewa.page)
            shown = ewa.page.content()
            for hidden in ("Kuba", "Nowak", "12345678", "Marieke"):
                assert hidden not in shown


def _phone(house: House, window: Window, page: Page) -> Phone:
    """A phone on one page of the visitor's browser: the demo's phones share it."""
    phone = Phone(house, window, "pl")
    phone.page = page
    return phone


def _message_arrives(house: House) -> None:
    """Agnieszka's phone is confirmed, and juf Marieke wrote to her."""
    with house.database.writing() as session:
        agnieszka, marieke = (people.by_roster_id(session, one) for one in ("p-agnieszka", "s-marieke"))
        kuba = people.child_by_roster_id(session, "k-kuba")
        people.confirm_door(session, house.tools, marieke, people.doors_of(session, agnieszka)[0])
        said = words_of.keep(session, house.tools, marieke, MESSAGE, child=kuba)
        messages.write(session, house.tools, marieke, kuba, agnieszka, said)
        notices.tell_all(session, house.tools, house.texts)
    house.bell.ring()
