"""The fixed words as people see them, so that tests name what a person taps and not how it is worded today."""

from typing import Any

from bot.content.texts import Texts
from bot.demo.phones import plain
from bot.dialog.script import Part
from bot.model.clock import Clock
from tests.cast import catalogues, shipped_scripts

TEXTS = Texts(catalogues(), Clock().zone)


def fixed(macro: str, language: str = "en", **parameters: Any) -> str:
    """A sentence or button."""
    return plain(TEXTS.say(language, macro, parameters))


def asked(question: str, language: str = "en") -> str:
    """A question of the preparation."""
    return shipped_scripts()["begin"].text(language, question, Part.ASK)


def choice(question: str, key: str, language: str = "en") -> str:
    """One of its choices."""
    return shipped_scripts()["begin"].text(language, question, Part.LABEL, key)


READ, YES, NO = (fixed(f"welcome.{name}") for name in ("read_button", "telegram_yes", "telegram_no"))
PREPARE, DOSSIER, AGREEMENTS, WRITE, HELP, LANGUAGE, MORE, MENU, CHILD = (
    fixed(f"menu.{name}_button")
    for name in ("prepare", "dossier", "agreements", "write", "help", "language", "more", "menu", "child")
)
SKIP, BACK, STOP, GO_ON, READY, OTHER, SHARE, EACH, ADD_MORE, START_OVER, EXAMPLE, WHY = (
    fixed(f"preparation.{name}_button")
    for name in (
        "skip",
        "back",
        "stop",
        "go_on",
        "ready",
        "other",
        "share",
        "choose",
        "add_more",
        "start_over",
        "example",
        "why",
    )
)
NEVER_MIND = fixed("common.never_mind_button")
OLD = fixed("errors.old_button")
STALE = fixed("preparation.stale")
WHAT_TO_DO = fixed("menu.main", child=None)
