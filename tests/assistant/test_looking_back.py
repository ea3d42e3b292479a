"""How an agreement went, told in two taps by either side."""

from dataclasses import replace

import pytest

from bot.demo.phones import DirectPhone
from bot.model.agreements import Agreement, AgreementOutcome
from bot.services import agreements, looking_back
from tests.assistant.labels import fixed
from tests.assistant.phones import open_phone
from tests.assistant.stage import Stage
from tests.assistant.test_agreements import EXPLAINED

WORDS = "Elke avond lezen jullie samen tien minuten."
DONE, A_BIT, NOT = (fixed(f"looking_back.{name}_button") for name in ("done", "bit_done", "not_done"))
SAY_MORE = fixed("looking_back.words_button")
INTERPRETER = fixed("help.interpreter_button")
DESK = fixed("group.desk_button")
ON_THE_DESK = "You read the words on the desk."


@pytest.fixture
def agnieszka(stage: Stage) -> DirectPhone:
    """Agnieszka's phone."""
    return stage.joined(stage.cast.agnieszka)


@pytest.fixture
def marieke(stage: Stage) -> DirectPhone:
    """Juf Marieke's phone."""
    return stage.joined(stage.cast.marieke)


def make_active(stage: Stage, phone: DirectPhone) -> None:
    """An agreement with this guardian only is active."""
    stage.propose(stage.cast.kuba, WORDS, guardians=[stage.cast.agnieszka])
    phone.looks()
    phone.tap(EXPLAINED)
    phone.tap(fixed("agreements.confirm_button"))
    phone.command("agreements")


def _open_as_teacher(phone: DirectPhone) -> None:
    phone.command("group")
    phone.tap("Kuba")
    phone.tap(fixed("looking_back.agreements_button"))


def test_the_parent_says_it_in_two_taps(stage: Stage, agnieszka: DirectPhone, marieke: DirectPhone) -> None:
    """Agreements, done: it stands, with words if one wants, and the school hears it once (002-feedback-approach)."""
    make_active(stage, agnieszka)
    marieke.looks()
    agnieszka.command("agreements")
    seen = agnieszka.tap(A_BIT)
    assert fixed("looking_back.noted", result="bit_done", closed=False) in seen.words
    agnieszka.tap(SAY_MORE)
    agnieszka.say("W środę było trudno.")
    [outcome] = stage.all(AgreementOutcome)
    assert (outcome.result, outcome.for_school) == ("bit_done", False)
    assert outcome.saying_id is not None
    told = fixed(
        "looking_back.reported_to_teacher", child="Kuba", person="Agnieszka Nowak", result="bit_done"
    )
    assert marieke.looks().words.count(told) == 1
    assert "W środę" not in stage.shown_at(marieke)


def test_words_that_nobody_translates_come_with_an_interpreter(
    stage: Stage, agnieszka: DirectPhone, marieke: DirectPhone
) -> None:
    """The news of how it went asks both in one message: how was it for you, and do you want an interpreter."""
    make_active(stage, agnieszka)
    marieke.looks()
    _open_as_teacher(marieke)
    marieke.tap(A_BIT)
    seen = agnieszka.looks().words
    assert WORDS in seen
    assert A_BIT in seen
    assert INTERPRETER in seen
    assert INTERPRETER not in stage.shown_at(marieke)


def test_it_closes_when_the_teacher_says_the_same(
    stage: Stage, agnieszka: DirectPhone, marieke: DirectPhone
) -> None:
    """The teacher's two taps close it, and the parent reads how (002-agreements)."""
    make_active(stage, agnieszka)
    agnieszka.tap(DONE)
    marieke.looks()
    _open_as_teacher(marieke)
    seen = marieke.tap(DONE)
    assert fixed("looking_back.noted", result="done", closed=True) in seen.words
    assert [one.state for one in stage.all(Agreement)] == ["done"]
    assert fixed("agreements.state_name", state="done") in agnieszka.looks().words
    assert fixed("errors.agreement_closed") in agnieszka.tap_old(NOT).words


def test_in_telegram_a_teacher_sees_states_and_the_way_to_the_desk(
    stage: Stage, agnieszka: DirectPhone, marieke: DirectPhone
) -> None:
    """Whose it is, by when, how each says it went; never the words, which stand on the desk (design section 7)."""
    make_active(stage, agnieszka)
    agnieszka.tap(A_BIT)
    _open_as_teacher(marieke)
    [shown] = [one for one in marieke.bubbles if ON_THE_DESK in one.words]
    assert "Who does it: the parents." in shown.words
    assert "Agnieszka Nowak: a bit" in shown.words
    assert shown.buttons == (DONE, A_BIT, NOT, DESK)
    assert WORDS not in stage.shown_at(marieke)
    assert fixed("group.open_desk_button") in marieke.tap(DESK).words


def test_two_agreements_that_look_alike_are_told_apart_on_the_desk(
    stage: Stage, agnieszka: DirectPhone, marieke: DirectPhone
) -> None:
    """With the same owner and the same days no tap could say which one is meant (001-hold-to-agreements)."""
    make_active(stage, agnieszka)
    stage.propose(stage.cast.kuba, "Samen rekenen.", guardians=[stage.cast.agnieszka])
    _open_as_teacher(marieke)
    alike = [one for one in marieke.bubbles if ON_THE_DESK in one.words]
    assert [one.buttons for one in alike] == [(DESK,), (DESK,)]


def test_a_school_may_want_the_words_in_the_chat(stage: Stage, agnieszka: DirectPhone) -> None:
    """Then the agreement stands in Telegram too, and still no word that a parent said of it."""
    stage.tools = replace(stage.tools, words_in_staff_chat=True)
    marieke = stage.joined(stage.cast.marieke)
    make_active(stage, agnieszka)
    agnieszka.tap(A_BIT)
    agnieszka.tap(SAY_MORE)
    agnieszka.say("W środę było trudno.")
    _open_as_teacher(marieke)
    assert WORDS in stage.shown_at(marieke)
    assert "W środę" not in stage.shown_at(marieke)


def test_on_our_own_pages_a_teacher_reads_the_words(stage: Stage, agnieszka: DirectPhone) -> None:
    """The chat in the browser is the school's own house: nothing leaves it (design section 7)."""
    make_active(stage, agnieszka)
    browser = open_phone(stage.database, stage.tools, stage.texts, stage.cast.marieke, "en")
    assert browser.kind == "web"
    browser.command("group").tap("Kuba").tap(fixed("looking_back.agreements_button"))
    assert WORDS in browser.text
    assert browser.offers(DONE)


def test_different_views_are_shown_as_two(stage: Stage, agnieszka: DirectPhone, marieke: DirectPhone) -> None:
    """Both stand there with their names; the parent hears the teacher's once (001-hold-to-agreements)."""
    make_active(stage, agnieszka)
    agnieszka.tap(NOT)
    _open_as_teacher(marieke)
    marieke.tap(DONE)
    seen = agnieszka.looks().words
    assert "Agnieszka Nowak: not (yet)" in seen
    assert "juf Marieke (school): done" in seen
    assert "These are different views." in seen
    assert [one.state for one in stage.all(Agreement)] == ["active"]
    marieke.tap_old(DONE)
    assert agnieszka.looks().bubbles == []


def test_who_is_not_named_cannot_say_it(stage: Stage, agnieszka: DirectPhone) -> None:
    """The other parent reads the agreement and may ask a change; the question is not theirs."""
    pieter = stage.joined(stage.cast.pieter)
    make_active(stage, agnieszka)
    pieter.looks()
    assert pieter.buttons(DONE) == []
    with stage.database.writing() as session:
        stage.redirect(session, pieter, version=1)


def test_a_change_shows_both_texts(stage: Stage, agnieszka: DirectPhone) -> None:
    """Before and now, with the changed words bold, in Dutch with its name where no translation is (002-agreements)."""
    stage.propose(stage.cast.kuba, WORDS)
    agnieszka.looks()
    stage.change_agreement("Elke ochtend lezen jullie samen tien minuten.")
    agnieszka.looks()
    shown = stage.shown_at(agnieszka)
    assert "<b>avond</b>" in shown
    assert "<b>ochtend</b>" in shown
    assert "These are the words in: Dutch." in shown


def test_open_agreements_open_the_next_talk(stage: Stage, agnieszka: DirectPhone) -> None:
    """The notice of a talk begins with them; a closed one is not among them (002-agreements)."""
    make_active(stage, agnieszka)
    stage.plan_talk(stage.cast.kuba)
    words = agnieszka.looks().words
    assert (
        words.index("First we look back") < words.index(WORDS) < words.index("You may always bring somebody")
    )
    stage.close_agreement()
    agnieszka.looks()
    stage.plan_talk(stage.cast.kuba)
    assert "First we look back" not in agnieszka.looks().words


def test_the_other_guardians_agreement_does_not_open_my_talk(stage: Stage, agnieszka: DirectPhone) -> None:
    """Without authority and not named, one reads nothing of it in a talk of one's own (002-separated-talk)."""
    pieter = stage.joined(stage.cast.pieter)
    with stage.database.writing() as session:
        stage.guardianship(session, stage.cast.pieter, stage.cast.kuba).authority = False
    make_active(stage, agnieszka)
    stage.plan_talk(stage.cast.kuba, guardian=stage.cast.pieter)
    assert pieter.looks().bubbles
    assert WORDS not in stage.shown_at(pieter)


def test_it_goes_on_in_a_new_agreement(stage: Stage, agnieszka: DirectPhone) -> None:
    """The parent reads once that it goes on from one of before, and confirms anew (001-p10)."""
    make_active(stage, agnieszka)
    with stage.database.writing() as session:
        agreement = session.get_one(Agreement, 1)
        today = stage.clock.today()
        looking_back.carry_over(
            session,
            stage.tools,
            stage.cast.at(session).marieke,
            agreement,
            words=WORDS,
            owner="parents",
            due_on=today,
            look_back_on=today,
        )
        stage.tell(session)
    seen = agnieszka.looks()
    assert len(seen.bubbles) == 1
    assert "This goes on from an agreement of before." in seen.words
    assert EXPLAINED in seen.words
    assert {one.state for one in stage.all(Agreement)} <= agreements.OPEN | {"carried_over"}
