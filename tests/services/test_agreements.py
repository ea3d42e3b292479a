"""The life of an agreement."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from time import sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.model.agreements import Agreement, AgreementVersion, Confirmation
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.services import agreements
from bot.services.events import EventKind
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.translation.phrasebook import Phrasebook
from tests.cast import Cast
from tests.services.conftest import Stage

POLISH = "Co wieczór czytają Państwo razem dziesięć minut."


def _person(stage: Stage, name: str) -> Person:
    person = getattr(stage.cast, name)
    assert isinstance(person, Person)
    return person


def _confirm(stage: Stage, person: Person, version: AgreementVersion, how: str = "explained") -> Confirmation:
    return agreements.confirm(stage.session, stage.tools, person, version, version.digest, how)


def _change(stage: Stage, agreement: Agreement, **given: Any) -> AgreementVersion:
    current = agreement.current
    usual = {
        "words": current.saying.original,
        "owner": current.owner,
        "due_on": current.due_on,
        "look_back_on": current.look_back_on,
    }
    return agreements.change(stage.session, stage.tools, stage.cast.marieke, agreement, **{**usual, **given})


def test_proposing_is_confirming_for_the_school(stage: Stage) -> None:
    """'Propose and confirm' is one step: the writer's confirmation holds the exact words (001-p10)."""
    agreement = stage.propose()
    (confirmation,) = agreement.current.confirmations
    assert confirmation.for_school
    assert confirmation.person is stage.cast.marieke
    assert confirmation.words_shown == agreement.current.saying.original
    assert (confirmation.language, confirmation.origin) == ("nl", "own")
    assert confirmation.digest == agreement.current.digest
    assert agreement.state == "proposed"
    assert stage.happened() == [EventKind.AGREEMENT_PROPOSED]


def test_it_is_active_when_school_and_all_named_confirmed(stage: Stage) -> None:
    """One guardian's yes is not enough; the last one makes it active (002-agreements, 001-p10)."""
    agreement = stage.propose()
    assert [person.id for person in agreements.waits_for(agreement)] == [
        stage.cast.agnieszka.id,
        stage.cast.pieter.id,
    ]
    stage.happened()
    _confirm(stage, stage.cast.agnieszka, agreement.current)
    assert agreement.state == "proposed"
    stage.clock.move(days=1)
    _confirm(stage, stage.cast.pieter, agreement.current, "own_language")
    assert agreement.state == "active"
    assert agreement.activated_at == stage.clock.now()
    assert stage.happened() == [
        EventKind.AGREEMENT_CONFIRMED,
        EventKind.AGREEMENT_CONFIRMED,
        EventKind.AGREEMENT_ACTIVE,
    ]


def test_named_are_those_with_authority_at_that_moment(stage: Stage) -> None:
    """By default all guardians with authority are named; who gains it later is not added."""
    stage.without_authority(stage.cast.pieter)
    agreement = stage.propose()
    stage.guardianship(stage.cast.pieter).authority = True
    stage.session.flush()
    assert [party.person for party in agreement.parties] == [stage.cast.agnieszka]
    _confirm(stage, stage.cast.agnieszka, agreement.current)
    assert agreement.state == "active"
    with pytest.raises(NotFoundError):
        _confirm(stage, stage.cast.pieter, agreement.current)


def test_an_agreement_names_somebody(stage: Stage) -> None:
    """Without any guardian to say yes there is no agreement; only guardians of the child can be named."""
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        stage.without_authority(person)
    with pytest.raises(DomainError, match="guardian_needed"):
        stage.propose()
    with pytest.raises(NotFoundError):
        stage.propose(guardians=[stage.cast.selam])
    assert stage.propose(guardians=[stage.cast.pieter]).parties[0].person is stage.cast.pieter


def test_an_agreement_of_a_talk_apart_names_that_guardian(stage: Stage) -> None:
    """What was agreed in a talk apart names that guardian; a talk about another child does not fit."""
    talk = stage.plan(guardian=stage.cast.pieter)
    agreement = stage.propose(conversation=talk)
    assert [party.person for party in agreement.parties] == [stage.cast.pieter]
    with pytest.raises(NotFoundError):
        stage.propose(child=stage.cast.abel, conversation=talk)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"words": " \n"}, "words_needed"),
        ({"owner": "everybody"}, "owner_needed"),
        ({"due_on": -1}, "due_passed"),
        ({"look_back_on": -1}, "look_back_passed"),
    ],
)
def test_one_text_one_owner_dates_ahead(stage: Stage, given: dict[str, Any], code: str) -> None:
    """Words, exactly one owner and two dates are needed; today is still in time (001-p02)."""
    dated: dict[str, Any] = {
        name: stage.today + timedelta(days=value) if isinstance(value, int) else value
        for name, value in given.items()
    }
    with pytest.raises(DomainError, match=code):
        stage.propose(**dated)
    assert stage.propose(due_on=stage.today, look_back_on=stage.today).state == "proposed"


def test_a_change_lets_all_confirmations_lapse(stage: Stage) -> None:
    """Any change makes a new version that all must confirm again; what was confirmed stays on record."""
    agreement = stage.propose()
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        _confirm(stage, person, agreement.current)
    first = agreement.current
    digest = first.digest
    stage.clock.move(days=2)
    stage.happened()
    second = _change(stage, agreement, owner="school")
    assert agreement.current is second
    assert (second.number, second.saying) == (2, first.saying)
    assert agreement.state == "proposed"
    assert agreement.activated_at is None
    assert {one.lapsed_at for one in first.confirmations} == {stage.clock.now()}
    assert [one.for_school for one in second.confirmations] == [True]
    assert stage.happened() == [EventKind.AGREEMENT_PROPOSED]
    with pytest.raises(DomainError, match="agreement_changed"):
        agreements.confirm(stage.session, stage.tools, stage.cast.pieter, first, digest, "own_language")
    with pytest.raises(DomainError, match="agreement_changed"):
        agreements.confirm(stage.session, stage.tools, stage.cast.pieter, second, digest, "own_language")
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        _confirm(stage, person, second)
    assert agreement.state == "active"


def test_no_change_makes_no_version(stage: Stage) -> None:
    """Sending the same again (two taps) lets nothing lapse."""
    agreement = stage.propose()
    _confirm(stage, stage.cast.pieter, agreement.current)
    assert _change(stage, agreement) is agreement.current
    assert len(agreement.versions) == 1
    assert agreements.confirmation_of(agreement.current, stage.cast.pieter) is not None


def test_a_date_that_has_passed_since_need_not_move(stage: Stage) -> None:
    """A correction of the words after the due day keeps the day; a new day must lie ahead."""
    agreement = stage.propose(due_on=stage.today)
    stage.clock.move(days=3)
    version = _change(stage, agreement, words="Elke avond leest u samen tien minuten.")
    assert version.due_on < stage.today
    with pytest.raises(DomainError, match="due_passed"):
        _change(stage, agreement, due_on=stage.today - timedelta(days=1))


def test_confirming_twice_changes_nothing(stage: Stage) -> None:
    """A second tap on the same version finds the first confirmation."""
    agreement = stage.propose()
    first = _confirm(stage, stage.cast.agnieszka, agreement.current)
    stage.happened()
    assert _confirm(stage, stage.cast.agnieszka, agreement.current, "reads_original") is first
    assert first.understanding == "explained"
    assert stage.happened() == []
    _confirm(stage, stage.cast.pieter, agreement.current)
    assert _confirm(stage, stage.cast.agnieszka, agreement.current) is first
    assert agreement.state == "active"


def test_a_confirmation_keeps_the_words_that_were_shown(stage: Stage) -> None:
    """Polish words with their origin when they are there, else the Dutch original, as the person says."""
    words = "Elke avond lezen jullie samen tien minuten."
    with pytest.raises(DomainError, match="not_readable_yet"):
        _confirm(stage, stage.cast.agnieszka, stage.propose().current, "own_language")
    read = _confirm(stage, stage.cast.agnieszka, stage.propose().current, "reads_original")
    assert (read.words_shown, read.language, read.origin) == (words, "nl", "own")
    assert read.understanding == "reads_original"
    stage.tools = replace(stage.tools, phrasebook=Phrasebook([{"nl": words, "pl": POLISH}]))
    own = _confirm(stage, stage.cast.agnieszka, stage.propose().current, "own_language")
    assert (own.words_shown, own.language, own.origin) == (POLISH, "pl", "human")
    with pytest.raises(DomainError, match="understanding_needed"):
        _confirm(stage, stage.cast.agnieszka, stage.propose().current, "nodded")


@pytest.mark.parametrize("name", ["joris", "hanneke", "karin", "victor", "olga", "selam"])
def test_only_teachers_and_named_guardians_take_part(stage: Stage, name: str) -> None:
    """Everybody else gets 'not found' for proposing, changing, confirming, remarking and closing."""
    person = _person(stage, name)
    agreement = stage.propose()
    digest = agreement.current.digest
    with pytest.raises(NotFoundError):
        stage.propose(actor=person)
    with pytest.raises(NotFoundError):
        agreements.confirm(stage.session, stage.tools, person, agreement.current, digest, "explained")
    with pytest.raises(NotFoundError):
        agreements.change(
            stage.session,
            stage.tools,
            person,
            agreement,
            words="Iets anders.",
            owner="child",
            due_on=stage.today,
            look_back_on=stage.today,
        )
    with pytest.raises(NotFoundError):
        agreements.close(stage.session, stage.tools, person, agreement, "done")
    for remark in (agreements.teach_back, agreements.wish_change):
        with pytest.raises(NotFoundError):
            remark(stage.session, stage.tools, person, agreement.current, stage.say(person, "Hallo."))
    assert len(agreement.current.confirmations) == 1
    assert len(agreement.versions) == 1


def test_guardians_neither_propose_nor_close(stage: Stage) -> None:
    """A guardian confirms and reacts; the text and its end are recorded by the teacher."""
    agreement = stage.propose()
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        with pytest.raises(NotFoundError):
            stage.propose(actor=person)
        with pytest.raises(NotFoundError):
            agreements.close(stage.session, stage.tools, person, agreement, "done")


@pytest.mark.parametrize("name", ["joris", "victor", "olga", "selam"])
def test_who_is_nothing_to_the_child_finds_no_agreements(stage: Stage, name: str) -> None:
    """A stranger, another teacher and a parent of another child get 'not found', also by guessed ids."""
    person = _person(stage, name)
    agreement = stage.propose()
    with pytest.raises(NotFoundError):
        agreements.of_child(stage.session, stage.tools, person, stage.cast.kuba)
    with pytest.raises(NotFoundError):
        agreements.find(stage.session, stage.tools, person, agreement.id)
    with pytest.raises(NotFoundError):
        agreements.find_version(stage.session, stage.tools, person, agreement.current.id)
    with pytest.raises(NotFoundError):
        agreements.find(stage.session, stage.tools, stage.cast.marieke, agreement.id + 1)
    with pytest.raises(NotFoundError):
        agreements.find_version(stage.session, stage.tools, stage.cast.marieke, agreement.current.id + 1)


def test_others_with_authority_read_and_react_but_do_not_block(stage: Stage) -> None:
    """A guardian who is not named reads and wishes; the agreement is active without them."""
    agreement = stage.propose(guardians=[stage.cast.agnieszka])
    pieter = stage.cast.pieter
    assert agreements.of_child(stage.session, stage.tools, pieter, stage.cast.kuba) == [agreement]
    remark = agreements.wish_change(
        stage.session, stage.tools, pieter, agreement.current, stage.say(pieter, "Liever in het weekend.")
    )
    assert remark.kind == "change_wish"
    _confirm(stage, stage.cast.agnieszka, agreement.current)
    assert agreement.state == "active"


def test_without_authority_one_reads_what_names_one(stage: Stage) -> None:
    """A guardian without authority sees and confirms agreements that name them, no others."""
    pieter = stage.cast.pieter
    stage.without_authority(pieter)
    named, other = stage.propose(guardians=[pieter]), stage.propose()
    assert agreements.of_child(stage.session, stage.tools, pieter, stage.cast.kuba) == [named]
    _confirm(stage, pieter, named.current)
    assert named.state == "active"
    with pytest.raises(NotFoundError):
        _confirm(stage, pieter, other.current)


def test_own_words_stand_with_the_version(stage: Stage) -> None:
    """A teach-back is kept, wanted in the readers' languages, and changes no state (003-yes-meaning)."""
    agreement = stage.propose()
    agnieszka = stage.cast.agnieszka
    said = stage.say(agnieszka, "Codziennie czytamy razem z dzieckiem po kolacji.")
    stage.happened()
    remark = agreements.teach_back(stage.session, stage.tools, agnieszka, agreement.current, said)
    assert agreement.current.remarks == [remark]
    assert [one.language for one in said.translations] == ["nl"]
    assert agreement.state == "proposed"
    assert stage.happened() == [EventKind.TAUGHT_BACK]
    with pytest.raises(DomainError, match="words_needed"):
        agreements.wish_change(
            stage.session, stage.tools, agnieszka, agreement.current, stage.say(agnieszka, " ")
        )


@pytest.mark.parametrize("state", ["done", "bit_done", "not_done", "stopped"])
def test_a_closed_agreement_stays_closed(stage: Stage, state: str) -> None:
    """Looking back closes it once; after that nothing changes it (002-feedback-approach)."""
    agreement = stage.propose()
    stage.happened()
    agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, state)
    agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, state)
    assert (agreement.state, agreement.closed_at) == (state, stage.clock.now())
    assert stage.happened() == [EventKind.AGREEMENT_CLOSED]
    with pytest.raises(DomainError, match="agreement_closed"):
        _confirm(stage, stage.cast.pieter, agreement.current)
    with pytest.raises(DomainError, match="agreement_closed"):
        _change(stage, agreement, owner="school")
    other = "stopped" if state != "stopped" else "done"
    with pytest.raises(DomainError, match="agreement_closed"):
        agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, other)


def test_only_real_ends_close(stage: Stage) -> None:
    """'Active' and invented words are no end."""
    agreement = stage.propose()
    for state in ("active", "proposed", "carried_over", "lost"):
        with pytest.raises(DomainError, match="state_needed"):
            agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, state)


def test_words_of_somebody_else_are_not_taken(stage: Stage) -> None:
    """An agreement is written in its writer's own words, about this child."""
    for saying in (
        stage.say(stage.cast.agnieszka, "Moje słowa."),
        stage.say(stage.cast.marieke, "Over Abel.", stage.cast.abel),
    ):
        with pytest.raises(NotFoundError):
            stage.propose(words=saying)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["agnieszka", "pieter", "marieke"]), st.sampled_from(["current", "first"])),
        st.tuples(st.just("change"), st.sampled_from(["child", "parents", "school"])),
        st.tuples(st.just("close"), st.sampled_from(["done", "stopped"])),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_never_active_without_all_confirmations_of_one_text(
    stage: Stage, steps: list[tuple[str, str]]
) -> None:
    """After any sequence: active exactly when school and all named stand behind the digest as it is now."""
    agreement = stage.propose()
    for what, detail in steps:
        try:
            if what == "change":
                _change(stage, agreement, owner=detail)
            elif what == "close":
                agreements.close(stage.session, stage.tools, stage.cast.marieke, agreement, detail)
            else:
                version = agreement.current if detail == "current" else agreement.versions[0]
                _confirm(stage, _person(stage, what), version)
        except DomainError as error:
            assert error.code in {"agreement_changed", "agreement_closed"}  # noqa: PT017
        stands = stage.session.scalars(
            select(Confirmation).where(
                Confirmation.digest == agreement.current.digest,
                Confirmation.version_id == agreement.current.id,
                Confirmation.lapsed_at.is_(None),
            )
        ).all()
        named = {one.person_id for one in stands if not one.for_school}
        everybody = named == {stage.cast.agnieszka.id, stage.cast.pieter.id}
        assert len(stands) == len({(one.person_id, one.for_school) for one in stands})
        if agreement.closed_at is None:
            all_said_yes = everybody and any(one.for_school for one in stands)
            assert (agreement.state == "active") == all_said_yes
        else:
            assert agreement.state in agreements.CLOSED


def test_two_who_confirm_at_the_same_moment_make_it_active(
    database: Database, cast: Cast, tools: Tools
) -> None:
    """The second confirmation sees the first, also when both were under way together."""
    with database.writing() as session:
        on = cast.at(session)
        day = tools.clock.today()
        made = agreements.propose(
            session,
            tools,
            on.marieke,
            on.kuba,
            words="Samen lezen.",
            owner="parents",
            due_on=day,
            look_back_on=day,
        )
        version_id, digest = made.current.id, made.current.digest
    under_way = Event()

    def confirm(person_id: int, *, first: bool) -> None:
        if not first:
            assert under_way.wait(timeout=10)
        with database.writing() as session:
            version = session.get_one(AgreementVersion, version_id)
            person = session.get_one(Person, person_id)
            agreements.confirm(session, tools, person, version, digest, "explained")
            under_way.set()
            if first:
                sleep(0.3)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(confirm, cast.agnieszka.id, first=True)
        second = pool.submit(confirm, cast.pieter.id, first=False)
        first.result()
        second.result()
    with database.reading() as session:
        assert session.scalars(select(Agreement.state)).all() == ["active"]
