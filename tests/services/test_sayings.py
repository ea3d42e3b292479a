"""Own words: kept as said, shown to each reader in the reader's language, erased when their owner wants."""

import ast
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.content.shipped import PACKAGE
from bot.model.messages import Message, Outgoing
from bot.model.translation import Attachment, Origin, Saying, Translation, TranslationState
from bot.services import agreements, messages, preparation, sayings
from bot.translation.phrasebook import Phrasebook
from tests.services.conftest import Stage

POLISH = "Kuba lubi budować z klocków i rysować pociągi."
DUTCH = "Kuba bouwt graag met blokken en tekent graag treinen."


def _want(stage: Stage, saying: Saying, language: str = "nl") -> Translation | None:
    sayings.want_in(stage.session, stage.tools, saying, language)
    return next((one for one in saying.translations if one.language == language), None)


def _translated(stage: Stage, saying: Saying, words: str = DUTCH, origin: Origin = Origin.MACHINE) -> None:
    translation = _want(stage, saying)
    assert translation is not None
    translation.words, translation.origin, translation.provider = words, origin.value, "libretranslate"
    translation.state = TranslationState.DONE.value
    stage.session.flush()


@pytest.mark.parametrize(
    "words",
    [
        "<b>Kuba</b> & *Zosia* `'); DROP TABLE`",
        "Zosia d\u2019Angelo-O'Brien",
        "\u200f\u0633\u0644\u0627\u0645\u200e",
        "x" * 6000,
    ],
)
def test_words_are_kept_as_said(stage: Stage, words: str) -> None:
    """Not one sign is changed, however odd or long (002-prep-form)."""
    saying = stage.say(stage.cast.agnieszka, words)
    stage.session.expire(saying)
    assert saying.original == words


def test_the_chosen_language_wins(stage: Stage) -> None:
    """A short word of a Polish-speaking mother counts as Polish; only a clear Dutch text counts as Dutch."""
    unclear = stage.say(stage.cast.agnieszka, "Ok, super")
    clear = stage.say(stage.cast.agnieszka, "Thuis vertelt Kuba over de pauze en over liedjes.")
    for saying in (unclear, clear):
        assert saying.language == "pl"
        assert saying.detected_language is None  # nobody looks at words before they are shared
        _want(stage, saying, "en")
    assert (unclear.written_in, clear.written_in) == ("pl", "nl")
    assert _want(stage, clear) is None


def test_the_author_reads_the_own_words(stage: Stage) -> None:
    """However the author reads now, the own words are shown as they were said."""
    saying = stage.say(stage.cast.agnieszka, POLISH)
    shown = sayings.shown(saying, "nl", stage.cast.agnieszka.id)
    assert (shown.words, shown.origin, shown.in_own_language) == (POLISH, "own", True)


def test_the_original_stands_beside_every_translation(stage: Stage) -> None:
    """A translation is labelled, and the original is always shown too (002-polish-parents)."""
    saying = stage.say(stage.cast.agnieszka, POLISH)
    _translated(stage, saying)
    shown = sayings.shown(saying, "nl", stage.cast.marieke.id)
    assert (shown.words, shown.origin, shown.original, shown.original_language) == (
        DUTCH,
        "machine",
        POLISH,
        "pl",
    )


def test_not_translated_yet_is_said_honestly(stage: Stage) -> None:
    """With a provider the words wait; without one they are not waited for; the original is there."""
    saying = stage.say(stage.cast.agnieszka, POLISH)
    _want(stage, saying)
    shown = sayings.shown(saying, "nl", stage.cast.marieke.id)
    assert (shown.words, shown.waiting, shown.original) == (None, False, POLISH)
    stage.tools = replace(stage.tools, translates=True)
    other = stage.say(stage.cast.agnieszka, "Dzień dobry.")
    _want(stage, other)
    assert sayings.shown(other, "nl", stage.cast.marieke.id).waiting


def test_the_phrasebook_comes_first(stage: Stage) -> None:
    """A sentence that a person translated beforehand is there at once, labelled as human."""
    stage.tools = replace(stage.tools, translates=True, phrasebook=Phrasebook([{"nl": DUTCH, "pl": POLISH}]))
    translation = _want(stage, stage.say(stage.cast.agnieszka, POLISH))
    assert translation is not None
    assert (translation.words, translation.origin, translation.state) == (DUTCH, "human", "done")


def test_memory_serves_the_same_family_only(stage: Stage) -> None:
    """The same words of the same parent about the same child are remembered; of any other family never."""
    stage.tools = replace(stage.tools, translates=True)
    cast = stage.cast
    _translated(stage, stage.say(cast.agnieszka, POLISH))
    again = _want(stage, stage.say(cast.agnieszka, POLISH))
    assert again is not None
    assert (again.words, again.origin, again.state) == (DUTCH, "machine", "done")
    others = ((cast.ewa, cast.lena), (cast.agnieszka, cast.zosia), (cast.pieter, cast.kuba))
    for person, child in others:
        saying = sayings.keep(stage.session, stage.tools, person, POLISH, child=child, language="pl")
        wanted = _want(stage, saying)
        assert wanted is not None
        assert (wanted.words, wanted.state) == (None, "waiting")


def test_memory_needs_a_child(stage: Stage) -> None:
    """Words that are about no child yet are not remembered."""
    stage.tools = replace(stage.tools, translates=True)
    first = sayings.keep(stage.session, stage.tools, stage.cast.agnieszka, POLISH, child=None)
    _translated(stage, first)
    second = sayings.keep(stage.session, stage.tools, stage.cast.agnieszka, POLISH, child=None)
    wanted = _want(stage, second)
    assert wanted is not None
    assert wanted.words is None


def test_nothing_is_asked_without_need(stage: Stage) -> None:
    """No translation into the language of the words, of no words, or a second time."""
    stage.tools = replace(stage.tools, translates=True)
    saying = stage.say(stage.cast.agnieszka, POLISH)
    assert _want(stage, saying, "pl") is None
    assert _want(stage, saying) is _want(stage, saying)
    silent = sayings.keep(
        stage.session,
        stage.tools,
        stage.cast.agnieszka,
        "",
        child=None,
        file=sayings.File("voice", file_id="f"),
    )
    assert _want(stage, silent) is None
    assert sayings.shown(silent, "nl", stage.cast.marieke.id).in_own_language


def test_asked_no_more(stage: Stage) -> None:
    """Only translations that still wait are taken away; one that is there stays beside its original."""
    stage.tools = replace(stage.tools, translates=True)
    saying = stage.say(stage.cast.agnieszka, POLISH)
    _translated(stage, saying)
    _want(stage, saying, "en")
    sayings.want_no_more(stage.session, saying)
    assert [(one.language, one.state) for one in saying.translations] == [("nl", "done")]


def test_languages_of_the_readers(stage: Stage) -> None:
    """The school reads Dutch and what its teachers chose, the guardians what they chose."""
    assert sayings.staff_languages(stage.session, stage.cast.kuba) == ["nl"]
    stage.cast.marieke.language = "en"
    stage.session.flush()
    assert sayings.staff_languages(stage.session, stage.cast.kuba) == ["en", "nl"]
    assert sayings.guardian_languages(stage.session, stage.cast.kuba) == ["nl", "pl"]


def test_sayings_named_in_a_message() -> None:
    """Every saying is found, however deep it stands in the parameters."""
    parameters = {"a": {"saying": 1}, "b": [{"c": {"saying": 2}}, {"day": "2026-09-01"}], "d": None}
    assert list(sayings.named_in(parameters)) == [1, 2]


def test_erased_words_are_gone(stage: Stage) -> None:
    """Words, file, translations and the messages that show them to their author are gone; others stay."""
    agnieszka, session = stage.cast.agnieszka, stage.session
    file = sayings.File("photo", content=b"jpeg", media_type="image/jpeg")
    saying = sayings.keep(session, stage.tools, agnieszka, POLISH, child=stage.cast.kuba, file=file)
    kept = stage.say(agnieszka, "Dzień dobry.")
    _translated(stage, saying)
    sayings.erase(session, [saying.id, 10**6])
    assert session.scalars(select(Saying)).all() == [kept]
    for entity in (Attachment, Translation, Outgoing):
        assert session.scalar(select(func.count()).select_from(entity)) == 0


def test_what_is_used_is_known(stage: Stage) -> None:
    """Loose words are not in use; once they are a message they are."""
    agnieszka, kuba = stage.cast.agnieszka, stage.cast.kuba
    saying = stage.say(agnieszka, POLISH)
    assert not sayings.is_used(stage.session, saying)
    messages.write(stage.session, stage.tools, agnieszka, kuba, agnieszka, saying)
    assert sayings.is_used(stage.session, saying)
    assert stage.session.scalar(select(func.count()).select_from(Message)) == 1


def test_an_original_is_never_changed_so_no_translation_is_ever_out_of_date(stage: Stage) -> None:
    """Who changes an answer or an agreement says new words, which are asked for anew; the old ones stay."""
    stage.tools = replace(stage.tools, translates=True)
    run = stage.prepare(stage.cast.agnieszka, BO01=POLISH)
    agreement = stage.propose(words="Elke dag samen lezen.")
    before = [run.answers[0].saying, agreement.current.saying]
    stage.answer(run, "BO01", "Kuba lubi też śpiewać.")
    preparation.share_all(stage.session, stage.tools, stage.cast.agnieszka, run)
    due = stage.today.replace(month=12)
    agreements.change(
        stage.session,
        stage.tools,
        stage.cast.marieke,
        agreement,
        words="Elke dag samen zingen.",
        owner="school",
        due_on=due,
        look_back_on=due,
    )
    stage.session.flush()
    for old, new, language in zip(
        before, (run.answers[0].saying, agreement.current.saying), ("nl", "pl"), strict=True
    ):
        assert old is not None
        assert new is not None
        assert new.id != old.id
        [asked] = [one for one in new.translations if one.language == language]
        assert asked.state == TranslationState.WAITING.value
    assert [one.original for one in before if one] == [POLISH, "Elke dag samen lezen."]


def test_nothing_in_the_program_writes_over_an_original() -> None:
    """No line gives a saying other words than it was made with, but where a recording without any is written down."""
    changed = [
        path.name
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "original" and isinstance(node.ctx, ast.Store)
    ]
    assert changed == ["transcript.py"]
