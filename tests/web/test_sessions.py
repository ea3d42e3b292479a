"""Where a person is signed in, and a form whose session ended while it was written."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.model.clock import MovableClock
from bot.model.dossier import Entry
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import passes
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.page import Page, PageForm, SignedIn

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A) Mobile Safari/537.36"


def _enter(
    window: Opener, database: Database, tools: Tools, person: Person, purpose: PassPurpose, agent: str = ""
) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window("en")
    if agent:
        browser.client.headers["user-agent"] = agent
    browser.sign_in(database, tools, person, purpose)
    return browser


@pytest.mark.parametrize(("name", "purpose"), [("marieke", DESK), ("agnieszka", DOSSIER)])
def test_own_browsers_are_listed_and_nobody_elses(
    window: Opener, database: Database, tools: Tools, cast: Cast, name: str, purpose: PassPurpose
) -> None:
    """By the family of the device only; the page shows no more of what the browser says about itself."""
    person = getattr(cast, name)
    _enter(window, database, tools, person, purpose, PHONE)
    other = cast.joris if purpose is DESK else cast.pieter
    _enter(window, database, tools, other, purpose, "Mozilla/5.0 (Windows NT 10.0)")
    here = _enter(window, database, tools, person, purpose, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)")
    page = here.get(f"/{purpose.value}/sessions")
    assert "Android phone or tablet" in page.words
    assert "iPhone" in page.words
    assert "Windows" not in page.words
    assert "Pixel" not in page.html
    assert page.words.count("This is here") == 1


def test_one_is_ended_and_all_others_are(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """The ended browser is signed out at its next step, this one goes on."""
    lost, old = (_enter(window, database, tools, cast.marieke, DESK) for _ in range(2))
    here = _enter(window, database, tools, cast.marieke, DESK)
    first = next(
        form.value("target") for form in reversed(here.get("/desk/sessions").forms) if form.value("target")
    )
    here.act("/desk/sessions", "end", first)
    assert sorted([lost.get("/desk/").status, old.get("/desk/").status]) == [200, 403]
    page = here.act("/desk/sessions", "end_others")
    assert "All other browsers are signed out" in page.words
    assert [lost.get("/desk/").status, old.get("/desk/").status] == [403, 403]
    assert here.get("/desk/").status == 200
    assert not here.get("/desk/sessions").has_form("end")


def test_nobody_ends_the_session_of_somebody_else(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """A guessed number is not found."""
    theirs = _enter(window, database, tools, cast.joris, DESK)
    here = _enter(window, database, tools, cast.marieke, DESK)
    key = here.get("/desk/").forms[0].value("key")
    for target in ("1", "99", "x", str(10**20), ""):
        answer = here.send("/desk/sessions", PageForm("", "", {"key": [key]}), do="end", target=target)
        assert answer.status_code == 404, target
    assert theirs.get("/desk/").status == 200


def test_sessions_rest_and_end(
    window: Opener, database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """Half an hour without a step ends one, twelve hours do in any case; neither is listed any more."""
    idle = _enter(window, database, tools, cast.marieke, DESK)
    clock.move(minutes=30)
    busy = _enter(window, database, tools, cast.marieke, DESK)
    assert idle.get("/desk/").status == 403
    assert not busy.get("/desk/sessions").has_form("end")
    for _ in range(24):
        clock.move(minutes=29)
        assert busy.get("/desk/").status == 200
    clock.move(minutes=29)
    assert busy.get("/desk/").status == 403
    assert passes.IDLE.total_seconds() == 1800


def _add(browser: SignedIn, path: str) -> tuple[PageForm, dict[str, str]]:
    return browser.get(path).form("add"), {"words": "Kuba leest\nelke avond. 🎒", "kind": "view"}


def _entries(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.saying.original for one in session.scalars(select(Entry).order_by(Entry.id))]


def test_a_text_survives_the_end_of_the_session(
    window: Opener, database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """It stands on the page that asks to sign in, nowhere on the server; after the new link it is sent, once."""
    browser = _enter(window, database, tools, cast.agnieszka, DOSSIER)
    path = f"/dossier/child/{cast.kuba.id}"
    form, said = _add(browser, path)
    clock.move(minutes=31)
    asked = Page(browser.send(path, form, **said))
    assert asked.status == 403
    assert "Send again" in asked.words
    assert _entries(database) == []
    (again,) = asked.forms
    assert again.value("words").replace("\r\n", "\n").strip() == said["words"]
    still_out = Page(browser.send(path, again))  # pressed too early: the text is there again
    assert still_out.status == 403
    (again,) = still_out.forms
    browser.sign_in(database, tools, cast.agnieszka, DOSSIER)
    for _ in range(2):
        assert browser.send(path, again).status_code == 303
    assert [one.strip() for one in _entries(database)] == [said["words"]]


def test_a_page_from_before_the_new_sign_in_can_be_sent(
    window: Opener, database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """Who signs in again in another tab first sends the old page as if nothing had happened."""
    browser = _enter(window, database, tools, cast.agnieszka, DOSSIER)
    path = f"/dossier/child/{cast.kuba.id}"
    form, said = _add(browser, path)
    clock.move(minutes=31)
    browser.sign_in(database, tools, cast.agnieszka, DOSSIER)
    assert browser.send(path, form, **said).status_code == 303
    assert len(_entries(database)) == 1


def test_somebody_else_in_the_same_browser_does_not_send_it(
    window: Opener, database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """A father who signs in where the mother wrote does not put her words under his name."""
    browser = _enter(window, database, tools, cast.agnieszka, DOSSIER)
    path = f"/dossier/child/{cast.kuba.id}"
    form, said = _add(browser, path)
    clock.move(minutes=31)
    (again,) = Page(browser.send(path, form, **said)).forms
    browser.sign_in(database, tools, cast.pieter, DOSSIER)
    for one in (again, form):
        assert browser.send(path, one, **said).status_code == 403
    assert _entries(database) == []
