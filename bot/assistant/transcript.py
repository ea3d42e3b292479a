"""A spoken answer as text: shown to its speaker, who says whether it is right, changes it, or wants the sound only."""

from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import loose, preparation, speech
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.content.texts import Texts
from bot.dialog.script import Part
from bot.model.people import Person
from bot.model.transcript import Transcript
from bot.services import preparation as preparation_service
from bot.services import transcript as service
from bot.services.tools import Tools


def offer(session: Session, tools: Tools, texts: Texts, transcript: Transcript) -> None:
    """The speaker is asked at a door that may read back; where there is none yet, when one is confirmed."""
    door = service.door_to_offer_at(session, transcript)
    saying = service.saying_of(session, transcript)
    answer = service.answer_of(session, saying)
    if door is None or answer is None:
        return
    voice = Voice(session, tools, texts, door)  # it answers the person's own step
    about = {"transcript": transcript.id}
    voice.say(
        "transcript.offer",
        buttons=[
            [voice.button("transcript.right_button", "transcript.right", **about)],
            [voice.button("transcript.change_button", "transcript.change", **about)],
            [voice.button("transcript.only_recording_button", "transcript.decline", **about)],
        ],
        protect=True,
        child=answer.run.child.first_name,
        ask=preparation_service.script_of(answer.run).text(voice.language, answer.question, Part.ASK),
        heard=transcript.words,
        said=speech.saying_parameter(saying),  # so that this message is erased together with it
    )
    service.note_as_offered(tools, transcript)


def offer_waiting(session: Session, tools: Tools, texts: Texts, person: Person) -> None:
    """Everything that was heard of a person and could not be shown before."""
    for transcript in service.not_offered(session, person):
        offer(session, tools, texts, transcript)


def _open(turn: Turn, action: dict[str, Any]) -> Transcript | None:
    """What the button is about; None, and the person knows, where it is settled already."""
    transcript = service.own(turn.session, turn.person, action["transcript"])
    if transcript is None:
        turn.say("transcript.settled")
    return transcript


def _right(turn: Turn, action: dict[str, Any]) -> None:
    transcript = _open(turn, action)
    if transcript is not None:
        service.confirm(turn.session, turn.tools, turn.person, transcript, transcript.words or "")
        turn.say("transcript.written")
        preparation.show_again(turn)


def _change(turn: Turn, action: dict[str, Any]) -> None:
    transcript = _open(turn, action)
    if transcript is not None:
        turn.wait_for("transcript.said", transcript=transcript.id)
        turn.say("transcript.write_it", buttons=[[turn.button("common.never_mind_button", "menu.open")]])


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    """The next words are the text; another recording or a photo is something new."""
    turn.stop_waiting()
    transcript = None if turn.has_file else service.own(turn.session, turn.person, waits_for["transcript"])
    if transcript is None:
        loose.said(turn)
        return
    service.confirm(turn.session, turn.tools, turn.person, transcript, turn.incoming.text)
    turn.say("transcript.written")


def _decline(turn: Turn, action: dict[str, Any]) -> None:
    transcript = _open(turn, action)
    if transcript is not None:
        service.decline(turn.session, turn.tools, turn.person, transcript)
        turn.say("transcript.only_recording")
        preparation.show_again(turn)


ACTIONS = {"transcript.right": _right, "transcript.change": _change, "transcript.decline": _decline}
WAITING = {"transcript.said": _said}
