"""The notice again, and withdrawing what was prepared."""

from typing import Any

from bot.assistant import menu
from bot.assistant.turn import Turn
from bot.model.errors import DomainError
from bot.model.preparation import Run
from bot.services import preparation
from bot.services import privacy as service


def notice(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person reads again who reads what."""
    turn.say(
        "welcome.about",
        buttons=[[turn.button("menu.menu_button", "menu.open")]],
        school=turn.person.school.name,
    )


def _withdraw(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    child = turn.chosen_child()
    if child is None:
        menu.choose_child(turn, {"do": "privacy.withdraw"})
        return
    run = preparation.run_of(turn.session, turn.person, child)
    back = [turn.button("menu.menu_button", "menu.open")]
    if run is None:
        turn.say("privacy.nothing_to_withdraw", buttons=[back], child=child.first_name)
    elif run.withdrawn_at is not None:
        turn.say(
            "privacy.withdrawn_before",
            buttons=[[turn.button("privacy.undo_button", "privacy.undo", run=run.id)], back],
        )
    else:
        turn.say(
            "privacy.ask_withdraw",
            buttons=[[turn.button("privacy.withdraw_yes", "privacy.withdraw_sure", run=run.id)], back],
            child=child.first_name,
            days=service.UNDO_DAYS,
        )


def _withdraw_sure(turn: Turn, action: dict[str, Any]) -> None:
    run = preparation.own_run(turn.session, turn.person, action["run"])
    service.withdraw(turn.session, turn.tools, turn.person, run)
    turn.remember(run=None, waits_for=None)
    turn.say(
        "privacy.withdrawn",
        buttons=[
            [turn.button("privacy.undo_button", "privacy.undo", run=run.id)],
            [turn.button("menu.menu_button", "menu.open")],
        ],
        days=service.UNDO_DAYS,
    )


def _undo(turn: Turn, action: dict[str, Any]) -> None:
    if turn.session.get(Run, action["run"]) is None:
        raise DomainError("undo_too_late")  # erased meanwhile
    run = preparation.own_run(turn.session, turn.person, action["run"])
    service.undo_withdrawal(turn.session, turn.tools, turn.person, run)
    turn.say("privacy.undone", buttons=[[turn.button("menu.prepare_button", "preparation.open")]])


ACTIONS = {
    "privacy.notice": notice,
    "privacy.withdraw": _withdraw,
    "privacy.withdraw_sure": _withdraw_sure,
    "privacy.undo": _undo,
}
COMMANDS = {"privacy": notice}
