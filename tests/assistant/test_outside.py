"""The consent to translators outside the school, as people are asked for it and change their mind."""

from dataclasses import replace

import pytest

from bot.demo.phones import DirectPhone, plain
from bot.services import outside
from bot.services.tools import Tools
from tests.assistant.labels import MENU, OLD, PREPARE, SHARE, SKIP, fixed
from tests.assistant.phones import open_phone
from tests.assistant.stage import Stage

WORDS = "Kuba bardzo lubi klocki i codziennie buduje mosty."
COMPANIES = ["DeepL", "Microsoft"]
YES, NO = fixed("privacy.outside_yes"), fixed("privacy.outside_no")
ASK, AGREED, NOT_AGREED = (
    fixed("privacy.outside", services=COMPANIES, agreed=agreed) for agreed in (None, True, False)
)
WHO_READS = fixed("menu.who_reads_button")


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """A school that switched two translators outside on."""
    return replace(tools, translates=True, outside_translators=("deepl", "microsoft"))


@pytest.fixture
def phone(stage: Stage) -> DirectPhone:
    """Agnieszka's confirmed phone."""
    return stage.joined(stage.cast.agnieszka)


def _agrees(stage: Stage) -> bool:
    with stage.reading() as session:
        return outside.agrees(session, stage.cast.agnieszka)


def _write(phone: DirectPhone) -> list[str]:
    """A message about Kuba; what came in return, in order."""
    if "Kuba" in phone.command("write").bubbles[-1].buttons:
        phone.tap("Kuba")
    return [bubble.words for bubble in phone.say(WORDS).bubbles]


def test_it_is_asked_when_something_is_shared(stage: Stage, phone: DirectPhone) -> None:
    """After the confirmation, once for all answers, and not while they are drafts."""
    phone.tap(PREPARE)
    phone.tap("Kuba")
    drafts = phone.say(WORDS).words + phone.say(WORDS).words
    while SHARE not in stage.labels(phone):
        drafts += phone.tap(SKIP).words
    assert ASK not in drafts
    words = phone.tap(SHARE).words
    assert words.count(ASK) == 1
    assert words.index(ASK) > words.index("juf Marieke")
    assert not _agrees(stage)


def test_in_the_browser_too(stage: Stage) -> None:
    """The same question, answered and taken back with the same buttons."""
    phone = open_phone(stage.database, stage.tools, stage.texts, stage.cast.agnieszka, "en")
    phone.command("write").tap("Kuba").write(WORDS)
    assert plain(phone.read[-1].body) == ASK
    phone.tap(YES)
    assert _agrees(stage)
    phone.tap(WHO_READS).tap(NO)
    assert not _agrees(stage)


def test_yes_and_taking_it_back(stage: Stage, phone: DirectPhone) -> None:
    """One tap each; where it is told who reads what, it stands how it is."""
    _write(phone)
    assert fixed("privacy.outside_agreed") in phone.tap(YES).words
    assert _agrees(stage)
    seen = phone.tap(WHO_READS)
    assert seen.bubbles[-1].words == AGREED
    assert seen.bubbles[-1].buttons == (NO, MENU)
    assert fixed("privacy.outside_refused") in phone.tap(NO).words
    assert not _agrees(stage)
    seen = phone.command("privacy")
    assert seen.bubbles[-1].words == NOT_AGREED
    assert seen.bubbles[-1].buttons == (YES, MENU)
    phone.tap(YES)
    assert _agrees(stage)


def test_no_is_not_asked_again(stage: Stage, phone: DirectPhone) -> None:
    """Also not after it was left without an answer."""
    assert ASK in _write(phone)
    assert ASK not in _write(phone)
    phone.tap(NO)
    assert ASK not in _write(phone)
    assert not _agrees(stage)


def test_a_language_that_nobody_approved_shows_the_dutch(stage: Stage) -> None:
    """It is a binding text."""
    said = stage.texts.say("pl", "privacy.outside", {"services": COMPANIES, "agreed": None})
    assert "<blockquote" in said
    assert fixed("privacy.outside_no", "nl") in said


def test_where_no_translator_outside_is_on(stage: Stage) -> None:
    """Nothing is shown, nothing is asked, and a button of before gives nothing away."""
    phone = open_phone(stage.database, stage.tools, stage.texts, stage.cast.agnieszka, "en")
    phone.command("write").tap("Kuba").write(WORDS)
    phone = replace(phone, tools=replace(stage.tools, outside_translators=()))
    phone.tap(YES)
    assert not _agrees(stage)
    assert OLD in phone.text
    assert "DeepL" not in phone.command("privacy").text
    assert "DeepL" not in phone.command("write").write(WORDS).text


def test_staff_is_not_concerned(stage: Stage) -> None:
    """What staff writes is the school's."""
    phone = stage.joined(stage.cast.marieke)
    assert "DeepL" not in phone.command("privacy").words
