"""Writes messages to doors: a macro with plain parameters, made into words for one reader, again when needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.content.texts import Texts
from bot.model.agreements import Confirmation
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import Door
from bot.model.translation import Saying, Translation
from bot.services import passes, sayings
from bot.services.tools import Tools

Buttons = Sequence[Sequence[dict[str, Any]]]

_WRITE = insert(Outgoing)


def button(
    label: str,
    do: str,
    *,
    if_read: int | None = None,
    unless_read: int | None = None,
    if_translated: int | None = None,
    if_not_offered: Sequence[int] | None = None,
    if_left_to_people: int | None = None,
    **arguments: Any,
) -> dict[str, Any]:
    """A button that does `do` ("subject.action"); `if_read`/`unless_read` name a saying that must (not) be readable.

    With `if_read` the action also gets the mark of the words that were there to read first. `if_translated` names
    a saying that must be shown in other words than its own, `if_not_offered` sayings of which one at least is in a
    language that no translator knows, `if_left_to_people` a saying that no computer will translate.
    """
    made: dict[str, Any] = {"label": label, "action": {"do": do, **arguments}}
    conditions = {
        "if_read": if_read,
        "unless_read": unless_read,
        "if_translated": if_translated,
        "if_not_offered": if_not_offered,
        "if_left_to_people": if_left_to_people,
    }
    return {**made, **{name: given for name, given in conditions.items() if given is not None}}


def link(label: str, address: str, *, mini_app: bool = False) -> dict[str, Any]:
    """A button that opens a page, with `mini_app` inside the messenger, which then vouches for the person."""
    return {"label": label, "link": address, **({"mini_app": True} if mini_app else {})}


def saying_parameter(saying: Saying | None) -> dict[str, int] | None:
    """A parameter that becomes a `sayings.Shown` in the reader's language when the message is written."""
    return None if saying is None else {"saying": saying.id}


def confirmed_words_parameter(confirmation: Confirmation | None) -> dict[str, int] | None:
    """A parameter that becomes the words that somebody confirmed."""
    return None if confirmation is None else {"words_confirmed": confirmation.id}


def translation_parameter(translation: Translation) -> dict[str, int]:
    """A parameter that becomes the words of the translation; the saying itself must be a parameter too."""
    return {"translation": translation.id}


def moment_parameter(moment: datetime | None) -> dict[str, str] | None:
    """A parameter that becomes a datetime again."""
    return None if moment is None else {"moment": moment.isoformat()}


def day_parameter(day: date | None) -> dict[str, str] | None:
    """A parameter that becomes a date again."""
    return None if day is None else {"day": day.isoformat()}


def write(
    session: Session,
    tools: Tools,
    texts: Texts,
    door: Door,
    macro: str,
    *,
    language: str | None = None,
    buttons: Buttons = (),
    protect: bool = False,
    attachment_id: int | None = None,
    not_before: datetime | None = None,
    counted: bool = False,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """A message waits to go out by this door; its id. Sayings in it are asked for in the reader's language."""
    language = language or door.person.language
    parameters = dict(parameters or {})
    for saying_id in sayings.named_in(parameters):
        saying = session.get_one(Saying, saying_id)
        if saying.author_id != door.person_id:  # own words need no translation, and may not be shared yet
            sayings.want_in(session, tools, saying, language)
    return _wait(
        session,
        tools,
        door_id=door.id,
        door_kind=door.kind,
        address=door.address,
        macro=macro,
        parameters=parameters,
        language=language,
        protect=protect,
        attachment_id=attachment_id,
        not_before=not_before,
        counted=counted,
        **_in_words(session, texts, macro, parameters, buttons, language, door.person_id),
    )


def write_to_stranger(
    session: Session, tools: Tools, texts: Texts, door_kind: str, address: str, language: str, macro: str
) -> int:
    """A message without any personal content waits to go to an address that is nobody's door; its id."""
    return _wait(
        session,
        tools,
        door_id=None,
        door_kind=door_kind,
        address=address,
        macro=macro,
        parameters={},
        language=language,
        protect=False,
        **_in_words(session, texts, macro, {}, (), language, None),
    )


def _wait(session: Session, tools: Tools, **columns: Any) -> int:
    """The row is inserted at once, past the unit of work: nobody changes it in this transaction."""
    now = tools.clock.now()
    has_link = any("link" in made for row in columns["buttons"] for made in row)
    columns |= {
        "state": OutgoingState.WAITING.value,
        "edited": False,
        "attempts": 0,
        "made_at": now,
        "link_until": now + passes.LIFETIME if has_link else None,
    }
    written = session.connection().execute(_WRITE, columns)
    assert written.inserted_primary_key is not None
    return int(written.inserted_primary_key.id)


def put_into_words(session: Session, texts: Texts, outgoing: Outgoing) -> None:
    """Body, hidden buttons and `awaits_translation` are what the parameters give now."""
    reader_id = outgoing.door.person_id if outgoing.door else None
    words = _in_words(
        session,
        texts,
        outgoing.macro,
        outgoing.parameters,
        outgoing.buttons,
        outgoing.language,
        reader_id,
    )
    for column, value in words.items():
        setattr(outgoing, column, value)


def _in_words(
    session: Session,
    texts: Texts,
    macro: str,
    parameters: Mapping[str, Any],
    buttons: Buttons,
    language: str,
    reader_id: int | None,
) -> dict[str, Any]:
    """The columns of a message that its parameters decide."""
    shown: list[sayings.Shown] = []

    def said(saying_id: int) -> sayings.Shown:
        one = sayings.shown(session.get_one(Saying, saying_id), language, reader_id)
        shown.append(one)
        return one

    meanings: dict[str, Callable[[Any], Any]] = {
        "saying": said,
        "translation": lambda one: session.get_one(Translation, one).words,
        "words_confirmed": lambda one: session.get_one(Confirmation, one).words_shown,
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
    }

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (name := next(iter(value))) in meanings:
            return meanings[name](value[name])
        return {name: resolve(inner) for name, inner in value.items()}

    body = texts.say(language, macro, {name: resolve(value) for name, value in parameters.items()})
    readable = {one.saying_id: one for one in shown if one.in_own_language}
    unreadable = [one for one in shown if not one.in_own_language]
    return {
        "body": body,
        "buttons": [[_with_visibility(made, readable, unreadable) for made in row] for row in buttons if row],
        "awaits_translation": any(one.waiting for one in shown),
    }


def _with_visibility(
    made: dict[str, Any], readable: Mapping[int, sayings.Shown], unreadable: Sequence[sayings.Shown]
) -> dict[str, Any]:
    """The button as it is now; the mark of what was read stays that of the first time, however often it is edited."""
    translated = made.get("if_translated")
    not_offered = {one.saying_id for one in unreadable if one.not_offered}
    left_to_people = {one.saying_id for one in unreadable if one.left_to_people}
    hidden = (
        ("if_read" in made and made["if_read"] not in readable)
        or ("unless_read" in made and made["unless_read"] in readable)
        or (translated is not None and not (translated in readable and readable[translated].translated))
        or ("if_not_offered" in made and not_offered.isdisjoint(made["if_not_offered"]))
        or ("if_left_to_people" in made and made["if_left_to_people"] not in left_to_people)
    )
    made = {**made, "hidden": hidden}
    if "if_read" in made and not hidden and "seen" not in made["action"]:
        made["action"] = {**made["action"], "seen": readable[made["if_read"]].mark}
    return made


@dataclass(frozen=True)
class ShownButton:
    """A button as a door shows it; `id` comes back in `Incoming.button` when it is tapped."""

    id: str
    label: str
    link: str | None
    mini_app: bool = False


def visible_buttons(outgoing: Outgoing) -> list[list[ShownButton]]:
    """The rows of buttons a door shows now."""
    rows: list[list[ShownButton]] = []
    index = 0
    for row in outgoing.buttons:
        visible = []
        for made in row:
            if not made.get("hidden"):
                shown = ShownButton(
                    f"{outgoing.id}.{index}", made["label"], made.get("link"), made.get("mini_app", False)
                )
                visible.append(shown)
            index += 1
        if visible:
            rows.append(visible)
    return rows


def action_of(outgoing: Outgoing, index: int) -> dict[str, Any] | None:
    """What the button with this index does; None where there is no such visible button."""
    flat = [made for row in outgoing.buttons for made in row]
    if not 0 <= index < len(flat) or flat[index].get("hidden"):
        return None
    action: dict[str, Any] | None = flat[index].get("action")
    return action


def change_buttons(tools: Tools, outgoing: Outgoing, buttons: Buttons) -> None:
    """The message shows other buttons; one that was sent already is edited at its door."""
    outgoing.buttons = [[{**made, "hidden": False} for made in row] for row in buttons if row]
    _mark_changed(tools, outgoing)


def translation_arrived(session: Session, tools: Tools, texts: Texts, saying_id: int) -> None:
    """Every message that waited for this translation shows it, and the buttons that depend on it."""
    for outgoing in session.scalars(select(Outgoing).where(Outgoing.awaits_translation.is_(True))):
        if saying_id in sayings.named_in(outgoing.parameters):
            put_into_words(session, texts, outgoing)
            _mark_changed(tools, outgoing)


def words_changed(session: Session, tools: Tools, texts: Texts, saying_id: int, language: str) -> None:
    """Every message that shows this saying in the language shows the words of now."""
    for outgoing in sayings.showing(session, saying_id):
        if outgoing.language == language:
            put_into_words(session, texts, outgoing)
            _mark_changed(tools, outgoing)


def _mark_changed(tools: Tools, outgoing: Outgoing) -> None:
    """The message is edited at its door if it was sent, also if another process noted that since we read the row."""
    outgoing.changed_at = tools.clock.now()
    was_sent: Any = Outgoing.state == OutgoingState.SENT.value  # the database decides, when this is written
    outgoing.edited = was_sent
