"""Phones in a browser: real pages over real HTTP, cookies kept, forms filled in."""

from dataclasses import replace

from httpx import Response

from bot.assistant.reception import Reception
from bot.demo.phones import Bubble, NoSuchButtonError, Phone, Seen
from bot.model.people import DoorKind
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.talks.doors import PhoneDoor
from tests.talks.school import School
from tests.web.browser import Browser, Message
from tests.web.served import Served


class OpenPage(Browser):
    """A browser that keeps the page open until it looks again, as people do."""

    _shown: Response | None = None

    def page(self) -> Response:
        """The chat's page as it was loaded last."""
        if self._shown is None:
            self._shown = super().page()
        return self._shown

    def reload(self) -> None:
        """The next look loads the page anew."""
        self._shown = None


class WebPhone:
    """One browser with the chat of one person."""

    kind = DoorKind.WEB.value

    def __init__(self, browser: OpenPage, letter: str) -> None:
        self._browser = browser
        self._letter = letter
        self._known: dict[int, Bubble] = {}

    def open(self) -> Seen:
        """Open the letter's page and press its button."""
        self._browser.join(self._letter)
        return self.looks()

    def say(self, words: str) -> Seen:
        """Type words."""
        assert self._browser.say(words).status_code == 303
        return self.looks()

    def tap(self, label: str) -> Seen:
        """Press the newest button that carries this label."""
        return self._tap(label, -1)

    def tap_old(self, label: str) -> Seen:
        """Press the oldest button on the page that carries this label."""
        return self._tap(label, 0)

    def _tap(self, label: str, place: int) -> Seen:
        found = [
            (message, value)
            for message in self._browser.messages()
            for shown, value in message.buttons
            if shown == label
        ]
        if not found:
            raise NoSuchButtonError(label)
        message, value = found[place]
        address = f"{self._browser.path}tap"
        answer = self._browser.client.post(address, data={"key": message.key, "button": value})
        assert answer.status_code == 303
        return self.looks()

    def voice(self) -> Seen:
        """Send a recorded sound."""
        return self._file(b"OggS", "audio/ogg")

    def photo(self) -> Seen:
        """Send a picture."""
        return self._file(b"jpeg", "image/jpeg")

    def sticker(self) -> Seen:
        """Send a file that cannot be read."""
        return self._file(b"%PDF", "application/pdf")

    def _file(self, content: bytes, media_type: str) -> Seen:
        assert self._browser.send_file(content, media_type).status_code == 303
        return self.looks()

    def correct(self, words: str) -> Seen:
        """There is no editing in the browser: talks mark such turns as not for this door."""
        raise NotImplementedError(words)

    def looks(self) -> Seen:
        """What is new or changed on the page."""
        self._browser.reload()
        now = {message.id: _bubble(message) for message in self._browser.messages()}
        new = [bubble for number, bubble in now.items() if self._known.get(number) != bubble]
        self._known |= now
        return Seen(new)


def _bubble(message: Message) -> Bubble:
    labels = [label for label, _value in (*message.buttons, *message.links)]
    return Bubble(message.text.strip(), tuple(labels))


class WebDoor(PhoneDoor):
    """The web application behind a real server."""

    def __init__(self, school: School, served: Served) -> None:
        super().__init__(replace(school, tools=replace(school.tools, public_url=served.url)))
        self._served = served
        self.restart()

    def phone(self, letter: str) -> Phone:
        """A new browser."""
        return WebPhone(self.opened.enter_context(OpenPage(self._served.url, language="")), letter)

    def restart(self) -> None:
        """A new application on new connections."""
        database = Database(self.school.url)
        self.opened.callback(database.close)
        tools, texts = self.school.tools, self.school.texts
        bell = Bell(database)
        self._served.app = application(
            database=database,
            tools=tools,
            texts=texts,
            reception=Reception(database, tools, texts, after_commit=bell.ring),
            bell=bell,
            after_commit=bell.ring,
        )
