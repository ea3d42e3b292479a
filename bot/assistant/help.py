"""A guardian wants a person, paper or the phone."""

from typing import Any

from bot.assistant import menu
from bot.assistant.turn import Turn
from bot.model.messages import HelpKind
from bot.services import help as service


def open_help(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person chooses who or what would help."""
    _offer(turn, "help.ask", (HelpKind.PERSON, HelpKind.PHONE, HelpKind.PAPER))


def other_way(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person chooses another way than the chat."""
    _offer(turn, "help.other_way", (HelpKind.PAPER, HelpKind.PHONE))


def _offer(turn: Turn, macro: str, kinds: tuple[HelpKind, ...]) -> None:
    rows = [[turn.button(f"help.{kind.value}_button", "help.wanted", kind=kind.value)] for kind in kinds]
    turn.say(macro, buttons=[*rows, [turn.button("common.never_mind_button", "menu.open")]])


def _wanted(turn: Turn, action: dict[str, Any]) -> None:
    child = turn.chosen_child()
    if child is None:
        menu.choose_child(turn, action)
        return
    service.ask(turn.session, turn.tools, turn.person, child, HelpKind(action["kind"]))
    turn.say("help.noted", buttons=[[turn.button("menu.menu_button", "menu.open")]], kind=action["kind"])


ACTIONS = {"help.open": open_help, "help.other_way": other_way, "help.wanted": _wanted}
COMMANDS = {"person": open_help}
