"""The whole web application over a real database behind a real server, and a browser for each person."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser as Chromium
from starlette.applications import Starlette

from bot.assistant.reception import Reception
from bot.channels.telegram.init_data import InitData
from bot.content.texts import Texts
from bot.model.people import Person
from bot.services import invitations
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.cast import Cast, catalogues
from tests.fake_telegram import TOKEN
from tests.journeys.chromium import launched
from tests.web.browser import Browser
from tests.web.page import SignedIn
from tests.web.served import Served, serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """One Chromium for a file, with a microphone that hums."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """One server for all tests."""
    with serving() as made:
        yield made


@pytest.fixture(scope="session")
def texts() -> Texts:
    """Every chat text and page, compiled once for all tests of this folder."""
    return Texts(catalogues(), ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def bell(database: Database) -> Bell:
    """What wakes the open chats."""
    return Bell(database, heartbeat_s=0.3)


@pytest.fixture
def app(served: Served, database: Database, tools: Tools, texts: Texts, bell: Bell) -> Iterator[Starlette]:
    """The web application as wiring builds it, served at its public address."""
    here = replace(tools, public_url=served.url)
    made = application(
        database=database,
        tools=here,
        texts=texts,
        reception=Reception(database, here, texts, after_commit=bell.ring),
        bell=bell,
        after_commit=bell.ring,
        vouch=InitData(TOKEN),
    )
    served.app = made
    yield made
    bell.close()


@pytest.fixture
def browser(app: Starlette, served: Served) -> Iterator[Callable[..., Browser]]:
    """A function that opens a browser; all are closed after the test."""
    assert served.app is app
    with ExitStack() as opened:
        yield lambda language="pl": opened.enter_context(Browser(served.url, language=language))


@pytest.fixture
def invite(database: Database, tools: Tools, cast: Cast) -> Callable[[Person], str]:  # noqa: ARG001  (they must be there)
    """A function that mints an invitation for one of the cast."""

    def mint(person: Person) -> str:
        with database.writing() as session:
            return invitations.invite(session, tools, session.get_one(Person, person.id))

    return mint


@pytest.fixture
def agnieszka(browser: Callable[..., Browser], cast: Cast, invite: Callable[[Person], str]) -> Browser:
    """Agnieszka's phone, joined, at the first words of the welcome."""
    phone = browser()
    phone.join(invite(cast.agnieszka))
    return phone


@pytest.fixture
def window(app: Starlette, served: Served) -> Iterator[Callable[..., SignedIn]]:
    """A function that opens a browser for the desk or the dossier; all are closed after the test."""
    assert served.app is app
    opened: list[SignedIn] = []

    def opens(language: str = "nl") -> SignedIn:
        opened.append(SignedIn(served.url, language=language))
        return opened[-1]

    yield opens
    for browser in opened:
        browser.close()


@pytest.fixture
def serve(
    served: Served, database: Database, texts: Texts, bell: Bell, app: Starlette
) -> Callable[[Tools], None]:
    """A function that puts the same application with other tools behind the server."""
    assert served.app is app

    def put(tools: Tools) -> None:
        served.app = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=Reception(database, tools, texts),
            bell=bell,
            after_commit=bell.ring,
        )

    return put


@pytest.fixture
def speak(served: Served, database: Database, tools: Tools, bell: Bell) -> Iterator[Callable[[Texts], Tools]]:
    """A function that serves the application in the languages of the texts; it gives the tools of that school."""

    def in_these(texts: Texts) -> Tools:
        here = replace(tools, languages=texts.languages, public_url=served.url)
        served.app = application(
            database=database,
            tools=here,
            texts=texts,
            reception=Reception(database, here, texts, after_commit=bell.ring),
            bell=bell,
            after_commit=bell.ring,
            vouch=InitData(TOKEN),
        )
        return here

    yield in_these
    bell.close()
