"""Ready sentences for who writes with difficulty: a subject, then a sentence; tapped, it counts as typed."""

from dataclasses import replace
from typing import Any

from bot.assistant import speech
from bot.assistant.turn import Turn
from bot.dialog.state import State
from bot.model.errors import NotFoundError
from bot.model.incoming import InputKind
from bot.model.people import DoorKind
from bot.model.phrases import Speaker
from bot.services import preparation

AT_ONCE = 8

Rows = list[list[dict[str, Any]]]


def offer(turn: Turn, speaker: Speaker) -> Rows:
    """A way to choose a sentence where words are waited for; nothing in a language without sentences."""
    if not _subjects(turn, speaker):
        return []
    return [[turn.button("phrases.open_button", "phrases.open", speaker=speaker.value, of=place(turn))]]


def _subjects(turn: Turn, speaker: str) -> list[str]:
    phrases = turn.tools.phrasebook.shipped
    known = phrases.subjects.get(speaker, {})
    return [subject for subject in known if phrases.to_choose(speaker, subject, turn.language)]


def place(turn: Turn) -> dict[str, Any]:
    """Where words at this door go now; a sentence that was shown for another place must not be said here."""
    waits_for = turn.door.state.get("waits_for")
    if waits_for:
        return {"waits_for": waits_for}
    run_id = turn.door.state.get("run")
    try:
        run = preparation.own_run(turn.session, turn.person, run_id) if run_id else None
    except NotFoundError:
        run = None
    return {"run": run.id, "step": State.from_json(run.state).step} if run else {}


def _open(turn: Turn, action: dict[str, Any]) -> None:
    """The subjects to choose from."""
    if not _still_there(turn, action):
        return
    kept = {name: action[name] for name in ("speaker", "of")}
    label = turn.texts.label
    turn.say(
        "phrases.subjects",
        buttons=[
            [
                speech.button(
                    label(turn.language, "phrases.subject_name", {"subject": subject}),
                    "phrases.list",
                    subject=subject,
                    start=0,
                    **kept,
                )
            ]
            for subject in _subjects(turn, action["speaker"])
        ],
    )


def _list(turn: Turn, action: dict[str, Any]) -> None:
    """Some sentences about a subject, whole in the message and on buttons, with a way on and back."""
    if not _still_there(turn, action):
        return
    speaker, subject, start = action["speaker"], action["subject"], action["start"]
    found = turn.tools.phrasebook.shipped.to_choose(speaker, subject, turn.language)
    shown = found[start : start + AT_ONCE]
    kept = {name: action[name] for name in ("speaker", "of")}
    rows: Rows = [
        [speech.button(f"{number}. {sentence}", "phrases.say", key=key, of=action["of"])]
        for number, (key, sentence) in enumerate(shown, start + 1)
    ]
    steer = []
    if start:
        back = max(0, start - AT_ONCE)
        steer.append(turn.button("phrases.back_button", "phrases.list", subject=subject, start=back, **kept))
    if start + AT_ONCE < len(found):
        further = start + AT_ONCE
        steer.append(
            turn.button("phrases.further_button", "phrases.list", subject=subject, start=further, **kept)
        )
    rows += [steer, [turn.button("phrases.subjects_button", "phrases.open", **kept)]]
    turn.say(
        "phrases.sentences",
        buttons=rows,
        subject=subject,
        start=start + 1,
        # A messenger cuts off what does not fit on a button; our own page shows buttons whole.
        sentences=[] if turn.door.kind == DoorKind.WEB.value else [sentence for _key, sentence in shown],
    )


def _say(turn: Turn, action: dict[str, Any]) -> None:
    """The sentence came in as if it had been typed; the router takes it from there."""
    sentence = turn.tools.phrasebook.shipped.sentence(action["key"], turn.language)
    if sentence is None or not _still_there(turn, action):
        return
    turn.say("phrases.chosen", sentence=sentence)
    turn.incoming = replace(turn.incoming, kind=InputKind.WORDS, text=sentence, button="", message_key="")


def _still_there(turn: Turn, action: dict[str, Any]) -> bool:
    """Whether words still go where they went when the sentences were offered; else the person is told."""
    if action["of"] == place(turn):
        return True
    turn.say("phrases.old", buttons=[[turn.button("menu.menu_button", "menu.open")]])
    return False


ACTIONS = {"phrases.open": _open, "phrases.list": _list, "phrases.say": _say}
