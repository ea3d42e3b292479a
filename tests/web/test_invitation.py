"""The page of an invitation."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from bot.model.clock import MovableClock
from bot.model.people import Door, Invitation, Person
from bot.services import invitations
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.browser import Browser

Invite = Callable[[Person], str]
NewBrowser = Callable[..., Browser]


def _doors(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Door)) or 0


def test_a_preview_burns_nothing(browser: NewBrowser, cast: Cast, invite: Invite, database: Database) -> None:
    """A messenger that looks at the link, many times and without cookies, neither uses it nor opens a door."""
    token = invite(cast.agnieszka)
    for _ in range(3):
        preview = browser()
        assert preview.client.get(f"/i/{token}").status_code == 200
        assert preview.client.head(f"/i/{token}").status_code == 200
    assert _doors(database) == 0
    browser().join(token)
    assert _doors(database) == 1


def test_the_page_speaks_the_persons_language(browser: NewBrowser, cast: Cast, invite: Invite) -> None:
    """The roster's language is preselected, whatever the phone asks, and each language stands under its own name."""
    page = browser("nl").client.get(f"/i/{invite(cast.agnieszka)}")
    assert '<html lang="pl"' in page.text
    for name in ("Nederlands", "Polski", "English"):
        assert f">{name}</a>" in page.text


def test_another_language_can_be_chosen_before_joining(
    browser: NewBrowser, cast: Cast, invite: Invite, database: Database
) -> None:
    """The language picked on the page is the one in which the assistant begins."""
    phone = browser()
    address = f"/i/{invite(cast.agnieszka)}"
    page = phone.client.get(f"{address}?language=en")
    assert '<html lang="en"' in page.text
    phone.path = phone.press(address, page, language="en").headers["location"]
    assert '<html lang="en"' in phone.page().text
    with database.reading() as session:
        assert session.get_one(Person, cast.agnieszka.id).language == "en"


def test_an_unknown_language_in_the_address_changes_nothing(
    browser: NewBrowser, cast: Cast, invite: Invite
) -> None:
    """An address made up by hand shows the person's own language."""
    page = browser().client.get(f"/i/{invite(cast.agnieszka)}?language=../nl")
    assert '<html lang="pl"' in page.text


def test_used_expired_and_invented_look_the_same(
    browser: NewBrowser, cast: Cast, invite: Invite, clock: MovableClock
) -> None:
    """A stranger cannot tell a used, an expired and an invented link apart, by looking or by pressing."""
    used, expired = invite(cast.agnieszka), invite(cast.pieter)
    browser().join(used)
    clock.move(days=invitations.LIFETIME / timedelta(days=1) + 1)
    fresh = invite(cast.selam)
    stranger = browser()
    good = stranger.client.get(f"/i/{fresh}")  # gives the stranger a cookie and a key that is genuine
    looked = [stranger.client.get(f"/i/{token}") for token in (used, expired, "invented", "x" * 500)]
    pressed = [stranger.press(f"/i/{token}", good) for token in (used, expired, "invented")]
    answers = {(answer.status_code, answer.content) for answer in (*looked, *pressed)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    for language in ("nl", "pl", "en"):
        assert f'lang="{language}"' in looked[0].text
    names = [cast.agnieszka.name, cast.pieter.name, cast.school.name, cast.kuba.first_name]
    assert not any(name in looked[0].text for name in names)


def test_a_button_pressed_twice_opens_one_door(
    browser: NewBrowser, cast: Cast, invite: Invite, database: Database
) -> None:
    """A double tap, whose first answer the browser throws away, still ends in the chat, with one door."""
    phone = browser()
    address = f"/i/{invite(cast.agnieszka)}"
    page = phone.client.get(address)
    first = phone.press(address, page)
    phone.client.cookies.delete("chat")
    second = phone.press(address, page)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert phone.client.get(second.headers["location"]).status_code == 200
    assert _doors(database) == 1


def test_the_letter_leads_back_to_the_chat_on_the_same_phone(
    browser: NewBrowser, cast: Cast, invite: Invite
) -> None:
    """Opening the used link again where it was used leads to the chat; in another browser it does not work."""
    token = invite(cast.agnieszka)
    phone = browser()
    phone.join(token)
    again = phone.client.get(f"/i/{token}")
    assert (again.status_code, again.headers["location"]) == (303, phone.path)
    assert browser().client.get(f"/i/{token}").status_code == 404


def test_a_second_invitation_in_the_same_browser_breaks_nothing(
    browser: NewBrowser, cast: Cast, invite: Invite
) -> None:
    """A browser that holds an open door may use another invitation: both chats work, side by side."""
    phone = browser()
    phone.join(invite(cast.agnieszka))
    first = phone.path
    phone.join(invite(cast.agnieszka))
    second = phone.path
    phone.join(invite(cast.pieter))
    assert len({first, second, phone.path}) == 3
    assert [phone.client.get(path).status_code for path in (first, second, phone.path)] == [200, 200, 200]


def test_the_button_needs_the_pages_own_key(
    browser: NewBrowser, cast: Cast, invite: Invite, database: Database
) -> None:
    """A foreign site cannot make a browser join: without cookie, without key, with another's key, from elsewhere."""
    address = f"/i/{invite(cast.agnieszka)}"
    phone, other = browser(), browser()
    page, foreign = phone.client.get(address), other.client.get(address)
    tries = [
        browser().client.post(address),
        browser().press(address, page),
        phone.client.post(address, data={"key": ""}),
        phone.press(address, foreign),
        phone.client.post(address, data={}, headers={"sec-fetch-site": "cross-site"}),
    ]
    assert [answer.status_code for answer in tries] == [403] * 5
    assert _doors(database) == 0
    with database.reading() as session:
        assert session.scalars(select(Invitation.closed_at)).all() == [None]


def test_only_hashes_are_stored(browser: NewBrowser, cast: Cast, invite: Invite, database: Database) -> None:
    """What opens the chat stands in the cookie alone; the database holds its hash."""
    phone = browser()
    phone.join(invite(cast.agnieszka))
    secret = next(cookie.value for cookie in phone.client.cookies.jar if cookie.name == "chat")
    with database.reading() as session:
        door = session.scalars(select(Door)).one()
        assert secret
        assert secret not in (door.secret_digest, door.address)
        assert len(door.secret_digest or "") == 64
