"""What may leave the school to be translated: which sayings, and without which names."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.model.people import Child, Group, Guardianship, Person, School
from bot.model.preparation import Answer, AnswerHistory
from bot.model.privacy import ConsentPurpose
from bot.model.translation import Saying, Translation
from bot.services import privacy
from bot.translation import names
from bot.translation.names import Gender, KnownName

_GENDERS = {"mother": Gender.FEMALE, "father": Gender.MALE}


def may_leave(session: Session, translation_ids: Iterable[int]) -> frozenset[int]:
    """Those of them that a translator outside the school may get, without names.

    Never a sensitive answer; of what a guardian wrote only what is covered by the guardian's own consent.
    """
    asked = set(translation_ids)
    rows = session.execute(
        select(Translation.id, Saying.id, Person)
        .join(Saying, Saying.id == Translation.saying_id)
        .join(Person, Person.id == Saying.author_id)
        .where(Translation.id.in_(asked))
    ).all()
    kept_in = sensitive(session, {saying_id for _id, saying_id, _person in rows})
    return frozenset(
        translation_id
        for translation_id, saying_id, author in rows
        if saying_id not in kept_in
        and (
            not author.guardianships or privacy.consents(session, author, ConsentPurpose.OUTSIDE_TRANSLATION)
        )
    )


def sensitive(session: Session, saying_ids: Collection[int]) -> frozenset[int]:
    """Those of them that are, or were, a sensitive answer."""
    answers = select(Answer.saying_id).where(Answer.saying_id.in_(saying_ids), Answer.sensitive)
    earlier = (
        select(AnswerHistory.saying_id)
        .join(Answer, Answer.id == AnswerHistory.answer_id)
        .where(AnswerHistory.saying_id.in_(saying_ids), Answer.sensitive)
    )
    found = {*session.scalars(answers), *session.scalars(earlier)}
    return frozenset(one for one in found if one is not None)


def around(session: Session, translation_ids: Iterable[int]) -> Mapping[int, frozenset[KnownName]]:
    """For each translation the names at the schools of its writer and of the children the writer has or speaks of.

    People who left are among them as long as they are known here. Asks no access rule: nobody sees these names.
    """
    schools = {one: _schools_of(session, one) for one in translation_ids}
    known = {one: at_schools(session, one) for one in set(schools.values())}
    return {one: known[schools[one]] for one in schools}


def at_schools(session: Session, school_ids: frozenset[int]) -> frozenset[KnownName]:
    """The names of these schools, their groups, children, guardians and staff. Asks no access rule."""
    return frozenset(_names_at(session, school_ids))


def _schools_of(session: Session, translation_id: int) -> frozenset[int]:
    saying = session.scalars(
        select(Saying)
        .join(Translation, Translation.saying_id == Saying.id)
        .where(Translation.id == translation_id)
    ).one_or_none()
    if saying is None:
        return frozenset()  # erased meanwhile
    own = select(Person.school_id).where(Person.id == saying.author_id)
    of_children = (
        select(Group.school_id)
        .join(Child, Child.group_id == Group.id)
        .where(
            or_(
                Child.id == saying.child_id,
                Child.id.in_(select(Guardianship.child_id).where(Guardianship.person_id == saying.author_id)),
            )
        )
    )
    return frozenset(session.scalars(own.union(of_children)))


def _names_at(session: Session, school_ids: frozenset[int]) -> Iterator[KnownName]:
    for (name,) in session.execute(select(School.name).where(School.id.in_(school_ids))):
        yield from names.of_school(name)
    for (name,) in session.execute(select(Group.name).where(Group.school_id.in_(school_ids))):
        yield from names.of_group(name)
    children = select(Child.first_name).join(Group).where(Group.school_id.in_(school_ids))
    for (name,) in session.execute(children):
        yield from names.of_child(name)
    people = (
        select(Person.name, Guardianship.relation)
        .outerjoin(Guardianship, Guardianship.person_id == Person.id)
        .where(
            or_(
                Person.school_id.in_(school_ids),
                Guardianship.child_id.in_(
                    select(Child.id).join(Group).where(Group.school_id.in_(school_ids))
                ),
            )
        )
        .distinct()
    )
    for name, relation in session.execute(people):
        yield from names.of_person(name, _GENDERS.get(relation or ""))
