"""The main path as its people walk it, in a real browser: from a letter to an agreement that both can read."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from bot.content.catalogues import own_name
from bot.dialog.script import OTHER, Part
from bot.model.agreements import Agreement, AgreementState, Confirmation
from bot.model.preparation import Answer
from bot.model.translation import Attachment, MediaState, Saying
from bot.services import people
from bot.wiring import House
from tests.journeys.chromium import LAPTOP, Window
from tests.journeys.conftest import OpenWindow
from tests.journeys.house import invitation_of, open_house, sign_in_link, word
from tests.journeys.phone import Phone

pytestmark = pytest.mark.browser

MOST_S = 60
OGG = b"OggS" + bytes(range(200))
CHEERFUL = (
    "Kuba jest wesoły i ciekawy świata. Lubi się śmiać. W nowym miejscu najpierw spokojnie się rozgląda."
)
BUILDS = "Kuba dobrze buduje z klocków. Po polsku umie ładnie opowiadać."
HARD = "Mówienie po holendersku w dużej grupie jest dla Kuby jeszcze trudne."
FIRST_SHOWN = "Łatwiej mu, gdy ktoś najpierw pokaże zadanie."
FRIENDS = "Kuba najchętniej bawi się z Daanem i Saar."
NEWS = "Chciałabym wiedzieć, co u Kuby w grupie. Proszę pisać też wtedy, gdy coś się uda."
READING = "Jak mogę pomóc Kubie w czytaniu po holendersku? Sama jeszcze uczę się tego języka."
WRITTEN = (CHEERFUL, BUILDS, HARD, FIRST_SHOWN, FRIENDS, NEWS, READING)
CHEERFUL_IN_DUTCH = (
    "Kuba is vrolijk en nieuwsgierig. Hij lacht graag. Op een nieuwe plek kijkt hij eerst rustig rond."
)
AGREED = "Kuba kiest elke avond een boek. Samen lezen jullie tien minuten."
AGREED_IN_POLISH = "Co wieczór Kuba wybiera książkę. Czytają Państwo razem dziesięć minut."


def test_a_letter_becomes_an_agreement(tmp_path: Path, window: OpenWindow) -> None:
    """From Polish words on a small phone to one text that all three confirmed (002-prep-form, 002-agreements)."""
    began = time.monotonic()
    with open_house(tmp_path) as house:
        url = house.tools.public_url
        agnieszka = Phone(house, window(url, "Agnieszka", language="pl-PL"), "pl")
        _welcome(agnieszka, invitation_of(house, "p-agnieszka"))
        _prepare(agnieszka)
        _share(agnieszka)
        _nothing_is_lost_or_doubled(house)
        pieter = Phone(house, window(url, "Pieter", language="nl-NL"), "nl")
        _welcome_pieter(pieter, invitation_of(house, "p-pieter"))
        marieke = window(url, "juf Marieke", size=LAPTOP, language="nl-NL")
        _confirm_the_phones(house, marieke)
        _read(marieke)
        _propose(house, marieke)
        _confirm(agnieszka, AGREED_IN_POLISH, "12")
        _confirm(pieter, AGREED, "13")
        _is_active(house)
        _open_dossier(agnieszka)
    assert time.monotonic() - began < MOST_S


def _welcome(phone: Phone, letter: str) -> None:
    """The letter, the language, the notice, and Kuba of two children."""
    phone.page.goto(letter)
    expect(phone.page.locator("html")).to_have_attribute("lang", "pl")
    phone.window.look("01-letter")
    phone.join(letter)
    phone.sees("Basisschool De Wilg")
    phone.window.look("02-language")
    phone.tap(f"✓ {own_name('pl')}")
    phone.sees("112")
    phone.window.look("03-notice")
    phone.tap(phone.label("welcome.read_button"))
    phone.tap(phone.label("menu.prepare_button"))
    phone.window.look("04-which-child")
    phone.tap("Kuba")


def _prepare(phone: Phone) -> None:
    """All fifteen questions: words, buttons, voice, skip, back, a reload, and no connection."""
    window, page = phone.window, phone.page
    phone.is_asked("BO01")
    window.look("05-first-question")
    _reload_with_a_draft(phone, CHEERFUL)
    phone.is_asked("BO02")
    phone.choose("BO02", "bouwen", "tekenen")
    window.look("06-several")
    phone.tap(phone.label("preparation.ready_button"))
    phone.is_asked("BO03")
    phone.tap(phone.label("preparation.example_button"))
    phone.sees(phone.text("BO03", Part.EXAMPLE))
    phone.tap(phone.label("preparation.back_button"))
    phone.is_asked("BO02")
    phone.tap(phone.label("preparation.ready_button"))
    phone.is_asked("BO03")
    phone.write(BUILDS)
    phone.is_asked("BO04")
    window.look("07-sensitive")
    _without_connection(phone, HARD)
    phone.is_asked("BO05")
    window.look("08-scale")
    phone.tap("Często")
    phone.is_asked("BO06")
    phone.speak()
    phone.is_asked("BO07")
    phone.choose("BO07", "rust", OTHER)
    phone.write(FIRST_SHOWN)
    phone.is_asked("BX-M1")
    phone.write(FRIENDS)
    phone.is_asked("BX-M2")
    phone.send_sound("opowiada.ogg", OGG, "audio/ogg")
    phone.is_asked("BX-M3")
    page.reload()
    phone.is_asked("BX-M3")
    phone.tap("Codziennie")
    phone.is_asked("BO08")
    phone.tap(phone.label("preparation.skip_button"))
    phone.is_asked("BO09")
    phone.choose("BO09", "blij", "vrienden", "nederlands")
    phone.tap(phone.label("preparation.ready_button"))
    phone.is_asked("BO10")
    _answer_gets_lost(phone, NEWS)
    phone.is_asked("BO11")
    _press_far_above(phone)
    phone.choose("BO11", "praten", "voorlezen")
    phone.tap(phone.label("preparation.ready_button"))
    phone.is_asked("BO12")
    phone.write(READING)


def _reload_with_a_draft(phone: Phone, words: str) -> None:
    """Half a sentence is still there after the page was loaded anew."""
    half = len(words) // 2
    phone.page.locator("#text").fill(words[:half])
    phone.page.reload()
    phone.is_asked("BO01")
    expect(phone.page.locator("#text")).to_have_value(words[:half])
    phone.write(words)


def _without_connection(phone: Phone, words: str) -> None:
    """What is sent in a tunnel waits on the phone, says so, and goes out by itself afterwards."""
    with phone.window.without_connection():
        phone.page.locator("#text").fill(words)
        phone.page.locator("#send").click()
        expect(phone.page.locator("#status")).to_be_visible()
        expect(phone.newest_own.locator(".state")).to_have_text(
            phone.word("Kept on this phone. It goes out by itself.")
        )
        phone.window.look("07b-no-connection")
    phone.sent(words)
    expect(phone.page.locator("#status")).to_be_hidden()


def _answer_gets_lost(phone: Phone, words: str) -> None:
    """The server has the words, its answer never comes; the phone sends them again."""
    sendings: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        sendings.append(answer.status)
        if len(sendings) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    phone.window.away = True
    phone.page.route("**/say", lose_the_first_answer)
    phone.write(words)
    phone.page.unroute("**/say")
    phone.window.away = False
    assert sendings == [200, 200]


def _press_far_above(phone: Phone) -> None:
    """A button of the very first question is answered where the person looks."""
    phone.page.get_by_role("button", name=phone.label("preparation.example_button"), exact=True).first.click()
    phone.sees(phone.text("BO01", Part.EXAMPLE))
    expect(phone.newest).to_be_in_viewport()


def _share(phone: Phone) -> None:
    """The review shows what stands, and one tap shares what is not sensitive."""
    phone.sees(phone.script.text("pl", "BO12", "ask"))
    phone.window.look("09-review")
    phone.tap(phone.label("preparation.share_button"))
    phone.sees("juf Marieke")
    phone.window.look("10-shared")


def _nothing_is_lost_or_doubled(house: House) -> None:
    """Each thing said stands once; of fifteen questions fourteen are answered."""
    with house.database.reading() as session:
        written = session.scalars(select(Saying.original).where(Saying.original != "")).all()
        assert sorted(written) == sorted(WRITTEN)
        assert session.scalar(select(func.count(Answer.id))) == 14
        files = session.scalars(select(Attachment.state)).all()
        assert list(files) == [MediaState.READY.value] * 2


def _welcome_pieter(phone: Phone, letter: str) -> None:
    phone.join(letter)
    phone.tap(f"✓ {own_name('nl')}")
    phone.tap(phone.label("welcome.read_button"))
    phone.sees("Kuba")


def _confirm_the_phones(house: House, window: Window) -> None:
    """The teacher signs in by a one-time link and confirms both phones with one tap each."""
    page = window.page
    page.goto(sign_in_link(house, "s-marieke"))
    window.look("11-sign-in")
    page.locator("button.primary").click()
    page.wait_for_url("**/desk/")
    window.look("11b-my-groups")
    page.get_by_role("link", name="3A").click()
    window.look("11c-group", whole=True)
    buttons = page.get_by_role("button", name=word(house, "nl", "Yes, confirm"))
    for left in (1, 0):
        buttons.first.click()
        expect(buttons).to_have_count(left)


def _read(window: Window) -> None:
    """The Dutch stands there, labelled; the Polish is one tap away; the sensitive answer is not there at all."""
    page = window.page
    page.get_by_role("link", name="Kuba", exact=True).first.click()
    dutch, polish = page.get_by_text(CHEERFUL_IN_DUTCH).first, page.get_by_text(CHEERFUL).first
    expect(dutch).to_be_visible()
    expect(polish).to_be_hidden()
    page.locator(".original summary").first.click()
    expect(polish).to_be_visible()
    expect(page.get_by_text(HARD)).to_have_count(0)
    window.look("11d-child", whole=True)


def _propose(house: House, window: Window) -> None:
    """The agreement is written in Dutch, and one button proposes it and confirms it for the school."""
    page = window.page
    page.locator("summary", has_text=word(house, "nl", "Propose an agreement")).click()
    form = page.locator("form#propose")
    form.locator("#propose-words").fill(AGREED)
    form.get_by_label(word(house, "nl", "the parents")).check()
    form.locator("#propose-due_on").fill("2026-10-01")
    form.locator("#propose-look_back_on").fill("2026-10-08")
    for name in ("Agnieszka Nowak", "Pieter de Vries"):
        expect(form.get_by_label(name)).to_be_checked()
    window.look("11e-propose", whole=True)
    form.locator("button.primary").click()
    page.wait_for_url("**done=propose**")
    window.look("11f-proposed")


def _confirm(phone: Phone, words: str, number: str) -> None:
    """The proposal has come by itself, in the person's own language, and one tap confirms it."""
    phone.sees(words)
    phone.window.look(f"{number}-agreement")
    phone.tap(phone.label("agreements.confirm_button"))
    phone.window.look(f"{number}b-confirmed")


def _is_active(house: House) -> None:
    with house.database.reading() as session:
        agreement = session.scalars(select(Agreement)).one()
        assert agreement.state == AgreementState.ACTIVE.value
        shown = {
            one.person_id: one.words_shown
            for one in session.scalars(select(Confirmation))
            if not one.lapsed_at
        }
        who = {key: people.by_roster_id(session, key).id for key in ("p-agnieszka", "p-pieter", "s-marieke")}
        assert shown == {
            who["p-agnieszka"]: AGREED_IN_POLISH,
            who["p-pieter"]: AGREED,
            who["s-marieke"]: AGREED,
        }


def _open_dossier(phone: Phone) -> None:
    """From the chat a one-time link opens the dossier, where the agreement stands in Polish (004-dossier-6)."""
    phone.page.locator(".bar-buttons button[value=menu]").click()
    phone.tap(phone.label("menu.dossier_button"))
    with phone.window.context.expect_page() as opened:
        phone.newest.get_by_role("link", name=phone.label("dossier.read_button")).click()
    page = opened.value
    page.wait_for_load_state()
    page.bring_to_front()
    phone.window.look("14-dossier-link", page)
    page.locator("button.primary").click()
    page.get_by_role("link", name="Kuba").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    agreements = page.locator("#agreements")
    expect(agreements.get_by_text(AGREED_IN_POLISH)).to_be_visible()
    for name in ("Agnieszka Nowak", "Pieter de Vries", "juf Marieke"):
        expect(agreements.locator(".who-confirmed", has_text=name)).to_be_visible()
    expect(page.locator("#looks")).to_contain_text("juf Marieke")
    phone.window.look("15-dossier", page, whole=True)
