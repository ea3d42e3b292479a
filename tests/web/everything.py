"""One of everything at school, and every address of the application with ids that exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import Route

from bot.model.conversation import Conversation
from bot.model.drafts import DraftKind
from bot.model.people import DoorKind
from bot.model.privacy import PassPurpose
from bot.services import (
    dossier,
    drafts,
    gatherings,
    invitations,
    passes,
    report,
    sayings,
    teacher_preparation,
)
from bot.services import help as help_wishes
from bot.services.tokens import digest_of
from bot.services.tools import Tools
from bot.web import desk_forms
from bot.web.desk_report import ASKED
from tests import helping_parents
from tests.cast import Cast, open_door
from tests.web import school_year as year

CHAT_SECRET = "the-secret-of-agnieszkas-browser"
CHAT_ADDRESS = "a" * 32
HERS = ("Kuba jest wesoły.", "Dzień dobry.", "Kuba dobrze buduje.")  # words of Agnieszka's own part
_SURE = {"mark_held": "talk_id", "cancel_talk": "talk_id", "close_agreement": "agreement", "end_door": "door"}
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Address:
    """One way to ask for one address, and the route it belongs to."""

    method: str
    path: str
    route: str


@dataclass(frozen=True)
class Everything:
    """What can stand at each place of an address; `sure` are the questions before what cannot be undone."""

    places: dict[str, str]
    sure: tuple[tuple[str, str], ...]

    def addresses(self, app: Starlette) -> list[Address]:
        """Every route of the application times every method it takes."""
        return [
            Address(method, path, route.path)
            for route in app.routes
            if isinstance(route, Route)
            for method in sorted(route.methods or ())
            for path in self._filled(route.path)
        ]

    def _filled(self, pattern: str) -> Iterator[str]:
        """The pattern with ids in it: once, or once per question or per ending of a file."""
        if "{do}" in pattern:
            for do, target in self.sure:
                yield self._put(pattern, {"do": do, "target": target})
        elif "{ending}" in pattern:
            for ending in ("html", "json"):
                yield self._put(pattern, {"ending": ending})
        elif pattern.startswith("/in/"):
            yield self._put(pattern, {"token": self.places["pass"]})
        else:
            yield self._put(pattern, {})

    def _put(self, pattern: str, more: dict[str, str]) -> str:
        known = {**self.places, **more}
        return _PLACE.sub(lambda found: known[found[1]], pattern)


def furnish(session: Session, tools: Tools, cast: Cast) -> Everything:
    """Kuba has one of everything; Agnieszka's own answer carries a voice message that she keeps to herself."""
    c = cast.at(session)
    run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": HERS[0], "BO03": HERS[2]})
    saying = run.answers[0].saying
    assert saying is not None
    year.translate(session, tools, saying, "nl", "Kuba is vrolijk.", "machine")
    file = year.record(session, tools, saying)
    entry = year.add(session, tools, c.agnieszka, c.kuba, "Pierwsza książka.")
    _show_what_the_teacher_says(session, tools, c)
    talk = year.plan(session, tools, c.marieke, c.kuba, goal_words="Kennismaken.")
    _draft_what_the_teacher_says(session, tools, c, talk)
    agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
    year.remark(session, tools, c.agnieszka, agreement.current, "Czytamy razem.", wish=True)
    door = open_door(session, tools.clock, c.agnieszka, confirmed=False)
    open_door(
        session,
        tools.clock,
        c.agnieszka,
        DoorKind.WEB,
        CHAT_ADDRESS,
        secret_digest=digest_of(CHAT_SECRET),
    )
    help_wishes.ask(session, tools, c.pieter, c.kuba, "phone")
    year.write(session, tools, c.agnieszka, c.kuba, c.agnieszka, HERS[1])
    year.write(session, tools, c.marieke, c.kuba, c.agnieszka, "Welkom.")
    sayings.keep(session, tools, c.marieke, "Nog niet gedeeld.", child=c.kuba)
    dossier.look(session, tools, c.marieke, c.kuba, "desk", as_staff=True)
    helping_parents.furnish(session, tools, cast)
    places = {
        "child_id": str(c.kuba.id),
        "group_id": str(c.group_3a.id),
        "attachment_id": str(file.id),
        "entry_id": str(entry.id),
        "talk_id": str(talk.id),
        "person_id": str(c.agnieszka.id),
        "agreement": str(agreement.id),
        "door": str(door.id),
        "address": CHAT_ADDRESS,
        "saying_id": str(saying.id),
        "gathering_id": str(
            gatherings.make(
                session, tools, c.karin, "Koffie op school.", tools.clock.now() + timedelta(days=7)
            ).id
        ),
        "message_id": "1",
        "language": "nl",
        "pass": passes.issue(session, tools, c.ewa, PassPurpose.DOSSIER),
        "token": invitations.invite(session, tools, c.pieter),
    }
    assert set(_SURE) <= set(desk_forms.TO_BE_SURE)
    return Everything(places, tuple((do, places[kind]) for do, kind in _SURE.items()))


STORY = {
    "parents_story": "Kuba leest graag.",
    "teacher_sees": "Kuba telt tot honderd.",
    "child_view": "Fijn.",
}


def _show_what_the_teacher_says(session: Session, tools: Tools, c: Cast) -> None:
    """A preparation and a report of a first talk are with the parents; Pieter does not agree."""
    prepares = drafts.Form(c.kuba, DraftKind.PREPARATION)
    drafts.write(session, tools, c.marieke, prepares, "BL02", "Kuba helpt anderen.", 0)
    seen = drafts.fingerprint(drafts.find(session, tools, c.marieke, prepares))
    teacher_preparation.share(session, tools, c.marieke, c.kuba, seen)
    talk = year.plan(session, tools, c.marieke, c.kuba)
    form = drafts.Form(c.kuba, DraftKind.REPORT, talk)
    drafts.write(session, tools, c.marieke, form, "parents_story", STORY["parents_story"], 0)
    due = tools.clock.today() + timedelta(days=30)
    filled = report.Filled(
        parts=STORY,
        child_asked=True,
        goals=["Elke dag lezen."],
        agreements=[report.AgreementRow("Lezen voor het slapen.", "parents", due)],
        look_back_on=due,
        look_back_moment="mid",
    )
    seen = drafts.fingerprint(drafts.find(session, tools, c.marieke, form))
    made = report.show(session, tools, c.marieke, talk, filled, seen)
    said = sayings.keep(session, tools, c.pieter, "Zo zei ik het niet.", child=c.kuba)
    report.react(session, tools, c.pieter, made, "wrong", said)


def _draft_what_the_teacher_says(session: Session, tools: Tools, c: Cast, talk: Conversation) -> None:
    """A second preparation and report are begun, with enough in them to be looked at before they are shown."""
    prepares = drafts.Form(c.kuba, DraftKind.PREPARATION)
    drafts.write(session, tools, c.marieke, prepares, "BL02", "Kuba leest vlot.", 0)
    form = drafts.Form(c.kuba, DraftKind.REPORT, talk)
    for name, words in {**STORY, "child_asked": ASKED}.items():
        drafts.write(session, tools, c.marieke, form, name, words, 0)


def pass_token(session: Session, tools: Tools, cast: Cast) -> str:
    """A link to juf Marieke's desk that nobody has used."""
    return passes.issue(session, tools, cast.at(session).marieke, PassPurpose.DESK)
