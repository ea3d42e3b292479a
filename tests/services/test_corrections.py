"""Corrected translations: by whom, what is kept, and what lapses that was confirmed on the old words."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.content.texts import Texts
from bot.model.agreements import Agreement, Confirmation, Understanding
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.translation import Origin, Saying, Translation, TranslationHistory, TranslationState
from bot.services import agreements, corrections, dossier, export, messages, sayings, translations
from bot.services.corrections import TranslationView
from bot.services.events import EventKind
from tests.services.conftest import Stage
from tests.web import school_year as year

WORDS = "Kuba lubi pociągi."
WRONG = "Kuba leest treinen."
RIGHT = "Kuba houdt van treinen."
DUTCH = "Elke avond lezen jullie samen tien minuten."
POLISH = "Czytają Państwo razem co wieczór dziesięć minut."
BETTER = "Co wieczór czytają Państwo razem przez dziesięć minut."


def translated(stage: Stage, saying: Saying, language: str, words: str) -> Translation:
    """A machine translated the words into this language."""
    year.translate(stage.session, stage.tools, saying, language, words, Origin.MACHINE.value)
    return next(one for one in saying.translations if one.language == language)


def hers(stage: Stage) -> Translation:
    """The Dutch of what Agnieszka shared with the school, as a machine made it."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    saying = run.answers[0].saying
    assert saying is not None
    return translated(stage, saying, "nl", WRONG)


def correct(
    stage: Stage, actor: Person, translation: Translation, words: str = RIGHT, seen: str | None = None
) -> None:
    """The actor says how the translation should be, on the side of the house that is theirs."""
    corrections.correct(
        stage.session,
        stage.tools,
        actor,
        translation,
        words,
        seen=seen or sayings.mark_of(translation.words),
        as_staff=actor.id not in {stage.cast.agnieszka.id, stage.cast.pieter.id, stage.cast.selam.id},
    )


def seen_by(
    stage: Stage, reader: Person, translation: Translation, *, as_staff: bool = False
) -> TranslationView:
    """What this reader sees of the translation."""
    found = corrections.find(stage.session, stage.tools, reader, translation.id, as_staff=as_staff)
    return corrections.view(stage.session, stage.tools, reader, found, as_staff=as_staff)


@pytest.mark.parametrize("who", ["marieke", "agnieszka"])
def test_the_better_words_stand_wherever_the_text_is_shown(stage: Stage, texts: Texts, who: str) -> None:
    """The teacher who reads, or the parent who wrote: it is human from then on (002-polish-parents)."""
    translation = hers(stage)
    stage.happened()
    correct(stage, getattr(stage.cast, who), translation)
    assert stage.happened() == [EventKind.TRANSLATION_CORRECTED]
    seen = dossier.view(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, as_staff=True)
    [shown] = [one for one in dossier.said_in(seen) if one.saying_id == translation.saying_id]
    assert (shown.words, shown.origin, shown.original) == (RIGHT, "human", WORDS)
    page = export.page(stage.session, stage.tools, texts, stage.cast.kuba, stage.cast.marieke)
    assert RIGHT in page
    assert WRONG not in page


@pytest.mark.parametrize("state", [TranslationState.NOT_OFFERED, TranslationState.IMPOSSIBLE])
def test_a_person_writes_what_no_computer_translates(stage: Stage, state: TranslationState) -> None:
    """The teacher is shown the way, the head is not; the first words are a person's and replace nothing."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    saying = run.answers[0].saying
    assert saying is not None
    [translation] = [one for one in saying.translations if one.language == "nl"]
    translation.state = state.value
    ways = {
        one.id: [shown.left_to_people for shown in _said_to(stage, one)]
        for one in (stage.cast.marieke, stage.cast.hanneke)
    }
    assert ways == {stage.cast.marieke.id: [True], stage.cast.hanneke.id: [False]}
    stage.happened()
    correct(stage, stage.cast.marieke, translation)
    assert stage.happened() == [EventKind.TRANSLATION_CORRECTED]
    assert corrections.is_first(translation)
    [shown] = _said_to(stage, stage.cast.marieke)
    assert (shown.words, shown.origin, shown.not_offered, shown.left_to_people) == (
        RIGHT,
        "human",
        False,
        False,
    )
    assert seen_by(stage, stage.cast.marieke, translation, as_staff=True).before == ()
    correct(stage, stage.cast.marieke, translation, "Kuba vindt treinen mooi.")
    assert not corrections.is_first(translation)


def _said_to(stage: Stage, reader: Person) -> list[sayings.Shown]:
    """What stands in the dossier of Kuba for a member of staff."""
    seen = dossier.view(stage.session, stage.tools, reader, stage.cast.kuba, as_staff=True)
    return list(dossier.said_in(seen))


def test_what_stood_there_before_can_be_read(stage: Stage) -> None:
    """Each earlier text stands with its origin, its maker and its time; staff read names, a parent only the own."""
    translation = hers(stage)
    correct(stage, stage.cast.marieke, translation)
    stage.clock.move(hours=1)
    correct(stage, stage.cast.agnieszka, translation, "Kuba vindt treinen mooi.")
    staff = seen_by(stage, stage.cast.marieke, translation, as_staff=True)
    assert staff.now is not None
    assert [(one.words, one.origin, one.by) for one in (staff.now, *staff.before)] == [
        ("Kuba vindt treinen mooi.", "human", stage.cast.agnieszka.name),
        (RIGHT, "human", stage.cast.marieke.name),
        (WRONG, "machine", None),
    ]
    own = seen_by(stage, stage.cast.agnieszka, translation)
    assert own.now is not None
    assert [(one.own, one.by, one.provider) for one in (own.now, *own.before)] == [
        (True, stage.cast.agnieszka.name, None),
        (False, None, None),
        (False, None, None),
    ]


def test_only_who_reads_the_text_finds_its_translation(stage: Stage) -> None:
    """For everybody else there is none: another guardian, another teacher, a stranger (promise 6)."""
    translation = hers(stage)
    others = (stage.cast.pieter, stage.cast.joris, stage.cast.victor, stage.cast.selam, stage.cast.olga)
    for person in others:
        for as_staff in (True, False):
            with pytest.raises(NotFoundError):
                corrections.find(stage.session, stage.tools, person, translation.id, as_staff=as_staff)
        with pytest.raises(NotFoundError):
            correct(stage, person, translation)
    assert translation.words == WRONG
    with pytest.raises(NotFoundError):
        corrections.find(stage.session, stage.tools, stage.cast.marieke, 987_654, as_staff=True)


def test_head_and_coordinator_read_and_do_not_correct(stage: Stage) -> None:
    """They see what stood there; the words are for those who talk with each other."""
    translation = hers(stage)
    for person in (stage.cast.hanneke, stage.cast.karin):
        assert not seen_by(stage, person, translation, as_staff=True).may_correct
        with pytest.raises(NotFoundError):
            correct(stage, person, translation)
    assert seen_by(stage, stage.cast.marieke, translation, as_staff=True).may_correct


def test_a_guardian_never_learns_how_another_guardian_reads(stage: Stage) -> None:
    """Pieter does not find the Polish of an agreement or of his own addition; Agnieszka does (004-privacy-care)."""
    agreement = stage.propose(words=DUTCH)
    polish = translated(stage, agreement.current.saying, "pl", POLISH)
    said = stage.say(stage.cast.pieter, "Kuba slaapt slecht.")
    dossier.add(stage.session, stage.tools, stage.cast.pieter, stage.cast.kuba, said, "fact")
    of_his = translated(stage, said, "pl", "Kuba źle śpi.")
    stage.happened()
    for translation in (polish, of_his):
        with pytest.raises(NotFoundError):
            seen_by(stage, stage.cast.pieter, translation)
        assert seen_by(stage, stage.cast.agnieszka, translation).may_correct
        assert seen_by(stage, stage.cast.marieke, translation, as_staff=True).may_correct
    correct(stage, stage.cast.agnieszka, of_his, "Kuba kiepsko śpi.")
    actor = stage.cast.agnieszka
    assert not corrections.told_to_writer(stage.session, of_his, actor)
    assert corrections.told_to_writer(stage.session, polish, actor)  # the teacher may know
    seen = dossier.view(stage.session, stage.tools, stage.cast.pieter, stage.cast.kuba, as_staff=False)
    assert all(one.in_others == () for one in dossier.said_in(seen))


def test_own_words_say_in_which_languages_the_school_reads_them(stage: Stage) -> None:
    """The writer sees the translation that the school works with, and what may be wrong in it."""
    translation = hers(stage)
    translation.doubts = ["numbers"]
    seen = dossier.view(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, as_staff=False)
    [shown] = [one for one in dossier.said_in(seen) if one.saying_id == translation.saying_id]
    assert shown.in_others == (sayings.InOther("nl", ("numbers",)),)


def test_two_people_do_not_overwrite_each_other(stage: Stage) -> None:
    """Who looked at words that were corrected since is told so, and nothing changes."""
    translation = hers(stage)
    looked_at = sayings.mark_of(translation.words)
    correct(stage, stage.cast.marieke, translation)
    with pytest.raises(DomainError) as refused:
        correct(stage, stage.cast.agnieszka, translation, "Iets anders.", seen=looked_at)
    assert refused.value.code == "words_corrected"
    assert translation.words == RIGHT
    with pytest.raises(DomainError) as empty:
        correct(stage, stage.cast.marieke, translation, "   ")
    assert empty.value.code == "words_needed"


def test_the_same_words_say_that_they_are_right(stage: Stage) -> None:
    """A person stands behind them now and the doubt is over; saying it again changes nothing."""
    translation = hers(stage)
    translation.doubts = ["numbers", "length"]
    correct(stage, stage.cast.marieke, translation, WRONG)
    assert (translation.words, translation.origin, translation.doubts) == (WRONG, "human", [])
    correct(stage, stage.cast.marieke, translation, WRONG)
    assert len(translation.history) == 1


def test_a_translator_that_comes_later_changes_nothing(stage: Stage) -> None:
    """A person translated what a machine was still asked for."""
    stage.tools = replace(stage.tools, translates=True)
    message = messages.write(
        stage.session,
        stage.tools,
        stage.cast.agnieszka,
        stage.cast.kuba,
        stage.cast.agnieszka,
        stage.say(stage.cast.agnieszka, WORDS),
    )
    stage.session.flush()
    [translation] = message.saying.translations
    wish = translations.Wish(translation.id, WORDS, "pl", "nl", 0)
    correct(stage, stage.cast.marieke, translation)
    assert translation.history == []
    translations.keep(stage.session, stage.tools, wish, WRONG, "libretranslate")
    assert (translation.words, translation.origin) == (RIGHT, "human")
    assert not translations.anything_due(stage.session, stage.tools)


def test_a_corrected_text_of_the_same_family_is_used_again(stage: Stage) -> None:
    """The same words of the same parent about the same child; never for another family."""
    correct(stage, stage.cast.marieke, hers(stage))
    again = stage.say(stage.cast.agnieszka, WORDS)
    other = stage.say(stage.cast.selam, WORDS, stage.cast.abel)
    other.language = "pl"
    for saying in (again, other):
        sayings.want_in(stage.session, stage.tools, saying, "nl")
    [found], [nothing] = again.translations, other.translations
    assert (found.words, found.origin, found.corrected_by_id) == (RIGHT, "human", stage.cast.marieke.id)
    assert (nothing.words, nothing.state) == (None, TranslationState.NOT_OFFERED.value)


def test_the_words_of_before_go_with_the_words(stage: Stage) -> None:
    """What its owner erases leaves nothing behind, also not what stood there before."""
    translation = hers(stage)
    correct(stage, stage.cast.marieke, translation)
    run = stage.prepare(stage.cast.agnieszka)
    stage.session.delete(run.answers[0])
    sayings.erase(stage.session, [translation.saying_id])
    assert stage.session.scalars(select(TranslationHistory)).all() == []


# What was confirmed on the old words


def confirmed(stage: Stage) -> tuple[Agreement, Translation]:
    """Both guardians confirmed an agreement: Pieter as it was written, Agnieszka in Polish."""
    agreement = stage.propose(words=DUTCH)
    polish = translated(stage, agreement.current.saying, "pl", POLISH)
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        agreements.confirm(
            stage.session,
            stage.tools,
            person,
            agreement.current,
            agreement.current.digest,
            Understanding.OWN_LANGUAGE,
        )
    assert agreement.state == "active"
    stage.happened()
    return agreement, polish


def test_exactly_the_confirmation_on_the_old_words_lapses(stage: Stage) -> None:
    """Agnieszka confirmed words that were corrected: hers lapses, Pieter's and the school's stand (promise 4)."""
    agreement, polish = confirmed(stage)
    correct(stage, stage.cast.marieke, polish, BETTER)
    standing = {one.person_id for one in agreement.current.confirmations if one.lapsed_at is None}
    assert standing == {stage.cast.pieter.id, stage.cast.marieke.id}
    assert agreements.waits_for(agreement) == [stage.cast.agnieszka]
    assert (agreement.state, agreement.activated_at) == ("proposed", None)
    assert stage.happened() == [EventKind.TRANSLATION_CORRECTED, EventKind.CONFIRMATION_LAPSED]


def test_the_difference_is_shown_until_it_is_confirmed_again(stage: Stage) -> None:
    """Only to who confirmed the old words; after that the agreement is active again."""
    agreement, polish = confirmed(stage)
    correct(stage, stage.cast.marieke, polish, BETTER)

    def corrected(reader: Person) -> list[str]:
        seen = dossier.view(stage.session, stage.tools, reader, stage.cast.kuba, as_staff=False)
        change = seen.agreements[0].current.corrected
        return [piece.words for piece in change.pieces if piece.change == "added"] if change else []

    assert "".join(corrected(stage.cast.agnieszka)).strip()
    assert corrected(stage.cast.pieter) == []
    agreements.confirm(
        stage.session,
        stage.tools,
        stage.cast.agnieszka,
        agreement.current,
        agreement.current.digest,
        Understanding.OWN_LANGUAGE,
    )
    assert agreement.state == "active"
    assert corrected(stage.cast.agnieszka) == []
    words = [one.words_shown for one in stage.session.scalars(select(Confirmation)) if one.language == "pl"]
    assert words == [POLISH, BETTER]


def test_what_was_read_before_the_correction_cannot_be_confirmed_after_it(stage: Stage) -> None:
    """The words the person saw count, not those that stand there when the button is tapped (promise 4)."""
    agreement = stage.propose(words=DUTCH)
    polish = translated(stage, agreement.current.saying, "pl", POLISH)
    looked_at = sayings.shown(agreement.current.saying, "pl", stage.cast.agnieszka.id).mark
    correct(stage, stage.cast.marieke, polish, BETTER)
    with pytest.raises(DomainError) as refused:
        agreements.confirm(
            stage.session,
            stage.tools,
            stage.cast.agnieszka,
            agreement.current,
            agreement.current.digest,
            Understanding.OWN_LANGUAGE,
            seen=looked_at,
        )
    assert refused.value.code == "words_corrected"


@pytest.mark.parametrize("how", [Understanding.READS_ORIGINAL, Understanding.EXPLAINED])
def test_who_did_not_rely_on_the_translation_confirmed_for_good(stage: Stage, how: Understanding) -> None:
    """A confirmation of the original stands whatever becomes of a translation."""
    agreement = stage.propose(words=DUTCH)
    polish = translated(stage, agreement.current.saying, "pl", POLISH)
    version = agreement.current
    agreements.confirm(stage.session, stage.tools, stage.cast.agnieszka, version, version.digest, how)
    correct(stage, stage.cast.marieke, polish, BETTER)
    assert agreements.waits_for(agreement) == [stage.cast.pieter]


def test_words_that_were_right_keep_what_was_confirmed(stage: Stage) -> None:
    """Who says that a translation is right changes nothing that was agreed; nor does it in a closed agreement."""
    agreement, polish = confirmed(stage)
    correct(stage, stage.cast.marieke, polish, POLISH)
    assert agreement.state == "active"
    agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, "done")
    correct(stage, stage.cast.marieke, polish, BETTER)
    assert agreement.state == "done"
    assert all(one.lapsed_at is None for one in agreement.current.confirmations)


def test_the_original_comes_first_for_who_wants_it(stage: Stage) -> None:
    """For this reader and this text only; both texts stay (design promise 2)."""
    translation = hers(stage)
    reader = stage.cast.marieke

    def first(person: Person) -> bool:
        return sayings.shown(translation.saying, "nl", person.id).original_first

    corrections.put_original_first(stage.session, stage.tools, reader, translation, first=True, as_staff=True)
    assert (first(reader), first(stage.cast.hanneke)) == (True, False)
    corrections.put_original_first(
        stage.session, stage.tools, reader, translation, first=False, as_staff=True
    )
    assert not first(reader)
    with pytest.raises(NotFoundError):
        corrections.put_original_first(
            stage.session, stage.tools, stage.cast.pieter, translation, first=True, as_staff=False
        )


# What may be wrong


def test_a_doubt_stands_with_the_translation_and_the_writer_hears_it_once(stage: Stage) -> None:
    """Of the first translation in doubt, and not where that would tell how another guardian reads."""
    stage.tools = replace(stage.tools, translates=True)
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    saying = run.answers[0].saying
    assert saying is not None
    stage.session.flush()
    [dutch] = saying.translations
    stage.happened()
    wish = translations.Wish(dutch.id, WORDS, "pl", "nl", 0)
    translations.keep(stage.session, stage.tools, wish, WRONG, "libretranslate", doubts=("names", "length"))
    assert stage.happened() == [EventKind.TRANSLATION_ARRIVED, EventKind.TRANSLATION_DOUBTED]
    assert sayings.shown(saying, "nl", stage.cast.marieke.id).doubts == ("names", "length")
    sayings.want_in(stage.session, stage.tools, saying, "en")
    stage.session.flush()
    english = next(one for one in saying.translations if one.language == "en")
    again = translations.Wish(english.id, WORDS, "pl", "en", 0)
    translations.keep(
        stage.session, stage.tools, again, "Kuba reads trains.", "libretranslate", doubts=("names",)
    )
    assert stage.happened() == [EventKind.TRANSLATION_ARRIVED]
    assert corrections.told_to_writer(stage.session, dutch, None)
    assert not corrections.told_to_writer(stage.session, english, None)
