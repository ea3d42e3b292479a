"""The teacher's chat: my group, one child, and what can be done. States and links only, never words of parents."""

from typing import Any

from bot.assistant import entrance, forms, phrases, speech
from bot.assistant.turn import Turn
from bot.model.access import Action, Subject
from bot.model.conversation import Conversation
from bot.model.errors import NotFoundError
from bot.model.people import Child, Group, Person
from bot.model.phrases import Speaker
from bot.model.privacy import PassPurpose
from bot.services import access, circle, companions, conversation, messages, overview, passes
from bot.services import help as help_service
from bot.services.overview import ChildRow, GuardianRow

Rows = list[list[dict[str, Any]]]


def open_groups(turn: Turn, action: dict[str, Any] | None = None) -> None:
    """The person sees the group, or first chooses one of several."""
    turn.stop_waiting()
    groups = overview.groups_of(turn.session, turn.tools, turn.person)
    chosen = [group for group in groups if action is not None and group.id == action.get("group")]
    if not groups:
        turn.say("group.nothing", buttons=[[turn.button("menu.language_button", "language.open")]])
    elif len(chosen or groups) == 1:
        _show_group(turn, (chosen or groups)[0])
    else:
        rows = [[speech.button(group.name, "group.open", group=group.id)] for group in groups]
        turn.say("group.which_group", buttons=[*rows, _last_row(turn)])


def _show_group(turn: Turn, group: Group) -> None:
    found = overview.group_overview(turn.session, turn.tools, turn.person, group)
    children = [speech.button(row.first_name, "group.child", child=row.child_id) for row in found]
    rows = [children[place : place + 2] for place in range(0, len(children), 2)]
    turn.say(
        "group.overview",
        buttons=[
            *rows,
            forms.offer_unfinished(turn),
            [turn.button("group.desk_button", "group.desk")],
            _last_row(turn),
        ],
        protect=True,
        group=group.name,
        rows=[_row(row) for row in found],
    )


def _last_row(turn: Turn) -> list[dict[str, Any]]:
    if turn.children():
        return [turn.button("menu.menu_button", "menu.open")]
    return [
        turn.button("menu.language_button", "language.open"),
        turn.button("rhythm.settings_button", "rhythm.open"),
        turn.button("menu.end_door_button", "doors.end_own"),
    ]


def _row(row: ChildRow) -> dict[str, Any]:
    """A child as the macros need it."""
    return {
        "name": row.first_name,
        "guardians": [_guardian_row(one) for one in row.guardians],
        "open_agreements": row.open_agreements,
        "next_talk": speech.moment_parameter(row.next_talk),
    }


def _guardian_row(row: GuardianRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "progress": row.progress,
        "authority": row.authority,
        "language": row.language,
        "wished_language": row.wished_language,
        "joined": row.joined,
        "to_confirm": len(row.doors_to_confirm),
        "unread": row.unread_messages,
        "help": [kind for _, kind in row.help_wishes],
        "unopened_days": row.unopened_days,
    }


def _open_child(turn: Turn, action: dict[str, Any]) -> None:
    """One child: the state of each guardian and everything that can be done."""
    turn.stop_waiting()
    child = access.child_or_not_found(turn.session, action["child"])
    found = overview.group_overview(turn.session, turn.tools, turn.person, child.group)
    row = next(one for one in found if one.child_id == child.id)
    talks = [
        talk
        for talk in conversation.of_child(turn.session, turn.tools, turn.person, child)
        if talk.held_at is None and talk.cancelled_at is None
    ]
    rows: Rows = [*_waiting_buttons(turn, child, row)]
    if access.allowed(turn.session, turn.tools, turn.person, child, Action.PLAN, Subject.CONVERSATION):
        rows += _teacher_buttons(turn, child, row, talks)
    turn.say(
        "group.child",
        buttons=[
            *rows,
            forms.offer_unfinished(turn),
            [turn.button("group.desk_button", "group.desk")],
            [turn.button("group.group_button", "group.open", group=child.group_id)],
        ],
        protect=True,
        row=_row(row),
        talks=[_talk(turn, talk) for talk in reversed(talks)],
    )


def _talk(turn: Turn, talk: Conversation) -> dict[str, Any]:
    guardian = turn.session.get(Person, talk.guardian_id) if talk.guardian_id else None
    confirmed = companions.confirmed_at(turn.session, [talk])[talk.id]
    return {
        "moment": talk.moment,
        "planned_at": speech.moment_parameter(talk.planned_at),
        "apart_with": guardian.name if guardian else None,
        "serious": talk.serious,
        "places": [{"role": one.role, "name": one.match.buddy.first_name} for one in confirmed],
    }


def _waiting_buttons(turn: Turn, child: Child, row: ChildRow) -> Rows:
    """One tap for everything that waits for the school."""
    rows: Rows = []
    for guardian in row.guardians:
        name = {"name": guardian.name}
        for door_id in guardian.doors_to_confirm:
            rows.append([turn.named_button("group.confirm_door_button", "doors.confirm", name, door=door_id)])
            rows.append([turn.named_button("group.refuse_door_button", "doors.refuse", name, door=door_id)])
        if guardian.unread_messages:
            about = {"child": child.id, "guardian": guardian.person_id}
            rows.append([turn.named_button("group.read_button", "group.read", name, **about)])
        for wish_id, kind in guardian.help_wishes:
            rows.append(
                [
                    turn.named_button(
                        "group.settle_button", "group.settle", {**name, "kind": kind}, wish=wish_id
                    )
                ]
            )
    return rows


def _teacher_buttons(turn: Turn, child: Child, row: ChildRow, talks: list[Conversation]) -> Rows:
    rows: Rows = []
    for talk in reversed(talks):
        when = {"planned_at": talk.planned_at}
        rows.append([turn.named_button("group.held_button", "talk.ask_held", when, talk=talk.id)])
        rows.append(
            [
                turn.button("group.change_talk_button", "talk.change", talk=talk.id),
                turn.button("group.cancel_talk_button", "talk.ask_cancel", talk=talk.id),
            ]
        )
    rows.append([turn.button("group.plan_button", "talk.start", child=child.id)])
    if row.open_agreements:
        rows.append([turn.button("looking_back.agreements_button", "looking_back.of_child", child=child.id)])
    rows.append([turn.button("group.propose_button", "proposals.start", child=child.id)])
    for guardian in row.guardians:
        about = {"child": child.id, "guardian": guardian.person_id}
        rows.append(
            [turn.named_button("group.write_button", "group.write", {"name": guardian.name}, **about)]
        )
    return rows


def _desk(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person gets a one-time link to the desk in the browser."""
    turn.say(
        "group.desk",
        buttons=[
            *entrance.rows(turn, PassPurpose.DESK, "group.open_desk_button"),
            [turn.button("group.group_button", "group.open")],
        ],
        protect=True,
        minutes=passes.LIFETIME_MINUTES,
    )


def _read(turn: Turn, action: dict[str, Any]) -> None:
    """The messages of this guardian count as read."""
    child, guardian = _child_and_guardian(turn, action)
    for message in messages.thread(turn.session, turn.tools, turn.person, child, guardian):
        messages.mark_read(turn.session, turn.tools, turn.person, message)
    turn.say("group.read", buttons=_back_to(turn, child), name=guardian.name)


def _write(turn: Turn, action: dict[str, Any]) -> None:
    child, guardian = _child_and_guardian(turn, action)
    access.require(
        turn.session, turn.tools, turn.person, child, Action.WRITE, Subject.THREAD, owner_id=guardian.id
    )
    turn.wait_for("group.said", child=child.id, guardian=guardian.id)
    turn.say(
        "group.ask_words",
        buttons=[
            *phrases.offer(turn, Speaker.TEACHERS),
            [turn.button("common.never_mind_button", "group.child", child=child.id)],
        ],
        name=guardian.name,
        child=child.first_name,
        language=guardian.language,
    )


def _said(turn: Turn, waits_for: dict[str, Any]) -> None:
    child, guardian = _child_and_guardian(turn, waits_for)
    turn.stop_waiting()
    saying = turn.keep_saying(child)
    messages.write(turn.session, turn.tools, turn.person, child, guardian, saying)
    turn.say("group.sent", buttons=_back_to(turn, child), name=guardian.name)


def _settle(turn: Turn, action: dict[str, Any]) -> None:
    wish = help_service.find(turn.session, turn.tools, turn.person, action["wish"])
    help_service.settle(turn.session, turn.tools, turn.person, wish)
    child = access.child_or_not_found(turn.session, wish.child_id)
    turn.say("group.settled", buttons=_back_to(turn, child))


def _child_and_guardian(turn: Turn, action: dict[str, Any]) -> tuple[Child, Person]:
    child = access.child_or_not_found(turn.session, action["child"])
    access.require(turn.session, turn.tools, turn.person, child, Action.READ, Subject.PROGRESS)
    return child, circle.guardianship(turn.session, child, action["guardian"]).person


def _back_to(turn: Turn, child: Child) -> Rows:
    return [[turn.button("forms.child_button", "group.child", child=child.id)]]


def _command(turn: Turn) -> None:
    if not access.is_staff(turn.session, turn.person):
        raise NotFoundError
    open_groups(turn)


ACTIONS = {
    "group.open": open_groups,
    "group.child": _open_child,
    "group.desk": _desk,
    "group.read": _read,
    "group.write": _write,
    "group.settle": _settle,
}
COMMANDS = {"group": _command}
WAITING = {"group.said": _said}
