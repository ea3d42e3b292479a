"""Photos and voice messages added in the dossier, and the dossier taken along as a file."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from bot.content.texts import Texts
from bot.model.dossier import Entry
from bot.model.people import Person
from bot.model.privacy import AuditLine, PassPurpose
from bot.model.report import Reaction
from bot.model.translation import Attachment
from bot.services import dossier
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.media import Media
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

DOSSIER = PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]


def _photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(written, "JPEG")
    return written.getvalue()


def _enter(window: Opener, database: Database, tools: Tools, person: Person) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window("en")
    browser.sign_in(database, tools, person, DOSSIER)
    return browser


def _send(
    browser: SignedIn, path: str, do: str, file: tuple[str, bytes, str], target: object = "", **said: str
) -> Page:
    """The form came in with the file, and the page after it was read."""
    fields = {**browser.get(path).form(do, target).fields, **{name: [one] for name, one in said.items()}}
    data = {field: values[0] for field, values in fields.items() if values}
    answer = browser.client.post(path, data=data, files={"file": file})
    return browser.get(answer.headers["location"]) if answer.status_code == 303 else Page(answer)


def _add(browser: SignedIn, path: str, name: str, media_type: str, content: bytes, words: str = "") -> Page:
    return _send(browser, path, "add", (name, content, media_type), words=words, kind="fact")


def _entries(database: Database) -> list[tuple[str, list[str]]]:
    with database.reading() as session:
        found = session.scalars(select(Entry).order_by(Entry.id))
        return [(one.saying.original, [file.kind for file in one.saying.attachments]) for one in found]


def _look_at_files(database: Database, tools: Tools, texts: Texts) -> None:
    """The worker has checked what waits."""

    async def work() -> None:
        task = asyncio.create_task(Media(database, tools, texts, None).run())
        for _ in range(200):
            with database.reading() as session:
                if not session.scalars(select(Attachment.id).where(Attachment.state == "waiting")).all():
                    break
            await asyncio.sleep(0.02)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(work())


@pytest.fixture
def kuba(cast: Cast) -> str:
    """The address of Kuba's dossier."""
    return f"/dossier/child/{cast.kuba.id}"


def test_a_photo_is_added_and_seen_by_both_parents(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast, kuba: str
) -> None:
    """With words or without; after the bytes were looked at it can be seen, cleaned of everything but the picture."""
    mother = _enter(window, database, tools, cast.agnieszka)
    assert "It is in the dossier now" in _add(mother, kuba, "kuba.jpg", "image/jpeg", _photo()).words
    assert _entries(database) == [("", ["photo"])]
    _look_at_files(database, tools, texts)
    father = _enter(window, database, tools, cast.pieter)
    with database.reading() as session:
        (file_id,) = session.scalars(select(Attachment.id)).all()
    assert f"/dossier/file/{file_id}" in father.get(kuba).html
    shown = father.client.get(f"/dossier/file/{file_id}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")


def test_a_voice_message_is_added_with_words(
    window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Both stand in one addition."""
    mother = _enter(window, database, tools, cast.agnieszka)
    _add(mother, kuba, "opname.ogg", "audio/ogg; codecs=opus", b"OggS" + b"\0" * 100, "Posłuchaj.")
    assert _entries(database) == [("Posłuchaj.", ["voice"])]


@pytest.mark.parametrize(
    ("media_type", "content", "sentence"),
    [
        ("application/pdf", b"%PDF", "no photo and no voice message"),
        ("image/jpeg", b"", "no photo and no voice message"),
        ("image/jpeg", b"\xff" * 20_000_001, "too large"),
    ],
)
def test_another_file_is_refused_and_the_words_stay(
    window: Opener,
    database: Database,
    tools: Tools,
    cast: Cast,
    kuba: str,
    media_type: str,
    content: bytes,
    sentence: str,
) -> None:
    """A sentence stands at the field, what was written stands in the form, and nothing is stored."""
    mother = _enter(window, database, tools, cast.agnieszka)
    page = _add(mother, kuba, "x", media_type, content, "Moje słowa.")
    assert page.status == 422
    assert sentence in page.words
    assert page.form("add").value("words").strip() == "Moje słowa."
    assert _entries(database) == []


def _originals(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "original" in value:
            yield value["original"]
        for inner in value.values():
            yield from _originals(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _originals(inner)


def test_what_is_taken_along_is_what_this_parent_sees(
    window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Page and data hold every word on the own page and no word of the other parent's part (002-separated-talk)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Kuba fietst graag."})
        year.write(session, tools, c.pieter, c.kuba, c.pieter, "Wanneer is het gesprek?")
        year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        year.add(session, tools, c.pieter, c.kuba, "Eerste zwemdiploma.")
    mother = _enter(window, database, tools, cast.agnieszka)
    page = mother.client.get(f"{kuba}/download.html")
    data = mother.client.get(f"{kuba}/download.json")
    found = json.loads(data.text)
    assert {words for words in _originals(found) if words} == {
        "Kuba jest wesoły.",
        "Samen lezen.",
        "Eerste zwemdiploma.",
    }
    for words in ("Kuba jest wesoły.", "Samen lezen.", "Eerste zwemdiploma."):
        assert words in page.text
        assert words in mother.get(kuba).html
    for answer in (page, data):
        assert "fietst" not in answer.text
        assert "Wanneer is het gesprek" not in answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
    with database.reading() as session:
        reader = session.get_one(Person, cast.agnieszka.id)
        child = cast.at(session).kuba
        seen = dossier.export(session, tools, child, reader)
    assert {key: value for key, value in found.items() if key not in {"set_aside", "looks"}} == {
        key: value for key, value in json.loads(json.dumps(seen)).items() if key != "looks"
    }


def test_what_is_taken_along_opens_anywhere(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast, kuba: str
) -> None:
    """The page needs nothing from elsewhere, and photos stand inside it."""
    mother = _enter(window, database, tools, cast.agnieszka)
    _add(mother, kuba, "kuba.jpg", "image/jpeg", _photo())
    _look_at_files(database, tools, texts)
    page = mother.client.get(f"{kuba}/download.html").text
    assert 'src="data:image/jpeg;base64,' in page
    for outside in ('src="/', 'href="/', "<script", "<link", "http://", "https://"):
        assert outside not in page


def test_taking_along_is_on_record_and_refused_to_others(
    window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Who took it stands in the audit trail; another parent and another ending find nothing."""
    mother = _enter(window, database, tools, cast.agnieszka)
    other = _enter(window, database, tools, cast.ewa)
    for ending in ("html", "json"):
        assert mother.client.get(f"{kuba}/download.{ending}").status_code == 200
        assert other.get(f"{kuba}/download.{ending}").status == 404
    assert mother.get(f"{kuba}/download.pdf").status == 404
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.action == "exported")).all()
        assert [(one.actor_id, one.child_id) for one in lines] == [(cast.agnieszka.id, cast.kuba.id)] * 2


def _file_ids(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Attachment.id).order_by(Attachment.id)))


def _show_report(database: Database, tools: Tools, cast: Cast, *, apart: bool = False) -> int:
    with database.writing() as session:
        c = cast.at(session)
        with_her = c.agnieszka if apart else None
        return year.show_report(session, tools, c.marieke, c.kuba, apart_with=with_her).id


def test_an_answer_to_a_report_is_spoken(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast, kuba: str
) -> None:
    """Without a word typed it stands beside the report, is heard by those who read it, and goes along in the file."""
    made = _show_report(database, tools, cast)
    mother = _enter(window, database, tools, cast.agnieszka)
    page = _send(mother, kuba, "react", ("opname.ogg", year.OGG, "audio/ogg"), made, reaction="add")
    assert "Your answer stands beside the report" in page.words
    photo = ("kuba.jpg", _photo(), "image/jpeg")
    _send(mother, kuba, "react", photo, made, reaction="wrong", words="Tak to wygląda.")
    with database.reading() as session:
        said = [one.saying for one in session.scalars(select(Reaction).order_by(Reaction.id)) if one.saying]
        assert [(one.original, one.attachments[0].kind) for one in said] == [
            ("", "voice"),
            ("Tak to wygląda.", "photo"),
        ]
    _look_at_files(database, tools, texts)
    voice, picture = _file_ids(database)
    teacher, father = window("en"), _enter(window, database, tools, cast.pieter)
    teacher.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    for browser, side, path in (
        (teacher, "/desk/", f"/desk/child/{cast.kuba.id}"),
        (father, "/dossier/", kuba),
        (mother, "/dossier/", kuba),
    ):
        beside = browser.get(path).html.partition(f'id="report-{made}"')[2].partition("</article>")[0]
        assert f'<audio controls preload="none" src="{side}file/{voice}"' in beside
        assert f'<img src="{side}file/{picture}"' in beside
        heard = browser.client.get(f"{side}file/{voice}")
        assert (heard.content, heard.headers["content-type"]) == (year.OGG, "audio/ogg")
        assert browser.client.get(f"{side}file/{picture}").headers["content-type"] == "image/jpeg"
    taken = father.client.get(f"{kuba}/download.html").text
    assert 'src="data:audio/ogg;base64,' in taken
    assert 'src="data:image/jpeg;base64,' in taken
    assert set(father.client.get(f"{kuba}/download.json").json()["media"]) == {str(voice), str(picture)}


def test_what_is_spoken_about_a_talk_apart_stays_apart(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast, kuba: str
) -> None:
    """The teacher hears it; for the other parent and another teacher the file never was (002-separated-talk)."""
    made = _show_report(database, tools, cast, apart=True)
    mother = _enter(window, database, tools, cast.agnieszka)
    _send(mother, kuba, "react", ("opname.ogg", year.OGG, "audio/ogg"), made, reaction="own_words")
    _look_at_files(database, tools, texts)
    (voice,) = _file_ids(database)
    father = _enter(window, database, tools, cast.pieter)
    never = father.get("/dossier/file/9999")
    assert father.get(f"/dossier/file/{voice}").html == never.html
    assert father.client.get(f"{kuba}/download.json").json()["media"] == {}
    assert "data:audio" not in father.client.get(f"{kuba}/download.html").text
    for person, status in ((cast.marieke, 200), (cast.joris, 404)):
        staff = window("en")
        staff.sign_in(database, tools, person, PassPurpose.DESK)
        assert staff.client.get(f"/desk/file/{voice}").status_code == status


def test_an_answer_with_a_file_and_a_mistake_comes_back(
    window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Nothing is stored, the words stay, and the page says that the file has to be chosen once more."""
    made = _show_report(database, tools, cast)
    mother = _enter(window, database, tools, cast.agnieszka)
    voice = ("opname.ogg", year.OGG, "audio/ogg")
    page = _send(mother, kuba, "react", voice, made, words="Moje słowa.")
    assert page.status == 422
    assert "choose the photo or voice message once more" in page.words
    assert "Nothing is lost" not in page.words
    assert page.form("react", made).value("words").strip() == "Moje słowa."
    refused = _send(mother, kuba, "react", ("x.pdf", b"%PDF", "application/pdf"), made, reaction="right")
    assert refused.status == 422
    assert f"react-{made}-file-problem" in refused.ids
    assert _file_ids(database) == []
    with database.reading() as session:
        assert session.scalars(select(Reaction)).all() == []
