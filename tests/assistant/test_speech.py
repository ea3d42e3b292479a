"""Messages as rows: made into words for one reader, and made again when a translation arrives."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from bot.assistant import speech
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import Door
from bot.model.translation import Saying, Translation, TranslationState
from bot.services import sayings
from bot.services.events import EventKind, happened
from tests.assistant.stage import Stage
from tests.cast import open_door

WORDS = "Tot woensdag."
POLISH = "Do zobaczenia w środę."


def _door(stage: Stage, session: Session, name: str = "agnieszka") -> Door:
    return open_door(session, stage.clock, getattr(stage.cast, name))


def _said(stage: Stage, session: Session, name: str = "marieke") -> Saying:
    cast = stage.cast.at(session)
    return sayings.keep(session, stage.tools, getattr(cast, name), WORDS, child=cast.kuba)


def _write(stage: Stage, session: Session, door: Door, saying: Saying, **more: object) -> Outgoing:
    written = speech.write(
        session,
        stage.tools,
        stage.texts,
        door,
        "notices.message_from_school",
        parameters={"author": "juf Marieke", "child": "Kuba", "said": speech.saying_parameter(saying)},
        **more,  # type: ignore[arg-type]
    )
    return session.get_one(Outgoing, written)


def test_own_words_are_never_asked_to_be_translated(stage: Stage) -> None:
    """Showing a parent the own words asks no translator, also when the language was changed (004-privacy-care)."""
    stage.tools = replace(stage.tools, translates=True)
    with stage.database.writing() as session:
        door = _door(stage, session)
        _write(stage, session, door, _said(stage, session, "agnieszka"))
        assert session.query(Translation).count() == 0


def test_a_message_is_completed_when_its_translation_arrives(stage: Stage) -> None:
    """Until then the original stands there, said to be untranslated; a message that was sent is edited."""
    stage.tools = replace(stage.tools, translates=True)
    with stage.database.writing() as session:
        door = _door(stage, session)
        saying = _said(stage, session)
        readable, not_yet = (
            speech.button("a", "menu.open", if_read=saying.id),
            speech.button("b", "menu.open", unless_read=saying.id),
        )
        made = _write(stage, session, door, saying, buttons=[[readable, not_yet]])
        made.state = OutgoingState.SENT.value
        assert WORDS in made.body
        assert [button.label for row in speech.visible_buttons(made) for button in row] == ["b"]
        assert made.awaits_translation
        [translation] = saying.translations
        translation.words, translation.origin = POLISH, "machine"
        translation.state = TranslationState.DONE.value
        happened(session, EventKind.TRANSLATION_ARRIVED, saying.id, None)
        stage.clock.move(minutes=1)
        stage.tell(session)
        session.flush()
        assert POLISH in made.body
        assert WORDS in made.body
        assert [button.label for row in speech.visible_buttons(made) for button in row] == ["a"]
        assert (made.edited, made.awaits_translation, made.changed_at) == (True, False, stage.clock.now())


def test_a_message_that_was_not_sent_yet_is_not_edited(stage: Stage) -> None:
    """It simply goes out with the translation in it."""
    stage.tools = replace(stage.tools, translates=True)
    with stage.database.writing() as session:
        saying = _said(stage, session)
        made = _write(stage, session, _door(stage, session), saying)
        speech.translation_arrived(session, stage.tools, stage.texts, saying.id)
        session.flush()
        assert made.edited is False


def test_an_unrelated_translation_changes_nothing(stage: Stage) -> None:
    """Only the messages that show this saying are made again."""
    stage.tools = replace(stage.tools, translates=True)
    with stage.database.writing() as session:
        made = _write(stage, session, _door(stage, session), _said(stage, session))
        speech.translation_arrived(session, stage.tools, stage.texts, 10**6)
        assert made.changed_at is None


def test_a_button_keeps_its_id(stage: Stage) -> None:
    """A hidden button takes its number with it: the others keep theirs, and it cannot be tapped."""
    with stage.database.writing() as session:
        saying = _said(stage, session)
        buttons = [[speech.button("a", "menu.open", if_read=saying.id)], [speech.button("b", "menu.more")]]
        made = _write(stage, session, _door(stage, session), saying, buttons=buttons)
        [[shown]] = speech.visible_buttons(made)
        assert (shown.id, shown.label) == (f"{made.id}.1", "b")
        assert speech.action_of(made, 0) is None
        assert speech.action_of(made, 1) == {"do": "menu.more"}


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_no_action_where_there_is_no_button(stage: Stage, index: int) -> None:
    """An index beyond the buttons is none of them."""
    with stage.database.writing() as session:
        buttons = [[speech.button("a", "menu.open"), speech.link("b", "https://praat.example")]]
        made = _write(stage, session, _door(stage, session), _said(stage, session), buttons=buttons)
        assert speech.action_of(made, index) is None
        assert speech.action_of(made, 1) is None  # a link


def test_days_and_moments_survive_storage(stage: Stage) -> None:
    """Dates and moments stand in the parameters as text and are shown in the reader's language and zone."""
    with stage.database.writing() as session:
        door = _door(stage, session)
        written = speech.write(
            session,
            stage.tools,
            stage.texts,
            door,
            "talk.planned",
            parameters={
                "child": "Kuba",
                "planned_at": speech.moment_parameter(datetime(2026, 9, 8, 10, 0, tzinfo=UTC)),
            },
            language="nl",
        )
        made = session.get_one(Outgoing, written)
        assert "dinsdag 8 september 2026" in made.body
        assert "12:00" in made.body
    assert speech.day_parameter(date(2026, 9, 8)) == {"day": "2026-09-08"}
    assert (speech.day_parameter(None), speech.moment_parameter(None), speech.saying_parameter(None)) == (
        None,
        None,
        None,
    )
