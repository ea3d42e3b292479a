"""Recordings of questions, one Ogg Opus file per language: dialogs/<dialog>/audio/<language>/<question>.ogg.

They are no part of a dialog's content: whoever has none just reads. A school puts its own under DIALOGS_DIR.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.dialogs import FILE_NAME
from bot.content.problems import ContentProblem, did_you_mean
from bot.dialog.script import Script

FOLDER = "audio"
SUFFIX = ".ogg"
MAX_BYTES = 1_000_000  # four minutes of speech
_OGG, _OPUS = b"OggS", b"OpusHead"
_HEAD_BYTES = 64


@dataclass(frozen=True)
class Recorded:
    """How much of a dialog can be heard in a language."""

    dialog: str
    language: str
    questions: int
    missing: tuple[str, ...]  # the questions that nobody has recorded


class ReadAloud:
    """The recordings in the folders of dialogs; a later folder overlays, as it does for the dialogs themselves."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = tuple(reversed(folders))

    def file(self, dialog: str, language: str, question: str) -> Path | None:
        """The recording of a question, None where there is none.

        A school that changed a shipped dialog asks other words: the shipped recordings are not those.
        """
        for folder in self._folders:
            path = folder / dialog / FOLDER / language / f"{question}{SUFFIX}"
            if path.is_file():
                return path
            if (folder / dialog / FILE_NAME).is_file():
                return None
        return None

    def sound(self, dialog: str, language: str, question: str) -> bytes | None:
        """The bytes of the recording; None where it is missing or cannot be used."""
        path = self.file(dialog, language, question)
        try:
            content = path.read_bytes() if path else b""
        except OSError:
            return None
        return content if _wrong_with(content) is None else None

    def recorded(self, scripts: Mapping[str, Script], languages: Iterable[str]) -> Iterator[Recorded]:
        """How far each dialog of parents is in each language."""
        for script in _of_parents(scripts):
            for language in sorted({*languages, script.language}):
                missing = [one.id for one in script.questions if not self.file(script.id, language, one.id)]
                yield Recorded(script.id, language, len(script.questions), tuple(missing))


def problems(
    folders: Sequence[Path], scripts: Mapping[str, Script], languages: Iterable[str]
) -> list[ContentProblem]:
    """Recordings that will never be played, and why."""
    found = []
    known = {script.id: script for script in _of_parents(scripts)}
    for folder in folders:
        for path in sorted(one for one in folder.glob(f"*/{FOLDER}/**/*") if one.is_file()):
            trouble = _trouble(path.relative_to(folder), known, languages) or _wrong_with(path.read_bytes())
            if trouble:
                found.append(ContentProblem(str(path), 1, *trouble))
    return found


def _of_parents(scripts: Mapping[str, Script]) -> list[Script]:
    return [scripts[name] for name in sorted(scripts) if scripts[name].for_whom == "guardian"]


def _trouble(path: Path, known: Mapping[str, Script], languages: Iterable[str]) -> tuple[str, str] | None:
    """What is wrong with the place of a recording, and a hint."""
    place = f"put it at <dialog>/{FOLDER}/<language>/<question>{SUFFIX}"
    if len(path.parts) != 4 or path.suffix != SUFFIX:  # noqa: PLR2004
        return "this recording is not read", place
    dialog, _, language, _ = path.parts
    script = known.get(dialog)
    if script is None:
        return f"'{dialog}' is no dialog of parents", did_you_mean(dialog, known)
    offered = sorted({*languages, script.language})
    if language not in offered:
        return f"'{language}' is no language of this program", did_you_mean(language, offered)
    if script.question(path.stem) is None:
        return f"'{path.stem}' is no question", did_you_mean(path.stem, [one.id for one in script.questions])
    return None


def _wrong_with(content: bytes) -> tuple[str, str] | None:
    """What keeps a messenger from playing it as a voice message, and a hint."""
    if not content.startswith(_OGG) or _OPUS not in content[:_HEAD_BYTES]:
        return "this is no voice recording", "save it as Ogg with Opus"
    if len(content) > MAX_BYTES:
        return "this recording is too large", f"at most {MAX_BYTES // 1000} kB"
    return None
