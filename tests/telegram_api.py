"""The state and the methods of a small Bot API: what Telegram keeps for one bot and answers to its calls."""

import asyncio
import json
import re
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import Any

from tests.telegram_rules import ApiError, Json, keyboard, words
from tests.telegram_webhook import SentToWebhook

BOT_NAME = "wilg_bot"
MAX_FILE_BYTES = 20_000_000


@dataclass
class Shown:
    """A message of the bot as a person sees it."""

    chat: int
    message_id: int
    kind: str  # message | photo | voice | audio | document
    html: str = ""
    buttons: list[list[Json]] = field(default_factory=list)
    protected: bool = False
    content: bytes = b""
    uploaded: bool = True
    edits: int = 0
    sent_at_s: float = 0.0
    via: str = ""  # the program that sent it, where several have addresses of their own

    @property
    def text(self) -> str:
        """The words without tags."""
        return unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", self.html))

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons."""
        return [button["text"] for row in self.buttons for button in row]


class TelegramApi:
    """Each `do_...` is one method of the Bot API; it raises ApiError for what the real one refuses."""

    on_message: Callable[[Shown], None] | None = None  # called in the server's thread
    in_transit: Callable[[list[Json]], list[Json]] | None = None  # what becomes of each batch of updates

    def __init__(self, *, strict: bool = True) -> None:
        self.strict = strict  # looks at HTML and lengths too
        self.answered_taps: list[str] = []
        self.left_chats: list[int] = []
        self.profile: dict[tuple[str, str], Any] = {}  # ("name", language) -> what getMyName answers
        self.blocked: set[int] = set()
        self.changed = threading.Condition()
        self.updates: deque[Json] = deque()
        self.next_update = 1000
        self.next_message: Counter[int] = Counter()
        self.shown: defaultdict[int, list[Shown]] = defaultdict(list)
        self.taps: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.news = asyncio.Event()
        self.webhook: SentToWebhook | None = None
        self.receiving = ""  # the program that asked for updates last
        self._poller: asyncio.Future[None] | None = None
        self._sending: asyncio.Task[None] | None = None

    def do_get_me(self, _arguments: Json) -> Json:
        """The bot itself."""
        return {"id": 4242, "is_bot": True, "first_name": "De Wilg", "username": BOT_NAME}

    async def do_get_updates(self, arguments: Json) -> list[Json]:
        """What waits; the offset confirms everything before it; a second poller ends the first."""
        if self.webhook is not None:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        self.receiving = arguments.get("via", "")
        offset, limit = int(arguments.get("offset", 0)), int(arguments.get("limit", 100))
        with self.changed:
            while self.updates and self.updates[0]["update_id"] < offset:
                self.updates.popleft()
        self.end_question_for_updates()
        loop = asyncio.get_running_loop()
        self._poller = mine = loop.create_future()
        end_s = loop.time() + float(arguments.get("timeout", 0))
        while not self.updates and loop.time() < end_s and not mine.done():
            self.news.clear()
            news = asyncio.ensure_future(self.news.wait())
            await asyncio.wait({news, mine}, timeout=end_s - loop.time(), return_when="FIRST_COMPLETED")
            news.cancel()
        if mine.done():
            mine.result()
        mine.cancel()
        with self.changed:
            batch = [self.updates[index] for index in range(min(limit, len(self.updates)))]
        return self.in_transit(batch) if self.in_transit else batch

    def end_question_for_updates(self) -> None:
        """Whoever waits for updates is told that another program asks."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(ApiError(409, "Conflict: terminated by other getUpdates request"))

    def do_send_message(self, arguments: Json) -> Json:
        """A text."""
        return self._show("message", arguments, html=self._words(arguments))

    def do_send_voice(self, arguments: Json) -> Json:
        """A voice message, as a file or by the handle of one that was sent before."""
        voice = arguments["voice"]
        if isinstance(voice, str) and voice not in self.files:
            raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        uploaded = isinstance(voice, bytes)
        content = voice if uploaded else self.files[voice]
        handle = f"sent-{sha256(content).hexdigest()}"
        self.files[handle] = content
        shown = self._show("voice", arguments, content=content, uploaded=uploaded)
        return {**shown, "voice": {"file_id": handle, "file_unique_id": handle, "duration": 1}}

    def do_send_photo(self, arguments: Json) -> Json:
        """A photo."""
        return self._show("photo", arguments, content=arguments["photo"])

    def do_send_audio(self, arguments: Json) -> Json:
        """A piece of music."""
        return self._show("audio", arguments, content=arguments["audio"])

    def do_send_document(self, arguments: Json) -> Json:
        """A file."""
        return self._show("document", arguments, content=arguments["document"])

    def _show(self, kind: str, arguments: Json, **content: Any) -> Json:
        chat = int(arguments["chat_id"])
        if chat in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if self.strict and not self.next_message[chat]:
            raise ApiError(400, "Bad Request: chat not found")
        shown = Shown(chat, 0, kind, buttons=keyboard(arguments), sent_at_s=time.monotonic(), **content)
        shown.protected = arguments.get("protect_content", "").lower() == "true"
        shown.via = arguments.get("via", "")
        with self.changed:
            self.next_message[chat] += 1
            shown.message_id = self.next_message[chat]
            self.shown[chat].append(shown)
        if self.on_message:
            self.on_message(shown)
        return as_message(shown)

    def do_edit_message_text(self, arguments: Json) -> Json:
        """Other words and buttons."""
        return self._edit(arguments, self._words(arguments))

    def do_edit_message_reply_markup(self, arguments: Json) -> Json:
        """Other buttons."""
        return self._edit(arguments, None)

    def _edit(self, arguments: Json, html: str | None) -> Json:
        shown = self._find(arguments)
        if shown is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        buttons = keyboard(arguments)
        if html in {None, shown.html} and shown.buttons == buttons:
            raise ApiError(400, "Bad Request: message is not modified: specified new content is the same")
        with self.changed:
            shown.html = shown.html if html is None else html
            shown.buttons = buttons
            shown.edits += 1
        if self.on_message:
            self.on_message(shown)
        return as_message(shown)

    def do_delete_message(self, arguments: Json) -> bool:
        """A message is gone."""
        shown = self._find(arguments)
        if shown is not None:
            self.shown[shown.chat].remove(shown)
        return True

    def _find(self, arguments: Json) -> Shown | None:
        number = int(arguments["message_id"])
        messages = self.shown[int(arguments["chat_id"])]
        return next((one for one in messages if one.message_id == number), None)

    def do_answer_callback_query(self, arguments: Json) -> bool:
        """A tapped button stops turning."""
        if arguments["callback_query_id"] not in self.taps:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired")
        self.answered_taps.append(arguments["callback_query_id"])
        return True

    def do_leave_chat(self, arguments: Json) -> bool:
        """The bot is no longer in a group."""
        self.left_chats.append(int(arguments["chat_id"]))
        return True

    def do_set_webhook(self, arguments: Json) -> bool:
        """Updates are sent to this address from now on; a question for updates under way ends."""
        self.do_delete_webhook(arguments)
        if not arguments["url"]:
            return True
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(ApiError(409, "Conflict: terminated by setWebhook request"))
        self.webhook = SentToWebhook(
            arguments["url"],
            arguments.get("secret_token", ""),
            int(arguments.get("max_connections", 40)),
            json.loads(arguments.get("allowed_updates", "[]")),
        )
        self._sending = asyncio.ensure_future(self.webhook.send(self._waiting, self._was_taken, self.news))
        return True

    def do_get_webhook_info(self, _arguments: Json) -> Json:
        """Where updates are sent, and how that goes."""
        if self.webhook is None:
            return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.updates)}
        return self.webhook.info(len(self.updates))

    def do_delete_webhook(self, arguments: Json) -> bool:
        """Updates are asked for, not sent."""
        if arguments.get("drop_pending_updates") == "true":
            self.updates.clear()
        if self._sending is not None:
            self._sending.cancel()
        self._sending = self.webhook = None
        return True

    def _waiting(self) -> list[Json]:
        with self.changed:
            return list(self.updates)

    def _was_taken(self, update: Json) -> None:
        with self.changed:
            self.updates.remove(update)
            self.changed.notify_all()

    def do_get_file(self, arguments: Json) -> Json:
        """Where a file can be fetched."""
        file_id = arguments["file_id"]
        content = self.files.get(file_id)
        if content is None:
            raise ApiError(400, "Bad Request: invalid file_id")
        if len(content) > MAX_FILE_BYTES:
            raise ApiError(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": len(content),
            "file_path": file_id,
        }

    def do_set_my_name(self, arguments: Json) -> bool:
        """The name in one language."""
        return self._keep("name", arguments, {"name": arguments["name"]})

    def do_get_my_name(self, arguments: Json) -> Any:
        """The name in one language."""
        return self._kept("name", arguments, {"name": ""})

    def do_set_my_description(self, arguments: Json) -> bool:
        """The long description in one language."""
        return self._keep("description", arguments, {"description": arguments["description"]})

    def do_get_my_description(self, arguments: Json) -> Any:
        """The long description in one language."""
        return self._kept("description", arguments, {"description": ""})

    def do_set_my_short_description(self, arguments: Json) -> bool:
        """The short description in one language."""
        return self._keep("short", arguments, {"short_description": arguments["short_description"]})

    def do_get_my_short_description(self, arguments: Json) -> Any:
        """The short description in one language."""
        return self._kept("short", arguments, {"short_description": ""})

    def do_set_my_commands(self, arguments: Json) -> bool:
        """The command menu in one language."""
        return self._keep("commands", arguments, json.loads(arguments["commands"]))

    def do_get_my_commands(self, arguments: Json) -> Any:
        """The command menu in one language."""
        return self._kept("commands", arguments, [])

    def _keep(self, what: str, arguments: Json, value: Any) -> bool:
        self.profile[what, arguments.get("language_code", "")] = value
        return True

    def _kept(self, what: str, arguments: Json, default: Any) -> Any:
        return self.profile.get((what, arguments.get("language_code", "")), default)

    def _words(self, arguments: Json) -> str:
        html: str = arguments.get("text", "")
        if self.strict:
            words(html)
        return html


def as_message(shown: Shown) -> Json:
    """A message of the bot as the Bot API writes it."""
    return {**bare_message(shown.chat, shown.message_id), "text": shown.text}


def bare_message(chat: int, number: int) -> Json:
    """The frame of a message, without content."""
    kind = {"type": "private"} if chat > 0 else {"type": "group", "title": "Group"}
    return {"message_id": number, "date": int(time.time()), "chat": {"id": chat, **kind}}
