"""The assistant's voice at one door: says things and labels buttons in the language of the door's person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import speech
from bot.content.texts import Texts
from bot.model.people import Door
from bot.services.tools import Tools


@dataclass
class Voice:
    """Speaks at one door; never commits."""

    session: Session
    tools: Tools
    texts: Texts
    door: Door

    @property
    def language(self) -> str:
        """The language the person chose."""
        return self.door.person.language

    def say(
        self,
        macro: str,
        *,
        buttons: speech.Buttons = (),
        protect: bool = False,
        attachment_id: int | None = None,
        **parameters: Any,
    ) -> None:
        """A message waits to go out by this door."""
        speech.write(
            self.session,
            self.tools,
            self.texts,
            self.door,
            macro,
            buttons=buttons,
            protect=protect,
            attachment_id=attachment_id,
            parameters=parameters,
        )

    def button(self, label_macro: str, do: str, **arguments: Any) -> dict[str, Any]:
        """A button whose label is a macro in the person's language."""
        return speech.button(self.texts.label(self.language, label_macro), do, **arguments)
