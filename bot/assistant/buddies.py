"""Parents help parents, in the chat: the place where all of it stands, and the offer to help others (002-buddy).

What is chosen for an offer is kept in the door's state under "buddy" until it is made: keys and ids only.
"""

from typing import Any

from bot.assistant import menu, speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import open_button
from bot.assistant.help_requests import show_asked
from bot.assistant.help_safety import tell_end
from bot.assistant.language import in_rows
from bot.assistant.teller import Teller
from bot.assistant.turn import Turn
from bot.content.catalogues import SHIPPED_LANGUAGES, own_name
from bot.model.buddies import CODE_VERSION, BuddyProfile, BuddyState, PartOfWeek
from bot.model.errors import DomainError
from bot.model.help_requests import HelpRequest, RequestState
from bot.services import access, buddy_leaving, help_requests, helping
from bot.services import buddies as service
from bot.services.events import EventKind

Rows = list[list[dict[str, Any]]]
QUESTIONS = {
    "languages": "buddies.ask_languages",
    "tasks": "buddies.ask_tasks",
    "times": "buddies.ask_times",
    "families": "buddies.ask_families",
    "groups": "buddies.ask_groups",
}
STEPS = tuple(QUESTIONS)
NEEDED = frozenset({"languages", "tasks"})


def open_hub(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person sees what stands: the own offer, whom they write with, what they asked, and what they can do."""
    _require(turn)
    if not turn.children():
        menu.open_menu(turn)
        return
    profile = service.profile_of(turn.session, turn.person)
    requests = help_requests.open_of(turn.session, turn.person)
    matches = helping.running_of(turn.session, turn.person)
    rows: Rows = [[open_button(turn, match)] for match in matches]
    for one in requests:
        rows += [[_about(turn, one, "show")], [_about(turn, one, "withdraw")]]
    rows.append([turn.button("buddies.ask_button", "help_requests.open")])
    if profile is not None and _stands(profile):
        rows.append([turn.button("buddies.offer_button", "buddies.offer")])
    elif not access.is_staff(turn.session, turn.person):
        rows.append([turn.button("buddies.want_button", "buddies.begin")])
    changed = service.must_read_the_code(profile)
    if changed:
        rows.append([turn.button("buddies.code_button", "buddies.code")])
    turn.say(
        "buddies.hub",
        buttons=[*rows, [turn.button("menu.menu_button", "menu.open")]],
        protect=True,
        **_standing(profile),
        code_changed=changed,
        requests=[
            {
                "offered": one.state == RequestState.OFFERED.value,
                "task": one.task,
                "language": one.language,
            }
            for one in requests
        ],
        helping=bool(matches),
    )
    show_asked(turn)


def _require(turn: Turn) -> None:
    if not turn.tools.buddies.on:
        raise DomainError("buddies_off")
    require_confirmed_door(turn)


def _about(turn: Turn, request: HelpRequest, what: str) -> dict[str, Any]:
    """A button that shows an open request with all that can be done about it, or takes it back."""
    macro = {"show": "buddies.request_button", "withdraw": "buddies.withdraw_button"}[what]
    return turn.named_button(macro, f"help_requests.{what}", {"task": request.task}, request=request.id)


def _stands(profile: BuddyProfile) -> bool:
    return profile.state != BuddyState.ENDED.value


def _standing(profile: BuddyProfile | None) -> dict[str, Any]:
    """The state and the school's reason; nothing of an offer that the parent ended, or that was never made."""
    if profile is None or (profile.state == BuddyState.ENDED.value and profile.decided_by_id is None):
        return {"state": None, "reason": None}
    decided = profile.state != BuddyState.OFFERED.value
    reason = speech.saying_parameter(profile.reason_saying) if decided else None
    return {"state": profile.state, "reason": reason}


def _show_offer(turn: Turn, _action: dict[str, Any]) -> None:
    _require(turn)
    profile = _own(turn)
    group_ids = {one.group_id for one in profile.groups}
    groups = service.groups_of(turn.session, profile.school_id)
    turn.say(
        "buddies.offer",
        buttons=[
            [turn.button("buddies.change_button", "buddies.begin")],
            [turn.button("buddies.leave_button", "buddies.leave")],
            [turn.button("buddies.open_button", "buddies.open")],
        ],
        **_standing(profile),
        languages=[one.language for one in profile.languages],
        tasks=[task.value for task in service.tasks_of(turn.tools, profile)],
        times=[part.value for part in service.times_of(profile)],
        families=service.most_families(turn.tools, profile),
        helped=profile.families,
        groups=[group.name for group in groups if group.id in group_ids],
    )


def _own(turn: Turn) -> BuddyProfile:
    """The person's offer; an older button may name one that is over."""
    profile = service.profile_of(turn.session, turn.person)
    if profile is None or not _stands(profile):
        raise DomainError("old_button")
    return profile


def _begin(turn: Turn, _action: dict[str, Any]) -> None:
    """The first question, with what was offered before, or the own language, chosen already."""
    _require(turn)
    service.require_may_offer(turn.session, turn.tools, turn.person)
    profile = service.profile_of(turn.session, turn.person)
    turn.remember(waits_for=None, run=None, form=None, buddy=_offered_before(turn, profile))
    _ask(turn, STEPS[0])


def _offered_before(turn: Turn, profile: BuddyProfile | None) -> dict[str, Any]:
    if profile is None:
        families = turn.tools.buddies.families
        return {"languages": [turn.language], "tasks": [], "times": [], "families": families, "groups": []}
    return {
        "languages": [one.language for one in profile.languages],
        "tasks": [task.value for task in service.tasks_of(turn.tools, profile)],
        "times": [part.value for part in service.times_of(profile)],
        "families": max(1, profile.families, service.most_families(turn.tools, profile)),
        "groups": [one.group_id for one in profile.groups],
    }


def _chosen(turn: Turn) -> dict[str, Any]:
    """What is chosen so far at this door; the buttons of an offer that was made or left are old."""
    _require(turn)
    chosen: dict[str, Any] | None = turn.door.state.get("buddy")
    if chosen is None:
        raise DomainError("old_button")
    return chosen


def _ask(turn: Turn, step: str) -> None:
    turn.say(QUESTIONS[step], buttons=_rows(turn, step))


def _rows(turn: Turn, step: str) -> Rows:
    """The choices of a question, those that are chosen marked, and the way on, back and out."""
    ways = [turn.button("preparation.ready_button", "buddies.next", step=step)]
    if step == "families":
        ways = []
    if step != STEPS[0]:
        ways.insert(0, turn.button("preparation.back_button", "buddies.back", step=step))
    never_mind = turn.button("common.never_mind_button", "buddies.stop")
    return [*_choices(turn, step), ways, [never_mind]]


def _choices(turn: Turn, step: str) -> Rows:
    chosen = _chosen(turn)
    if step == "languages":
        languages = dict.fromkeys((turn.language, *SHIPPED_LANGUAGES))
        return in_rows([_choice(turn, step, one, own_name(one)) for one in languages])
    if step == "tasks":
        return [
            [_choice(turn, step, one.value, _name(turn, "task", one))] for one in turn.tools.buddies.tasks
        ]
    if step == "times":
        return [[_choice(turn, step, one.value, _name(turn, "part", one))] for one in PartOfWeek]
    if step == "families":
        profile = service.profile_of(turn.session, turn.person)
        least = max(1, profile.families if profile else 0)
        most = max(turn.tools.buddies.families, least)
        numbers = [_choice(turn, step, one, str(one)) for one in range(least, most + 1)]
        return [numbers[place : place + 5] for place in range(0, len(numbers), 5)]
    everybody = turn.texts.label(turn.language, "buddies.all_groups_button")
    groups = service.groups_of(turn.session, turn.person.school_id)
    return [
        [_choice(turn, step, 0, everybody, is_chosen=not chosen["groups"])],
        *in_rows([_choice(turn, step, group.id, group.name) for group in groups]),
    ]


def _name(turn: Turn, kind: str, key: str) -> str:
    macro = {"task": "buddies.task_name", "part": "buddies.time_name"}[kind]
    return turn.texts.label(turn.language, macro, {kind: key})


def _choice(
    turn: Turn, step: str, key: str | int, label: str, *, is_chosen: bool | None = None
) -> dict[str, Any]:
    """One choice, with a mark if it is chosen; several are edited in their message as they are tapped."""
    if is_chosen is None:
        chosen = _chosen(turn)[step]
        is_chosen = key in chosen if isinstance(chosen, list) else key == chosen
    if is_chosen:
        label = turn.texts.label(turn.language, "preparation.selected_label", {"label": label})
    return speech.button(label, "buddies.choose", step=step, key=key)


def _choose(turn: Turn, action: dict[str, Any]) -> None:
    chosen, step, key = _chosen(turn), action["step"], action["key"]
    if step == "families":
        turn.remember(buddy={**chosen, step: key})
        _go_on(turn, step)
        return
    turn.remember(buddy={**chosen, step: _toggled(chosen[step], key)})
    speech.change_buttons(turn.tools, turn.tapped, _rows(turn, step))


def _toggled(chosen: list[Any], key: str | int) -> list[Any]:
    """Chosen, or not any more; the key 0 means: all, which is what nothing chosen means too."""
    if key == 0:
        return []
    return [one for one in chosen if one != key] if key in chosen else [*chosen, key]


def _next(turn: Turn, action: dict[str, Any]) -> None:
    step = action["step"]
    if step in NEEDED and not _chosen(turn)[step]:
        turn.say("preparation.choice_needed")
        _ask(turn, step)
        return
    _go_on(turn, step)


def _go_on(turn: Turn, step: str) -> None:
    place = STEPS.index(step) + 1
    if place < len(STEPS):
        _ask(turn, STEPS[place])
        return
    profile = service.profile_of(turn.session, turn.person)
    if profile is not None and _stands(profile) and profile.code_version == CODE_VERSION:
        _make(turn)
    else:
        _show_code(turn)


def _back(turn: Turn, action: dict[str, Any]) -> None:
    _ask(turn, STEPS[max(0, STEPS.index(action["step"]) - 1)])


def _stop(turn: Turn, _action: dict[str, Any]) -> None:
    turn.remember(buddy=None)
    open_hub(turn)


def _show_code(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The rules, with the button that accepts these and no others."""
    _require(turn)
    turn.say(
        "buddies.code",
        buttons=[
            [turn.button("buddies.accept_button", "buddies.accept", version=CODE_VERSION)],
            [turn.button("common.never_mind_button", "buddies.stop")],
        ],
    )


def _accept(turn: Turn, action: dict[str, Any]) -> None:
    _require(turn)
    if action["version"] != CODE_VERSION:
        turn.say("errors.code_needed")
        _show_code(turn)
    elif turn.door.state.get("buddy"):
        _make(turn)
    elif service.must_read_the_code(service.profile_of(turn.session, turn.person)):
        service.accept_code(turn.session, turn.tools, turn.person)
        turn.say("buddies.accepted")
        open_hub(turn)
    else:
        raise DomainError("old_button")


def _make(turn: Turn) -> None:
    """The offer stands as it was chosen; a mistake in it leads back to its question."""
    chosen = _chosen(turn)
    before = service.profile_of(turn.session, turn.person)
    is_new = before is None or not _stands(before)
    for step in STEPS:
        if step in NEEDED and not chosen[step]:
            _next(turn, {"step": step})
            return
    service.offer(
        turn.session,
        turn.tools,
        turn.person,
        languages=chosen["languages"],
        tasks=chosen["tasks"],
        times=chosen["times"],
        group_ids=chosen["groups"],
        max_families=chosen["families"],
        code_version=CODE_VERSION,
    )
    turn.remember(buddy=None)
    turn.say("buddies.thanks_offer" if is_new else "buddies.saved")
    open_hub(turn)


def _leave(turn: Turn, _action: dict[str, Any]) -> None:
    """One tap, without a question: the way back is named and open."""
    _require(turn)
    _own(turn)
    helped = [one for one in helping.running_of(turn.session, turn.person) if one.buddy_id == turn.person.id]
    buddy_leaving.leave(turn.session, turn.tools, turn.person)
    turn.remember(buddy=None)
    for match in helped:
        tell_end(turn, match)
    turn.say(
        "buddies.left",
        buttons=[
            [turn.button("buddies.open_button", "buddies.open")],
            [turn.button("menu.menu_button", "menu.open")],
        ],
    )


def _offered(teller: Teller) -> None:
    """The coordinators read who offers, and where to decide."""
    _tell_coordinators(teller, "buddies.offered_to_school")


def _left(teller: Teller) -> None:
    _tell_coordinators(teller, "buddies.left_to_school")


def _tell_coordinators(teller: Teller, macro: str) -> None:
    profile = teller.session.get_one(BuddyProfile, teller.event.subject_id)
    for voice in teller.voices(access.coordinators_of(teller.session, profile.school_id)):
        voice.say(
            macro, buttons=[[voice.button("group.desk_button", "group.desk")]], person=profile.person.name
        )


def _decided(teller: Teller) -> None:
    """The parent reads the decision and the reason, in the own language."""
    profile = teller.session.get_one(BuddyProfile, teller.event.subject_id)
    for voice in teller.readers([profile.person]):
        voice.say(
            "buddies.decided",
            buttons=[[voice.button("buddies.open_button", "buddies.open")]],
            protect=True,
            urgent=True,
            **_standing(profile),
        )


ACTIONS = {
    "buddies.open": open_hub,
    "buddies.offer": _show_offer,
    "buddies.begin": _begin,
    "buddies.choose": _choose,
    "buddies.next": _next,
    "buddies.back": _back,
    "buddies.stop": _stop,
    "buddies.code": _show_code,
    "buddies.accept": _accept,
    "buddies.leave": _leave,
}
COMMANDS = {"buddy": open_hub}
TELLERS = {
    EventKind.BUDDY_OFFERED: _offered,
    EventKind.BUDDY_DECIDED: _decided,
    EventKind.BUDDY_LEFT: _left,
}
