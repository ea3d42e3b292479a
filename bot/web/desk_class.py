"""How a teacher reads a class: what waits, and the children in a chosen order, all or some of them.

The choice stands in the address, so that it works without a script and goes along to the page of a child.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from bot.model.preparation import Progress
from bot.services.overview import ChildRow, GuardianRow

LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOT_YET = datetime.max.replace(tzinfo=UTC)
FARTHEST_FIRST = (
    Progress.NEEDS_HELP.value,
    Progress.NOT_STARTED.value,
    Progress.OTHER_WAY.value,
    Progress.BUSY.value,
    Progress.READY.value,
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
NAME = "name"
ALL = "all"


@dataclass(frozen=True)
class Task:
    """Something in the group that waits for the teacher."""

    kind: str  # help | door | message | change | talk_over | plan
    children: tuple[ChildRow, ...]
    guardian: GuardianRow | None = None
    target: int = 0  # a door's or agreement's id, or how many messages
    detail: str = ""

    @property
    def child(self) -> ChildRow:
        """The child it is about; the first of several."""
        return self.children[0]


@dataclass(frozen=True)
class Reading:
    """The chosen order, and which children of the class."""

    sort: str = NAME
    only: str = ALL
    language: str = ""

    @property
    def query(self) -> str:
        """The choice as the end of an address; nothing for the usual one."""
        chosen = [
            (name, value)
            for name, value, usual in (
                ("sort", self.sort, NAME),
                ("only", self.only, ALL),
                ("language", self.language, ""),
            )
            if value != usual
        ]
        return "?" + urlencode(chosen) if chosen else ""

    def but(self, **changed: str) -> "Reading":
        """The same choice with a change."""
        return replace(self, **changed)


@dataclass(frozen=True)
class Neighbours:
    """Where a child stands in the class as it is read."""

    number: int
    count: int
    before: ChildRow | None
    after: ChildRow | None


def _by_name(row: ChildRow) -> tuple[str, int]:
    return row.first_name.casefold(), row.child_id


def _by_talk(row: ChildRow) -> datetime:
    return row.next_talk or NOT_YET


def _by_preparation(row: ChildRow) -> int:
    return min((FARTHEST_FIRST.index(one.progress) for one in row.guardians), default=0)


def _by_contact(row: ChildRow) -> datetime:
    return row.last_contact or LONG_AGO


def _is_without_contact(row: ChildRow, _waiting: frozenset[int]) -> bool:
    return row.last_contact is None


def _is_not_ready(row: ChildRow, _waiting: frozenset[int]) -> bool:
    return not all_ready(row)


def _is_to_plan(row: ChildRow, _waiting: frozenset[int]) -> bool:
    return all_ready(row) and row.next_talk is None


def _asks_a_change(row: ChildRow, _waiting: frozenset[int]) -> bool:
    return bool(row.change_wishes)


def _waits(row: ChildRow, waiting: frozenset[int]) -> bool:
    return row.child_id in waiting


_ORDERS: dict[str, Callable[[ChildRow], datetime | int]] = {
    "talk": _by_talk,
    "preparation": _by_preparation,
    "contact": _by_contact,
}
_CHOICES: dict[str, Callable[[ChildRow, frozenset[int]], bool]] = {
    "no_contact": _is_without_contact,
    "not_ready": _is_not_ready,
    "to_plan": _is_to_plan,
    "change": _asks_a_change,
    "waiting": _waits,
}
SORTS = (NAME, *_ORDERS)
FILTERS = (ALL, *_CHOICES)


def reading_of(query: Mapping[str, str]) -> Reading:
    """The choice that an address names; the usual one for what is not known."""
    sort, only = query.get("sort", NAME), query.get("only", ALL)
    return Reading(
        sort=sort if sort in SORTS else NAME,
        only=only if only in FILTERS else ALL,
        language=found[0] if (found := _LANGUAGE.fullmatch(query.get("language", ""))) else "",
    )


def arranged(
    rows: Sequence[ChildRow], reading: Reading, now: datetime, *, always: int | None = None
) -> list[ChildRow]:
    """The chosen children in the chosen order; the child with the id `always` stands among them in any case."""
    waiting = frozenset(row.child_id for task in tasks_of(rows, now) for row in task.children)
    fits = partial(_fits, reading, waiting)
    found = sorted((row for row in rows if row.child_id == always or fits(row)), key=_by_name)
    order = _ORDERS.get(reading.sort)
    return sorted(found, key=order) if order else found


def _fits(reading: Reading, waiting: frozenset[int], row: ChildRow) -> bool:
    choice = _CHOICES.get(reading.only)
    return (choice is None or choice(row, waiting)) and (
        not reading.language or reading.language in languages_of([row])
    )


def languages_of(rows: Iterable[ChildRow]) -> list[str]:
    """The languages that parents chose or wish."""
    guardians = [guardian for row in rows for guardian in row.guardians]
    return sorted({one for each in guardians for one in (each.language, each.wished_language) if one})


def neighbours(rows: Sequence[ChildRow], reading: Reading, now: datetime, child_id: int) -> Neighbours | None:
    """The children before and after this one; None if it is not of this class."""
    in_order = arranged(rows, reading, now, always=child_id)
    ids = [row.child_id for row in in_order]
    if child_id not in ids:
        return None
    here = ids.index(child_id)
    return Neighbours(
        number=here + 1,
        count=len(ids),
        before=in_order[here - 1] if here else None,
        after=in_order[here + 1] if here + 1 < len(ids) else None,
    )


def tasks_of(rows: Sequence[ChildRow], now: datetime) -> list[Task]:
    """What waits for the teacher, the most pressing first."""
    tasks: list[Task] = []
    for row in rows:
        for guardian in row.guardians:
            tasks += [Task("help", (row,), guardian, detail=kind) for _, kind in guardian.help_wishes]
            tasks += [Task("door", (row,), guardian, target=door_id) for door_id in guardian.doors_to_confirm]
            if guardian.unread_messages:
                tasks.append(Task("message", (row,), guardian, target=guardian.unread_messages))
            tasks += [
                Task("change", (row,), guardian, target=wish.agreement_id)
                for wish in row.change_wishes
                if wish.guardian_id == guardian.person_id and not wish.answered
            ]
        if row.next_talk is not None and row.next_talk < now:
            tasks.append(Task("talk_over", (row,)))
    to_plan = tuple(row for row in rows if row.next_talk is None and all_ready(row))
    if to_plan:
        tasks.append(Task("plan", to_plan))
    order = ("help", "door", "message", "change", "talk_over", "plan")
    return sorted(tasks, key=lambda task: order.index(task.kind))


def all_ready(row: ChildRow) -> bool:
    """Whether every guardian has finished the preparation."""
    return bool(row.guardians) and all(one.progress == Progress.READY.value for one in row.guardians)
