"""Brings what came in to the subject it is for."""

import contextlib
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import (
    agreements,
    buddies,
    companions,
    composing_help,
    corrections,
    doors,
    dossier,
    gatherings,
    group,
    handing_over,
    help_requests,
    help_safety,
    helping,
    language,
    looking_back,
    loose,
    menu,
    messages,
    phrases,
    preparation,
    privacy,
    proposals,
    reminders,
    report,
    rhythm,
    school_words,
    speech,
    suggestion,
    talk,
    transcript,
    welcome,
)
from bot.assistant import (
    help as help_subject,
)
from bot.assistant.registry import ACTIONS, COMMANDS, WAITING
from bot.assistant.turn import Turn
from bot.content.texts import Texts
from bot.model.errors import DomainError
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import Outgoing
from bot.services import invitations
from bot.services.tools import Tools

SUBJECTS = (
    agreements,
    buddies,
    companions,
    composing_help,
    corrections,
    doors,
    dossier,
    gatherings,
    group,
    handing_over,
    help_subject,
    help_requests,
    help_safety,
    helping,
    language,
    looking_back,
    loose,
    menu,
    messages,
    phrases,
    preparation,
    privacy,
    proposals,
    reminders,
    report,
    rhythm,
    school_words,
    suggestion,
    talk,
    transcript,
    welcome,
)
HIGHEST_ROW = 2**31 - 1  # PostgreSQL refuses to look for a higher one
for _subject in SUBJECTS:
    ACTIONS.update(getattr(_subject, "ACTIONS", {}))
    COMMANDS.update(getattr(_subject, "COMMANDS", {}))
    WAITING.update(getattr(_subject, "WAITING", {}))


def answer(turn: Turn) -> None:
    """The person has an answer to what they did."""
    kind = turn.incoming.kind
    if turn.incoming.kind is InputKind.COMMAND and turn.incoming.text == "start" and turn.incoming.argument:
        _opened_again(turn)
    elif turn.door.welcomed_at is None:
        welcome.answer(turn, _action(turn) if kind is InputKind.TAP else None)
    elif kind is InputKind.TAP:
        _tapped(turn)
    elif kind is InputKind.COMMAND:
        command = COMMANDS.get(turn.incoming.text)
        if command is None:
            turn.say("errors.unknown_command", buttons=[[turn.button("menu.menu_button", "menu.open")]])
        else:
            command(turn)
    elif kind is InputKind.CORRECTION and loose.corrected(turn):
        return
    elif kind in {InputKind.UNREADABLE, InputKind.TOO_LARGE}:
        turn.say("errors.unreadable" if kind is InputKind.UNREADABLE else "errors.too_large")
        if turn.incoming.text.strip():  # what was written under the file is not lost with it
            turn.incoming = replace(turn.incoming, kind=InputKind.WORDS)
            _said(turn)
        else:
            _go_on(turn)
    else:
        _said(turn)


def _go_on(turn: Turn) -> None:
    """Where the person was is shown again."""
    if turn.door.state.get("waits_for") or not preparation.show_again(turn):
        menu.offer(turn)


def _tapped(turn: Turn) -> None:
    action = _action(turn)
    handler = ACTIONS.get(action.get("do", "")) if action else None
    if action is None or handler is None:
        turn.say("errors.old_button")
        menu.open_menu(turn)
        return
    handler(turn, action)
    if turn.incoming.kind is InputKind.WORDS:  # a ready sentence was tapped: it counts as typed
        _said(turn)


def _action(turn: Turn) -> dict[str, Any] | None:
    """What the tapped button does; None when it is not a button of this door."""
    named = named_button(turn.incoming)
    outgoing = turn.session.get(Outgoing, named[0]) if named else None
    if named is None or outgoing is None or outgoing.door_id != turn.door.id:
        return None
    return speech.action_of(outgoing, named[1])


def named_button(incoming: Incoming) -> tuple[int, int] | None:
    """The message and the place in it that the tapped button names; None where it names none."""
    number, _, index = incoming.button.partition(".")
    return (int(number), int(index)) if _is_number(number) and _is_number(index) else None


def _said(turn: Turn) -> None:
    if not turn.said_something:
        turn.say("errors.empty")
        return
    waits_for = turn.door.state.get("waits_for")
    if loose.is_outdated(turn) or (not _to_a_parent(waits_for) and school_words.answered(turn)):
        return
    handler = WAITING.get(waits_for["what"]) if waits_for else None
    if waits_for and handler:
        handler(turn, waits_for)
        if not turn.door.state.get("waits_for"):
            preparation.show_again(turn)
    elif not helping.perhaps_meant(turn) and not preparation.said(turn):
        loose.said(turn)


def _to_a_parent(waits_for: dict[str, Any] | None) -> bool:
    """Whether what is said now goes to another parent, who is asked what a word means."""
    return waits_for is not None and waits_for["what"] in {"helping.said", "help_requests.said"}


def _opened_again(turn: Turn) -> None:
    """Somebody opens an invitation at a door that is open already: nothing is burned, the same sentence for all."""
    turn.say("errors.already_connected")
    if turn.door.welcomed_at is None:
        welcome.answer(turn, None)
    else:
        menu.open_menu(turn)


def _is_number(text: str) -> bool:
    """Whether a database can hold this as a row number."""
    return (
        text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_ROW)) and int(text) <= HIGHEST_ROW
    )


def explain(turn: Turn, error: DomainError) -> None:
    """The person reads why it was refused, in a sentence chosen by the code; a parent's words are kept all the same."""
    macro = f"errors.{error.code}"
    turn.say(macro if turn.texts.knows(macro) else "errors.refused")
    if turn.door.welcomed_at is None:
        return
    if turn.said_something and turn.children():
        turn.stop_waiting()
        loose.said(turn)
    else:
        menu.offer(turn)


def answer_stranger(session: Session, tools: Tools, texts: Texts, incoming: Incoming) -> None:
    """A person whom no door belongs to: an invitation opens one, everything else gets one friendly sentence."""
    if incoming.kind is InputKind.COMMAND and incoming.text == "start" and incoming.argument:
        with contextlib.suppress(DomainError):
            door = invitations.use(session, tools, incoming.argument, incoming.door_kind, incoming.address)
            welcome.start(Turn(session, tools, texts, door, door.person, incoming))
            return
        macro = "errors.invitation_unusable"
    else:
        macro = "errors.stranger"
    speech.write_to_stranger(
        session, tools, texts, incoming.door_kind, incoming.address, phone_language(tools, incoming), macro
    )


def phone_language(tools: Tools, incoming: Incoming) -> str:
    """The language of somebody's phone, or Dutch where it is not shipped."""
    language_code = (incoming.phone_language or "").split("-")[0].lower()
    return language_code if language_code in tools.languages else "nl"
