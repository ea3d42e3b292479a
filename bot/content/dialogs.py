"""What a school asks: dialogs/<id>/dialog.yaml, first the shipped ones, then the school's own over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.content.catalogues import DIALOG_SOURCE
from bot.content.dialog_files import DialogFile, Sentence, read_script
from bot.content.problems import ContentProblem
from bot.content.yaml_files import Report
from bot.dialog.script import Script, place

FILE_NAME = "dialog.yaml"


class DialogWords(Protocol):
    """The translated sentences of dialogs."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a dialog is offered in."""

    def dialog_text(self, language: str, context: str, source: str) -> str | None:
        """The sentence in a language; None where it is missing or not to be trusted."""


@dataclass(frozen=True)
class Loaded:
    """The dialogs by id, every sentence in the files, and everything that is wrong with them."""

    scripts: Mapping[str, Script]
    sentences: tuple[Sentence, ...]
    problems: tuple[ContentProblem, ...]


def load(folders: Sequence[Path], words: DialogWords) -> Loaded:
    """All dialogs of the folders, with their texts in every language; a later folder overlays by id.

    A file with a problem gives no script. The first folder is the shipped one.
    """
    scripts: dict[str, Script] = {}
    sentences: list[Sentence] = []
    problems: list[ContentProblem] = []
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            problems.append(ContentProblem(str(folder), 1, "there is no such folder", "look at DIALOGS_DIR"))
        problems.extend(_unread(folder))
        for path in sorted(folder.glob(f"*/{FILE_NAME}")):
            file = DialogFile(path, shipped=number == 0, report=Report(str(path)))
            script = read_script(file)
            problems.extend(file.report.problems)
            sentences.extend(file.sentences)
            if script is not None:
                scripts[script.id] = _in_all_languages(script, file.sentences, words)
    return Loaded(scripts, tuple(sentences), tuple(problems))


def _unread(folder: Path) -> list[ContentProblem]:
    """Files that look like dialogs but are not read because of their name or place."""
    stray = {*folder.glob("*.y*ml"), *folder.glob("*/*.y*ml")} - {*folder.glob(f"*/{FILE_NAME}")}
    hint = f"put it at <id>/{FILE_NAME}, or elsewhere"
    return [ContentProblem(str(path), 1, "this file is not read as a dialog", hint) for path in sorted(stray)]


def _in_all_languages(script: Script, sentences: Sequence[Sentence], words: DialogWords) -> Script:
    """The script with each sentence in each language that has it."""
    texts: dict[str, dict[str, str]] = {script.language: {}}
    for sentence in sentences:
        where = place(sentence.question, sentence.part, sentence.choice)
        texts[script.language][where] = sentence.text
        for language in words.languages:
            # dialog_text answers with the source itself for the language dialogs are usually written in
            if language in (script.language, DIALOG_SOURCE):
                continue
            if found := words.dialog_text(language, sentence.context, sentence.text):
                texts.setdefault(language, {})[where] = found
    return replace(script, texts=texts)
