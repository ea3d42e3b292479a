"""A child's dossier is read with a number of statements that does not grow with what stands in it."""

from bot.model.people import Person
from bot.services import dossier, messages
from tests.services.conftest import Stage


def _fill(stage: Stage, number: int) -> None:
    """One more of everything, by both guardians and juf Marieke."""
    cast = stage.cast
    for person in (cast.agnieszka, cast.pieter):
        said = stage.say(person, f"Coś {number}")
        dossier.add(stage.session, stage.tools, person, cast.kuba, said, "fact")
        for author in (person, cast.marieke):
            said = stage.say(author, f"Bericht {number}")
            messages.write(stage.session, stage.tools, author, cast.kuba, person, said)
    stage.propose(words=f"Samen lezen. {number}")
    stage.plan(planned_at=stage.later(days=number + 1))
    dossier.look(stage.session, stage.tools, cast.marieke, cast.kuba, f"page {number}", as_staff=True)


def _count(stage: Stage, reader: Person, *, as_staff: bool) -> int:
    stage.session.flush()
    stage.session.expunge_all()
    stage.session.info.pop("at_hand", None)
    stage.cast = stage.cast.at(stage.session)
    reader = stage.session.get_one(Person, reader.id)
    with stage.statements() as sent:
        dossier.view(stage.session, stage.tools, reader, stage.cast.kuba, as_staff=as_staff)
    return len(sent)


def test_much_takes_no_more_statements_than_little(stage: Stage) -> None:
    """One of everything or twelve: the same for the teacher, and the same for a parent (004-dossier-3)."""
    cast = stage.cast
    stage.prepare(cast.pieter, BO01="Vrolijk.")
    stage.prepare(cast.agnieszka, BO01="Kuba jest wesoły.")
    _fill(stage, 0)
    little = _count(stage, cast.marieke, as_staff=True), _count(stage, cast.agnieszka, as_staff=False)
    for number in range(1, 12):
        _fill(stage, number)
    for question in ("BO03", "BO05", "BO06"):
        run = stage.prepare(stage.cast.agnieszka, None, **{question: f"Odpowiedź {question}"})
    assert len(run.answers) > 2
    much = _count(stage, cast.marieke, as_staff=True), _count(stage, cast.agnieszka, as_staff=False)
    assert much == little
