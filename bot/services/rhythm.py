"""When a person may be reached with what others caused, how much of it a week, and what waits to be told together."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.model.errors import DomainError
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import Child, Door, Person
from bot.model.rhythm import WEEKEND, Gathered, Hours, OwnHours
from bot.services import access, audit
from bot.services.tools import Tools

WEEK = timedelta(days=7)


def frame_of(tools: Tools, *, at_school: bool) -> Hours:
    """What the school allows for its teachers, or for guardians."""
    return tools.rhythm.teachers if at_school else tools.rhythm.guardians


def hours_of(session: Session, tools: Tools, person: Person, *, at_school: bool) -> Hours:
    """When this person may be reached: their own hours within the school's; the school's where they leave nothing."""
    frame = frame_of(tools, at_school=at_school)
    own = own_hours(session, person)
    if own is None:
        return frame
    days = frame.days if own.weekend else frame.days - WEEKEND
    wished = Hours(
        days,
        frame.from_minute if own.from_minute is None else own.from_minute,
        frame.until_minute if own.until_minute is None else own.until_minute,
    ).within(frame)
    return wished if wished.are_open else frame


def own_hours(session: Session, person: Person) -> OwnHours | None:
    """What the person chose; None where the school's hours hold."""
    return session.scalar(select(OwnHours).where(OwnHours.person_id == person.id))


def choose_hours(
    session: Session,
    tools: Tools,
    person: Person,
    *,
    from_minute: int | None,
    until_minute: int | None,
    weekend: bool,
    at_school: bool | None = None,
) -> None:
    """The person is reached within these hours from now on; None of them: as the school has it.

    `at_school` says whose frame is meant for who is staff and guardian. Raises hours_turned where they end before they
    begin, hours_outside where the school does not allow them or no day is left.
    """
    frame = frame_of(tools, at_school=is_at_school(session, person) if at_school is None else at_school)
    wished = replace(
        frame,
        days=frame.days if weekend else frame.days - WEEKEND,
        from_minute=frame.from_minute if from_minute is None else from_minute,
        until_minute=frame.until_minute if until_minute is None else until_minute,
    )
    if wished.from_minute >= wished.until_minute:
        raise DomainError("hours_turned")
    if not wished.are_open or wished.within(frame) != wished:
        raise DomainError("hours_outside")
    own = own_hours(session, person)
    if own is None:
        own = OwnHours(person_id=person.id)
        session.add(own)
    own.from_minute, own.until_minute, own.weekend = from_minute, until_minute, weekend
    session.flush()
    audit.note(session, tools.clock, person.id, "choose_hours", "person")


def is_at_school(session: Session, person: Person) -> bool:
    """Whether a person is reached as staff; one who is also a guardian counts as a guardian."""
    return not access.children_of(session, person) and access.is_staff(session, person)


def next_moment(session: Session, tools: Tools, person: Person, *, at_school: bool) -> datetime:
    """The first moment from now on at which the person may be reached."""
    hours = hours_of(session, tools, person, at_school=at_school)
    return hours.next_allowed(tools.clock, tools.clock.now())


def left_this_week(session: Session, tools: Tools, person: Person, moment: datetime) -> int | None:
    """How many messages this guardian may still get in the week that ends then; None: any number."""
    most = tools.rhythm.most_a_week
    if most is None:
        return None
    counted = session.scalar(
        select(func.count(Outgoing.id))
        .join(Door, Door.id == Outgoing.door_id)
        .where(Door.person_id == person.id, Outgoing.counted, Outgoing.not_before > moment - WEEK)
    )
    return max(0, most - (counted or 0))


def held_until(session: Session, tools: Tools, door: Door, moment: datetime) -> datetime:
    """This moment, or a later one for which something is held at this door already: they keep their order."""
    latest = session.scalar(
        select(func.max(Outgoing.not_before)).where(
            Outgoing.door_id == door.id,
            Outgoing.state == OutgoingState.WAITING.value,
            Outgoing.not_before > tools.clock.now(),
        )
    )
    return max(moment, latest) if latest else moment


def gather(
    session: Session, tools: Tools, person: Person, kind: str, child_id: int | None, *, at_school: bool
) -> None:
    """The fact is told later, together with others."""
    session.add(
        Gathered(
            person_id=person.id,
            child_id=child_id,
            at_school=at_school,
            kind=kind,
            made_at=tools.clock.now(),
            told_at=None,
        )
    )


def untold(session: Session, person_id: int, *, at_school: bool, before: datetime) -> list[Gathered]:
    """What was gathered for the person before this moment and not told, oldest first; nobody else tells it now."""
    return list(
        session.scalars(
            select(Gathered)
            .where(
                Gathered.person_id == person_id,
                Gathered.at_school.is_(at_school),
                Gathered.told_at.is_(None),
                Gathered.made_at < before,
            )
            .order_by(Gathered.id)
            .with_for_update()
        )
    )


def people_with_untold(session: Session, *, at_school: bool, before: datetime) -> list[Person]:
    """Everybody for whom something was gathered before this moment."""
    query = select(Gathered.person_id).where(
        Gathered.told_at.is_(None), Gathered.at_school.is_(at_school), Gathered.made_at < before
    )
    return list(session.scalars(select(Person).where(Person.id.in_(query)).order_by(Person.id)))


def names_of(session: Session, child_ids: set[int]) -> dict[int, str]:
    """The first names of these children."""
    found = session.scalars(select(Child).where(Child.id.in_(child_ids)))
    return {child.id: child.first_name for child in found}
