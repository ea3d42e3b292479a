"""What can be tapped, commanded or waited for; the router fills it from every subject."""

from collections.abc import Callable
from typing import Any

from bot.assistant.turn import Turn

ACTIONS: dict[str, Callable[[Turn, dict[str, Any]], None]] = {}  # "subject.action" -> handler
COMMANDS: dict[str, Callable[[Turn], None]] = {}  # command without the slash -> handler
WAITING: dict[str, Callable[[Turn, dict[str, Any]], None]] = {}  # "subject.said" -> handler of the next words
