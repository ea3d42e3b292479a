"""The teacher's desk as its people use it, on a phone, a tablet and a laptop: from the class page to who looked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.content.catalogues import own_name
from bot.model.agreements import Agreement, AgreementState
from bot.model.clock import MovableClock
from bot.model.drafts import DraftField
from bot.services import people
from bot.wiring import House
from bot.workers.reminders import Reminders
from tests.journeys.chromium import PHONE, WAIT_MS, Window
from tests.journeys.conftest import OpenWindow
from tests.journeys.house import invitation_of, open_house, sign_in_link, word
from tests.journeys.phone import Phone
from tests.web import school_year as year
from tests.web.served import Served, serving

pytestmark = pytest.mark.browser

SIZES: tuple[ViewportSize, ...] = (PHONE, {"width": 768, "height": 1024}, {"width": 1280, "height": 900})
CHEERFUL = (
    "Kuba jest wesoły i ciekawy świata. Lubi się śmiać. W nowym miejscu najpierw spokojnie się rozgląda."
)
CHEERFUL_IN_DUTCH = (
    "Kuba is vrolijk en nieuwsgierig. Hij lacht graag. Op een nieuwe plek kijkt hij eerst rustig rond."
)
HAPPY = "Kuba is een vrolijke jongen. Hij stelt veel vragen."
STORY = "Kuba vertelt thuis over de pauze en over liedjes. Hij wil graag beter Nederlands leren."
STORY_IN_POLISH = "Kuba opowiada w domu o przerwie i o piosenkach. Chce lepiej nauczyć się niderlandzkiego."
JUDGING = "Kuba is altijd stil."
SEEN = "Kuba bouwt lang en rustig met blokken. In de kring praat hij nog weinig."
SEEN_IN_POLISH = "Kuba długo i spokojnie buduje z klocków. W kręgu mówi jeszcze mało."
GOAL = "Kuba durft hulp te vragen."
GOAL_IN_POLISH = "Kuba nie boi się prosić o pomoc."
NOT_AFRAID = "Kuba jest cichy, bo nie zna jeszcze słów. Nie boi się."
NOT_AFRAID_IN_DUTCH = "Kuba is stil omdat hij de woorden nog niet kent. Hij is niet bang."
TRAINS = "Kuba chce też opowiadać o pociągach."
TRAINS_IN_DUTCH = "Kuba wil ook graag vertellen over treinen."
AGREED = "Kuba kiest elke avond een boek. Samen lezen jullie tien minuten."
AGREED_IN_POLISH = "Co wieczór Kuba wybiera książkę. Czytają Państwo razem dziesięć minut."
CHANGED = "Kuba kiest elke avond een boek, maar niet op woensdag. Samen lezen jullie tien minuten."
CHANGED_IN_POLISH = "Co wieczór oprócz środy Kuba wybiera książkę. Czytają Państwo razem dziesięć minut."
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
DUE, LOOK_BACK = "2026-10-01", "2026-10-08"
BEFORE_THE_TALK = timedelta(minutes=20)  # she stays signed in for half an hour
TO_THE_REMINDER = timedelta(days=27)  # then it is the third school day before


async def away(scope: Scope, receive: Receive, send: Send) -> None:
    """A server that is being started again."""
    await PlainTextResponse("", status_code=503)(scope, receive, send)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """One server for all widths."""
    with serving() as made:
        yield made


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_from_the_class_to_who_looked(
    tmp_path: Path, server: Served, window: OpenWindow, size: ViewportSize
) -> None:
    """Class, report, answer in Polish, changed agreement, reminder, dossier (002-report, 004-oog-prepare)."""
    with open_house(tmp_path, server) as house:
        url = house.tools.public_url
        _prepared(house)
        marieke = Desk(house, window(url, "juf Marieke", size=size, language="nl-NL"))
        agnieszka = Phone(house, window(url, "Agnieszka", size=size, language="pl-PL"), "pl")
        _joined(house, agnieszka)
        _read_the_class(marieke)
        _talk_sheet(marieke)
        _move_clock(house, BEFORE_THE_TALK)
        _write_the_report(marieke, server)
        _show_the_report(marieke)
        _answer_in_polish(agnieszka)
        _answer_in_the_dossier(agnieszka)
        _read_the_answers(marieke)
        _confirm(house, agnieszka, AGREED_IN_POLISH)
        _change_the_agreement(marieke)
        _confirm_again(house, agnieszka)
        _reminded(house, agnieszka)
        _who_looked(agnieszka)


class Desk:
    """The desk of juf Marieke in one window; its pictures are numbered in the order of the path."""

    def __init__(self, house: House, window: Window) -> None:
        self.house = house
        self.window = window
        self.page: Page = window.page

    def word(self, english: str) -> str:
        """A fixed word of the desk."""
        return word(self.house, "nl", english)

    def look(self, name: str, *, whole: bool = True) -> None:
        """What stands on this screen is kept as a picture, and is no bother."""
        self.window.look(f"40-desk-{self.window.width}-{name}", whole=whole)

    def says(self, what: str) -> None:
        """The line at the foot of a form that keeps itself says this."""
        status = self.page.locator("[data-status]")
        expect(status).to_have_text(status.get_attribute(f"data-{what}") or "?", timeout=2 * WAIT_MS)

    def kept(self, name: str) -> str | None:
        """What the server has of a field."""
        with self.house.database.reading() as session:
            return session.scalar(select(DraftField.content).where(DraftField.name == name))


def _look(phone: Phone, name: str, page: Page | None = None, *, whole: bool = False) -> None:
    phone.window.look(f"40-desk-{phone.window.width}-{name}", page, whole=whole)


def _prepared(house: House) -> None:
    """Both parents shared an answer, and the talk with both begins soon."""
    with house.database.writing() as session:
        agnieszka, pieter, marieke = (
            people.by_roster_id(session, one) for one in ("p-agnieszka", "p-pieter", "s-marieke")
        )
        kuba = people.child_by_roster_id(session, "k-kuba")
        year.prepare(session, house.tools, agnieszka, kuba, {"BO01": CHEERFUL})
        year.prepare(session, house.tools, pieter, kuba, {"BO01": HAPPY})
        year.plan(session, house.tools, marieke, kuba, at=house.tools.clock.now() + BEFORE_THE_TALK)


def _move_clock(house: House, ahead: timedelta) -> None:
    assert isinstance(house.tools.clock, MovableClock)
    house.tools.clock.move(seconds=ahead.total_seconds())


def _joined(house: House, phone: Phone) -> None:
    """Agnieszka opened her letter, and her phone is confirmed."""
    phone.join(invitation_of(house, "p-agnieszka"))
    phone.tap(f"✓ {own_name('pl')}")
    phone.tap(phone.label("welcome.read_button"))
    with house.database.writing() as session:
        agnieszka, marieke = (people.by_roster_id(session, one) for one in ("p-agnieszka", "s-marieke"))
        people.confirm_door(session, house.tools, marieke, people.doors_of(session, agnieszka)[0])


def _read_the_class(desk: Desk) -> None:
    """From the one-time link over the class page to the child; the Polish is one tap away."""
    page = desk.page
    page.goto(sign_in_link(desk.house, "s-marieke"))
    page.locator("button.primary").click()
    page.get_by_role("link", name="3A").click()
    expect(page.locator("table.class")).to_contain_text("Agnieszka Nowak")
    desk.look("01-class")
    page.get_by_role("link", name="Kuba", exact=True).last.click()
    expect(page.get_by_text(CHEERFUL_IN_DUTCH).first).to_be_visible()
    expect(page.get_by_text(CHEERFUL).first).to_be_hidden()
    page.locator(".original summary").first.click()
    expect(page.get_by_text(CHEERFUL).first).to_be_visible()
    desk.look("02-child")


def _talk_sheet(desk: Desk) -> None:
    """One sheet for each parent, and back to the child."""
    page = desk.page
    page.get_by_role("link", name=desk.word("Talk sheet on paper")).click()
    expect(page.locator(".sheet")).to_have_count(2)
    desk.look("03-sheet")
    page.locator(".back a").click()


def _write_the_report(desk: Desk, server: Served) -> None:
    """The server goes while she types, and comes back: every word is there, and no word twice."""
    page = desk.page
    page.locator("#reports a.button").click()
    page.locator("#parents_story").fill(STORY)
    desk.says("kept")
    here, server.app = server.app, away
    desk.window.expected = {503}
    hint = page.locator("#hint-teacher_sees")
    expect(hint).to_be_hidden()
    page.locator("#teacher_sees").fill(JUDGING)
    expect(hint.locator("[data-words]")).to_have_text("altijd")
    page.locator("#teacher_sees").fill(SEEN)
    expect(hint).to_be_hidden()
    desk.says("away")
    assert desk.kept("teacher_sees") is None
    desk.look("04-report-away", whole=False)
    server.app = here
    desk.says("kept")
    desk.window.expected = set()
    assert desk.kept("teacher_sees") == SEEN
    page.locator('[name="child_asked"][value="not_asked"]').check()
    page.locator("#goal_1").fill(GOAL)
    page.locator("#agreement_1_words").fill(AGREED)
    page.locator('[name="agreement_1_owner"][value="parents"]').check()
    page.locator("#agreement_1_due_on").fill(DUE)
    page.locator("#look_back_on").fill(LOOK_BACK)
    desk.says("kept")
    page.reload()
    expect(page.locator("#teacher_sees")).to_have_value(SEEN)
    desk.look("05-report")


def _show_the_report(desk: Desk) -> None:
    """Looked at once more, then shown to the parents."""
    page = desk.page
    page.locator('button[value="preview"]').click()
    page.wait_for_url("**/preview")
    desk.look("06-preview")
    page.locator("form button.primary").click()
    page.wait_for_url("**done=show_report**")
    expect(page.locator("#reports")).to_contain_text(SEEN)


def _answer_in_polish(phone: Phone) -> None:
    """The report has come by itself; two taps and a sentence say that it is not right."""
    report = phone.page.locator(".message.theirs", has_text=GOAL_IN_POLISH)
    expect(report).to_be_visible()
    report.scroll_into_view_if_needed()
    _look(phone, "07-report-in-the-chat")
    report.get_by_role("button", name=phone.label("report.wrong_button"), exact=True).click()
    phone.write(NOT_AFRAID)
    phone.sees(phone.label("report.read_button"))
    _look(phone, "08-answered")


def _dossier(phone: Phone) -> Page:
    """The newest link in the chat opens the dossier of Kuba in a tab of its own."""
    with phone.window.context.expect_page() as opened:
        phone.newest.get_by_role("link", name=phone.label("dossier.read_button")).click()
    page = opened.value
    page.locator("button.primary").click()
    page.get_by_role("link", name="Kuba").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    return page


def _answer_in_the_dossier(phone: Phone) -> None:
    """The whole report in Polish, with the answer beside it; one more is added (004-dossier-6)."""
    phone.tap(phone.label("report.read_button"))
    page = _dossier(phone)
    reports = page.locator("#reports")
    for words in (STORY_IN_POLISH, SEEN_IN_POLISH, GOAL_IN_POLISH, NOT_AFRAID):
        expect(reports.get_by_text(words)).to_be_visible()
    expect(reports.get_by_text(HAPPY)).to_have_count(0)
    reports.locator("details.form summary").click()
    reports.locator('[name="reaction"][value="add"]').check()
    reports.locator("textarea").fill(TRAINS)
    reports.locator("form button.primary").click()
    page.wait_for_url("**done=react**")
    expect(reports.get_by_text(TRAINS)).to_be_visible()
    _look(phone, "09-report-in-the-dossier", page, whole=True)
    page.close()


def _read_the_answers(desk: Desk) -> None:
    """Both answers stand beside the report in Dutch (003-yes-meaning)."""
    page = desk.page
    page.reload()
    for words in (NOT_AFRAID_IN_DUTCH, TRAINS_IN_DUTCH):
        expect(page.locator("#reports .remark").get_by_text(words)).to_be_visible()
    desk.look("10-child-with-answers")


def _confirm(house: House, phone: Phone, words: str) -> None:
    """Agnieszka confirms what she reads in Polish, Pieter the same in Dutch; the agreement holds."""
    proposed = phone.page.locator(".message.theirs", has_text=words).last
    thanks = phone.page.locator(
        ".message.theirs", has_text=phone.word("Thank you. You confirmed the agreement.")
    )
    thanked = thanks.count()
    proposed.get_by_role("button", name=phone.label("agreements.confirm_button"), exact=True).click()
    expect(thanks).to_have_count(thanked + 1)
    with house.database.writing() as session:
        agreement = session.scalars(select(Agreement)).one()
        pieter = people.by_roster_id(session, "p-pieter")
        year.confirm(session, house.tools, pieter, agreement.current)
        assert agreement.state == AgreementState.ACTIVE.value


def _change_the_agreement(desk: Desk) -> None:
    """New words: nobody has confirmed them yet but the school."""
    page = desk.page
    page.reload()
    agreement = page.locator("#agreements article")
    expect(agreement.locator(".who-confirmed .good")).to_have_count(3)
    agreement.locator("summary", has_text=desk.word("Change the text")).click()
    form = agreement.locator("form[id^=change_agreement]")
    form.locator("textarea").fill(CHANGED)
    desk.look("11-change")
    form.locator("button.primary").click()
    page.wait_for_url("**done=change_agreement**")
    expect(agreement.locator(".who-confirmed .good")).to_have_count(1)
    expect(agreement.locator("ins").first).to_contain_text("woensdag")
    page.evaluate(OPEN_ALL)
    desk.look("12-changed")


def _confirm_again(house: House, phone: Phone) -> None:
    """Both texts stand there in Polish, what came in bold, and one tap confirms the new one (002-agreements)."""
    phone.sees(CHANGED_IN_POLISH)
    expect(phone.newest).to_contain_text(AGREED_IN_POLISH)
    expect(phone.newest.locator(".body b", has_text="oprócz środy")).to_be_visible()
    _look(phone, "13-both-texts")
    _confirm(house, phone, CHANGED_IN_POLISH)


def _reminded(house: House, phone: Phone) -> None:
    """Four weeks later the owner is asked, and nobody else; two taps answer (001-hold-to-agreements)."""
    _move_clock(house, TO_THE_REMINDER)
    Reminders(house.database, house.tools, house.texts, after_commit=house.bell.ring).look()
    reminder = phone.page.locator(".message.theirs", has_text="⏰")
    expect(reminder).to_contain_text(CHANGED_IN_POLISH, timeout=WAIT_MS)
    reminder.scroll_into_view_if_needed()
    _look(phone, "14-reminder")
    reminder.get_by_role("button", name=phone.label("looking_back.bit_done_button"), exact=True).click()
    phone.sees(phone.label("looking_back.words_button"))


def _who_looked(phone: Phone) -> None:
    """In a new session the parent reads everything, and who of the school looked when (004-dossier-7)."""
    phone.page.locator(".bar-buttons button[value=menu]").click()
    phone.tap(phone.label("menu.dossier_button"))
    page = _dossier(phone)
    expect(page.locator("#agreements").get_by_text(CHANGED_IN_POLISH).first).to_be_visible()
    looks = page.locator("#looks")
    expect(looks).to_contain_text("juf Marieke")
    expect(looks).not_to_contain_text("Pieter")
    expect(page.get_by_text(HAPPY)).to_have_count(0)
    page.evaluate(OPEN_ALL)
    _look(phone, "15-dossier", page, whole=True)
