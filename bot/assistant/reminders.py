"""Reminders, the teachers' news of a day, and what a guardian is told together; and the answers to them."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import looking_back
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice, voices_of
from bot.content.texts import Texts
from bot.model.messages import HelpKind
from bot.model.people import Person
from bot.model.rhythm import Gathered, ReminderKind, at
from bot.services import reminders as service
from bot.services import rhythm
from bot.services.reminders import Due
from bot.services.tools import Tools

MOST_BUTTONS = 12


def is_anything_due(session: Session, tools: Tools) -> bool:
    """Whether `tell_due` may find something to write; answered without changing anything."""
    return (
        any(True for _due in _reminders(session, tools))
        or bool(rhythm.people_with_untold(session, at_school=True, before=_latest_digest(tools)))
        or bool(rhythm.people_with_untold(session, at_school=False, before=_start_of_today(tools)))
    )


def _reminders(session: Session, tools: Tools) -> Iterator[Due]:
    """What is due, if anybody may be reached now."""
    frames = (tools.rhythm.teachers, tools.rhythm.guardians)
    now = tools.clock.now()
    if tools.rhythm.reminders and any(frame.next_allowed(tools.clock, now) <= now for frame in frames):
        yield from service.agreements_due(session, tools)
        yield from service.preparations_due(session, tools)


def tell_due(session: Session, tools: Tools, texts: Texts) -> None:
    """Everything that is due now is written, each once (001-hold-to-agreements, 004-too-much-info)."""
    for due in list(_reminders(session, tools)):
        _remind(session, tools, texts, due)
    _digests(session, tools, texts)
    _news(session, tools, texts)


def _remind(session: Session, tools: Tools, texts: Texts, due: Due) -> None:
    """The reminder goes out, in the hours of its reader; a second worker or a second look finds it claimed."""
    voices = [
        voice
        for voice in voices_of(session, tools, texts, due.person, due.child)
        if due.version is None or voice.door.reads_back
    ]
    # It is written only when it can go: until then what it is about may be done.
    if not voices or voices[0].push is None or voices[0].push.at > tools.clock.now():
        return
    if not service.claim(session, tools, due.kind, due.subject_id, due.person.id, due.stage):
        return
    for voice in voices:
        if due.version is None:
            _remind_to_prepare(voice, due)
        else:
            _ask_about_agreement(voice, due)


def _remind_to_prepare(voice: Voice, due: Due) -> None:
    about = {"child": due.child.id}
    voice.say(
        "reminders.prepare",
        buttons=[
            [voice.button("menu.prepare_button", "menu.chosen", then={"do": "preparation.open"}, **about)],
            [voice.button("reminders.not_now_button", "reminders.not_now", **about)],
        ],
        child=due.child.first_name,
        planned_at={"moment": due.planned_at.isoformat()} if due.planned_at else None,
        last=due.stage == len(service.BEFORE_TALK_SCHOOL_DAYS),
    )


def _ask_about_agreement(voice: Voice, due: Due) -> None:
    assert due.version is not None
    at_school = voice.push is not None and voice.push.at_school
    voice.say(
        f"looking_back.{due.kind.value}",
        buttons=looking_back.question_buttons(voice, due.version, at_school=at_school),
        protect=True,
        child=due.child.first_name,
        **looking_back.text_parameters(voice, due.version, at_school=at_school),
    )


def _digests(session: Session, tools: Tools, texts: Texts) -> None:
    """Each teacher reads the news of a school day in one message, at the time the school set."""
    until = _latest_digest(tools)
    for person in rhythm.people_with_untold(session, at_school=True, before=until):
        _tell_together(session, tools, texts, person, ReminderKind.DIGEST, until)


def _latest_digest(tools: Tools) -> datetime:
    """The last moment up to now at which the news of a day come together; without a digest it is now."""
    clock, minute = tools.clock, tools.rhythm.digest_minute
    if minute is None:
        return clock.now()
    day = clock.today()
    while not tools.rhythm.school_days.includes(day) or at(clock, day, minute) > clock.now():
        day -= timedelta(days=1)
    return at(clock, day, minute)


def _start_of_today(tools: Tools) -> datetime:
    return at(tools.clock, tools.clock.today(), 0)


def _news(session: Session, tools: Tools, texts: Texts) -> None:
    """A guardian who got enough messages this week reads the rest in one, the next morning at the earliest."""
    today = _start_of_today(tools)
    for person in rhythm.people_with_untold(session, at_school=False, before=today):
        if rhythm.left_this_week(session, tools, person, tools.clock.now()) != 0:
            _tell_together(session, tools, texts, person, ReminderKind.NEWS, today)


def _tell_together(
    session: Session, tools: Tools, texts: Texts, person: Person, kind: ReminderKind, until: datetime
) -> None:
    """One message with counts for each child, and a button for each; once a day."""
    at_school = kind is ReminderKind.DIGEST
    if rhythm.next_moment(session, tools, person, at_school=at_school) > tools.clock.now():
        return
    day = tools.clock.today().toordinal()
    if not service.claim(session, tools, kind, day, person.id, 1):
        return
    found = rhythm.untold(session, person.id, at_school=at_school, before=until)
    for one in found:
        one.told_at = tools.clock.now()
    names = rhythm.names_of(session, {one.child_id for one in found if one.child_id is not None})
    if not found:
        return
    lines = [
        _line(name, child_id, found) for child_id, name in sorted(names.items(), key=lambda pair: pair[1])
    ]
    for voice in voices_of(session, tools, texts, person, spare=0):
        assert voice.push is not None
        voice.push.at = tools.clock.now()
        children = [
            [{"label": name, "action": _open(child_id, at_school=at_school)}]
            for child_id, name in names.items()
        ]
        last = [] if at_school else [[voice.button("menu.menu_button", "menu.open")]]
        voice.say(
            "reminders.digest" if at_school else "reminders.news",
            buttons=[*children[:MOST_BUTTONS], *last],
            children=lines,
        )


def _line(name: str, child_id: int, found: list[Gathered]) -> dict[str, Any]:
    """What there is about one child: kinds and how many, never words."""
    kinds = Counter(one.kind for one in found if one.child_id == child_id)
    return {"name": name, "news": [{"kind": kind, "count": count} for kind, count in sorted(kinds.items())]}


def _open(child_id: int, *, at_school: bool) -> dict[str, Any]:
    if at_school:
        return {"do": "group.child", "child": child_id}
    return {"do": "menu.chosen", "child": child_id, "then": {"do": "dossier.open"}}


def _not_now(turn: Turn, action: dict[str, Any]) -> None:
    """No more reminders of this; the other ways are offered (004-feasible)."""
    child = turn.own_child(action["child"])
    turn.remember(child=child.id)
    service.want_no_more(turn.session, turn.tools, turn.person, child)
    rows = [
        [turn.button(f"help.{kind.value}_button", "help.wanted", kind=kind.value)]
        for kind in (HelpKind.PERSON, HelpKind.PHONE, HelpKind.PAPER)
    ]
    turn.say("reminders.not_now", buttons=[*rows, [turn.button("menu.menu_button", "menu.open")]])


ACTIONS = {"reminders.not_now": _not_now}
