"""Facts: what a turn brought about. The last effect of every turn is a Screen: what to show now."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QuestionAsked:
    """A question stands on the screen: number `done + 1` of `total`, with what is or was chosen."""

    question: str
    step: int
    done: int
    total: int
    selected: tuple[str, ...] = ()


@dataclass(frozen=True)
class OtherAsked:
    """Own words are awaited for 'something else'."""

    question: str
    step: int
    done: int
    total: int


@dataclass(frozen=True)
class ReviewShown:
    """All answers stand on the screen; `done` of `total` questions are answered."""

    step: int
    done: int
    total: int


@dataclass(frozen=True)
class RunStopped:
    """The conversation waits; everything is kept."""

    step: int


@dataclass(frozen=True)
class RunFinished:
    """The review is closed; answers can still be changed."""

    step: int


@dataclass(frozen=True)
class AnswerGiven:
    """A question has a new answer.

    `choices` are keys, or one ISO date or time. `with_words`: what was said in this input (typed, voice,
    photo) belongs to it. `keeps_words`: the words of the earlier answer still do. Neither: it has no words.
    """

    question: str
    choices: tuple[str, ...]
    with_words: bool
    keeps_words: bool = False


@dataclass(frozen=True)
class QuestionSkipped:
    """A question without an answer was skipped."""

    question: str


@dataclass(frozen=True)
class AnswersCleared:
    """Every answer of this run was taken away, at the person's own wish."""


@dataclass(frozen=True)
class InputStale:
    """The button belonged to another screen or does not exist here; nothing changed."""


@dataclass(frozen=True)
class ChoiceNeeded:
    """This question is answered with its buttons; words that came were not used, so keep them aside."""

    question: str


@dataclass(frozen=True)
class TooManyChosen:
    """One more than `most` was chosen; the selection stays as it was."""

    most: int
    question: str


@dataclass(frozen=True)
class DateNotUnderstood:
    """The words were no date."""

    question: str


@dataclass(frozen=True)
class TimeNotUnderstood:
    """The words were no time of the day."""

    question: str


@dataclass(frozen=True)
class NothingSaid:
    """The message held no word, voice or photo."""


@dataclass(frozen=True)
class WordsUnexpected:
    """No question waits for what was said: keep it and ask what it is for."""


Screen = QuestionAsked | OtherAsked | ReviewShown | RunStopped | RunFinished
Effect = (
    Screen
    | AnswerGiven
    | QuestionSkipped
    | AnswersCleared
    | InputStale
    | ChoiceNeeded
    | TooManyChosen
    | DateNotUnderstood
    | TimeNotUnderstood
    | NothingSaid
    | WordsUnexpected
)
