"""Another parent comes along to a talk: what each of the three sides reads and taps."""

from datetime import timedelta
from typing import Any

import pytest

from bot.content.isolates import without_isolates
from bot.demo.phones import DirectPhone
from bot.dialog.script import Part
from bot.model.buddies import Task
from bot.model.conversation import Conversation
from bot.model.messages import HelpWish, Outgoing
from bot.model.people import Child, Person
from bot.model.teacher_preparation import CHOICES
from bot.services import buddies, conversation, helping
from tests.assistant.helps import helping as two_phones
from tests.assistant.helps import match_of
from tests.assistant.labels import MENU, OLD, fixed
from tests.assistant.stage import Stage
from tests.cast import BEGIN, shipped_scripts
from tests.helping_parents import offer

OPEN, WHO, ALONG, INTERPRET, CONFIRM, BACK, CAN, CANNOT, MINE, OWN = (
    fixed(f"companions.{name}_button")
    for name in (
        "open",
        "who",
        "come_along",
        "interpret",
        "confirm",
        "take_back",
        "can",
        "cannot",
        "mine",
        "own",
    )
)
ASK_INTERPRETER = fixed("help.interpreter_button")
COMES = fixed("notices.comes_along", role="come_along", name="Ewa")
CHILD_NEVER = fixed("companions.child_never")
SECRETS = ("Kuba", "Zosia", "get to know", "Room 12", "extra support", "Nowak", "kuba")


def _talks(
    stage: Stage, tasks: tuple[Task, ...] = (Task.COME_ALONG, Task.INTERPRET), **given: Any
) -> tuple[DirectPhone, DirectPhone, int]:
    """Ewa, who offers this, helps Agnieszka; a talk about Kuba is planned. Both phones show English."""
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        profile = offer(session, stage.tools, c.ewa, tasks=[task.value for task in tasks])
        buddies.approve(session, stage.tools, c.karin, profile, "")
    found = two_phones(stage, stage.cast.agnieszka, stage.cast.ewa, stage.cast.kuba)
    _plan(stage, **given)
    return found


def _plan(stage: Stage, guardian: Person | None = None, **given: Any) -> None:
    usual: dict[str, Any] = {
        "moment": "begin",
        "planned_at": stage.clock.now() + timedelta(days=7),
        "length_minutes": 15,
        "place": "other",
        "place_words": "Room 12, for Kuba",
        "goals": ["meet"],
        "people": ["parents"],
    }
    with stage.database.writing() as session:
        conversation.plan(
            session,
            stage.tools,
            session.get_one(Person, stage.cast.marieke.id),
            session.get_one(Child, stage.cast.kuba.id),
            guardian=session.get_one(Person, guardian.id) if guardian else None,
            **(usual | given),
        )
        stage.tell(session)


def _change(stage: Stage, *, off: bool = False, **given: Any) -> None:
    """Juf Marieke changes the first talk, or calls it off."""
    with stage.database.writing() as session:
        teacher = session.get_one(Person, stage.cast.marieke.id)
        talk = session.get_one(Conversation, stage.all(Conversation)[0].id)
        same = {
            name: getattr(talk, name)
            for name in ("moment", "planned_at", "length_minutes", "place", "goals", "people", "serious")
        }
        if off:
            conversation.cancel(session, stage.tools, teacher, talk)
        else:
            place_words = talk.place_saying.original if talk.place_saying else ""
            conversation.change(
                session, stage.tools, teacher, talk, place_words=place_words, **(same | given)
            )
        stage.tell(session)


def _words(phone: DirectPhone) -> str:
    """Everything this phone shows now."""
    return without_isolates("\n".join(bubble.words for bubble in phone.bubbles))


def _said(macro: str, **parameters: Any) -> str:
    return without_isolates(fixed(f"companions.{macro}", **parameters)).strip()


def _ask(asker: DirectPhone, role: str = ALONG) -> None:
    """From the notice of the talk: Ewa is asked."""
    asker.tap(WHO)
    asker.tap(fixed("companions.ask_button", name="Ewa"))
    asker.tap(role)


def _confirmed(asker: DirectPhone, buddy: DirectPhone, role: str = ALONG) -> None:
    _ask(asker, role)
    buddy.tap(CAN)
    asker.tap(CONFIRM)


def test_ewa_comes_along(stage: Stage) -> None:
    """Asked, can, confirmed: then the teacher reads a state, and nothing before (004-buddy-tasks)."""
    teacher, pieter = stage.joined(stage.cast.marieke), stage.joined(stage.cast.pieter)
    asker, buddy, _ = _talks(stage)
    before = stage.shown_at(teacher)
    _ask(asker)
    about = {"name": "Agnieszka", "role": "come_along", "changed": False, "talk": _when(stage)}
    assert _said("asked_buddy", **about) in _words(buddy)
    buddy.tap(CAN)
    assert _said("willing", name="Ewa", role="come_along", talk=_when(stage), joint=True) in _words(asker)
    assert stage.shown_at(teacher) == before
    asker.tap(CONFIRM)
    assert f"Kuba: {COMES}" in _words(teacher)
    assert _said("sure", **about) in _words(buddy)
    assert "Ewa" not in stage.shown_at(pieter)
    _reads_no_secret(stage, buddy)
    teacher.command("group")
    teacher.tap("Kuba")
    assert COMES in teacher.bubbles[-1].words


def _when(stage: Stage) -> dict[str, Any]:
    talk = stage.all(Conversation)[0]
    return {"planned_at": talk.planned_at, "length_minutes": talk.length_minutes, "place": "other"}


def _reads_no_secret(stage: Stage, buddy: DirectPhone) -> None:
    """Everything ever written to the buddy names no child, no goal, no room, no subject."""
    shown = stage.shown_at(buddy)
    assert not [one for one in SECRETS if one in shown]
    about_children = {"child", "talk"}  # numbers by which a child could be known
    for row in stage.all(Outgoing):
        if row.address == buddy.address and row.macro.startswith("companions."):
            named = {name for line in row.buttons for made in line for name in made.get("action", {})}
            assert not named & about_children


def test_who_cannot_is_asked_no_more(stage: Stage) -> None:
    """The asker hears it without a reason, and finds the other ways again; the school hears nothing."""
    teacher = stage.joined(stage.cast.marieke)
    asker, buddy, _ = _talks(stage)
    before = stage.shown_at(teacher)
    _ask(asker)
    buddy.tap(CANNOT)
    assert _said("declined", name="Ewa", talk=_when(stage)) in _words(asker)
    assert WHO in stage.labels(asker)
    assert stage.shown_at(teacher) == before
    buddy.tap_old(CAN)
    assert OLD in _words(buddy)


def test_the_place_stands_in_the_menu_of_the_help(stage: Stage) -> None:
    """The asker sees each talk with its state, and takes it back there; the buddy sees the talks asked for."""
    asker, buddy, number = _talks(stage)
    _open_chat(asker, "Ewa")
    asker.tap(OPEN)
    assert "Kuba" in asker.bubbles[-1].words
    asker.tap(_day(stage))
    asker.tap(ALONG)
    _open_chat(buddy, "Agnieszka")
    buddy.tap(MINE)
    assert _said("state_line", state="asked", role="come_along", name="Ewa") in _words(buddy)
    buddy.tap(CAN)
    asker.tap(CONFIRM)
    _open_chat(asker, "Ewa")
    asker.tap(OPEN)
    assert COMES in asker.bubbles[-1].words
    asker.tap(_day(stage))
    asker.tap(BACK)
    assert _said("not_needed", name="Agnieszka", talk=_when(stage), reason="taken_back") in _words(buddy)
    _reads_no_secret(stage, buddy)
    assert match_of(stage, number).state == "helping"


def _day(stage: Stage) -> str:
    return fixed("companions.talk_button", planned_at=stage.all(Conversation)[0].planned_at)


def _open_chat(phone: DirectPhone, name: str) -> None:
    phone.command("buddy")
    phone.tap(fixed("helping.open_button", name=name))


def test_without_a_talk_there_is_nothing_to_choose(stage: Stage) -> None:
    """No talk is planned: said so, with the ways back."""
    asker, _, _ = _talks(stage, guardian=stage.cast.pieter)
    _open_chat(asker, "Ewa")
    asker.tap(OPEN)
    assert _said("which", talks=[]) in _words(asker)
    assert MENU in stage.labels(asker)


@pytest.mark.parametrize("subject", ["care", "safety"])
def test_a_serious_talk_needs_a_professional(stage: Stage, subject: str) -> None:
    """Interpreting is refused with the reason and the way to an interpreter; a child never interprets."""
    asker, buddy, _ = _talks(stage, serious=[subject])
    before = stage.shown_at(buddy)
    assert "A professional interpreter fits this talk best." in _words(asker)
    _ask(asker, INTERPRET)
    assert _said("professional") in _words(asker)
    assert CHILD_NEVER in _words(asker)
    assert stage.shown_at(buddy) == before
    asker.tap(ASK_INTERPRETER)
    assert [wish.kind for wish in stage.all(HelpWish)] == ["interpreter"]
    asker.tap_old(ALONG)
    assert _said("asked_buddy", name="Agnieszka", role="come_along", changed=False, talk=_when(stage)) in (
        _words(buddy)
    )


def test_a_talk_that_becomes_serious_loses_its_interpreter(stage: Stage) -> None:
    """Both hear why, and the buddy nothing about the subject."""
    asker, buddy, _ = _talks(stage)
    _confirmed(asker, buddy, INTERPRET)
    _change(stage, serious=["separation"])
    assert _said("ended", name="Ewa", talk=_when(stage), reason="serious") in _words(asker)
    assert ASK_INTERPRETER in stage.labels(asker)
    assert _said("not_needed", name="Agnieszka", talk=_when(stage), reason="serious") in _words(buddy)
    assert "apart" not in _words(buddy)
    _reads_no_secret(stage, buddy)


def test_another_time_asks_the_buddy_again(stage: Stage) -> None:
    """The confirmation is gone, both read so; the new time is confirmed like the first."""
    teacher = stage.joined(stage.cast.marieke)
    asker, buddy, _ = _talks(stage)
    _confirmed(asker, buddy)
    _change(stage, planned_at=stage.clock.now() + timedelta(days=9))
    about = {"name": "Agnieszka", "role": "come_along", "talk": _when(stage)}
    assert _said("asked_buddy", changed=True, **about) in _words(buddy)
    assert _said("asked_again", name="Ewa", talk=_when(stage)) in _words(asker)
    buddy.tap(CAN)
    asker.tap(CONFIRM)
    assert _words(teacher).count(COMES) == 2
    _change(stage, place="video")
    about["talk"] = _when(stage) | {"place": "video"}
    assert _said("sure", changed=True, **about) in _words(buddy)
    assert _words(teacher).count(COMES) == 2


def test_what_is_called_off_is_told_once(stage: Stage) -> None:
    """The buddy hears it; where the help ends, the other one hears that a sure place is gone with it."""
    teacher = stage.joined(stage.cast.marieke)
    asker, buddy, number = _talks(stage)
    _confirmed(asker, buddy)
    _change(stage, off=True)
    assert _said("not_needed", name="Agnieszka", talk=_when(stage), reason="cancelled") in _words(buddy)
    _plan(stage, planned_at=stage.clock.now() + timedelta(days=10))
    _confirmed(asker, buddy)
    with stage.database.writing() as session:
        match = session.get_one(type(match_of(stage, number)), number)
        helping.end(session, stage.tools, match.asker, match)
        stage.tell(session)
    assert _said("ended_to_staff", child="Kuba", name="Ewa") in _words(teacher)
    told = [row for row in stage.all(Outgoing) if row.macro in {"companions.not_needed", "companions.ended"}]
    assert [row.address for row in told] == [buddy.address] * 2  # the first of the talk that was called off
    asker.tap_old(CONFIRM)
    assert OLD in _words(asker)


@pytest.mark.parametrize("is_sure", [True, False])
def test_a_buddy_who_ends_the_help_does_not_come(stage: Stage, *, is_sure: bool) -> None:
    """The asker hears it of a talk that was sure: nobody waits at the school in vain (003-helper-along)."""
    asker, buddy, _ = _talks(stage)
    _confirmed(asker, buddy) if is_sure else _ask(asker)
    buddy.tap(fixed("helping.open_button", name="Agnieszka"))
    buddy.tap(fixed("helping.end_button"))
    told = _said("ended", name="Ewa", talk=_when(stage), reason="help_ended") in _words(asker)
    assert told == is_sure


def test_somebody_of_my_own_is_asked_by_me(stage: Stage) -> None:
    """The parent gets day and time to send on and tells the teacher; nobody else is written to (003-helper-along)."""
    asker = stage.joined(stage.cast.selam)
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        conversation.plan(
            session,
            stage.tools,
            c.marieke,
            c.abel,
            moment="begin",
            planned_at=stage.clock.now() + timedelta(days=7),
            length_minutes=15,
            place="school",
            goals=["meet"],
            people=["parents"],
        )
        stage.tell(session)
    others = len([row for row in stage.all(Outgoing) if row.address != asker.address])
    asker.tap(WHO)
    assert CHILD_NEVER in _words(asker)
    asker.tap(OWN)
    row = next(row for row in stage.all(Outgoing) if row.macro == "companions.send_on")
    assert not row.protect
    assert "Abel" not in row.body
    assert len([row for row in stage.all(Outgoing) if row.address != asker.address]) == others


def test_a_phone_that_is_not_confirmed_asks_nobody(stage: Stage) -> None:
    """What stands about a talk is for confirmed phones only."""
    asker, buddy, _ = _talks(stage)
    stage.forget_confirmation(asker)
    before = stage.shown_at(buddy)
    asker.tap(WHO)
    assert fixed("errors.door_not_confirmed") in _words(asker)
    assert stage.shown_at(buddy) == before


def test_forged_numbers_open_nothing(stage: Stage) -> None:
    """A button that names another guardian's talk or another's help is an old one."""
    asker, _, _ = _talks(stage)
    _plan(stage, guardian=stage.cast.pieter)
    his = stage.all(Conversation)[-1].id
    asker.tap(WHO)
    with stage.database.writing() as session:
        stage.redirect(session, asker, talk=his)
    asker.tap(OWN)
    assert OLD in _words(asker)


def test_no_option_makes_a_child_interpret() -> None:
    """Where somebody says who is at a talk it is said that a child never interprets; nowhere is it a choice."""
    asked = [
        (script, question)
        for script in shipped_scripts().values()
        for question in script.questions
        if "interpreter" in question.keys
    ]
    assert asked
    for script, question in asked:
        assert "nooit" in script.text("nl", question.id, Part.HINT)
    assert CHOICES["BL07"] == ("no", "yes", "brings")
    about = {"planned_at": BEGIN, "length_minutes": 15, "place": "school"}
    assert CHILD_NEVER in fixed("companions.who", talk=about)
    assert CHILD_NEVER in fixed("companions.professional")
    assert CHILD_NEVER in fixed("companions.what", name="Ewa", talk=about, roles=["interpret"])
