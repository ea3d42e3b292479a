"""Plays a golden talk on the engine alone: taps and words become its inputs, its state is JSON between turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.catalogues import own_name
from bot.content.talks import Turn
from bot.content.texts import Texts
from bot.dialog import effects as fact
from bot.dialog import engine
from bot.dialog import inputs as wish
from bot.dialog.route import overview
from bot.dialog.script import OTHER, Part, Question, Script
from bot.dialog.state import Mode, State

CHILDREN: dict[str, dict[str, str | int]] = {
    "Kuba": {"grade": 3, "school_type": "bao"},
    "Zosia": {"grade": 6, "school_type": "bao"},
    "Abel": {"grade": 3, "school_type": "bao"},
    "Lena": {"grade": 6, "school_type": "bao"},
}
ONLY_CHILD = {"agnieszka": None, "pieter": "Kuba", "selam": "Abel", "ewa": "Lena", "marieke": None}
LANGUAGES = {"agnieszka": "pl", "pieter": "nl", "selam": "en", "ewa": "pl", "marieke": "nl"}
Offered = Mapping[str, wish.Input | None]


@dataclass
class _Phone:
    """What one person's phone shows of the conversation, and what its buttons mean."""

    language: str
    child: str | None
    states: dict[str, str] = field(default_factory=dict)  # child -> saved state
    screens: list[Offered] = field(default_factory=list)
    active: bool = False  # whether words go to the conversation
    prepares: bool = False  # whether choosing a child opens it
    said_last: str = ""  # the question the last words answered


class EngineTalk:
    """The engine in the hands of the people of a talk."""

    def __init__(self, script: Script, texts: Texts) -> None:
        self._script = script
        self._texts = texts
        self._phones: dict[str, _Phone] = {}

    def turn(self, turn: Turn) -> str | None:
        """The id of the question that stands for this person after the turn."""
        if turn.who not in LANGUAGES or turn.deed == "later":
            return None
        phone = self._phones.setdefault(turn.who, _Phone(LANGUAGES[turn.who], ONLY_CHILD[turn.who]))
        match turn.deed:
            case "say" | "voice" | "photo":
                self._say(phone, turn)
            case "correct":
                self._advance(phone, wish.Correct(phone.said_last, turn.detail))
            case "tap" | "tap_old":
                self._tap(phone, turn)
        return self._standing(phone)

    def _standing(self, phone: _Phone) -> str | None:
        if phone.child not in phone.states:
            return None
        state = State.from_json(phone.states[phone.child])
        return state.position if state.mode in (Mode.ASKING, Mode.OTHER) else None

    def _say(self, phone: _Phone, turn: Turn) -> None:
        if phone.active:
            phone.said_last = self._standing(phone) or ""
            words = turn.detail if turn.deed == "say" else ""
            self._advance(phone, wish.Say(words, voice=turn.deed != "say"))

    def _tap(self, phone: _Phone, turn: Turn) -> None:
        label = turn.detail
        order = phone.screens if turn.deed == "tap_old" else list(reversed(phone.screens))
        screen = next((offered for offered in order if label in offered), None)
        languages = {
            f"{mark}{own_name(code)}": code for code in self._script.languages for mark in ("", "✓ ")
        }
        if screen is not None:
            wished = screen[label]
            if wished is not None:
                self._advance(phone, wished)
        elif label in languages:
            phone.language = languages[label]
        elif label == self._label(phone, "menu.prepare"):
            phone.prepares = True
            self._open(phone)
        elif label in CHILDREN:
            phone.child = label
            self._open(phone)
        elif label.endswith(tuple(self._answers(phone))):
            asked = label.partition(" ")[2]
            change = wish.Change(self._answers(phone)[asked])
            phone.screens.append({self._label(phone, "preparation.change"): change})
        else:
            phone.active = phone.prepares = False

    def _open(self, phone: _Phone) -> None:
        """A conversation begins, or goes on where it was left, once it is known whom it is about."""
        if not phone.prepares or phone.child is None:
            return
        phone.prepares = False
        if phone.child not in phone.states:
            state, effects = engine.begin(self._script, CHILDREN[phone.child])
            self._show(phone, state, effects[-1])
        else:
            finished = State.from_json(phone.states[phone.child]).mode is Mode.FINISHED
            self._advance(phone, wish.ShowReview() if finished else wish.Resume())

    def _advance(self, phone: _Phone, wished: wish.Input) -> None:
        assert phone.child is not None
        before = State.from_json(phone.states[phone.child])
        state, effects = engine.advance(self._script, before, wished)
        self._show(phone, state, effects[-1])

    def _show(self, phone: _Phone, state: State, screen: fact.Effect) -> None:
        """The state is saved, and the buttons of the screen stand on the phone."""
        assert phone.child is not None
        phone.states[phone.child] = state.to_json()
        phone.active = isinstance(screen, fact.QuestionAsked | fact.OtherAsked)
        phone.screens.append(self._offered(phone, state, screen))

    def _offered(self, phone: _Phone, state: State, screen: fact.Effect) -> Offered:
        step = state.step
        skip = {self._label(phone, "preparation.skip"): wish.Skip(step)}
        back = {self._label(phone, "preparation.back"): wish.Back(step)}
        match screen:
            case fact.QuestionAsked():
                question = self._script.question(screen.question)
                assert question is not None
                names = ("example", "why")
                explained: Offered = {self._label(phone, f"preparation.{name}"): None for name in names}
                steps: Offered = {
                    self._label(phone, "preparation.ready"): wish.Ready(step),
                    self._label(phone, "preparation.stop"): wish.Stop(),
                }
                return {**self._choices(phone, question, screen), **explained, **steps, **skip, **back}
            case fact.OtherAsked():
                return {**skip, **back}
            case fact.ReviewShown():
                share = {self._label(phone, "preparation.share"): wish.Finish()}
                return {**share, self._label(phone, "preparation.add_more"): self._more(state)}
            case _:
                return {self._label(phone, "preparation.go_on"): wish.Resume()}

    def _choices(self, phone: _Phone, question: Question, screen: fact.QuestionAsked) -> Offered:
        offered: dict[str, wish.Input | None] = {}
        for key in question.keys:
            label = self._script.text(phone.language, question.id, Part.LABEL, key)
            if key == OTHER:
                label = self._label(phone, "preparation.other")
            mark = "✓ " if key in screen.selected else ""
            offered[mark + label] = wish.Choose(screen.step, key)
        return offered

    def _more(self, state: State) -> wish.Input:
        """The next question without an answer, as the preparation service chooses it."""
        lines = overview(self._script, state)
        places = [question.id for question in self._script.questions]
        without = [question.id for question, answer in lines if answer is None or answer.skipped]
        following = [one for one in without if places.index(one) > places.index(state.position)]
        return wish.Change((following or without or [""])[0])

    def _answers(self, phone: _Phone) -> dict[str, str]:
        """Question in words -> its id."""
        return {
            self._script.text(phone.language, question.id, Part.ASK): question.id
            for question in self._script.questions
        }

    def _label(self, phone: _Phone, button: str) -> str:
        return self._texts.label(phone.language, f"{button}_button")
