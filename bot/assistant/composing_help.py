"""Asking another parent for help in the chat: what goes along and which help, all seen before it is sent.

The wish travels in the buttons (ids and keys only) until it is sent. What becomes of it stands in `help_requests`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.assistant import loose, menu, registry, speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import open_button, passed_on
from bot.assistant.help_requests import ask_by_name, show, ways_on
from bot.assistant.language import in_rows
from bot.assistant.turn import Turn
from bot.content.catalogues import own_name
from bot.dialog.script import Part
from bot.model.buddies import Task
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState
from bot.model.people import Child
from bot.model.translation import Saying
from bot.services import help_requests as service
from bot.services import helping, preparation, redaction, sayings

WISH = ("child", "saying", "run", "question", "along", "typed", "language", "task", "same_group", "match")
NOTHING, TEXT, QUESTION = "nothing", "text", "question"

Rows = list[list[dict[str, Any]]]
Wish = dict[str, Any]


@dataclass(frozen=True)
class Along:
    """What the other parent will read, as the asker sees it before it goes."""

    words: str | None = field(default=None, repr=False)
    masked: tuple[str, ...] = field(default=(), repr=False)
    typed: Saying | None = None
    source: Saying | None = None
    ask: str | None = None  # the fixed question
    sensitive: bool = False

    @property
    def is_text(self) -> bool:
        """Whether words go along."""
        return self.words is not None or self.typed is not None

    @property
    def mark(self) -> str:
        """The same for the same redacted words, so that what goes is what was seen."""
        return sayings.mark_of(self.words)

    def parameters(self) -> dict[str, Any]:
        """What the macro goes_along needs; the source is named so that its end takes the message with it."""
        return {
            "words": self.words,
            "typed": speech.saying_parameter(self.typed),
            "ask": self.ask,
            "sensitive": self.sensitive,
            "masked": bool(self.masked),
            "source": speech.saying_parameter(self.source),
        }


def _wish(action: Mapping[str, Any], **changes: Any) -> Wish:
    """What is wished so far; a change to None takes it out."""
    wished = {name: action[name] for name in WISH if name in action} | changes
    return {name: value for name, value in wished.items() if value is not None}


def _open(turn: Turn, action: dict[str, Any] | None = None) -> None:
    """Consent the first time; then whom to ask, or what to ask."""
    wish = _wish(action or {})
    child = _require(turn, wish)
    if child is None:
        menu.choose_child(turn, {"do": "help_requests.open", **wish})
        return
    turn.remember(child=child.id)
    wish["child"] = child.id
    if not service.agrees(turn.session, turn.person):
        turn.say(
            "help_requests.consent",
            buttons=[
                [turn.button("help_requests.consent_yes", "help_requests.agree", **wish)],
                [turn.button("help_requests.consent_no", "help_requests.disagree")],
            ],
        )
        return
    standing = _standing(turn, wish)
    helps = [one for one in helping.running_of(turn.session, turn.person) if one.asker_id == turn.person.id]
    if standing is not None:
        show(turn, {"request": standing.id})
    elif helps:
        _ask_whom(turn, wish, helps)
    else:
        _compose(turn, wish)


def _require(turn: Turn, wish: Wish) -> Child | None:
    """The child it is about; None where it must be chosen first."""
    if not turn.tools.buddies.on:
        raise DomainError("buddies_off")
    require_confirmed_door(turn)
    child = turn.own_child(wish["child"]) if "child" in wish else turn.chosen_child()
    if child is not None:
        service.require_may_ask(turn.session, turn.tools, turn.person, child)
    return child


def _child(turn: Turn, wish: Wish) -> Child:
    child = _require(turn, wish)
    if child is None:
        raise DomainError("old_button")
    return child


def _agree(turn: Turn, action: dict[str, Any]) -> None:
    _child(turn, _wish(action))
    service.agree(turn.session, turn.tools, turn.person)
    turn.session.flush()
    _open(turn, action)


def _disagree(turn: Turn, _action: dict[str, Any]) -> None:
    turn.say("help_requests.consent_refused", buttons=ways_on(turn))


def _standing(turn: Turn, wish: Wish) -> HelpRequest | None:
    """An open request about the very same text or question."""
    if "saying" not in wish and "question" not in wish:
        return None
    about = (wish.get("saying"), wish.get("run"), wish.get("question"))
    found = service.open_of(turn.session, turn.person)
    return next((one for one in found if (one.source_saying_id, one.run_id, one.question) == about), None)


def _ask_whom(turn: Turn, wish: Wish, helps: list[Match]) -> None:
    """The parent who helps already, or another one."""
    rows = [[_whom(turn, wish, one)] for one in helps]
    another = turn.button("help_requests.another_button", "help_requests.compose", **wish)
    turn.say("help_requests.which", buttons=[*rows, [another], _never_mind(turn, wish)], protect=True)


def _whom(turn: Turn, wish: Wish, match: Match) -> dict[str, Any]:
    """Hands it over to this parent; where there is nothing to hand over, the way into the chat."""
    along = _along(turn, _child(turn, wish), wish)
    if not along.is_text and along.ask is None:
        return open_button(turn, match)
    name = match.buddy.first_name
    return ask_by_name(turn, name, "help_requests.compose", **{**wish, "match": match.id})


def _along(turn: Turn, child: Child, wish: Wish) -> Along:
    """What goes along as it is wished now: words typed, a text without names, a question, or nothing."""
    chosen = wish.get("along")
    if chosen == NOTHING:
        return Along()
    if "typed" in wish:
        return Along(typed=turn.unused_words(wish["typed"]))
    if "saying" in wish:
        return _text(turn, child, wish["saying"])
    if "question" in wish:
        return _question(turn, wish["run"], wish["question"])
    return Along()


def _text(turn: Turn, child: Child, saying_id: int) -> Along:
    try:
        source = service.source_of(turn.session, turn.tools, turn.person, child, saying_id)
    except NotFoundError:
        return Along()  # gone, or what another guardian wrote
    except DomainError as error:
        if error.code != "sensitive_question":
            raise
        return Along(sensitive=True)
    if not source.original.strip():
        return Along()  # a voice message or a photo stays here
    found = redaction.redacted(turn.session, turn.tools, turn.person, child, source.original)
    return Along(words=found.words, masked=found.masked, source=source)


def _question(turn: Turn, run_id: int, question_id: str) -> Along:
    run = preparation.own_run(turn.session, turn.person, run_id)
    found = next((one for one in preparation.applicable_questions(run) if one.id == question_id), None)
    if found is None or run.withdrawn_at is not None:
        return Along()
    if found.sensitive:
        return Along(sensitive=True)
    return Along(ask=preparation.script_of(run).text(turn.language, found.id, Part.ASK))


def _compose(turn: Turn, action: dict[str, Any]) -> None:
    """One screen with everything as it will be asked; one tap sends it."""
    wish = _wish(action)
    child = _child(turn, wish)
    if "match" not in wish:
        wish = {**wish, "task": _task(turn, wish), "language": _language(turn, wish)}
    along = _along(turn, child, wish)
    rows: Rows = [[turn.button("help_requests.send_button", "help_requests.send", mark=along.mark, **wish)]]
    if along.is_text:
        rows.append([turn.button("help_requests.edit_button", "help_requests.edit", **wish)])
    if "match" in wish:
        match = _helping_match(turn, wish["match"])
        turn.say(
            "help_requests.hand_over",
            buttons=[*rows, _never_mind(turn, wish)],
            protect=True,
            name=match.buddy.first_name,
            **along.parameters(),
        )
        return
    turn.say(
        "help_requests.compose",
        buttons=[*rows, *_changes(turn, child, wish, along), _never_mind(turn, wish)],
        protect=True,
        task=wish["task"],
        language=wish["language"],
        same_group=bool(wish.get("same_group")),
        **along.parameters(),
    )


def _changes(turn: Turn, child: Child, wish: Wish, along: Along) -> Rows:
    """Everything that can be another way: with or without what goes along, which help, which language, which group."""
    rows: Rows = []
    if along.is_text or along.ask is not None:
        rows.append([_change(turn, "without", {**wish, "along": NOTHING})])
    elif wish.get("along") == NOTHING and not _along(turn, child, _wish(wish, along=None)).sensitive:
        rows.append([_change(turn, "with", _wish(wish, along=None))])
    label = turn.texts.label(turn.language, "help_requests.same_group_button")
    if wish.get("same_group"):
        label = turn.texts.label(turn.language, "preparation.selected_label", {"label": label})
    turned = _wish(wish, same_group=None if wish.get("same_group") else True)
    return [
        *rows,
        [
            turn.button("help_requests.task_button", "help_requests.tasks", **wish),
            turn.button("help_requests.language_button", "help_requests.languages", **wish),
        ],
        [speech.button(label, "help_requests.compose", **turned)],
    ]


def _change(turn: Turn, label: str, wish: Wish) -> dict[str, Any]:
    return turn.button(f"help_requests.{label}_button", "help_requests.compose", **wish)


def _never_mind(turn: Turn, wish: Wish) -> list[dict[str, Any]]:
    typed = {"typed": wish["typed"]} if "typed" in wish else {}
    return [turn.button("common.never_mind_button", "help_requests.never_mind", **typed)]


def _drop(turn: Turn, action: dict[str, Any]) -> None:
    """What was typed for it is gone, and the person is where they were."""
    if "typed" in action:
        sayings.erase(turn.session, [turn.unused_words(action["typed"]).id])
    turn.stop_waiting()
    if turn.door.state.get("run"):
        registry.ACTIONS["preparation.open"](turn, {})
    else:
        menu.open_menu(turn)


def _task(turn: Turn, wish: Wish) -> str:
    """The kind of help that fits, or the first one the school has."""
    allowed = [task.value for task in turn.tools.buddies.tasks]
    usual = Task.EXPLAIN
    if "saying" in wish:
        usual = Task.UNDERSTAND
    elif "run" in wish:
        usual = Task.PREPARE
    wished = str(wish.get("task", usual.value))
    return wished if wished in allowed else allowed[0]


def _language(turn: Turn, wish: Wish) -> str:
    return str(wish.get("language") or service.languages_of(turn.person)[0])


def _tasks(turn: Turn, action: dict[str, Any]) -> None:
    wish = _wish(action)
    rows = []
    for task in turn.tools.buddies.tasks:
        chosen = {"task": task.value}
        about = {**wish, **chosen}
        rows.append([turn.named_button("buddies.task_name", "help_requests.compose", chosen, **about)])
    turn.say("help_requests.ask_task", buttons=[*rows, _never_mind(turn, wish)])


def _languages(turn: Turn, action: dict[str, Any]) -> None:
    wish = _wish(action)
    made = [
        speech.button(own_name(language), "help_requests.compose", **{**wish, "language": language})
        for language in service.languages_of(turn.person)
    ]
    turn.say("help_requests.ask_language", buttons=[*in_rows(made), _never_mind(turn, wish)])


def _edit(turn: Turn, action: dict[str, Any]) -> None:
    """The next words take the place of the text."""
    wish = _wish(action)
    _child(turn, wish)
    turn.wait_for("help_requests.said", **wish)
    turn.say("help_requests.edit", buttons=[_never_mind(turn, wish)])


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    """What was typed goes as it was typed, after it was seen once more."""
    wish = _wish(waits_for)
    child = _child(turn, wish)
    said = turn.keep_saying(None)
    if not said.original.strip() or said.attachments:
        turn.stop_waiting()
        turn.say("help_requests.type_please")
        said.child_id = child.id
        loose.unused(turn, said)
        return
    if "typed" in wish:
        sayings.erase(turn.session, [turn.unused_words(wish["typed"]).id])
    wish = {**wish, "typed": said.id}
    turn.wait_for("help_requests.said", **wish)  # written once more instead of tapped
    _compose(turn, wish)


def _send(turn: Turn, action: dict[str, Any]) -> None:
    """It goes exactly as it was seen; what changed meanwhile is shown again first."""
    wish = _wish(action)
    child = _child(turn, wish)
    along = _along(turn, child, wish)
    if along.mark != action["mark"]:
        _compose(turn, wish)
        return
    turn.stop_waiting()
    if "typed" in wish and along.typed is None:
        sayings.erase(turn.session, [turn.unused_words(wish["typed"]).id])
    if "match" in wish:
        _hand_over(turn, wish, along)
        return
    question = along.ask is not None
    request = service.ask(
        turn.session,
        turn.tools,
        turn.person,
        child,
        language=wish["language"],
        task=wish["task"],
        same_group=bool(wish.get("same_group")),
        words=along.typed or along.words,
        masked=along.masked,
        source_saying_id=along.source.id if along.source else None,
        run_id=wish["run"] if question else None,
        question=wish["question"] if question else None,
    )
    show(turn, {"request": request.id})


def _hand_over(turn: Turn, wish: Wish, along: Along) -> None:
    match = _helping_match(turn, wish["match"])
    about = (turn.session, turn.tools, turn.person, match)
    if along.ask is not None:
        helping.hand_over_question(*about, wish["run"], wish["question"])
    elif along.typed is not None:
        helping.write(*about, along.typed)
    elif along.words is not None:
        source_id = along.source.id if along.source else None
        helping.hand_over_text(*about, along.words, masked=along.masked, source_saying_id=source_id)
    else:
        raise DomainError("old_button")
    passed_on(turn, match)


def _helping_match(turn: Turn, match_id: int) -> Match:
    """A help of this asker that goes on; an old button where it is over."""
    match = service.match_of(turn.session, turn.person, match_id)
    if match.asker_id != turn.person.id or match.state != MatchState.HELPING.value:
        raise DomainError("old_button")
    return match


ACTIONS = {
    "help_requests.open": _open,
    "help_requests.agree": _agree,
    "help_requests.disagree": _disagree,
    "help_requests.compose": _compose,
    "help_requests.tasks": _tasks,
    "help_requests.languages": _languages,
    "help_requests.edit": _edit,
    "help_requests.send": _send,
    "help_requests.never_mind": _drop,
}
WAITING = {"help_requests.said": _said}
