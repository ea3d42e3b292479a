"""A folder of YAML files, one for each language, with the same keys in each; Dutch decides which keys there are."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.content.problems import ContentProblem

SOURCE = "nl"
REVIEW, EVERYTHING = "needs_review", "all"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is read ten times as fast


class KeyedFile(ABC):
    """One language. What is wrong in it is in `problems`, with its line."""

    def __init__(self, path: Path) -> None:
        self.problems: list[ContentProblem] = []
        self.is_yaml = True
        self._path = path
        self._lines: dict[str, int] = {}

    @abstractmethod
    def compare(self, source: Any) -> None:
        """Every key of the source file is here, and no other."""

    @abstractmethod
    def _note_lines(self, node: yaml.Node | None) -> None:
        """Where each key stands is known, and a key that stands twice is a problem."""

    def _content(self) -> Any:
        """What the file holds; None for an empty one, and with a problem for one that is not YAML at all."""
        try:
            loader = _Loader(self._path.read_text(encoding="utf-8"))
            node = loader.get_single_node()
            self._note_lines(node)
            return loader.construct_document(node) if node else None
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            self.is_yaml = False
            mark = getattr(error, "problem_mark", None)
            self._problem_at(mark.line + 1 if mark else 1, "this is not YAML", "look at this line")
            return None

    def _problem(self, key: str, what: str, hint: str) -> None:
        self._problem_at(self._lines.get(key, 1), what, hint)

    def _problem_at(self, line: int, what: str, hint: str) -> None:
        self.problems.append(ContentProblem(str(self._path), line, what, hint))


File = TypeVar("File", bound=KeyedFile)


def read_folder(
    folder: Path, open_file: Callable[[Path], File]
) -> tuple[dict[str, File], list[ContentProblem]]:
    """The files by language, each compared with the Dutch one, and what is wrong in them; none without the Dutch."""
    files = {path.stem: open_file(path) for path in sorted(folder.glob("*.yaml"))}
    source = files.get(SOURCE)
    if source is None:
        return {}, [
            ContentProblem(str(folder / f"{SOURCE}.yaml"), 1, "this file is missing", "it holds the keys")
        ]
    for file in files.values():
        file.compare(source)
    return files, sorted(problem for file in files.values() for problem in file.problems)
