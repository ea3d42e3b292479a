"""A person's browser without a script: it reads pages, fills in forms and keeps cookies, over real HTTP."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

from httpx import Client, Response

from tests.plain_http import NO_CERTIFICATES


@dataclass
class Message:
    """One message as it stands on the page."""

    id: int
    html: str = ""
    text: str = ""
    key: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)  # label, value
    links: list[tuple[str, str]] = field(default_factory=list)  # label, address


class _Reader(HTMLParser):
    """Takes the messages and the forms out of a chat's page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.messages: list[Message] = []
        self.keys: dict[str, str] = {}  # action -> key
        self._action = ""
        self._into: str | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "li" and "theirs" in classes:
            self.messages.append(Message(int(given["data-id"])))
        elif tag == "form":
            self._action = given.get("action", "")
        elif tag == "input" and given.get("name") == "key":
            self.keys[self._action] = given["value"]
            if self._action == "tap":
                self.messages[-1].key = given["value"]
        elif tag == "div" and classes == ["body"] and self.messages:
            self._into, self._depth = "body", 0
        elif tag == "button" and given.get("name") == "button":
            self.messages[-1].buttons.append(("", given["value"]))
            self._into = "button"
        elif tag == "a" and classes == ["button"] and self._action == "tap":
            self.messages[-1].links.append(("", given["href"]))
            self._into = "link"
        elif self._into == "body" and tag == "p":
            self._paragraph()
        elif self._into == "body":
            self.messages[-1].html += f"<{tag}>"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"div", "button", "a"}:
            self._into = None
        elif self._into == "body" and tag != "p":
            self.messages[-1].html += f"</{tag}>"
        if tag == "form":
            self._action = ""

    def _paragraph(self) -> None:
        """Paragraphs are read with an empty line between them, as the assistant wrote them."""
        message = self.messages[-1]
        between = "\n\n" if message.text else ""
        message.html += between
        message.text += between

    def handle_data(self, data: str) -> None:
        if self._into == "body":
            self.messages[-1].text += data
        elif self._into in {"button", "link"}:
            made = self.messages[-1].buttons if self._into == "button" else self.messages[-1].links
            label, value = made[-1]
            made[-1] = (label + data, value)


class Browser:
    """One browser; `path` is where its chat lives once it has joined."""

    def __init__(self, url: str, *, language: str = "pl") -> None:
        self.client = Client(
            base_url=url,
            headers={"accept-language": language, "sec-fetch-site": "same-origin"},
            follow_redirects=False,
            timeout=20,
            verify=NO_CERTIFICATES,
        )
        self.path = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def join(self, token: str) -> None:
        """The invitation is opened, its button pressed, and the chat is there."""
        answer = self.press(f"/i/{token}", self.client.get(f"/i/{token}"))
        assert answer.status_code == 303, answer.text
        self.path = answer.headers["location"]

    def press(self, address: str, page: Response, **fields: str) -> Response:
        """The answer to the page's only form."""
        key = next(iter(_read(page.text).keys.values()), "")
        return self.client.post(address, data={"key": key, **fields})

    def page(self) -> Response:
        """The chat's page."""
        return self.client.get(self.path)

    def messages(self) -> list[Message]:
        """What the assistant said, oldest first."""
        return _read(self.page().text).messages

    def newest(self) -> Message:
        """The last message."""
        return self.messages()[-1]

    def key(self, action: str = "say") -> str:
        """A one-time key from the page, for the form that goes there."""
        return _read(self.page().text).keys[action]

    def say(self, text: str, *, key: str | None = None) -> Response:
        """The words are sent."""
        return self.client.post(f"{self.path}say", data={"key": key or self.key(), "text": text})

    def tap(self, label: str) -> Response:
        """The newest button with this label is pressed."""
        for message in reversed(self.messages()):
            for shown, value in message.buttons:
                if shown == label:
                    return self.client.post(f"{self.path}tap", data={"key": message.key, "button": value})
        raise AssertionError(label)

    def tap_first(self) -> Response:
        """The first button of the newest message that has one is pressed."""
        message = next(one for one in reversed(self.messages()) if one.buttons)
        return self.client.post(f"{self.path}tap", data={"key": message.key, "button": message.buttons[0][1]})

    def finish_welcome(self) -> None:
        """The language that stands first is chosen, and the notice is read."""
        self.tap_first()
        self.tap_first()

    def send_file(self, content: bytes, media_type: str, name: str = "file") -> Response:
        """The file is sent."""
        return self.client.post(
            f"{self.path}file", data={"key": self.key("file")}, files={"file": (name, content, media_type)}
        )


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def form_keys(html: str) -> dict[str, str]:
    """The one-time key of each form on a page, by the address the form goes to."""
    return _read(html).keys
