"""A teacher sets a talk in the chat."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.conversation import Conversation
from bot.model.school_days import Holiday, SchoolDays
from bot.model.translation import Saying
from bot.services import conversation, dossier, preparation
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.phones import Phone, open_phone, state_of
from tests.cast import Cast

IN_A_WEEK = datetime(2026, 9, 8, 13, 0, tzinfo=UTC)  # 15:00 at the school, in summer time


@pytest.fixture
def marieke(database: Database, tools: Tools, texts: Texts, cast: Cast) -> Phone:
    """Juf Marieke's phone; she reads English here, the language of the templates."""
    return open_phone(database, tools, texts, cast.marieke, "en")


def _label(phone: Phone, question: str, key: str) -> str:
    return phone.tools.scripts["talk"].text("en", question, "label", key)


def _choose(phone: Phone, question: str, key: str) -> None:
    phone.tap(_label(phone, question, key))


def _talks(phone: Phone) -> list[Conversation]:
    with phone.database.reading() as session:
        found = list(session.scalars(select(Conversation).order_by(Conversation.id)))
        for one in found:
            session.refresh(one, ["goal_saying", "place_saying"])
        session.expunge_all()
        return found


def _fill_in(
    phone: Phone, *, whom: str = "together", goal: str | None = None, serious: str = "none"
) -> Phone:
    """The form about Kuba up to its summary: Tuesday in a week at three, at school."""
    phone.command("group").tap("Kuba").tap("Plan a talk")
    _choose(phone, "TA01", "begin")
    _choose(phone, "TA02", whom)
    phone.write("8-9-2026").write("15:00")
    _choose(phone, "TA05", "30")
    _choose(phone, "TA06", "school")
    if goal is None:
        _choose(phone, "TA07", "meet")
        _choose(phone, "TA07", "goals")
        phone.tap("Ready")
    else:
        phone.tap(phone.texts.label("en", "preparation.other_button")).write(goal)
    _choose(phone, "TA08", "parents")
    _choose(phone, "TA08", "interpreter")
    phone.tap("Ready")
    _choose(phone, "TA09", serious)
    return phone.tap("Ready")


def test_a_talk_is_planned_with_a_form(
    marieke: Phone, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """All that an invitation states is asked; one button plans, and the parents hear it (002-goal-known)."""
    parent = open_phone(database, tools, texts, cast.pieter, "en")
    _fill_in(marieke)
    assert "Tuesday, 8 September 2026" in marieke.text
    assert _talks(marieke) == []
    marieke.tap("Plan the talk")
    (talk,) = _talks(marieke)
    assert (talk.planned_at, talk.length_minutes, talk.place, talk.moment) == (
        IN_A_WEEK,
        30,
        "school",
        "begin",
    )
    assert (talk.goals, talk.people) == (["meet", "goals"], ["parents", "interpreter"])
    assert (talk.child_id, talk.guardian_id) == (cast.kuba.id, None)
    assert "draft" not in state_of(marieke)
    assert "Tuesday, 8 September 2026" in parent.all()[-1].body
    marieke.tap("Back to the child")
    assert "Tuesday, 8 September 2026" in marieke.text


def test_the_next_ten_school_days_are_buttons(marieke: Phone) -> None:
    """Weekdays only, from tomorrow on; a tap is as good as typing."""
    marieke.command("group").tap("Kuba").tap("Plan a talk")
    _choose(marieke, "TA01", "extra")
    _choose(marieke, "TA02", "together")
    days = [button.label for button in marieke.buttons("2026")]
    assert days[0] == "Wednesday, 2 September 2026"
    assert days[-1] == "Tuesday, 15 September 2026"
    assert len(days) == 10
    assert not any(day.startswith(("Saturday", "Sunday")) for day in days)
    marieke.tap("Thursday, 3 September").tap("15:30")
    assert marieke.tools.scripts["talk"].text("en", "TA05", "ask") in marieke.text


def test_holidays_are_no_buttons(marieke: Phone) -> None:
    """The next ten days at school are offered, the day before the holidays and the days after them."""
    free = Holiday(date(2026, 9, 3), date(2026, 9, 10), "vrij")
    rhythm = replace(marieke.tools.rhythm, school_days=SchoolDays(holidays=(free,)))
    marieke.tools = replace(marieke.tools, rhythm=rhythm)
    marieke.command("group").tap("Kuba").tap("Plan a talk").tap("Skip").tap("Skip")
    days = [button.label for button in marieke.buttons("2026")]
    assert days[:2] == ["Wednesday, 2 September 2026", "Friday, 11 September 2026"]
    assert len(days) == 10


def test_several_choices_are_marked_in_place(marieke: Phone) -> None:
    """Marking a goal changes the buttons of the message, it brings no new one."""
    marieke.command("group").tap("Kuba").tap("Plan a talk")
    for _ in range(6):
        marieke.tap("Skip")
    before = len(marieke.all())
    _choose(marieke, "TA07", "meet")
    assert len(marieke.all()) == before
    assert marieke.buttons("✓ " + _label(marieke, "TA07", "meet"))


def test_a_talk_needs_its_answers(marieke: Phone) -> None:
    """Everything can be skipped, but without a goal nothing is planned: it is asked again (001-p03)."""
    marieke.command("group").tap("Kuba").tap("Plan a talk")
    for _ in range(9):
        marieke.tap("Skip")
    marieke.tap("Plan the talk")
    assert "A talk needs a day." in marieke.text
    marieke.write("8-9-2026").tap("Plan the talk")
    assert "A talk needs a time." in marieke.text
    marieke.write("15.00").tap("Plan the talk")
    assert "Please choose which talk it is." in marieke.text
    _choose(marieke, "TA01", "mid")
    marieke.tap("Plan the talk")
    assert "A talk needs a goal." in marieke.text
    _choose(marieke, "TA07", "goals")
    marieke.tap("Ready").tap("Plan the talk")
    assert "Please choose a place." in marieke.text
    _choose(marieke, "TA06", "phone")
    marieke.tap("Plan the talk")
    assert "Please choose who is there." in marieke.text
    _choose(marieke, "TA08", "parents")
    marieke.tap("Ready").tap("Plan the talk")
    (talk,) = _talks(marieke)
    assert (talk.planned_at, talk.length_minutes, talk.place) == (IN_A_WEEK, 15, "phone")


def test_a_moment_that_has_passed_is_asked_again(marieke: Phone, clock: MovableClock) -> None:
    """A form that waited too long does not plan in the past."""
    _fill_in(marieke)
    clock.move(days=10)
    marieke.tap("Plan the talk")
    assert "This moment is over." in marieke.text
    assert _talks(marieke) == []
    marieke.write("22-9-2026").tap("Plan the talk")
    assert _talks(marieke)[0].planned_at == datetime(2026, 9, 22, 13, 0, tzinfo=UTC)


def test_words_are_kept_apart_from_the_form(
    marieke: Phone, database: Database, tools: Tools, cast: Cast
) -> None:
    """Own words of the goal are a saying about the child; the door remembers its number only (004-dossier-5)."""
    _fill_in(marieke, goal="Praten over de nieuwe groep.")
    assert "Praten over" not in repr(state_of(marieke))
    assert "Praten over de nieuwe groep." in marieke.text
    with database.reading() as session:
        on = cast.at(session)
        view = dossier.view(session, tools, on.pieter, on.kuba, as_staff=False)
        assert [draft.author for draft in view.drafts] == ["juf Marieke"]
    marieke.tap("Plan the talk")
    (talk,) = _talks(marieke)
    assert talk.goals == ["other"]
    assert talk.goal_saying is not None
    assert talk.goal_saying.original == "Praten over de nieuwe groep."


def test_words_that_are_replaced_are_gone(marieke: Phone, database: Database) -> None:
    """Answering again leaves no earlier words behind."""
    _fill_in(marieke, goal="Praten over de oude groep.")
    ask = marieke.tools.scripts["talk"].text("en", "TA07", "ask")
    marieke.tap("Change something").tap(ask)
    marieke.write("Praten over de nieuwe groep.")
    with database.reading() as session:
        assert session.scalars(select(Saying.original)).all() == ["Praten over de nieuwe groep."]


def test_a_talk_apart_asks_with_whom(
    marieke: Phone, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """With two guardians one is chosen; the other one hears nothing (002-separated-talk)."""
    mother, father = (open_phone(database, tools, texts, one, "en") for one in (cast.agnieszka, cast.pieter))
    _fill_in(marieke, whom="apart")
    assert not marieke.offers("Plan the talk")
    marieke.tap("With: Pieter")
    assert "With: Pieter de Vries" in marieke.text
    marieke.tap("Plan the talk")
    (talk,) = _talks(marieke)
    assert talk.guardian_id == cast.pieter.id
    assert len(father.all()) == 1
    assert mother.all() == []


def test_a_talk_can_be_changed(marieke: Phone) -> None:
    """The form stands at its summary with what the talk says; only what is changed changes."""
    _fill_in(marieke, goal="Praten over de oude groep.").tap("Plan the talk")
    marieke.tap("Back to the child").tap("Change talk")
    assert "Praten over de oude groep." in marieke.text
    marieke.tap("Change something").tap(marieke.tools.scripts["talk"].text("en", "TA04", "ask"))
    marieke.write("16:30").tap("Plan the talk")
    (talk,) = _talks(marieke)
    assert talk.planned_at == datetime(2026, 9, 8, 14, 30, tzinfo=UTC)
    assert talk.goal_saying is not None
    assert talk.goal_saying.original == "Praten over de oude groep."
    marieke.tap("Back to the child").tap("Change talk")
    marieke.tap("Change something").tap(marieke.tools.scripts["talk"].text("en", "TA02", "ask"))
    _choose(marieke, "TA02", "apart")
    marieke.tap("Plan the talk")
    assert "With whom the talk is cannot change." in marieke.text
    assert _talks(marieke)[0].guardian_id is None


def test_held_closes_sharing(marieke: Phone, database: Database, tools: Tools, cast: Cast) -> None:
    """Marking held asks once more, then sharing can no longer be taken back."""
    _fill_in(marieke).tap("Plan the talk")
    marieke.tap("Back to the child").tap("Talk was held")
    assert _talks(marieke)[0].held_at is None
    marieke.tap("Yes, it was held")
    assert _talks(marieke)[0].held_at == tools.clock.now()
    assert marieke.offers("Propose an agreement")
    with database.reading() as session:
        on = cast.at(session)
        assert conversation.held_for(session, on.kuba, on.agnieszka)
        assert preparation.run_of(session, on.agnieszka, on.kuba) is None
    marieke.tap("Back to the child")
    assert not marieke.offers("Talk was held")


def test_a_talk_is_called_off(
    marieke: Phone, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Calling off asks once more; the parents read it."""
    parent = open_phone(database, tools, texts, cast.pieter, "en")
    _fill_in(marieke).tap("Plan the talk")
    told = len(parent.all())
    marieke.tap("Back to the child").tap("Call off").tap("Yes, call it off")
    assert _talks(marieke)[0].cancelled_at == tools.clock.now()
    assert len(parent.all()) == told + 1
    marieke.tap("Back to the child")
    assert "No talk is planned." in marieke.text


def test_a_form_can_stop_and_go_on(marieke: Phone, clock: MovableClock) -> None:
    """Stopped, the menu in between, days later: the form stands where it was."""
    marieke.command("group").tap("Kuba").tap("Plan a talk")
    _choose(marieke, "TA01", "begin")
    marieke.tap("Stop")
    clock.move(days=3)
    marieke.command("menu").tap("Go on with the form")
    assert marieke.tools.scripts["talk"].text("en", "TA02", "ask") in marieke.text
    marieke.tap("Back")
    assert marieke.tools.scripts["talk"].text("en", "TA01", "ask") in marieke.text


def test_another_form_asks_what_becomes_of_this_one(marieke: Phone, database: Database) -> None:
    """One form at a time: go on, or throw it away and its words with it."""
    _fill_in(marieke, goal="Praten over de nieuwe groep.")
    marieke.command("group").tap("Abel").tap("Propose an agreement")
    assert "You have a form that is not finished." in marieke.text
    old_finish = marieke.buttons("Plan the talk")[0].id
    marieke.tap("Throw it away and begin again")
    assert marieke.tools.scripts["agreement"].text("en", "AG01", "ask") in marieke.text
    with database.reading() as session:
        assert session.scalars(select(Saying.id)).all() == []
    marieke.tap_id(old_finish)
    assert marieke.texts.say("en", "errors.old_button") in marieke.text
    assert _talks(marieke) == []


def test_throwing_away_sends_nothing(marieke: Phone, database: Database) -> None:
    """After a second question the form and its words are gone."""
    _fill_in(marieke, goal="Praten over de nieuwe groep.")
    marieke.tap("Throw away").tap("Yes, throw it away")
    assert "draft" not in state_of(marieke)
    assert _talks(marieke) == []
    with database.reading() as session:
        assert session.scalars(select(Saying.id)).all() == []


def test_a_button_of_an_older_question_is_answered_kindly(marieke: Phone) -> None:
    """An old button changes nothing and the question that stands now is shown again."""
    marieke.command("group").tap("Kuba").tap("Plan a talk")
    old = marieke.buttons(_label(marieke, "TA01", "extra"))[0].id
    _choose(marieke, "TA01", "begin")
    marieke.tap_id(old)
    assert marieke.texts.say("en", "errors.old_button") in marieke.text
    assert marieke.tools.scripts["talk"].text("en", "TA02", "ask") in marieke.text


def test_what_does_not_fit_is_asked_again(marieke: Phone) -> None:
    """A word for a date, a voice message for a choice: a clear sentence and the same question."""
    marieke.command("group").tap("Kuba").tap("Plan a talk")
    marieke.speak()
    assert "I could not use this here." in marieke.text
    marieke.write("maandag of zo")
    assert marieke.texts.say("en", "preparation.choice_needed") in marieke.text
    marieke.tap("Skip").tap("Skip").write("ooit")
    assert marieke.texts.say("en", "errors.date_not_understood") in marieke.text
    marieke.tap("Skip").write("laat")
    assert marieke.texts.say("en", "errors.time_not_understood") in marieke.text
    for _ in range(3):
        marieke.tap("Skip")
    why = marieke.texts.label("en", "preparation.why_button")
    assert marieke.tools.scripts["talk"].text("en", "TA07", "why") in marieke.tap(why).text
