"""What the school invites parents to, in the chat: a buddy passes it on, a family answers."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.assistant import speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import parents
from bot.assistant.teller import Teller
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.errors import DomainError
from bot.model.gatherings import Coming, Gathering, GatheringPass
from bot.model.help_requests import Match
from bot.services import gatherings as service
from bot.services.events import EventKind

Rows = list[list[dict[str, Any]]]


def menu_rows(voice: Voice, match: Match) -> Rows:
    """For the menu of a help: what of the school's invitations the buddy can pass on."""
    if voice.door.person_id != match.buddy_id:
        return []
    found = service.to_pass_on(voice.session, voice.tools, voice.door.person)
    if not any(match in matches for _gathering, matches in found):
        return []
    return [[voice.button("gatherings.open_button", "gatherings.open")]]


def _parameters(gathering: Gathering) -> dict[str, Any]:
    return {
        "said": speech.saying_parameter(gathering.saying),
        "starts_at": speech.moment_parameter(gathering.starts_at),
    }


def _passing_on(voice: Voice, gathering: Gathering, matches: Sequence[Match]) -> Rows:
    """One button for each family, and one for all of them."""
    rows: Rows = []
    if len(matches) > 1:
        do = "gatherings.pass_on"
        rows.append([voice.button("gatherings.pass_on_to_all_button", do, gathering=gathering.id)])
    for match in matches:
        to, about = {"name": match.asker.first_name}, {"gathering": gathering.id, "match": match.id}
        rows.append([voice.named_button("gatherings.pass_on_button", "gatherings.pass_on", to, **about)])
    return rows


def _open(turn: Turn, _action: dict[str, Any]) -> None:
    """The buddy sees what can be passed on."""
    require_confirmed_door(turn)
    found = service.to_pass_on(turn.session, turn.tools, turn.person)
    for gathering, matches in found:
        turn.say(
            "gatherings.to_buddy",
            buttons=[*_passing_on(turn, gathering, matches), _menu(turn)],
            protect=True,
            **_parameters(gathering),
        )
    if not found:
        turn.say("gatherings.nothing", buttons=[_menu(turn)])


def _pass_on(turn: Turn, action: dict[str, Any]) -> None:
    """One tap passes it on to one family, or to all; what was passed on already is not sent twice."""
    require_confirmed_door(turn)
    gathering = service.find(turn.session, action["gathering"])
    if not service.is_open(turn.tools, gathering):
        turn.say("gatherings.over", buttons=[_menu(turn)])
        return
    found = dict(service.to_pass_on(turn.session, turn.tools, turn.person))
    left = found.get(gathering, [])
    chosen = [match for match in left if action.get("match", match.id) == match.id]
    if not chosen:
        raise DomainError("old_button")
    service.pass_on(turn.session, turn.tools, turn.person, gathering, chosen)
    turn.say(
        "gatherings.passed_on",
        buttons=[
            *_passing_on(turn, gathering, [match for match in left if match not in chosen]),
            _menu(turn),
        ],
        names=[match.asker.first_name for match in chosen],
    )


def _answer(turn: Turn, action: dict[str, Any]) -> None:
    require_confirmed_door(turn)
    gathering, coming = service.find(turn.session, action["gathering"]), action["coming"]
    service.require_invited(turn.session, turn.person, gathering)
    if not service.is_open(turn.tools, gathering):
        turn.say("gatherings.over", buttons=[_menu(turn)])
        return
    service.answer(turn.session, turn.tools, turn.person, gathering, coming)
    turn.say(
        "gatherings.answered",
        buttons=[_answering(turn, gathering, but=coming), _menu(turn)],
        protect=True,
        coming=coming,
    )


def _answering(voice: Voice, gathering: Gathering, *, but: str = "") -> list[dict[str, Any]]:
    return [
        voice.button(
            f"gatherings.{one.value}_button", "gatherings.answer", gathering=gathering.id, coming=one.value
        )
        for one in Coming
        if one.value != but
    ]


def _menu(voice: Voice) -> list[dict[str, Any]]:
    return [voice.button("menu.menu_button", "menu.open")]


def _made(teller: Teller) -> None:
    """Every buddy who helps somebody now can pass it on."""
    gathering = teller.session.get_one(Gathering, teller.event.subject_id)
    for buddy in service.buddies_of(teller.session, gathering):
        found = dict(service.to_pass_on(teller.session, teller.tools, buddy))
        for voice in parents(teller, [buddy]) if gathering in found else ():
            voice.say(
                "gatherings.to_buddy",
                buttons=_passing_on(voice, gathering, found[gathering]),
                protect=True,
                **_parameters(gathering),
            )


def _passed_on(teller: Teller) -> None:
    """The family reads it in its own language; its answer is told to nobody."""
    passed = teller.session.get_one(GatheringPass, teller.event.subject_id)
    gathering = teller.session.get_one(Gathering, passed.gathering_id)
    match = teller.session.get_one(Match, passed.match_id)
    for voice in parents(teller, [match.asker]):
        voice.say(
            "gatherings.to_family",
            buttons=[_answering(voice, gathering)],
            protect=True,
            name=match.buddy.first_name,
            **_parameters(gathering),
        )


def _cancelled(teller: Teller) -> None:
    """Who was invited hears that it does not take place, and who could pass it on."""
    gathering = teller.session.get_one(Gathering, teller.event.subject_id)
    told = [*service.invited(teller.session, gathering), *service.buddies_of(teller.session, gathering)]
    for voice in parents(teller, dict.fromkeys(told)):
        voice.say("gatherings.cancelled", buttons=[_menu(voice)], protect=True, **_parameters(gathering))


ACTIONS = {
    "gatherings.open": _open,
    "gatherings.pass_on": _pass_on,
    "gatherings.answer": _answer,
}
TELLERS: dict[EventKind, Callable[[Teller], None]] = {
    EventKind.GATHERING_MADE: _made,
    EventKind.GATHERING_PASSED_ON: _passed_on,
    EventKind.GATHERING_CANCELLED: _cancelled,
}
