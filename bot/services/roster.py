"""Brings the people of the database in line with a school's roster, and tells what changed.

The school is the only one that writes here; what a person chose themselves (the language) is not overwritten.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.base import Base
from bot.model.people import Child, Group, Guardianship, Person, Post, Role, School, Teaching
from bot.services import access, audit, buddy_leaving, invitations, parting, people
from bot.services.language import fallback
from bot.services.roster_file import Problem, Reason, Row, read_roster
from bot.services.tools import Tools

__all__ = ["Change", "ChangeKind", "Problem", "Reason", "Row", "apply", "read_roster"]

Relation = Guardianship | Teaching | Post


class ChangeKind(enum.StrEnum):
    """What an import did to one fact."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    BACK = "back"  # had ended, stands in the roster again


@dataclass(frozen=True)
class Change:
    """One fact before and after, for the operator: it holds names, so it is printed and never logged."""

    kind: ChangeKind
    what: str
    before: str | None = None
    after: str | None = None


def apply(session: Session, tools: Tools, rows: Iterable[Row], *, end_missing: bool = False) -> list[Change]:
    """The database says what the rows say, at once; the same rows again change nothing.

    With `end_missing`, relations without a row end, but only at the schools that the rows name.
    """
    importing = _Import(session, tools)
    for row in rows:
        importing.take(row)
    if end_missing:
        importing.end_missing()
    importing.settle_schools()
    importing.settle_partings()
    return importing.changes


@dataclass
class _Import:
    session: Session
    tools: Tools
    changes: list[Change] = field(default_factory=list)
    schools: dict[int, School] = field(default_factory=dict)  # named by the rows
    persons: dict[int, tuple[Person, School]] = field(
        default_factory=dict
    )  # with the first school of their rows
    kept: set[tuple[str, int]] = field(default_factory=set)  # relations that have a row
    parted: dict[tuple[int, int], tuple[Person, Child]] = field(
        default_factory=dict
    )  # guardians without a say now
    left: dict[int, Person] = field(default_factory=dict)  # who have less to read than before
    staff_left: dict[int, Person] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """What one row says stands in the database."""
        school = self._school(row)
        person = self._person(row, school)
        if row.role is Role.GUARDIAN:
            self._guardianship(row, person, self._child(row, self._group(school, row.group)))
        elif row.role is Role.TEACHER:
            self._teaching(person, self._group(school, row.group))
        else:
            self._post(row.role, person, school)

    def end_missing(self) -> None:
        """Every relation at the named schools without a row has ended; who has none left cannot join."""
        for school in self.schools.values():
            for relation in _relations_at(self.session, school):
                if (relation.__tablename__, relation.id) in self.kept:
                    continue
                relation.ended_at = self.tools.clock.now()
                self._say(ChangeKind.ENDED, self._name(relation))
                self._note("ended", relation)
                self._parts(relation)
                person = self.session.get_one(Person, relation.person_id)
                if not people.roles_of(self.session, person):
                    invitations.revoke_all(self.session, self.tools, person)

    def settle_schools(self) -> None:
        """A person who has nothing left at the school on record belongs to the school of their rows."""
        for person, school in self.persons.values():
            if person.school_id not in people.school_ids_of(self.session, person):
                self._say(
                    ChangeKind.CHANGED, f"person {person.roster_id}: school", person.school.name, school.name
                )
                person.school = school
                self.session.flush()

    def settle_partings(self) -> None:
        """What waited for somebody who has no say any more goes on without them, and nothing more reaches them."""
        for person, child in self.parted.values():
            parting.guardian(self.session, self.tools, person, child)
        for person in self.staff_left.values():
            parting.staff(self.session, self.tools, person)
        for person in self.left.values():
            parting.keep_back(self.session, self.tools, person)
        buddy_leaving.end_of_staff(self.session, self.tools)

    def _parts(self, relation: Relation) -> None:
        person = self.session.get_one(Person, relation.person_id)
        self.left[person.id] = person
        if isinstance(relation, Guardianship):
            child = self.session.get_one(Child, relation.child_id)
            self.parted[person.id, child.id] = (person, child)
        else:
            self.staff_left[person.id] = person

    def _school(self, row: Row) -> School:
        school = self.session.scalar(select(School).where(School.name == row.school))
        what = f"school {row.school}"
        if school is None:
            school = School(name=row.school, type=row.school_type.value)
            self._add(school, what, row.school_type.value)
        self._set(school, "type", row.school_type.value, f"{what}: type")
        self.schools[school.id] = school
        return school

    def _group(self, school: School, name: str) -> Group:
        group = self.session.scalar(select(Group).where(Group.school_id == school.id, Group.name == name))
        if group is None:
            group = Group(school=school, name=name)
            self._add(group, f"group {name} of {school.name}")
        return group

    def _person(self, row: Row, school: School) -> Person:
        what = f"person {row.person_id}"
        shipped = row.language in self.tools.languages
        language, wish = (row.language, None) if shipped else (fallback(self.tools), row.language)
        person = self.session.scalar(select(Person).where(Person.roster_id == row.person_id))
        if person is None:
            person = Person(
                roster_id=row.person_id,
                school=school,
                name=row.person_name,
                language=language,
                wished_language=wish,
                language_chosen=False,
            )
            self._add(person, what, f"{row.person_name}, language {row.language}")
        self._set(person, "name", row.person_name, f"{what}: name")
        granted = person.wished_language == language
        self._set(person, "wished_language", wish, f"{what}: wished language")
        if granted or not person.language_chosen:
            self._set(person, "language", language, f"{what}: language")
        self.persons.setdefault(person.id, (person, school))
        return person

    def _child(self, row: Row, group: Group) -> Child:
        what = f"child {row.child_id}"
        child = self.session.scalar(select(Child).where(Child.roster_id == row.child_id))
        if child is None:
            child = Child(
                roster_id=row.child_id, first_name=row.child_first_name, group=group, grade=row.grade
            )
            self._add(child, what, f"{row.child_first_name}, grade {row.grade}, group {_place(group)}")
        self._set(child, "first_name", row.child_first_name, f"{what}: first name")
        self._set(child, "grade", row.grade, f"{what}: grade")
        if child.group_id != group.id:
            self._move(child, group)
        return child

    def _move(self, child: Child, group: Group) -> None:
        what = f"child {child.roster_id}: group"
        self._say(ChangeKind.CHANGED, what, _place(child.group), _place(group))
        audit.note(
            self.session,
            self.tools.clock,
            None,
            "group_changed",
            "child",
            child_id=child.id,
            before=child.group_id,
            after=group.id,
        )
        self.left |= {one.id: one for one in access.teachers_of(self.session, child)}
        child.group = group
        self.session.flush()

    def _guardianship(self, row: Row, person: Person, child: Child) -> None:
        found = self.session.scalar(
            select(Guardianship).where(Guardianship.person_id == person.id, Guardianship.child_id == child.id)
        )
        fresh = Guardianship(
            person_id=person.id, child_id=child.id, relation=row.relation, authority=row.authority
        )
        relation = self._relate(
            found, fresh, f"{row.relation or 'guardian'}, authority {_yes_no(row.authority)}"
        )
        what = self._name(relation)
        self._set(relation, "relation", row.relation, f"{what}: relation")
        if self._set(relation, "authority", row.authority, f"{what}: authority"):
            self._note("authority_changed", relation)
            if not row.authority:
                self._parts(relation)

    def _teaching(self, person: Person, group: Group) -> None:
        found = self.session.scalar(
            select(Teaching).where(Teaching.person_id == person.id, Teaching.group_id == group.id)
        )
        self._relate(found, Teaching(person_id=person.id, group_id=group.id))

    def _post(self, role: Role, person: Person, school: School) -> None:
        found = self.session.scalar(
            select(Post).where(
                Post.person_id == person.id, Post.school_id == school.id, Post.role == role.value
            )
        )
        self._relate(found, Post(person_id=person.id, school_id=school.id, role=role.value))

    def _relate(self, found: Relation | None, fresh: Relation, after: str | None = None) -> Relation:
        """The relation holds now: the one found, taken back if it had ended, or else the fresh one."""
        relation = found or fresh
        if found is None:
            self.session.add(fresh)
            self.session.flush()
            self._say(ChangeKind.ADDED, self._name(fresh), None, after)
            self._note("added", fresh)
        elif found.ended_at is not None:
            found.ended_at = None
            self._say(ChangeKind.BACK, self._name(found))
            self._note("back", found)
        self.kept.add((relation.__tablename__, relation.id))
        return relation

    def _name(self, relation: Relation) -> str:
        person = self.session.get_one(Person, relation.person_id)
        if isinstance(relation, Guardianship):
            child = self.session.get_one(Child, relation.child_id)
            return f"guardian {person.roster_id} of child {child.roster_id}"
        if isinstance(relation, Teaching):
            group = self.session.get_one(Group, relation.group_id)
            return f"teacher {person.roster_id} of group {_place(group)}"
        school = self.session.get_one(School, relation.school_id)
        return f"{relation.role} {person.roster_id} of {school.name}"

    def _note(self, action: str, relation: Relation) -> None:
        child_id = relation.child_id if isinstance(relation, Guardianship) else None
        audit.note(
            self.session,
            self.tools.clock,
            None,
            action,
            relation.__tablename__,
            child_id=child_id,
            person=relation.person_id,
            row=relation.id,
        )

    def _add(self, entity: Base, what: str, after: str | None = None) -> None:
        self.session.add(entity)
        self.session.flush()
        self._say(ChangeKind.ADDED, what, None, after)

    def _set(self, entity: Base, name: str, value: str | bool | int | None, what: str) -> bool:
        before = getattr(entity, name)
        if before == value:
            return False
        setattr(entity, name, value)
        self._say(ChangeKind.CHANGED, what, _shown(before), _shown(value))
        return True

    def _say(self, kind: ChangeKind, what: str, before: str | None = None, after: str | None = None) -> None:
        self.changes.append(Change(kind, what, before, after))


def _relations_at(session: Session, school: School) -> list[Relation]:
    """The relations at a school that have not ended."""
    guardianships = (
        select(Guardianship)
        .join(Child, Child.id == Guardianship.child_id)
        .join(Group, Group.id == Child.group_id)
        .where(Group.school_id == school.id, Guardianship.ended_at.is_(None))
        .order_by(Guardianship.id)
    )
    teachings = (
        select(Teaching)
        .join(Group, Group.id == Teaching.group_id)
        .where(Group.school_id == school.id, Teaching.ended_at.is_(None))
        .order_by(Teaching.id)
    )
    posts = select(Post).where(Post.school_id == school.id, Post.ended_at.is_(None)).order_by(Post.id)
    return [*session.scalars(guardianships), *session.scalars(teachings), *session.scalars(posts)]


def _place(group: Group) -> str:
    return f"{group.name} of {group.school.name}"


def _shown(value: str | bool | int | None) -> str | None:
    return _yes_no(value) if isinstance(value, bool) else None if value is None else str(value)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
