"""The report on a tablet in a real browser: typed before the script came, through a closed page, and by two at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from playwright.sync_api import Page as Tab
from sqlalchemy import select
from starlette.applications import Starlette

from bot.model.drafts import DraftField
from bot.model.people import Person, Teaching
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
TABLET = 768
SHOTS = os.environ.get("SCREENSHOTS", "")


class School:
    """A talk about Kuba, and tablets signed in."""

    def __init__(
        self, chromium: Browser, served: Served, database: Database, tools: Tools, cast: Cast, shots: Path
    ) -> None:
        self._chromium, self._served, self._database, self._tools = chromium, served, database, tools
        self.cast = cast
        self._shots = Path(SHOTS) if SHOTS else shots
        with database.writing() as session:
            c = cast.at(session)
            run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
            saying = run.answers[0].saying
            assert saying is not None
            year.translate(session, tools, saying, "nl", "Kuba is vrolijk.", "machine")
            self.talk = year.plan(session, tools, c.marieke, c.kuba).id
        self.child_page = f"/desk/child/{cast.kuba.id}"
        self.report_page = f"{self.child_page}/report/{self.talk}"

    def tab(self, person: Person, purpose: PassPurpose = PassPurpose.DESK, width: int = TABLET) -> Tab:
        """A browser of this person, signed in."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": 1024}, base_url=self._served.url
        )
        tab = context.new_page()
        tab.goto(f"/in/{year.pass_for(self._database, self._tools, person, purpose)}")
        tab.locator("button.primary").click()
        return tab

    def kept(self, name: str) -> str | None:
        """What the server has of a field."""
        with self._database.reading() as session:
            return session.scalar(select(DraftField.content).where(DraftField.name == name))

    def shot(self, tab: Tab, name: str) -> None:
        """A picture of the whole page, for who wants to look."""
        tab.screenshot(path=self._shots / f"{name}.png", full_page=True)


@pytest.fixture
def school(
    chromium: Browser,
    served: Served,
    database: Database,
    tools: Tools,
    cast: Cast,
    app: Starlette,
    tmp_path: Path,
) -> School:
    """Agnieszka shared, the talk is planned."""
    assert served.app is app
    return School(chromium, served, database, tools, cast, tmp_path)


def says(tab: Tab, what: str) -> None:
    """The line at the foot of the form says this."""
    status = tab.locator("[data-status]")
    expect(status).to_have_text(status.get_attribute(f"data-{what}") or "?", timeout=15_000)


def wait_until(tab: Tab, holds: Callable[[], object]) -> None:
    """Returns when the condition holds; fails the test if it never does."""
    for _look in range(150):
        if holds():
            return
        tab.wait_for_timeout(100)
    raise AssertionError("what was waited for did not happen")


def test_nothing_typed_is_lost_when_the_page_closes(school: School) -> None:
    """Typed before the script came, and then through a lost network and a page that was closed (design promise 1)."""
    tab = school.tab(school.cast.marieke)
    script: list[Route] = []
    tab.route("**/draft.js*", lambda route: script.append(route))  # noqa: PLW0108 - it must be a function
    tab.goto(school.report_page, wait_until="commit")
    tab.fill("#parents_story", "Kuba vertelt thuis veel.")
    wait_until(tab, lambda: script)
    script.pop().continue_()
    says(tab, "kept")
    assert school.kept("parents_story") == "Kuba vertelt thuis veel."
    tab.unroute("**/draft.js*")
    tab.context.set_offline(offline=True)
    tab.fill("#seen_differently", "Op school is Kuba stil.")
    says(tab, "away")
    tab.close()
    again = tab.context.new_page()
    tab.context.set_offline(offline=False)
    again.goto(school.report_page)
    expect(again.locator("#seen_differently")).to_have_value("Op school is Kuba stil.")
    # The page that was closed may have sent it in its last moment; if not, the new one does.
    wait_until(again, lambda: school.kept("seen_differently") == "Op school is Kuba stil.")
    wait_until(again, lambda: again.evaluate("localStorage.length") == 0)


@pytest.mark.parametrize(
    ("take", "stands"),
    [("mine", "Van Joris."), ("theirs", "Van Marieke."), ("both", "Van Marieke.\n\nVan Joris.")],
)
def test_two_tablets_at_once(school: School, database: Database, cast: Cast, take: str, stands: str) -> None:
    """The second reads both texts and chooses with one tap; nothing was overwritten before."""
    with database.writing() as session:
        session.add(Teaching(person_id=cast.joris.id, group_id=cast.group_3a.id))
    marieke, joris = school.tab(cast.marieke), school.tab(cast.joris)
    for tab in (marieke, joris):
        tab.goto(school.report_page)
    marieke.fill("#teacher_sees", "Van Marieke.")
    says(marieke, "kept")
    joris.fill("#teacher_sees", "Van Joris.")
    says(joris, "two")
    expect(joris.locator("[data-theirs]").first).to_have_text("Van Marieke.")
    school.shot(joris, "report-two")
    assert school.kept("teacher_sees") == "Van Marieke."
    joris.locator(f'[data-take="{take}"]').first.click()
    says(joris, "kept")
    expect(joris.locator("#teacher_sees")).to_have_value(stands)
    assert school.kept("teacher_sees") == stands


@pytest.mark.parametrize("width", [360, TABLET, 1280])
def test_no_form_is_wider_than_its_screen(school: School, width: int) -> None:
    """Nothing must be scrolled sideways, with everything opened."""
    tab = school.tab(school.cast.marieke, width=width)
    for address in (school.report_page, f"{school.child_page}/preparation", "/desk/listening-card"):
        tab.goto(address)
        tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address
        school.shot(tab, f"{address.rsplit('/', 1)[-1]}-{width}")
