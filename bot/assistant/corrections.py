"""Translations in the chat of a guardian: what may be wrong, better words, the original on top."""

from typing import Any

from bot.assistant import loose, speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.translation import Saying, Translation
from bot.services import corrections as service
from bot.services import sayings

Rows = list[list[dict[str, Any]]]


def tell_writer(voice: Voice, translation: Translation, macro: str) -> None:
    """A guardian hears of a translation of the own words, with all that can be done."""
    saying = translation.saying
    see = {"saying": saying.id, "language": translation.language}
    voice.say(
        macro,
        buttons=[
            [voice.button("corrections.see_button", "corrections.open", **see)],
            *_rephrase(voice, saying),
        ],
        protect=True,
        said=speech.saying_parameter(saying),
        doubts=list(translation.doubts),
    )


def _rephrase(voice: Voice, saying: Saying) -> Rows:
    """An answer can be changed; other words are said again in a message."""
    answer = service.answer_behind(voice.session, saying)
    if answer is not None and answer.run.withdrawn_at is None:
        about = {"run": answer.run_id, "question": answer.question}
        return [[voice.button("corrections.rephrase_button", "preparation.tap", wish="change", **about)]]
    return [[_to_school(voice, saying, "corrections.rephrase_button")]]


def _to_school(voice: Voice, saying: Saying, label: str) -> dict[str, Any]:
    return voice.button(label, "menu.chosen", child=saying.child_id, then={"do": "messages.open"})


def _open(turn: Turn, action: dict[str, Any]) -> None:
    """The person sees both texts and what can be done; the next words are better words."""
    require_confirmed_door(turn)
    language = action.get("language") or turn.language
    found = service.find_in(turn.session, turn.tools, turn.person, action["saying"], language, as_staff=False)
    seen = service.view(turn.session, turn.tools, turn.person, found, as_staff=False)
    turn.remember(child=turn.own_child(seen.child_id).id)
    turn.wait_for("corrections.said", translation=found.id, mark=seen.mark)
    about = {"translation": found.id}
    rows: Rows = []
    if seen.doubts:
        rows.append([turn.button("corrections.right_button", "corrections.use", mark=seen.mark, **about)])
    if not seen.own_words:
        first = not seen.original_first
        label = "corrections.original_button" if first else "corrections.translation_button"
        rows.append([turn.button(label, "corrections.order", first=first, **about)])
        rows.append([_to_school(turn, found.saying, "corrections.ask_writer_button")])
        rows += ask_rows(turn, seen.child_id, saying=found.saying_id)
    rows.append([turn.button("common.never_mind_button", "menu.open")])
    turn.say(
        "corrections.ask",
        buttons=rows,
        protect=True,
        said=speech.saying_parameter(found.saying),
        words=speech.translation_parameter(found),
        language=language,
        original_language=found.saying.written_in,
        doubts=list(seen.doubts),
    )


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    """The person sees both again, now with the own words; nothing has changed yet."""
    found = _found(turn, waits_for)
    child = turn.own_child(found.saying.child_id or 0)
    said = turn.keep_saying(child)
    if not said.original.strip():
        turn.stop_waiting()
        turn.say("corrections.type_please")
        loose.unused(turn, said)
        return
    if "said" in waits_for:  # written once more instead of tapped
        sayings.erase(turn.session, [turn.unused_words(waits_for["said"]).id])
    about = {"translation": found.id, "said": said.id}
    turn.wait_for("corrections.said", mark=waits_for["mark"], **about)
    again = {"saying": found.saying_id, "language": found.language, "said": said.id}
    turn.say(
        "corrections.both",
        buttons=[
            [turn.button("corrections.use_button", "corrections.use", mark=waits_for["mark"], **about)],
            [turn.button("corrections.again_button", "corrections.again", **again)],
            [turn.button("common.never_mind_button", "corrections.never_mind", said=said.id)],
        ],
        protect=True,
        said=speech.saying_parameter(found.saying),
        words=speech.translation_parameter(found),
        better=speech.saying_parameter(said),
        language=found.language,
        original_language=found.saying.written_in,
    )


def _use(turn: Turn, action: dict[str, Any]) -> None:
    """The words stand wherever the text is shown; without own words those that stand there are right."""
    found = _found(turn, action)
    said = turn.unused_words(action["said"]) if "said" in action else None
    service.correct(
        turn.session,
        turn.tools,
        turn.person,
        found,
        said.original if said else found.words or "",
        seen=action["mark"],
        as_staff=False,
    )
    turn.stop_waiting()
    if said is not None:
        sayings.erase(turn.session, [said.id])
    turn.say("corrections.thanks", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _again(turn: Turn, action: dict[str, Any]) -> None:
    sayings.erase(turn.session, [turn.unused_words(action["said"]).id])
    _open(turn, action)


def _never_mind(turn: Turn, action: dict[str, Any]) -> None:
    sayings.erase(turn.session, [turn.unused_words(action["said"]).id])
    turn.stop_waiting()
    turn.say("corrections.nothing_changed", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _order(turn: Turn, action: dict[str, Any]) -> None:
    """The original, or the translation, stands on top for this person from now on."""
    found, first = _found(turn, action), bool(action["first"])
    turn.stop_waiting()
    service.put_original_first(turn.session, turn.tools, turn.person, found, first=first, as_staff=False)
    speech.words_changed(turn.session, turn.tools, turn.texts, found.saying_id, found.language)
    turn.say(
        "corrections.ordered",
        buttons=[[turn.button("menu.menu_button", "menu.open")]],
        protect=True,
        said=speech.saying_parameter(found.saying),
        first=first,
    )


def _found(turn: Turn, action: dict[str, Any]) -> Translation:
    require_confirmed_door(turn)
    return service.find(turn.session, turn.tools, turn.person, action["translation"], as_staff=False)


ACTIONS = {
    "corrections.open": _open,
    "corrections.use": _use,
    "corrections.again": _again,
    "corrections.never_mind": _never_mind,
    "corrections.order": _order,
}
WAITING = {"corrections.said": _said}
