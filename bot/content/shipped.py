"""Where the files stand that travel with the program."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
CHAT_TEMPLATES = PACKAGE / "content" / "chat"
PAGE_TEMPLATES = PACKAGE / "web" / "templates"
LETTER_TEMPLATES = PACKAGE / "content" / "letters"


def shipped(name: str) -> Path:
    """The folder `dialogs` or `locales`: inside the installed package, or at the top of a checkout."""
    installed = PACKAGE / "shipped" / name
    return installed if installed.is_dir() else PACKAGE.parent / name
