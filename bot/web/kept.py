"""What a page knows of a form that came back with a mistake: every word that was typed, and where the mistake is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from bot.model.report import MOST_GOALS, PartKind
from bot.model.teacher_preparation import TEXTS
from bot.web.requests import Form

FIELD_OF_CODE = {
    "words_needed": "words",
    "owner_needed": "owner",
    "due_unclear": "due_on",
    "due_passed": "due_on",
    "look_back_unclear": "look_back_on",
    "look_back_passed": "look_back_on",
    "guardian_needed": "guardian",
    "date_unclear": "date",
    "time_unclear": "time",
    "moment_needed": "date",
    "talk_kind_needed": "moment",
    "moment_passed": "date",
    "gathering_passed": "date",
    "length_wrong": "length",
    "place_needed": "place",
    "goal_needed": "goal",
    "people_needed": "people",
    "kind_needed": "kind",
    "state_needed": "state",
    "reaction_needed": "reaction",
    "reason_needed": "reason",
    "file_too_large": "file",
    "file_unknown": "file",
    "two_people_needed": "other",
    "hours_outside": "from",
    "hours_turned": "until",
}
NO_SAYING = frozenset({"key", "form", "do", "after", "fingerprint", "digest"})
# Where even a single word is a saying.
PARTS = frozenset({*PartKind, *TEXTS, *(f"goal_{number}" for number in range(1, MOST_GOALS + 1)), "text"})


@dataclass(frozen=True)
class Kept:
    """The form that came back, if any; a template asks for the content of each field with its form's name."""

    form: str = ""
    code: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    several: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    _given_back: set[str] = field(default_factory=set, repr=False, compare=False)
    had_file: bool = False  # a file came along; a page cannot put it back into the form

    @property
    def where(self) -> str:
        """The field of the mistake; '' if it concerns the whole form."""
        return FIELD_OF_CODE.get(self.code, "")

    def is_of(self, form: str) -> bool:
        """Whether this very form came back."""
        return bool(self.form) and self.form == form

    def value(self, form: str, name: str, otherwise: object = "") -> object:
        """What was typed in the field, or what stands there when nothing came back."""
        if not self.is_of(form):
            return otherwise
        self._given_back.add(name)
        return self.fields.get(name, "")

    @property
    def is_lost(self) -> bool:
        """Whether words were typed in a field that the page, made with this, does not have any more."""
        typed = {name for name, words in self.fields.items() if "words" in name and words.strip()}
        return bool(self.code) and not typed <= self._given_back

    def ticked(self, form: str, name: str, value: object, otherwise: Iterable[object] = ()) -> bool:
        """Whether this box or choice was ticked, or is when nothing came back."""
        if self.is_of(form):
            return str(value) in self.several.get(name, [])
        return str(value) in {str(one) for one in otherwise}

    def is_wrong(self, form: str, name: str) -> bool:
        """Whether the mistake is in this field."""
        return self.is_of(form) and self.where == name


NOTHING_KEPT = Kept()


def kept_from(form: Form, code: str) -> Kept:
    """The form as it came in, with the code of what was wrong."""
    several = {name: list(values) for name, values in form.several.items()}
    fields = {name: form.text(name) for name in form.fields}
    return Kept(form.text("form"), code, fields, several, had_file=bool(form.files))


def mark(content: str | list[str]) -> str:
    """The same for the same content, so that an untouched field is known when the form comes back."""
    written = content if isinstance(content, str) else json.dumps(sorted(content)) if content else ""
    return sha256(written.encode()).hexdigest()[:16]


def said_in(form: Form) -> list[str]:
    """What the person wrote in the form in own words, each once; not what stood there before and nobody touched."""
    found = [form.text(name) for name in form.fields if not _is_no_saying(form, name)]
    return list(dict.fromkeys(words for words in found if words.strip()))


def _is_no_saying(form: Form, name: str) -> bool:
    """Whether the field is a choice, a number or a date, or holds what the page put there."""
    words = form.text(name)
    several_words = len(words.split()) > 1
    return (
        name in NO_SAYING
        or name.startswith(("seen-", "revision-", "choose-"))
        or form.text(f"seen-{name}") == mark(words)
        or not (several_words or "words" in name or name in PARTS)
    )
