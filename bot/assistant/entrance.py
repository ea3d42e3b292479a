"""The buttons that open our pages in a browser: inside Telegram where that can be, always by a one-time link."""

from typing import Any

from bot.assistant import speech
from bot.assistant.turn import Turn
from bot.model.people import DoorKind
from bot.model.privacy import PassPurpose
from bot.services import passes

MINI_APP_PATH = "/in/telegram"


def rows(turn: Turn, purpose: PassPurpose, label_macro: str) -> list[list[dict[str, Any]]]:
    """Telegram vouches for the person where our address is https; the one-time link works in any browser."""
    address = turn.tools.public_url
    label = turn.texts.label(turn.language, label_macro)
    token = passes.issue(turn.session, turn.tools, turn.person, purpose)
    link = f"{address}/in/{token}"
    if turn.door.kind != DoorKind.TELEGRAM.value or not address.startswith("https://"):
        return [[speech.link(label, link)]]
    inside = speech.link(label, f"{address}{MINI_APP_PATH}?to={purpose.value}", mini_app=True)
    return [[inside], [speech.link(turn.texts.label(turn.language, "common.browser_button"), link)]]
