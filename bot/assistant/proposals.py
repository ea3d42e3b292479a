"""A teacher proposes an agreement in the chat; proposing it is confirming it for the school."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from bot.assistant import speech
from bot.assistant.filled import Filled
from bot.assistant.forms import Form
from bot.assistant.turn import Turn
from bot.model.access import Action, Subject
from bot.model.errors import DomainError
from bot.model.people import Child, Person
from bot.services import access
from bot.services import agreements as service

WEEKS_AHEAD = (1, 2, 3, 4, 6, 8, 10, 12)


class AgreementForm(Form):
    """What, by whom, ready when, looked back on when; one text and one owner (001-p02)."""

    name: ClassVar[str] = "proposals"
    dialog: ClassVar[str] = "agreement"
    asks_again: ClassVar[dict[str, str]] = {
        "words_needed": "AG01",
        "owner_needed": "AG02",
        "due_needed": "AG03",
        "due_passed": "AG03",
        "look_back_needed": "AG04",
        "look_back_passed": "AG04",
    }

    def require(self, turn: Turn, child: Child) -> None:
        """Only the teachers of the child's group propose."""
        access.require(turn.session, turn.tools, turn.person, child, Action.PROPOSE, Subject.AGREEMENT)

    def days(self, turn: Turn) -> Sequence[date]:
        """An agreement takes weeks, so whole weeks are offered."""
        today = turn.tools.clock.today()
        return [today + timedelta(weeks=weeks) for weeks in WEEKS_AHEAD]

    def with_whom(self, turn: Turn, filled: Filled) -> list[str]:
        """The guardians who will be named."""
        return [person.name for person in _named(turn, filled)]

    def more_buttons(self, turn: Turn, filled: Filled) -> speech.Buttons:
        """With all guardians who have authority, or with one of them only."""
        guardians = access.guardians_of(turn.session, filled.child, with_authority=True)
        if len(guardians) <= 1:
            return ()
        if "guardian" in filled.about:
            return [
                [
                    turn.button(
                        "proposals.with_all_button", "proposals.with", form=filled.number, guardian=None
                    )
                ]
            ]
        return [
            [
                turn.named_button(
                    "proposals.only_with_button",
                    "proposals.with",
                    {"name": one.person.name},
                    form=filled.number,
                    guardian=one.person_id,
                )
            ]
            for one in guardians
        ]

    def submit(self, turn: Turn, filled: Filled) -> None:
        """The agreement is proposed, and confirmed for the school."""
        due_on, look_back_on = filled.day("AG03"), filled.day("AG04")
        if due_on is None:
            raise DomainError("due_needed")
        if look_back_on is None:
            raise DomainError("look_back_needed")
        agreement = service.propose(
            turn.session,
            turn.tools,
            turn.person,
            filled.child,
            words=filled.said(turn, "AG01") or "",
            owner=filled.choice("AG02") or "",
            due_on=due_on,
            look_back_on=look_back_on,
            guardians=_named(turn, filled),
        )
        turn.say(
            "proposals.proposed",
            buttons=[[turn.button("forms.child_button", "group.child", child=filled.child.id)]],
            child=filled.child.first_name,
            names=[person.name for person in service.waits_for(agreement)],
        )


def _named(turn: Turn, filled: Filled) -> list[Person]:
    chosen = filled.about.get("guardian")
    guardians = access.guardians_of(turn.session, filled.child, with_authority=True)
    return [one.person for one in guardians if chosen in {None, one.person_id}]


FORM = AgreementForm()


def _start(turn: Turn, action: dict[str, Any]) -> None:
    child = access.child_or_not_found(turn.session, action["child"])
    FORM.begin(turn, action, child, about={})


def _with(turn: Turn, action: dict[str, Any]) -> None:
    filled = FORM.open_form(turn, action)
    if filled is not None:
        FORM.keep_about(turn, filled, guardian=action["guardian"])


ACTIONS = {**FORM.actions, "proposals.start": _start, "proposals.with": _with}
WAITING = FORM.waiting
