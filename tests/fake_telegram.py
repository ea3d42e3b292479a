"""A small Telegram over real HTTP: the Bot API on one side, the people who write to the bot on the other.

Runs in a thread of its own, so that a synchronous test can speak for the people.
"""

import asyncio
import contextlib
import hmac
import json
import re
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesParser
from hashlib import sha256
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.telegram_api import Shown, TelegramApi, bare_message
from tests.telegram_rules import ApiError, Json, Pace

TOKEN = "4242:an-invented-token"
_VIA = "via"
_LONG_ANSWER = b'{"ok": true, "result": ' + b" " * 1000


@dataclass
class Fault:
    """How one call goes wrong: a status, silence, or a broken connection; before or after its effect."""

    status: int = 0
    description: str = ""
    retry_after: int = 0
    hang_s: float = 0.0
    drop_after_bytes: int | None = None  # so much of the answer comes, then the connection breaks
    after_effect: bool = False


class _Dropped(Exception):  # noqa: N818 - nothing went wrong here, we break it ourselves
    def __init__(self, after_bytes: int) -> None:
        super().__init__()
        self.after_bytes = after_bytes


class FakeTelegram(TelegramApi):
    """One bot's Telegram. Use it in a `with`; `url` is what TELEGRAM_API_URL would be."""

    def __init__(self, *, port: int = 0, round_trip_s: float = 0.0, strict: bool = True) -> None:
        super().__init__(strict=strict)
        self.round_trip_s = round_trip_s
        self.pace: Pace | None = None  # set it, and Telegram's limits are kept without mercy
        self.calls: Counter[str] = Counter()
        self.callers: Counter[str] = Counter()  # calls of each program that uses its own `url_for`
        self._lost: set[str] = set()
        self._port = port
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._loop = asyncio.new_event_loop()
        self._connections: dict[asyncio.StreamWriter, str] = {}  # and who calls over each
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_details: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def url(self) -> str:
        """The address of this Bot API."""
        return f"http://127.0.0.1:{self._port}"

    def url_for(self, caller: str) -> str:
        """The address of this Bot API for one of several programs: what it does is known by its name."""
        return f"{self.url}/{_VIA}/{caller}"

    def bury(self, caller: str, *, loses: bool = False) -> None:
        """What a killed program had sent has had its effect, or is lost on its way; nothing waits for it any more."""
        if loses:
            self._lost.add(caller)
        if self.receiving == caller:
            self._loop.call_soon_threadsafe(self.end_question_for_updates)
        self.wait_until(lambda: caller not in list(self._connections.values()))

    # What people do.

    def person_says(self, chat: int, text: str, *, language: str | None = "pl") -> int:
        """A message of a person waits for the bot; returns its message id."""
        return self.person_sends(chat, language=language, text=text)

    def person_sends(self, chat: int, *, language: str | None = "pl", **content: Any) -> int:
        """Anything the Bot API calls a message, by its own fields."""
        message = self._message_of_person(chat, language)
        self.deliver(message={**message, **content})
        return int(message["message_id"])

    def person_sends_voice(self, chat: int, content: bytes, *, media_type: str = "audio/ogg") -> int:
        """A recorded voice message."""
        file = self._file(content)
        return self.person_sends(chat, voice={**file, "duration": 2, "mime_type": media_type})

    def person_sends_photo(self, chat: int, content: bytes, *, caption: str | None = None) -> int:
        """A photo, which Telegram offers in two sizes."""
        small = {**self._file(b"small"), "width": 90, "height": 60}
        large = {**self._file(content), "width": 1280, "height": 960}
        return self.person_sends(chat, photo=[small, large], **({"caption": caption} if caption else {}))

    def person_edits(self, chat: int, message_id: int, text: str, *, language: str | None = "pl") -> None:
        """A person changes the words of an earlier message."""
        message = {**bare_message(chat, message_id), "from": _person(chat, language)}
        self.deliver(edited_message={**message, "edit_date": int(time.time()), "text": text})

    def person_taps(self, chat: int, button: str, *, language: str | None = "pl") -> None:
        """A person taps the newest button with this label or data."""
        messages = self.messages(chat)
        for shown in reversed(messages):
            for made in (made for row in shown.buttons for made in row):
                if button in {made["text"], made.get("callback_data")} and "callback_data" in made:
                    self.person_taps_data(shown, made["callback_data"], language=language)
                    return
        raise AssertionError(f"no button {button!r} among {[shown.labels for shown in messages[-3:]]}")

    def person_taps_data(self, shown: Shown, data: str, *, language: str | None = "pl") -> None:
        """A tap with any data under any message, also one that has become old."""
        query = f"tap-{self.next_update}"
        self.taps.add(query)
        self.deliver(
            callback_query={
                "id": query,
                "from": _person(shown.chat, language),
                "message": {**bare_message(shown.chat, shown.message_id), "text": shown.text},
                "chat_instance": "1",
                "data": data,
            }
        )

    def deliver(self, **content: Any) -> int:
        """An update waits for the bot; returns its id."""
        with self.changed:
            number = self.next_update
            self.next_update += 1
            self.updates.append({"update_id": number, **content})
        self._loop.call_soon_threadsafe(self.news.set)
        return number

    def _message_of_person(self, chat: int, language: str | None) -> Json:
        with self.changed:
            self.next_message[chat] += 1
            return {**bare_message(chat, self.next_message[chat]), "from": _person(chat, language)}

    def _file(self, content: bytes) -> Json:
        file_id = f"file-{len(self.files)}"
        self.files[file_id] = content
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}

    # What people see, and how Telegram fails.

    def show(self, chat: int, html: str, buttons: list[list[Json]]) -> Shown:
        """A message stands in a chat as if the bot had sent it before."""
        markup = json.dumps({"inline_keyboard": buttons})
        self.do_send_message({"chat_id": chat, "text": html, "reply_markup": markup})
        return self.shown[chat][-1]

    def messages(self, chat: int) -> list[Shown]:
        """What the bot has shown in a chat, oldest first."""
        with self.changed:
            return list(self.shown[chat])

    @property
    def unconfirmed(self) -> list[Json]:
        """The updates that the bot has not confirmed."""
        with self.changed:
            return list(self.updates)

    def wait_until(self, condition: Callable[[], object], timeout_s: float = 10.0) -> None:
        """Returns when the condition holds; fails the test if it never does."""
        end_s = time.monotonic() + timeout_s
        with self.changed:
            while not condition():
                left_s = end_s - time.monotonic()
                assert left_s > 0, "what was waited for did not happen"
                self.changed.wait(min(left_s, 0.05))

    def wait_for_messages(self, chat: int, count: int, timeout_s: float = 10.0) -> list[Shown]:
        """All messages of a chat, once there are so many."""
        self.wait_until(lambda: len(self.shown[chat]) >= count, timeout_s)
        return self.messages(chat)

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong, one after the other."""
        self._faults[method].extend(faults)

    # HTTP.

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", self._port))
        self._port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        for writer in self._connections:
            writer.transport.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections[writer] = ""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"(?im)^content-length: (\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                try:
                    writer.write(_response(*await self._respond(head, body, writer)))
                except _Dropped as dropped:
                    writer.write(_response(200, _LONG_ANSWER)[: dropped.after_bytes])
                    break
        del self._connections[writer]
        writer.close()

    async def _respond(self, head: str, body: bytes, writer: asyncio.StreamWriter) -> tuple[int, bytes]:
        path = urlsplit(head.split(" ", 2)[1]).path  # through a proxy the whole address comes
        caller, path = _caller(path)
        self._connections[writer] = caller
        if path.startswith("/file/bot"):
            content = self.files.get(path.rpartition("/")[2])
            return (200, content) if content is not None else (404, b"{}")
        token, _, method = path.removeprefix("/bot").partition("/")
        self.calls[method] += 1
        self.callers[caller] += 1
        if self.round_trip_s:
            await asyncio.sleep(self.round_trip_s)
        if caller in self._lost:
            raise ConnectionResetError
        try:
            result = await self._call(token, method, {**_arguments(head, body), "via": caller})
        except ApiError as error:
            return error.status, _refusal(error)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _call(self, token: str, method: str, arguments: Json) -> Any:
        handler = getattr(
            self, "do_" + re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), method), None
        )
        if token != TOKEN:
            raise ApiError(401, "Unauthorized")
        if handler is None:
            raise ApiError(404, "Not Found")
        if self.pace is not None:
            self.pace.count(method, arguments)
        fault = self._faults[method].popleft() if self._faults[method] else Fault()
        if not fault.after_effect:
            await _go_wrong(fault)
        made = handler(arguments)
        result = await made if isinstance(made, Awaitable) else made
        with self.changed:
            self.changed.notify_all()
        if fault.after_effect:
            await _go_wrong(fault)
        return result


def _response(status: int, answer: bytes) -> bytes:
    return (
        f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n".encode()
        + answer
    )


def _caller(path: str) -> tuple[str, str]:
    """The name of the program in an address of `url_for`, and the path without it."""
    parts = path.split("/", 3)
    return (parts[2], f"/{parts[3]}") if parts[1] == _VIA else ("", path)


async def _go_wrong(fault: Fault) -> None:
    if fault.hang_s:
        await asyncio.sleep(fault.hang_s)
    if fault.drop_after_bytes is not None:
        raise _Dropped(fault.drop_after_bytes)
    if fault.status:
        raise ApiError(fault.status, fault.description or "it went wrong", fault.retry_after)


def _arguments(head: str, body: bytes) -> Json:
    kind = re.search(r"(?im)^content-type: (.+?)\r?$", head)
    if kind and kind[1].startswith("multipart/"):
        return dict(_multipart(kind[1], body))
    if kind and kind[1] == "application/json":
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in json.loads(body).items()
        }
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _multipart(content_type: str, body: bytes) -> Iterator[tuple[str, Any]]:
    message = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            yield name, content if part.get_filename() else content.decode()


def _refusal(error: ApiError) -> bytes:
    answer: Json = {"ok": False, "error_code": error.status, "description": error.description}
    if error.retry_after:
        answer["parameters"] = {"retry_after": error.retry_after}
    return json.dumps(answer).encode()


def _person(chat: int, language: str | None) -> Json:
    person = {"id": abs(chat), "is_bot": False, "first_name": "Somebody"}
    return {**person, "language_code": language} if language else person


def init_data(user_id: int, at: datetime, *, token: str = TOKEN, **fields: str) -> str:
    """What Telegram puts behind the `#` when this person opens a Mini App, signed for the bot with this token."""
    said = {
        "query_id": "AAH-invented",
        "user": json.dumps({"id": user_id, "first_name": "Agnieszka"}),
        "auth_date": str(int(at.timestamp())),
        **fields,
    }
    key = hmac.new(b"WebAppData", token.encode(), sha256).digest()
    lines = "\n".join(f"{name}={value}" for name, value in sorted(said.items()))
    return urlencode({**said, "hash": hmac.new(key, lines.encode(), sha256).hexdigest()})
