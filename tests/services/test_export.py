"""The dossier taken out of the house: the page says what the data says, for every reader."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import select

from bot.content.texts import Texts
from bot.model.errors import NotFoundError
from bot.model.people import Person
from bot.model.privacy import AuditLine
from bot.services import dossier, export, messages, sayings
from tests.services.conftest import Stage

SOUND = b"OggS\x00sound"
READERS = ("agnieszka", "pieter", "marieke", "hanneke", "karin", None)


def reader_of(stage: Stage, name: str | None) -> Person | None:
    """The reader, or the operator."""
    return getattr(stage.cast, name) if name else None


def originals(value: Any) -> Iterator[str]:
    """Every word a person said in the data."""
    if isinstance(value, dict):
        if "original" in value:
            yield value["original"]
        for inner in value.values():
            yield from originals(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from originals(inner)


@pytest.fixture
def filled(stage: Stage) -> Stage:
    """Both parents shared and wrote, a talk and an agreement stand there, Agnieszka added a voice message."""
    cast = stage.cast
    stage.prepare(cast.agnieszka, BO01="Kuba lubi <b>zwierzęta</b>.")
    stage.prepare(cast.pieter, BO01="Kuba fietst graag.")
    stage.plan(goal_words="Elkaar leren kennen.")
    stage.propose(guardians=[cast.agnieszka])
    for parent, words in ((cast.agnieszka, "Kiedy jest rozmowa?"), (cast.pieter, "Wanneer is het?")):
        said = sayings.keep(stage.session, stage.tools, parent, words, child=cast.kuba)
        messages.write(stage.session, stage.tools, parent, cast.kuba, parent, said)
    voice = sayings.File(kind="voice", media_type="audio/ogg", content=SOUND)
    said = sayings.keep(stage.session, stage.tools, cast.agnieszka, "", child=cast.kuba, file=voice)
    dossier.add(stage.session, stage.tools, cast.agnieszka, cast.kuba, said, "view")
    dossier.look(stage.session, stage.tools, cast.marieke, cast.kuba, "child", as_staff=True)
    return stage


@pytest.mark.parametrize("name", READERS)
def test_the_page_says_what_the_data_says(filled: Stage, texts: Texts, name: str | None) -> None:
    """Every original word the data holds stands on the page, in the reader's language, and no other words do."""
    reader = reader_of(filled, name)
    found = export.data(filled.session, filled.tools, filled.cast.kuba, reader)
    page = export.page(filled.session, filled.tools, texts, filled.cast.kuba, reader)
    said = {words for words in originals(found) if words}
    assert len(said) >= 3
    for words in said:
        assert str(escape(words)) in page
    everything = export.data(filled.session, filled.tools, filled.cast.kuba, None)
    for words in set(originals(everything)) - said - {""}:
        assert str(escape(words)) not in page
    language = reader.language if reader else "nl"
    assert f'<html lang="{language}" dir="ltr">' in page
    assert json.dumps(found)


def test_what_people_wrote_is_shown_literally(filled: Stage, texts: Texts) -> None:
    """A piece of HTML in an answer is text on the page."""
    page = export.page(filled.session, filled.tools, texts, filled.cast.kuba, filled.cast.agnieszka)
    assert "<b>zwier" not in page


def test_one_guardians_export_holds_nothing_of_the_other(filled: Stage, texts: Texts) -> None:
    """Pieter's page shows neither Agnieszka's answers nor her messages (002-separated-talk)."""
    page = export.page(filled.session, filled.tools, texts, filled.cast.kuba, filled.cast.pieter)
    assert "Kuba fietst graag." in page
    assert "zwierzęta" not in page
    assert "Kiedy jest rozmowa?" not in page


def test_the_page_needs_nothing_else(filled: Stage, texts: Texts) -> None:
    """A voice message is inside, and nothing is fetched from anywhere."""
    page = export.page(filled.session, filled.tools, texts, filled.cast.kuba, filled.cast.marieke)
    assert f"data:audio/ogg;base64,{base64.b64encode(SOUND).decode()}" in page
    assert "http" not in page
    assert "/static/" not in page


@pytest.mark.parametrize("name", ["victor", "ewa", "joris", "olga"])
def test_for_a_stranger_there_is_no_child(filled: Stage, texts: Texts, name: str) -> None:
    """Who may not know of the child gets nothing, and no line in the audit trail."""
    reader = reader_of(filled, name)
    with pytest.raises(NotFoundError):
        export.data(filled.session, filled.tools, filled.cast.kuba, reader)
    with pytest.raises(NotFoundError):
        export.page(filled.session, filled.tools, texts, filled.cast.kuba, reader)
    assert not filled.session.scalars(select(AuditLine).where(AuditLine.action == "exported")).all()


def test_taking_it_out_is_on_record(filled: Stage) -> None:
    """The audit trail holds for whom the child's dossier was taken out, in ids."""
    export.data(filled.session, filled.tools, filled.cast.kuba, filled.cast.pieter)
    line = filled.session.scalars(select(AuditLine).where(AuditLine.action == "exported")).one()
    assert (line.child_id, line.data) == (filled.cast.kuba.id, {"reader": filled.cast.pieter.id})
