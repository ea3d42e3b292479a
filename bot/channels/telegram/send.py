"""Shows messages in Telegram chats and fetches files from there. Knows no database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from hashlib import sha256
from html import escape
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.budget import Budget
from bot.channels.telegram.faults import meaning, nothing_to_edit
from bot.channels.telegram.request import call
from bot.channels.telegram.split import split
from bot.model.delivery import MAX_FILE_BYTES, DeliveryError, Enclosure, Parcel, ParcelButton

_LOOKS = {"parse_mode": ParseMode.HTML, "link_preview_options": {"is_disabled": True}}
_MEDIA_TIMEOUT_S = 30.0
_Send = Callable[..., Awaitable[Message]]


class TelegramSender:
    """The Sender of Telegram chats, within Telegram's limits."""

    def __init__(self, bot: Bot, budget: Budget | None = None) -> None:
        self._bot = bot
        self._budget = budget or Budget()
        self._kept: dict[bytes, str] = {}  # Telegram's handle of each recording that it has, by digest

    async def send(self, parcel: Parcel) -> int:
        """The message is in the chat, file first, buttons last; returns the id of the part with buttons."""
        async with self._our_words():
            if parcel.enclosure is not None:
                await self._enclose(parcel, parcel.enclosure)
            *parts, last = split(_with_links(parcel))
            for part in parts:
                await self._say(parcel, part, {})
            return await self._say(parcel, last, _keyboard(parcel))

    async def edit(self, parcel: Parcel, message_id: int) -> int:
        """The message shows the parcel; if it no longer fits, all is said anew without the old buttons."""
        parts = split(_with_links(parcel))
        async with self._our_words():
            try:
                await self._budget.take(parcel.address)
                there = {"chat_id": parcel.address, "message_id": message_id}
                if len(parts) > 1:
                    await call(self._bot, "editMessageReplyMarkup", there)
                else:
                    shown = {"text": parts[0], **_LOOKS, **_keyboard(parcel)}
                    await call(self._bot, "editMessageText", {**there, **shown})
            except TelegramError as error:
                if not nothing_to_edit(error):
                    raise
        return message_id if len(parts) == 1 else await self.send(replace(parcel, enclosure=None))

    async def _say(self, parcel: Parcel, part: str, keyboard: dict[str, Any]) -> int:
        await self._budget.take(parcel.address)
        arguments = {"chat_id": parcel.address, "text": part, **_LOOKS, **keyboard}
        if parcel.protect:
            arguments["protect_content"] = True
        message = await call(self._bot, "sendMessage", arguments)
        return int(message["message_id"])

    async def _enclose(self, parcel: Parcel, enclosure: Enclosure) -> None:
        await self._budget.take(parcel.address)
        options: dict[str, Any] = {
            "protect_content": parcel.protect or None,
            "read_timeout": _MEDIA_TIMEOUT_S,
        }
        send: _Send
        if enclosure.kind == "photo":
            send = self._bot.send_photo
        elif enclosure.media_type == "audio/ogg":
            send = self._bot.send_voice
        elif enclosure.media_type == "audio/mp4":
            send = self._bot.send_audio
        else:  # Telegram plays no WebM
            send = self._bot.send_document
        suffix = enclosure.media_type.partition("/")[2]
        options["filename"] = f"{enclosure.kind}.{suffix}"
        if enclosure.is_fixed and await self._sent_again(parcel, enclosure, send, options):
            return
        sent = await send(parcel.address, enclosure.content, **options)
        if enclosure.is_fixed and sent.voice is not None:
            self._kept[sha256(enclosure.content).digest()] = sent.voice.file_id

    async def _sent_again(
        self, parcel: Parcel, enclosure: Enclosure, send: _Send, options: dict[str, Any]
    ) -> bool:
        """Whether it went out without its bytes, because Telegram keeps them."""
        kept = self._kept.get(sha256(enclosure.content).digest())
        if kept is None:
            return False
        try:
            await send(parcel.address, kept, **options)
        except BadRequest:  # Telegram does not know it any more, or the chat is gone
            await self._budget.take(parcel.address)
            return False
        return True

    @asynccontextmanager
    async def _our_words(self) -> AsyncIterator[None]:
        try:
            with our_words():
                yield
        except DeliveryError as error:
            if error.retry_after_s:
                await self._budget.close_for(error.retry_after_s)
            raise


class TelegramFetcher:
    """The Fetcher of files that were sent in Telegram chats."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, file_id: str) -> bytes:
        """The whole file; raises DeliveryError `file_too_large` before it is loaded if its size is known."""
        with our_words():
            file = await self._bot.get_file(file_id)
            if file.file_size is not None and file.file_size > MAX_FILE_BYTES:
                raise DeliveryError("file_too_large", permanent=True)
            content = bytes(await file.download_as_bytearray(read_timeout=_MEDIA_TIMEOUT_S))
        if len(content) > MAX_FILE_BYTES:
            raise DeliveryError("file_too_large", permanent=True)
        return content


@contextmanager
def our_words() -> Iterator[None]:
    """Errors of Telegram come out as DeliveryError, without the original, which may hold the token."""
    try:
        yield
    except TelegramError as error:
        raise meaning(error) from None


def _keyboard(parcel: Parcel) -> dict[str, Any]:
    """The argument that holds the buttons; none where there are no buttons."""
    rows = [[_button(button) for button in row if _fits(button)] for row in parcel.buttons]
    rows = [row for row in rows if row]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(button: ParcelButton) -> dict[str, Any]:
    if button.link is not None and button.mini_app:
        return {"text": button.label, "web_app": {"url": button.link}}
    if button.link is not None:
        return {"text": button.label, "url": button.link}
    return {"text": button.label, "callback_data": button.id}


def _with_links(parcel: Parcel) -> str:
    """The body, and under it each link that Telegram refuses as a button (an address inside the building)."""
    links = [button for row in parcel.buttons for button in row if not _fits(button)]
    lines = [f"{escape(button.label)}: {escape(button.link or '')}" for button in links]
    return "\n".join([parcel.body, *lines])


def _fits(button: ParcelButton) -> bool:
    if button.link is None:
        return True
    host = urlsplit(button.link).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host
