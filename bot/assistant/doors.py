"""Doors: ending one's own, and a teacher's one tap that lets a new one read back."""

from typing import Any

from bot.assistant.turn import Turn
from bot.model.errors import NotFoundError
from bot.model.people import Door, DoorKind
from bot.model.privacy import ConsentPurpose
from bot.services import people, privacy


def _end_own(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    turn.say(
        "doors.ask_end",
        buttons=[
            [turn.button("doors.end_yes", "doors.end_sure")],
            [turn.button("common.never_mind_button", "menu.open")],
        ],
    )


def _end_sure(turn: Turn, _action: dict[str, Any]) -> None:
    turn.say("doors.ended")
    people.end_door(turn.session, turn.tools, turn.person, turn.door)
    if all(door.kind != DoorKind.TELEGRAM for door in people.doors_of(turn.session, turn.person)):
        privacy.withdraw_consent(turn.session, turn.tools, turn.person, ConsentPurpose.TELEGRAM)


def _confirm(turn: Turn, action: dict[str, Any]) -> None:
    door = turn.session.get(Door, action["door"])
    if door is None:
        raise NotFoundError
    people.confirm_door(turn.session, turn.tools, turn.person, door)
    turn.say("doors.confirmed_for", person=door.person.name)


def _refuse(turn: Turn, action: dict[str, Any]) -> None:
    door = turn.session.get(Door, action["door"])
    if door is None:
        raise NotFoundError
    people.end_door(turn.session, turn.tools, turn.person, door)
    turn.say("doors.refused_for", person=door.person.name)


ACTIONS = {
    "doors.end_own": _end_own,
    "doors.end_sure": _end_sure,
    "doors.confirm": _confirm,
    "doors.refuse": _refuse,
}
COMMANDS = {"stop": _end_own}
