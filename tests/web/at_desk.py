"""A watched browser of somebody of the school, signed in at the desk."""

from playwright.sync_api import Browser, ViewportSize

from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.journeys.chromium import Window
from tests.web import school_year as year
from tests.web.served import Served


def at_desk(
    chromium: Browser,
    served: Served,
    database: Database,
    tools: Tools,
    person: Person,
    size: ViewportSize,
    *,
    language: str = "en",
    dark: bool = False,
) -> Window:
    """The person's window without scripts; both the browser and the person speak this language."""
    with database.writing() as session:
        session.get_one(Person, person.id).language = language
    window = Window(chromium, served.url, "desk", size=size, language=language, scripts=False, dark=dark)
    window.page.goto(f"/in/{year.pass_for(database, tools, person, PassPurpose.DESK)}")
    window.page.locator("button.primary").click()
    return window
