"""A teacher's forms in the chat: a dialog of the engine, a summary, and one button that does it.

Where a form stands is kept in the door's state under "draft": keys, dates and ids only. Words typed into it are
sayings of the teacher; until the form is finished they are a draft, of which the dossier shows that it exists.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, ClassVar

from bot.assistant import form_pages, registry, speech
from bot.assistant.filled import Filled
from bot.assistant.turn import Turn
from bot.dialog import effects as fact
from bot.dialog import engine
from bot.dialog import inputs as wish
from bot.dialog.script import Part
from bot.dialog.state import Answer, Mode, State
from bot.model.errors import DomainError
from bot.model.messages import Outgoing
from bot.model.people import Child
from bot.model.translation import Saying
from bot.services import access, sayings

SCHOOL_DAYS_SHOWN = 10

Handler = Callable[[Turn, dict[str, Any]], None]

_REMARKS: dict[type[fact.Effect], str] = {
    fact.InputStale: "errors.old_button",
    fact.ChoiceNeeded: "preparation.choice_needed",
    fact.DateNotUnderstood: "errors.date_not_understood",
    fact.TimeNotUnderstood: "errors.time_not_understood",
    fact.NothingSaid: "errors.empty",
    fact.WordsUnexpected: "forms.words_unused",
}


class Form(ABC):
    """One kind of form; `name` is its subject in the names of its actions."""

    name: ClassVar[str]
    dialog: ClassVar[str]
    asks_again: ClassVar[Mapping[str, str]]  # code of an error -> the question whose answer brings it about

    @abstractmethod
    def require(self, turn: Turn, child: Child) -> None:
        """Passes if this person may fill in the form about this child; raises NotFoundError."""

    @abstractmethod
    def submit(self, turn: Turn, filled: Filled) -> None:
        """What the form is for is done, and the person reads so; raises DomainError."""

    def days(self, turn: Turn) -> Sequence[date]:
        """The days that are offered as buttons: the next ten school days."""
        following = turn.tools.rhythm.school_days.following(turn.tools.clock.today())
        return list(islice(following, SCHOOL_DAYS_SHOWN))

    def with_whom(self, turn: Turn, filled: Filled) -> list[str]:  # noqa: ARG002
        """Names for the summary: with whom it is."""
        return []

    def more_buttons(self, turn: Turn, filled: Filled) -> speech.Buttons:  # noqa: ARG002
        """Further choices at the summary."""
        return ()

    def may_finish(self, turn: Turn, filled: Filled) -> bool:  # noqa: ARG002
        """Whether the one button that does it is offered."""
        return True

    @property
    def actions(self) -> dict[str, Handler]:
        """What can be tapped in this form."""
        return {
            f"{self.name}.tap": self._tapped,
            f"{self.name}.finish": self._finish,
            f"{self.name}.go_on": self._go_on,
            f"{self.name}.ask_discard": self._ask_discard,
            f"{self.name}.discard": self._discard,
            f"{self.name}.anew": self._anew,
            f"{self.name}.changes": self._changes,
            f"{self.name}.explain": self._explain,
        }

    @property
    def waiting(self) -> dict[str, Handler]:
        """The words this form waits for."""
        return {f"{self.name}.said": self._said}

    def begin(
        self,
        turn: Turn,
        action: dict[str, Any],
        child: Child,
        *,
        about: Mapping[str, Any],
        answers: Mapping[str, Answer] | None = None,
        words: Mapping[str, int] | None = None,
    ) -> None:
        """The form stands at its first question, or at its summary where answers are given beforehand.

        Where another form is not finished yet, the person first says what becomes of it; then `action` is done again.
        """
        self.require(turn, child)
        draft = turn.door.state.get("draft")
        if draft is not None:
            go_on = turn.button("forms.go_on_button", f"{_name_of(draft)}.go_on")
            anew = turn.button("forms.anew_button", f"{self.name}.anew", then=action)
            turn.say("forms.unfinished", buttons=[[go_on], [anew]])
            return
        script = turn.tools.scripts[self.dialog]
        facts: dict[str, str | int] = {
            "grade": child.grade,
            "school_type": child.group.school.type,
            "today": turn.tools.clock.today().isoformat(),
        }
        state, effects = engine.begin(script, facts)
        if answers:
            state = dataclasses.replace(state, answers=dict(answers), mode=Mode.REVIEW)
            state, effects = engine.advance(script, state, wish.ShowReview())
        number = turn.door.state.get("drafts", 0) + 1
        turn.remember(drafts=number)
        filled = Filled(number, child, script, state, dict(words or {}), dict(about))
        self._keep(turn, filled)
        self._show(turn, filled, effects)

    def open_form(self, turn: Turn, action: dict[str, Any] | None = None) -> Filled | None:
        """The unfinished form of this kind; None, and the person is told, if the button is of another one."""
        draft = turn.door.state.get("draft")
        asked = action.get("form") if action else None
        if draft is None or draft["dialog"] != self.dialog or asked not in {None, draft["number"]}:
            turn.say("errors.old_button", buttons=[[turn.button("menu.menu_button", "menu.open")]])
            return None
        child = access.child_or_not_found(turn.session, draft["child"])
        self.require(turn, child)
        today = turn.tools.clock.today().isoformat()
        return Filled(
            number=draft["number"],
            child=child,
            script=turn.tools.scripts[self.dialog],
            state=State.from_json(draft["engine"]).with_facts({"today": today}),
            words=draft["words"],
            about=draft["about"],
        )

    def keep_about(self, turn: Turn, filled: Filled, **changes: Any) -> None:
        """The form is about this too; its summary is shown again."""
        changed = dataclasses.replace(filled, about={**filled.about, **changes})
        self._keep(turn, changed)
        self._summary(turn, changed)

    def _keep(self, turn: Turn, filled: Filled) -> None:
        turn.remember(draft=filled.as_draft(self.dialog), run=None)

    def _go_on(self, turn: Turn, _action: dict[str, Any]) -> None:
        filled = self.open_form(turn)
        if filled is not None:
            self._advance(turn, filled, wish.Resume())

    def _ask_discard(self, turn: Turn, action: dict[str, Any]) -> None:
        filled = self.open_form(turn, action)
        if filled is not None:
            turn.stop_waiting()
            discard = turn.button("forms.discard_button", f"{self.name}.discard", form=filled.number)
            go_on = turn.button("forms.go_on_button", f"{self.name}.go_on")
            turn.say("forms.ask_discard", buttons=[[discard], [go_on]])

    def _discard(self, turn: Turn, action: dict[str, Any]) -> None:
        filled = self.open_form(turn, action)
        if filled is not None:
            _throw_away(turn)
            child = turn.button("forms.child_button", "group.child", child=filled.child.id)
            turn.say("forms.discarded", buttons=[[child], [turn.button("menu.menu_button", "menu.open")]])

    def _anew(self, turn: Turn, action: dict[str, Any]) -> None:
        _throw_away(turn)
        registry.ACTIONS[action["then"]["do"]](turn, action["then"])

    def _tapped(self, turn: Turn, action: dict[str, Any]) -> None:
        filled = self.open_form(turn, action)
        if filled is None:
            return
        number = action.get("step", 0)
        wishes: dict[str, wish.Input] = {
            "choose": wish.Choose(number, action.get("key", "")),
            "ready": wish.Ready(number),
            "skip": wish.Skip(number),
            "back": wish.Back(number),
            "stop": wish.Stop(),
            "change": wish.Change(action.get("question", "")),
        }
        self._advance(turn, filled, wishes[action["wish"]], tapped=action)

    def _said(self, turn: Turn, waits_for: dict[str, Any]) -> None:
        filled = self.open_form(turn, waits_for)
        if filled is not None:
            self._advance(turn, filled, wish.Say(turn.incoming.text, voice=turn.has_file))

    def _advance(
        self, turn: Turn, filled: Filled, wished: wish.Input, tapped: Mapping[str, Any] | None = None
    ) -> None:
        state, effects = engine.advance(filled.script, filled.state, wished)
        words = dict(filled.words)
        replaced: list[int] = []
        for effect in effects:
            if isinstance(effect, fact.AnswerGiven) and not effect.keeps_words:
                if effect.question in words:
                    replaced.append(words.pop(effect.question))
                if effect.with_words:
                    words[effect.question] = turn.keep_saying(filled.child).id
        after = dataclasses.replace(filled, state=state, words=words)
        self._keep(turn, after)
        _erase(turn, replaced)
        if tapped and _only_marked(effects, tapped):
            self._mark_in_place(turn, after, effects[-1])
        else:
            self._show(turn, after, effects)

    def _mark_in_place(self, turn: Turn, filled: Filled, screen: fact.Effect) -> None:
        """The message with the choices shows what is chosen now, instead of a new message."""
        outgoing = turn.session.get(Outgoing, int(turn.incoming.button.partition(".")[0]))
        if outgoing is not None and isinstance(screen, fact.QuestionAsked):
            rows = form_pages.question_buttons(turn, self.name, filled, screen, self.days(turn))
            speech.change_buttons(turn.tools, outgoing, rows)

    def _finish(self, turn: Turn, action: dict[str, Any]) -> None:
        filled = self.open_form(turn, action)
        if filled is None:
            return
        try:
            with turn.session.begin_nested():
                self.submit(turn, filled)
        except DomainError as error:
            question = self.asks_again.get(error.code)
            if question is None:
                raise
            turn.say("forms.problem", code=error.code)
            self._advance(turn, filled, wish.Change(question))
        else:
            turn.remember(draft=None, waits_for=None)

    def _show(self, turn: Turn, filled: Filled, effects: Sequence[fact.Effect]) -> None:
        """What came of the turn is told, then the screen that stands now."""
        for effect in effects:
            if type(effect) in _REMARKS:
                turn.say(_REMARKS[type(effect)])
        screen = effects[-1]
        turn.stop_waiting()
        match screen:
            case fact.QuestionAsked() | fact.OtherAsked():
                turn.wait_for(f"{self.name}.said", form=filled.number)
                form_pages.ask(turn, self.name, filled, screen, self.days(turn))
            case fact.RunStopped():
                self._stopped(turn, filled)
            case _:
                self._summary(turn, filled)

    def _stopped(self, turn: Turn, filled: Filled) -> None:
        throw_away = turn.button("forms.throw_away_button", f"{self.name}.ask_discard", form=filled.number)
        turn.say(
            "forms.stopped",
            buttons=[
                [turn.button("forms.go_on_button", f"{self.name}.go_on")],
                [throw_away, turn.button("menu.menu_button", "menu.open")],
            ],
        )

    def _summary(self, turn: Turn, filled: Filled) -> None:
        rows = [*self.more_buttons(turn, filled)]
        if self.may_finish(turn, filled):
            finish = turn.button(f"{self.name}.finish_button", f"{self.name}.finish", form=filled.number)
            rows.insert(0, [finish])
        form_pages.summary(turn, self.name, filled, self.with_whom(turn, filled), rows)

    def _changes(self, turn: Turn, action: dict[str, Any]) -> None:
        filled = self.open_form(turn, action)
        if filled is not None:
            form_pages.changes(turn, self.name, filled)

    def _explain(self, turn: Turn, action: dict[str, Any]) -> None:
        filled = self.open_form(turn, action)
        if filled is not None:
            part = Part(action["part"])
            turn.say(f"preparation.{part.value}", text=filled.text(turn.language, action["question"], part))


def offer_unfinished(turn: Turn) -> list[dict[str, Any]]:
    """A button that goes on with the unfinished form of this door, if there is one."""
    draft = turn.door.state.get("draft")
    return [turn.button("forms.go_on_button", f"{_name_of(draft)}.go_on")] if draft else []


def _name_of(draft: Mapping[str, Any]) -> str:
    """The subject whose form this is."""
    return next(form.name for form in Form.__subclasses__() if form.dialog == draft["dialog"])


def _throw_away(turn: Turn) -> None:
    """The unfinished form of this door and the words typed into it are gone."""
    draft = turn.door.state.get("draft")
    turn.remember(draft=None, waits_for=None)
    if draft is not None:
        _erase(turn, list(draft["words"].values()))


def _erase(turn: Turn, saying_ids: Sequence[int]) -> None:
    """Words that nothing stands on are gone; what a talk or an agreement says stays."""
    found = [turn.session.get(Saying, saying_id) for saying_id in saying_ids]
    unused = [one.id for one in found if one is not None and not sayings.is_used(turn.session, one)]
    sayings.erase(turn.session, unused)


def _only_marked(effects: Sequence[fact.Effect], action: Mapping[str, Any]) -> bool:
    """Whether a tap only marked or unmarked one of several choices on the same screen."""
    screen = effects[-1]
    return (
        action["wish"] == "choose"
        and len(effects) == 1
        and isinstance(screen, fact.QuestionAsked)
        and screen.question == action.get("question")
    )
