"""Pages in Arabic: the whole page from right to left, each column of a paper in its own direction."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from bot.content.texts import Texts
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import export, letters
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast, catalogues
from tests.web import school_year as year
from tests.web.browser import Browser
from tests.web.page import SignedIn
from tests.web.served import Served

HANAN = "حنان"
APART = f"\u2068{HANAN}\u2069"


@pytest.fixture(scope="module")
def arabic() -> Texts:
    """Dutch and Arabic are on."""
    return Texts(catalogues().only(("nl", "ar")), ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def here(speak: Callable[[Texts], Tools], arabic: Texts) -> Tools:
    """The application in Dutch and Arabic is served."""
    return speak(arabic)


@pytest.fixture
def hanan(database: Database, cast: Cast) -> Person:
    """Kuba's mother is called Hanan here, and reads Arabic."""
    with database.writing() as session:
        person = session.get_one(Person, cast.agnieszka.id)
        person.name, person.language = HANAN, "ar"
        return person


def test_the_chat_and_the_invitation(
    here: Tools, served: Served, hanan: Person, invite: Callable[[Person], str]
) -> None:
    """Page and messages from right to left, the Dutch below a notice from left to right."""
    with Browser(served.url, language="ar") as phone:
        token = invite(hanan)
        page = phone.client.get(f"/i/{token}").text
        assert '<html lang="ar" dir="rtl">' in page
        assert here.languages == ("nl", "ar")
        phone.join(token)
        phone.tap_first()
        page = phone.page().text
        assert '<html lang="ar" dir="rtl">' in page
        assert 'lang="ar" dir="rtl">' in page.partition('<li class="message theirs"')[2]
        assert '<details class="in-dutch"><summary>' in page
        assert '<blockquote lang="nl" dir="ltr">Ik help u' in page


def test_an_arabic_name_on_the_dutch_desk(
    here: Tools, served: Served, hanan: Person, database: Database, cast: Cast
) -> None:
    """The name is kept apart from the words and numbers around it; in a field of a form it is only itself."""
    with database.writing() as session:
        c = cast.at(session)
        year.write(session, here, c.agnieszka, c.kuba, c.agnieszka, "Dzień dobry.")
        year.plan(session, here, c.marieke, c.kuba)
    browser = SignedIn(served.url, language="nl")
    browser.sign_in(database, here, cast.marieke, PassPurpose.DESK)
    page = browser.get(f"/desk/child/{cast.kuba.id}").html
    browser.close()
    assert hanan.name in page
    assert APART in page
    assert f'"{APART}' not in page


def test_an_arabic_dossier_with_a_dutch_name(
    here: Tools, served: Served, hanan: Person, database: Database, cast: Cast
) -> None:
    """Her own page and the file she takes along run from right to left; Kuba's name stays whole."""
    browser = SignedIn(served.url, language="ar")
    browser.sign_in(database, here, hanan, PassPurpose.DOSSIER)
    page = browser.get(f"/dossier/child/{cast.kuba.id}").html
    browser.close()
    assert '<html lang="ar" dir="rtl">' in page
    assert "\u2068Kuba\u2069" in page


def test_papers(
    here: Tools, hanan: Person, database: Database, arabic: Texts, cast: Cast, served: Served
) -> None:
    """The file, the letter and the talk sheet: every column has its own language and direction."""
    with database.writing() as session:
        c = cast.at(session)
        file = export.page(session, here, arabic, c.kuba, c.agnieszka)
        printed = letters.print_letters(session, here, arabic)
    assert '<html lang="ar" dir="rtl">' in file
    assert '<html lang="nl" dir="ltr">' in printed
    assert '<div lang="ar" dir="rtl">' in printed
    assert '<div lang="nl" dir="ltr">' in printed
    assert hanan.name in printed
    browser = SignedIn(served.url, language="nl")
    browser.sign_in(database, here, cast.marieke, PassPurpose.DESK)
    sheet = browser.get(f"/desk/child/{cast.kuba.id}/sheet").html
    browser.close()
    assert 'lang="ar" dir="rtl"' in sheet
