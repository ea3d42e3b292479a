"""Another language, at any step."""

from typing import Any

from bot.assistant import menu, preparation
from bot.assistant.turn import Turn
from bot.content.catalogues import own_name
from bot.services import people


def open_languages(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person sees the languages by their own names."""
    rows = [
        [{"label": own_name(language), "action": {"do": "language.choose", "language": language}}]
        for language in turn.tools.languages
    ]
    turn.say("language.choose", buttons=rows)


def _choose(turn: Turn, action: dict[str, Any]) -> None:
    people.choose_language(turn.session, turn.tools, turn.person, action["language"])
    turn.say("language.chosen", name=own_name(action["language"]))
    if not preparation.show_again(turn):
        menu.open_menu(turn)


ACTIONS = {"language.open": open_languages, "language.choose": _choose}
COMMANDS = {"language": open_languages}
