"""The web chat, without a script and as its script uses it."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from httpx import Client, Response
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from bot.assistant import speech
from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.incoming import Incoming
from bot.model.messages import Outgoing, OutgoingState, Received
from bot.model.people import Door, Person
from bot.model.translation import Attachment, MediaState, Saying
from bot.services import people
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import chat
from bot.web.app import application
from bot.web.bell import Bell
from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.served import Served

Invite = Callable[[Person], str]
NewBrowser = Callable[..., Browser]
JSON = {"accept": "application/json"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def phone(agnieszka: Browser) -> Browser:
    """Agnieszka's phone, the welcome finished."""
    agnieszka.finish_welcome()
    return agnieszka


def _sayings(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Saying.original).order_by(Saying.id)))


def _outgoings(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0


def _confirm(database: Database, clock: MovableClock) -> None:
    with database.writing() as session:
        session.execute(update(Door).values(confirmed_at=clock.now()))


def _tell(
    database: Database, tools: Tools, texts: Texts, child: str, *, attachment_id: int | None = None
) -> int:
    """The assistant says something at the only door, in a transaction of its own."""
    with database.writing() as session:
        door = session.scalars(select(Door)).one()
        return speech.write(
            session,
            tools,
            texts,
            door,
            "menu.main",
            attachment_id=attachment_id,
            parameters={"child": child},
            buttons=[[speech.button("Menu", "menu.open")]],
        )


class TestWithoutScript:
    """Plain forms are enough."""

    def test_the_welcome_begins_at_the_first_look_and_only_then(self, agnieszka: Browser) -> None:
        """Opening the chat brings the first words of the assistant; opening it again adds nothing."""
        first = [message.id for message in agnieszka.messages()]
        assert first
        assert [message.id for message in agnieszka.messages()] == first

    def test_the_whole_welcome_by_plain_forms(self, agnieszka: Browser, texts: Texts) -> None:
        """Every button is a form that leads back to the newest message (002-polish-parents)."""
        answer = agnieszka.tap_first()
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{agnieszka.path}#newest"
        agnieszka.tap_first()
        labels = [label for label, _ in agnieszka.newest().buttons]
        assert texts.label("pl", "menu.prepare_button") in labels

    def test_words_are_stored_when_the_answer_comes(self, phone: Browser, database: Database) -> None:
        """The answer to the form goes out after the commit: what was said is in the database by then."""
        assert phone.say("Kuba lubi klocki.").status_code == 303
        assert _sayings(database) == ["Kuba lubi klocki."]

    def test_the_bar_opens_menu_and_languages(self, phone: Browser, texts: Texts) -> None:
        """Menu and language are one press away at any step (004-language-threat)."""
        answer = phone.client.post(
            f"{phone.path}command", data={"key": phone.key("command"), "command": "language"}
        )
        assert answer.status_code == 303
        assert [label for label, _ in phone.newest().buttons] == ["Polski", "Nederlands", "English"]
        phone.tap("Nederlands")
        assert '<html lang="nl"' in phone.page().text
        phone.client.post(f"{phone.path}command", data={"key": phone.key("command"), "command": "menu"})
        assert texts.label("nl", "menu.prepare_button") in [label for label, _ in phone.newest().buttons]

    def test_a_command_can_be_typed(self, phone: Browser, texts: Texts) -> None:
        """What begins with a slash is a command; an unknown one gets a clear sentence."""
        phone.say("/language")
        assert len(phone.newest().buttons) == 3
        phone.say("/abc")
        assert texts.label("pl", "errors.unknown_command") in [message.text for message in phone.messages()]

    def test_older_messages_stay_within_reach(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts
    ) -> None:
        """A long chat shows the newest part and a link to what came before; nothing falls away."""
        for number in range(130):
            _tell(database, tools, texts, f"kind {number}")
        seen: list[int] = []
        address: str | None = phone.path
        while address:
            html = phone.client.get(address).text
            ids = [int(part.split('"')[0]) for part in html.split('data-id="')[1:]]
            seen = ids + seen
            address = f"{phone.path}?before={ids[0]}" if f"?before={ids[0]}" in html else None
        assert len(seen) == _outgoings(database)
        assert seen == sorted(set(seen))


class TestWhatIsSaid:
    """Nothing is lost, doubled or taken for something else."""

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("<script>alert(1)</script> *vet* & 'citaat'", "<script>alert(1)</script> *vet* & 'citaat'"),
            ("nul\x00 en bel\x07", "nul en bel"),
            ("twee\r\nregels", "twee\nregels"),
            ("שלום \u202eabc\u202c", "שלום \u202eabc\u202c"),
            ("👩‍👦 🙂", "👩‍👦 🙂"),
        ],
    )
    def test_words_are_kept_as_typed(self, phone: Browser, database: Database, typed: str, kept: str) -> None:
        """Markup, marks and emoji stay as they are; only what is no writing goes."""
        phone.say(typed)
        assert _sayings(database) == [kept]

    def test_a_long_text_is_kept_whole(self, phone: Browser, database: Database) -> None:
        """6,000 characters arrive as 6,000 characters, and so does a very long one."""
        for words in ("ą" * 6_000, "b" * 400_000):
            phone.say(words)
            assert _sayings(database)[-1] == words

    def test_markup_of_people_is_shown_literally(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts
    ) -> None:
        """A name with markup and an apostrophe stands on the page as it was written and becomes no element."""
        name = "<b id='x'>D'Angelo</b> & _zoon_"
        _tell(database, tools, texts, name)
        newest = phone.newest()
        assert name in newest.text
        assert "<b><b>" not in newest.html
        fragment = json.loads(phone.client.get(f"{phone.path}messages?after=0").text)["messages"][-1]["html"]
        assert "&lt;b id=" in fragment

    def test_the_same_form_twice_is_one_message(self, phone: Browser, database: Database) -> None:
        """Two taps in one second, or a form sent again on bad reception, store and answer once."""
        key = phone.key()
        phone.say("Tak", key=key)
        answered = _outgoings(database)
        for _ in range(3):
            assert phone.say("Tak", key=key).status_code == 303
        assert _sayings(database) == ["Tak"]
        assert _outgoings(database) == answered

    def test_the_same_form_at_the_same_moment_is_one_message(
        self, phone: Browser, database: Database, served: Served
    ) -> None:
        """Deliveries that race each other end in one message, and each gets its answer."""
        key, cookie = phone.key(), phone.client.cookies.get("chat", path=phone.path)
        answers: list[int] = []

        def send() -> None:
            with Client(base_url=served.url, cookies={"chat": cookie or ""}, timeout=20) as client:
                answers.append(client.post(f"{phone.path}say", data={"key": key, "text": "Tak"}).status_code)

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [303] * 4
        assert _sayings(database) == ["Tak"]

    def test_going_back_and_changing_the_words_loses_nothing(
        self, phone: Browser, database: Database
    ) -> None:
        """The browser's own back button brings an old form; other words in it are another message."""
        key = phone.key()
        phone.say("pierwsze", key=key)
        phone.say("drugie", key=key)
        assert _sayings(database) == ["pierwsze", "drugie"]

    def test_a_script_makes_as_many_keys_as_it_needs(self, phone: Browser, database: Database) -> None:
        """The same words twice, each with a key that the page's script lengthened, are two messages."""
        key = phone.key()
        phone.say("tak", key=f"{key}.1a")
        phone.say("tak", key=f"{key}.2b")
        phone.say("tak", key=f"{key}.2b")
        assert _sayings(database) == ["tak", "tak"]

    def test_a_second_try_of_the_script_is_the_same_delivery(
        self, phone: Browser, database: Database
    ) -> None:
        """The script sends again under the same key, knowing newer messages by now: still one message."""
        key = phone.key()
        for after in ("1", "2"):
            phone.client.post(
                f"{phone.path}say", data={"key": key, "text": "Tak", "after": after}, headers=JSON
            )
        assert _sayings(database) == ["Tak"]

    @pytest.mark.parametrize("words", ["", "   ", "\n\t ", "\x00"])
    def test_only_spaces_gets_a_sentence(
        self, phone: Browser, database: Database, texts: Texts, words: str
    ) -> None:
        """Nothing said is answered kindly and stores nothing."""
        phone.say(words)
        assert _sayings(database) == []
        assert texts.label("pl", "errors.empty") in [message.text for message in phone.messages()]

    def test_before_the_welcome_is_finished_nothing_is_kept(
        self, agnieszka: Browser, database: Database
    ) -> None:
        """Words that come before the notice was read are not stored; the person hears so."""
        before = _outgoings(database)
        agnieszka.say("za wcześnie")
        assert _sayings(database) == []
        assert _outgoings(database) > before

    def test_the_page_never_reads_stored_words_back(self, phone: Browser) -> None:
        """Through a door that no teacher confirmed nothing said can be read again, on no page."""
        phone.say("tajemnica-1234")
        for address in (phone.path, f"{phone.path}messages?after=0", f"{phone.path}?before=9999"):
            assert "tajemnica-1234" not in phone.client.get(address).text


class TestTaps:
    """Buttons."""

    def test_a_button_of_an_old_message_is_answered_kindly(self, phone: Browser) -> None:
        """A tap on the first message of the chat brings an answer, not an error."""
        first = next(message for message in phone.messages() if message.buttons)
        before = len(phone.messages())
        answer = phone.client.post(f"{phone.path}tap", data={"key": first.key, "button": first.buttons[0][1]})
        assert answer.status_code == 303
        assert len(phone.messages()) > before

    def test_a_button_of_somebody_else_does_nothing(
        self,
        phone: Browser,
        browser: NewBrowser,
        cast: Cast,
        invite: Invite,
        texts: Texts,
        database: Database,
    ) -> None:
        """A button's number of another person's message is like one that never was."""
        other = browser("nl")
        other.join(invite(cast.pieter))
        foreign = other.newest().buttons[-1][1]
        with database.reading() as session:
            before = session.get_one(Person, cast.pieter.id).language_chosen
        for button in (foreign, "99999999.0", "1.999"):
            phone.client.post(f"{phone.path}tap", data={"key": phone.messages()[0].key, "button": button})
            assert texts.label("pl", "errors.old_button") in [
                message.text for message in phone.messages()[-3:]
            ]
        with database.reading() as session:
            assert session.get_one(Person, cast.pieter.id).language_chosen == before

    @pytest.mark.parametrize(
        "button",
        ["", "x", "1", "1.", "-1.0", "1.0.0", "\u0661.\u0660", "9999999999.0", "9" * 40 + ".0", "1.0\n"],
    )
    def test_what_is_no_button_is_not_found(self, phone: Browser, button: str) -> None:
        """A value that no button of ours can have is refused before anything is asked."""
        answer = phone.client.post(
            f"{phone.path}tap", data={"key": phone.messages()[0].key, "button": button}
        )
        assert answer.status_code == 404

    def test_a_link_opens_in_a_new_tab(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts
    ) -> None:
        """A button that is a link leads there without telling where the reader came from."""
        with database.writing() as session:
            door = session.scalars(select(Door)).one()
            link = speech.link("Dossier", "https://praat.example/p/x")
            speech.write(session, tools, texts, door, "menu.offer", buttons=[[link]])
        assert phone.newest().links == [("Dossier", "https://praat.example/p/x")]
        assert 'rel="noopener noreferrer"' in phone.page().text


class TestStrangers:
    """A chat belongs to the cookie that was set for it."""

    def test_no_cookie_wrong_cookie_and_no_chat_look_the_same(
        self, phone: Browser, browser: NewBrowser, cast: Cast, invite: Invite
    ) -> None:
        """Whoever does not hold this chat's secret gets one and the same page, whether or not the chat exists."""
        pieter = browser("pl")
        pieter.join(invite(cast.pieter))
        foreign = pieter.client.cookies.get("chat") or ""
        answers: set[tuple[int, bytes]] = set()
        for cookie in ("", "x" * 32, foreign):
            stranger = browser("pl")
            for path in (phone.path, "/chat/00000000000000000000000000000000/", "/chat/%00/", "/chat/é/"):
                if cookie:
                    stranger.client.cookies.set("chat", cookie, path="/")
                for part in ("", "messages", "events", "file/1"):
                    answer = stranger.client.get(path + part)
                    answers.add((answer.status_code, answer.content))
                for part in ("say", "tap", "command", "file"):
                    answer = stranger.client.post(path + part, data={"key": phone.key(), "text": "x"})
                    answers.add((answer.status_code, answer.content))
        assert len(answers) == 1
        assert answers.pop()[0] == 404

    def test_a_form_needs_this_browsers_key(
        self, phone: Browser, browser: NewBrowser, cast: Cast, invite: Invite, database: Database
    ) -> None:
        """With the right cookie but without a key made for it, or from another site, nothing is taken."""
        pieter = browser("nl")
        pieter.join(invite(cast.pieter))
        address = f"{phone.path}say"
        tries: list[Response] = [
            phone.client.post(address, data={"text": "x"}),
            phone.client.post(address, data={"text": "x", "key": pieter.key()}),
            phone.client.post(address, json={"text": "x", "key": phone.key()}),
            phone.client.post(
                address, data={"text": "x", "key": phone.key()}, headers={"sec-fetch-site": "cross-site"}
            ),
        ]
        assert [answer.status_code for answer in tries] == [403] * 4
        assert _sayings(database) == []

    def test_an_ended_door_is_closed(
        self, phone: Browser, cast: Cast, database: Database, tools: Tools
    ) -> None:
        """After its owner ended the door the page says so, and nothing is shown or taken any more."""
        key = phone.key()
        with database.writing() as session:
            person = session.get_one(Person, cast.agnieszka.id)
            people.end_door(session, tools, person, people.doors_of(session, person)[0])
        for answer in (phone.page(), phone.say("jeszcze", key=key)):
            assert answer.status_code == 410
            assert "menu" not in answer.text.lower()
        assert _sayings(database) == []
        assert phone.client.get(f"{phone.path}events").status_code == 204


class TestFiles:
    """Voice messages and photos."""

    def _picture(self) -> bytes:
        made = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(made, "JPEG")
        return made.getvalue()

    @pytest.mark.parametrize(
        ("media_type", "kind"),
        [("audio/webm;codecs=opus", "voice"), ("audio/mp4", "voice"), ("image/jpeg", "photo")],
    )
    def test_a_file_is_stored_with_the_answer(
        self, phone: Browser, database: Database, media_type: str, kind: str
    ) -> None:
        """The bytes are in the database when the answer comes, marked for the worker (002-cannot-write)."""
        content = self._picture() * 3
        assert phone.send_file(content, media_type).status_code == 303
        with database.reading() as session:
            kept = session.scalars(select(Attachment)).one()
            assert (kept.kind, kept.content, kept.state) == (kind, content, MediaState.WAITING.value)
            assert kept.media_type == media_type.partition(";")[0]

    @pytest.mark.parametrize(
        ("content", "media_type"),
        [(b"film", "video/mp4"), (b"%PDF", "application/pdf"), (b"x", "text/html"), (b"", "audio/ogg")],
    )
    def test_a_wrong_file_gets_a_sentence(
        self, phone: Browser, database: Database, texts: Texts, content: bytes, media_type: str
    ) -> None:
        """What is neither sound nor picture is answered in the person's language and not stored."""
        phone.send_file(content, media_type)
        assert texts.label("pl", "errors.unreadable") in [message.text for message in phone.messages()]
        with database.reading() as session:
            assert session.scalars(select(Attachment)).all() == []

    def test_more_than_20_megabytes_gets_a_sentence_in_the_chat(
        self, phone: Browser, database: Database, texts: Texts
    ) -> None:
        """The limit stands on the page beforehand, and a file over it is answered in the chat."""
        assert "20 MB" in phone.page().text
        phone.send_file(b"x" * (20 * MEGABYTE + 1), "audio/ogg")
        assert texts.label("pl", "errors.too_large") in [message.text for message in phone.messages()]
        assert _sayings(database) == []

    def test_a_huge_upload_is_refused_with_a_sentence(self, phone: Browser, database: Database) -> None:
        """More than a request may hold is read to its end, so that the browser gets to read why not."""
        answer = phone.send_file(b"x" * (30 * MEGABYTE), "audio/ogg")
        assert answer.status_code == 413
        assert "20 MB" in answer.text
        assert '<html lang="pl"' in answer.text
        assert _sayings(database) == []

    def test_the_same_upload_twice_is_one_file(self, phone: Browser, database: Database) -> None:
        """A file sent again after a broken connection is stored once."""
        key = phone.key("file")
        for _ in range(2):
            phone.client.post(
                f"{phone.path}file", data={"key": key}, files={"file": ("v", b"sound", "audio/ogg")}
            )
        with database.reading() as session:
            assert len(session.scalars(select(Attachment)).all()) == 1

    def test_a_form_without_a_file_just_shows_the_chat(self, phone: Browser, database: Database) -> None:
        """Pressing send before choosing a file is no error and says nothing."""
        before = _outgoings(database)
        answer = phone.client.post(f"{phone.path}file", data={"key": phone.key("file")})
        assert answer.status_code == 303
        assert _outgoings(database) == before

    @pytest.fixture
    def voice(self, phone: Browser, database: Database, tools: Tools, texts: Texts) -> int:
        """A voice message that was fetched, and that a message of the assistant carries."""
        phone.send_file(b"0123456789", "audio/ogg")
        with database.writing() as session:
            session.execute(update(Attachment).values(state=MediaState.READY.value))
            attachment_id = session.scalars(select(Attachment.id)).one()
        _tell(database, tools, texts, "Kuba", attachment_id=attachment_id)
        return attachment_id

    def test_a_file_is_heard_through_a_confirmed_door_only(
        self, phone: Browser, voice: int, database: Database, clock: MovableClock
    ) -> None:
        """Before a teacher confirmed the door the file is not found and not mentioned; after it, it plays."""
        address = f"{phone.path}file/{voice}"
        assert phone.client.get(address).status_code == 404
        assert f"file/{voice}" not in phone.page().text
        _confirm(database, clock)
        answer = phone.client.get(address)
        assert answer.content == b"0123456789"
        assert answer.headers["content-type"] == "audio/ogg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("inline")
        assert f'src="file/{voice}"' in phone.page().text

    def test_only_files_that_a_message_carries(
        self, phone: Browser, voice: int, database: Database, clock: MovableClock
    ) -> None:
        """Guessing the numbers of files brings nothing."""
        _confirm(database, clock)
        with database.writing() as session:
            session.execute(update(Outgoing).values(attachment_id=None))
        for number in (voice, voice + 1, 0, 10**17):
            assert phone.client.get(f"{phone.path}file/{number}").status_code == 404

    @pytest.mark.parametrize(
        ("wished", "status", "given", "where"),
        [
            ("bytes=0-1", 206, b"01", "bytes 0-1/10"),
            ("bytes=7-", 206, b"789", "bytes 7-9/10"),
            ("bytes=-3", 206, b"789", "bytes 7-9/10"),
            ("bytes=8-100", 206, b"89", "bytes 8-9/10"),
            ("bytes=10-", 416, b"", "bytes */10"),
            ("bytes=5-2", 416, b"", "bytes */10"),
            ("bytes=-", 416, b"", "bytes */10"),
            ("lines=1-2", 416, b"", "bytes */10"),
        ],
    )
    def test_players_may_ask_for_a_part(
        self,
        phone: Browser,
        voice: int,
        database: Database,
        clock: MovableClock,
        wished: str,
        status: int,
        given: bytes,
        where: str,
    ) -> None:
        """A phone's player gets the part of a sound it asks for, or hears that there is no such part."""
        _confirm(database, clock)
        answer = phone.client.get(f"{phone.path}file/{voice}", headers={"range": wished})
        assert (answer.status_code, answer.content, answer.headers["content-range"]) == (status, given, where)

    def test_a_file_of_an_unknown_type_is_only_saved(
        self, phone: Browser, voice: int, database: Database, clock: MovableClock
    ) -> None:
        """A type that is not on our list is never opened by the browser."""
        _confirm(database, clock)
        with database.writing() as session:
            session.execute(update(Attachment).values(media_type="text/html"))
        answer = phone.client.get(f"{phone.path}file/{voice}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")


class TestLive:
    """What the page's script uses: JSON, asking for news, events."""

    def test_the_answer_to_a_script_holds_the_new_messages(self, phone: Browser) -> None:
        """Said with a script, the same form is answered with what the assistant says to it."""
        newest = phone.newest().id
        answer = phone.client.post(
            f"{phone.path}say",
            data={"key": phone.key(), "text": "Dzień dobry", "after": str(newest)},
            headers=JSON,
        )
        told = answer.json()
        assert (answer.status_code, told["language"], told["open"]) == (200, "pl", True)
        assert told["messages"]
        assert all(message["id"] > newest for message in told["messages"])
        assert all(message["html"].strip().startswith("<li") for message in told["messages"])

    def test_asking_brings_what_is_new_and_what_was_changed(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts, clock: MovableClock
    ) -> None:
        """The plain way of hearing: everything after the last known message, and older ones whose text changed."""
        address = f"{phone.path}messages?after="
        newest = phone.newest().id
        assert phone.client.get(f"{address}{newest}").json()["messages"] == []
        told = _tell(database, tools, texts, "Kuba")
        assert [one["id"] for one in phone.client.get(f"{address}{newest}").json()["messages"]] == [told]
        with database.writing() as session:
            session.get_one(Outgoing, told).body = "inne słowa"
            session.get_one(Outgoing, told).changed_at = clock.now()
        changed = phone.client.get(f"{address}{told}").json()["messages"]
        assert [one["id"] for one in changed] == [told]
        assert "inne słowa" in changed[0]["html"]

    def test_fetched_messages_are_noted_as_sent(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts, clock: MovableClock
    ) -> None:
        """A message waits until this browser fetched it, and an edit is noted as shown."""
        told = _tell(database, tools, texts, "Kuba")
        with database.reading() as session:
            assert session.get_one(Outgoing, told).state == OutgoingState.WAITING.value
        phone.page()
        with database.reading() as session:
            row = session.get_one(Outgoing, told)
            assert (row.state, row.sent_at) == (OutgoingState.SENT.value, clock.now())

    def test_strange_numbers_are_no_error(self, phone: Browser) -> None:
        """An `after` or `before` that is no number is taken as none."""
        for query in (
            "messages?after=x",
            "messages?after=-1",
            "messages?after=",
            "?before=ⅷ",
            "?before=" + "9" * 99,
        ):
            assert phone.client.get(phone.path + query).status_code == 200

    def test_events_bring_what_another_thread_commits(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts, bell: Bell
    ) -> None:
        """A message written elsewhere reaches the open page at once, without asking."""
        newest = phone.newest().id
        with events(phone, newest) as stream:
            assert next(stream) == ("hello", {}, "")
            told = _tell(database, tools, texts, "Kuba")
            bell.ring()
            kind, data, event_id = next(stream)
            assert (kind, [one["id"] for one in data["messages"]]) == ("message", [told])
            assert event_id == str(told)

    def test_events_bring_edits_and_the_end(
        self,
        phone: Browser,
        database: Database,
        tools: Tools,
        bell: Bell,
        clock: MovableClock,
        cast: Cast,
    ) -> None:
        """A text that was changed comes again under its own number; when the door ends the page hears it."""
        newest = phone.newest().id
        with events(phone, newest) as stream:
            next(stream)
            with database.writing() as session:
                row = session.get_one(Outgoing, newest)
                row.body, row.changed_at = "inne słowa", clock.now()
            bell.ring()
            _, data, _ = next(stream)
            assert [one["id"] for one in data["messages"]] == [newest]
            assert "inne słowa" in data["messages"][0]["html"]
            with database.writing() as session:
                person = session.get_one(Person, cast.agnieszka.id)
                people.end_door(session, tools, person, people.doors_of(session, person)[0])
            bell.ring()
            assert next(stream)[1]["open"] is False
            assert next(stream, None) is None

    def test_events_resume_where_the_connection_broke(
        self, phone: Browser, database: Database, tools: Tools, texts: Texts
    ) -> None:
        """A browser that comes back tells the last number it has and gets the rest, once."""
        last = _tell(database, tools, texts, "Kuba")
        phone.page()
        missed = [_tell(database, tools, texts, name) for name in ("Zosia", "Abel")]
        with events(phone, 0, headers={"last-event-id": str(last)}) as stream:
            next(stream)
            assert [one["id"] for one in next(stream)[1]["messages"]] == missed

    def test_a_quiet_stream_keeps_its_connection(self, phone: Browser) -> None:
        """When nothing happens a comment goes out now and then, so that no proxy hangs up."""
        newest = phone.newest().id
        with phone.client.stream("GET", f"{phone.path}events?after={newest}") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert any(line.startswith(":") for line in answer.iter_lines())

    def test_waiting_chats_hold_neither_thread_nor_transaction(
        self, phone: Browser, database: Database, bell: Bell
    ) -> None:
        """Open streams leave no thread and no database connection busy while they wait, and are counted off."""
        newest = phone.newest().id
        before = threading.active_count()
        with events(phone, newest) as one, events(phone, newest) as two:
            next(one)
            next(two)
            assert bell.listeners(phone.path.split("/")[2]) == 2
            assert threading.active_count() <= before + 2
            with database.writing() as session:
                session.execute(update(Outgoing).values(attempts=0))

    def test_too_many_streams_of_one_chat_are_sent_away(self, phone: Browser) -> None:
        """One chat cannot hold every connection of the server: further pages ask instead of listening."""
        newest = phone.newest().id
        with ExitStack() as opened:
            streams = [opened.enter_context(events(phone, newest)) for _ in range(chat.STREAMS_A_DOOR)]
            for stream in streams:
                next(stream)
            assert phone.client.get(f"{phone.path}events?after={newest}").status_code == 429

    def test_looking_at_the_head_of_the_stream_ends(self, phone: Browser) -> None:
        """A program that only asks for headers is not kept waiting."""
        assert phone.client.head(f"{phone.path}events").status_code == 204


class TestPassingFaults:
    """A database that does not answer for a moment."""

    def test_a_busy_database_loses_nothing(
        self, phone: Browser, served: Served, database: Database, tools: Tools, texts: Texts, bell: Bell
    ) -> None:
        """The page says that it takes longer and holds the words; sending them again stores them once."""

        class Busy(Reception):
            """Its database is locked the first time."""

            tries = 0

            def take(self, batch: Sequence[Incoming]) -> None:
                self.tries += 1
                if self.tries == 1:
                    raise OperationalError("", {}, Exception())
                super().take(batch)

        served.app = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=Busy(database, tools, texts),
            bell=bell,
            after_commit=bell.ring,
        )
        key = phone.key()
        words = "ważne <słowa>\ni druga linia"
        page = phone.say(words, key=key)
        assert page.status_code == 503
        assert page.headers["retry-after"]
        assert "ważne &lt;słowa&gt;\ni druga linia</textarea>" in page.text
        assert key in page.text
        assert _sayings(database) == []
        assert phone.say(words, key=key).status_code == 303
        phone.say(words, key=key)
        assert _sayings(database) == [words]

    def test_a_script_hears_it_as_data(
        self, phone: Browser, served: Served, database: Database, tools: Tools, texts: Texts, bell: Bell
    ) -> None:
        """The page's script gets the status by which it keeps the words on the phone and tries again."""

        class Full(Reception):
            """Its disk is full."""

            def take(self, batch: Sequence[Incoming]) -> None:
                assert batch
                raise OperationalError("", {}, Exception())

        served.app = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=Full(database, tools, texts),
            bell=bell,
            after_commit=bell.ring,
        )
        answer = phone.client.post(f"{phone.path}say", data={"key": phone.key(), "text": "x"}, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")

    def test_every_form_is_marked_as_received(self, phone: Browser, database: Database) -> None:
        """The key under which a form was taken holds nothing of what was said."""
        phone.say("sekretne słowo")
        with database.reading() as session:
            keys = session.scalars(select(Received.key).where(Received.key.startswith("web:"))).all()
        assert keys
        assert not any("sekret" in key for key in keys)


class events:  # noqa: N801  (reads as a verb in the tests)
    """The stream of a chat, as (event, data, id), until the block ends."""

    def __init__(self, browser: Browser, after: int, *, headers: dict[str, str] | None = None) -> None:
        self._opened = browser.client.stream("GET", f"{browser.path}events?after={after}", headers=headers)

    def __enter__(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        return self._read(self._opened.__enter__())

    def __exit__(self, *_error: object) -> None:
        self._opened.__exit__(None, None, None)

    def _read(self, answer: Response) -> Iterator[tuple[str, dict[str, Any], str]]:
        given: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                given[name] = value
            elif "data" in given:
                yield given.get("event", "message"), json.loads(given["data"]), given.get("id", "")
                given = {}
            else:
                given = {}


def test_what_is_held_is_not_shown_before_its_moment(
    phone: Browser, database: Database, clock: MovableClock, tools: Tools, texts: Texts
) -> None:
    """Neither on the page nor fetched as news; then it stands under what was read meanwhile (004-too-much-info)."""
    number = _tell(database, tools, texts, "Zosia")
    with database.writing() as session:
        session.get_one(Outgoing, number).not_before = clock.now() + timedelta(hours=12)
    phone.say("/menu")
    phone.say("/language")
    assert number not in [message.id for message in phone.messages()]
    news = phone.client.get(f"{phone.path}messages?after=0", headers=JSON).json()
    assert number not in [message["id"] for message in news["messages"]]
    with database.reading() as session:
        assert session.get_one(Outgoing, number).state == "waiting"
    clock.move(hours=12)
    assert phone.newest().id == number
    with database.reading() as session:
        assert session.get_one(Outgoing, number).state == "sent"
