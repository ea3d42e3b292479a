"""What goes out compressed, and what must not."""

from collections.abc import Callable

from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.browser import Browser
from tests.web.page import SignedIn


def test_pages_and_styles_are_compressed(
    window: Callable[..., SignedIn], database: Database, tools: Tools, cast: Cast
) -> None:
    """A browser that reads gzip gets gzip, with fewer bytes; another gets the same page as it is."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    for address in (f"/desk/child/{cast.kuba.id}", "/static/style.css"):
        small = browser.client.get(address)
        whole = browser.client.get(address, headers={"accept-encoding": "identity"})
        assert small.headers["content-encoding"] == "gzip"
        assert small.num_bytes_downloaded < whole.num_bytes_downloaded / 2
        assert "content-encoding" not in whole.headers
        assert small.headers["content-security-policy"] == whole.headers["content-security-policy"]


def test_a_voice_message_comes_as_it_is(
    window: Callable[..., SignedIn], database: Database, tools: Tools, cast: Cast
) -> None:
    """A browser asks for pieces of it, counted in its own bytes."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
        saying = run.answers[0].saying
        assert saying is not None
        file_id = year.record(session, tools, saying, b"OggS" + bytes(5_000)).id
    browser = window()
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    file = browser.client.get(f"/desk/file/{file_id}")
    assert file.status_code == 200
    assert "content-encoding" not in file.headers


def test_the_chat_is_not_compressed(agnieszka: Browser) -> None:
    """Its stream shares the address, and every message must arrive at once."""
    assert "content-encoding" not in agnieszka.page().headers
