"""What a page knows of a form that came back with a mistake: every word that was typed, and where the mistake is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
    "hours_outside": "from",
}


@dataclass(frozen=True)
class Kept:
    """The form that came back, if any; a template asks for the content of each field with its form's name."""

    form: str = ""
    code: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    several: Mapping[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def where(self) -> str:
        """The field of the mistake; '' if it concerns the whole form."""
        return FIELD_OF_CODE.get(self.code, "")

    def is_of(self, form: str) -> bool:
        """Whether this very form came back."""
        return bool(self.form) and self.form == form

    def value(self, form: str, name: str, otherwise: object = "") -> object:
        """What was typed in the field, or what stands there when nothing came back."""
        return self.fields.get(name, "") if self.is_of(form) else otherwise

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
    return Kept(form.text("form"), code, {name: form.text(name) for name in form.fields}, several)
