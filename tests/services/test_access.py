"""What each of the cast is to each child, and that the rules are asked with it."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Relation, Subject, may
from bot.model.clock import MovableClock
from bot.model.errors import NotFoundError
from bot.model.people import Guardianship, Person, Post, Teaching
from bot.services import access
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast

CHILDREN = ("kuba", "zosia", "abel", "lena", "other_child")
PEOPLE = ("agnieszka", "pieter", "marieke", "joris", "ewa", "selam", "hanneke", "karin", "victor", "olga")
# Who is what to whom, by child; everybody else is a stranger, or a teacher of other children.
KNOWN = {
    ("agnieszka", "kuba"): "guardian",
    ("agnieszka", "zosia"): "guardian",
    ("pieter", "kuba"): "guardian",
    ("selam", "abel"): "guardian",
    ("ewa", "lena"): "guardian",
    ("victor", "other_child"): "guardian",
    ("marieke", "kuba"): "teacher",
    ("marieke", "abel"): "teacher",
    ("joris", "zosia"): "teacher",
    ("joris", "lena"): "teacher",
    ("olga", "other_child"): "teacher",
    **{("hanneke", child): "lead" for child in CHILDREN[:4]},
    **{("karin", child): "coordinator" for child in CHILDREN[:4]},
}
TEACHERS = {"marieke", "joris", "olga"}


@pytest.mark.parametrize(("name", "child"), list(product(PEOPLE, CHILDREN)))
def test_what_everybody_is_to_every_child(
    database: Database, tools: Tools, cast: Cast, name: str, child: str
) -> None:
    """One relation each; a head is nothing at another school, a teacher only another teacher elsewhere."""
    otherwise = "other_teacher" if name in TEACHERS else "stranger"
    with database.reading() as session:
        here = cast.at(session)
        found = access.relations(session, tools, getattr(here, name), getattr(here, child))
    assert found == {Relation(KNOWN.get((name, child), otherwise))}


def owned(session: Session, tools: Tools, person: Person, cast: Cast, owner: Person) -> set[Relation]:
    """What a person is to Kuba when something of the owner is asked for."""
    return set(access.relations(session, tools, person, cast.kuba, owner_id=owner.id))


def test_self_is_only_who_owns_it(database: Database, tools: Tools, cast: Cast) -> None:
    """The owner of a part is SELF as well; the other guardian, the teacher and a stranger are not."""
    with database.reading() as session:
        here = cast.at(session)
        assert owned(session, tools, here.pieter, here, here.pieter) == {Relation.GUARDIAN, Relation.SELF}
        assert owned(session, tools, here.agnieszka, here, here.pieter) == {Relation.GUARDIAN}
        assert owned(session, tools, here.marieke, here, here.pieter) == {Relation.TEACHER}
        assert owned(session, tools, here.victor, here, here.pieter) == {Relation.STRANGER}
        assert owned(session, tools, here.victor, here, here.victor) == {Relation.STRANGER}


def test_without_authority_a_guardian_is_less(database: Database, tools: Tools, cast: Cast) -> None:
    """Authority is the school's entry; without it the own part stays and the dossier does not (004-dossier-5)."""
    with database.writing() as session:
        here = cast.at(session)
        session.scalars(
            select(Guardianship).where(Guardianship.person_id == here.pieter.id)
        ).one().authority = False
        found = owned(session, tools, here.pieter, here, here.pieter)
        assert found == {Relation.GUARDIAN_WITHOUT_AUTHORITY, Relation.SELF}
        assert not access.allowed(session, tools, here.pieter, here.kuba, Action.READ, Subject.DOSSIER)
        assert access.allowed(
            session, tools, here.pieter, here.kuba, Action.WRITE, Subject.OWN_PART, owner_id=here.pieter.id
        )


def test_a_party_is_a_guardian_whom_the_agreement_names(database: Database, tools: Tools, cast: Cast) -> None:
    """Being named makes a guardian a party, and nobody else."""
    with database.reading() as session:
        here = cast.at(session)
        for person, party in ((here.pieter, True), (here.marieke, False), (here.victor, False)):
            found = access.relations(session, tools, person, here.kuba, party=True)
            assert (Relation.PARTY in found) == party


def test_what_has_ended_counts_no_more(
    database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """An ended guardian, teacher, head or coordinator is a stranger at once."""
    with database.writing() as session:
        here = cast.at(session)
        for relation in (
            *session.scalars(select(Guardianship)),
            *session.scalars(select(Teaching)),
            *session.scalars(select(Post)),
        ):
            relation.ended_at = clock.now()
        session.flush()
        for name, child in product(PEOPLE, CHILDREN):
            person = getattr(here, name)
            found = access.relations(
                session, tools, person, getattr(here, child), owner_id=person.id, party=True
            )
            assert found == {Relation.STRANGER}
        assert not access.is_staff(session, here.hanneke)
        assert access.children_of(session, here.agnieszka) == []
        assert access.teachers_of(session, here.kuba) == []
        assert access.guardians_of(session, here.kuba) == []


def test_staff_named_by_the_lead_read_what_is_sensitive(database: Database, tools: Tools, cast: Cast) -> None:
    """Named in school.yaml: at the own school only, and only while being staff there (002-home-situation)."""
    everybody = frozenset({"s-karin", "s-joris", "s-olga", "p-ewa", "p-agnieszka"})
    named = replace(tools, sensitive_readers=everybody)
    with database.reading() as session:
        here = cast.at(session)
        may_read = {
            name
            for name in PEOPLE
            if access.allowed(
                session, named, getattr(here, name), here.kuba, Action.READ, Subject.SENSITIVE_ANSWER
            )
        }
    assert may_read == {"marieke", "karin", "joris"}


def test_a_teacher_who_is_a_guardian_is_both(database: Database, tools: Tools, cast: Cast) -> None:
    """Roles add up: meester Joris as Kuba's father is a guardian, and still only another teacher."""
    with database.writing() as session:
        here = cast.at(session)
        session.add(Guardianship(person=here.joris, child=here.kuba, relation="father", authority=True))
        session.flush()
        found = access.relations(session, tools, here.joris, here.kuba)
        assert found == {Relation.GUARDIAN, Relation.OTHER_TEACHER}


def test_the_rules_are_asked_with_these_relations(database: Database, tools: Tools, cast: Cast) -> None:
    """`allowed` and `require` say what the table says, for everybody, every action and every subject."""
    with database.reading() as session:
        here = cast.at(session)
        for name in PEOPLE:
            person = getattr(here, name)
            relations = access.relations(session, tools, person, here.kuba)
            for action, subject in product(Action, Subject):
                expected = may(relations, action, subject)
                assert access.allowed(session, tools, person, here.kuba, action, subject) == expected
        for person in (here.victor, here.ewa, here.olga):
            with pytest.raises(NotFoundError):
                access.require(session, tools, person, here.kuba, Action.READ, Subject.DOSSIER)
        access.require(session, tools, here.marieke, here.kuba, Action.READ, Subject.DOSSIER)


def test_a_refusal_looks_like_a_thing_that_does_not_exist(
    database: Database, tools: Tools, cast: Cast
) -> None:
    """A stranger cannot tell a child from no child (design promise 6)."""
    with database.reading() as session:
        here = cast.at(session)
        with pytest.raises(NotFoundError) as of_nothing:
            access.child_or_not_found(session, 10_000)
        with pytest.raises(NotFoundError) as of_kuba:
            access.require(session, tools, here.victor, here.kuba, Action.READ, Subject.DOSSIER)
        assert str(of_nothing.value) == str(of_kuba.value)
        assert of_nothing.value.data == of_kuba.value.data == {}


def test_who_belongs_to_whom(database: Database, cast: Cast) -> None:
    """Children by name, guardians with or without authority, teachers of the group."""
    with database.writing() as session:
        here = cast.at(session)
        assert access.children_of(session, here.agnieszka) == [here.kuba, here.zosia]
        assert access.teachers_of(session, here.zosia) == [here.joris]
        link = session.scalars(select(Guardianship).where(Guardianship.person_id == here.pieter.id)).one()
        link.authority = False
        session.flush()
        both = [one.person_id for one in access.guardians_of(session, here.kuba)]
        assert both == [here.agnieszka.id, here.pieter.id]
        deciding = [one.person_id for one in access.guardians_of(session, here.kuba, with_authority=True)]
        assert deciding == [here.agnieszka.id]
