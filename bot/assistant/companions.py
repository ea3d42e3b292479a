"""Another parent comes along to a talk, or interprets a simple practical one: in the chat of both, and the school's."""

from typing import Any

from bot.assistant import speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import open_button
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.companions import CompanionRole, CompanionState, TalkCompanion
from bot.model.conversation import Conversation
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match, MatchState
from bot.model.messages import HelpKind
from bot.model.people import Child
from bot.services import companions as service
from bot.services import helping

FOR_EVERYBODY = ("school", "phone", "video")  # the address of a home is not for a buddy to read

Rows = list[list[dict[str, Any]]]


def menu_rows(voice: Voice, match: Match) -> Rows:
    """For the menu of a help: the asker's way to a talk together, the buddy's to the talks asked for."""
    if match.state != MatchState.HELPING.value:
        return []
    coming = service.coming_of(voice.session, voice.tools, match)
    if voice.door.person_id == match.buddy_id:
        return [[voice.button("companions.mine_button", "companions.mine", match=match.id)]] if coming else []
    if coming or service.roles_of(voice.session, voice.tools, match):
        return [[voice.button("companions.open_button", "companions.open", match=match.id)]]
    return []


def who_rows(voice: Voice, talk: Conversation) -> Rows:
    """Below the notice of a talk to come: who comes along (003-helper-along)."""
    if talk not in service.talks_of(voice.session, voice.tools, voice.door.person):
        return []
    return [[voice.button("companions.who_button", "companions.who", talk=talk.id)]]


def parameters(talk: Conversation) -> dict[str, Any]:
    """When and where: all that a buddy ever reads of a talk."""
    return {
        "planned_at": speech.moment_parameter(talk.planned_at),
        "length_minutes": talk.length_minutes,
        "place": talk.place if talk.place in FOR_EVERYBODY else "other",
    }


def own_places(voice: Voice, talk: Conversation) -> list[dict[str, str]]:
    """Who has a place at the talk because this person wanted it; never because of another guardian."""
    confirmed = service.confirmed_at(voice.session, [talk])[talk.id]
    return [
        {"role": one.role, "name": one.match.buddy.first_name}
        for one in confirmed
        if one.match.asker_id == voice.door.person_id
    ]


def _open(turn: Turn, action: dict[str, Any]) -> None:
    """The asker sees the talks to come."""
    match = _own_match(turn, action)
    talks = service.talks_of(turn.session, turn.tools, turn.person)
    rows = [
        [
            turn.named_button(
                "companions.talk_button",
                "companions.talk",
                {"planned_at": talk.planned_at},
                match=match.id,
                talk=talk.id,
            )
        ]
        for talk in talks
    ]
    coming = service.coming_of(turn.session, turn.tools, match)
    turn.say(
        "companions.which",
        buttons=[*rows, _back_to(turn, match)],
        protect=True,
        talks=[_listed(turn, talk, coming) for talk in talks],
    )


def _listed(turn: Turn, talk: Conversation, coming: list[TalkCompanion]) -> dict[str, Any]:
    places = [_state(one) for one in coming if one.conversation_id == talk.id]
    child = turn.session.get_one(Child, talk.child_id).first_name
    return {**parameters(talk), "moment": talk.moment, "child": child, "places": places}


def _state(one: TalkCompanion) -> dict[str, Any]:
    return {"state": one.state, "role": one.role, "name": one.match.buddy.first_name}


def _talk(turn: Turn, action: dict[str, Any]) -> None:
    """One talk and one buddy: what can be asked, or how far it is."""
    match = _own_match(turn, action)
    talk = _own_talk(turn, action)
    found = [
        one for one in service.coming_of(turn.session, turn.tools, match) if one.conversation_id == talk.id
    ]
    if found:
        _stands(turn, found[0])
        return
    roles = service.roles_of(turn.session, turn.tools, match)
    about = {"match": match.id, "talk": talk.id}
    turn.say(
        "companions.what",
        buttons=[
            *(
                [turn.button(f"companions.{role.value}_button", "companions.ask", role=role.value, **about)]
                for role in roles
            ),
            [turn.button("common.never_mind_button", "companions.open", match=match.id)],
        ],
        protect=True,
        name=match.buddy.first_name,
        talk=parameters(talk),
        roles=[role.value for role in roles],
    )


def _stands(turn: Turn, one: TalkCompanion) -> None:
    turn.say(
        "companions.standing",
        buttons=[*deciding(turn, one), _back_to(turn, one.match)],
        protect=True,
        talk=parameters(one.conversation),
        **_state(one),
    )


def deciding(voice: Voice, one: TalkCompanion) -> Rows:
    """What the asker can do about a place."""
    rows: Rows = []
    if one.state == CompanionState.WILLING.value:
        rows.append([voice.button("companions.confirm_button", "companions.confirm", companion=one.id)])
    return [*rows, [voice.button("companions.take_back_button", "companions.end", companion=one.id)]]


def _ask(turn: Turn, action: dict[str, Any]) -> None:
    match, talk, role = _own_match(turn, action), _own_talk(turn, action), action["role"]
    try:
        one = service.ask(turn.session, turn.tools, turn.person, match, talk, role)
    except DomainError as error:
        if error.code != "professional_needed":
            raise
        _professional(turn, match, talk)
        return
    _stands(turn, one)


def _professional(turn: Turn, match: Match, talk: Conversation) -> None:
    """Why no parent interprets this talk, and who does."""
    rows = [professional_row(turn, talk)]
    if CompanionRole.COME_ALONG in service.roles_of(turn.session, turn.tools, match):
        role = CompanionRole.COME_ALONG.value
        about = {"match": match.id, "talk": talk.id, "role": role}
        rows.append([turn.button("companions.come_along_button", "companions.ask", **about)])
    turn.say("companions.professional", buttons=[*rows, _back_to(turn, match)], protect=True)


def professional_row(voice: Voice, talk: Conversation) -> list[dict[str, Any]]:
    """The way to a professional interpreter."""
    about = {"kind": HelpKind.INTERPRETER.value, "child": talk.child_id}
    return [voice.button("help.interpreter_button", "help.wanted", **about)]


def _confirm(turn: Turn, action: dict[str, Any]) -> None:
    one = _place(turn, action)
    try:
        service.confirm(turn.session, turn.tools, turn.person, one)
    except DomainError as error:
        if error.code != "professional_needed":
            raise
        _professional(turn, one.match, one.conversation)
        return
    turn.say(
        "companions.confirmed",
        buttons=[_back_to(turn, one.match)],
        protect=True,
        name=one.match.buddy.first_name,
        role=one.role,
    )


def _end(turn: Turn, action: dict[str, Any]) -> None:
    """Asker or buddy takes it back."""
    one = _place(turn, action)
    service.end(turn.session, turn.tools, turn.person, one)
    other = helping.other_of(one.match, turn.person)
    if turn.person.id == one.match.buddy_id:
        turn.say("companions.answered", buttons=[_back_to(turn, one.match)], name=other.first_name, can=False)
    else:
        turn.say("companions.taken_back", buttons=[_back_to(turn, one.match)], name=other.first_name)


def _answer(turn: Turn, action: dict[str, Any]) -> None:
    one = _place(turn, action)
    service.answer(turn.session, turn.tools, turn.person, one, can=action["can"])
    name = one.match.asker.first_name
    turn.say("companions.answered", buttons=[_back_to(turn, one.match)], name=name, can=action["can"])


def _mine(turn: Turn, action: dict[str, Any]) -> None:
    """The buddy sees the talks asked for, and can say of each that it does not go."""
    require_confirmed_door(turn)
    match = helping.find(turn.session, turn.person, action["match"])
    if turn.person.id != match.buddy_id:
        raise NotFoundError
    coming = service.coming_of(turn.session, turn.tools, match)
    rows: Rows = []
    for one in coming:
        if one.state == CompanionState.ASKED.value:
            rows += answering(turn, one)
        else:
            rows.append([turn.button("companions.cannot_button", "companions.end", companion=one.id)])
    turn.say(
        "companions.mine",
        buttons=[*rows, _back_to(turn, match)],
        protect=True,
        places=[{**_state(one), "talk": parameters(one.conversation)} for one in coming],
    )


def answering(voice: Voice, one: TalkCompanion) -> Rows:
    """What the buddy can answer."""
    return [
        [voice.button("companions.can_button", "companions.answer", companion=one.id, can=True)],
        [voice.button("companions.cannot_button", "companions.answer", companion=one.id, can=False)],
    ]


def _who(turn: Turn, action: dict[str, Any]) -> None:
    """Who can come along to one talk: somebody of one's own, a parent who helps, an interpreter of the school."""
    require_confirmed_door(turn)
    talk = _own_talk(turn, action)
    rows: Rows = []
    for match in helping.running_of(turn.session, turn.person):
        if match.asker_id == turn.person.id and service.roles_of(turn.session, turn.tools, match):
            name = {"name": match.buddy.first_name}
            about = {"match": match.id, "talk": talk.id}
            rows.append([turn.named_button("companions.ask_button", "companions.talk", name, **about)])
    turn.say(
        "companions.who",
        buttons=[
            [turn.button("companions.own_button", "companions.own", talk=talk.id)],
            *rows,
            *ask_rows(turn, talk.child_id, task=CompanionRole.COME_ALONG.value),
            professional_row(turn, talk),
            [turn.button("menu.menu_button", "menu.open")],
        ],
        protect=True,
        talk=parameters(talk),
    )


def _own(turn: Turn, action: dict[str, Any]) -> None:
    """The parent gets day, time and place to send on; who comes is told by the parent alone (003-helper-along)."""
    require_confirmed_door(turn)
    talk = _own_talk(turn, action)
    tell = turn.button("menu.write_button", "menu.chosen", child=talk.child_id, then={"do": "messages.open"})
    turn.say("companions.own", buttons=[[tell], [turn.button("menu.menu_button", "menu.open")]])
    turn.say("companions.send_on", talk=parameters(talk))


def _own_match(turn: Turn, action: dict[str, Any]) -> Match:
    require_confirmed_door(turn)
    match = helping.find(turn.session, turn.person, action["match"])
    if turn.person.id != match.asker_id or match.state != MatchState.HELPING.value:
        raise DomainError("old_button")
    return match


def _own_talk(turn: Turn, action: dict[str, Any]) -> Conversation:
    """One of the own talks to come; a button of a talk that is over or not for this person any more is old."""
    for talk in service.talks_of(turn.session, turn.tools, turn.person):
        if talk.id == action["talk"]:
            return talk
    raise DomainError("old_button")


def _place(turn: Turn, action: dict[str, Any]) -> TalkCompanion:
    require_confirmed_door(turn)
    try:
        return service.find(turn.session, turn.person, action["companion"])
    except NotFoundError:  # also of a help that is over
        raise DomainError("old_button") from None


def _back_to(voice: Voice, match: Match) -> list[dict[str, Any]]:
    return [open_button(voice, match), voice.button("menu.menu_button", "menu.open")]


ACTIONS = {
    "companions.open": _open,
    "companions.talk": _talk,
    "companions.ask": _ask,
    "companions.confirm": _confirm,
    "companions.end": _end,
    "companions.answer": _answer,
    "companions.mine": _mine,
    "companions.who": _who,
    "companions.own": _own,
}
