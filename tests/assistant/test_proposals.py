"""A teacher proposes an agreement in the chat."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.content.texts import Texts
from bot.model.agreements import Agreement
from bot.model.clock import MovableClock
from bot.model.people import Guardianship
from bot.services import agreements
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.phones import Phone, open_phone, state_of
from tests.cast import Cast

WORDS = "Elke avond lezen jullie samen tien minuten."


@pytest.fixture
def marieke(database: Database, tools: Tools, texts: Texts, cast: Cast) -> Phone:
    """Juf Marieke's phone; she reads English here, the language of the templates."""
    return open_phone(database, tools, texts, cast.marieke, "en")


def _text(phone: Phone, question: str, part: str, key: str = "") -> str:
    return phone.tools.scripts["agreement"].text("en", question, part, key)


def _fill_in(phone: Phone) -> Phone:
    """The form about Kuba up to its summary."""
    phone.command("group").tap("Kuba").tap("Propose an agreement")
    phone.write(WORDS).tap(_text(phone, "AG02", "label", "parents"))
    return phone.write("1-12-2026").write("8-12-2026")


def _agreed(phone: Phone) -> list[tuple[str, list[int], int]]:
    """State, who is named, and how many stand behind the current text."""
    with phone.database.reading() as session:
        return [
            (one.state, [party.person_id for party in one.parties], len(one.current.confirmations))
            for one in session.scalars(select(Agreement).order_by(Agreement.id))
        ]


def test_propose_and_confirm_is_one_button(marieke: Phone, database: Database, cast: Cast) -> None:
    """Words, owner and two dates are asked; the button records the writer's confirmation too (001-p02, 001-p10)."""
    _fill_in(marieke)
    assert WORDS in marieke.text
    assert "With: Agnieszka Nowak and Pieter de Vries" in marieke.text
    assert _agreed(marieke) == []
    marieke.tap("Propose and confirm")
    assert _agreed(marieke) == [("proposed", [cast.agnieszka.id, cast.pieter.id], 1)]
    assert "Agnieszka Nowak and Pieter de Vries" in marieke.text
    assert "draft" not in state_of(marieke)
    with database.reading() as session:
        version = session.scalars(select(Agreement)).one().current
        assert (version.due_on, version.look_back_on) == (date(2026, 12, 1), date(2026, 12, 8))
        assert (version.owner, version.saying.original) == ("parents", WORDS)
        assert agreements.school_confirmed(version.agreement)


def test_from_proposal_to_active(
    marieke: Phone, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The named parent confirms on the own phone, and the teacher reads that it is active (002-agreements)."""
    father = open_phone(database, tools, texts, cast.pieter)
    _fill_in(marieke).tap("Only with: Pieter").tap("Propose and confirm")
    assert WORDS in father.all()[-1].body
    father.tap(texts.label("nl", "agreements.confirm_button"))
    assert _agreed(marieke) == [("active", [cast.pieter.id], 2)]
    assert texts.say("en", "notices.agreement_active_teacher", {"child": "Kuba"}) in marieke.all()[-1].body


def test_with_one_parent_or_with_all(marieke: Phone, cast: Cast) -> None:
    """Of two guardians one can be named, and both again."""
    _fill_in(marieke).tap("Only with: Agnieszka")
    assert "With: Agnieszka Nowak\n" in marieke.text
    marieke.tap("With all parents")
    assert "With: Agnieszka Nowak and Pieter de Vries" in marieke.text
    marieke.tap("Only with: Agnieszka").tap("Propose and confirm")
    assert _agreed(marieke)[0][1] == [cast.agnieszka.id]


def test_who_has_no_authority_is_not_named(marieke: Phone, database: Database, cast: Cast) -> None:
    """By default the agreement names the guardians with authority."""
    with database.writing() as session:
        guardianship = session.scalars(
            select(Guardianship).where(Guardianship.person_id == cast.pieter.id)
        ).one()
        guardianship.authority = False
    _fill_in(marieke)
    assert "With: Agnieszka Nowak\n" in marieke.text
    assert not marieke.offers("Only with")
    marieke.tap("Propose and confirm")
    assert _agreed(marieke)[0][1] == [cast.agnieszka.id]


def test_an_agreement_needs_its_answers(marieke: Phone) -> None:
    """What is missing is asked again; nothing typed before is lost."""
    marieke.command("group").tap("Kuba").tap("Propose an agreement")
    for _ in range(4):
        marieke.tap("Skip")
    for sentence, answer in (
        ("When is it ready?", "1-12-2026"),
        ("When do you look back?", "8-12-2026"),
        ("Please choose who does it.", _text(marieke, "AG02", "label", "child")),
        ("What do you agree on?", WORDS),
    ):
        marieke.tap("Propose and confirm")
        assert sentence in marieke.text
        marieke.write(answer)
    assert _agreed(marieke) == []
    marieke.tap("Propose and confirm")
    assert len(_agreed(marieke)) == 1


def test_days_that_have_passed_are_asked_again(marieke: Phone) -> None:
    """By when and looking back lie today or later."""
    marieke.command("group").tap("Kuba").tap("Propose an agreement")
    marieke.write(WORDS).tap(_text(marieke, "AG02", "label", "school"))
    marieke.write("31-8-2026").write("30-8-2026").tap("Propose and confirm")
    assert "This day is over." in marieke.text
    marieke.write("1-9-2026").tap("Propose and confirm")
    assert "This day is over." in marieke.text
    marieke.write("1-9-2026").tap("Propose and confirm")
    assert len(_agreed(marieke)) == 1


def test_whole_weeks_are_buttons(marieke: Phone) -> None:
    """The days offered lie one to twelve weeks ahead."""
    marieke.command("group").tap("Kuba").tap("Propose an agreement")
    marieke.write(WORDS).tap("Skip")
    days = [button.label for button in marieke.buttons("2026")]
    assert days[0] == "Tuesday, 8 September 2026"
    assert days[-1] == "Tuesday, 24 November 2026"


def test_html_is_shown_as_it_was_typed(marieke: Phone) -> None:
    """Signs that mean something in HTML stay what they are."""
    marieke.command("group").tap("Kuba").tap("Propose an agreement")
    marieke.write("<b>Lezen</b> & rekenen")
    for _ in range(3):
        marieke.tap("Skip")
    assert "&lt;b&gt;Lezen&lt;/b&gt; &amp; rekenen" in marieke.text


def test_two_taps_make_one_agreement(marieke: Phone) -> None:
    """The second tap finds that the form is done."""
    _fill_in(marieke)
    button = marieke.buttons("Propose and confirm")[0].id
    marieke.tap_id(button).tap_id(button)
    assert len(_agreed(marieke)) == 1
    assert marieke.texts.say("en", "errors.old_button") in marieke.text


def test_a_teacher_who_left_finishes_nothing(
    marieke: Phone, database: Database, cast: Cast, clock: MovableClock
) -> None:
    """A form that was begun as a teacher of the group is 'not found' for who no longer is."""
    _fill_in(marieke)
    with database.writing() as session:
        on = cast.at(session)
        on.kuba.group_id = on.group_6b.id
    clock.move(minutes=1)
    marieke.tap("Propose and confirm")
    assert marieke.texts.say("en", "errors.not_found") in marieke.text
    assert _agreed(marieke) == []
