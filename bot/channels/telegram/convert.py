"""Makes of a Telegram update what the assistant understands. Knows no session, no text and no person."""

import re
from datetime import datetime
from typing import NamedTuple, TypeGuard

from telegram import Audio, CallbackQuery, Document, Message, PhotoSize, Update, User, Voice
from telegram.constants import ChatType

from bot.model.delivery import MAX_FILE_BYTES
from bot.model.incoming import Incoming, InputKind, clean
from bot.model.people import DoorKind

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?\Z", re.DOTALL)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:-|\Z)")
_FILE_ID = re.compile(r"[\w:.=+/-]{1,300}\Z", re.ASCII)
_PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
_VOICE_TYPES = frozenset(
    {
        "audio/ogg",
        "audio/oga",
        "audio/opus",
        "audio/mp4",
        "audio/m4a",
        "audio/x-m4a",
        "audio/webm",
        "application/ogg",
    }
)


def is_number(value: object) -> TypeGuard[int]:
    """Whether the value is a number as Telegram uses them for ids: whole, in 64 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def convert(update: Update, now: datetime) -> Incoming | None:
    """What a person did in a private chat; None for what is not for us. Raises ValueError for what no person does."""
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query, now)
    if update.message is not None:
        return _message(update.update_id, update.message, now)
    if update.edited_message is not None:
        return _edited(update.update_id, update.edited_message, now)
    return None


def group_to_leave(update: Update) -> int | None:
    """The chat id of a group or channel this update comes from; None for a private chat."""
    member = update.my_chat_member
    if member is not None and member.new_chat_member.status in {"left", "kicked"}:
        return None
    chat = update.effective_chat
    return None if chat is None or chat.type == ChatType.PRIVATE else chat.id


def _tap(update_id: int, query: CallbackQuery, now: datetime) -> Incoming | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE or query.data is None:
        return None
    return Incoming(
        key=_key(update_id),
        door_kind=DoorKind.TELEGRAM.value,
        address=_number(query.message.chat.id),
        kind=InputKind.TAP,
        at=now,
        button=clean(query.data),
        phone_language=_language(query.from_user),
    )


def _message(update_id: int, message: Message, now: datetime) -> Incoming | None:
    content = _content(message)
    if content is None or message.chat.type != ChatType.PRIVATE:
        return None
    return _incoming(update_id, message, content, _moment(message.date, now))


def _edited(update_id: int, message: Message, now: datetime) -> Incoming | None:
    """A correction; an edit without words (a place that moves on) changes no answer."""
    content = _content(message)
    if content is None or not content.text or message.chat.type != ChatType.PRIVATE:
        return None
    if content.kind is not InputKind.COMMAND:
        content = content._replace(kind=InputKind.CORRECTION)
    return _incoming(update_id, message, content, _moment(message.edit_date or message.date, now))


class _Content(NamedTuple):
    kind: InputKind
    text: str = ""
    argument: str = ""
    file_id: str | None = None
    media_type: str | None = None


def _content(message: Message) -> _Content | None:
    """What the message holds; None for what Telegram itself reports about the chat."""
    if message.text is not None:
        return _words(clean(message.text))
    text = clean(message.caption or "")
    if message.photo:
        return _file(text, message.photo[-1], "image/jpeg")
    if message.voice:
        return _file(text, message.voice, message.voice.mime_type or "audio/ogg")
    document = message.audio or message.document
    if document is not None:
        return _file(text, document, document.mime_type)
    if message.effective_attachment is not None or message.checklist is not None:
        return _Content(InputKind.UNREADABLE, text)
    return None


def _words(text: str) -> _Content:
    command = _COMMAND.match(text)
    if command is None:
        return _Content(InputKind.WORDS, text)
    return _Content(InputKind.COMMAND, command[1].lower(), (command[2] or "").strip())


def _file(text: str, file: PhotoSize | Voice | Audio | Document, media_type: str | None) -> _Content:
    """A file as far as it can be told from its name; its bytes are checked when they are fetched."""
    if media_type in _PHOTO_TYPES:
        kind = InputKind.PHOTO
    elif media_type in _VOICE_TYPES:
        kind = InputKind.VOICE
    else:
        return _Content(InputKind.UNREADABLE, text)
    if _FILE_ID.match(file.file_id) is None:
        return _Content(InputKind.UNREADABLE, text)
    if file.file_size is not None and file.file_size > MAX_FILE_BYTES:
        return _Content(InputKind.TOO_LARGE, text)
    return _Content(kind, text, file_id=file.file_id, media_type=media_type)


def _incoming(update_id: int, message: Message, content: _Content, at: datetime) -> Incoming:
    return Incoming(
        key=_key(update_id),
        door_kind=DoorKind.TELEGRAM.value,
        address=_number(message.chat.id),
        kind=content.kind,
        at=at,
        text=content.text,
        argument=content.argument,
        message_key=f"tg:{_number(message.chat.id)}:{_number(message.message_id)}",
        file_id=content.file_id,
        media_type=content.media_type,
        phone_language=_language(message.from_user),
    )


def _key(update_id: int) -> str:
    return f"tg:{_number(update_id)}"


def _number(value: int) -> str:
    """The number as it is stored; the library hands on whatever stood there."""
    if not is_number(value):
        raise ValueError
    return str(value)


def _moment(written: datetime | None, now: datetime) -> datetime:
    """When it was written; the library says it always knows, and does not where Telegram does not."""
    return now if written is None else written


def _language(user: User | None) -> str | None:
    if user is None or not isinstance(user.language_code, str):
        return None
    found = _LANGUAGE.match(user.language_code)
    return found[1].lower() if found else None
