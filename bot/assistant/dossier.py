"""The dossier from the chat: a one-time link to read it, and additions."""

from typing import Any

from bot.assistant import entrance, menu
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.turn import Turn
from bot.model.dossier import EntryKind
from bot.model.privacy import PassPurpose
from bot.services import dossier as service
from bot.services import passes


def open_dossier(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person gets a one-time link to everything about the own children (004-dossier-6)."""
    require_confirmed_door(turn)
    turn.say(
        "dossier.open",
        buttons=[
            *entrance.rows(turn, PassPurpose.DOSSIER, "dossier.read_button"),
            [turn.button("dossier.add_button", "dossier.add")],
            [turn.button("menu.menu_button", "menu.open")],
        ],
        protect=True,
        minutes=passes.LIFETIME_MINUTES,
    )


def _add(turn: Turn, _action: dict[str, Any]) -> None:
    child = turn.chosen_child()
    if child is None:
        menu.choose_child(turn, {"do": "dossier.add"})
        return
    turn.say(
        "dossier.ask_kind",
        buttons=[
            [turn.button("dossier.fact_button", "dossier.kind", child=child.id, kind=EntryKind.FACT.value)],
            [turn.button("dossier.view_button", "dossier.kind", child=child.id, kind=EntryKind.VIEW.value)],
            [turn.button("common.never_mind_button", "menu.open")],
        ],
        child=child.first_name,
    )


def _kind(turn: Turn, action: dict[str, Any]) -> None:
    turn.own_child(action["child"])
    turn.wait_for("dossier.said", child=action["child"], kind=action["kind"])
    turn.say("dossier.ask_words", buttons=[[turn.button("common.never_mind_button", "menu.open")]])


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    child = turn.own_child(waits_for["child"])
    turn.stop_waiting()
    saying = turn.keep_saying(child)
    service.add(turn.session, turn.tools, turn.person, child, saying, EntryKind(waits_for["kind"]))
    turn.say("dossier.added", buttons=[[turn.button("menu.menu_button", "menu.open")]])


ACTIONS = {"dossier.open": open_dossier, "dossier.add": _add, "dossier.kind": _kind}
COMMANDS = {"dossier": open_dossier}
WAITING = {"dossier.said": _said}
