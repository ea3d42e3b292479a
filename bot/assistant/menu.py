"""The menu, and which child is meant."""

from typing import Any

from bot.assistant import group, registry
from bot.assistant.turn import Turn
from bot.services import access, buddies


def open_menu(turn: Turn) -> None:
    """The person sees what can be done; no question waits for words any more."""
    turn.remember(waits_for=None, run=None, form=None)
    children = turn.children()
    if not children:
        group.open_groups(turn)
        return
    child = turn.chosen_child()
    rows = [
        [turn.button("menu.prepare_button", "preparation.open")],
        [
            turn.button("menu.dossier_button", "dossier.open"),
            turn.button("menu.agreements_button", "agreements.open"),
        ],
        [turn.button("menu.write_button", "messages.open"), turn.button("menu.help_button", "help.open")],
        [turn.button("menu.language_button", "language.open"), turn.button("menu.more_button", "menu.more")],
    ]
    if len(children) > 1:
        rows.insert(0, [turn.button("menu.child_button", "menu.choose")])
    if access.is_staff(turn.session, turn.person):
        rows.append([turn.button("menu.group_button", "group.open")])
    if turn.tools.buddies.on:
        _remind_of_the_code(turn)
        if buddies.goes_on(turn.session, turn.person):
            rows.insert(0, [turn.button("buddies.open_button", "buddies.open")])
    turn.say("menu.main", buttons=rows, child=child.first_name if child else None)


def _remind_of_the_code(turn: Turn) -> None:
    """Who helps other parents and has not accepted the rules of now is told so, and asked to read them."""
    profile = buddies.profile_of(turn.session, turn.person)
    if buddies.must_read_the_code(profile):
        turn.say("buddies.code_again", buttons=[[turn.button("buddies.code_button", "buddies.code")]])


def offer(turn: Turn) -> None:
    """One button back to the menu."""
    turn.say("menu.offer", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _open(turn: Turn, _action: dict[str, Any]) -> None:
    open_menu(turn)


def choose_child(turn: Turn, then: dict[str, Any]) -> None:
    """The person is asked which child is meant; after the tap `then` is done with the child in it."""
    rows = [
        [{"label": child.first_name, "action": {"do": "menu.chosen", "child": child.id, "then": then}}]
        for child in turn.children()
    ]
    turn.say("menu.which_child", buttons=rows)


def _choose(turn: Turn, _action: dict[str, Any]) -> None:
    choose_child(turn, {"do": "menu.open"})


def _chosen(turn: Turn, action: dict[str, Any]) -> None:
    child = turn.own_child(action["child"])
    turn.remember(child=child.id)
    registry.ACTIONS[action["then"]["do"]](turn, action["then"])


def more(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person sees the less used things."""
    helping = [[turn.button("buddies.open_button", "buddies.open")]] if turn.tools.buddies.on else []
    turn.say(
        "menu.more",
        buttons=[
            *helping,
            [turn.button("menu.other_way_button", "help.other_way")],
            [turn.button("school_words.open_button", "school_words.open")],
            [turn.button("menu.who_reads_button", "privacy.notice")],
            [turn.button("menu.withdraw_button", "privacy.withdraw")],
            [turn.button("rhythm.settings_button", "rhythm.open")],
            [turn.button("menu.end_door_button", "doors.end_own")],
            [turn.button("menu.menu_button", "menu.open")],
        ],
    )


def _command(turn: Turn) -> None:
    open_menu(turn)


def _help(turn: Turn) -> None:
    turn.say("menu.how_it_works")
    open_menu(turn)


ACTIONS = {"menu.open": _open, "menu.choose": _choose, "menu.chosen": _chosen, "menu.more": more}
COMMANDS = {"start": _command, "menu": _command, "help": _help}
