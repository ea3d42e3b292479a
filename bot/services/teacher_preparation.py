"""What a teacher prepares for the talk: written as a draft, shared with the parents as the teacher's own words."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.model.access import Action, Subject
from bot.model.drafts import DraftKind
from bot.model.errors import DomainError
from bot.model.people import Child, Person
from bot.model.teacher_preparation import (
    CHOICES,
    ONE_CHOICE,
    TEXTS,
    TeacherPreparation,
    TeacherPreparationText,
)
from bot.services import access, audit, circle, drafts
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


def share(
    session: Session, tools: Tools, actor: Person, child: Child, fingerprint: str
) -> TeacherPreparation:
    """What stands in the actor's draft is shared with the parents and the draft is gone (001-p01).

    Raises words_needed, and draft_changed where the draft is not the one the actor looked at.
    """
    access.require(session, tools, actor, child, Action.WRITE, Subject.TEACHER_PREPARATION)
    draft = drafts.find(session, tools, actor, drafts.Form(child, DraftKind.PREPARATION))
    contents = drafts.contents(draft)
    texts = {name: contents[name] for name in TEXTS if _is_words(contents.get(name))}
    if draft is None or not texts:
        raise DomainError("words_needed")
    if fingerprint != drafts.fingerprint(draft):
        raise DomainError("draft_changed")
    made = TeacherPreparation(
        child_id=child.id,
        author=actor,
        choices={name: keys for name in CHOICES if (keys := _chosen(name, contents.get(name)))},
        shared_at=tools.clock.now(),
        texts=[],
    )
    for name, words in texts.items():
        saying = circle.own_words(session, tools, actor, child, words)
        made.texts.append(TeacherPreparationText(question=name, saying=saying))
    session.add(made)
    session.flush()
    for text in made.texts:
        circle.share_with_all(session, tools, child, text.saying)
    drafts.close(session, tools, draft, actor)
    audit.note(
        session, tools.clock, actor.id, "share", "teacher_preparation", child_id=child.id, made=made.id
    )
    happened(session, EventKind.TEACHER_PREPARED, made.id, actor.id)
    return made


def of_child(session: Session, child: Child) -> list[TeacherPreparation]:
    """Everything that teachers shared before talks about a child, newest first."""
    query = (
        select(TeacherPreparation)
        .where(TeacherPreparation.child_id == child.id)
        .options(selectinload(TeacherPreparation.texts).selectinload(TeacherPreparationText.saying))
        .order_by(TeacherPreparation.shared_at.desc(), TeacherPreparation.id.desc())
    )
    return list(session.scalars(query))


def _is_words(content: Any) -> bool:
    return isinstance(content, str) and bool(content.strip())


def _chosen(name: str, content: Any) -> list[str]:
    """The known keys among what was chosen, in the order of the form."""
    chosen = content if isinstance(content, list) else [content]
    keys = [key for key in CHOICES[name] if key in chosen]
    return keys[:1] if name in ONE_CHOICE else keys
