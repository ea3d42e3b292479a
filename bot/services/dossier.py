"""Everything about one child in one order, additions to it, who looked, and the export of it all."""

import base64
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from bot.model.access import Action, Relation, Subject
from bot.model.dossier import Entry, EntryKind, Look
from bot.model.errors import DomainError, NotFoundError
from bot.model.everything import metadata
from bot.model.messages import HelpWish, Message
from bot.model.people import Child, Guardianship, Person
from bot.model.preparation import Run, Share
from bot.model.translation import Attachment, Saying, Translation
from bot.services import (
    access,
    agreements,
    audit,
    circle,
    companions,
    conversation,
    preparation,
    sayings,
    seen_differently,
    teacher_views,
    views,
)
from bot.services.events import EventKind, happened
from bot.services.sayings import Shown
from bot.services.tools import Tools
from bot.services.views import DossierView, Eyes

LOOKS_APART = timedelta(minutes=10)
OPERATOR_LANGUAGE = "nl"

_STAFF_SIDE = frozenset({Relation.TEACHER, Relation.LEAD, Relation.COORDINATOR, Relation.NAMED_STAFF})
_GUARDIAN_SIDE = frozenset({Relation.GUARDIAN, Relation.GUARDIAN_WITHOUT_AUTHORITY})

_BELONGS_TO_SAYING = {Attachment.__tablename__, Translation.__tablename__}
_USES_OF_SAYINGS = tuple(
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if table.name not in _BELONGS_TO_SAYING
    and any(key.column.table is Saying.__table__ for key in column.foreign_keys)
)


def view(session: Session, tools: Tools, reader: Person, child: Child, *, as_staff: bool) -> DossierView:
    """All that this reader may see as staff or as guardian; NotFoundError for who is not that here."""
    return _seen(session, tools, child, _eyes(session, tools, reader, child, as_staff=as_staff))


def add(session: Session, tools: Tools, author: Person, child: Child, saying: Saying, kind: str) -> Entry:
    """The words stand in the dossier as fact or view (004-dossier-7). Raises kind_needed, words_needed."""
    access.require(session, tools, author, child, Action.WRITE, Subject.ADDITION)
    if kind not in set(EntryKind):
        raise DomainError("kind_needed")
    saying = circle.own_words(session, tools, author, child, saying)
    entry = Entry(
        child_id=child.id,
        author=author,
        saying=saying,
        kind=kind,
        made_at=tools.clock.now(),
    )
    session.add(entry)
    session.flush()
    circle.share_with_all(session, tools, child, saying)
    audit.note(session, tools.clock, author.id, "add", "entry", child_id=child.id, entry=entry.id)
    happened(session, EventKind.ADDITION_MADE, entry.id, author.id)
    return entry


def remove(session: Session, tools: Tools, actor: Person, entry: Entry) -> None:
    """The addition and its words are gone, at its author's own request (004-dossier-7)."""
    child = session.get_one(Child, entry.child_id)
    access.require(session, tools, actor, child, Action.REMOVE, Subject.ADDITION, owner_id=entry.author_id)
    audit.note(session, tools.clock, actor.id, "remove", "entry", child_id=child.id, entry=entry.id)
    saying_id = entry.saying_id
    session.delete(entry)
    session.flush()
    sayings.erase(session, [saying_id])


def look(session: Session, tools: Tools, viewer: Person, child: Child, what: str, *, as_staff: bool) -> None:
    """It is on record that the viewer opened this page; once in ten minutes is enough."""
    _eyes(session, tools, viewer, child, as_staff=as_staff)
    recent = select(Look.id).where(
        Look.child_id == child.id,
        Look.viewer_id == viewer.id,
        Look.as_staff.is_(as_staff),
        Look.what == what,
        Look.looked_at > tools.clock.now() - LOOKS_APART,
    )
    if session.scalar(recent.limit(1)) is None:
        session.add(
            Look(
                child_id=child.id,
                viewer=viewer,
                as_staff=as_staff,
                what=what,
                looked_at=tools.clock.now(),
            )
        )
        session.flush()


def looks(session: Session, tools: Tools, reader: Person, child: Child) -> list[Look]:
    """The staff's looks where the reader may see them, and the reader's own as a guardian; newest first."""
    held = access.relations(session, tools, reader, child)
    as_staff = held.isdisjoint(_GUARDIAN_SIDE)
    return _looks(session, child, _eyes(session, tools, reader, child, as_staff=as_staff))


def export(session: Session, tools: Tools, child: Child, reader: Person | None) -> dict[str, Any]:
    """What the reader sees as plain JSON, with voices and photos in base64.

    Without a reader, for the operator: all that was shared about the child; of the rest, that it exists.
    """
    if reader is None:
        eyes = Eyes(reader=None, relations=frozenset(), language=OPERATOR_LANGUAGE, as_staff=True)
    else:
        held = access.relations(session, tools, reader, child)
        eyes = _eyes(session, tools, reader, child, as_staff=held.isdisjoint(_GUARDIAN_SIDE))
    seen = _seen(session, tools, child, eyes)
    plain: dict[str, Any] = _plain(seen)
    plain["media"] = _media(session, sorted(set(_attachment_ids(seen))))
    return plain


def _eyes(session: Session, tools: Tools, reader: Person, child: Child, *, as_staff: bool) -> Eyes:
    held = access.relations(session, tools, reader, child) & (_STAFF_SIDE if as_staff else _GUARDIAN_SIDE)
    if not held:
        raise NotFoundError
    return Eyes(
        reader=reader,
        relations=held,
        language=reader.language,
        as_staff=as_staff,
        knows=sayings.known_languages(session, tools, child, as_staff=as_staff),
    )


def _read_ahead(session: Session, child: Child) -> list[Saying | Person]:
    """Everything said about the child and everybody who said or saw it, in as many queries for little as for much.

    It counts while the list is held (by the session): what the views then ask for one by one is at hand.
    """
    said = session.scalars(
        select(Saying)
        .where(Saying.child_id == child.id)
        .options(
            selectinload(Saying.attachments).defer(Attachment.content), selectinload(Saying.translations)
        )
    )
    people = session.scalars(
        select(Person).where(
            or_(
                Person.id.in_(select(Saying.author_id).where(Saying.child_id == child.id)),
                Person.id.in_(select(Look.viewer_id).where(Look.child_id == child.id)),
                Person.id.in_(select(Guardianship.person_id).where(Guardianship.child_id == child.id)),
            )
        )
    )
    return [*said, *people]


def _seen(session: Session, tools: Tools, child: Child, eyes: Eyes) -> DossierView:
    session.info["at_hand"] = _read_ahead(session, child)
    talks = [
        talk
        for talk in conversation.all_of_child(session, child)
        if eyes.reader is None or conversation.sees(eyes.relations, eyes.reader.id, talk)
    ]
    coming = companions.confirmed_at(session, talks)
    seen = DossierView(
        child_id=child.id,
        first_name=child.first_name,
        grade=child.grade,
        group=child.group.name,
        language=eyes.language,
        as_staff=eyes.as_staff,
        joint=eyes.may_read(Subject.DOSSIER),
        parts=tuple(
            _part(session, tools, child, guardianship, eyes)
            for guardianship in access.guardians_of(session, child)
            if eyes.may_read(Subject.PROGRESS, guardianship.person_id)
            or eyes.may_read(Subject.SHARED_ANSWER, guardianship.person_id)
        ),
        talks=tuple(views.talk(eyes, talk, coming[talk.id]) for talk in talks),
        agreements=_agreements(session, child, eyes, {talk.id for talk in talks}),
        additions=_additions(session, child, eyes),
        drafts=(*_drafts(session, child, eyes), *teacher_views.drafts_begun(session, tools, child, eyes)),
        teacher=teacher_views.pictures(session, child, eyes),
        reports=teacher_views.reports(session, child, eyes),
        goals=teacher_views.goals(session, child, eyes),
        looks=tuple(
            views.LookView(
                one.viewer.name, eyes.is_self(one.viewer_id), one.as_staff, one.what, one.looked_at
            )
            for one in _looks(session, child, eyes)
        ),
    )
    both_sides = seen_differently.side_by_side(seen.parts, seen.teacher, seen.reports)
    return replace(seen, seen_differently=both_sides)


def _part(
    session: Session, tools: Tools, child: Child, guardianship: Guardianship, eyes: Eyes
) -> views.PartView:
    guardian = guardianship.person
    own = eyes.is_self(guardian.id)
    run = preparation.run_of(session, guardian, child)
    answers = _answers(session, tools, child, guardian, run, eyes)
    inside = own or eyes.reader is None
    wishes = _help_wishes(session, child, guardian)
    progress = preparation.progress_from(run, [wish.kind for wish in wishes if wish.settled_at is None])
    return views.PartView(
        person_id=guardian.id,
        name=guardian.name,
        relation=guardianship.relation,
        authority=guardianship.authority,
        own=own,
        progress=progress.value if eyes.may_read(Subject.PROGRESS, guardian.id) else None,
        withdrawn=inside and run is not None and run.withdrawn_at is not None,
        answers=answers,
        unshared=_unshared(run) if inside else None,
        messages=_messages(session, child, guardian, eyes, answers),
        help_wishes=tuple(
            views.HelpView(wish.id, wish.kind, wish.asked_at, wish.settled_at)
            for wish in wishes
            if eyes.may_read(Subject.HELP, guardian.id)
        ),
    )


def _answers(
    session: Session, tools: Tools, child: Child, guardian: Person, run: Run | None, eyes: Eyes
) -> tuple[views.AnswerView, ...]:
    if run is None:
        return ()
    script = preparation.script_of(run)
    if eyes.reader is not None and not eyes.is_self(guardian.id):
        found = preparation.shared_answers(session, tools, eyes.reader, child, guardian)
        return tuple(views.answer(eyes, script, one) for one in found)
    order = {question.id: place for place, question in enumerate(script.questions)}
    kept = sorted(run.answers, key=lambda one: order.get(one.question, len(order)))
    if eyes.reader is None:
        kept = [] if run.withdrawn_at else [one for one in kept if one.share == Share.SHARED.value]
    return tuple(views.answer(eyes, script, one) for one in kept)


def _unshared(run: Run | None) -> int:
    if run is None:
        return 0
    return sum(1 for one in run.answers if run.withdrawn_at or one.share != Share.SHARED.value)


def _messages(
    session: Session, child: Child, guardian: Person, eyes: Eyes, answers: tuple[views.AnswerView, ...]
) -> tuple[views.MessageView, ...]:
    if not eyes.may_read(Subject.THREAD, guardian.id):
        return ()
    query = (
        select(Message)
        .where(Message.child_id == child.id, Message.guardian_id == guardian.id)
        .order_by(Message.made_at, Message.id)
    )
    return tuple(views.message(eyes, one, answers) for one in session.scalars(query))


def _help_wishes(session: Session, child: Child, guardian: Person) -> list[HelpWish]:
    query = select(HelpWish).where(HelpWish.child_id == child.id, HelpWish.person_id == guardian.id)
    return list(session.scalars(query.order_by(HelpWish.id)))


def _agreements(
    session: Session, child: Child, eyes: Eyes, talk_ids: set[int]
) -> tuple[views.AgreementView, ...]:
    found = [
        one
        for one in agreements.all_of_child(session, child)
        if eyes.reader is None or agreements.sees(eyes.relations, eyes.reader, one)
    ]
    seen = {one.id for one in found}
    following = {one.earlier_id: one.id for one in found}
    return tuple(
        replace(
            views.agreement(eyes, one, agreements.waits_for(one), talk_ids),
            earlier_id=one.earlier_id if one.earlier_id in seen else None,
            following_id=following.get(one.id),
        )
        for one in found
    )


def _additions(session: Session, child: Child, eyes: Eyes) -> tuple[views.AdditionView, ...]:
    query = select(Entry).where(Entry.child_id == child.id)
    return tuple(
        views.AdditionView(
            entry_id=one.id,
            kind=one.kind,
            said=eyes.shown(one.saying),
            author=one.author.name,
            own=eyes.is_self(one.author_id),
            made_at=one.made_at,
        )
        for one in session.scalars(query.order_by(Entry.made_at.desc(), Entry.id.desc()))
        if eyes.may_read(Subject.ADDITION)
    )


def _drafts(session: Session, child: Child, eyes: Eyes) -> tuple[views.DraftView, ...]:
    """Words that stand nowhere yet: the school's for all who read the dossier, a guardian's own."""
    query = (
        select(Saying, Person).join(Person, Person.id == Saying.author_id).where(Saying.child_id == child.id)
    )
    for column in _USES_OF_SAYINGS:
        query = query.where(Saying.id.not_in(select(column).where(column.is_not(None))))
    guardian_ids = {one.person_id for one in access.guardians_of(session, child)}
    return tuple(
        views.DraftView(author.name, eyes.is_self(author.id), saying.said_at)
        for saying, author in session.execute(query.order_by(Saying.id))
        if eyes.reader is None
        or eyes.is_self(author.id)
        or (author.id not in guardian_ids and eyes.may_read(Subject.DOSSIER))
    )


def _looks(session: Session, child: Child, eyes: Eyes) -> list[Look]:
    query = (
        select(Look)
        .where(Look.child_id == child.id)
        .options(selectinload(Look.viewer))
        .order_by(Look.looked_at.desc(), Look.id.desc())
    )
    return [
        one
        for one in session.scalars(query)
        if (
            eyes.may_read(Subject.STAFF_LOOKS)
            if one.as_staff
            else eyes.may_read(Subject.OWN_LOOKS, one.viewer_id)
        )
    ]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def said_in(value: Any) -> Iterator[Shown]:
    """Everything somebody said that stands in a view."""
    if isinstance(value, Shown):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from said_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from said_in(one)


def _attachment_ids(value: Any) -> Iterator[int]:
    for shown in said_in(value):
        yield from (*shown.voices, *shown.photos)


def _media(session: Session, attachment_ids: list[int]) -> dict[str, dict[str, Any]]:
    found = [session.get_one(Attachment, one) for one in attachment_ids]
    return {
        str(one.id): {
            "kind": one.kind,
            "media_type": one.media_type,
            "state": one.state,
            "base64": base64.b64encode(one.content).decode() if one.content else None,
        }
        for one in found
    }
