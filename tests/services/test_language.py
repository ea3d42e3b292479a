"""People and languages when the lead switches one on or off."""

from dataclasses import replace

from sqlalchemy import select

from bot.model.people import Person
from bot.model.preparation import DialogVersion, Run
from bot.model.privacy import AuditLine
from bot.services import language, people, preparation, roster
from bot.services.tools import Tools
from tests.cast import DEMO_ROSTER, shipped_scripts
from tests.services.conftest import Stage


def _with(stage: Stage, *languages: str) -> Tools:
    return replace(stage.tools, languages=languages)


def _reads(person: Person) -> tuple[str, str | None]:
    return person.language, person.wished_language


def test_a_language_is_switched_off_and_on_again(stage: Stage) -> None:
    """Who read it reads Dutch meanwhile, the wish is kept, and it is used as soon as it is on (002-polish-parents)."""
    agnieszka, pieter = stage.cast.agnieszka, stage.cast.pieter
    people.choose_language(stage.session, stage.tools, agnieszka, "pl")
    assert language.settle(stage.session, _with(stage, "nl")) == []
    assert (_reads(agnieszka), _reads(pieter)) == (("nl", "pl"), ("nl", None))
    assert language.settle(stage.session, _with(stage, "nl")) == []
    granted = language.settle(stage.session, _with(stage, "nl", "pl"))
    assert [one.roster_id for one in granted] == ["p-agnieszka", "p-ewa"]
    assert _reads(agnieszka) == ("pl", None)
    lines = stage.session.scalars(select(AuditLine).where(AuditLine.action == "language_switched")).all()
    assert lines
    assert all("name" not in line.data for line in lines)


def test_a_wish_is_granted_after_another_choice(stage: Stage) -> None:
    """Selam chose among what there was; her own language is hers when it comes (004-language-threat)."""
    selam = stage.cast.selam
    people.choose_language(stage.session, stage.tools, selam, "en")
    assert _reads(selam) == ("en", "ti")
    assert language.settle(stage.session, _with(stage, "nl", "en", "ti")) == [selam]
    assert _reads(selam) == ("ti", None)


def test_a_choice_without_a_wish_stays(stage: Stage) -> None:
    """Nobody is moved from the language that was chosen while it is on."""
    people.choose_language(stage.session, stage.tools, stage.cast.pieter, "en")
    assert language.settle(stage.session, stage.tools) == []
    assert stage.cast.pieter.language == "en"


def test_the_roster_grants_a_wish_too(stage: Stage) -> None:
    """An import after a language was switched on does what the next start would do."""
    rows, _ = roster.read_roster(DEMO_ROSTER.read_bytes())
    people.choose_language(stage.session, stage.tools, stage.cast.selam, "en")
    roster.apply(stage.session, _with(stage, "nl", "en", "ti"), rows)
    assert _reads(stage.cast.selam) == ("ti", None)
    assert _reads(stage.cast.agnieszka) == ("en", "pl")


def test_which_languages_are_wished(stage: Stage) -> None:
    """Counted, for whoever runs the program."""
    assert language.wishes(stage.session, stage.tools.languages) == {"ti": 1}
    assert language.wishes(stage.session, ("nl",)) == {"ti": 1, "pl": 2}


def test_more_languages_make_a_new_version_and_running_preparations_go_on(stage: Stage) -> None:
    """A run keeps the words it began with; who begins later gets the dialog with the new language (002-prep-form)."""
    begin = shipped_scripts()["begin"]
    fewer = replace(begin, texts={code: begin.texts[code] for code in ("nl", "pl")})
    old = replace(stage.tools, scripts={"begin": fewer})
    cast = stage.cast
    run = preparation.begin(stage.session, old, cast.agnieszka, cast.kuba).run
    more = replace(begin, texts={**begin.texts, "so": dict(begin.texts["nl"])})
    new = replace(stage.tools, scripts={"begin": more})
    again = preparation.begin(stage.session, new, cast.agnieszka, cast.kuba)
    assert again.run.id == run.id
    assert run.digest == fewer.digest
    assert preparation.script_of(run).languages == ("nl", "pl")
    other = preparation.begin(stage.session, new, cast.pieter, cast.kuba).run
    assert preparation.script_of(other).languages == more.languages
    assert len(stage.session.scalars(select(DialogVersion)).all()) == 2
    assert len(stage.session.scalars(select(Run)).all()) == 2
