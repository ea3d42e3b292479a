"""Words of the school, explained: asked for in the chat, chosen from a list, or tapped below a question.

An explanation answers nothing: what was waited for is asked again.
"""

from typing import Any

from sqlalchemy import select

from bot.assistant import phrases, preparation, registry, speech
from bot.assistant.school_word_buttons import word_of
from bot.assistant.turn import Turn
from bot.model.incoming import InputKind
from bot.model.messages import Outgoing

AT_ONCE = 8

Rows = list[list[dict[str, Any]]]


def answered(turn: Turn) -> bool:
    """Whether the words only asked what a school word means; then that is told, and what waits is asked again.

    Sent once more, the same question is an answer like any other.
    """
    told = turn.door.state.get("explained")
    if told:
        turn.remember(explained=None)
    if turn.incoming.kind is not InputKind.WORDS:
        return False
    key = turn.tools.school_words.asked(turn.incoming.text, turn.language)
    place = phrases.place(turn) if _waits(turn) else {}
    if key is None or told == {"key": key, "of": place}:
        return False
    if place:
        turn.remember(explained={"key": key, "of": place})
    _explain(turn, key, was_asked=bool(place))
    if not ask_again(turn) and not place:
        turn.say("menu.offer", buttons=[[_list_button(turn), turn.button("menu.menu_button", "menu.open")]])
    return True


def ask_again(turn: Turn) -> bool:
    """What this door waits for stands below everything again; False if nothing waits or it is not known."""
    waits_for = turn.door.state.get("waits_for")
    if not waits_for:
        return preparation.show_again(turn)
    subject = waits_for["what"].partition(".")[0]
    go_on = registry.ACTIONS.get(f"{subject}.go_on")
    if go_on and "form" in waits_for:
        go_on(turn, {})
        return True
    query = select(Outgoing).where(
        Outgoing.door_id == turn.door.id, Outgoing.macro.startswith(f"{subject}.", autoescape=True)
    )
    for asked in turn.session.scalars(query.order_by(Outgoing.id.desc()).limit(1)):
        turn.say(
            asked.macro,
            buttons=[[made for made in row if "link" not in made] for row in asked.buttons],
            protect=asked.protect,
            **asked.parameters,
        )
        return True
    return False


def open_list(turn: Turn, action: dict[str, Any] | None = None) -> None:
    """Some words, on buttons, with a way on and back, and to what waits."""
    start = (action or {}).get("start", 0)
    keys = turn.tools.school_words.known.keys
    rows: Rows = [
        [speech.button(_label(turn, key), "school_words.explain", key=key, start=start)]
        for key in keys[start : start + AT_ONCE]
    ]
    steer = []
    if start:
        back = max(0, start - AT_ONCE)
        steer.append(turn.button("school_words.back_button", "school_words.open", start=back))
    if start + AT_ONCE < len(keys):
        further = start + AT_ONCE
        steer.append(turn.button("school_words.further_button", "school_words.open", start=further))
    turn.say("school_words.all", buttons=[*rows, steer, [_way_back(turn)]])


def _waits(turn: Turn) -> bool:
    """Whether words at this door answer something now."""
    return bool(turn.door.state.get("waits_for")) or preparation.waits_for_words(turn)


def _way_back(turn: Turn) -> dict[str, Any]:
    """To the question that waits, or to the menu."""
    if _waits(turn):
        return turn.button("school_words.question_button", "school_words.go_on")
    return turn.button("menu.menu_button", "menu.open")


def _list_button(turn: Turn, start: int = 0) -> dict[str, Any]:
    return turn.button("school_words.open_button", "school_words.open", start=start)


def _label(turn: Turn, key: str) -> str:
    """The Dutch word with the person's own beside it."""
    dutch = turn.tools.school_words.known.words["nl"][key].shown
    return turn.texts.label(
        turn.language, "school_words.word_label", {"dutch": dutch, "word": word_of(turn, key)}
    )


def _explain(turn: Turn, key: str, *, was_asked: bool = False, rows: Rows | None = None) -> None:
    known = turn.tools.school_words.known
    found = known.explained(key, turn.language)
    if found is None:
        turn.say("errors.old_button", buttons=[[turn.button("menu.menu_button", "menu.open")]])
        return
    word, explained_in = found
    turn.say(
        "school_words.explained",
        buttons=rows or [],
        dutch=known.words["nl"][key].shown,
        word=word.shown,
        means=word.means,
        translated=explained_in == turn.language,
        was_asked=was_asked,
    )


def _tapped(turn: Turn, action: dict[str, Any]) -> None:
    """Below a question its own buttons still stand above; from the list one goes on reading."""
    start = action.get("start")
    rows = [] if start is None else [[_list_button(turn, start)], [_way_back(turn)]]
    _explain(turn, action["key"], rows=rows)


def _go_on(turn: Turn, _action: dict[str, Any]) -> None:
    if not ask_again(turn):
        registry.COMMANDS["menu"](turn)


def _command(turn: Turn) -> None:
    """All words, or the one that stands behind the command."""
    key = turn.tools.school_words.key_of(turn.incoming.argument, turn.language)
    if key is None:
        open_list(turn)
    else:
        _explain(turn, key, rows=[[_list_button(turn)], [_way_back(turn)]])


ACTIONS = {
    "school_words.open": open_list,
    "school_words.explain": _tapped,
    "school_words.go_on": _go_on,
}
COMMANDS = {"word": _command}
