"""A guardian writes to the teacher."""

from typing import Any

from bot.assistant import menu, phrases
from bot.assistant.turn import Turn
from bot.model.phrases import Speaker
from bot.services import access
from bot.services import messages as service


def open_message(turn: Turn, action: dict[str, Any] | None = None) -> None:
    """The next words go to the teacher of the chosen child; as an answer where the action names a message."""
    child = turn.chosen_child()
    if child is None:
        menu.choose_child(turn, {"do": "messages.open"})
        return
    turn.wait_for("messages.said", child=child.id, message=(action or {}).get("message"))
    turn.say(
        "messages.ask",
        buttons=[
            *phrases.offer(turn, Speaker.PARENTS),
            [turn.button("common.never_mind_button", "menu.open")],
        ],
        child=child.first_name,
        teachers=[teacher.name for teacher in access.teachers_of(turn.session, child)],
    )


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    child = turn.own_child(waits_for["child"])
    turn.stop_waiting()
    saying = turn.keep_saying(child)
    about = service.answer_behind(turn.session, turn.tools, turn.person, waits_for.get("message"))
    service.write(turn.session, turn.tools, turn.person, child, turn.person, saying, about=about)
    turn.say("messages.sent", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _answer(turn: Turn, action: dict[str, Any]) -> None:
    """The person answers a message of the school: it is read, and the next words are the answer."""
    child = turn.own_child(action["child"])
    turn.remember(child=child.id)
    for message in service.thread(turn.session, turn.tools, turn.person, child, turn.person):
        if message.from_school and message.read_at is None:
            service.mark_read(turn.session, turn.tools, turn.person, message)
    open_message(turn, action)


ACTIONS = {"messages.open": open_message, "messages.answer": _answer}
COMMANDS = {"write": open_message}
WAITING = {"messages.said": _said}
