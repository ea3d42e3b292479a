"""How an agreement went, in the chat of a guardian or a teacher: one tap, and words if one wants."""

from typing import Any

from bot.assistant import agreements, menu, speech
from bot.assistant import help as helping
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.access import Action, Subject
from bot.model.agreements import AgreementState, AgreementVersion
from bot.model.errors import DomainError
from bot.model.people import Child
from bot.services import access
from bot.services import agreements as agreements_service
from bot.services import looking_back as service


def text_parameters(voice: Voice, version: AgreementVersion, *, at_school: bool = False) -> dict[str, Any]:
    """What the macros that show an agreement and what each side says of it need.

    `at_school` without words of parents, and without those of the agreement where only states may be shown.
    """
    hidden = at_school and not voice.shows_staff_words
    return {
        "what": None if hidden else speech.saying_parameter(version.saying),
        "owner": version.owner,
        "due_on": speech.day_parameter(version.due_on),
        "look_back_on": speech.day_parameter(version.look_back_on),
        "outcomes": [
            {
                "name": one.person.name,
                "for_school": one.for_school,
                "result": one.result,
                "said": None if at_school else speech.saying_parameter(one.saying),
            }
            for one in service.standing(version)
        ],
    }


def question_buttons(
    voice: Voice, version: AgreementVersion, *, at_school: bool
) -> list[list[dict[str, Any]]]:
    """Done, a bit, not, and the wish for a change: the two-tap question of both sides."""
    if at_school and not voice.shows_staff_words:
        known = _is_told_apart(voice, version)
        return [*(agreements.outcome_buttons(voice, version) if known else []), _desk(voice)]
    if at_school:
        change = voice.button("looking_back.change_button", "group.desk")
        return [*agreements.outcome_buttons(voice, version), [change]]
    said = [version.saying, *(one.saying for one in service.standing(version))]
    change = voice.button("agreements.wish_change_button", "agreements.wish_change", version=version.id)
    return [
        *agreements.outcome_buttons(voice, version),
        [change],
        *helping.interpreter_buttons(voice, version.agreement.child_id, said),
        *ask_rows(voice, version.agreement.child_id, saying=version.saying_id),
    ]


def _desk(voice: Voice) -> list[dict[str, Any]]:
    """The row that opens the desk: there stand the words."""
    return [voice.button("group.desk_button", "group.desk")]


def _is_told_apart(voice: Voice, version: AgreementVersion) -> bool:
    """Whether owner and days alone say which agreement is meant, so that nobody taps for another one."""
    child = voice.session.get_one(Child, version.agreement.child_id)
    known = agreements_service.of_child(voice.session, voice.tools, voice.door.person, child)
    shown = (version.owner, version.due_on, version.look_back_on)
    alike = [
        one
        for one in known
        if one.state in agreements_service.OPEN
        and (one.current.owner, one.current.due_on, one.current.look_back_on) == shown
    ]
    return len(alike) == 1


def of_child(turn: Turn, action: dict[str, Any]) -> None:
    """A teacher sees the open agreements about a child, each with the question how it went."""
    child = access.child_or_not_found(turn.session, action["child"])
    access.require(turn.session, turn.tools, turn.person, child, Action.REPORT, Subject.AGREEMENT)
    found = [
        one
        for one in agreements_service.of_child(turn.session, turn.tools, turn.person, child)
        if one.state in agreements_service.OPEN
    ]
    for agreement in found:
        active = agreement.state == AgreementState.ACTIVE.value
        turn.say(
            "looking_back.for_teacher",
            buttons=question_buttons(turn, agreement.current, at_school=True) if active else [_desk(turn)],
            protect=True,
            child=child.first_name,
            active=active,
            **text_parameters(turn, agreement.current, at_school=True),
        )
    turn.say(
        "looking_back.of_child",
        buttons=[[turn.button("forms.child_button", "group.child", child=child.id)]],
        child=child.first_name,
        count=len(found),
    )


def _version(turn: Turn, version_id: int) -> tuple[AgreementVersion, Child]:
    agreements.require_confirmed_door(turn)
    version = agreements_service.find_version(turn.session, turn.tools, turn.person, version_id)
    return version, turn.session.get_one(Child, version.agreement.child_id)


def _report(turn: Turn, action: dict[str, Any]) -> None:
    """One tap says how it went."""
    version, child = _version(turn, action["version"])
    at_school = not agreements_service.is_party(version.agreement, turn.person)
    try:
        outcome = service.report(turn.session, turn.tools, turn.person, version, action["result"])
    except DomainError as error:
        if error.code != "agreement_changed" or at_school:
            raise
        turn.say("agreements.changed_meanwhile")
        agreements.show(turn, version.agreement)
        return
    back = (
        turn.button("forms.child_button", "group.child", child=child.id)
        if at_school
        else turn.button("menu.menu_button", "menu.open")
    )
    turn.say(
        "looking_back.noted",
        buttons=[
            [turn.button("looking_back.words_button", "looking_back.ask_words", outcome=outcome.id)],
            [back],
        ],
        result=outcome.result,
        closed=version.agreement.state in agreements_service.CLOSED,
    )


def _ask_words(turn: Turn, action: dict[str, Any]) -> None:
    outcome = service.find_outcome(turn.session, turn.person, action["outcome"])
    turn.wait_for("looking_back.said", outcome=outcome.id)
    turn.say(
        "looking_back.ask_words",
        buttons=[[turn.button("common.never_mind_button", "looking_back.never_mind")]],
    )


def _never_mind(turn: Turn, _action: dict[str, Any]) -> None:
    turn.stop_waiting()
    menu.open_menu(turn)


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    outcome = service.find_outcome(turn.session, turn.person, waits_for["outcome"])
    _, child = _version(turn, outcome.version_id)
    turn.stop_waiting()
    service.add_words(turn.session, turn.tools, turn.person, outcome, turn.keep_saying(child))
    turn.say("looking_back.thanks_words", buttons=[[turn.button("menu.menu_button", "menu.open")]])


ACTIONS = {
    "looking_back.of_child": of_child,
    "looking_back.report": _report,
    "looking_back.ask_words": _ask_words,
    "looking_back.never_mind": _never_mind,
}
WAITING = {"looking_back.said": _said}
