"""What becomes of asking another parent for help, in the chat: the answers of both sides, and who else can help.

How it is asked stands in `composing_help`. A buddy who is asked reads a language and a kind of help, no name.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.assistant import registry, speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import open_button, parents
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.teller import Teller
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.errors import DomainError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.messages import HelpKind, Outgoing, OutgoingState
from bot.services import access, asking_buddies, buddies
from bot.services import help_requests as service
from bot.services.events import EventKind

SCHOOL_LANGUAGE = "nl"

Rows = list[list[dict[str, Any]]]


def ways_on(turn: Turn) -> Rows:
    """Back to the question where the person was, and the menu."""
    rows: Rows = [[turn.button("menu.menu_button", "menu.open")]]
    if turn.door.state.get("run"):
        rows.insert(0, [turn.button("preparation.go_on_button", "preparation.open")])
    return rows


def ask_by_name(voice: Voice, name: str, do: str, **arguments: Any) -> dict[str, Any]:
    """A button that asks somebody, by name."""
    return voice.named_button("help_requests.ask_name_button", do, {"name": name}, **arguments)


def _own(turn: Turn, action: dict[str, Any]) -> HelpRequest:
    require_confirmed_door(turn)
    return service.find(turn.session, turn.person, action["request"])


def show(turn: Turn, action: dict[str, Any]) -> None:
    """Where the request is, with everything that can be done about it."""
    request = _own(turn, action)
    match = service.offered_of(turn.session, request)
    if match is not None:
        _offer(turn, match)
    elif request.state == RequestState.UNANSWERED.value:
        _tell_nobody(turn, request)
    elif request.state == RequestState.ASKING.value:
        turn.say(
            "help_requests.sent",
            buttons=[[_take_back(turn, request)], *ways_on(turn)],
            protect=True,
            task=request.task,
            language=request.language,
        )
    else:
        raise DomainError("old_button")


def _take_back(voice: Voice, request: HelpRequest) -> dict[str, Any]:
    return voice.button("help_requests.take_back_button", "help_requests.withdraw", request=request.id)


def _offer(voice: Voice, match: Match) -> None:
    """First name, languages and since when: all that an asker reads of a buddy before saying yes."""
    profile = buddies.profile_of(voice.session, match.buddy)
    request = match.request
    voice.say(
        "help_requests.offer",
        buttons=[
            [voice.button("help_requests.choose_button", "help_requests.choose", match=match.id)],
            [voice.button("help_requests.refuse_button", "help_requests.refuse", match=match.id)],
            [_take_back(voice, request)],
        ],
        protect=True,
        name=match.buddy.first_name,
        languages=[one.language for one in profile.languages] if profile else [request.language],
        since=speech.moment_parameter(profile.approved_at) if profile else None,
        again=asking_buddies.is_reminder(match),
        goes_along=request.saying_id is not None or request.question is not None,
    )


def _tell_nobody(voice: Voice, request: HelpRequest) -> None:
    """Nobody could: the coordinator by name, a professional interpreter, the phone (001-overloaded)."""
    school_id = request.child.group.school_id
    names = [one.name for one in access.coordinators_of(voice.session, school_id)]
    rows = [[ask_by_name(voice, name, "help_requests.coordinator", request=request.id)] for name in names]
    kinds = (
        [HelpKind.PHONE] if request.language == SCHOOL_LANGUAGE else [HelpKind.INTERPRETER, HelpKind.PHONE]
    )
    rows += [
        [voice.button(f"help.{kind.value}_button", "help.wanted", kind=kind.value, child=request.child_id)]
        for kind in kinds
    ]
    if not request.same_group:
        wish = _once_more(request)
        rows.append([voice.button("help_requests.same_group_button", "help_requests.compose", **wish)])
    voice.say(
        "help_requests.nobody",
        buttons=[*rows, [voice.button("menu.menu_button", "menu.open")]],
        protect=True,
        language=request.language,
        asked=bool(request.matches),
    )


def _once_more(request: HelpRequest) -> dict[str, Any]:
    """The same wish, with parents of the child's own group too; it is seen again before it goes."""
    about = {"saying": request.source_saying_id, "run": request.run_id, "question": request.question}
    return {
        "child": request.child_id,
        "task": request.task,
        "language": request.language,
        "same_group": True,
        **{name: value for name, value in about.items() if value is not None},
    }


def _withdraw(turn: Turn, action: dict[str, Any]) -> None:
    request = _own(turn, action)
    service.withdraw(turn.session, turn.tools, turn.person, request)
    if request.state != RequestState.WITHDRAWN.value:
        raise DomainError("old_button")
    turn.say("help_requests.taken_back", buttons=ways_on(turn))


def _coordinator(turn: Turn, action: dict[str, Any]) -> None:
    request = _own(turn, action)
    service.want_coordinator(turn.session, turn.tools, turn.person, request)
    coordinators = access.coordinators_of(turn.session, request.child.group.school_id)
    turn.say(
        "help_requests.coordinator_asked",
        buttons=ways_on(turn),
        names=[one.name for one in coordinators],
    )


def _match(turn: Turn, action: dict[str, Any]) -> Match:
    require_confirmed_door(turn)
    return service.match_of(turn.session, turn.person, action["match"])


def _accept(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    _took_back_unread(turn, match)
    if _is_over(turn, match):
        return
    if not service.accept(turn.session, turn.tools, turn.person, match):
        turn.say("help_requests.not_needed", buttons=ways_on(turn))
        return
    offered = service.is_offered(turn.session, match)
    turn.say(
        "help_requests.accepted" if offered else "help_requests.waits",
        buttons=[
            [turn.button("help_requests.decline_button", "help_requests.decline", match=match.id)],
            *ways_on(turn),
        ],
    )


def _decline(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    _took_back_unread(turn, match)
    if not _is_over(turn, match):
        service.decline(turn.session, turn.tools, turn.person, match)
        turn.say("help_requests.declined", buttons=ways_on(turn))


def _is_over(turn: Turn, match: Match) -> bool:
    """Whether an answer of this buddy comes too late; then it is answered kindly."""
    if match.buddy_id != turn.person.id or match.state in asking_buddies.WAITING:
        return False
    if match.state == MatchState.HELPING.value:
        turn.say("help_requests.chosen", buttons=[[open_button(turn, match)]], name=match.asker.first_name)
    else:
        turn.say("help_requests.not_needed", buttons=ways_on(turn))
    return True


def _choose(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    if service.choose(turn.session, turn.tools, turn.person, match):
        turn.say(
            "help_requests.chosen",
            buttons=[[open_button(turn, match)], *ways_on(turn)],
            protect=True,
            name=match.buddy.first_name,
        )
        # Who may write now, writes: these words are no answer of the preparation.
        registry.ACTIONS["helping.answer"](turn, {"match": match.id})
    else:
        _look_further(turn, match, "help_requests.gone")


def _refuse(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    service.refuse(turn.session, turn.tools, turn.person, match)
    _look_further(turn, match, "help_requests.refused")


def _look_further(turn: Turn, match: Match, macro: str) -> None:
    """Somebody else is asked, or the next one is offered, or there is nobody else."""
    if match.request.state == RequestState.ASKING.value:
        turn.say(macro, buttons=[[_take_back(turn, match.request)], *ways_on(turn)])
    else:
        show(turn, {"request": match.request_id})


def _settle(turn: Turn, action: dict[str, Any]) -> None:
    request = turn.session.get(HelpRequest, action["request"])
    if request is None:
        raise DomainError("old_button")
    service.settle(turn.session, turn.tools, turn.person, request)
    turn.say("help_requests.settled", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _told_match(teller: Teller) -> Match:
    return teller.session.get_one(Match, teller.event.subject_id)


def _told_request(teller: Teller) -> HelpRequest:
    return teller.session.get_one(HelpRequest, teller.event.subject_id)


def _tell_asked(teller: Teller) -> None:
    """The buddy reads a language and a kind of help; nobody's name and nothing that goes along."""
    match = _told_match(teller)
    if match.state != MatchState.ASKED.value:
        return
    for voice in parents(teller, [match.buddy]):
        _ask_buddy(voice, match)


def _ask_buddy(voice: Voice, match: Match) -> None:
    voice.say(
        "help_requests.asked_buddy",
        buttons=[
            [voice.button("help_requests.accept_button", "help_requests.accept", match=match.id)],
            [voice.button("help_requests.decline_button", "help_requests.decline", match=match.id)],
        ],
        protect=True,
        task=match.request.task,
        language=match.request.language,
        until=speech.moment_parameter(match.answer_by),
    )


def show_asked(turn: Turn) -> None:
    """What waits for a yes of this person stands there once more, also on a phone that was joined later."""
    for match in service.asked_of(turn.session, turn.tools, turn.person):
        _ask_buddy(turn, match)


def _tell_offered(teller: Teller) -> None:
    match = _told_match(teller)
    if service.is_offered(teller.session, match):
        for voice in parents(teller, [match.asker]):
            _offer(voice, match)


def _tell_not_needed(teller: Teller) -> None:
    """Who has not read yet that help is wanted reads nothing at all."""
    match = _told_match(teller)
    for voice in parents(teller, [match.buddy]):
        if not _took_back_unread(voice, match):
            voice.say("help_requests.not_needed", protect=True)


def _took_back_unread(voice: Voice, match: Match) -> bool:
    """Whether the question waited at this door for the buddy's hours; then it is gone."""
    waiting = select(Outgoing).where(
        Outgoing.door_id == voice.door.id,
        Outgoing.macro == "help_requests.asked_buddy",
        Outgoing.state == OutgoingState.WAITING.value,
        Outgoing.not_before > voice.tools.clock.now(),
    )
    for outgoing in voice.session.scalars(waiting).all():
        if outgoing.buttons[0][0]["action"]["match"] == match.id:
            voice.session.delete(outgoing)
            return True
    return False


def _tell_nobody_helps(teller: Teller) -> None:
    """The asker reads what else there is; the coordinators a language and a kind of help, no name."""
    request = _told_request(teller)
    answered = request.state == RequestState.UNANSWERED.value
    for voice in parents(teller, [request.asker]):
        if answered:
            _tell_nobody(voice, request)
        else:
            voice.say(
                "help_requests.lapsed",
                buttons=[
                    *ask_rows(voice, request.child_id),
                    [voice.button("menu.menu_button", "menu.open")],
                ],
                protect=True,
            )
    if answered:
        _tell_coordinators(teller, request, "help_requests.nobody_to_school")


def _tell_coordinator(teller: Teller) -> None:
    request = _told_request(teller)
    _tell_coordinators(teller, request, "help_requests.wanted_by_name", person=request.asker.name)


def _tell_coordinators(teller: Teller, request: HelpRequest, macro: str, **named: Any) -> None:
    school_id = request.child.group.school_id
    for voice in teller.voices(access.coordinators_of(teller.session, school_id)):
        settle = voice.button("help_requests.settle_button", "help_requests.settle", request=request.id)
        voice.say(
            macro,
            buttons=[*([[settle]] if named else []), [voice.button("group.desk_button", "group.desk")]],
            task=request.task,
            language=request.language,
            **named,
        )


ACTIONS = {
    "help_requests.show": show,
    "help_requests.withdraw": _withdraw,
    "help_requests.coordinator": _coordinator,
    "help_requests.accept": _accept,
    "help_requests.decline": _decline,
    "help_requests.choose": _choose,
    "help_requests.refuse": _refuse,
    "help_requests.settle": _settle,
}
TELLERS: dict[EventKind, Callable[[Teller], None]] = {
    EventKind.BUDDY_ASKED: _tell_asked,
    EventKind.BUDDY_ACCEPTED: _tell_offered,
    EventKind.BUDDY_NOT_NEEDED: _tell_not_needed,
    EventKind.NOBODY_HELPS: _tell_nobody_helps,
    EventKind.COORDINATOR_WANTED: _tell_coordinator,
}
