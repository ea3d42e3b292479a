"""A class of 25 as it is on the evening before the talks: every state, several languages, a year of words."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.model.people import Child, Guardianship, Person
from bot.services import help as help_wishes
from bot.services.tools import Tools
from tests.cast import Cast
from tests.web import school_year as year

NAMES = (
    "Ayoub", "Bente", "Cas", "Daan", "Elif", "Fenna", "Gijs", "Hanna", "Ilse", "Jurre", "Kiki", "Luuk",
    "Mila", "Noor", "Oskar", "Pola", "Quinn", "Roos", "Sami", "Teun", "Vera", "Wout", "Yara",
)  # fmt: skip
LANGUAGES = ("nl", "pl", "nl", "en", "pl", "nl")
QUESTIONS = ("BO01", "BO03", "BO05", "BO06")
WORDS = {
    "nl": "Een vrolijk kind dat graag buiten speelt en veel vragen stelt.",
    "pl": "Wesołe dziecko, które lubi bawić się na dworze i dużo pyta.",
    "en": "A cheerful child who likes to play outside and asks a lot.",
}


def fill(session: Session, tools: Tools, cast: Cast) -> Sequence[Child]:
    """Group 3A has 23 children more, each with one parent, in every state; the new children."""
    return [_child(session, tools, cast, number, name) for number, name in enumerate(NAMES)]


def _child(session: Session, tools: Tools, cast: Cast, number: int, name: str) -> Child:
    child = Child(roster_id=f"whole-{number}", first_name=name, group=cast.group_3a, grade=3)
    parent = Person(
        roster_id=f"whole-parent-{number}",
        school=cast.school,
        name=f"Ouder van {name}",
        language=LANGUAGES[number % len(LANGUAGES)],
        language_chosen=True,
        wished_language="ti" if number == 7 else None,
    )
    session.add(Guardianship(person=parent, child=child, relation="mother", authority=True))
    session.flush()
    if number % 4 != 3:
        _prepare(session, tools, child, parent, share=number % 4 != 2)
    if number % 9 == 4:
        help_wishes.ask(session, tools, parent, child, "phone" if number % 2 else "person")
    if number % 5 == 1:
        at = tools.clock.now() + timedelta(days=1 + number % 3, hours=2)
        year.plan(session, tools, cast.marieke, child, at=at)
    if number % 3 == 0:
        year.propose(session, tools, cast.marieke, child, "Samen lezen jullie elke avond tien minuten.")
    if number % 6 == 2:
        year.write(session, tools, parent, child, parent, WORDS[parent.language])
    return child


def _prepare(session: Session, tools: Tools, child: Child, parent: Person, *, share: bool) -> None:
    answers = dict.fromkeys(QUESTIONS, WORDS[parent.language])
    run = year.prepare(session, tools, parent, child, answers, share=share)
    for answer in run.answers:
        if answer.saying is not None and share and parent.language != "nl":
            year.translate(session, tools, answer.saying, "nl", WORDS["nl"], "machine")
