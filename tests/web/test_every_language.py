"""Every page in some language, and every language on some pages: what is particular to one is found cheaply."""

from collections.abc import Callable, Sequence
from itertools import cycle
from zoneinfo import ZoneInfo

from bot.content.catalogues import SHIPPED_LANGUAGES, direction
from bot.content.texts import Texts
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import LANGUAGES, Cast, catalogues
from tests.web.everything import furnish
from tests.web.page import Page, SignedIn
from tests.web.served import Served

# Those of the cast are read on every page elsewhere; Arabic is always among these, for its direction.
OTHERS = sorted({*SHIPPED_LANGUAGES, "ar"} - set(LANGUAGES))


def _read(database: Database, browser: SignedIn, person: Person, address: str, language: str) -> Page:
    with database.writing() as session:
        session.get_one(Person, person.id).language = language
    return browser.get(address)


def _look(page: Page, language: str, address: str) -> None:
    where = f"{language} {address}"
    assert page.status == 200, where
    assert f'<html lang="{language}" dir="{direction(language)}">' in page.html, where
    assert page.html.count("<h1") == 1, where
    assert "%(" not in page.html, where


def test_the_pages_take_turns(
    speak: Callable[[Texts], Tools], database: Database, cast: Cast, served: Served
) -> None:
    """One request for each page; the languages go round, so that each stands on pages of both sides."""
    texts = Texts(
        catalogues().only(tuple(dict.fromkeys((*LANGUAGES, *OTHERS)))), ZoneInfo("Europe/Amsterdam")
    )
    tools = speak(texts)
    with database.writing() as session:
        there = furnish(session, tools, cast)
    place = there.places
    child = f"/desk/child/{place['child_id']}"
    own = f"/dossier/child/{place['child_id']}"
    group = f"/desk/group/{place['group_id']}"
    report = f"{child}/report/{place['talk_id']}"
    desk: Sequence[str] = (
        *("/desk/", "/desk/rhythm", "/desk/languages", "/desk/sessions", "/desk/listening-card"),
        *(group, f"{group}/sheets", child, f"{child}/sheet", f"{child}/preparation", report),
        *(f"{child}/preparation/preview", f"{report}/preview"),
    )
    of_head = ("/desk/school", "/desk/accounts", f"/desk/account/{place['person_id']}")
    of_parent = (own, "/dossier/", "/dossier/rhythm", "/dossier/sessions")
    languages = cycle(OTHERS)
    for person, purpose, addresses in (
        (cast.marieke, PassPurpose.DESK, desk),
        (cast.hanneke, PassPurpose.DESK, of_head),
        (cast.karin, PassPurpose.DESK, ("/desk/buddies",)),
        (cast.agnieszka, PassPurpose.DOSSIER, of_parent),
    ):
        browser = SignedIn(served.url, language="nl")
        browser.sign_in(database, tools, person, purpose)
        for address in addresses:
            language = next(languages)
            _look(_read(database, browser, person, address, language), language, address)
        browser.close()
    browser = SignedIn(served.url, language="nl")
    for language in OTHERS:
        _look(browser.get(f"/i/{place['token']}?language={language}"), language, "/i/")
        _look(browser.get(f"/words?language={language}"), language, "/words")
    browser.close()
