"""The head's overview: numbers per group, nobody singled out, no words."""

import pytest
from sqlalchemy import select

from bot.model.errors import NotFoundError
from bot.model.people import Child, Group, Guardianship, Person
from bot.model.privacy import AuditLine
from bot.services import messages, school_overview
from bot.services.school_overview import GroupFigures, SchoolOverview
from tests.cast import open_door
from tests.services.conftest import Stage


def _large_group(stage: Stage, name: str, size: int) -> list[Child]:
    """A group of this many children, each with one Polish mother."""
    group = Group(school_id=stage.cast.school.id, name=name)
    stage.session.add(group)
    stage.session.flush()
    children = []
    for number in range(size):
        child = Child(roster_id=f"{name}-{number}", first_name=f"Kind {number}", group_id=group.id, grade=4)
        mother = Person(
            roster_id=f"{name}-p{number}",
            school_id=stage.cast.school.id,
            name=f"Moeder {number}",
            language="pl",
            wished_language=None,
            language_chosen=False,
            guardianships=[],
        )
        stage.session.add_all([child, mother])
        stage.session.flush()
        tie = Guardianship(person=mother, child=child, relation="mother", authority=True, ended_at=None)
        stage.session.add(tie)
        stage.session.flush()
        children.append(child)
    return children


def _mother(stage: Stage, child: Child) -> Person:
    return stage.session.scalars(
        select(Person)
        .join(Guardianship, Guardianship.person_id == Person.id)
        .where(Guardianship.child_id == child.id)
    ).one()


def _overview(stage: Stage, reader: Person | None = None) -> SchoolOverview:
    return school_overview.school_overview(stage.session, stage.tools, reader or stage.cast.hanneke)


def _group(stage: Stage, name: str) -> GroupFigures:
    return next(one for one in _overview(stage).groups if one.name == name)


def _told(group: GroupFigures) -> dict[str, int | str]:
    return {name: one.exact if one.exact is not None else one.kind for name, one in group.figures.items()}


def test_only_head_and_coordinator_read_it(stage: Stage) -> None:
    """A teacher, a parent and somebody of another school find nothing."""
    cast = stage.cast
    for reader in (cast.hanneke, cast.karin):
        assert _overview(stage, reader).groups
    for reader in (cast.marieke, cast.joris, cast.agnieszka, cast.victor, cast.olga):
        with pytest.raises(NotFoundError):
            _overview(stage, reader)
        with pytest.raises(NotFoundError):
            school_overview.note_download(stage.session, stage.tools, reader)


def test_a_small_group_tells_nothing(stage: Stage) -> None:
    """Of a group of fewer than five children only its name is told, and no total gives it away."""
    found = _overview(stage)
    assert [one.name for one in found.groups] == ["3A", "6B"]  # and not the other school's
    for group in found.groups:
        assert group.small
        assert group.languages == ()
        assert set(_told(group).values()) <= {"few", "untold"}
    assert {one.kind for one in found.totals.values()} == {"untold"}


def test_the_numbers_of_a_group(stage: Stage) -> None:
    """Each figure counts what it says; what concerns fewer than five stands as a band."""
    children = _large_group(stage, "4C", 20)
    for child in children[:12]:
        open_door(stage.session, stage.clock, _mother(stage, child))
    for child in children[:6]:
        stage.prepare(_mother(stage, child), child)
    teacher = stage.cast.marieke
    assert _told(_group(stage, "4C")) == {
        "children": 20,
        "guardians": 20,
        "invited": 12,
        "started": 6,
        "ready": 6,
        "talked": 0,
        "reported": 0,
        "agreements_open": 0,
        "agreements_done": 0,
        "zero_contact": 8,
    }
    stage.prepare(_mother(stage, children[6]), children[6])
    told = _told(_group(stage, "4C"))
    assert (told["started"], told["ready"]) == (7, 7)
    assert teacher.name not in repr(_overview(stage))


def test_nobody_is_singled_out_by_a_difference(stage: Stage) -> None:
    """Two parents who have not begun are not told apart: the number that would do it stands as a band."""
    children = _large_group(stage, "4C", 12)
    for child in children[:10]:
        stage.prepare(_mother(stage, child), child)
    told = _group(stage, "4C").figures
    assert told["started"].kind == "above"
    assert told["ready"].kind == "above"
    assert told["zero_contact"].kind == "few"


def test_languages_of_a_few_are_not_told(stage: Stage) -> None:
    """Two who speak Tigrinya stand among others, and not as what is left over."""
    children = _large_group(stage, "4C", 14)
    assert (_group(stage, "4C").languages, _group(stage, "4C").other_languages) == ((("pl", 14),), 0)
    for child in children[:2]:
        _mother(stage, child).wished_language = "ti"
    for child in children[2:7]:
        _mother(stage, child).language = "nl"
    found = _group(stage, "4C")
    assert (found.languages, found.other_languages) == ((("pl", 7),), 7)


def test_how_long_parents_wait(stage: Stage) -> None:
    """The middle of the hours until the first answer, told from five answered parents on."""
    assert _overview(stage).median_reply_hours is None
    children = _large_group(stage, "3D", 5)
    teaching = stage.cast.marieke
    for child in children:
        child.group_id = stage.cast.group_3a.id
    stage.session.flush()
    for number, child in enumerate(children):
        mother = _mother(stage, child)
        messages.write(stage.session, stage.tools, mother, child, mother, stage.say(mother, "Dag.", child))
        stage.clock.move(hours=number + 1)
        messages.write(stage.session, stage.tools, mother, child, mother, stage.say(mother, "En?", child))
        messages.write(stage.session, stage.tools, teaching, child, mother, stage.say(teaching, "Ja.", child))
    assert _overview(stage).median_reply_hours == 3.0


def test_the_number_of_queries_does_not_grow(stage: Stage) -> None:
    """As many statements for one more group of thirty as without it."""
    with stage.statements() as before:
        _overview(stage)
    _large_group(stage, "4C", 30)
    stage.session.expire_all()
    stage.cast.hanneke.school_id  # noqa: B018  (read anew, as before)
    with stage.statements() as after:
        _overview(stage)
    assert len(after) == len(before) <= 12


def test_a_download_is_on_record(stage: Stage) -> None:
    """Who took the numbers out stands in the audit trail, with ids only."""
    school_overview.note_download(stage.session, stage.tools, stage.cast.hanneke)
    stage.session.flush()
    line = stage.session.scalars(select(AuditLine).where(AuditLine.action == "downloaded")).one()
    assert (line.actor_id, line.subject) == (stage.cast.hanneke.id, "school_overview")
    assert line.data == {"school": stage.cast.school.id}
