"""A teacher sets a talk in the chat: planned or changed with a form, marked held, called off."""

from datetime import datetime
from typing import Any, ClassVar

from bot.assistant import speech
from bot.assistant.filled import Filled
from bot.assistant.forms import Form
from bot.assistant.turn import Turn
from bot.dialog.script import OTHER
from bot.dialog.state import Answer
from bot.model.access import Action, Subject
from bot.model.conversation import Conversation, Serious
from bot.model.errors import DomainError
from bot.model.people import Child, Person
from bot.services import access
from bot.services import conversation as service

APART, TOGETHER = "apart", "together"
NOT_SERIOUS = "none"


class TalkForm(Form):
    """Which talk, with whom, when, how long, where, what for, who is there, and whether it is a serious one."""

    name: ClassVar[str] = "talk"
    dialog: ClassVar[str] = "talk"
    asks_again: ClassVar[dict[str, str]] = {
        "talk_kind_needed": "TA01",
        "talk_with_stays": "TA02",
        "day_needed": "TA03",
        "moment_passed": "TA03",
        "time_needed": "TA04",
        "length_wrong": "TA05",
        "place_needed": "TA06",
        "goal_needed": "TA07",
        "people_needed": "TA08",
    }

    def require(self, turn: Turn, child: Child) -> None:
        """Only the teachers of the child's group plan."""
        access.require(turn.session, turn.tools, turn.person, child, Action.PLAN, Subject.CONVERSATION)

    def with_whom(self, turn: Turn, filled: Filled) -> list[str]:
        """The guardian a talk apart is with."""
        guardian = _apart_with(turn, filled)
        return [guardian.name] if guardian else []

    def more_buttons(self, turn: Turn, filled: Filled) -> speech.Buttons:
        """For a talk apart: with which guardian."""
        if filled.choice("TA02") != APART or "talk" in filled.about:
            return ()
        chosen = _apart_with(turn, filled)
        return [
            [
                turn.named_button(
                    "talk.with_button",
                    "talk.with",
                    {"name": one.person.name},
                    form=filled.number,
                    guardian=one.person_id,
                )
            ]
            for one in access.guardians_of(turn.session, filled.child)
            if chosen is None or chosen.id != one.person_id
        ]

    def may_finish(self, turn: Turn, filled: Filled) -> bool:
        """Once it is known with whom a talk apart is."""
        known = "talk" in filled.about or _apart_with(turn, filled) is not None
        return known or filled.choice("TA02") != APART

    def submit(self, turn: Turn, filled: Filled) -> None:
        """The talk is planned, or changed."""
        day, time = filled.day("TA03"), filled.time("TA04")
        if day is None:
            raise DomainError("day_needed")
        if time is None:
            raise DomainError("time_needed")
        given: dict[str, Any] = {
            "moment": filled.choice("TA01") or "",
            "planned_at": datetime.combine(day, time, tzinfo=turn.tools.clock.zone),
            "length_minutes": int(
                filled.choice("TA05") or service.usual_length_minutes(filled.child.group.school)
            ),
            "place": filled.choice("TA06") or "",
            "goals": filled.choices("TA07"),
            "people": filled.choices("TA08"),
            "place_words": filled.said(turn, "TA06") or "",
            "goal_words": filled.said(turn, "TA07") or "",
            "serious": [key for key in filled.choices("TA09") if key in set(Serious)],
        }
        if "talk" in filled.about:
            talk = service.find(turn.session, turn.tools, turn.person, filled.about["talk"])
            if (talk.guardian_id is not None) != (filled.choice("TA02") == APART):
                raise DomainError("talk_with_stays")
            service.change(turn.session, turn.tools, turn.person, talk, **given)
        else:
            given["guardian"] = _apart_with(turn, filled)
            talk = service.plan(turn.session, turn.tools, turn.person, filled.child, **given)
        turn.say(
            "talk.planned",
            buttons=_back_to(turn, filled.child.id),
            child=filled.child.first_name,
            planned_at=speech.moment_parameter(talk.planned_at),
        )


def _apart_with(turn: Turn, filled: Filled) -> Person | None:
    """The guardian of a talk apart: the chosen one, or the only one there is."""
    if filled.choice("TA02") != APART:
        return None
    guardians = [one.person for one in access.guardians_of(turn.session, filled.child)]
    if "guardian" not in filled.about:
        return guardians[0] if len(guardians) == 1 else None
    return next((one for one in guardians if one.id == filled.about["guardian"]), None)


FORM = TalkForm()


def _start(turn: Turn, action: dict[str, Any]) -> None:
    child = access.child_or_not_found(turn.session, action["child"])
    FORM.begin(turn, action, child, about={})


def _change(turn: Turn, action: dict[str, Any]) -> None:
    """The form stands at its summary with everything the talk says now."""
    talk = service.find(turn.session, turn.tools, turn.person, action["talk"])
    child = access.child_or_not_found(turn.session, talk.child_id)
    about = {"talk": talk.id} | ({"guardian": talk.guardian_id} if talk.guardian_id else {})
    words = {"TA06": talk.place_saying_id, "TA07": talk.goal_saying_id}
    FORM.begin(
        turn,
        action,
        child,
        about=about,
        answers=_answers(turn, talk),
        words={question: saying_id for question, saying_id in words.items() if saying_id},
    )


def _answers(turn: Turn, talk: Conversation) -> dict[str, Answer]:
    """What the form would hold if it had been filled in so."""
    keys: dict[str, tuple[str, ...]] = {
        "TA01": (talk.moment,),
        "TA02": (APART if talk.guardian_id else TOGETHER,),
        "TA05": (str(talk.length_minutes),),
        "TA06": (talk.place,) if talk.place else (),
        "TA07": tuple(talk.goals),
        "TA08": tuple(talk.people),
        "TA09": tuple(talk.serious) or (NOT_SERIOUS,),
    }
    if talk.planned_at is not None:
        planned_at = turn.tools.clock.local(talk.planned_at)
        keys |= {"TA03": (planned_at.date().isoformat(),), "TA04": (planned_at.strftime("%H:%M"),)}
    return {question: Answer(chosen, words=OTHER in chosen) for question, chosen in keys.items() if chosen}


def _with(turn: Turn, action: dict[str, Any]) -> None:
    filled = FORM.open_form(turn, action)
    if filled is not None:
        FORM.keep_about(turn, filled, guardian=action["guardian"])


def _ask_held(turn: Turn, action: dict[str, Any]) -> None:
    talk = service.find(turn.session, turn.tools, turn.person, action["talk"])
    turn.say(
        "talk.ask_held",
        buttons=[[turn.button("talk.held_yes", "talk.held", talk=talk.id)], *_back_to(turn, talk.child_id)],
        planned_at=speech.moment_parameter(talk.planned_at),
    )


def _held(turn: Turn, action: dict[str, Any]) -> None:
    talk = service.find(turn.session, turn.tools, turn.person, action["talk"])
    service.mark_held(turn.session, turn.tools, turn.person, talk)
    propose = turn.button("group.propose_button", "proposals.start", child=talk.child_id)
    turn.say("talk.held", buttons=[[propose], *_back_to(turn, talk.child_id)])


def _ask_cancel(turn: Turn, action: dict[str, Any]) -> None:
    talk = service.find(turn.session, turn.tools, turn.person, action["talk"])
    turn.say(
        "talk.ask_cancel",
        buttons=[
            [turn.button("talk.cancel_yes", "talk.cancel", talk=talk.id)],
            *_back_to(turn, talk.child_id),
        ],
        planned_at=speech.moment_parameter(talk.planned_at),
    )


def _cancel(turn: Turn, action: dict[str, Any]) -> None:
    talk = service.find(turn.session, turn.tools, turn.person, action["talk"])
    service.cancel(turn.session, turn.tools, turn.person, talk)
    turn.say("talk.cancelled", buttons=_back_to(turn, talk.child_id))


def _back_to(turn: Turn, child_id: int) -> list[list[dict[str, Any]]]:
    return [[turn.button("forms.child_button", "group.child", child=child_id)]]


ACTIONS = {
    **FORM.actions,
    "talk.start": _start,
    "talk.change": _change,
    "talk.with": _with,
    "talk.ask_held": _ask_held,
    "talk.held": _held,
    "talk.ask_cancel": _ask_cancel,
    "talk.cancel": _cancel,
}
WAITING = FORM.waiting
