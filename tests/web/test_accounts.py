"""The head closes an account in the browser: whoever is inside is outside at once."""

from collections.abc import Callable

from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.page import SignedIn

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]


def _enter(
    window: Opener, database: Database, tools: Tools, person: Person, purpose: PassPurpose = DESK
) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window("en")
    browser.sign_in(database, tools, person, purpose)
    return browser


def test_a_closed_account_is_outside_at_once(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """From the list of a group to the person, with a reason; the open browser is signed out, until all is opened."""
    mother = _enter(window, database, tools, cast.agnieszka, DOSSIER)
    head = _enter(window, database, tools, cast.hanneke)
    assert "/desk/accounts" in head.get("/desk/").html
    listed = head.get(f"/desk/accounts/group/{cast.group_3a.id}")
    path = f"/desk/account/{cast.agnieszka.id}"
    assert path in listed.addresses
    without_reason = head.act(path, "close_account")
    assert without_reason.status == 422
    assert "Why is it closed?" in without_reason.words
    assert mother.get("/dossier/").status == 200
    assert "The account is closed" in head.act(path, "close_account", reason="lost").words
    assert mother.get("/dossier/").status == 403
    assert "closed" in head.get(f"/desk/accounts/group/{cast.group_3a.id}").words
    assert "The account is open again" in head.act(path, "open_account").words
    assert mother.get("/dossier/").status == 403  # what was ended stays ended
    mother.sign_in(database, tools, cast.agnieszka, DOSSIER)
    assert mother.get("/dossier/").status == 200


def test_the_own_account_has_no_button(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """The head cannot be the one who is locked out."""
    head = _enter(window, database, tools, cast.hanneke)
    page = head.get(f"/desk/account/{cast.hanneke.id}")
    assert "This is you" in page.words
    assert not page.has_form("close_account")


def test_only_the_head_sees_accounts(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """For the coordinator and a teacher these pages are not there, nor is another school's person for the head."""
    addresses = [
        "/desk/accounts",
        f"/desk/accounts/group/{cast.group_3a.id}",
        f"/desk/account/{cast.pieter.id}",
    ]
    for person in (cast.karin, cast.marieke):
        browser = _enter(window, database, tools, person)
        assert "/desk/accounts" not in browser.get("/desk/").html
        assert {browser.get(address).status for address in addresses} == {404}
    head = _enter(window, database, tools, cast.hanneke)
    assert head.get(f"/desk/account/{cast.victor.id}").status == 404
    assert head.get(f"/desk/accounts/group/{cast.other_group.id}").status == 404
