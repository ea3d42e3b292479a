"""Reads YAML that people edit, field by field, and keeps the line of everything.

Values are taken from the nodes themselves: an unquoted 'no' stays the word 'no', and a key that stands twice
is seen. Every mistake becomes a ContentProblem; nothing is raised.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.problems import ContentProblem, did_you_mean

MAX_FILE_BYTES = 500_000
_BOOL = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"


@dataclass
class Report:
    """The problems of one file."""

    file: str
    problems: list[ContentProblem] = field(default_factory=list)

    def add(self, line: int, what: str, hint: str) -> None:
        """One more problem is known."""
        self.problems.append(ContentProblem(self.file, line, what, hint))


@dataclass(frozen=True)
class Written:
    """A text and the line it stands on."""

    text: str
    line: int


def read(path: Path, report: Report) -> "Table | None":
    """The file's fields, or None (and a problem) when the file cannot be read as YAML fields."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_FILE_BYTES:
            report.add(1, "the file is too large", f"keep it under {MAX_FILE_BYTES // 1000} kB")
            return None
        node = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        report.add(1, "the file cannot be read", error.strerror or "look at its rights")
    except UnicodeDecodeError:
        report.add(1, "the file is not UTF-8 text", "save it as UTF-8 in your editor")
    except RecursionError:
        report.add(1, "the file is nested too deeply", "look at the indentation")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "look at the indentation, colons and quotes here and one line above"
        report.add(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem}", hint)
    except yaml.YAMLError:
        report.add(
            1, "the file holds signs that YAML does not allow", "type the text again in a plain editor"
        )
    else:
        if isinstance(node, MappingNode):
            return Table(node, report)
        hint = "begin with a line such as 'id: begin'"
        report.add(1, "the file holds no fields" if node else "the file is empty", hint)
    return None


class Table:
    """Fields by name. Each is asked for once; `close` reports those that nobody asked for."""

    def __init__(self, node: MappingNode, report: Report) -> None:
        self.line = _line(node)
        self.report = report
        self._fields: dict[str, Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: list[str] = []
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                report.add(_line(key), "this name is not a word", "write 'name: value'")
            elif key.value in self._fields:
                hint = f"it stands at line {self._lines[key.value]} too; keep one"
                report.add(_line(key), f"'{key.value}' stands here twice", hint)
            else:
                self._fields[key.value] = value
                self._lines[key.value] = _line(key)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields, in the order of the file."""
        return tuple(self._fields)

    def line_of(self, name: str) -> int:
        """The line of a field; that of the table when the field is missing."""
        return self._lines.get(name, self.line)

    def close(self) -> None:
        """Every field that nobody asked for is reported as unknown."""
        for name in self._fields:
            if name not in self._asked:
                hint = did_you_mean(name, self._asked)
                self.report.add(self._lines[name], f"'{name}' is not a known field", hint)

    def text(self, name: str, *, max_chars: int, needed: bool = False) -> Written | None:
        """A text that is not empty and not too long."""
        node = self._take(name, needed=needed)
        if node is None:
            return None
        text = " ".join(node.value.split()) if isinstance(node, ScalarNode) and node.tag != _NULL else None
        if text is None and not isinstance(node, ScalarNode):
            self.report.add(
                _line(node), f"'{name}' is not a text", "write the text on the same line, in quotes"
            )
        elif not text:
            self.report.add(_line(node), f"'{name}' is empty", "write a text or take the line away")
        elif len(text) > max_chars:
            hint = f"at most {max_chars} characters; this one has {len(text)}"
            self.report.add(_line(node), f"'{name}' is too long", hint)
        else:
            return Written(text, _line(node))
        return None

    def word(self, name: str, known: Collection[str], *, needed: bool = True) -> str | None:
        """One of the known words."""
        node = self._take(name, needed=needed)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and node.value in known:
            return str(node.value)
        value = node.value if isinstance(node, ScalarNode) else ""
        self.report.add(_line(node), f"'{name}' cannot be '{value}'", did_you_mean(value, known))
        return None

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """A yes or no."""
        node = self._take(name)
        if node is None:
            return otherwise
        if isinstance(node, ScalarNode) and node.tag == _BOOL:
            return node.value.lower() in ("true", "yes", "on")
        self.report.add(_line(node), f"'{name}' is neither true nor false", "write true or false")
        return otherwise

    def number(self, name: str, *, at_least: int, at_most: int, needed: bool = False) -> int | None:
        """A whole number between two others."""
        node = self._take(name, needed=needed)
        if node is None:
            return None
        value = node.value if isinstance(node, ScalarNode) else ""
        if value.isdecimal() and at_least <= int(value) <= at_most:
            return int(value)
        hint = f"write a whole number from {at_least} to {at_most}"
        self.report.add(_line(node), f"'{name}' is not a number that fits", hint)
        return None

    def table(self, name: str) -> "Table | None":
        """Fields inside a field."""
        node = self._take(name)
        if node is None:
            return None
        if isinstance(node, MappingNode):
            return Table(node, self.report)
        self.report.add(
            _line(node), f"'{name}' holds no fields", "write 'name: value' lines under it, indented"
        )
        return None

    def tables(self, name: str) -> list["Table"]:
        """A list of which each entry holds fields; at least one."""
        node = self._take(name, needed=True)
        if node is None:
            return []
        if not isinstance(node, SequenceNode) or not node.value:
            self.report.add(_line(node), f"'{name}' is not a list", "begin each entry with '- '")
            return []
        entries = []
        for entry in node.value:
            if isinstance(entry, MappingNode):
                entries.append(Table(entry, self.report))
            else:
                self.report.add(_line(entry), f"this entry of '{name}' holds no fields", "write '- id: ...'")
        return entries

    def words(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known words; a single word counts as a list of one, a missing field as none."""
        node = self._take(name)
        if node is None:
            return ()
        entries = node.value if isinstance(node, SequenceNode) else [node]
        if not entries:
            self.report.add(
                _line(node), f"'{name}' is an empty list", "name at least one, or take the line away"
            )
        found = []
        for entry in entries:
            value = entry.value if isinstance(entry, ScalarNode) else ""
            if value in known:
                found.append(value)
            else:
                self.report.add(_line(entry), f"'{name}' cannot be '{value}'", did_you_mean(value, known))
        return tuple(found)

    def _take(self, name: str, *, needed: bool = False) -> Node | None:
        self._asked.append(name)
        if name not in self._fields and needed:
            self.report.add(self.line, f"'{name}' is missing", f"add a line '{name}: ...'")
        return self._fields.get(name)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
