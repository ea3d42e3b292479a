"""The recording of a question in the web chat."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.content.read_aloud import ReadAloud
from bot.model.messages import Outgoing
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.labels import fixed
from tests.cast import Cast
from tests.recordings import ogg, record
from tests.web.browser import Browser
from tests.web.served import Served

LISTEN = fixed("preparation.listen_button", "pl")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The first question in Polish."""
    return record(tmp_path / "own", "pl", "BO01")


@pytest.fixture
def phone(
    agnieszka: Browser, served: Served, serve: Callable[[Tools], None], tools: Tools, folder: Path
) -> Browser:
    """Agnieszka's phone, not confirmed yet, with the first question of Zosia's preparation heard once."""
    serve(replace(tools, public_url=served.url, read_aloud=ReadAloud([folder])))
    agnieszka.finish_welcome()
    agnieszka.tap(fixed("menu.prepare_button", "pl"))
    agnieszka.tap("Zosia")
    agnieszka.tap(LISTEN)
    return agnieszka


def _heard(database: Database) -> int:
    with database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.macro == "preparation.read_aloud"))
        return rows.one().id


def test_the_question_is_played_on_the_page(phone: Browser, database: Database, folder: Path) -> None:
    """A player stands in the message, also before the phone is confirmed: nobody's words are in it."""
    number = _heard(database)
    assert f'<audio controls preload="none" src="sound/{number}"' in phone.page().text
    answer = phone.client.get(f"{phone.path}sound/{number}")
    assert (answer.content, answer.headers["content-type"]) == (ogg(b"BO01"), "audio/ogg")
    part = phone.client.get(f"{phone.path}sound/{number}", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"OggS")
    (folder / "begin/audio/pl/BO01.ogg").unlink()
    assert "<audio" not in phone.page().text
    assert phone.client.get(f"{phone.path}sound/{number}").status_code == 404


def test_only_what_a_message_at_this_door_reads_aloud(
    phone: Browser,
    database: Database,
    browser: Callable[..., Browser],
    invite: Callable[..., str],
    cast: Cast,
) -> None:
    """Other numbers bring nothing, and another parent's chat does not play this one."""
    number = _heard(database)
    for other in (number - 1, number + 1, 0, 10**17):
        assert phone.client.get(f"{phone.path}sound/{other}").status_code == 404
    pieter = browser()
    pieter.join(invite(cast.pieter))
    assert pieter.client.get(f"{pieter.path}sound/{number}").status_code == 404
