"""When help does not feel right, a worry that belongs to the school, and three taps when a help is over."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.assistant import speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.teller import Teller
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.errors import DomainError
from bot.model.help_requests import HelpRequest, Match, MatchState
from bot.model.helping import ComplaintKind, HelpComplaint, HelpLine, Verdict
from bot.model.people import Child, Person
from bot.services import access, helping, sayings
from bot.services import help_safety as service
from bot.services.asking_buddies import OPEN
from bot.services.events import EventKind

LABEL_CHARS = 40  # of a line, on the button that chooses it

Rows = list[list[dict[str, Any]]]


def worry_button(voice: Voice) -> dict[str, Any]:
    """To the numbers for danger and worry, and to the school; never to a buddy."""
    return voice.button("help_safety.worry_button", "help_safety.worry")


def _worry(turn: Turn, _action: dict[str, Any]) -> None:
    """The numbers, and one tap for the school; words that come now go to nobody by themselves."""
    _hear_nobody(turn)
    turn.say(
        "help_safety.worry",
        buttons=[
            [turn.button("help_safety.tell_button", "help_safety.tell")],
            [turn.button("common.never_mind_button", "menu.open")],
        ],
    )


def _hear_nobody(turn: Turn) -> None:
    """Words that come now are neither a line of a chat nor an answer; the person is asked what they are for."""
    turn.remember(waits_for=None, run=None)


def _tell_school(turn: Turn, _action: dict[str, Any]) -> None:
    service.worry(turn.session, turn.tools, turn.person)
    turn.say("help_safety.told", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _wrong(turn: Turn, action: dict[str, Any]) -> None:
    """What can be done when it does not feel right; what is said now no longer goes to the other one."""
    match = _match(turn, action)
    _hear_nobody(turn)
    rows: Rows = [
        [turn.button("help_safety.complain_button", "help_safety.complain", match=match.id)],
        [turn.button("help_safety.block_button", "help_safety.block", match=match.id)],
        [turn.button("common.never_mind_button", "helping.open", match=match.id)],
    ]
    turn.say("help_safety.wrong", buttons=rows, name=_other_name(turn, match))


def _block(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    service.block(turn.session, turn.tools, turn.person, match)
    _hear_nobody(turn)
    turn.say(
        "help_safety.blocked",
        buttons=[
            [turn.button("help_safety.complain_button", "help_safety.complain", match=match.id)],
            [turn.button("menu.menu_button", "menu.open")],
        ],
        name=_other_name(turn, match),
        asker=turn.person.id == match.asker_id,
    )


def _complain(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    _hear_nobody(turn)
    rows = [
        [turn.button(f"help_safety.{kind.value}_button", "help_safety.kind", match=match.id, kind=kind.value)]
        for kind in ComplaintKind
    ]
    never_mind = turn.button("common.never_mind_button", "menu.open")
    turn.say("help_safety.which_kind", buttons=[*rows, [never_mind]])


def _kind(turn: Turn, action: dict[str, Any]) -> None:
    about = {"match": _match(turn, action).id, "kind": ComplaintKind(action["kind"]).value}
    turn.wait_for("help_safety.said", **about)
    turn.say(
        "help_safety.own_words",
        buttons=[
            [turn.button("help_safety.without_words_button", "help_safety.quote", **about)],
            [turn.button("common.never_mind_button", "menu.open")],
        ],
    )


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    """The words wait until the person has seen everything that goes to the coordinator; newer ones replace them."""
    about = {name: waits_for[name] for name in ("match", "kind")}
    _match(turn, about)
    if turn.has_file:
        turn.say("handing_over.type_please")
        return
    if "said" in waits_for:
        sayings.erase(turn.session, [turn.unused_words(waits_for["said"]).id])
    about["said"] = turn.keep_saying(None).id
    turn.wait_for("help_safety.said", **about)
    _quote(turn, about)


def _quote(turn: Turn, action: dict[str, Any]) -> None:
    """One of the other one's last lines can go along; without any, the person sees at once what is sent."""
    match = _match(turn, action)
    about: dict[str, Any] = {name: action[name] for name in ("match", "kind", "said") if name in action}
    lines = service.lines_to_quote(turn.session, turn.person, match)
    if not lines:
        _preview(turn, about)
        return
    rows: Rows = [
        [speech.button(_line_label(turn, line), "help_safety.preview", line=line.id, **about)]
        for line in lines
    ]
    rows.append([turn.button("help_safety.no_line_button", "help_safety.preview", **about)])
    turn.say("help_safety.which_line", buttons=rows, protect=True, name=_other_name(turn, match))


def _line_label(turn: Turn, line: HelpLine) -> str:
    assert line.saying is not None
    shown = sayings.shown(line.saying, turn.language, turn.person.id)
    words = " ".join((shown.words or shown.original).split())
    return words if len(words) <= LABEL_CHARS else f"{words[: LABEL_CHARS - 1]}…"


def _preview(turn: Turn, action: dict[str, Any]) -> None:
    """Exactly what goes to the coordinator stands there before it does."""
    match = _match(turn, action)
    about = {name: action[name] for name in ("match", "kind", "said", "line") if name in action}
    said = turn.unused_words(action["said"]) if "said" in action else None
    line = _quoted(turn, match, action)
    turn.say(
        "help_safety.preview",
        buttons=[
            [turn.button("help_safety.send_button", "help_safety.send", **about)],
            [turn.button("common.never_mind_button", "help_safety.never_mind", **about)],
        ],
        protect=True,
        name=_other_name(turn, match),
        kind=action["kind"],
        said=speech.saying_parameter(said),
        quoted=speech.saying_parameter(line.saying) if line else None,
    )


def _send(turn: Turn, action: dict[str, Any]) -> None:
    match = _match(turn, action)
    service.complain(
        turn.session,
        turn.tools,
        turn.person,
        match,
        ComplaintKind(action["kind"]),
        saying=turn.unused_words(action["said"]) if "said" in action else None,
        quoted=_quoted(turn, match, action),
    )
    turn.stop_waiting()
    rows: Rows = [[turn.button("menu.menu_button", "menu.open")]]
    if helping.is_running(match):
        rows.insert(0, [turn.button("help_safety.block_button", "help_safety.block", match=match.id)])
    speech.change_buttons(turn.tools, turn.tapped, [])  # it is sent once
    turn.say("help_safety.sent", buttons=rows)


def _never_mind(turn: Turn, action: dict[str, Any]) -> None:
    if "said" in action:
        sayings.erase(turn.session, [turn.unused_words(action["said"]).id])
    turn.stop_waiting()
    turn.say("corrections.nothing_changed", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _quoted(turn: Turn, match: Match, action: dict[str, Any]) -> HelpLine | None:
    if "line" not in action:
        return None
    line = turn.session.get(HelpLine, action["line"])
    if line is None or line.match_id != match.id:
        raise DomainError("old_button")
    return line


def tell_end(voice: Voice, match: Match) -> None:
    """The same neutral sentence however it ended, and the first of three taps."""
    person = voice.door.person
    voice.say(
        "helping.ended",
        buttons=_taps(voice, match.id, service.QUESTIONS[0]),
        name=helping.other_of(match, person).first_name,
        asker=person.id == match.asker_id,
        asked=True,
    )


def _taps(voice: Voice, match_id: int, about: str) -> Rows:
    def tap(label: str, verdict: str | None) -> dict[str, Any]:
        return voice.button(label, "help_safety.evaluate", match=match_id, about=about, verdict=verdict)

    return [
        [
            tap("preparation.yes_button", Verdict.YES.value),
            tap("help_safety.a_bit_button", Verdict.A_BIT.value),
            tap("preparation.no_button", Verdict.NO.value),
        ],
        [tap("preparation.skip_button", None), voice.button("menu.menu_button", "menu.open")],
    ]


def _evaluate(turn: Turn, action: dict[str, Any]) -> None:
    """One tap is kept and the next question stands there, or thanks."""
    match, about = _match(turn, action), action["about"]
    if action["verdict"] is not None:
        verdict = Verdict(action["verdict"])
        service.evaluate(turn.session, turn.tools, turn.person, match, **{about: verdict})
    place = service.QUESTIONS.index(about) + 1
    if place < len(service.QUESTIONS):
        following = service.QUESTIONS[place]
        turn.say(f"help_safety.{following}", buttons=_taps(turn, match.id, following))
    else:
        turn.say("help_safety.thanks", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _match(turn: Turn, action: dict[str, Any]) -> Match:
    require_confirmed_door(turn)
    return helping.find(turn.session, turn.person, action["match"])


def _other_name(turn: Turn, match: Match) -> str:
    return helping.other_of(match, turn.person).first_name


def _complained(teller: Teller) -> None:
    """The coordinator hears that something waits, never what or about whom."""
    complaint = teller.session.get_one(HelpComplaint, teller.event.subject_id)
    school_id = service.school_of(teller.session, complaint)
    coordinators = access.coordinators_of(teller.session, school_id)
    for voice in teller.voices(coordinators):
        desk = voice.button("group.desk_button", "group.desk")
        voice.say("help_safety.complained", buttons=[[desk]], urgent=True)


def _worried(teller: Teller) -> None:
    """The coordinators, and of who asked for help the teachers of the child, hear whom to call; nothing else."""
    person = teller.session.get_one(Person, teller.event.subject_id)
    told: set[int] = set()
    coordinators = access.coordinators_of(teller.session, person.school_id)
    child = _asked_about(teller, person)
    teachers = access.teachers_of(teller.session, child) if child else []
    for receiver in [*coordinators, *teachers]:
        if receiver.id in told:
            continue
        told.add(receiver.id)
        for voice in teller.voices([receiver], child if receiver in teachers else None):
            voice.say("help_safety.worried", urgent=True, person=person.name)


def _asked_about(teller: Teller, person: Person) -> Child | None:
    """The child of the newest request that is open or helped now."""
    going_on = HelpRequest.state.in_(OPEN) | HelpRequest.matches.any(Match.state == MatchState.HELPING.value)
    newest = teller.session.scalar(
        select(HelpRequest)
        .where(HelpRequest.asker_id == person.id, going_on)
        .order_by(HelpRequest.id.desc())
        .limit(1)
    )
    return newest.child if newest is not None and access.is_guardian(person, newest.child) else None


ACTIONS: dict[str, Callable[[Turn, dict[str, Any]], None]] = {
    "help_safety.worry": _worry,
    "help_safety.tell": _tell_school,
    "help_safety.wrong": _wrong,
    "help_safety.block": _block,
    "help_safety.complain": _complain,
    "help_safety.kind": _kind,
    "help_safety.quote": _quote,
    "help_safety.preview": _preview,
    "help_safety.send": _send,
    "help_safety.never_mind": _never_mind,
    "help_safety.evaluate": _evaluate,
}
WAITING = {"help_safety.said": _said}
TELLERS: dict[EventKind, Callable[[Teller], None]] = {
    EventKind.HELP_COMPLAINED: _complained,
    EventKind.SAFETY_WORRY: _worried,
}
