"""The first minutes at a door: language, notice, consent. Nothing said is kept before that is done."""

from typing import Any

from bot.assistant import language as languages
from bot.assistant import menu
from bot.assistant.turn import Turn
from bot.content.catalogues import own_name
from bot.model.people import DoorKind
from bot.model.privacy import ConsentPurpose
from bot.services import access, invitations, people, privacy
from bot.services.events import EventKind, happened

LANGUAGE, ABOUT, CONSENT = "language", "about", "consent"


def start(turn: Turn) -> None:
    """The person is asked for a language; the one from the roster, then the phone's, stands first."""
    person = turn.person
    phone = (turn.incoming.phone_language or "").split("-")[0].lower()
    if not person.language_chosen and person.wished_language and phone in turn.tools.languages:
        person.language = phone
    _show(turn, LANGUAGE)


def answer(turn: Turn, action: dict[str, Any] | None) -> None:
    """A door that is not welcomed yet: only its own buttons work; words are not kept and the person is told."""
    if action and action["do"] in ACTIONS:
        ACTIONS[action["do"]](turn, action)
        return
    if turn.said_something:
        turn.say("welcome.not_kept_yet")
    _show(turn, turn.door.state.get("welcome", LANGUAGE))


def _show(turn: Turn, step: str) -> None:
    turn.remember(welcome=step)
    {LANGUAGE: _ask_language, ABOUT: _tell_about, CONSENT: _ask_consent}[step](turn)


def _ask_language(turn: Turn) -> None:
    buttons = []
    for language in languages.in_order(turn, turn.language):
        label = "welcome.language_chosen" if language == turn.language else "welcome.language_other"
        name = turn.texts.label(turn.language, label, {"name": own_name(language)})
        buttons.append({"label": name, "action": {"do": "welcome.language", "language": language}})
    turn.say(
        "welcome.choose_language",
        buttons=languages.in_rows(buttons),
        school=turn.person.school.name,
        unread=languages.unread(turn),
    )


def _language(turn: Turn, action: dict[str, Any]) -> None:
    people.choose_language(turn.session, turn.tools, turn.person, action["language"])
    wish = turn.person.wished_language
    if wish:
        turn.say("welcome.wish_noted", wish=wish)
    _show(turn, ABOUT)


def _tell_about(turn: Turn) -> None:
    macro = "welcome.about_staff" if _only_staff(turn) else "welcome.about"
    turn.say(
        macro,
        buttons=[
            [turn.button("welcome.read_button", "welcome.read")],
            [turn.button("welcome.language_button", "welcome.again")],
        ],
        school=turn.person.school.name,
    )


def _again(turn: Turn, _action: dict[str, Any]) -> None:
    _show(turn, LANGUAGE)


def _read(turn: Turn, _action: dict[str, Any]) -> None:
    privacy.acknowledge(turn.session, turn.tools, turn.person)
    if turn.door.kind == DoorKind.TELEGRAM and not privacy.consents(
        turn.session, turn.person, ConsentPurpose.TELEGRAM
    ):
        _show(turn, CONSENT)
    else:
        _finish(turn)


def _ask_consent(turn: Turn) -> None:
    turn.say(
        "welcome.telegram_consent",
        buttons=[
            [turn.button("welcome.telegram_yes", "welcome.telegram_yes")],
            [turn.button("welcome.telegram_no", "welcome.telegram_no")],
        ],
        staff=_only_staff(turn),
    )


def _telegram_yes(turn: Turn, _action: dict[str, Any]) -> None:
    if not privacy.has_acknowledged(turn.session, turn.person):
        _show(turn, ABOUT)
        return
    privacy.consent(turn.session, turn.tools, turn.person, ConsentPurpose.TELEGRAM)
    _finish(turn)


def _telegram_no(turn: Turn, _action: dict[str, Any]) -> None:
    token = invitations.invite(turn.session, turn.tools, turn.person)
    label = turn.texts.label(turn.language, "welcome.web_button")
    turn.say(
        "welcome.without_telegram",
        buttons=[
            [{"label": label, "link": f"{turn.tools.public_url}/i/{token}"}],
            [turn.button("welcome.telegram_yes", "welcome.telegram_yes")],
        ],
    )


def _finish(turn: Turn) -> None:
    if turn.door.welcomed_at is None:
        turn.door.welcomed_at = turn.tools.clock.now()
        turn.remember(welcome=None)
        if turn.children() and turn.door.reads_back:  # confirmed meanwhile: what waited is shown now
            happened(turn.session, EventKind.DOOR_CONFIRMED, turn.door.id, turn.person.id)
        elif not _only_staff(turn):
            turn.say("welcome.done")
    menu.open_menu(turn)


def _only_staff(turn: Turn) -> bool:
    return access.is_staff(turn.session, turn.person) and not turn.children()


ACTIONS = {
    "welcome.language": _language,
    "welcome.again": _again,
    "welcome.read": _read,
    "welcome.telegram_yes": _telegram_yes,
    "welcome.telegram_no": _telegram_no,
}
