"""Reads what Telegram sends, whatever it is. What cannot be read is known by its number only, and stops nothing."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from telegram import Update

from bot.channels.telegram.convert import convert, is_number
from bot.model.incoming import Incoming

log = logging.getLogger(__name__)

_BRACKETS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_NUMBER = re.compile(rb'"update_id"\s*:\s*(\d{1,18})(?!\d)')
_DEPTH = 2  # of the updates in {"ok": true, "result": [...]}


def read(payload: bytes) -> Update | None:
    """The update; one that cannot be read is empty but for its number. None for what is no update at all."""
    found = _readable(payload)
    return None if found is None else Update.de_json(found, None)


def sifted(payload: bytes) -> list[dict[str, Any]]:
    """The updates in an answer to getUpdates, each one such that the library can read it."""
    found = (_readable(part) for part in _parts(payload))
    return [update for update in found if update is not None]


def understood(update: Update, now: datetime) -> Incoming | None:
    """What a person did; None for what is not for us, and for what makes no sense."""
    try:
        return convert(update, now)
    except Exception as error:  # noqa: BLE001  (one odd update must not stop the others)
        code = type(error).__name__
        log.error("update %s cannot be used: %s", update.update_id, code)  # noqa: TRY400 - no words in logs
        return None


def _readable(payload: bytes) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(payload.decode("utf-8", "replace"))
        if is_number(found["update_id"]):
            Update.de_json(found, None)
            return found
        code = "no_number"
    except Exception as error:  # noqa: BLE001 - whatever is raised by what came in, the queue goes on
        code = type(error).__name__
    number = _NUMBER.search(payload)
    log.error("update %s cannot be read: %s", int(number[1]) if number else "?", code)
    return {"update_id": int(number[1])} if number else None


def _parts(payload: bytes) -> Iterator[bytes]:
    """The text of each update, found by its brackets: one that is no JSON must not hide the others."""
    depth = start = 0
    for bracket in _BRACKETS.finditer(payload):
        if bracket[0] in {b"[", b"{"}:
            depth += 1
            if depth == _DEPTH + 1:
                start = bracket.start()
        elif bracket[0] in {b"]", b"}"}:
            if depth == _DEPTH + 1:
                yield payload[start : bracket.end()]
            depth -= 1
