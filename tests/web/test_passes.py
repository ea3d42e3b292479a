"""One-time links into the browser: looked at, used once, and the sessions they open."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.model.clock import MovableClock
from bot.model.people import Teaching
from bot.model.privacy import Pass, PassPurpose, WebSession
from bot.services.tokens import digest_of
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.page import Page, SignedIn
from tests.web.school_year import pass_for

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]


@pytest.fixture
def marieke_token(database: Database, tools: Tools, cast: Cast) -> str:
    """A fresh link for juf Marieke's desk."""
    return pass_for(database, tools, cast.marieke, DESK)


def test_looking_at_a_link_does_not_use_it(window: Opener, marieke_token: str) -> None:
    """A preview that opens the address, even often and from elsewhere, burns nothing."""
    for _ in range(3):
        assert window().get(f"/in/{marieke_token}").status == 200
    assert window().press(marieke_token).status_code == 303


def test_the_button_opens_the_desk(window: Opener, marieke_token: str) -> None:
    """After the press the teacher stands at the desk."""
    browser = window()
    answer = browser.press(marieke_token)
    assert answer.headers["location"] == "/desk/"
    assert "3A" in browser.get("/desk/").words


def test_the_cookie_is_for_the_desk_alone(window: Opener, marieke_token: str) -> None:
    """No script reads it, no other path gets it, and other sites cannot send forms with it."""
    cookie = window().press(marieke_token).headers["set-cookie"]
    for part in ("desk=", "HttpOnly", "Path=/desk/;", "SameSite=lax"):
        assert part.lower() in cookie.lower()


def test_the_cookies_are_secure_where_the_school_uses_https(
    serve: Callable[[Tools], None], window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Behind https no cookie travels over plain http."""
    serve(replace(tools, public_url="https://praat.example"))
    browser = window()
    token = pass_for(database, tools, cast.marieke, DESK)
    looked = browser.client.get(f"/in/{token}")
    secret = looked.headers["set-cookie"].partition("visitor=")[2].partition(";")[0]
    pressed = browser.client.post(
        f"/in/{token}", data=Page(looked).forms[0].fields, headers={"cookie": f"visitor={secret}"}
    )
    assert pressed.status_code == 303
    for answer in (looked, pressed):
        assert "secure" in answer.headers["set-cookie"].lower()


def test_the_database_holds_no_secret(window: Opener, marieke_token: str, database: Database) -> None:
    """Neither the link's token nor the cookie stands in the database, only their hashes."""
    browser = window()
    browser.press(marieke_token)
    with database.reading() as session:
        assert session.scalars(select(Pass.digest)).all() == [digest_of(marieke_token)]
        assert session.scalars(select(WebSession.digest)).all() == [digest_of(browser.client.cookies["desk"])]


def test_a_link_works_in_one_browser_only(window: Opener, marieke_token: str) -> None:
    """Who finds a used link gets the page of an invented one."""
    assert window().press(marieke_token).status_code == 303
    late = window()
    assert late.get(f"/in/{marieke_token}").html == late.get("/in/invented").html
    assert late.press(marieke_token).status_code in {403, 404}
    assert late.get("/desk/child/1").status == 404


def test_used_expired_and_invented_look_the_same(
    window: Opener, database: Database, tools: Tools, cast: Cast, clock: MovableClock
) -> None:
    """One friendly sentence, whatever was the matter, for desk and dossier alike."""
    used = pass_for(database, tools, cast.marieke, DESK)
    window().press(used)
    expired = [
        pass_for(database, tools, cast.marieke, DESK),
        pass_for(database, tools, cast.agnieszka, DOSSIER),
    ]
    clock.move(minutes=11)
    pages = [window().get(f"/in/{token}") for token in (used, *expired, "invented", "x" * 300)]
    assert {page.status for page in pages} == {404}
    assert len({page.html for page in pages}) == 1


def test_a_press_sent_twice_signs_in_once(window: Opener, marieke_token: str, database: Database) -> None:
    """Two taps in one second, or a lost answer sent again, lead to one session that works."""
    browser = window()
    form = browser.get(f"/in/{marieke_token}").forms[0]
    first = browser.send(f"/in/{marieke_token}", form)
    browser.client.cookies.delete("desk")
    second = browser.send(f"/in/{marieke_token}", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert browser.get("/desk/").status == 200
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 1


@pytest.mark.parametrize("key", [None, "", "made.up", "a" * 22 + "." + "0" * 32])
def test_a_press_without_a_genuine_key_is_refused(
    window: Opener, marieke_token: str, key: str | None
) -> None:
    """Another site cannot press the button, and the link stays good."""
    browser = window()
    browser.get(f"/in/{marieke_token}")
    answer = browser.client.post(f"/in/{marieke_token}", data={} if key is None else {"key": key})
    assert answer.status_code == 403
    assert browser.press(marieke_token).status_code == 303


def test_a_press_from_another_site_is_refused(window: Opener, marieke_token: str) -> None:
    """A form that the browser says came from elsewhere does nothing."""
    browser = window()
    form = browser.get(f"/in/{marieke_token}").forms[0]
    answer = browser.client.post(
        f"/in/{marieke_token}", data=form.fields, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


def test_desk_and_dossier_are_two_doors(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """A dossier link opens no desk and a desk link no dossier, not even with the cookie's name changed."""
    parent = window()
    parent.sign_in(database, tools, cast.agnieszka, DOSSIER)
    stolen = parent.client.cookies["dossier"]
    assert parent.get("/desk/").status == 404
    other = window()
    other.client.cookies.set("desk", stolen, path="/desk/")
    assert other.get("/desk/").status == 403


def test_signing_out_ends_the_session_for_good(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """After signing out a copy of the cookie opens nothing."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    kept = browser.client.cookies["desk"]
    page = browser.get("/desk/")
    out = next(form for form in page.forms if form.action == "/desk/out")
    assert browser.send("/desk/", out).status_code == 200
    assert "desk" not in browser.client.cookies
    browser.client.cookies.set("desk", kept, path="/desk/")
    assert browser.get(f"/desk/group/{cast.group_3a.id}").status == 403


@pytest.mark.parametrize("moves", [{"minutes": 30}, {"hours": 13}])
def test_a_session_ends_by_itself(
    window: Opener,
    database: Database,
    tools: Tools,
    cast: Cast,
    clock: MovableClock,
    moves: dict[str, float],
) -> None:
    """After half an hour of rest every page says kindly how to get in again, and shows nothing of a child."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    clock.move(**moves)
    page = browser.get(f"/desk/child/{cast.kuba.id}")
    assert page.status == 403
    assert "Kuba" not in page.html
    assert page.html == browser.get("/desk/child/999").html


def test_no_session_lasts_longer_than_half_a_day(
    window: Opener, database: Database, tools: Tools, cast: Cast, clock: MovableClock
) -> None:
    """Also who never rests signs in again after twelve hours."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    for _ in range(48):
        clock.move(minutes=15)
        last = browser.get("/desk/").status
    assert last == 403


def test_words_sent_after_the_session_ended_are_shown_again(
    window: Opener, database: Database, tools: Tools, cast: Cast, clock: MovableClock
) -> None:
    """What a teacher wrote for too long is not lost: it stands there to be copied."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    path = f"/desk/child/{cast.kuba.id}"
    form = browser.get(path).form("write", cast.agnieszka.id)
    clock.move(minutes=45)
    answer = browser.send(path, form, words="Een lang verhaal <b>over</b> 's middags")
    assert answer.status_code == 403
    assert "Een lang verhaal &lt;b&gt;over&lt;/b&gt; &#39;s middags" in answer.text


def test_who_teaches_no_longer_is_out_at_once(
    window: Opener, database: Database, tools: Tools, cast: Cast, clock: MovableClock
) -> None:
    """A session is worth what the roster says now."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, DESK)
    with database.writing() as session:
        for teaching in session.scalars(select(Teaching).where(Teaching.person_id == cast.marieke.id)):
            teaching.ended_at = clock.now()
    assert browser.get(f"/desk/child/{cast.kuba.id}").status == 403
