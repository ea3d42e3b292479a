"""Reads and writes .po files; a broken one gives problems with their lines, never an error."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.content.problems import ContentProblem

LINE_WIDTH = 110
PROJECT = "oudergesprek"

_KEYWORD = re.compile(
    r'(?:#~\s*)?(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+(?P<text>\S.*)|(?P<more>".*)'
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def read_catalogue(path: Path, language: str) -> tuple[Catalog | None, tuple[ContentProblem, ...]]:
    """The catalogue in the file, or None and what is wrong with the file."""
    try:
        lines = path.read_text("utf-8").splitlines()
        catalog = read_po(lines, locale=language, domain=path.stem, abort_invalid=True)
    except FileNotFoundError:
        return None, (
            ContentProblem(str(path), 1, "there is no such catalogue", "make it with --update-catalogues"),
        )
    except UnicodeDecodeError:
        return None, (ContentProblem(str(path), 1, "the file is not UTF-8 text", "save it as UTF-8"),)
    except PoFileError as error:
        hint = "look at this entry and the one above"
        return None, (ContentProblem(str(path), error.lineno + 1, "this is not a .po entry", hint),)
    except (ValueError, IndexError, AttributeError, TypeError):  # what Babel raises for an entry out of order
        return None, (
            ContentProblem(str(path), 1, "the file is not a .po file", "look for a line out of its place"),
        )
    unclosed = tuple(
        ContentProblem(
            str(path), number, "the quotes are not right", 'write "..." and inside it \\" for a quote'
        )
        for number, line in enumerate(lines, start=1)
        if not _quotes_are_right(line)
    )
    return (None if unclosed else catalog), unclosed


def write_catalogue(path: Path, catalog: Catalog) -> None:
    """The file holds the catalogue, in the order of the places where its sentences stand."""
    catalog.project, catalog.version, catalog.msgid_bugs_address = PROJECT, "texts", "-"
    written = BytesIO()
    write_po(written, catalog, width=LINE_WIDTH, sort_by_file=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue().rstrip() + b"\n")


def empty_catalogue(domain: str, language: str | None = None) -> Catalog:
    """A catalogue without sentences; without a language it is a template."""
    header = (
        f"# Texts of {PROJECT}.\n# This file is distributed under the same license as the {PROJECT} project."
    )
    return Catalog(
        locale=language,
        domain=domain,
        header_comment=header,
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )


def _quotes_are_right(line: str) -> bool:
    found = _KEYWORD.fullmatch(line.strip())
    return found is None or bool(_QUOTED.fullmatch((found["text"] or found["more"]).strip()))
