"""Lets a provider translate a text without a name, an address or a number of somebody leaving the school.

First each of them becomes a token; if the answer does not hold every token once, stand-ins take their places; then
the text is translated around them; else it is not translated. A raw token is never shown, and no place is guessed.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice

from bot.translation.confidential import Secret, secrets
from bot.translation.doubts import measured_doubts
from bot.translation.errors import BadAnswerError, RefusedError, TranslationError
from bot.translation.folding import fold
from bot.translation.glossary import Glossary
from bot.translation.names import Gender, NameFinder, neutral_names
from bot.translation.ports import Marked, Provider

PLAIN_TOKEN = "[[{}]]"  # noqa: S105 - no password
_OF_WOMEN = ("Anna", "Laura", "Sofia", "Emma", "Nina")
_OF_MEN = ("Thomas", "Daniel", "Oscar", "Victor", "Simon")
_STAND_IN_NUMBER = 5_550_100
_MOST_ROUNDS = 4


@dataclass(frozen=True)
class Letter:
    """A text to translate, and what may be confidential in it."""

    words: str = field(repr=False)
    names: NameFinder


@dataclass(frozen=True)
class _Cut:
    """A text taken apart: what may leave, and between the pieces what does not."""

    pieces: tuple[str, ...] = field(repr=False)
    secrets: tuple[Secret, ...]

    def joined(self, stand_ins: Sequence[str]) -> str:
        """The text with these in the places of what does not leave."""
        return "".join(chain.from_iterable(zip(self.pieces, stand_ins, strict=False))) + self.pieces[-1]

    def has_words(self) -> bool:
        """Whether anything is left to translate."""
        return any(sign.isalpha() for piece in self.pieces for sign in piece)

    def as_shown(self) -> str:
        """The text as it was, but for dates in words."""
        return self.joined([one.shown for one in self.secrets])


def translate_safely(
    provider: Provider,
    letters: Sequence[Letter],
    source: str,
    target: str,
    glossary: Glossary,
) -> list[str | None]:
    """A translation of each, or None where it may not leave or did not come back whole; raises TranslationError.

    Words of the glossary that a translation lacks are asked for once more, held as they must be.
    """
    cuts = [_cut(letter) if letter.names.may_be_searched(letter.words) else None for letter in letters]
    found = [cut.as_shown() if cut is not None and not cut.has_words() else None for cut in cuts]
    for asking in (_with_tokens, _with_stand_ins, _around):
        open_ones = {
            place: cut
            for place, cut in enumerate(cuts)
            if cut is not None and found[place] is None and _may_leave(cut, letters[place].names)
        }
        first = asking is _with_tokens
        answers = _asked(provider, list(open_ones.values()), letters, source, target, asking, must=first)
        for place, answer in zip(open_ones, answers, strict=True):
            written = open_ones[place].as_shown()
            if answer is not None and not measured_doubts(written, answer, source, target):
                found[place] = answer
    return keep_terms(provider, letters, found, source, target, glossary, cuts)


def keep_terms(
    provider: Provider,
    letters: Sequence[Letter],
    found: Sequence[str | None],
    source: str,
    target: str,
    glossary: Glossary,
    cuts: Sequence[_Cut | None] | None = None,
) -> list[str | None]:
    """The same translations, but with the glossary's words where that could be had."""
    kept = list(found)
    again: dict[int, _Cut] = {}
    for place, (letter, words) in enumerate(zip(letters, found, strict=True)):
        cut = cuts[place] if cuts is not None else _Cut((letter.words,), ())
        if words is None or cut is None:
            continue
        terms = [
            Secret(use.start, use.end, word)
            for use in glossary.missing(letter.words, words, source, target)
            if (word := use.word(target))
        ]
        apart = [
            one for one in terms if not any(one.start < s.end and s.start < one.end for s in cut.secrets)
        ]
        if apart:
            again[place] = _cut_at(letter.words, sorted([*cut.secrets, *apart], key=lambda one: one.start))
    try:
        answers = _asked(provider, list(again.values()), letters, source, target, _with_tokens, must=False)
    except TranslationError:
        return kept  # it is only a second try
    for place, answer in zip(again, answers, strict=True):
        before = kept[place]
        if answer is None or before is None:
            continue
        words = letters[place].words
        doubts_before = set(measured_doubts(words, before, source, target))
        if set(measured_doubts(words, answer, source, target)) <= doubts_before:
            kept[place] = answer
    return kept


class KeepingTerms:
    """A Provider inside the school that is asked once more where a word of the glossary is lacking."""

    def __init__(self, provider: Provider, glossary: Glossary) -> None:
        self._provider = provider
        self._glossary = glossary
        self.name = provider.name
        self.outside = provider.outside

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Those of the provider; raises TranslationError."""
        return self._provider.pairs()

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """As the provider, with the glossary's words where that could be had."""
        found = self._provider.translate(texts, source, target)
        letters = [Letter(text, _NOBODY) for text in texts]
        kept = keep_terms(self._provider, letters, found, source, target, self._glossary)
        return [words if words is not None else before for words, before in zip(kept, found, strict=True)]


_NOBODY = NameFinder(())


def _cut(letter: Letter) -> _Cut:
    return _cut_at(letter.words, secrets(letter.words, letter.names))


def _cut_at(words: str, places: Iterable[Secret]) -> _Cut:
    kept = tuple(places)
    ends = [0, *(one.end for one in kept)]
    starts = [*(one.start for one in kept), len(words)]
    return _Cut(tuple(words[end:start] for end, start in zip(ends, starts, strict=True)), kept)


def _may_leave(cut: _Cut, names: NameFinder) -> bool:
    """Also what only comes to stand together by the cutting is looked at."""
    return not any(secrets(piece, names) for piece in cut.pieces) and not names.knows(
        " \u00b7 ".join(cut.pieces)
    )


@dataclass(frozen=True)
class _Question:
    """What is sent for one text, and how its answers become the translation."""

    texts: tuple[str, ...] = field(repr=False)
    restore: Callable[[Sequence[str]], str | None]
    is_html: bool = False


_Asking = Callable[[Provider, _Cut, Sequence[Letter]], _Question | None]


def _asked(
    provider: Provider,
    cuts: Sequence[_Cut],
    letters: Sequence[Letter],
    source: str,
    target: str,
    asking: "_Asking",
    *,
    must: bool,
) -> list[str | None]:
    """All in one question. A later try that is refused is only a try that failed."""
    questions = [asking(provider, cut, letters) for cut in cuts]
    try:
        answers = iter(_send(provider, [one for one in questions if one is not None], source, target))
    except (RefusedError, BadAnswerError):
        if must:
            raise
        return [None for _ in cuts]
    return [next(answers) if one is not None else None for one in questions]


def _send(provider: Provider, questions: Sequence[_Question], source: str, target: str) -> list[str | None]:
    texts = [text for one in questions for text in one.texts]
    if not texts:
        return [one.restore(()) for one in questions]
    if questions[0].is_html and isinstance(provider, Marked):
        answers = provider.translate_html(texts, source, target)
    else:
        answers = provider.translate(texts, source, target)
    if len(answers) != len(texts):
        raise BadAnswerError
    rest = iter(answers)
    return [one.restore(tuple(islice(rest, len(one.texts)))) for one in questions]


def _with_tokens(provider: Provider, cut: _Cut, _letters: Sequence[Letter]) -> _Question | None:
    marked = isinstance(provider, Marked)
    shape = provider.token if isinstance(provider, Marked) else PLAIN_TOKEN
    written = _Cut(tuple(map(_as_html, cut.pieces)), cut.secrets) if marked else cut
    text = written.joined([shape.format(number) for number in range(1, len(cut.secrets) + 1)])

    def restore(answers: Sequence[str]) -> str | None:
        return _restored(answers[0], shape, cut, marked=marked)

    return _Question((text,), restore, is_html=marked)


def _as_html(piece: str) -> str:
    return html.escape(piece, quote=False)


def _restored(answer: str, shape: str, cut: _Cut, *, marked: bool) -> str | None:
    """The answer with each secret in the place of its token; None unless each token is there exactly once."""
    parts = _pattern(shape).split(answer)
    numbers = [int(part) for part in parts[1::2]]
    rest = [html.unescape(part) if marked else part for part in parts[::2]]
    if sorted(numbers) != list(range(1, len(cut.secrets) + 1)):
        return None
    if _looks_broken(" ".join(rest), " ".join(cut.pieces)):
        return None
    shown = [cut.secrets[number - 1].shown for number in numbers]
    return "".join(chain.from_iterable(zip(rest, shown, strict=False))) + rest[-1]


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    """The token as it may come back: with spaces inside, in other capitals."""
    signs = [re.escape(sign) for sign in shape.replace("{}", "\0") if not sign.isspace()]
    return re.compile(
        r"\s*".join(r"(\d{1,4})" if sign == re.escape("\0") else sign for sign in signs), re.IGNORECASE
    )


_TRACES = re.compile(
    r"[\[\]<>@\u27e6\u27e7\u3010\u3011]|\bph\s*\d|\btb\s*\.|&#?\w+;|\bspan\b|translate\s*=", re.IGNORECASE
)


def _looks_broken(answer: str, source: str) -> bool:
    """Whether a piece of a token is left over: a sign that the text itself does not have as often."""
    for trace in _TRACES.findall(answer):
        if answer.lower().count(trace.lower()) > source.lower().count(trace.lower()):
            return True
    return False


def _with_stand_ins(_provider: Provider, cut: _Cut, letters: Sequence[Letter]) -> _Question | None:
    """Names of people whom nobody at the school is called after; numbers that nobody has."""
    stand_ins = _stand_ins(cut, letters)
    if stand_ins is None or not cut.secrets:
        return None

    def restore(answers: Sequence[str]) -> str | None:
        back = {fold(name): one.shown for name, one in zip(stand_ins, cut.secrets, strict=True)}
        return _put_back(answers[0], back)

    return _Question((cut.joined(stand_ins),), restore)


def _stand_ins(cut: _Cut, letters: Sequence[Letter]) -> list[str] | None:
    """One for each secret, all different, none in the text or known at the school; None if they run out."""
    everything = fold(" ".join(letter.words for letter in letters))
    finders = {id(letter.names): letter.names for letter in letters}.values()

    def is_free(name: str) -> bool:
        return fold(name) not in everything and not any(finder.knows(name) for finder in finders)

    given: dict[Gender | None, Iterable[str]] = {
        Gender.FEMALE: _OF_WOMEN,
        Gender.MALE: _OF_MEN,
        None: neutral_names(),
    }
    free = {gender: iter([name for name in names if is_free(name)]) for gender, names in given.items()}
    chosen = []
    for number, secret in enumerate(cut.secrets, 1):
        name = (
            next(free[secret.gender], None) or next(free[None], None)
            if secret.is_name
            else str(_STAND_IN_NUMBER + number)
        )
        if name is None or fold(name) in everything:
            return None
        chosen.append(name)
    return chosen


def _put_back(answer: str, secrets_by_stand_in: Mapping[str, str]) -> str | None:
    """The answer with the secrets in the places of their stand-ins; None unless each is there once, unchanged."""
    either = "|".join(re.escape(name) for name in secrets_by_stand_in)
    parts = re.split(rf"(?<!\w)({either})(?!\w)", answer, flags=re.IGNORECASE)
    if sorted(map(fold, parts[1::2])) != sorted(secrets_by_stand_in):
        return None
    rest = fold(" ".join(parts[::2]))
    if any(name in rest for name in secrets_by_stand_in):
        return None  # it is there once more in another form
    return "".join(secrets_by_stand_in[fold(part)] if place % 2 else part for place, part in enumerate(parts))


def _around(_provider: Provider, cut: _Cut, _letters: Sequence[Letter]) -> _Question | None:
    """Only the pieces between; what holds no letter is not asked for."""
    if not cut.secrets:
        return None
    wanted = [piece for piece in cut.pieces if any(sign.isalpha() for sign in piece)]

    def restore(answers: Sequence[str]) -> str | None:
        given = iter(answers)
        pieces = [
            _spaced(piece, next(given)) if any(sign.isalpha() for sign in piece) else piece
            for piece in cut.pieces
        ]
        if _looks_broken(" ".join(pieces), " ".join(cut.pieces)):
            return None
        return _Cut(tuple(pieces), cut.secrets).as_shown()

    return _Question(tuple(piece.strip() for piece in wanted), restore)


def _spaced(piece: str, translated: str) -> str:
    bare = piece.strip()
    before, _bare, after = piece.partition(bare)
    return before + translated.strip() + after
