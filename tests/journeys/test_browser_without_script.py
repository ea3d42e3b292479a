"""Every page works as plain forms: an old phone, a browser that blocks scripts, a script that did not arrive."""

from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect
from sqlalchemy import select

from bot.model.agreements import Agreement
from bot.model.privacy import PassPurpose
from bot.model.translation import Attachment, Saying
from bot.wiring import House
from tests.journeys.chromium import LAPTOP, PHONE, Window
from tests.journeys.conftest import OpenWindow
from tests.journeys.house import invitation_of, open_house, sign_in_link, word

pytestmark = pytest.mark.browser

CHEERFUL = (
    "Kuba jest wesoły i ciekawy świata. Lubi się śmiać. W nowym miejscu najpierw spokojnie się rozgląda."
)
AGREED = "Kuba kiest elke avond een boek. Samen lezen jullie tien minuten."
OGG = b"OggS" + bytes(range(200))


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["360px", "1024px"])
def test_the_pages_work_as_plain_forms(tmp_path: Path, window: OpenWindow, size: ViewportSize) -> None:
    """Letter, chat, desk and dossier do their work without any script, on a phone and on a laptop."""
    name = f"plain-{size['width']}"
    with open_house(tmp_path) as house:
        url = house.tools.public_url
        _chat(house, window(url, "Agnieszka", size=size, language="pl-PL", scripts=False), name)
        _desk(house, window(url, "juf Marieke", size=size, scripts=False), name)
        _dossier(house, window(url, "Agnieszka", size=size, language="pl-PL", scripts=False), name)


def _tap(window: Window, label: str) -> None:
    window.page.locator(".choices").get_by_role("button", name=label, exact=True).last.click()


def _chat(house: House, window: Window, name: str) -> None:
    """The welcome by taps, an answer by words, one by a sound file."""
    page, texts = window.page, house.texts
    page.goto(invitation_of(house, "p-agnieszka"))
    window.look(f"{name}-1-letter")
    page.locator("button.primary").click()
    page.locator(".choices button").first.click()
    _tap(window, texts.label("pl", "welcome.read_button"))
    _tap(window, texts.label("pl", "menu.prepare_button"))
    _tap(window, "Kuba")
    expect(page.locator(".theirs").last).to_be_in_viewport()
    window.look(f"{name}-2-question")
    page.locator("#text").fill(CHEERFUL)
    page.locator("#send").click()
    expect(page.locator(".theirs").last).to_contain_text("2 z 15")
    page.locator("#attach summary").click()
    page.locator("#file").set_input_files({"name": "a.ogg", "mimeType": "audio/ogg", "buffer": OGG})
    window.look(f"{name}-3-file")
    page.locator("#file-form button.primary").click()
    expect(page.locator(".theirs").last).to_contain_text("3 z 15")
    _tap(window, texts.label("pl", "preparation.skip_button"))
    expect(page.locator(".theirs").last).to_contain_text("4 z 15")
    with house.database.reading() as session:
        assert session.scalars(select(Saying.original)).all() == [CHEERFUL, ""]
        assert len(session.scalars(select(Attachment)).all()) == 1


def _desk(house: House, window: Window, name: str) -> None:
    """The group, the child, and an agreement proposed after one mistake that loses nothing."""
    page = window.page
    page.goto(sign_in_link(house, "s-marieke"))
    page.locator("button.primary").click()
    page.locator(".groups a").first.click()
    window.look(f"{name}-4-group", whole=True)
    page.locator(".class a", has_text="Kuba").first.click()
    page.locator("summary", has_text=word(house, "nl", "Propose an agreement")).click()
    window.expected = {422}
    form = page.locator("form#propose")
    form.locator("#propose-words").fill(AGREED)
    form.locator("button.primary").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(form.locator("#propose-words")).to_have_value(AGREED)
    window.look(f"{name}-5-propose", whole=True)
    form.get_by_label(word(house, "nl", "the parents")).check()
    form.locator("#propose-due_on").fill("2026-10-01")
    form.locator("#propose-look_back_on").fill("2026-10-08")
    form.locator("button.primary").click()
    expect(page.get_by_role("status")).to_be_visible()
    window.look(f"{name}-6-child", whole=True)
    with house.database.reading() as session:
        assert session.scalars(select(Agreement)).one().current.saying.original == AGREED


def _dossier(house: House, window: Window, name: str) -> None:
    page = window.page
    page.goto(sign_in_link(house, "p-agnieszka", PassPurpose.DOSSIER))
    page.locator("button.primary").click()
    page.get_by_role("link", name="Kuba").click()
    expect(page.get_by_text(CHEERFUL)).to_be_visible()
    page.locator("#agreements .original summary").click()
    expect(page.locator("#agreements .original .words")).to_have_text(AGREED)
    window.look(f"{name}-7-dossier", whole=True)
