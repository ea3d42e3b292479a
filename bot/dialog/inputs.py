"""Wishes: what a person can do in a conversation. A step is the number of the screen the button stood on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choose:
    """Tap a choice; at a question for a date or time the key is the ISO value of a picker."""

    step: int
    key: str


@dataclass(frozen=True)
class Ready:
    """Confirm what was chosen where several choices are possible."""

    step: int


@dataclass(frozen=True)
class Say:
    """Send own words, a voice message or photo (voice=True), or both."""

    words: str
    voice: bool = False


@dataclass(frozen=True)
class Skip:
    """Go on without answering; an answer that was given earlier stays."""

    step: int


@dataclass(frozen=True)
class Back:
    """Go to the question before this one."""

    step: int


@dataclass(frozen=True)
class Stop:
    """Stop for now and keep everything."""


@dataclass(frozen=True)
class Resume:
    """Go on after a stop; at the review: go to the first question that is still open."""


@dataclass(frozen=True)
class StartOver:
    """Forget all answers and begin again."""


@dataclass(frozen=True)
class Change:
    """Answer one question again, then come back to where one was."""

    question: str


@dataclass(frozen=True)
class Correct:
    """Put other words in place of an earlier answer (an edited message); one stays where one is."""

    question: str
    words: str
    voice: bool = False


@dataclass(frozen=True)
class ShowReview:
    """See all answers so far."""


@dataclass(frozen=True)
class Finish:
    """Close the review."""


Input = (
    Choose | Ready | Say | Skip | Back | Stop | Resume | StartOver | Change | Correct | ShowReview | Finish
)
