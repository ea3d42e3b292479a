"""Every form of the desk and the dossier in which somebody writes: what it needs to be there, and what is typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.agreements import Agreement
from bot.model.drafts import DraftField
from bot.model.people import Guardianship
from bot.model.privacy import PassPurpose
from bot.model.report import MOST_AGREEMENTS, MOST_GOALS, PartKind, Report, agreement_field
from bot.model.teacher_preparation import TEXTS
from bot.model.translation import Saying
from bot.services import report
from bot.services.tools import Tools
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, PageForm

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
GOALS = tuple(f"goal_{number}" for number in range(1, MOST_GOALS + 1))
ROWS = tuple(agreement_field(row, "words") for row in range(1, MOST_AGREEMENTS + 1))


@dataclass(frozen=True)
class Typed:
    """One form on its page, ready to be typed into: `fields` take words, the others are filled already."""

    path: str
    do: str
    fields: tuple[str, ...]
    target: object = ""
    others: Mapping[str, str] = field(default_factory=dict)

    def found_on(self, page: Page) -> PageForm:
        """The form as it stands on the page."""
        if self.do == "save":
            return next(one for one in page.forms if one.id == "draft")
        return page.form(self.do, self.target)


@dataclass(frozen=True)
class FormKind:
    """A form, who fills it in, and how it comes about."""

    who: str
    purpose: PassPurpose
    made: Callable[[Session, Tools, Cast], Typed]


def _child(c: Cast) -> str:
    return f"/desk/child/{c.kuba.id}"


def _dossier(c: Cast) -> str:
    return f"/dossier/child/{c.kuba.id}"


def _dates(tools: Tools) -> dict[str, str]:
    day = (tools.clock.today() + timedelta(days=40)).isoformat()
    return {"due_on": day, "look_back_on": day}


def _active(session: Session, tools: Tools, c: Cast) -> Agreement:
    agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.", [c.agnieszka])
    year.confirm(session, tools, c.agnieszka, agreement.current)
    return agreement


def _report(session: Session, tools: Tools, c: Cast) -> Typed:
    talk = year.plan(session, tools, c.marieke, c.kuba)
    fields = (*(kind.value for kind in PartKind), *GOALS, *ROWS)
    return Typed(f"{_child(c)}/report/{talk.id}", "save", fields)


def _preparation(_session: Session, _tools: Tools, c: Cast) -> Typed:
    return Typed(f"{_child(c)}/preparation", "save", tuple(sorted(TEXTS)))


def _propose(_session: Session, tools: Tools, c: Cast) -> Typed:
    return Typed(_child(c), "propose", ("words",), others={"owner": "parents", **_dates(tools)})


def _change(session: Session, tools: Tools, c: Cast) -> Typed:
    return Typed(_child(c), "change_agreement", ("words",), _active(session, tools, c).id)


def _carry_over(session: Session, tools: Tools, c: Cast) -> Typed:
    agreement = _active(session, tools, c)
    return Typed(_child(c), "carry_over", ("words",), agreement.id, _dates(tools))


def _outcome_at_school(session: Session, tools: Tools, c: Cast) -> Typed:
    agreement = _active(session, tools, c)
    return Typed(_child(c), "say_outcome", ("words",), agreement.id, {"result": "bit_done"})


def _outcome_at_home(session: Session, tools: Tools, c: Cast) -> Typed:
    agreement = _active(session, tools, c)
    return Typed(_dossier(c), "say_outcome", ("words",), agreement.id, {"result": "done"})


def _wish(session: Session, tools: Tools, c: Cast) -> Typed:
    return Typed(_dossier(c), "wish_change", ("words",), _active(session, tools, c).id)


def _message(_session: Session, _tools: Tools, c: Cast) -> Typed:
    return Typed(_child(c), "write", ("words",), c.agnieszka.id)


def _question(session: Session, tools: Tools, c: Cast) -> Typed:
    run = year.prepare(session, tools, c.selam, c.abel, {"BO01": "Abel is rustig."})
    answer = run.answers[0].id
    return Typed(f"/desk/child/{c.abel.id}?ask={answer}", "ask", ("words",), answer)


def _talk(_session: Session, tools: Tools, c: Cast) -> Typed:
    day = (tools.clock.today() + timedelta(days=3)).isoformat()
    talk = {"moment": "extra", "date": day, "time": "15:00", "length": "20", "place": "other"}
    return Typed(_child(c), "plan_talk", ("goal_words", "place_words"), others={**talk, "people": "parents"})


def _shown(session: Session, tools: Tools, c: Cast) -> Report:
    """A report is with the parents; its goal is reached, so that there is room for the next one's."""
    made = year.show_report(session, tools, c.marieke, c.kuba)
    for goal in made.goals:
        report.close_goal(session, tools, c.marieke, goal)
    return made


def _release(session: Session, tools: Tools, c: Cast) -> Typed:
    shown = _shown(session, tools, c)
    held = session.scalars(
        select(Guardianship).where(Guardianship.person_id == c.pieter.id, Guardianship.child_id == c.kuba.id)
    ).one()
    held.authority = False
    return Typed(_child(c), "release_report", ("words",), shown.id, {"guardian": str(c.pieter.id)})


def _reaction(kind: str) -> Callable[[Session, Tools, Cast], Typed]:
    def made(session: Session, tools: Tools, c: Cast) -> Typed:
        return Typed(_dossier(c), "react", ("words",), _shown(session, tools, c).id, {"reaction": kind})

    return made


def _addition(_session: Session, _tools: Tools, c: Cast) -> Typed:
    return Typed(_dossier(c), "add", ("words",), others={"kind": "fact"})


FORMS = {
    "report": FormKind("marieke", DESK, _report),
    "preparation": FormKind("marieke", DESK, _preparation),
    "agreement": FormKind("marieke", DESK, _propose),
    "changed agreement": FormKind("marieke", DESK, _change),
    "carried over": FormKind("marieke", DESK, _carry_over),
    "outcome at school": FormKind("marieke", DESK, _outcome_at_school),
    "message": FormKind("marieke", DESK, _message),
    "question about an answer": FormKind("marieke", DESK, _question),
    "talk": FormKind("marieke", DESK, _talk),
    "release of a report": FormKind("hanneke", DESK, _release),
    "addition": FormKind("agnieszka", DOSSIER, _addition),
    "reaction": FormKind("agnieszka", DOSSIER, _reaction("add")),
    "not right": FormKind("agnieszka", DOSSIER, _reaction("wrong")),
    "told in own words": FormKind("agnieszka", DOSSIER, _reaction("own_words")),
    "outcome at home": FormKind("agnieszka", DOSSIER, _outcome_at_home),
    "wish for change": FormKind("agnieszka", DOSSIER, _wish),
}


def stands(session: Session, words: str) -> int:
    """How many times these words are stored, as somebody's own or in a draft."""
    sayings = session.scalars(select(Saying.id).where(Saying.original == words)).all()
    drafted = [one for one in session.scalars(select(DraftField)) if one.content == words]
    return len(sayings) + len(drafted)
