"""The report of a talk at the desk: one form (BF01 to BF06), filled in together or right after (002-conv-form)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.routing import BaseRoute

from bot.model.agreements import Owner
from bot.model.conversation import Moment
from bot.model.drafts import DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.report import MOST_AGREEMENTS, MOST_GOALS, PartKind, agreement_field
from bot.services import dossier, report
from bot.services.report import AgreementRow, Filled
from bot.web import desk_drafts
from bot.web.desk_drafts import Asked, DraftPages
from bot.web.desk_forms import day
from bot.web.requests import Web

ASKED, NOT_ASKED = "asked", "not_asked"
ROWS_AT_ONCE = 3


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of the form."""
    return desk_drafts.routes(web, PAGES)


def filled(contents: Mapping[str, Any], today: date) -> Filled:
    """The form with its dates read.

    Raises with the number of the row words_needed, owner_needed, due_unclear, due_passed; and look_back_unclear,
    look_back_passed.
    """
    look_back = _text(contents, "look_back_on")
    look_back_on = day(look_back, "look_back_unclear") if look_back else None
    if look_back_on is not None and look_back_on < today:
        raise DomainError("look_back_passed")
    child_asked = _text(contents, "child_asked")
    return Filled(
        parts={kind.value: _text(contents, kind.value) for kind in PartKind},
        child_asked=child_asked == ASKED if child_asked in {ASKED, NOT_ASKED} else None,
        goals=[words for n in range(1, MOST_GOALS + 1) if (words := _text(contents, f"goal_{n}"))],
        agreements=[
            row for n in range(1, MOST_AGREEMENTS + 1) if (row := _agreement(contents, n, today)) is not None
        ],
        look_back_on=look_back_on,
        look_back_moment=_text(contents, "look_back_moment") or None,
    )


def _text(contents: Mapping[str, Any], name: str) -> str:
    value = contents.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _agreement(contents: Mapping[str, Any], row: int, today: date) -> AgreementRow | None:
    """The row; None for one in which nothing was written."""
    words, owner, due = (_text(contents, agreement_field(row, what)) for what in ("words", "owner", "due_on"))
    if not words and not owner and not due:
        return None
    if not words:
        raise DomainError("words_needed", row=row)
    if owner not in set(Owner):
        raise DomainError("owner_needed", row=row)
    try:
        due_on = day(due, "due_unclear")
    except DomainError as error:
        raise DomainError(error.code, row=row) from None
    if due_on < today:
        raise DomainError("due_passed", row=row)
    return AgreementRow(words, owner, due_on)


def _check(asked: Asked, contents: Mapping[str, Any]) -> None:
    if asked.form.talk is None:
        raise NotFoundError
    form = filled(contents, asked.web.tools.clock.today())
    report.check(asked.session, asked.form.child, asked.form.talk, form)


def _share(asked: Asked, contents: Mapping[str, Any], fingerprint: str) -> None:
    if asked.form.talk is None:
        raise NotFoundError
    form = filled(contents, asked.web.tools.clock.today())
    report.show(asked.session, asked.web.tools, asked.actor, asked.form.talk, form, fingerprint)


def _values(asked: Asked) -> dict[str, Any]:
    """The talk, and what its parents shared: to look at, not copied in (004-dossier-2)."""
    talk = asked.form.talk
    if talk is None or talk.cancelled_at is not None:
        raise NotFoundError
    seen = dossier.view(asked.session, asked.web.tools, asked.actor, asked.form.child, as_staff=True)
    told = [
        (part, [one for one in part.answers if not one.sensitive])
        for part in seen.parts
        if talk.guardian_id in {None, part.person_id}
    ]
    of_talk = [part for part in seen.parts if talk.guardian_id in {None, part.person_id}]
    return {
        "talk": talk,
        "receivers": [part.name for part in of_talk if part.authority],
        "without_authority": [part.name for part in of_talk if not part.authority],
        "told": [(part, answers) for part, answers in told if answers],
        "apart_with": next((part.name for part in seen.parts if part.person_id == talk.guardian_id), ""),
        "prepared": next(iter(seen.teacher), None),
        "open_goals": [goal for goal in seen.goals if goal.closed_at is None],
        "most_goals": MOST_GOALS,
        "rows": range(1, MOST_AGREEMENTS + 1),
        "rows_at_once": ROWS_AT_ONCE,
        "owners": tuple(owner.value for owner in Owner),
        "moments": (Moment.MID.value, Moment.END.value, Moment.EXTRA.value),
        "read": lambda contents: filled(contents, asked.web.tools.clock.today()),
    }


def _is_shared(asked: Asked) -> bool:
    return asked.form.talk is not None and report.of_talk(asked.session, asked.form.talk) is not None


PAGES = DraftPages(
    kind=DraftKind.REPORT,
    path="/desk/child/{child_id:int}/report/{talk_id:int}",
    template="desk/report.html",
    preview="desk/report_preview.html",
    done="show_report",
    several=frozenset(),
    check=_check,
    share=_share,
    values=_values,
    is_shared=_is_shared,
)
