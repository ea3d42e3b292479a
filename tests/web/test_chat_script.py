"""The chat's script in a real browser of 360 px: bad reception, events, recording, keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import FilePayload, Page, Route, expect
from sqlalchemy import select, update
from starlette.applications import Starlette

from bot.assistant import speech
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.messages import Outgoing
from bot.model.people import Door, Person
from bot.model.translation import Attachment, Saying
from bot.services import people
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.bell import Bell
from tests.cast import Cast
from tests.journeys.chromium import CHROMIUM
from tests.web.served import Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
WITHIN_MS = 15_000


@pytest.fixture
def tab(
    chromium: Chromium,
    served: Served,
    app: Starlette,
    cast: Cast,
    texts: Texts,
    invite: Callable[[Person], str],
) -> Iterator[Page]:
    """Agnieszka's phone with the welcome finished; nothing it does may break the page's own policy."""
    assert served.app is app
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        locale="pl-PL",
        base_url=served.url,
        permissions=["microphone"],
    )
    page = context.new_page()
    page.set_default_timeout(WITHIN_MS)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"/i/{invite(cast.agnieszka)}")
    page.locator("button.primary").click()
    for label in ("✓ Polski", texts.label("pl", "welcome.read_button")):
        page.locator(".choices button", has_text=label).tap()
    expect(page.locator(".theirs").last).to_contain_text(texts.label("pl", "menu.main", {"child": None}))
    yield page
    page.unroute_all(behavior="ignoreErrors")
    context.close()
    assert problems == []


def _sayings(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Saying.original).order_by(Saying.id)))


def _say(tab: Page, words: str) -> None:
    tab.locator("#text").fill(words)
    tab.locator("#send").tap()


def _newest_choice(tab: Page, label: str) -> None:
    tab.locator(".choices button", has_text=label).last.tap()


def _file_of(media_type: str, content: bytes) -> FilePayload:
    return FilePayload(name="file", mimeType=media_type, buffer=content)


def _kept_on_phone(tab: Page) -> str:
    return str(tab.evaluate("JSON.stringify(Object.entries(localStorage))"))


def test_words_go_out_and_the_answer_comes_in(tab: Page, database: Database, texts: Texts) -> None:
    """What is said stands on the page at once, literally, and the answer appears without a new page."""
    tab.evaluate("window.sameDocument = true")
    _say(tab, "Kuba lubi <b>klocki</b>.")
    expect(tab.locator(".mine .body").last).to_have_text("Kuba lubi <b>klocki</b>.")
    expect(tab.locator(".theirs").last).to_contain_text(texts.label("pl", "menu.which_child"))
    assert _sayings(database) == ["Kuba lubi <b>klocki</b>."]
    assert tab.evaluate("window.sameDocument") is True
    assert "klocki" not in _kept_on_phone(tab)


def test_unsent_words_outlive_a_closed_page(tab: Page, database: Database) -> None:
    """Without reception the words stay on the phone, also when the page is closed, and go out by themselves, once."""
    tab.route("**/say", lambda route: route.abort())
    _say(tab, "Boi się psa.")
    expect(tab.locator("#status")).to_be_visible()
    assert "Boi się psa." in _kept_on_phone(tab)
    tab.reload()
    expect(tab.locator(".mine .body")).to_have_text("Boi się psa.")
    assert _sayings(database) == []
    tab.unroute("**/say")
    expect(tab.locator("#status")).to_be_hidden()
    expect(tab.locator(".mine .body")).to_have_count(1)
    assert _sayings(database) == ["Boi się psa."]
    assert "Boi się psa." not in _kept_on_phone(tab)


def test_an_answer_that_got_lost_stores_nothing_twice(tab: Page, database: Database) -> None:
    """The server stored the words but its answer never came: the script sends again under the same key."""
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.post_data or "")
        route.fetch()
        route.abort()

    tab.route("**/say", lose_the_first)
    _say(tab, "Tylko raz.")
    expect(tab.locator("#status")).to_be_visible()
    expect(tab.locator("#status")).to_be_hidden()
    assert len(lost) == 1
    assert _sayings(database) == ["Tylko raz."]


def test_a_foreign_page_in_between_is_not_taken_for_an_answer(tab: Page, database: Database) -> None:
    """A café's sign-in page that answers in the school's place, with whatever status, confirms and refuses nothing."""
    answers = [(200, "<html>sign in</html>"), (403, "<html>no</html>"), (200, "{}")]

    def in_between(route: Route) -> None:
        if answers:
            status, body = answers.pop(0)
            route.fulfill(status=status, body=body)
        else:
            route.continue_()

    tab.route("**/say", in_between)
    _say(tab, "Zostaje.")
    expect(tab.locator("#status")).to_be_visible()
    assert "Zostaje." in _kept_on_phone(tab)
    expect(tab.locator("#status")).to_be_hidden(timeout=30_000)
    assert _sayings(database) == ["Zostaje."]


def test_the_order_stays(tab: Page, database: Database) -> None:
    """Several messages written without reception arrive in the order they were written."""
    tab.route("**/say", lambda route: route.abort())
    for words in ("raz", "dwa", "trzy"):
        _say(tab, words)
    tab.unroute("**/say")
    sent = tab.evaluate("JSON.parse(document.getElementById('page').textContent).words.sent")
    expect(tab.locator(".mine .state").last).to_have_text(sent, timeout=WITHIN_MS)
    assert _sayings(database) == ["raz", "dwa", "trzy"]


def test_a_draft_outlives_the_page(tab: Page) -> None:
    """What was typed and not sent yet is still in the box after the page was opened again."""
    tab.locator("#text").fill("jeszcze piszę")
    tab.reload()
    expect(tab.locator("#text")).to_have_value("jeszcze piszę")


def test_refused_words_come_back_into_the_box(tab: Page) -> None:
    """When the school refuses the form, the words are shown as not sent, and stand in the box again."""
    tab.route(
        "**/say", lambda route: route.fulfill(status=409, json={"code": "refused", "problem": "Teraz nie."})
    )
    _say(tab, "moje słowa")
    expect(tab.locator(".mine.failed .state")).to_contain_text("Teraz nie.")
    expect(tab.locator("#text")).to_have_value("moje słowa")


def _write(database: Database, tools: Tools, texts: Texts, bell: Bell, child: str) -> int:
    with database.writing() as session:
        door = session.scalars(select(Door)).one()
        number = speech.write(session, tools, texts, door, "menu.main", parameters={"child": child})
    bell.ring()
    return number


def test_messages_and_edits_come_in_by_themselves(
    tab: Page, database: Database, tools: Tools, texts: Texts, bell: Bell, clock: MovableClock
) -> None:
    """A message that another person caused appears; when its text changes the shown one is replaced in its place."""
    number = _write(database, tools, texts, bell, "O'Brien <i>")
    expect(tab.locator(f"#m{number}")).to_contain_text("O'Brien <i>")
    _write(database, tools, texts, bell, "Zosia")
    with database.writing() as session:
        session.get_one(Outgoing, number).body = "przetłumaczone"
        session.get_one(Outgoing, number).changed_at = clock.now()
    bell.ring()
    expect(tab.locator(f"#m{number} .body")).to_have_text("przetłumaczone")
    expect(tab.locator(f"#m{number}")).to_have_count(1)


def test_without_events_the_page_asks(
    tab: Page, database: Database, tools: Tools, texts: Texts, bell: Bell
) -> None:
    """Where a proxy lets no events through, messages still come within seconds."""
    tab.route("**/events?*", lambda route: route.fulfill(status=503))
    tab.reload()
    number = _write(database, tools, texts, bell, "Kuba")
    expect(tab.locator(f"#m{number}")).to_be_visible()


def test_a_closed_chat_says_so(tab: Page, database: Database, tools: Tools, bell: Bell, cast: Cast) -> None:
    """When the door is ended elsewhere the open page hears it and takes nothing more."""
    with database.writing() as session:
        person = session.get_one(Person, cast.agnieszka.id)
        people.end_door(session, tools, person, people.doors_of(session, person)[0])
    bell.ring()
    expect(tab.locator("#status")).to_be_visible()
    expect(tab.locator("#writing")).to_be_hidden()


def test_what_lies_below_is_one_tap_away(tab: Page) -> None:
    """While something stands below the screen a button leads down, and is gone once the end is in sight."""
    further = tab.locator("#further")
    expect(further).to_be_hidden()
    tab.evaluate("document.querySelector('#messages').firstElementChild.style.minHeight = '250vh'")
    tab.evaluate("window.scrollTo(0, 0)")
    expect(further).to_be_visible()
    further.tap()
    tab.wait_for_function("window.scrollY > 0")
    expect(further).to_be_visible()
    tab.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    expect(further).to_be_hidden()


def test_a_tap_shows_what_was_tapped(tab: Page, texts: Texts) -> None:
    """The label of a tapped button stands between question and answer."""
    label = texts.label("pl", "menu.more_button")
    _newest_choice(tab, label)
    expect(tab.locator(".theirs").last).to_contain_text(texts.label("pl", "menu.more"))
    expect(tab.locator("#messages > li").nth(-2)).to_contain_text(label)


def test_another_language_changes_the_whole_page(tab: Page) -> None:
    """After a language was chosen the bar, the box and the page's own sentences speak it too (004-language-threat)."""
    tab.locator(".language-button").tap()
    _newest_choice(tab, "Nederlands")
    expect(tab.locator("html")).to_have_attribute("lang", "nl")
    expect(tab.locator("#text")).to_have_attribute("placeholder", "Uw bericht")


def test_a_voice_message_is_recorded_and_sent(tab: Page, database: Database) -> None:
    """Two taps record and send a voice message; throwing away sends nothing (002-cannot-write)."""
    tab.locator("#record").tap()
    expect(tab.locator("#recording")).to_be_visible()
    tab.locator("#discard").tap()
    expect(tab.locator("#writing")).to_be_visible()
    tab.locator("#record").tap()
    expect(tab.locator("#time")).to_have_text("0:01")
    before = tab.locator(".theirs").count()
    tab.locator("#finish").tap()
    expect(tab.locator(".theirs")).not_to_have_count(before)
    with database.reading() as session:
        sound = session.scalars(select(Attachment)).one()
        assert (sound.kind, sound.media_type) == ("voice", "audio/webm")
        assert len(sound.content or b"") > 500


def test_a_file_that_is_too_large_never_leaves_the_phone(
    tab: Page, database: Database, tmp_path: Path
) -> None:
    """The limit is told before, and a file over it costs no data."""
    tab.locator("#attach summary").tap()
    expect(tab.locator(".attach-panel")).to_contain_text("20 MB")
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.url))
    large = tmp_path / "foto.jpg"
    large.write_bytes(b"x" * (20 * 1024 * 1024 + 1))
    tab.locator("#file").set_input_files(large)
    expect(tab.locator("#status")).to_contain_text("20 MB")
    assert not any(url.endswith("/file") for url in sent)
    assert _sayings(database) == []


def test_a_photo_is_sent_when_it_is_chosen(tab: Page, database: Database) -> None:
    """Choosing a photo sends it, and the page tells that it is there."""
    before = tab.locator(".theirs").count()
    tab.locator("#file").set_input_files(_file_of("image/jpeg", b"\xff\xd8 not much of a photo"))
    expect(tab.locator(".theirs")).not_to_have_count(before)
    with database.reading() as session:
        assert session.scalars(select(Attachment.kind)).all() == ["photo"]


def test_everything_can_be_done_with_a_keyboard(tab: Page, database: Database, texts: Texts) -> None:
    """The box and its buttons are reached with Tab alone, and a button works with Enter."""
    tab.locator("#text").focus()
    tab.keyboard.type("klawiatura")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "send"
    tab.keyboard.press("Enter")
    expect(tab.locator(".mine .body").last).to_have_text("klawiatura")
    expect(tab.locator(".theirs").last).to_contain_text(texts.label("pl", "menu.which_child"))
    tab.locator(".choices").last.locator("button").first.focus()
    before = tab.locator(".theirs").count()
    tab.keyboard.press("Enter")
    expect(tab.locator(".theirs")).not_to_have_count(before)
    assert _sayings(database) == ["klawiatura"]


def test_the_page_is_told_to_screen_readers(tab: Page) -> None:
    """The messages are a log that is read politely, and everything that can be used has a name."""
    log = tab.get_by_role("log")
    assert log.get_attribute("aria-live") == "polite"
    unnamed = tab.evaluate(
        """() => [...document.querySelectorAll('button, a, textarea, summary, input:not([type=hidden])')]
            .filter((one) => one.offsetParent && !(one.getAttribute('aria-label') || one.textContent.trim()
                || one.labels?.length)).map((one) => one.outerHTML)"""
    )
    assert unnamed == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 568), (180, 370), (740, 360)])
def test_it_fits_every_screen(tab: Page, width: int, height: int) -> None:
    """Nothing sticks out sideways, also with 200 % zoom of a small phone, and thumbs find what can be tapped."""
    tab.set_viewport_size({"width": width, "height": height})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    small = tab.evaluate(
        """() => [...document.querySelectorAll('.bar button, .composer button, summary, li:last-child button')]
            .filter((one) => one.offsetParent)
            .map((one) => one.getBoundingClientRect())
            .filter((box) => box.height < 47.5 || box.width < 47.5).length"""
    )
    assert small == 0


def test_a_confirmed_door_plays_a_voice_message(
    tab: Page, database: Database, tools: Tools, texts: Texts, bell: Bell, clock: MovableClock
) -> None:
    """A message that carries a sound shows a player with our own address as its source."""
    before = tab.locator(".theirs").count()
    tab.locator("#file").set_input_files(_file_of("audio/ogg", b"OggS"))
    expect(tab.locator(".theirs")).not_to_have_count(before)
    with database.writing() as session:
        session.execute(update(Door).values(confirmed_at=clock.now()))
        session.execute(update(Attachment).values(state="ready"))
        door = session.scalars(select(Door)).one()
        attachment_id = session.scalars(select(Attachment.id)).one()
        speech.write(session, tools, texts, door, "menu.offer", attachment_id=attachment_id)
    bell.ring()
    expect(tab.locator("audio")).to_have_attribute("src", f"file/{attachment_id}")
