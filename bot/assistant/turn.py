"""One turn: what one person did at one door, and everything needed to answer."""

from dataclasses import dataclass
from typing import Any

from bot.assistant.voice import Voice
from bot.dialog.typed import is_blank
from bot.model.errors import DomainError, NotFoundError
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import Outgoing
from bot.model.people import Child, Person
from bot.model.translation import Saying
from bot.services import access, sayings


@dataclass
class Turn(Voice):
    """Handed to every handler of a subject; handlers answer with `say` and never commit."""

    person: Person
    incoming: Incoming

    def remember(self, **changes: Any) -> None:
        """These parts of the door's position are replaced; None removes one. Ids and keys only, no words."""
        kept = {name: value for name, value in {**self.door.state, **changes}.items() if value is not None}
        if kept != self.door.state:  # what is set is written, also when it is the same
            self.door.state = kept

    def wait_for(self, what: str, **arguments: Any) -> None:
        """The next words at this door go to `what` ("subject.said")."""
        self.remember(waits_for={"what": what, **arguments})

    def stop_waiting(self) -> None:
        """The next words at this door are not waited for."""
        self.remember(waits_for=None)

    @property
    def said_something(self) -> bool:
        """Whether words (also corrected ones), a voice message or a photo came in."""
        said = self.incoming.kind in {InputKind.WORDS, InputKind.CORRECTION}
        return self.has_file or (said and not is_blank(self.incoming.text))

    @property
    def has_file(self) -> bool:
        """Whether a voice message or a photo came in."""
        return self.incoming.kind in {InputKind.VOICE, InputKind.PHOTO}

    def keep_saying(self, child: Child | None, *, at_once: bool = True) -> Saying:
        """What came in is kept as said, with its file; see `sayings.keep`."""
        file = None
        if self.has_file:
            file = sayings.File(
                kind=self.incoming.kind.value,
                door_id=self.door.id,
                file_id=self.incoming.file_id,
                media_type=self.incoming.media_type,
                content=self.incoming.content,
            )
        return sayings.keep(
            self.session,
            self.tools,
            self.person,
            self.incoming.text,
            child=child,
            file=file,
            message_key=self.incoming.message_key or None,
            at_once=at_once,
        )

    def unused_words(self, saying_id: int) -> Saying:
        """What this person said and nothing uses yet; raises old_button where it is gone or used."""
        saying = self.session.get(Saying, saying_id)
        if saying is None or sayings.is_used(self.session, saying):
            raise DomainError("old_button")
        if saying.author_id != self.person.id:
            raise NotFoundError
        return saying

    @property
    def tapped(self) -> Outgoing:
        """The message whose button was tapped."""
        return self.session.get_one(Outgoing, int(self.incoming.button.partition(".")[0]))

    def children(self) -> list[Child]:
        """The children this person is guardian of."""
        return access.children_of(self.session, self.person)

    def chosen_child(self) -> Child | None:
        """The child this door is about now; the only one if there is one; None if it must be chosen."""
        children = self.children()
        if len(children) == 1:
            return children[0]
        chosen = self.door.state.get("child")
        return next((child for child in children if child.id == chosen), None)

    def own_child(self, child_id: int) -> Child:
        """One of the person's own children; raises NotFoundError for any other."""
        for child in self.children():
            if child.id == child_id:
                return child
        raise NotFoundError
