"""When a person wants messages, within the hours of the school (004-too-much-info)."""

from typing import Any

from bot.assistant.turn import Turn
from bot.model.rhythm import WEEKEND, OwnHours
from bot.services import rhythm as service

HOUR = 60


def open_settings(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person sees when messages come, and can change it."""
    hours = service.hours_of(turn.session, turn.tools, turn.person, at_school=_at_school(turn))
    frame = service.frame_of(turn.tools, at_school=_at_school(turn))
    own = service.own_hours(turn.session, turn.person)
    rows = [
        [
            turn.button("rhythm.from_button", "rhythm.ask", part="from"),
            turn.button("rhythm.until_button", "rhythm.ask", part="until"),
        ]
    ]
    if not frame.days.isdisjoint(WEEKEND):
        weekend = own is None or own.weekend
        label = "rhythm.no_weekend_button" if weekend else "rhythm.weekend_button"
        rows.append([turn.button(label, "rhythm.choose", part="weekend", value=not weekend)])
    if own is not None:
        rows.append([turn.button("rhythm.school_button", "rhythm.choose", part="school", value=None)])
    turn.say(
        "rhythm.now",
        buttons=[*rows, [turn.button("menu.menu_button", "menu.open")]],
        begins=_clock(hours.from_minute),
        ends=_clock(hours.until_minute),
        weekdays=sorted(hours.days),
    )


def _at_school(turn: Turn) -> bool:
    return service.is_at_school(turn.session, turn.person)


def _clock(minute: int) -> str:
    """The time as everybody here writes it."""
    return f"{minute // HOUR}:{minute % HOUR:02}"


def _ask(turn: Turn, action: dict[str, Any]) -> None:
    """The whole hours that the school's frame and the other end leave."""
    frame = service.frame_of(turn.tools, at_school=_at_school(turn))
    hours = service.hours_of(turn.session, turn.tools, turn.person, at_school=_at_school(turn))
    begins, ends = (
        (frame.from_minute, hours.until_minute - HOUR)
        if action["part"] == "from"
        else (hours.from_minute + HOUR, frame.until_minute)
    )
    first = -(-begins // HOUR) * HOUR
    times = [
        {
            "label": _clock(minute),
            "action": {"do": "rhythm.choose", "part": action["part"], "value": minute},
        }
        for minute in range(first, ends + 1, HOUR)
    ]
    rows = [times[place : place + 4] for place in range(0, len(times), 4)]
    turn.say(
        "rhythm.ask_from" if action["part"] == "from" else "rhythm.ask_until",
        buttons=[*rows, [turn.button("common.never_mind_button", "rhythm.open")]],
    )


def _choose(turn: Turn, action: dict[str, Any]) -> None:
    own = service.own_hours(turn.session, turn.person) or OwnHours(
        from_minute=None, until_minute=None, weekend=True
    )
    wished: dict[str, Any] = {
        "from_minute": own.from_minute,
        "until_minute": own.until_minute,
        "weekend": own.weekend,
    }
    part, value = action["part"], action["value"]
    if part == "school":
        wished = {"from_minute": None, "until_minute": None, "weekend": True}
    elif part == "weekend":
        wished["weekend"] = bool(value)
    else:
        wished[f"{part}_minute"] = value
    service.choose_hours(turn.session, turn.tools, turn.person, **wished)
    turn.say("rhythm.chosen")
    open_settings(turn)


ACTIONS = {"rhythm.open": open_settings, "rhythm.ask": _ask, "rhythm.choose": _choose}
COMMANDS = {"settings": open_settings}
