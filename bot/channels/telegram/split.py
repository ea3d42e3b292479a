"""Cuts the small HTML of a long message into parts that Telegram takes: at sentences, no tag left open."""

import re
from collections.abc import Iterator
from html import unescape

MAX_UNITS = 4096  # UTF-16 units of the words that are shown; tags do not count

_TAG = re.compile(r"(</?[a-zA-Z][^<>]*>)")
_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")
_ENTITY_OR_LETTER = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)
# Best place first: after a line, after a sentence, after a word.
_PIECES = (
    re.compile(r"[^\n]*\n+|[^\n]+"),
    re.compile(r"""(?s).+?(?:[.!?…؟]+["'”’»)\]]*\s+|[。！？]\s*|\Z)"""),  # noqa: RUF001 - marks of many scripts
    re.compile(r"\S+\s*|\s+"),
)


def units(html: str) -> int:
    """How many UTF-16 units Telegram counts in this HTML."""
    return _units(_TAG.sub("", html))


def split(html: str, max_units: int = MAX_UNITS) -> list[str]:
    """The message in as few parts as sentences allow; each part stands alone and none is empty."""
    if units(html) <= max_units:
        return [html]
    parts: list[str] = []
    open_tags: list[str] = []
    part, used = "", 0
    for piece in _pieces(html, max_units):
        if _TAG.fullmatch(piece):
            part += piece
            _follow(open_tags, piece)
            continue
        if used + _units(piece.rstrip()) > max_units:
            parts.append(part.rstrip() + _closing(open_tags))
            part, used = "".join(open_tags), 0
        if used + _units(piece) > max_units:  # its words fit, the space behind them is not needed
            parts.append(part + piece.rstrip() + _closing(open_tags))
            part, used = "".join(open_tags), 0
        elif used or piece.strip():
            part += piece
            used += _units(piece)
    parts.append(part.rstrip())
    return [one for one in parts if _TAG.sub("", one).strip()]


def _pieces(html: str, max_units: int) -> Iterator[str]:
    """Tags, and between them the longest runs of words that fit in one part and end at a good place."""
    for run in _TAG.split(html):
        if _TAG.fullmatch(run):
            yield run
        elif run:
            yield from _small_pieces(run, max_units, 0)


def _small_pieces(words: str, max_units: int, level: int) -> Iterator[str]:
    if level == len(_PIECES):
        yield from (match[0] for match in _ENTITY_OR_LETTER.finditer(words))
        return
    for match in _PIECES[level].finditer(words):
        if _units(match[0].rstrip()) <= max_units:
            yield match[0]
        else:
            yield from _small_pieces(match[0], max_units, level + 1)


def _units(words: str) -> int:
    shown = unescape(words) if "&" in words else words
    return len(shown) if shown.isascii() else len(shown.encode("utf-16-le", "surrogatepass")) // 2


def _follow(open_tags: list[str], tag: str) -> None:
    if not tag.startswith("</"):
        open_tags.append(tag)
    elif open_tags:
        open_tags.pop()


def _closing(open_tags: list[str]) -> str:
    names = (_NAME.match(tag) for tag in reversed(open_tags))
    return "".join(f"</{name[1]}>" for name in names if name)
