"""Another language, at any step."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import menu, preparation
from bot.assistant.turn import Turn
from bot.assistant.voice import voices_of
from bot.content.catalogues import own_name
from bot.content.texts import Texts
from bot.services import language as service
from bot.services import people
from bot.services.tools import Tools

MOST_IN_ONE_COLUMN = 6


def open_languages(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person sees the languages by their own names, the one of the phone and the present one first."""
    made = [
        {"label": own_name(language), "action": {"do": "language.choose", "language": language}}
        for language in in_order(turn)
    ]
    turn.say("language.choose", buttons=in_rows(made), unread=unread(turn))


def in_order(turn: Turn, *first: str) -> list[str]:
    """The languages that are on: `first`, then those of the phone and the school, the others as they are named."""
    phone = (turn.incoming.phone_language or "").split("-")[0].lower()
    front = [one for one in (*first, phone) if one in turn.tools.languages]
    return list(dict.fromkeys((*front, *turn.tools.languages)))


def in_rows(buttons: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """A few buttons stand below each other, many in two columns."""
    width = 1 if len(buttons) <= MOST_IN_ONE_COLUMN else 2
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def unread(turn: Turn) -> list[str]:
    """The names of the languages that are on though no native reader approved them."""
    return [own_name(language) for language in turn.texts.not_approved]


def _choose(turn: Turn, action: dict[str, Any]) -> None:
    people.choose_language(turn.session, turn.tools, turn.person, action["language"])
    turn.say("language.chosen", name=own_name(action["language"]))
    if not preparation.show_again(turn):
        menu.open_menu(turn)


def settle(session: Session, tools: Tools, texts: Texts) -> None:
    """Everybody reads a language that is on; who gets the language wished for is told, in that language."""
    for person in service.settle(session, tools):
        for voice in voices_of(session, tools, texts, person):
            voice.say(
                "language.chosen",
                buttons=[[voice.button("menu.language_button", "language.open")]],
                urgent=True,
                name=own_name(person.language),
            )


ACTIONS = {"language.open": open_languages, "language.choose": _choose}
COMMANDS = {"language": open_languages}
