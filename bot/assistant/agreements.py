"""Agreements in the chat of a guardian: see, confirm, say it in own words, ask a change."""

from typing import Any

from bot.assistant import help as helping
from bot.assistant import menu, speech
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.model.agreements import Agreement, AgreementVersion, Result, Understanding
from bot.model.errors import DomainError
from bot.model.people import Person
from bot.services import agreement_words, looking_back
from bot.services import agreements as service


def open_agreements(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person sees the agreements about the child, the newest first."""
    require_confirmed_door(turn)
    child = turn.chosen_child()
    if child is None:
        menu.choose_child(turn, {"do": "agreements.open"})
        return
    found = service.of_child(turn.session, turn.tools, turn.person, child)
    if not found:
        turn.say(
            "agreements.nothing_yet",
            buttons=[[turn.button("menu.menu_button", "menu.open")]],
            child=child.first_name,
        )
        return
    for agreement in found:
        show(turn, agreement)
    menu.offer(turn)


def require_confirmed_door(turn: Turn) -> None:
    """Passes if stored words may be shown at this door; raises DomainError("door_not_confirmed")."""
    if not turn.door.reads_back:
        raise DomainError("door_not_confirmed")


def show(turn: Turn, agreement: Agreement) -> None:
    """One agreement with what this person can do about it."""
    turn.say(
        "agreements.one",
        buttons=buttons(turn, turn.person, agreement.current),
        protect=True,
        **parameters(agreement.current, turn.person),
    )


def parameters(version: AgreementVersion, reader: Person) -> dict[str, Any]:
    """What the macro agreements.one needs."""
    standing = [one for one in version.confirmations if one.lapsed_at is None]
    return {
        "what": speech.saying_parameter(version.saying),
        "owner": version.owner,
        "due_on": speech.day_parameter(version.due_on),
        "look_back_on": speech.day_parameter(version.look_back_on),
        "state": version.agreement.state,
        "number": version.number,
        "confirmed_by": [one.person.name for one in standing],
        "confirmed_by_me": any(one.person_id == reader.id for one in standing),
        "before": _before(version),
        "was": speech.confirmed_words_parameter(agreement_words.lapsed_by_correction(version, reader.id)),
        "outcomes": [
            {
                "name": one.person.name,
                "for_school": one.for_school,
                "result": one.result,
                "said": speech.saying_parameter(one.saying),
            }
            for one in looking_back.standing(version)
        ],
        "goes_on": version.agreement.earlier_id is not None,
    }


def _before(version: AgreementVersion) -> dict[str, Any] | None:
    """What the version before said where it said something else; None for a first version."""
    earlier = [one for one in version.agreement.versions if one.number < version.number]
    if not earlier:
        return None
    before = earlier[-1]
    return {
        "what": speech.saying_parameter(before.saying) if before.saying_id != version.saying_id else None,
        "owner": before.owner,
        "due_on": speech.day_parameter(before.due_on),
        "look_back_on": speech.day_parameter(before.look_back_on),
    }


def buttons(voice: Voice, person: Person, version: AgreementVersion) -> list[list[dict[str, Any]]]:
    """Confirm only if the text is readable; else the two ways to say how one knows what it says."""
    named = any(party.person_id == person.id for party in version.agreement.parties)
    confirmed = any(one.person_id == person.id and one.lapsed_at is None for one in version.confirmations)
    rows: list[list[dict[str, Any]]] = []
    wish_change = voice.button("agreements.wish_change_button", "agreements.wish_change", version=version.id)
    child_id = version.agreement.child_id
    below = [
        *helping.reading_buttons(voice, child_id, version.saying),
        *ask_rows(voice, child_id, saying=version.saying_id),
    ]
    if version.agreement.state == "active":
        return [*(outcome_buttons(voice, version) if named else []), [wish_change], *below]
    if version.agreement.state != "proposed":
        return [[wish_change], *below]
    if named and not confirmed:
        saying = version.saying_id
        confirm = {"version": version.id, "digest": version.digest}
        own, original = Understanding.OWN_LANGUAGE.value, Understanding.READS_ORIGINAL.value
        explained = Understanding.EXPLAINED.value
        rows = [
            [
                voice.button(
                    "agreements.confirm_button", "agreements.confirm", if_read=saying, how=own, **confirm
                )
            ],
            [
                voice.button(
                    "agreements.reads_original_button",
                    "agreements.understood",
                    unless_read=saying,
                    how=original,
                    **confirm,
                )
            ],
            [
                voice.button(
                    "agreements.explained_button",
                    "agreements.understood",
                    unless_read=saying,
                    how=explained,
                    **confirm,
                )
            ],
        ]
    rows.append(
        [
            voice.button("agreements.teach_back_button", "agreements.teach_back", version=version.id),
            wish_change,
        ]
    )
    return [*rows, *below]


def outcome_buttons(voice: Voice, version: AgreementVersion) -> list[list[dict[str, Any]]]:
    """How it went, in one tap; what is tapped can be changed by tapping another one."""
    return [
        [
            voice.button(
                f"looking_back.{result.value}_button",
                "looking_back.report",
                version=version.id,
                result=result.value,
            )
            for result in Result
        ]
    ]


def _version(turn: Turn, version_id: int) -> AgreementVersion:
    require_confirmed_door(turn)
    version = service.find_version(turn.session, turn.tools, turn.person, version_id)
    turn.remember(child=turn.own_child(version.agreement.child_id).id)
    return version


def _current(turn: Turn, version_id: int) -> AgreementVersion | None:
    """The version if it still stands; else the person sees the newer text instead."""
    version = _version(turn, version_id)
    if version.id != version.agreement.current.id:
        turn.say("agreements.changed_meanwhile")
        show(turn, version.agreement)
        return None
    return version


def _understood(turn: Turn, action: dict[str, Any]) -> None:
    """The person says how they know the text; now it can be confirmed."""
    version = _current(turn, action["version"])
    if version is not None:
        again = {name: action[name] for name in ("version", "digest", "how")}
        turn.say(
            "agreements.understood",
            buttons=[[turn.button("agreements.confirm_button", "agreements.confirm", **again)]],
            protect=True,
            original=version.saying.original,
            how=action["how"],
        )


def _confirm(turn: Turn, action: dict[str, Any]) -> None:
    version = _current(turn, action["version"])
    if version is None:
        return
    how = Understanding(action["how"])
    seen = action.get("seen") if how is Understanding.OWN_LANGUAGE else None
    try:
        service.confirm(turn.session, turn.tools, turn.person, version, action["digest"], how, seen=seen)
    except DomainError as error:
        if error.code != "words_corrected":
            raise
        turn.say("errors.words_corrected")
        show(turn, version.agreement)
        return
    turn.say(
        "agreements.confirmed",
        buttons=[
            [turn.button("agreements.teach_back_button", "agreements.teach_back", version=version.id)],
            [turn.button("menu.menu_button", "menu.open")],
        ],
        active=version.agreement.state == "active",
    )


def _ask_words(macro: str, what: str) -> Any:
    def handler(turn: Turn, action: dict[str, Any]) -> None:
        version = _version(turn, action["version"])
        turn.wait_for(what, version=version.id)
        turn.say(macro, buttons=[[turn.button("common.never_mind_button", "menu.open")]])

    return handler


def _said(use: Any, thanks: str) -> Any:
    def handler(turn: Turn, waits_for: dict[str, Any]) -> None:
        version = _version(turn, waits_for["version"])
        child = turn.own_child(version.agreement.child_id)
        turn.stop_waiting()
        use(turn.session, turn.tools, turn.person, version, turn.keep_saying(child))
        turn.say(thanks, buttons=[[turn.button("menu.menu_button", "menu.open")]])

    return handler


ACTIONS = {
    "agreements.open": open_agreements,
    "agreements.understood": _understood,
    "agreements.confirm": _confirm,
    "agreements.teach_back": _ask_words("agreements.ask_teach_back", "agreements.taught_back"),
    "agreements.wish_change": _ask_words("agreements.ask_change", "agreements.change_wished"),
}
COMMANDS = {"agreements": open_agreements}
WAITING = {
    "agreements.taught_back": _said(service.teach_back, "agreements.thanks_teach_back"),
    "agreements.change_wished": _said(service.wish_change, "agreements.thanks_change"),
}
