"""One fact and the means to tell it to those it concerns."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from bot.assistant.voice import Voice, voices_of
from bot.content.texts import Texts
from bot.model.people import Child, Person
from bot.services import access, rhythm
from bot.services.events import Event
from bot.services.tools import Tools

AT_ONCE = frozenset({"notices.help_asked"})  # a new door is told without tell_teachers, at once too


class Teller:
    """One fact and the means to tell it."""

    def __init__(self, session: Session, tools: Tools, texts: Texts, event: Event) -> None:
        self.session = session
        self.tools = tools
        self.texts = texts
        self.event = event

    def voices(self, people: Iterable[Person], child: Child | None = None) -> Iterable[Voice]:
        """One voice for every welcomed, open door of these people but the actor, to speak when they may be reached."""
        for person in people:
            if person.id != self.event.actor_id:
                yield from voices_of(self.session, self.tools, self.texts, person, child)

    def readers(self, people: Iterable[Person], child: Child | None = None) -> Iterable[Voice]:
        """As `voices`, but only doors that may read back; at the others stands that something waits."""
        for voice in self.voices(people, child):
            if voice.door.reads_back:
                yield voice
            else:
                voice.say("notices.something_waits")

    def child(self, child_id: int) -> Child:
        """The child it is about."""
        return self.session.get_one(Child, child_id)

    def tell_teachers(self, child: Child, macro: str, **parameters: Any) -> None:
        """The teachers of the child's group read a state, never words, with a way to open the child.

        Where the school gathers the news of a day, only a call for help comes at once.
        """
        teachers = access.teachers_of(self.session, child)
        if self.tools.rhythm.digest_minute is not None and macro not in AT_ONCE:
            for teacher in teachers:
                if teacher.id != self.event.actor_id:
                    rhythm.gather(self.session, self.tools, teacher, macro, child.id, at_school=True)
            return
        for voice in self.voices(teachers, child):
            ways = ways_to_read(voice, child)
            voice.say(macro, buttons=ways, child=child.first_name, **parameters)

    def actor_name(self) -> str:
        """The name of the person who did it."""
        actor = self.session.get(Person, self.event.actor_id) if self.event.actor_id else None
        return actor.name if actor else ""


def ways_to_read(voice: Voice, child: Child) -> list[list[dict[str, Any]]]:
    """The child in this chat, and the desk: there stand the words."""
    return [
        [voice.button("notices.open_child_button", "group.child", child=child.id)],
        [voice.button("group.desk_button", "group.desk")],
    ]
