"""Every address of the application, every method, tried by everybody who has no business there."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import MetaData, select
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.model.everything import metadata
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import accounts, invitations
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.everything import HERS, Address, Everything, furnish
from tests.web.page import SignedIn

Opener = Callable[..., SignedIn]
DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER

# Who tries, and where each is signed in. Pieter is Kuba's other guardian. Ewa is a buddy: she helps other parents in
# their own language, which opens nothing but the dossier of her own child and her own chat.
PEOPLE: dict[str, tuple[str, PassPurpose] | None] = {
    "stranger": None,
    "teacher of another group": ("joris", DESK),
    "teacher of another school": ("olga", DESK),
    "parent of a child in the same group": ("selam", DOSSIER),
    "buddy": ("ewa", DOSSIER),
    "parent at another school": ("victor", DOSSIER),
    "other guardian": ("pieter", DOSSIER),
    "closed account of a teacher": ("marieke", DESK),
    "closed account of a guardian": ("agnieszka", DOSSIER),
}
FOR_EVERYBODY = ("/in/", "/i/", "/words", "/healthz", "/readyz")
OWN_DESK = {
    "/desk/",
    "/desk/rhythm",
    "/desk/sessions",
    "/desk/languages",
    "/desk/listening-card",
    "/desk/out",
}
OWN_DOSSIER = {"/dossier/", "/dossier/rhythm", "/dossier/sessions", "/dossier/out"}
ALWAYS_CHANGING = {"received", "web_session", "look", "pass", "audit_line"}
CLOSED = "closed account"
BUDDY = "buddy"


@dataclass
class Tried:
    """One try and the answer."""

    address: Address
    answer: httpx.Response

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status_code


@pytest.fixture
def there(database: Database, tools: Tools, cast: Cast) -> Everything:
    """One of everything stands about Kuba."""
    with database.writing() as session:
        return furnish(session, tools, cast)


def _browser(window: Opener, database: Database, tools: Tools, cast: Cast, who: str) -> tuple[SignedIn, str]:
    """This person's browser, and a key that its own page gave; a closed account is closed after that."""
    browser = window()
    signed = PEOPLE[who]
    if signed is None:
        return browser, ""
    name, purpose = signed
    browser.sign_in(database, tools, getattr(cast, name), purpose)
    key = browser.get(f"/{purpose.value}/sessions").forms[0].value("key")
    if who == BUDDY:
        _join(browser, database, tools, getattr(cast, name))
    if who.startswith(CLOSED):
        with database.writing() as session:
            head = session.get_one(Person, cast.hanneke.id)
            accounts.close(session, tools, head, session.get_one(Person, getattr(cast, name).id), "left")
    return browser, key


def _join(browser: SignedIn, database: Database, tools: Tools, person: Person) -> None:
    """The person has a chat of their own in this browser too."""
    with database.writing() as session:
        token = invitations.invite(session, tools, session.get_one(Person, person.id))
    answer = browser.client.post(f"/i/{token}", data=browser.get(f"/i/{token}").forms[0].fields)
    assert answer.status_code == 303
    assert browser.get(answer.headers["location"]).status == 200


def _try(browser: SignedIn, key: str, address: Address) -> Tried:
    fields = {"key": key, "do": "write", "words": "Vreemd.", "target": "1"} if key else {"do": "write"}
    content = {"data": fields} if address.method == "POST" else {}
    return Tried(address, browser.client.request(address.method, address.path, **content))  # type: ignore[arg-type]


def _content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    tables: MetaData = metadata
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in tables.tables.items()
            if name not in ALWAYS_CHANGING
        }


def _expected(who: str, address: Address) -> set[int]:
    """What may come back, by who asks and for what."""
    path = address.path
    if path.startswith(FOR_EVERYBODY):  # a link's own page, or whether the program lives; a form needs a key
        return {403} if address.method == "POST" else {200, 503} if path == "/readyz" else {200}
    if address.route == "/chat/{address}":  # whatever stands there, with a slash at its end
        return {308}
    signed = PEOPLE[who]
    if signed is None or not path.startswith(f"/{signed[1].value}/"):
        return {404}
    return {403} if who.startswith(CLOSED) else _expected_inside(who, address)


def _expected_inside(who: str, address: Address) -> set[int]:
    """The same on the side where this person is signed in."""
    path = address.path
    if path in OWN_DESK | OWN_DOSSIER:  # the own house: a wrong wish is not found, and leaving is what it is
        return {404, 200} if address.method == "POST" else {200, 303}
    if who == "other guardian":
        hers = any(one in path for one in ("/sure/", "/file/", "/words/")) or address.method == "POST"
        return {404} if hers else {200}
    return {404}


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_comes_where_they_have_no_business(
    app: Starlette, window: Opener, database: Database, tools: Tools, cast: Cast, there: Everything, who: str
) -> None:
    """Each address answers as it should, and nothing in the database is other than before."""
    browser, key = _browser(window, database, tools, cast, who)
    before = _content(database)
    addresses = sorted(there.addresses(app), key=lambda one: one.path.endswith("/out"))  # leaving comes last
    tried = [_try(browser, key, one) for one in addresses]
    wrong = [
        f"{one.address.method} {one.address.path}: {one.status}"
        for one in tried
        if one.status not in _expected(who, one.address)
    ]
    assert wrong == []
    assert _content(database) == before
    for one in tried:
        if not one.address.path.startswith(FOR_EVERYBODY):
            assert not any(words in one.answer.text for words in HERS), one.address
        if one.status in {403, 404}:
            assert cast.kuba.first_name not in one.answer.text, one.address


def test_every_address_times_everybody_is_tried(app: Starlette, there: Everything) -> None:
    """The list holds every route with every method, for everybody; print how many that are."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    assert [type(one) for one in app.routes if not isinstance(one, Route)] == [Mount]  # our own static files
    addresses = there.addresses(app)
    reached = {(one.route, one.method) for one in addresses}
    assert reached == {(route.path, method) for route in routes for method in route.methods or ()}
    for one in addresses:
        assert any(route.path == one.route and route.path_regex.match(one.path) for route in routes), one
        assert "{" not in one.path
    count = len(addresses) * len(PEOPLE)
    print(  # noqa: T201
        f"\n{len(routes)} routes, {len(addresses)} addresses with their methods, {len(PEOPLE)} kinds of people:"
        f" {count} tries"
    )
    assert count == len(addresses) * 9 >= 450


@pytest.mark.parametrize("spoiled", ["missing", "made up", "foreign"])
def test_every_form_refuses_a_key_that_is_not_its_own(
    app: Starlette,
    window: Opener,
    database: Database,
    tools: Tools,
    cast: Cast,
    there: Everything,
    spoiled: str,
) -> None:
    """Every address that takes a form, sent by who may use it: refused, and nothing changed."""
    owners = {
        "/desk/account": cast.hanneke,
        "/desk/buddies": cast.karin,
        "/desk/gatherings": cast.karin,
        "/desk/": cast.marieke,
        "/dossier/": cast.agnieszka,
    }
    browsers: dict[str, SignedIn] = {}
    for side, person in owners.items():
        browsers[side] = window()
        browsers[side].sign_in(database, tools, person, DOSSIER if side == "/dossier/" else DESK)
    other = window()
    other.sign_in(database, tools, cast.marieke, DESK)
    foreign = other.get("/desk/sessions").forms[0].value("key")
    key = {"missing": {}, "made up": {"key": f"{'a' * 22}.{'b' * 32}"}}.get(spoiled, {"key": foreign})
    before = _content(database)
    forms = [one for one in there.addresses(app) if one.method == "POST"]
    tried = 0
    for one in forms:
        own = [browsers[side] for side in owners if one.path.startswith(side)]
        browser = own[0] if own else window()
        answer = browser.client.post(one.path, data={**key, "do": "end_others", "words": "Vreemd."})
        expected = (
            404 if one.path.startswith("/chat/") else 403
        )  # a chat is not even there without its cookie
        assert answer.status_code == expected, one
        tried += 1
    assert tried == len(forms) >= 15
    assert _content(database) == before


def test_every_answer_carries_the_strict_headers(
    app: Starlette, window: Opener, database: Database, tools: Tools, cast: Cast, there: Everything
) -> None:
    """Good or bad, page or file: no inline script or style, no framing, no guessing, no referrer, no cache."""
    teacher, head, parent = window(), window(), window()
    teacher.sign_in(database, tools, cast.marieke, DESK)
    head.sign_in(database, tools, cast.hanneke, DESK)
    parent.sign_in(database, tools, cast.agnieszka, DOSSIER)
    statuses: set[int] = set()
    for one in there.addresses(app):
        if one.path.endswith("/events"):
            continue  # open for as long as the browser is; the chat's tests read its headers
        for browser in (teacher, head, parent):
            answer = _try(browser, "", one).answer
            statuses.add(answer.status_code)
            policy = answer.headers["content-security-policy"]
            rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
            assert rules["default-src"] == "'none'"
            assert rules["script-src"] == rules["style-src"] == "'self'"
            assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
            assert rules["form-action"] == "'self'"
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            if (
                answer.headers.get("content-type", "").startswith("text/html")
                and "/download." not in one.path
            ):
                assert not any(inline in answer.text for inline in (" style=", "<style", " onclick=")), one
    assert {200, 403, 404} <= statuses
