"""The ear at a question: who does not read easily hears it. Recordings are the school's, never a person's."""

from bot.assistant.turn import Turn
from bot.dialog.script import Part
from bot.model.messages import Outgoing
from bot.services.preparation import Step
from bot.services.tools import Tools

PARAMETER = "sound"


def can_be_heard(turn: Turn, step: Step, question: str) -> bool:
    """Whether there is a recording in the person's language of the very words that this run asks."""
    script, today = step.script, turn.tools.scripts.get(step.script.id)
    if today is None or turn.tools.read_aloud.file(script.id, turn.language, question) is None:
        return False
    asked, recorded = (one.text(turn.language, question, Part.ASK) for one in (script, today))
    return asked == recorded


def sound_of(tools: Tools, outgoing: Outgoing) -> bytes | None:
    """The recording that goes with a message; None where it carries none, or the file is gone."""
    named = outgoing.parameters.get(PARAMETER)
    return tools.read_aloud.sound(**named) if named else None


def carries_sound(tools: Tools, outgoing: Outgoing) -> bool:
    """Whether a recording goes with the message now."""
    named = outgoing.parameters.get(PARAMETER)
    return named is not None and tools.read_aloud.file(**named) is not None
