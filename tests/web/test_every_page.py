"""Every page and form of the desk and the dossier, tried by those who have no business there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from sqlalchemy import MetaData, select
from starlette.applications import Starlette
from starlette.routing import Route

from bot.model.conversation import Conversation
from bot.model.everything import metadata
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import help as help_wishes
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import desk_forms
from tests.cast import Cast, open_door
from tests.web import school_year as year
from tests.web.page import Page, PageForm, SignedIn

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]
INVENTED = 987_654
TOO_LARGE = 10**25
OWN_PAGES = ("/desk/", "/desk/rhythm", "/desk/languages", "/dossier/", "/dossier/rhythm")
ALWAYS_CHANGING = {"received", "web_session", "look", "pass"}  # what merely being there may write


@dataclass(frozen=True)
class Full:
    """The ids of everything about Kuba that an address or a form can name."""

    child: int
    group: int
    file: int
    entry: int
    talk: int
    agreement: int
    door: int
    wish: int
    message: int
    answer: int
    report: int
    goal: int
    guardian: int
    saying: int

    def named_by(self, place: str) -> int:
        """The id that stands at a place in an address."""
        known = {
            "child_id": self.child,
            "group_id": self.group,
            "attachment_id": self.file,
            "saying_id": self.saying,
        }
        return known.get(place, self.entry)


@pytest.fixture
def full(database: Database, tools: Tools, cast: Cast) -> Full:
    """One of everything exists about Kuba; Agnieszka's answer carries a voice message."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
        saying = run.answers[0].saying
        assert saying is not None
        made = Full(
            child=c.kuba.id,
            group=c.group_3a.id,
            file=year.record(session, tools, saying).id,
            entry=year.add(session, tools, c.agnieszka, c.kuba, "Pierwsza książka.").id,
            talk=year.plan(session, tools, c.marieke, c.kuba).id,
            agreement=year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.").id,
            door=open_door(session, tools.clock, c.agnieszka, confirmed=False).id,
            wish=help_wishes.ask(session, tools, c.agnieszka, c.kuba, "person").id,
            message=year.write(session, tools, c.agnieszka, c.kuba, c.agnieszka, "Dzień dobry.").id,
            answer=run.answers[0].id,
            report=(shown := year.show_report(session, tools, c.marieke, c.kuba)).id,
            goal=shown.goals[0].id,
            guardian=c.agnieszka.id,
            saying=saying.id,
        )
        year.translate(session, tools, saying, "nl", "Kuba is vrolijk.", "machine")
        year.begin_forms(session, tools, c.marieke, c.kuba, session.get_one(Conversation, made.talk))
        year.add(session, tools, c.ewa, c.lena, "Iets van Lena.")  # so that Ewa has an addition of her own
    return made


SURE_TARGETS = {
    "mark_held": "talk",
    "cancel_talk": "talk",
    "close_agreement": "agreement",
    "end_door": "door",
}


def _addresses(full: Full) -> list[str]:
    """Every page that is about one child or group."""
    child = full.child
    return [
        f"/desk/group/{full.group}",
        f"/desk/child/{child}",
        f"/desk/file/{full.file}",
        f"/desk/child/{child}/sheet",
        *(f"/desk/child/{child}/{form}" for form in ("preparation", "preparation/preview")),
        *(f"/desk/child/{child}/report/{full.talk}{look}" for look in ("", "/preview")),
        f"/desk/group/{full.group}/sheets",
        *(f"/desk/child/{child}/sure/{do}/{getattr(full, kind)}" for do, kind in SURE_TARGETS.items()),
        f"/dossier/child/{child}",
        f"/dossier/child/{child}/sure/{full.entry}",
        f"/dossier/file/{full.file}",
        *(f"/{side}/words/{full.saying}/nl" for side in ("desk", "dossier")),
    ]


def _guessed(full: Full, number: int) -> list[str]:
    """The same addresses with ids that no row has."""
    known = {str(one) for one in vars(full).values()}
    return [
        "/".join(str(number) if part in known else part for part in address.split("/"))
        for address in _addresses(full)
    ]


def test_this_list_is_complete(app: Starlette, full: Full) -> None:
    """A new page must be added to the addresses that are tried here."""
    routes = [
        route
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith(("/desk/", "/dossier/"))
    ]
    without_id = {"/desk/", "/desk/out", "/desk/sessions", "/dossier/", "/dossier/out", "/dossier/sessions"}
    without_id |= {"/desk/listening-card", "/desk/languages", "/desk/rhythm", "/dossier/rhythm"}
    taken_along = "/download.{ending}"  # tried in test_dossier_files and test_every_address
    of_a_script = "/field"  # one field of a form is only sent: tried in test_desk_report
    of_the_head = (
        "/desk/school",
        "/desk/account",
        "/desk/buddies",
        "/desk/gatherings",
    )  # tried in test_every_address
    tried = _addresses(full)
    for route in routes:
        assert (
            route.path in without_id
            or route.path.startswith(of_the_head)
            or route.path.endswith((of_a_script, taken_along))
            or any(route.path_regex.match(one) for one in tried)
        ), route.path
    assert set(SURE_TARGETS) == set(desk_forms.TO_BE_SURE)


def _strangers(cast: Cast) -> dict[str, tuple[Person, PassPurpose] | None]:
    """Who has no business with Kuba, and where each is signed in; Pieter is no staff, Ewa another's mother."""
    return {
        "nobody": None,
        "teacher of another group": (cast.joris, DESK),
        "teacher of another school": (cast.olga, DESK),
        "parent of another child": (cast.ewa, DOSSIER),
        "parent at another school": (cast.victor, DOSSIER),
    }


@pytest.mark.parametrize(
    "who",
    [
        "nobody",
        "teacher of another group",
        "teacher of another school",
        "parent of another child",
        "parent at another school",
    ],
)
def test_a_stranger_finds_nothing_and_learns_nothing(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full, who: str
) -> None:
    """On every page "not found", word for word the same for what exists, does not, and cannot (promise 6)."""
    browser = window()
    signed = _strangers(cast)[who]
    if signed is not None:
        browser.sign_in(database, tools, *signed)
    here = (
        "/desk/" if signed is not None and signed[1] is DESK else "/dossier/" if signed is not None else "/"
    )
    before = _content(database)
    pages = [
        browser.get(address)
        for address in (*_addresses(full), *_guessed(full, INVENTED), *_guessed(full, TOO_LARGE))
        if address.startswith(here)
    ]
    assert {page.status for page in pages} == {404}
    assert len({page.html for page in pages}) == 1
    assert "Kuba" not in pages[0].html
    assert _content(database) == before


def test_a_cookie_that_was_made_up_opens_nothing(window: Opener, full: Full) -> None:
    """Every page answers the same to it, whatever the id."""
    browser = window()
    for path in ("/desk/", "/dossier/"):
        browser.client.cookies.set(path.strip("/"), "made-up", path=path)
    for side in ("/desk/", "/dossier/"):
        tried = [one for one in (*_addresses(full), *_guessed(full, INVENTED)) if one.startswith(side)]
        pages = [browser.get(address) for address in tried]
        assert {page.status for page in pages} == {403}
        assert len({page.html for page in pages}) == 1


def test_parents_have_no_desk_and_staff_no_dossier(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full
) -> None:
    """A session of one side is no session on the other."""
    parent, teacher = window(), window()
    parent.sign_in(database, tools, cast.agnieszka, DOSSIER)
    teacher.sign_in(database, tools, cast.marieke, DESK)
    for address in _addresses(full):
        wrong = parent if address.startswith("/desk/") else teacher
        assert wrong.get(address).status == 404


def _wishes(full: Full, tools: Tools) -> dict[str, dict[str, str]]:
    """For each form what it takes to succeed; `target` names the row."""
    day = tools.clock.today().replace(month=12).isoformat()
    talk = {"date": day, "time": "15:00", "length": "15", "moment": "begin", "place": "school"}
    talk |= {"goal": "meet", "people": "parents"}
    agreement = {"words": "Anders.", "owner": "school", "due_on": day, "look_back_on": day}
    return {
        "plan_talk": talk,
        "change_talk": {**talk, "target": str(full.talk)},
        "mark_held": {"target": str(full.talk)},
        "cancel_talk": {"target": str(full.talk)},
        "propose": {**agreement, "guardian": str(full.guardian)},
        "change_agreement": {**agreement, "target": str(full.agreement), "version": "1"},
        "confirm_agreement": {"target": str(full.agreement), "digest": "0" * 64},
        "close_agreement": {"target": str(full.agreement), "state": "done"},
        "say_outcome": {"target": str(full.agreement), "version": "1", "result": "done"},
        "carry_over": {**agreement, "target": str(full.agreement)},
        "write": {"target": str(full.guardian), "words": "Dag."},
        "ask": {"target": str(full.answer), "words": "Wat bedoelt u?"},
        "mark_read": {"message": str(full.message)},
        "settle": {"target": str(full.wish)},
        "confirm_door": {"target": str(full.door)},
        "end_door": {"target": str(full.door)},
        "finish_report": {"target": str(full.report)},
        "release_report": {
            "target": str(full.report),
            "guardian": str(full.guardian),
            "words": "Daarom.",
        },
        "close_goal": {"target": str(full.goal)},
    }


def test_every_form_has_its_wish_here(full: Full, tools: Tools) -> None:
    """A new form must be added to the wishes that are tried here."""
    assert set(_wishes(full, tools)) == set(desk_forms.ACTIONS)


def _content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that only a deed changes."""
    tables: MetaData = metadata
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in tables.tables.items()
            if name not in ALWAYS_CHANGING
        }


@pytest.mark.parametrize("who", ["joris", "olga", "hanneke", "karin"])
def test_no_form_works_for_who_may_not(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full, who: str
) -> None:
    """With a genuine key of their own page, other staff change nothing; help may be settled by head and coordinator."""
    browser = window()
    browser.sign_in(database, tools, getattr(cast, who), DESK)
    key = browser.get("/desk/").forms[0].value("key")
    path = f"/desk/child/{full.child}"
    for do, fields in _wishes(full, tools).items():
        if do == "settle" and who in {"hanneke", "karin"}:
            continue
        before = _content(database)
        answer = browser.send(path, PageForm("", "", {"key": [key]}), do=do, **fields)
        assert answer.status_code == 404, do
        assert _content(database) == before, do
    door = browser.send(f"/desk/group/{full.group}", PageForm("", "", {"key": [key]}), door=str(full.door))
    assert door.status_code == 404


def test_no_form_reaches_the_rows_of_another_child(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full
) -> None:
    """On the page of an own child a teacher names rows of another teacher's: not found, nothing changed."""
    browser = window()
    browser.sign_in(database, tools, cast.joris, DESK)
    path = f"/desk/child/{cast.lena.id}"
    key = browser.get(path).forms[0].value("key")
    wishes = _wishes(full, tools)
    wishes["plan_talk"]["guardian"] = str(cast.pieter.id)  # no guardian of Lena
    for do, fields in wishes.items():
        before = _content(database)
        answer = browser.send(path, PageForm("", "", {"key": [key]}), do=do, **fields)
        assert answer.status_code == 404, do
        assert _content(database) == before, do


def test_rows_of_one_child_are_not_reached_through_another(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full
) -> None:
    """Also who may see both children cannot move what belongs to one through the page of the other."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    path = f"/desk/child/{cast.abel.id}"
    key = browser.get(path).forms[0].value("key")
    wishes = _wishes(full, tools)
    wishes["plan_talk"]["guardian"] = str(full.guardian)
    for do, fields in wishes.items():
        before = _content(database)
        answer = browser.send(path, PageForm("", "", {"key": [key]}), do=do, **fields)
        assert answer.status_code == 404, do
        assert _content(database) == before, do
    for do, kind in SURE_TARGETS.items():
        assert browser.get(f"{path}/sure/{do}/{getattr(full, kind)}").status == 404


def test_another_guardian_cannot_use_the_dossiers_forms(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full
) -> None:
    """Adding to or removing from another child's dossier is not found."""
    browser = window()
    browser.sign_in(database, tools, cast.ewa, DOSSIER)
    key = browser.get(f"/dossier/child/{cast.lena.id}").form("add").value("key")
    before = _content(database)
    wishes = [{"do": "add", "words": "x", "kind": "fact"}, {"do": "remove", "target": str(full.entry)}]
    for wish, child in product(wishes, (full.child, INVENTED, TOO_LARGE)):
        answer = browser.send(f"/dossier/child/{child}", PageForm("", "", {"key": [key]}), **wish)
        assert answer.status_code == 404
    own = browser.send(f"/dossier/child/{cast.lena.id}", PageForm("", "", {"key": [key]}), **wishes[1])
    assert own.status_code == 404
    assert _content(database) == before


@pytest.mark.parametrize("spoiled", ["missing", "empty", "made up", "another browser's"])
def test_a_form_without_its_own_key_does_nothing(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full, spoiled: str
) -> None:
    """Every form of every page is refused without a key of this very session, and nothing changes."""
    teacher, parent, other = window(), window(), window()
    teacher.sign_in(database, tools, cast.marieke, DESK)
    parent.sign_in(database, tools, cast.agnieszka, DOSSIER)
    other.sign_in(database, tools, cast.marieke, DESK)
    foreign = other.get("/desk/").forms[0].value("key")
    key = {"missing": [], "empty": [""], "made up": [f"{'a' * 22}.{'b' * 32}"]}.get(spoiled, [foreign])
    before = _content(database)
    tried = 0
    for address in (*OWN_PAGES, *_addresses(full)):
        if "/file/" in address:
            continue
        browser = teacher if address.startswith("/desk/") else parent
        for form in browser.get(address).forms:
            assert form.value("key"), address
            answer = browser.send(address, form, key=key, words="Vreemd.")
            assert answer.status_code == 403, (address, form.value("do"))
            tried += 1
    assert tried > 25
    assert _content(database) == before


def test_a_form_from_another_site_does_nothing(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full
) -> None:
    """Even with a genuine key the browser's own word that it comes from elsewhere counts."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    path = f"/desk/child/{full.child}"
    form = browser.get(path).form("write", full.guardian)
    browser.client.headers["sec-fetch-site"] = "cross-site"
    assert browser.send(path, form, words="Vreemd.").status_code == 403


@pytest.mark.parametrize("language", ["nl", "pl", "en"])
def test_every_page_speaks_every_language(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full, language: str
) -> None:
    """All pages open in each shipped language, say so, and have one heading."""
    with database.writing() as session:
        c = cast.at(session)
        c.marieke.language = c.agnieszka.language = language
    teacher, parent = window(), window()
    teacher.sign_in(database, tools, cast.marieke, DESK)
    parent.sign_in(database, tools, cast.agnieszka, DOSSIER)
    for address in (*OWN_PAGES, *_addresses(full)):
        if "/file/" in address:
            continue
        page = (teacher if address.startswith("/desk/") else parent).get(address)
        assert page.status == 200, address
        assert f'<html lang="{language}"' in page.html
        assert page.html.count("<h1") == 1
        assert len(page.ids) == len(set(page.ids)), address


def test_no_page_styles_or_scripts_itself(
    window: Opener, database: Database, tools: Tools, cast: Cast, full: Full
) -> None:
    """The pages keep to the policy that they send: nothing inline, everything from here, every field labelled."""
    teacher, parent = window(), window()
    teacher.sign_in(database, tools, cast.marieke, DESK)
    parent.sign_in(database, tools, cast.agnieszka, DOSSIER)
    for address in (*OWN_PAGES, *_addresses(full)):
        if "/file/" in address:
            continue
        page = (teacher if address.startswith("/desk/") else parent).get(address)
        assert " style=" not in page.html
        assert not re.search(
            r"<script(?! src=\"/static/[a-z_]+\.js\?v=[0-9a-f]+\" defer></script>)", page.html
        )
        assert "<style" not in page.html
        assert _unlabelled(page) == []


def _unlabelled(page: Page) -> list[str]:
    """The text fields of a page that no label names."""
    fields = [one for one in page.ids if one.endswith(("-words", "-date", "-time", "-length", "_on"))]
    return [one for one in fields if f'for="{one}"' not in page.html]
