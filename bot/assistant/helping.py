"""The chat of a guardian and a buddy: what one says the other reads, in the own language; never the school."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.assistant import companions, gatherings, handing_over, help_safety, loose, speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import listen, open_button, other_rows, parents, passed_on
from bot.assistant.teller import Teller
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.help_requests import Match
from bot.model.helping import HelpLine, LineKind
from bot.model.incoming import InputKind
from bot.model.messages import Outgoing
from bot.model.translation import Saying
from bot.services import helping as service
from bot.services import sayings
from bot.services.events import EventKind

LINES_AT_ONCE = 5
FRESH = timedelta(hours=6)  # since the chat was opened, or the person's last line
LOOKED_AT = 10
CHAT = frozenset({"helping", "handing_over"})  # what the other one says, asks or proposes
OF_THE_PROGRAM = frozenset(
    {"errors", "language", "loose", "privacy", "suggestion"}
)  # says no news of anybody

Rows = list[list[dict[str, Any]]]

_SHOWN_LAST = (
    select(Outgoing.id, Outgoing.macro)
    .where(
        Outgoing.door_id == bindparam("door_id"),
        Outgoing.not_before.is_(None) | (Outgoing.not_before <= bindparam("now")),
    )
    .order_by(Outgoing.id.desc())
    .limit(LOOKED_AT)
)


def open_chat(turn: Turn, match: Match) -> None:
    """The last lines stand there with everything that can be done; what is said next goes to the other one."""
    require_confirmed_door(turn)
    if not service.is_running(match):
        _over(turn, match)
        return
    listen(turn, match)
    other = service.other_of(match, turn.person)
    lines = service.lines_of(turn.session, turn.person, match, last=LINES_AT_ONCE)
    handing_over.tell_missing(turn, lines)
    turn.say(
        "helping.chat",
        buttons=_menu(turn, match),
        protect=True,
        name=other.first_name,
        lines=[_shown(turn, line) for line in lines],
    )


def _shown(voice: Voice, line: HelpLine) -> dict[str, Any]:
    return {
        "mine": line.author_id == voice.door.person_id,
        "kind": line.kind,
        "ask": handing_over.question_text(voice, line),
        "said": speech.saying_parameter(line.saying),
    }


def _menu(turn: Turn, match: Match) -> Rows:
    return [
        *handing_over.menu_rows(turn, match),
        *companions.menu_rows(turn, match),
        *gatherings.menu_rows(turn, match),
        [help_safety.worry_button(turn)],
        [turn.button("help_safety.wrong_button", "help_safety.wrong", match=match.id)],
        [
            turn.button("helping.end_button", "helping.end", match=match.id),
            turn.button("menu.menu_button", "menu.open"),
        ],
    ]


def _over(turn: Turn, match: Match) -> None:
    other = service.other_of(match, turn.person)
    turn.stop_waiting()
    turn.say(
        "helping.ended",
        buttons=[[turn.button("menu.menu_button", "menu.open")]],
        name=other.first_name,
        asker=turn.person.id == match.asker_id,
    )


def _open(turn: Turn, action: dict[str, Any]) -> None:
    open_chat(turn, service.find(turn.session, turn.person, action["match"]))


def _answer(turn: Turn, action: dict[str, Any]) -> None:
    """The next words go to the other one, without the lines of before."""
    require_confirmed_door(turn)
    match = service.find(turn.session, turn.person, action["match"])
    if not service.is_running(match):
        _over(turn, match)
        return
    listen(turn, match)
    other = service.other_of(match, turn.person)
    turn.say("helping.write_now", buttons=other_rows(turn, match), name=other.first_name)


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    """It is passed on, a photo only after a question; where nobody listens any more it is kept as loose words."""
    match = service.find(turn.session, turn.person, waits_for["match"])
    if not service.is_running(match):
        _over(turn, match)
        loose.said(turn)
        return
    require_confirmed_door(turn)
    sure = _is_for_the_other(turn, waits_for)
    saying = turn.keep_saying(None)
    if turn.incoming.kind is InputKind.PHOTO:
        _ask_before(turn, match, saying, "helping.photo")
    elif not sure:
        _ask_before(turn, match, saying, "helping.is_it_for")
    else:
        service.write(turn.session, turn.tools, turn.person, match, saying)
        passed_on(turn, match)


def _is_for_the_other(turn: Turn, waits_for: dict[str, Any]) -> bool:
    """Whether the chat is fresh and the last thing at this door: an answer to news of the school must not stray."""
    if turn.tools.clock.now() - datetime.fromisoformat(waits_for["since"]) > FRESH:
        return False
    last = _last_shown(turn)
    if last is None or last[1] == "helping.is_it_for":
        return False
    return _is_of(turn.session.get_one(Outgoing, last[0]), waits_for["match"])


def _last_shown(turn: Turn) -> tuple[int, str] | None:
    """The id and the macro of the last message at this door that says news of anybody."""
    now = {"door_id": turn.door.id, "now": turn.tools.clock.now()}
    # No more than this, and past the unit of work: it is asked for every answer that is typed.
    shown = turn.session.connection().execute(_SHOWN_LAST, now)
    return next(
        ((one.id, one.macro) for one in shown if one.macro.partition(".")[0] not in OF_THE_PROGRAM), None
    )


def perhaps_meant(turn: Turn) -> bool:
    """Words below news of a chat that nobody opened: the person is asked whether they are for the other one."""
    last = _last_shown(turn)
    if last is None or last[1].partition(".")[0] not in CHAT:
        return False
    buttons = turn.session.get_one(Outgoing, last[0]).buttons
    named = {made.get("action", {}).get("match") for row in buttons for made in row} - {None}
    match = next((one for one in service.running_of(turn.session, turn.person) if {one.id} == named), None)
    if match is None or not turn.door.reads_back:
        return False
    is_photo = turn.incoming.kind is InputKind.PHOTO
    _ask_before(turn, match, turn.keep_saying(None), "helping.photo" if is_photo else "helping.is_it_for")
    return True


def _is_of(outgoing: Outgoing, match_id: int) -> bool:
    """Whether the message belongs to this very chat; one person may help, and be helped by, several."""
    named = {made.get("action", {}).get("match", match_id) for row in outgoing.buttons for made in row}
    return outgoing.macro.partition(".")[0] in service.SUBJECTS and named <= {match_id}


def _ask_before(turn: Turn, match: Match, saying: Saying, macro: str) -> None:
    about = {"match": match.id, "said": saying.id}
    turn.say(
        macro,
        buttons=[
            [turn.button("help_safety.send_button", "helping.send", **about)],
            [turn.button("preparation.other_button", "helping.not_for", **about)],
            [turn.button("common.never_mind_button", "helping.never_mind", **about)],
        ],
        protect=True,
        name=service.other_of(match, turn.person).first_name,
    )


def _send(turn: Turn, action: dict[str, Any]) -> None:
    require_confirmed_door(turn)
    match = service.find(turn.session, turn.person, action["match"])
    service.write(turn.session, turn.tools, turn.person, match, turn.unused_words(action["said"]))
    passed_on(turn, match)


def _not_for(turn: Turn, action: dict[str, Any]) -> None:
    """It was not for the other one: the person says what it is for."""
    saying = turn.unused_words(action["said"])
    turn.stop_waiting()
    loose.unused(turn, saying)


def _never_mind(turn: Turn, action: dict[str, Any]) -> None:
    sayings.erase(turn.session, [turn.unused_words(action["said"]).id])
    turn.say("loose.removed")
    _answer(turn, action)


def _end(turn: Turn, action: dict[str, Any]) -> None:
    """One tap, no reason; then three taps about it, which can be skipped."""
    match = service.find(turn.session, turn.person, action["match"])
    service.end(turn.session, turn.tools, turn.person, match)
    turn.stop_waiting()
    help_safety.tell_end(turn, match)


def _started(teller: Teller) -> None:
    """The buddy hears that the asker said yes; the asker did it just now."""
    match = teller.session.get_one(Match, teller.event.subject_id)
    for voice in parents(teller, [match.buddy]):
        voice.say(
            "helping.started",
            buttons=[[open_button(voice, match)]],
            protect=True,
            name=match.asker.first_name,
        )


def _line_written(teller: Teller) -> None:
    line = teller.session.get_one(HelpLine, teller.event.subject_id)
    for voice in parents(teller, [service.other_of(line.match, line.author)]):
        if line.kind == LineKind.WORDS.value or not handing_over.tell(voice, line):
            _tell_words(voice, line)


def _tell_words(voice: Voice, line: HelpLine) -> None:
    said = line.saying
    voice.say(
        "helping.line",
        buttons=other_rows(voice, line.match, answer=True),
        protect=True,
        attachment_id=said.attachments[0].id if said and said.attachments else None,
        name=line.author.first_name,
        said=speech.saying_parameter(said),
    )


def _ended(teller: Teller) -> None:
    match = teller.session.get_one(Match, teller.event.subject_id)
    for voice in parents(teller, [match.asker, match.buddy]):
        help_safety.tell_end(voice, match)


ACTIONS: dict[str, Callable[[Turn, dict[str, Any]], None]] = {
    "helping.open": _open,
    "helping.answer": _answer,
    "helping.send": _send,
    "helping.not_for": _not_for,
    "helping.never_mind": _never_mind,
    "helping.end": _end,
}
WAITING = {"helping.said": _said}
TELLERS: dict[EventKind, Callable[[Teller], None]] = {
    EventKind.HELP_STARTED: _started,
    EventKind.HELP_LINE_WRITTEN: _line_written,
    EventKind.HELP_ENDED: _ended,
}
