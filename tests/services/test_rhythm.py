"""Own hours within the school's: whatever is chosen, nobody is reached outside either of them."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.rhythm_file import DEFAULT
from bot.model.errors import DomainError
from bot.model.people import Teaching
from bot.model.rhythm import WEEKEND, Hours, OwnHours
from bot.services import rhythm
from tests.services.conftest import Stage

MINUTES = st.none() | st.integers(min_value=0, max_value=1500)


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    """The school keeps the hours of a school that decided nothing."""
    stage.tools = replace(stage.tools, rhythm=DEFAULT)
    return stage


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begins=MINUTES, ends=MINUTES, weekend=st.booleans(), at_school=st.booleans())
def test_hours_are_kept_or_refused_whole(
    quiet: Stage, begins: int | None, ends: int | None, weekend: bool, at_school: bool
) -> None:
    """What is taken is within the frame and holds as chosen; what is refused changes nothing (004-too-much-info)."""
    person = quiet.cast.pieter
    frame = rhythm.frame_of(quiet.tools, at_school=at_school)
    before = rhythm.hours_of(quiet.session, quiet.tools, person, at_school=at_school)
    wished = Hours(
        frame.days if weekend else frame.days - WEEKEND,
        frame.from_minute if begins is None else begins,
        frame.until_minute if ends is None else ends,
    )
    turned = wished.from_minute >= wished.until_minute
    outside = not turned and wished.within(frame) != wished
    refused = pytest.raises(DomainError, match="hours_turned" if turned else "hours_outside")
    with refused if turned or outside else nullcontext():
        rhythm.choose_hours(
            quiet.session,
            quiet.tools,
            person,
            from_minute=begins,
            until_minute=ends,
            weekend=weekend,
            at_school=at_school,
        )
    after = rhythm.hours_of(quiet.session, quiet.tools, person, at_school=at_school)
    assert after == (before if turned or outside else wished)
    assert after.within(frame) == after
    assert after.are_open


def test_the_frame_is_the_one_that_is_meant(quiet: Stage) -> None:
    """A teacher who is a parent chooses as a parent unless told otherwise; an evening is none of a teacher's hours."""
    person = quiet.cast.pieter
    quiet.session.add(Teaching(person_id=person.id, group_id=quiet.cast.group_6b.id))
    quiet.session.flush()
    evening: dict[str, Any] = {"from_minute": 1080, "until_minute": 1140, "weekend": True}
    with pytest.raises(DomainError, match="hours_outside"):
        rhythm.choose_hours(quiet.session, quiet.tools, person, **evening, at_school=True)
    rhythm.choose_hours(quiet.session, quiet.tools, person, **evening)
    assert rhythm.hours_of(quiet.session, quiet.tools, person, at_school=False).from_minute == 1080
    assert rhythm.hours_of(quiet.session, quiet.tools, person, at_school=True) == DEFAULT.teachers


def test_own_hours_outside_a_new_frame_are_the_schools(quiet: Stage) -> None:
    """A choice that a later frame leaves nothing of does not silence the school."""
    person = quiet.cast.agnieszka
    quiet.session.add(OwnHours(person_id=person.id, from_minute=1140, until_minute=1200, weekend=False))
    quiet.session.flush()
    frame = replace(DEFAULT.guardians, until_minute=1080)
    later = replace(quiet.tools, rhythm=replace(DEFAULT, guardians=frame))
    assert rhythm.hours_of(quiet.session, later, person, at_school=False) == frame
