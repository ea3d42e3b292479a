"""The notice again, consent to translators outside the school, and withdrawing what was prepared."""

from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import menu
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.content.texts import Texts
from bot.model.errors import DomainError
from bot.model.preparation import Run
from bot.model.translation import Saying
from bot.services import help_requests, outside, preparation
from bot.services import privacy as service
from bot.services.tools import Tools

_YES = ("privacy.outside_yes", "privacy.outside_yes")
_NO = ("privacy.outside_no", "privacy.outside_no")
_COMPANIES = {"deepl": "DeepL", "microsoft": "Microsoft"}


def notice(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person reads again who reads what, and what a translator outside the school gets."""
    menu_row = [turn.button("menu.menu_button", "menu.open")]
    concerned = outside.concerns(turn.session, turn.tools, turn.person)
    turn.say("welcome.about", buttons=[] if concerned else [menu_row], school=turn.person.school.name)
    _show_help_consent(turn)
    if concerned:
        agreed = outside.agrees(turn.session, turn.person)
        answer = _NO if agreed else _YES
        turn.say(
            "privacy.outside",
            buttons=[[turn.button(*answer)], menu_row],
            services=_companies(turn.tools),
            agreed=agreed,
        )


def _show_help_consent(turn: Turn) -> None:
    """Who agreed to the help of other parents can take that back here."""
    if help_requests.agrees(turn.session, turn.person):
        back = turn.button("help_requests.consent_back_button", "privacy.no_buddy")
        turn.say("help_requests.consent_stands", buttons=[[back]])


def _no_buddy(turn: Turn, _action: dict[str, Any]) -> None:
    help_requests.take_consent_back(turn.session, turn.tools, turn.person)
    turn.stop_waiting()
    turn.say("help_requests.consent_taken_back", buttons=_ways_on(turn))


def ask_outside(session: Session, tools: Tools, texts: Texts, saying: Saying) -> None:
    """The author is asked once in a life what a translator outside may get; it answers the own step, so at once."""
    door = outside.door_to_ask_at(session, tools, saying)
    if door is not None:
        voice = Voice(session, tools, texts, door)
        voice.say(
            "privacy.outside",
            buttons=[[voice.button(*_YES)], [voice.button(*_NO)]],
            services=_companies(tools),
            agreed=None,
        )


def _companies(tools: Tools) -> list[str]:
    return [_COMPANIES.get(name, name) for name in tools.outside_translators]


def _ways_on(turn: Turn) -> list[list[dict[str, Any]]]:
    return [
        [turn.button("menu.who_reads_button", "privacy.notice")],
        [turn.button("menu.menu_button", "menu.open")],
    ]


def _outside_yes(turn: Turn, _action: dict[str, Any]) -> None:
    if not outside.concerns(turn.session, turn.tools, turn.person):
        turn.say("errors.old_button")  # switched off meanwhile
        menu.offer(turn)
        return
    outside.agree(turn.session, turn.tools, turn.person)
    turn.say("privacy.outside_agreed", buttons=_ways_on(turn))


def _outside_no(turn: Turn, _action: dict[str, Any]) -> None:
    outside.refuse(turn.session, turn.tools, turn.person)
    turn.say("privacy.outside_refused", buttons=_ways_on(turn))


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
    "privacy.outside_yes": _outside_yes,
    "privacy.outside_no": _outside_no,
    "privacy.no_buddy": _no_buddy,
    "privacy.withdraw": _withdraw,
    "privacy.withdraw_sure": _withdraw_sure,
    "privacy.undo": _undo,
}
COMMANDS = {"privacy": notice}
