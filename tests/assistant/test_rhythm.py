"""Quiet hours, a few messages a week, the news of a day, and reminders that stop (004-too-much-info)."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.content.rhythm_file import DEFAULT
from bot.demo.phones import DirectPhone
from bot.model.conversation import Conversation
from bot.model.messages import Outgoing
from bot.model.people import Door, Person
from bot.model.rhythm import Gathered, Reminder
from bot.model.school_days import Holiday, SchoolDays
from bot.services import conversation
from bot.services import help as help_service
from bot.workers.reminders import Reminders
from tests.assistant.labels import MENU, PREPARE, SHARE, SKIP, fixed
from tests.assistant.stage import Stage
from tests.assistant.test_looking_back import make_active

NOT_NOW = fixed("reminders.not_now_button")


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    """The school with the hours and numbers of a school that decided nothing, but every fact told on its own."""
    stage.tools = replace(stage.tools, rhythm=replace(DEFAULT, digest_minute=None))
    return stage


def _look(stage: Stage) -> None:
    """The loop looks, twice, as two workers would."""
    for _worker in range(2):
        Reminders(stage.database, stage.tools, stage.texts).look()


def _hour(stage: Stage, hour: int, *, days: int = 0) -> None:
    """The clock stands at this hour at the school, some days later."""
    local = stage.clock.local(stage.clock.now())
    wished = (local + timedelta(days=days)).replace(hour=hour, minute=0)
    stage.clock.move(seconds=(wished - local).total_seconds())


def _write(stage: Stage, count: int, to: Person | None = None) -> None:
    for number in range(count):
        stage.write(stage.cast.marieke, stage.cast.kuba, to or stage.cast.agnieszka, f"Bericht {number}.")


def test_nothing_comes_in_quiet_hours_but_answers_do(quiet: Stage) -> None:
    """A message written at night is read in the morning, in its order; the person's own steps are answered at once."""
    phone = quiet.joined(quiet.cast.agnieszka)
    _hour(quiet, 21)
    _write(quiet, 2)
    assert phone.looks().bubbles == []
    assert phone.command("menu").bubbles
    quiet.clock.move(hours=11)
    words = phone.looks().words
    assert words.index("Bericht 0.") < words.index("Bericht 1.")


def test_saturday_evening_waits_for_monday(quiet: Stage) -> None:
    """The whole Sunday is quiet."""
    phone = quiet.joined(quiet.cast.agnieszka)
    _hour(quiet, 21, days=4)
    _write(quiet, 1)
    _hour(quiet, 12, days=1)
    assert phone.looks().bubbles == []
    _hour(quiet, 8, days=1)
    assert "Bericht 0." in phone.looks().words


def test_a_teacher_is_left_alone_after_school(quiet: Stage) -> None:
    """Also by a call for help, which comes at eight the next school day."""
    teacher, parent = quiet.joined(quiet.cast.marieke), quiet.joined(quiet.cast.pieter)
    _hour(quiet, 18)
    parent.command("person")
    parent.tap(fixed("help.phone_button"))
    assert teacher.looks().bubbles == []
    _hour(quiet, 8, days=1)
    assert "wants to be called" in teacher.looks().words


def test_own_hours_within_the_schools(quiet: Stage) -> None:
    """Not before ten, and not at the weekend: chosen in the chat, and what the school does not allow is not offered."""
    phone = quiet.joined(quiet.cast.agnieszka)
    phone.command("settings")
    phone.tap(fixed("rhythm.from_button"))
    assert "7:00" not in phone.bubbles[-1].buttons
    assert "between 10:00 and 20:00" in phone.tap("10:00").words
    phone.tap(fixed("rhythm.no_weekend_button"))
    _hour(quiet, 9, days=1)
    _write(quiet, 1)
    assert phone.looks().bubbles == []
    _hour(quiet, 10)
    assert "Bericht 0." in phone.looks().words
    _hour(quiet, 12, days=3)  # Saturday
    _write(quiet, 1)
    assert phone.looks().bubbles == []
    phone.command("settings")
    assert "between 7:30 and 20:00" in phone.tap(fixed("rhythm.school_button")).words


def test_no_more_than_the_school_wants_in_a_week(quiet: Stage) -> None:
    """Four come as they are; what is over comes in one the next morning; then it waits (004-too-much-info)."""
    phone = quiet.joined(quiet.cast.agnieszka)
    _write(quiet, 7)
    assert len(phone.looks().bubbles) == 4
    _look(quiet)
    assert phone.looks().bubbles == []
    _hour(quiet, 9, days=1)
    _look(quiet)
    [news] = phone.looks().bubbles
    assert "3 messages" in news.words
    assert "Bericht" not in news.words
    _write(quiet, 1)
    _hour(quiet, 9, days=1)
    _look(quiet)
    assert phone.looks().bubbles == []
    _hour(quiet, 14, days=6)
    _look(quiet)
    assert "1 message" in phone.looks().words
    assert all(one.told_at for one in quiet.all(Gathered))


def test_a_talk_within_a_day_comes_all_the_same(quiet: Stage) -> None:
    """News of a talk tomorrow does not wait for a free place in the week; in the night it waits for the morning."""
    phone = quiet.joined(quiet.cast.agnieszka)
    _write(quiet, 6)
    phone.looks()
    quiet.plan_talk(quiet.cast.kuba)
    assert phone.looks().bubbles == []
    with quiet.database.writing() as session:
        talk = session.get_one(Conversation, 1)
        conversation.change(
            session,
            quiet.tools,
            quiet.cast.at(session).marieke,
            talk,
            moment="begin",
            planned_at=quiet.clock.now() + timedelta(hours=20),
            length_minutes=15,
            place="school",
            goals=["meet"],
            people=["parents"],
        )
        quiet.tell(session)
    assert "2 September 2026" in phone.looks().words


def test_two_phones_show_the_same_and_count_once(quiet: Stage) -> None:
    """A message at two phones of one parent is one message."""
    first, second = quiet.joined(quiet.cast.agnieszka), quiet.joined(quiet.cast.agnieszka)
    _write(quiet, 6)
    assert len(first.looks().bubbles) == len(second.looks().bubbles) == 4


def test_the_news_of_a_day_in_one_message(quiet: Stage) -> None:
    """A teacher reads at four, on a school day, with counts for each child; a call for help comes at once."""
    quiet.tools = replace(quiet.tools, rhythm=DEFAULT)
    teacher, parent = quiet.joined(quiet.cast.marieke), quiet.joined(quiet.cast.pieter)
    for _message in range(2):
        parent.command("write")
        parent.say("Goedemiddag.")
    assert teacher.looks().bubbles == []
    parent.command("person")
    parent.tap(fixed("help.phone_button"))
    assert "wants to be called" in teacher.looks().words
    _hour(quiet, 15)
    _look(quiet)
    assert teacher.looks().bubbles == []
    _hour(quiet, 16)
    _look(quiet)
    [digest] = teacher.looks().bubbles
    assert "2 messages" in digest.words
    assert "Goedemiddag" not in digest.words
    assert "Kuba" in digest.buttons
    assert teacher.tap("Kuba").bubbles
    _hour(quiet, 16, days=1)
    _look(quiet)
    assert teacher.looks().bubbles == []


def test_the_owner_is_reminded_before_and_both_sides_after(quiet: Stage) -> None:
    """Once before the day, once after it, once to look back, and never more (001-hold-to-agreements)."""
    phone, teacher = quiet.joined(quiet.cast.agnieszka), quiet.joined(quiet.cast.marieke)
    make_active(quiet, phone)
    teacher.looks()
    seen: dict[str, list[int]] = defaultdict(list)
    for day in range(60):
        _hour(quiet, 12, days=1)
        _look(quiet)
        for name, one in (("parent", phone), ("teacher", teacher)):
            if "agreement" in one.looks().words:
                seen[name].append(day + 1)
    # Due on 1 October, a Thursday: three school days before is 28 September; looked back on 11 October, a Sunday.
    assert seen == {"parent": [27, 31, 41], "teacher": [31, 41]}


def test_who_has_said_it_is_not_asked_again(quiet: Stage) -> None:
    """After an answer no reminder comes; a closed agreement is never mentioned again."""
    phone = quiet.joined(quiet.cast.agnieszka)
    make_active(quiet, phone)
    phone.tap(fixed("looking_back.done_button"))
    _hour(quiet, 12, days=31)
    _look(quiet)
    assert "agreement" not in phone.looks().words
    quiet.close_agreement()
    phone.looks()
    _hour(quiet, 12, days=20)
    _look(quiet)
    assert "agreement" not in phone.looks().words


def _days_reminded(stage: Stage, phone: DirectPhone, days: int) -> list[int]:
    """On which of the coming days the phone is reminded to prepare."""
    reminded = []
    for day in range(1, days + 1):
        _hour(stage, 12, days=1)
        _look(stage)
        if NOT_NOW in phone.looks().words:
            reminded.append(day)
    return reminded


def test_two_reminders_to_prepare_and_no_third(quiet: Stage) -> None:
    """A week and two after joining; on a Sunday one waits for Monday (002-stress-families)."""
    assert _days_reminded(quiet, quiet.joined(quiet.cast.pieter), 40) == [7, 14]


def test_school_days_before_a_planned_talk(quiet: Stage) -> None:
    """Five and two school days before: the talk is on Tuesday 8 September."""
    phone = quiet.joined(quiet.cast.pieter)
    quiet.plan_talk(quiet.cast.kuba)
    assert _days_reminded(quiet, phone, 6) == [1, 3]


def _with_holidays(stage: Stage, first: date, last: date) -> None:
    free = (Holiday(first, last, "vrij"),)
    rhythm = replace(
        stage.tools.rhythm,
        teachers=replace(stage.tools.rhythm.teachers, holidays=free),
        school_days=SchoolDays(holidays=free),
    )
    stage.tools = replace(stage.tools, rhythm=rhythm)


def test_holidays_are_no_school_days_before_a_talk(quiet: Stage) -> None:
    """The talk is on Tuesday 8 September, Friday and Monday are free: five before it is over, two is Wednesday."""
    _with_holidays(quiet, date(2026, 9, 4), date(2026, 9, 7))
    phone = quiet.joined(quiet.cast.pieter)
    quiet.plan_talk(quiet.cast.kuba)
    assert _days_reminded(quiet, phone, 6) == [1]


def test_in_the_holidays_teachers_are_left_alone_and_parents_are_not(quiet: Stage) -> None:
    """What a parent writes waits for the first school day; what the school wrote comes in the parents' hours."""
    _with_holidays(quiet, date(2026, 9, 2), date(2026, 9, 10))
    teacher, parent = quiet.joined(quiet.cast.marieke), quiet.joined(quiet.cast.pieter)
    _hour(quiet, 9, days=1)
    _write(quiet, 1, quiet.cast.pieter)
    quiet.write(quiet.cast.pieter, quiet.cast.kuba, quiet.cast.pieter, "Dag.")
    assert "Bericht 0." in parent.looks().words
    assert teacher.looks().bubbles == []
    _hour(quiet, 9, days=8)
    assert teacher.looks().bubbles == []
    _hour(quiet, 9, days=1)
    assert len(teacher.looks().bubbles) == 1


def test_the_news_of_the_holidays_come_on_the_first_school_day(quiet: Stage) -> None:
    """In one message at the usual time (004-too-much-info)."""
    quiet.tools = replace(quiet.tools, rhythm=DEFAULT)
    _with_holidays(quiet, date(2026, 9, 2), date(2026, 9, 10))
    teacher = quiet.joined(quiet.cast.marieke)
    _hour(quiet, 10, days=1)
    quiet.write(quiet.cast.pieter, quiet.cast.kuba, quiet.cast.pieter, "Dag.")
    _hour(quiet, 17, days=1)
    _look(quiet)
    assert teacher.looks().bubbles == []
    _hour(quiet, 16, days=8)
    _look(quiet)
    assert len(teacher.looks().bubbles) == 1


def test_ready_is_not_reminded(quiet: Stage) -> None:
    """It stops at once when the preparation is done."""
    phone = quiet.joined(quiet.cast.pieter)
    assert _days_reminded(quiet, phone, 8) == [7]
    phone.tap(PREPARE)
    phone.say("Hij is vrolijk.")
    while MENU not in phone.tap(SKIP).words:
        pass
    phone.tap(SHARE)
    assert _days_reminded(quiet, phone, 14) == []


def test_this_does_not_work_for_me_now(quiet: Stage) -> None:
    """One tap stops the reminders and offers the other ways (004-feasible)."""
    phone = quiet.joined(quiet.cast.pieter)
    assert _days_reminded(quiet, phone, 7) == [7]
    phone.tap(NOT_NOW)
    assert {fixed(f"help.{way}_button") for way in ("person", "phone", "paper")} <= set(
        phone.bubbles[-1].buttons
    )
    assert _days_reminded(quiet, phone, 20) == []


@pytest.mark.parametrize("kind", ["paper", "phone", "person"])
def test_who_asked_for_another_way_is_not_reminded(quiet: Stage, kind: str) -> None:
    """Also after the school has taken care of it (001-overloaded)."""
    phone = quiet.joined(quiet.cast.pieter)
    with quiet.database.writing() as session:
        here = quiet.cast.at(session)
        wish = help_service.ask(session, quiet.tools, here.pieter, here.kuba, kind)
        help_service.settle(session, quiet.tools, here.marieke, wish)
    assert _days_reminded(quiet, phone, 20) == []


def test_a_school_may_switch_reminders_off(quiet: Stage) -> None:
    """Then nobody is reminded of anything."""
    quiet.tools = replace(quiet.tools, rhythm=replace(quiet.tools.rhythm, reminders=False))
    assert _days_reminded(quiet, quiet.joined(quiet.cast.pieter), 20) == []
    assert quiet.all(Reminder) == []


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 3)),
        st.tuples(st.just("hours"), st.integers(1, 40)),
        st.tuples(st.just("talk"), st.just(0)),
        st.tuples(st.just("propose"), st.just(0)),
        st.tuples(st.just("confirm"), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=DEEDS)
def test_whatever_happens_nothing_is_pushed_at_the_wrong_time(
    quiet: Stage, deeds: list[tuple[str, Any]]
) -> None:
    """Never in quiet hours, and never more than the set number in any seven days (004-too-much-info)."""
    phone = quiet.joined(quiet.cast.selam)
    for deed, number in deeds:
        if deed == "write":
            for _message in range(number):
                quiet.write(quiet.cast.marieke, quiet.cast.abel, quiet.cast.selam, "Dag.")
        elif deed == "hours":
            quiet.clock.move(hours=number)
            _look(quiet)
        elif deed == "talk":
            quiet.plan_talk(quiet.cast.abel)
        elif deed == "propose":
            quiet.propose(quiet.cast.abel, "Samen lezen.")
        elif phone.buttons(fixed("agreements.explained_button")):
            phone.tap(fixed("agreements.explained_button"))
            phone.tap(fixed("agreements.confirm_button"))
    with quiet.reading() as session:
        query = select(Outgoing.not_before).join(Door, Door.id == Outgoing.door_id)
        query = query.where(Door.person_id == quiet.cast.selam.id, Outgoing.counted)
        pushed = sorted(moment for moment in session.scalars(query) if moment is not None)
    for moment in pushed:
        assert moment == DEFAULT.guardians.next_allowed(quiet.clock, moment)
        week = [one for one in pushed if moment <= one < moment + timedelta(days=7)]
        assert len(week) <= (DEFAULT.most_a_week or 0)
