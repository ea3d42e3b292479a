"""What a teacher's form shows: a question with its buttons, and the summary."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.assistant import speech
from bot.assistant.filled import Filled
from bot.assistant.turn import Turn
from bot.dialog import effects as fact
from bot.dialog import route
from bot.dialog.script import OTHER, AnswerKind, Part, Question
from bot.dialog.state import Answer

TIMES = ("08:30", "12:15", "14:30", "15:00", "15:30", "16:00")
SHORT_LABEL_CHARS = 14  # two such buttons stand side by side on a small phone

Rows = list[list[dict[str, Any]]]


def ask(
    turn: Turn,
    name: str,
    filled: Filled,
    screen: fact.QuestionAsked | fact.OtherAsked,
    days: Sequence[date],
) -> None:
    """The question stands in the chat, with buttons, or with a place for own words."""
    question = filled.script.question(screen.question)
    assert question is not None
    if isinstance(screen, fact.OtherAsked):
        rows, kind = [_steering(turn, name, filled)], "words"
    else:
        rows, kind = question_buttons(turn, name, filled, screen, days), question.answer.value
    turn.say(
        "forms.question",
        buttons=rows,
        title=filled.text(turn.language, "", Part.TITLE),
        child=filled.child.first_name,
        number=min(screen.done + 1, screen.total),
        total=screen.total,
        ask=filled.text(turn.language, question.id, Part.ASK),
        hint=filled.text(turn.language, question.id, Part.HINT),
        kind=kind,
    )


def question_buttons(
    turn: Turn, name: str, filled: Filled, screen: fact.QuestionAsked, days: Sequence[date]
) -> Rows:
    """The choices (days, times), what explains the question, and the ways on."""
    question = filled.script.question(screen.question)
    assert question is not None
    rows: Rows = []
    for key, label in _options(turn, filled, question, days):
        shown = label
        if key in screen.selected:
            shown = turn.texts.label(turn.language, "preparation.selected_label", {"label": label})
        about: dict[str, Any] = {
            "form": filled.number,
            "step": screen.step,
            "key": key,
            "question": question.id,
        }
        made = speech.button(shown, f"{name}.tap", wish="choose", **about)
        beside = bool(rows) and len(rows[-1]) == 1 and len(rows[-1][0]["label"]) <= SHORT_LABEL_CHARS
        if beside and len(shown) <= SHORT_LABEL_CHARS:
            rows[-1].append(made)
        else:
            rows.append([made])
    if question.answer is AnswerKind.SEVERAL:
        rows.append([_way(turn, name, filled, "ready")])
    explain: dict[str, Any] = {"form": filled.number, "question": question.id}
    rows.append(
        [
            turn.button(f"preparation.{part.value}_button", f"{name}.explain", part=part.value, **explain)
            for part in (Part.EXAMPLE, Part.WHY)
            if filled.text(turn.language, question.id, part)
        ]
    )
    rows.append(_steering(turn, name, filled))
    return rows


def _steering(turn: Turn, name: str, filled: Filled) -> list[dict[str, Any]]:
    return [_way(turn, name, filled, what) for what in ("back", "skip", "stop")]


def _way(turn: Turn, name: str, filled: Filled, what: str) -> dict[str, Any]:
    step = filled.state.step
    return turn.button(f"preparation.{what}_button", f"{name}.tap", wish=what, form=filled.number, step=step)


def _options(turn: Turn, filled: Filled, question: Question, days: Sequence[date]) -> list[tuple[str, str]]:
    """What can be tapped at a question: keys (or dates, or times) with their labels."""
    if question.answer is AnswerKind.DATE:
        return [
            (day.isoformat(), turn.texts.label(turn.language, "forms.day_label", {"day": day}))
            for day in days
        ]
    if question.answer is AnswerKind.TIME:
        return [(moment, moment) for moment in TIMES]
    other = turn.texts.label(turn.language, "preparation.other_button")
    return [
        (key, other if key == OTHER else filled.text(turn.language, question.id, Part.LABEL, key))
        for key in question.keys
    ]


def summary(turn: Turn, name: str, filled: Filled, names: Sequence[str], more: speech.Buttons) -> None:
    """Everything the form holds stands in the chat, with `more` buttons and the ways to change it."""
    number = filled.number
    turn.say(
        "forms.summary",
        buttons=[
            *more,
            [turn.button("forms.change_button", f"{name}.changes", form=number)],
            [
                turn.button("forms.throw_away_button", f"{name}.ask_discard", form=number),
                turn.button("menu.menu_button", "menu.open"),
            ],
        ],
        title=filled.text(turn.language, "", Part.TITLE),
        child=filled.child.first_name,
        names=list(names),
        lines=[
            _line(turn, filled, question, answer)
            for question, answer in route.overview(filled.script, filled.state)
        ],
    )


def _line(turn: Turn, filled: Filled, question: Question, answer: Answer | None) -> dict[str, Any]:
    """One question of the summary with what was answered."""
    keys = answer.choices if answer else ()
    day = speech.day_parameter(filled.day(question.id)) if question.answer is AnswerKind.DATE else None
    labels = [filled.text(turn.language, question.id, Part.LABEL, key) or key for key in keys if key != OTHER]
    return {
        "ask": filled.text(turn.language, question.id, Part.ASK),
        "labels": [] if day else labels,
        "day": day,
        "said": speech.saying_parameter(filled.said(turn, question.id)),
    }


def changes(turn: Turn, name: str, filled: Filled) -> None:
    """The person is asked which question to answer again."""
    rows = [
        [
            speech.button(
                filled.text(turn.language, question.id, Part.ASK),
                f"{name}.tap",
                wish="change",
                form=filled.number,
                question=question.id,
            )
        ]
        for question, _answer in route.overview(filled.script, filled.state)
    ]
    turn.say("forms.which_change", buttons=rows)
