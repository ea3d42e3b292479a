"""What comes in by a door, free of any messenger."""

import enum
import re
from dataclasses import dataclass, field
from datetime import datetime

# NUL, C0 and C1 controls except newline and tab, and halves of surrogate pairs, which no database stores.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without control characters and with plain newlines; emoji and right-to-left marks stay."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class InputKind(enum.StrEnum):
    """What a person did."""

    WORDS = "words"
    TAP = "tap"
    COMMAND = "command"  # text holds the command without the slash, argument the rest
    VOICE = "voice"
    PHOTO = "photo"
    CORRECTION = "correction"  # an earlier message was edited; `corrects` is its key
    UNREADABLE = "unreadable"  # sticker, film, file, place: kept as a fact, kindly answered
    TOO_LARGE = "too_large"  # a file over the limit told beforehand


@dataclass(frozen=True)
class Incoming:
    """One thing one person did at one door; `key` is the same at every delivery of it."""

    key: str
    door_kind: str
    address: str  # telegram chat id, or the path of a web chat
    kind: InputKind
    at: datetime
    text: str = field(default="", repr=False)
    argument: str = ""
    button: str = ""  # "<outgoing id>.<index>"
    message_key: str = ""  # identifies the message itself, so that a correction finds it
    file_id: str | None = None
    media_type: str | None = None
    content: bytes | None = field(default=None, repr=False)
    phone_language: str | None = None
