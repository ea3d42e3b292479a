"""Reading a class of 25 in a real browser: three widths, the keyboard, and talk sheets on real paper."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize
from starlette.applications import Starlette

from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.journeys.chromium import CHROMIUM, OUTPUT, PHONE, Window
from tests.web import school_year as year
from tests.web import whole_class
from tests.web.at_desk import at_desk
from tests.web.served import Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
SIZES: tuple[ViewportSize, ...] = (PHONE, {"width": 768, "height": 1024}, {"width": 1280, "height": 900})
PAGES_OF_PDF = shutil.which("pdfinfo")
PICTURES_OF_PDF = shutil.which("pdftoppm")


@pytest.fixture
def klas(database: Database, tools: Tools, cast: Cast, app: Starlette, served: Served) -> list[str]:
    """The whole class is there; Kuba's parents wrote a lot, Agnieszka something sensitive; the names in order."""
    assert served.app is app
    with database.writing() as session:
        c = cast.at(session)
        children = [*whole_class.fill(session, tools, c), c.kuba, c.abel]
        long = "Kuba jest wesoły i lubi budować z klocków. " * 30
        questions = ("BO01", "BO03", "BO04", "BO05", "BO06", "BX-K1", "BX-K2", "BO10", "BO11", "BO12")
        run = year.prepare(
            session, tools, c.agnieszka, c.kuba, dict.fromkeys(questions, long), also_share=["BO04"]
        )
        for answer in run.answers:
            if answer.saying is not None:
                year.translate(
                    session, tools, answer.saying, "nl", "Kuba is vrolijk en bouwt graag. " * 30, "machine"
                )
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Kuba is stil bij mij."})
        year.propose(session, tools, c.marieke, c.kuba, "Samen lezen jullie elke avond tien minuten.")
        year.plan(session, tools, c.marieke, c.kuba, goal_words="Wennen in groep 3.")
        return sorted(child.first_name for child in children)


@pytest.mark.usefixtures("klas")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_the_class_and_a_child_are_no_bother_on_any_screen(
    chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast, size: ViewportSize
) -> None:
    """At 360, 768 and 1280 px: nothing too wide, too small, too pale or nameless (004-oog-prepare)."""
    window = at_desk(chromium, served, database, tools, cast.marieke, size, language="nl")
    for name, address in (
        ("class", f"/desk/group/{cast.group_3a.id}"),
        ("class-filtered", f"/desk/group/{cast.group_3a.id}?sort=contact&only=not_ready"),
        ("child", f"/desk/child/{cast.kuba.id}"),
        ("sheet", f"/desk/child/{cast.kuba.id}/sheet"),
    ):
        window.page.goto(address)
        window.look(f"desk-{name}-{size['width']}", whole=True)
    window.close()


def test_one_key_leads_to_the_next_child_and_back(
    chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast, klas: list[str]
) -> None:
    """With Alt and J all 25 children pass in the order of the class, with Alt and K back; without a script."""
    window = at_desk(chromium, served, database, tools, cast.marieke, SIZES[-1], language="nl")
    window.page.goto(f"/desk/group/{cast.group_3a.id}?sort=name")
    window.page.locator(".how-many a").first.click()
    read = [window.page.locator("h1").inner_text()]
    for expected in klas[1:]:
        _press_with_alt(window, "j")
        window.page.locator("h1", has_text=expected).wait_for()
        read.append(window.page.locator("h1").inner_text())
    assert read == klas
    _press_with_alt(window, "k")
    window.page.locator("h1", has_text=klas[-2]).wait_for()
    window.close()


def _press_with_alt(window: Window, letter: str) -> None:
    """As a keyboard does it: the letter is known although Alt is held."""
    chromium = window.context.new_cdp_session(window.page)
    for kind in ("keyDown", "keyUp"):
        chromium.send(
            "Input.dispatchKeyEvent",
            {
                "type": kind,
                "modifiers": 1,
                "key": letter,
                "code": f"Key{letter.upper()}",
                "windowsVirtualKeyCode": ord(letter.upper()),
                "unmodifiedText": letter,
            },
        )
    chromium.detach()


def test_each_sheet_is_one_page_of_paper(
    chromium: Browser,
    served: Served,
    database: Database,
    tools: Tools,
    cast: Cast,
    klas: list[str],
    tmp_path: Path,
) -> None:
    """One A4 for every guardian, also where pages were written; nothing of the screen is on it (002-agreements)."""
    window = at_desk(chromium, served, database, tools, cast.marieke, SIZES[-1], language="nl")
    guardians = len(klas) + 1  # Kuba has two
    for name, address, papers in (
        ("child", f"/desk/child/{cast.kuba.id}/sheet", 2),
        ("class", f"/desk/group/{cast.group_3a.id}/sheets", guardians),
    ):
        window.page.goto(address)
        assert window.page.locator(".sheet").count() == papers
        file = tmp_path / f"{name}.pdf"
        window.page.pdf(path=file, prefer_css_page_size=True)
        if PICTURES_OF_PDF is not None:
            OUTPUT.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [
                    PICTURES_OF_PDF,
                    "-r",
                    "70",
                    "-l",
                    "3",
                    "-png",
                    str(file),
                    str(OUTPUT / f"desk-paper-{name}"),
                ],
                check=True,
            )
        assert _pages(file) == papers
    window.page.emulate_media(media="print")
    assert not any(one.is_visible() for one in window.page.locator(".bar, button, form, .screen-only").all())
    window.close()


def _pages(file: Path) -> int:
    if PAGES_OF_PDF is None:
        return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))
    told = subprocess.run([PAGES_OF_PDF, str(file)], check=True, capture_output=True, text=True).stdout
    return int(next(line for line in told.splitlines() if line.startswith("Pages:")).split()[1])
