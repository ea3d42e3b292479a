"""What the forms of a child's page wish: one function each, from the fields to a service.

Dates and times are the school's. What is unclear is said with a code; kept.py knows at which field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.agreements import Agreement, Understanding
from bot.model.conversation import Conversation
from bot.model.errors import DomainError, NotFoundError
from bot.model.messages import HelpWish, Message
from bot.model.people import Child, Door, Person
from bot.model.preparation import Answer
from bot.model.report import Goal, Report
from bot.services import (
    access,
    agreements,
    circle,
    conversation,
    looking_back,
    messages,
    people,
    report,
    sayings,
)
from bot.services import help as help_wishes
from bot.services.tools import Tools
from bot.web.requests import Form
from bot.web.visits import known_id

FIRST_YEAR, LAST_YEAR = 2000, 2199
DATE_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
TIME_FORMS = ("%H:%M", "%H:%M:%S", "%H.%M")


@dataclass(frozen=True)
class Wish:
    """One form about one child, and all that is needed to do what it asks."""

    session: Session
    tools: Tools
    actor: Person
    child: Child
    form: Form


def day(text: str, code: str) -> date:
    """The date as typed or picked; DomainError(code) where it is none."""
    for pattern in DATE_FORMS:
        try:
            found = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007  (a date has no zone)
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise DomainError(code)


def _clock_time(text: str) -> time:
    for pattern in TIME_FORMS:
        try:
            return datetime.strptime(text.strip(), pattern).time()  # noqa: DTZ007  (the zone comes with the date)
        except ValueError:
            continue
    raise DomainError("time_unclear")


def moment(form: Form, tools: Tools) -> datetime:
    """Day and time of a form, in the zone of the school; DomainErrors date_unclear and time_unclear."""
    on, at = day(form.text("date"), "date_unclear"), _clock_time(form.text("time"))
    return datetime.combine(on, at, tzinfo=tools.clock.zone).astimezone(UTC)


def _talk_fields(wish: Wish) -> dict[str, Any]:
    form = wish.form
    return {
        "moment": form.text("moment"),
        "planned_at": moment(wish.form, wish.tools),
        "length_minutes": min(form.number("length") or 0, conversation.LONGEST_MINUTES + 1),
        "place": form.text("place"),
        "goals": form.several.get("goal", []),
        "people": form.several.get("people", []),
        "place_words": form.text("place_words"),
        "goal_words": form.text("goal_words"),
        "serious": form.several.get("serious", []),
    }


def _plan_talk(wish: Wish) -> None:
    apart_with = wish.form.text("guardian")
    conversation.plan(
        wish.session,
        wish.tools,
        wish.actor,
        wish.child,
        guardian=_guardian(wish, wish.form.number("guardian")) if apart_with else None,
        held=bool(wish.form.text("held")),
        **_talk_fields(wish),
    )


def _change_talk(wish: Wish) -> None:
    talk = _talk(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    conversation.change(wish.session, wish.tools, wish.actor, talk, **_talk_fields(wish))


def _mark_held(wish: Wish) -> None:
    talk = _talk(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    conversation.mark_held(wish.session, wish.tools, wish.actor, talk)


def _cancel_talk(wish: Wish) -> None:
    talk = _talk(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    conversation.cancel(wish.session, wish.tools, wish.actor, talk)


def _agreement_fields(wish: Wish) -> dict[str, Any]:
    return {
        "words": wish.form.text("words"),
        "owner": wish.form.text("owner"),
        "due_on": day(wish.form.text("due_on"), "due_unclear"),
        "look_back_on": day(wish.form.text("look_back_on"), "look_back_unclear"),
    }


def _propose(wish: Wish) -> None:
    named = [_guardian(wish, person_id) for person_id in wish.form.numbers("guardian")]
    talk_id = wish.form.number("talk")
    talk = _talk(wish.session, wish.tools, wish.actor, wish.child, talk_id) if talk_id else None
    agreements.propose(
        wish.session,
        wish.tools,
        wish.actor,
        wish.child,
        guardians=named,
        conversation=talk,
        **_agreement_fields(wish),
    )


def _change_agreement(wish: Wish) -> None:
    agreement = _agreement(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    if wish.form.number("version") != agreement.current.id:
        raise DomainError("agreement_changed")
    agreements.change(wish.session, wish.tools, wish.actor, agreement, **_agreement_fields(wish))


def _confirm_agreement(wish: Wish) -> None:
    agreement = _agreement(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    version = agreement.current
    readable = sayings.shown(version.saying, wish.actor.language).in_own_language
    how = Understanding.OWN_LANGUAGE if readable else Understanding.READS_ORIGINAL
    digest, seen = wish.form.text("digest"), (wish.form.text("fingerprint") or None) if readable else None
    agreements.confirm(wish.session, wish.tools, wish.actor, version, digest, how.value, seen=seen)


def _close_agreement(wish: Wish) -> None:
    agreement = _agreement(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    agreements.close(wish.session, wish.tools, wish.actor, agreement, wish.form.text("state"))


def _say_outcome(wish: Wish) -> None:
    """How it went, for the school; with words or without."""
    agreement = _agreement(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    if wish.form.number("version") != agreement.current.id:
        raise DomainError("agreement_changed")
    words = wish.form.text("words")
    said = (
        sayings.keep(wish.session, wish.tools, wish.actor, words, child=wish.child) if words.strip() else None
    )
    looking_back.report(
        wish.session, wish.tools, wish.actor, agreement.current, wish.form.text("result"), said
    )


def _carry_over(wish: Wish) -> None:
    agreement = _agreement(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    looking_back.carry_over(wish.session, wish.tools, wish.actor, agreement, **_agreement_fields(wish))


def _write(wish: Wish) -> None:
    guardian = _guardian(wish, wish.form.number("target"))
    words = wish.form.text("words")
    if not words.strip():
        raise DomainError("words_needed")
    saying = sayings.keep(wish.session, wish.tools, wish.actor, words, child=wish.child)
    messages.write(wish.session, wish.tools, wish.actor, wish.child, guardian, saying)


def _ask(wish: Wish) -> None:
    """A question about one answer of a guardian."""
    answer = wish.session.get(Answer, known_id(wish.form.number("target")))
    if answer is None or answer.run.child_id != wish.child.id:
        raise NotFoundError
    words = wish.form.text("words")
    if not words.strip():
        raise DomainError("words_needed")
    saying = sayings.keep(wish.session, wish.tools, wish.actor, words, child=wish.child)
    guardian = _guardian(wish, answer.run.person_id)
    messages.write(wish.session, wish.tools, wish.actor, wish.child, guardian, saying, about=answer)


def _mark_read(wish: Wish) -> None:
    """Every message that stood on the page when the button was pressed."""
    for message_id in wish.form.numbers("message"):
        message = wish.session.get(Message, known_id(message_id))
        if message is None or message.child_id != wish.child.id:
            raise NotFoundError
        messages.mark_read(wish.session, wish.tools, wish.actor, message)


def _settle(wish: Wish) -> None:
    found = wish.session.get(HelpWish, known_id(wish.form.number("target")))
    if found is None or found.child_id != wish.child.id:
        raise NotFoundError
    help_wishes.settle(wish.session, wish.tools, wish.actor, found)


def _confirm_door(wish: Wish) -> None:
    door = _door(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    people.confirm_door(wish.session, wish.tools, wish.actor, door)


def _end_door(wish: Wish) -> None:
    door = _door(wish.session, wish.tools, wish.actor, wish.child, wish.form.number("target"))
    people.end_door(wish.session, wish.tools, wish.actor, door)


def _finish_report(wish: Wish) -> None:
    report.finish(wish.session, wish.tools, wish.actor, _shown_report(wish))


def _release_report(wish: Wish) -> None:
    guardian = _guardian(wish, wish.form.number("guardian"))
    report.release(
        wish.session, wish.tools, wish.actor, _shown_report(wish), guardian, wish.form.text("words")
    )


def _close_goal(wish: Wish) -> None:
    goal = wish.session.get(Goal, known_id(wish.form.number("target")))
    if goal is None or goal.child_id != wish.child.id:
        raise NotFoundError
    report.close_goal(wish.session, wish.tools, wish.actor, goal)


ACTIONS: dict[str, Callable[[Wish], None]] = {
    "plan_talk": _plan_talk,
    "change_talk": _change_talk,
    "mark_held": _mark_held,
    "cancel_talk": _cancel_talk,
    "propose": _propose,
    "change_agreement": _change_agreement,
    "confirm_agreement": _confirm_agreement,
    "close_agreement": _close_agreement,
    "say_outcome": _say_outcome,
    "carry_over": _carry_over,
    "write": _write,
    "ask": _ask,
    "mark_read": _mark_read,
    "settle": _settle,
    "confirm_door": _confirm_door,
    "end_door": _end_door,
    "finish_report": _finish_report,
    "release_report": _release_report,
    "close_goal": _close_goal,
}


def _shown_report(wish: Wish) -> Report:
    found = report.find(wish.session, wish.tools, wish.actor, known_id(wish.form.number("target")))
    if found.child_id != wish.child.id:
        raise NotFoundError
    return found


def _guardian(wish: Wish, person_id: int | None) -> Person:
    return circle.guardianship(wish.session, wish.child, known_id(person_id)).person


def _talk(session: Session, tools: Tools, actor: Person, child: Child, talk_id: int | None) -> Conversation:
    talk = conversation.find(session, tools, actor, known_id(talk_id))
    if talk.child_id != child.id:
        raise NotFoundError
    subject = Subject.CONVERSATION if talk.guardian_id is None else Subject.OWN_CONVERSATION
    access.require(session, tools, actor, child, Action.PLAN, subject)
    return talk


def _agreement(
    session: Session, tools: Tools, actor: Person, child: Child, agreement_id: int | None
) -> Agreement:
    agreement = agreements.find(session, tools, actor, known_id(agreement_id))
    if agreement.child_id != child.id:
        raise NotFoundError
    access.require(session, tools, actor, child, Action.PROPOSE, Subject.AGREEMENT)
    return agreement


def _door(session: Session, tools: Tools, actor: Person, child: Child, door_id: int | None) -> Door:
    door = session.get(Door, known_id(door_id))
    if door is None:
        raise NotFoundError
    circle.guardianship(session, child, door.person_id)
    access.require(session, tools, actor, child, Action.END, Subject.DOOR, owner_id=door.person_id)
    return door


def _sure_about_talk(
    session: Session, tools: Tools, actor: Person, child: Child, target: int
) -> dict[str, Any]:
    talk = _talk(session, tools, actor, child, target)
    with_whom = session.get(Person, talk.guardian_id) if talk.guardian_id else None
    return {"talk": talk, "with_whom": with_whom.name if with_whom else ""}


def _sure_about_agreement(
    session: Session, tools: Tools, actor: Person, child: Child, target: int
) -> dict[str, Any]:
    agreement = _agreement(session, tools, actor, child, target)
    return {"said": sayings.shown(agreement.current.saying, actor.language)}


def _sure_about_door(
    session: Session, tools: Tools, actor: Person, child: Child, target: int
) -> dict[str, Any]:
    door = _door(session, tools, actor, child, target)
    return {"door": door, "owner": door.person.name}


TO_BE_SURE: dict[str, Callable[[Session, Tools, Person, Child, int], dict[str, Any]]] = {
    "mark_held": _sure_about_talk,
    "cancel_talk": _sure_about_talk,
    "close_agreement": _sure_about_agreement,
    "end_door": _sure_about_door,
}
