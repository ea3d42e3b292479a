"""The button "Ask a parent to help", wherever help fits; what it does stands in `help_requests`."""

from typing import Any

from bot.assistant.voice import Voice


def ask_rows(voice: Voice, child_id: int, **about: Any) -> list[list[dict[str, Any]]]:
    """One row with the button; none where the school has no buddies, or the phone is not confirmed.

    `about`: saying=ID, or run=ID and question=KEY, or nothing; task=KEY where a kind of help fits best.
    """
    if not voice.tools.buddies.on or not voice.door.reads_back:
        return []
    return [[voice.button("buddies.ask_button", "help_requests.open", child=child_id, **about)]]
