"""Every text that the program asks for exists, and every button leads somewhere."""

import ast
from pathlib import Path

import pytest

from bot.assistant import router
from bot.assistant.registry import ACTIONS, WAITING
from bot.content.shipped import CHAT_TEMPLATES, PACKAGE
from bot.content.texts import Texts

ASSISTANT = sorted((PACKAGE / "assistant").glob("*.py"))
SUBJECTS = {path.stem for path in CHAT_TEMPLATES.glob("*.html")}


def _names(path: Path) -> set[str]:
    """String constants of the form subject.name, where the subject is one of the chat's."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            subject, dot, name = node.value.partition(".")
            if dot and subject in SUBJECTS and name.isidentifier():
                found.add(node.value)
    return found


@pytest.mark.parametrize("path", ASSISTANT, ids=lambda path: path.stem)
def test_every_text_and_button_that_is_named_exists(path: Path, texts: Texts) -> None:
    """A name like `subject.name` in the assistant is a chat text, a button's action, or words that are waited for."""
    assert router.SUBJECTS
    known = [name for name in _names(path) if texts.knows(name) or name in ACTIONS or name in WAITING]
    assert set(known) == _names(path)
