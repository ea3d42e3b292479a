"""The assistant's voice at one door: says things and labels buttons in the language of the door's person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant import speech
from bot.content.texts import Texts
from bot.model.people import Child, Door, DoorKind, Person
from bot.services import access, rhythm
from bot.services.tools import Tools


@dataclass
class Push:
    """How what somebody else caused reaches one person: when, how much of it, and who pays for it."""

    at: datetime
    left: int | None  # messages of this week; None: any number
    counted: bool  # a copy at a second phone of the same person does not count
    at_school: bool
    child_id: int | None = None  # whom it is about


@dataclass
class Voice:
    """Speaks at one door; never commits."""

    session: Session
    tools: Tools
    texts: Texts
    door: Door
    push: Push | None = field(default=None, kw_only=True)  # None: it answers the person's own step, at once

    @property
    def language(self) -> str:
        """The language the person chose."""
        return self.door.person.language

    @property
    def shows_staff_words(self) -> bool:
        """Whether a member of staff reads words here, and not states and links only; our own pages are our house."""
        return self.door.kind == DoorKind.WEB.value or self.tools.words_in_staff_chat

    def say(
        self,
        macro: str,
        *,
        buttons: speech.Buttons = (),
        protect: bool = False,
        attachment_id: int | None = None,
        urgent: bool = False,
        **parameters: Any,
    ) -> None:
        """A message waits to go out by this door; what is too much for this week is gathered, unless it is urgent."""
        if not self._may_push(macro, urgent=urgent):
            return
        speech.write(
            self.session,
            self.tools,
            self.texts,
            self.door,
            macro,
            buttons=buttons,
            protect=protect,
            attachment_id=attachment_id,
            not_before=self._not_before(),
            counted=self.push is not None and self.push.counted,
            parameters=parameters,
        )

    def _may_push(self, macro: str, *, urgent: bool) -> bool:
        """Whether it goes out as a message of its own (004-too-much-info)."""
        push = self.push
        if push is None or push.left is None:
            return True
        if push.left <= 0 and not urgent:
            if push.counted:
                rhythm.gather(
                    self.session,
                    self.tools,
                    self.door.person,
                    macro,
                    push.child_id,
                    at_school=push.at_school,
                )
            return False
        push.left -= 1
        return True

    def _not_before(self) -> datetime | None:
        return rhythm.held_until(self.session, self.tools, self.door, self.push.at) if self.push else None

    def button(self, label_macro: str, do: str, **arguments: Any) -> dict[str, Any]:
        """A button whose label is a macro in the person's language."""
        return speech.button(self.texts.label(self.language, label_macro), do, **arguments)

    def named_button(
        self, label_macro: str, do: str, values: Mapping[str, Any], **arguments: Any
    ) -> dict[str, Any]:
        """A button whose label says something about the thing itself."""
        return speech.button(self.texts.label(self.language, label_macro, values), do, **arguments)


def voices_of(
    session: Session,
    tools: Tools,
    texts: Texts,
    person: Person,
    child: Child | None = None,
    *,
    spare: int = 1,
    only: Door | None = None,
    between_parents: bool = False,
) -> Iterator[Voice]:
    """One voice for every welcomed, open door of a person, which speaks when that person may be reached.

    About which child decides whether one is reached as a guardian or as staff. A guardian's last `spare` messages
    of a week are kept for what is told together (004-too-much-info). What parents say to each other
    (`between_parents`) keeps the quiet hours and is no message of the school.
    """
    doors = [only] if only else open_doors(session, person)
    if not doors:
        return
    is_guardian = access.is_guardian(person, child) if child else access.children_of(session, person)
    at_school = not (between_parents or is_guardian)
    at = rhythm.next_moment(session, tools, person, at_school=at_school)
    free = at_school or between_parents
    left = None if free else rhythm.left_this_week(session, tools, person, at)
    for number, door in enumerate(doors):
        push = Push(
            at=at,
            left=None if left is None else max(0, left - spare),
            counted=number == 0 and not free,
            at_school=at_school,
            child_id=child.id if child else None,
        )
        yield Voice(session, tools, texts, door, push=push)


def open_doors(session: Session, person: Person) -> list[Door]:
    """The doors at which a person hears what others did."""
    query = select(Door).where(
        Door.person_id == person.id, Door.ended_at.is_(None), Door.welcomed_at.is_not(None)
    )
    return list(session.scalars(query.order_by(Door.id)))
