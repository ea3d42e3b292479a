"""Where two parents who talk through the assistant are reached, and the buttons that lead into their chat."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.assistant import speech
from bot.assistant.teller import Teller
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice, voices_of
from bot.model.help_requests import Match
from bot.model.people import Person
from bot.services import helping as service
from bot.services import rhythm

Rows = list[list[dict[str, Any]]]


def parents(teller: Teller, people: Iterable[Person]) -> Iterator[Voice]:
    """The confirmed doors of these people but the actor: quiet hours are kept, nothing counts as of the school."""
    for person in people:
        if person.id == teller.event.actor_id:
            continue
        for voice in voices_of(teller.session, teller.tools, teller.texts, person, between_parents=True):
            if voice.door.reads_back:
                yield voice


def open_button(voice: Voice, match: Match) -> dict[str, Any]:
    """Opens the chat with the other one."""
    name = service.other_of(match, voice.door.person).first_name
    return voice.named_button("helping.open_button", "helping.open", {"name": name}, match=match.id)


def other_rows(voice: Voice, match: Match, *, answer: bool = False) -> Rows:
    """Below a line of the chat: to answer, to see all of it, and away from it."""
    rows = [[voice.button("notices.answer_button", "helping.answer", match=match.id)]] if answer else []
    return [*rows, [open_button(voice, match), voice.button("menu.menu_button", "menu.open")]]


def listen(turn: Turn, match: Match) -> None:
    """What is said next goes to the other one, again and again, until another thing is opened."""
    turn.wait_for("helping.said", match=match.id, since=turn.tools.clock.now().isoformat())


def passed_on(turn: Turn, match: Match) -> None:
    """The writer reads that it went, and when it is read if that is not now; the chat stays open."""
    other = service.other_of(match, turn.person)
    listen(turn, match)
    at = rhythm.next_moment(turn.session, turn.tools, other, at_school=False)
    turn.say(
        "helping.sent",
        buttons=other_rows(turn, match),
        name=other.first_name,
        at=speech.moment_parameter(at) if at > turn.tools.clock.now() else None,
    )
