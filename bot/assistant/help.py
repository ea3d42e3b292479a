"""A guardian wants a person, paper or the phone."""

from collections.abc import Iterable
from typing import Any

from bot.assistant import menu
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.messages import HelpKind
from bot.model.translation import Saying
from bot.services import help as service

Rows = list[list[dict[str, Any]]]


def open_help(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person chooses who or what would help."""
    _offer(turn, "help.ask", (HelpKind.PERSON, HelpKind.PHONE, HelpKind.PAPER))


def other_way(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person chooses another way than the chat."""
    _offer(turn, "help.other_way", (HelpKind.PAPER, HelpKind.PHONE))


def interpreter_buttons(voice: Voice, child_id: int, sayings: Iterable[Saying | None]) -> Rows:
    """What a guardian can ask where no translator knows the language of one of these words; hidden elsewhere."""
    ids = [one.id for one in sayings if one is not None and one.author_id != voice.door.person_id]
    about = {"kind": HelpKind.INTERPRETER.value, "child": child_id}
    return (
        [[voice.button("help.interpreter_button", "help.wanted", if_not_offered=ids, **about)]] if ids else []
    )


def reading_buttons(voice: Voice, child_id: int, saying: Saying) -> Rows:
    """What a guardian can do to read these words better: correct them, write them, or ask for an interpreter.

    Each is visible only where it makes sense: a translation that is there, none that will come, no translator.
    """
    if saying.author_id == voice.door.person_id:
        return []
    write, target = "corrections.write_button", {"target": voice.language}
    do, the_words = "corrections.open", saying.id
    return [
        [voice.button("corrections.open_button", do, if_translated=the_words, saying=the_words)],
        *interpreter_buttons(voice, child_id, [saying]),
        [voice.named_button(write, do, target, if_left_to_people=the_words, saying=the_words)],
    ]


def _offer(turn: Turn, macro: str, kinds: tuple[HelpKind, ...]) -> None:
    rows = [[turn.button(f"help.{kind.value}_button", "help.wanted", kind=kind.value)] for kind in kinds]
    if HelpKind.PERSON in kinds and turn.tools.buddies.on:
        rows.insert(1, [turn.button("buddies.ask_button", "help_requests.open")])
    turn.say(macro, buttons=[*rows, [turn.button("common.never_mind_button", "menu.open")]])


def _wanted(turn: Turn, action: dict[str, Any]) -> None:
    child = turn.own_child(action["child"]) if "child" in action else turn.chosen_child()
    if child is None:
        menu.choose_child(turn, action)
        return
    service.ask(turn.session, turn.tools, turn.person, child, HelpKind(action["kind"]))
    turn.say("help.noted", buttons=[[turn.button("menu.menu_button", "menu.open")]], kind=action["kind"])


ACTIONS = {"help.open": open_help, "help.other_way": other_way, "help.wanted": _wanted}
COMMANDS = {"person": open_help}
