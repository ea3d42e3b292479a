"""The report of a talk in the chat of a guardian: the goals, one tap to answer, own words, the way to the whole."""

from collections.abc import Iterable
from typing import Any

from bot.assistant import help as helping
from bot.assistant import speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.conversation import Conversation
from bot.model.errors import NotFoundError
from bot.model.people import Child
from bot.model.report import Goal, Reaction, ReactionKind, Report
from bot.services import report as service

Row = list[dict[str, Any]]
ASKS = {
    ReactionKind.ADD.value: "report.ask_add",
    ReactionKind.WRONG.value: "report.ask_wrong",
    ReactionKind.OWN_WORDS.value: "report.ask_own_words",
}


def dossier_button(voice: Voice) -> Row:
    """The row that gives a one-time link to everything."""
    return [voice.button("report.read_button", "dossier.open")]


def show(voice: Voice, report: Report) -> None:
    """The person reads that there is a report, with its goals, and can answer it (BF08)."""
    talk = voice.session.get_one(Conversation, report.conversation_id)
    child = voice.session.get_one(Child, report.child_id)
    voice.say(
        "report.new",
        buttons=[dossier_button(voice), *_answers(voice, report), *_interpreter(voice, child, report.goals)],
        protect=True,
        child=child.first_name,
        author=report.shown_by.name,
        moment=talk.moment,
        chosen=_goals(report.goals),
    )


def show_goals(voice: Voice, child: Child, goals: Iterable[Goal]) -> None:
    """The person reads which goals stand now, and nothing of the talk in which they were chosen."""
    voice.say(
        "report.new_goals",
        buttons=[dossier_button(voice), *_interpreter(voice, child, goals)],
        protect=True,
        child=child.first_name,
        chosen=_goals(goals),
    )


def _interpreter(voice: Voice, child: Child, goals: Iterable[Goal]) -> list[Row]:
    return helping.interpreter_buttons(voice, child.id, (goal.saying for goal in goals))


def _goals(goals: Iterable[Goal]) -> list[dict[str, Any] | None]:
    return [speech.saying_parameter(goal.saying) for goal in goals]


def _answers(voice: Voice, report: Report) -> list[Row]:
    def button(kind: ReactionKind) -> dict[str, Any]:
        return voice.button(f"report.{kind.value}_button", "report.answer", report=report.id, kind=kind.value)

    return [
        [button(ReactionKind.RIGHT)],
        [button(ReactionKind.ADD), button(ReactionKind.WRONG)],
        [button(ReactionKind.OWN_WORDS)],
    ]


def _report(turn: Turn, report_id: int) -> Report:
    require_confirmed_door(turn)
    report = service.find(turn.session, turn.tools, turn.person, report_id)
    turn.remember(child=turn.own_child(report.child_id).id)
    return report


def _answer(turn: Turn, action: dict[str, Any]) -> None:
    """A yes and a no count at once; words may follow. The other two begin with words."""
    report, kind = _report(turn, action["report"]), action["kind"]
    turn.stop_waiting()
    if kind == ReactionKind.RIGHT.value:
        service.react(turn.session, turn.tools, turn.person, report, kind)
        own_words = ReactionKind.OWN_WORDS.value
        turn.say(
            "report.thanks_right",
            buttons=[
                [turn.button("report.own_words_button", "report.answer", report=report.id, kind=own_words)],
                [turn.button("menu.menu_button", "menu.open")],
            ],
        )
        return
    waits: dict[str, Any] = {"report": report.id, "kind": kind}
    if kind == ReactionKind.WRONG.value:
        waits["reaction"] = service.react(turn.session, turn.tools, turn.person, report, kind).id
    turn.wait_for("report.said", **waits)
    turn.say(ASKS[kind], buttons=[[turn.button("common.never_mind_button", "menu.open")]])


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    report = _report(turn, waits_for["report"])
    child = turn.own_child(report.child_id)
    turn.stop_waiting()
    saying = turn.keep_saying(child)
    if "reaction" in waits_for:
        reaction = turn.session.get(Reaction, waits_for["reaction"])
        if reaction is None:
            raise NotFoundError
        service.explain(turn.session, turn.tools, turn.person, reaction, saying)
    else:
        service.react(turn.session, turn.tools, turn.person, report, waits_for["kind"], saying)
    turn.say(
        "report.thanks_words",
        buttons=[dossier_button(turn), [turn.button("menu.menu_button", "menu.open")]],
    )


ACTIONS = {"report.answer": _answer}
WAITING = {"report.said": _said}
