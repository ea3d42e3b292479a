"""Sends texts to an engine in portions it can hold, and puts the checked answers back in their places."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.translation.errors import BadAnswerError
from bot.translation.pieces import split


@dataclass(frozen=True)
class Limits:
    """What an engine takes at once."""

    piece_chars: int
    batch_chars: int
    batch_pieces: int


def translate_in_portions(
    texts: Sequence[str], limits: Limits, ask: Callable[[list[str]], list[str]]
) -> list[str]:
    """The texts with each line translated; what holds no letter is not sent, spaces and newlines stay.

    Long lines are cut after a sentence. Raises TranslationError if an answer is not one text for each piece.
    """
    layouts = [split(text, limits.piece_chars) for text in texts]
    wanted = [piece for layout in layouts for piece in layout if _has_letter(piece)]
    if not wanted:
        return list(texts)
    answers = chain.from_iterable(_checked(ask(batch), len(batch)) for batch in _batches(wanted, limits))
    return [
        "".join(_fit(piece, next(answers)) if _has_letter(piece) else piece for piece in layout)
        for layout in layouts
    ]


def _batches(pieces: list[str], limits: Limits) -> Iterator[list[str]]:
    """The bare pieces in order, in portions that a server finishes well within a deadline."""
    batch: list[str] = []
    for piece in pieces:
        full = sum(map(len, batch)) + len(piece) > limits.batch_chars
        if batch and (full or len(batch) == limits.batch_pieces):
            yield batch
            batch = []
        batch.append(piece.strip())
    yield batch


def _checked(answer: object, count: int) -> list[str]:
    """The answer as that many texts which can be shown and stored."""
    if not isinstance(answer, list) or len(answer) != count or not all(map(_is_text, answer)):
        raise BadAnswerError
    return answer


def _is_text(value: object) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and "\0" not in value
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def _fit(piece: str, translated: str) -> str:
    """The translation with the spaces that stood around the piece."""
    bare = piece.strip()
    before, _bare, after = piece.partition(bare)
    return before + translated.strip() + after


def _has_letter(piece: str) -> bool:
    return any(letter.isalpha() for letter in piece)
