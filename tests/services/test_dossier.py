"""Everything about one child, for everybody who may read it, and for nobody else."""

import base64
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialog.inputs import Change, Choose
from bot.model.dossier import Entry
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.translation import Saying
from bot.services import agreements, dossier, messages, preparation, sayings
from bot.services import help as help_service
from bot.services.events import EventKind
from bot.services.sayings import Shown
from bot.services.views import DossierView, PartView
from tests.services.conftest import Stage


def _person(stage: Stage, name: str) -> Person:
    person = getattr(stage.cast, name)
    assert isinstance(person, Person)
    return person


def _view(stage: Stage, name: str, *, as_staff: bool | None = None) -> DossierView:
    staff = name in {"marieke", "joris", "hanneke", "karin", "olga"} if as_staff is None else as_staff
    return dossier.view(stage.session, stage.tools, _person(stage, name), stage.cast.kuba, as_staff=staff)


def _part(view: DossierView, person: Person) -> PartView:
    return next(part for part in view.parts if part.person_id == person.id)


def _saying_ids(value: Any) -> Iterator[int]:
    if isinstance(value, Shown):
        yield value.saying_id
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _saying_ids(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _saying_ids(one)


def _fill(stage: Stage) -> None:
    """Both parents have shared, written, asked and added; there are talks, agreements and looks."""
    cast, session, tools = stage.cast, stage.session, stage.tools
    stage.prepare(
        cast.agnieszka, BO01="Kuba jest spokojny i lubi zwierzęta.", BO03="Kuba dobrze rysuje w domu."
    )
    stage.prepare(cast.pieter, BO01="Kuba is een rustige jongen.", BO03="Kuba kan goed fietsen.")
    stage.plan(goal_words="Elkaar leren kennen.")
    for parent, words in ((cast.agnieszka, "Kiedy jest rozmowa?"), (cast.pieter, "Wanneer is het gesprek?")):
        stage.plan(guardian=parent, goal_words="Rustig praten over thuis.")
        messages.write(session, tools, parent, cast.kuba, parent, stage.say(parent, words))
        messages.write(
            session, tools, cast.marieke, cast.kuba, parent, stage.say(cast.marieke, "Volgende week.")
        )
        help_service.ask(session, tools, parent, cast.kuba, "phone")
        dossier.add(session, tools, parent, cast.kuba, stage.say(parent, "Kuba heeft nu een kat."), "fact")
        dossier.look(session, tools, parent, cast.kuba, "dossier", as_staff=False)
    agreement = stage.propose()
    agreements.confirm(
        session, tools, cast.agnieszka, agreement.current, agreement.current.digest, "explained"
    )
    remark = stage.say(cast.agnieszka, "Czytamy razem przed snem.")
    agreements.teach_back(session, tools, cast.agnieszka, agreement.current, remark)
    dossier.look(session, tools, cast.marieke, cast.kuba, "dossier", as_staff=True)


def test_everything_the_school_reads_the_parents_read(stage: Stage) -> None:
    """No shadow file: a teacher reads only what each guardian reads, but the other's part (004-dossier-5)."""
    _fill(stage)
    teacher = _view(stage, "marieke")
    of_teacher = set(_saying_ids(teacher))
    assert len(of_teacher) > 10
    for me, other in (("agnieszka", "pieter"), ("pieter", "agnieszka")):
        others_part = _part(teacher, _person(stage, other))
        others_talks = [talk for talk in teacher.talks if talk.apart_with == _person(stage, other).id]
        hidden = {*_saying_ids(others_part), *(one for talk in others_talks for one in _saying_ids(talk))}
        mine = _view(stage, me)
        assert of_teacher - set(_saying_ids(mine)) == hidden
        assert {one.agreement_id for one in mine.agreements} == {
            one.agreement_id for one in teacher.agreements
        }
        assert {one.entry_id for one in mine.additions} == {one.entry_id for one in teacher.additions}


def test_everything_stored_in_words_is_listed(stage: Stage) -> None:
    """Every saying about the child stands in the views of its guardians together (004-dossier-3)."""
    _fill(stage)
    stored = set(stage.session.scalars(select(Saying.id).where(Saying.child_id == stage.cast.kuba.id)))
    shown = set(_saying_ids(_view(stage, "agnieszka"))) | set(_saying_ids(_view(stage, "pieter")))
    assert stored == shown


def test_separated_parents_never_see_each_others_part(stage: Stage) -> None:
    """Neither view nor export holds anything of the other guardian's own part (002-separated-talk)."""
    _fill(stage)
    pieter, agnieszka = stage.cast.pieter, stage.cast.agnieszka
    view = _view(stage, "pieter")
    assert [part.person_id for part in view.parts] == [pieter.id]
    assert {talk.apart_with for talk in view.talks} == {None, pieter.id}
    (agreement,) = view.agreements
    hers = next(one for one in agreement.current.confirmations if one.person_id == agnieszka.id)
    assert (hers.language, hers.words_shown, hers.origin, hers.understanding) == (None, None, None, None)
    assert {one.viewer for one in view.looks} == {"juf Marieke", pieter.name}
    text = json.dumps(dossier.export(stage.session, stage.tools, stage.cast.kuba, pieter), ensure_ascii=False)
    for words in ("Kuba jest spokojny", "Kuba dobrze rysuje", "Kiedy jest rozmowa?", "explained"):
        assert words not in text
    assert "Kuba is een rustige jongen" in text


def test_the_part_of_a_guardian_holds_it_all(stage: Stage) -> None:
    """The teacher sees answers with their questions, messages, wishes and the state per guardian (004-dossier-8)."""
    _fill(stage)
    part = _part(_view(stage, "marieke"), stage.cast.agnieszka)
    assert [answer.question for answer in part.answers] == ["BO01", "BO03"]
    first = part.answers[0]
    assert first.asked == stage.tools.scripts["begin"].text("nl", "BO01", "ask")
    assert first.said is not None
    assert first.said.original == "Kuba jest spokojny i lubi zwierzęta."
    assert first.share == "shared"
    assert part.progress == "ready"
    assert [message.from_school for message in part.messages] == [False, True]
    assert [wish.kind for wish in part.help_wishes] == ["phone"]
    assert part.unshared is None


def test_labels_are_in_the_readers_language(stage: Stage) -> None:
    """A chosen key is shown as its label, Dutch for the teacher and Polish for the mother."""
    agnieszka = stage.cast.agnieszka
    run = preparation.begin(stage.session, stage.tools, agnieszka, stage.cast.kuba).run
    step = preparation.advance(stage.session, stage.tools, agnieszka, run, Change("BO05"))
    preparation.advance(stage.session, stage.tools, agnieszka, run, Choose(step.state.step, "vaak"))
    preparation.share_all(stage.session, stage.tools, agnieszka, run)
    script = stage.tools.scripts["begin"]
    for reader, language in (("marieke", "nl"), ("agnieszka", "pl")):
        (answer,) = _part(_view(stage, reader), agnieszka).answers
        assert answer.choices == ("vaak",)
        assert answer.labels == (script.text(language, "BO05", "label", "vaak"),)


def test_what_is_not_shared_is_seen_by_its_owner_only(stage: Stage) -> None:
    """Unshared answers stand in the guardian's own view; nobody else, the operator included, gets them."""
    secret = "Kuba ma własny sekret."
    run = stage.prepare(stage.cast.agnieszka, BO01="Kuba jest spokojny.", BO04=secret)
    own = _part(_view(stage, "agnieszka"), stage.cast.agnieszka)
    assert [(answer.question, answer.share) for answer in own.answers] == [
        ("BO01", "shared"),
        ("BO04", "held_back"),
    ]
    assert own.unshared == 1
    for name in ("marieke", "hanneke", "karin"):
        assert [one.question for one in _part(_view(stage, name), stage.cast.agnieszka).answers] == ["BO01"]
    operator = dossier.export(stage.session, stage.tools, stage.cast.kuba, None)
    assert secret not in json.dumps(operator, ensure_ascii=False)
    assert next(part for part in operator["parts"] if part["own"] is False)["unshared"] == 1
    run.withdrawn_at = stage.clock.now()
    part = _part(_view(stage, "marieke"), stage.cast.agnieszka)
    assert (part.answers, part.progress, part.withdrawn) == ((), "not_started", False)
    assert len(_part(_view(stage, "agnieszka"), stage.cast.agnieszka).answers) == 2
    gone = dossier.export(stage.session, stage.tools, stage.cast.kuba, None)
    assert all(not part["answers"] for part in gone["parts"])


def test_sensitive_answers_are_for_the_teacher_and_named_staff(stage: Stage) -> None:
    """Lead and coordinator do not read them unless the lead named them (002-home-situation, 004-privacy-care)."""
    run = stage.prepare(stage.cast.agnieszka, BO04="Kuba boi się ciemności.")
    preparation.share_one(stage.session, stage.tools, stage.cast.agnieszka, run.answers[0])
    seen = {
        name: len(_part(_view(stage, name), stage.cast.agnieszka).answers) for name in ("marieke", "hanneke")
    }
    assert seen == {"marieke": 1, "hanneke": 0}
    stage.tools = replace(stage.tools, sensitive_readers=frozenset({stage.cast.hanneke.roster_id}))
    assert len(_part(_view(stage, "hanneke"), stage.cast.agnieszka).answers) == 1


def test_lead_and_coordinator_read_no_threads(stage: Stage) -> None:
    """The thread of guardian and teachers is theirs alone."""
    _fill(stage)
    for name in ("hanneke", "karin"):
        assert all(not part.messages for part in _view(stage, name).parts)


def test_without_authority_one_sees_the_own_part(stage: Stage) -> None:
    """Own answers, own thread, own talks and agreements that name one; nothing of the joint part."""
    _fill(stage)
    pieter = stage.cast.pieter
    named = stage.propose(guardians=[pieter])
    stage.without_authority(pieter)
    view = _view(stage, "pieter")
    assert not view.joint
    (part,) = view.parts
    assert part.own
    assert len(part.answers) == 2
    assert len(part.messages) == 2
    assert {talk.apart_with for talk in view.talks} == {pieter.id}
    assert named.id in {one.agreement_id for one in view.agreements}
    assert view.additions == ()
    with pytest.raises(NotFoundError):
        dossier.add(
            stage.session, stage.tools, pieter, stage.cast.kuba, stage.say(pieter, "Nog iets."), "fact"
        )


def test_a_talk_apart_does_not_show_through_an_agreement(stage: Stage) -> None:
    """The other guardian reads the agreement, but not that a talk held apart led to it (002-separated-talk)."""
    talk = stage.plan(guardian=stage.cast.agnieszka)
    stage.propose(conversation=talk)
    assert _view(stage, "pieter").agreements[0].conversation_id is None
    assert _view(stage, "agnieszka").agreements[0].conversation_id == talk.id
    assert _view(stage, "marieke").agreements[0].conversation_id == talk.id


@pytest.mark.parametrize("name", ["joris", "victor", "olga", "selam", "ewa"])
@pytest.mark.parametrize("as_staff", [True, False])
def test_who_is_nothing_to_the_child_finds_nothing(stage: Stage, name: str, as_staff: bool) -> None:
    """Strangers and other teachers get 'not found', and leave no look."""
    person, kuba = _person(stage, name), stage.cast.kuba
    with pytest.raises(NotFoundError):
        _view(stage, name, as_staff=as_staff)
    with pytest.raises(NotFoundError):
        dossier.look(stage.session, stage.tools, person, kuba, "dossier", as_staff=as_staff)
    with pytest.raises(NotFoundError):
        dossier.looks(stage.session, stage.tools, person, kuba)
    with pytest.raises(NotFoundError):
        dossier.export(stage.session, stage.tools, kuba, person)
    with pytest.raises(NotFoundError):
        dossier.add(stage.session, stage.tools, person, kuba, stage.say(person, "Hallo."), "fact")


def test_nobody_looks_from_the_other_side(stage: Stage) -> None:
    """A teacher is no guardian and a guardian no teacher, also when they ask to be."""
    with pytest.raises(NotFoundError):
        _view(stage, "marieke", as_staff=False)
    with pytest.raises(NotFoundError):
        _view(stage, "agnieszka", as_staff=True)


def test_an_addition_is_labelled_and_told(stage: Stage) -> None:
    """A parent adds a fact or a view at any time, with date and author (004-crit-7, 004-dossier-7)."""
    pieter = stage.cast.pieter
    said = stage.say(pieter, "Kuba heeft nu een kat.")
    entry = dossier.add(stage.session, stage.tools, pieter, stage.cast.kuba, said, "fact")
    assert stage.happened() == [EventKind.ADDITION_MADE]
    assert sorted(one.language for one in said.translations) == ["pl"]
    for name, own in (("pieter", True), ("agnieszka", False), ("marieke", False)):
        (addition,) = _view(stage, name).additions
        assert (addition.entry_id, addition.kind, addition.own) == (entry.id, "fact", own)
        assert (addition.author, addition.made_at) == (pieter.name, stage.clock.now())
    for kind, words, code in (("rumour", "Iets.", "kind_needed"), ("view", " ", "words_needed")):
        with pytest.raises(DomainError, match=code):
            dossier.add(stage.session, stage.tools, pieter, stage.cast.kuba, stage.say(pieter, words), kind)


def test_an_addition_goes_at_its_authors_request_only(stage: Stage) -> None:
    """Removing takes the words themselves away; nobody else can do it (004-dossier-7)."""
    pieter = stage.cast.pieter
    said = stage.say(pieter, "Kuba heeft nu een kat.")
    saying_id = said.id
    entry = dossier.add(stage.session, stage.tools, pieter, stage.cast.kuba, said, "fact")
    for name in ("agnieszka", "marieke", "hanneke", "joris", "victor"):
        with pytest.raises(NotFoundError):
            dossier.remove(stage.session, stage.tools, _person(stage, name), entry)
    dossier.remove(stage.session, stage.tools, pieter, entry)
    assert stage.session.scalars(select(Entry)).all() == []
    assert stage.session.get(Saying, saying_id) is None
    assert _view(stage, "marieke").additions == ()


def test_that_a_draft_of_the_school_exists_is_shown(stage: Stage) -> None:
    """Words a teacher has written and not shared are shown to exist, without their content (004-dossier-5)."""
    stage.say(stage.cast.marieke, "Een afspraak in de maak.")
    mine = stage.say(stage.cast.agnieszka, "Jeszcze nie wiem.")
    for name in ("agnieszka", "pieter", "marieke", "hanneke"):
        view = _view(stage, name)
        assert ("juf Marieke", stage.clock.now()) in [(one.author, one.since) for one in view.drafts]
        assert "in de maak" not in repr(view)
    own = [one.author for one in _view(stage, "agnieszka").drafts if one.own]
    assert own == [stage.cast.agnieszka.name]
    assert len(_view(stage, "pieter").drafts) == 1
    assert len(_view(stage, "marieke").drafts) == 1
    dossier.add(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, mine, "view")
    assert all(not one.own for one in _view(stage, "agnieszka").drafts)


def test_looks_are_rows_but_no_flood(stage: Stage) -> None:
    """One look per viewer, child and page in ten minutes."""
    for _ in range(3):
        dossier.look(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, "page", as_staff=True)
    dossier.look(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, "talk", as_staff=True)
    dossier.look(stage.session, stage.tools, stage.cast.marieke, stage.cast.abel, "page", as_staff=True)
    stage.clock.move(minutes=10)
    dossier.look(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, "page", as_staff=True)
    found = dossier.looks(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    assert [one.what for one in found] == ["page", "talk", "page"]
    assert found[0].looked_at == stage.clock.now()


def test_a_guardians_looks_are_the_guardians_own(stage: Stage) -> None:
    """Staff's looks are shown to guardians, teacher and lead; a guardian's only to that guardian."""
    kuba = stage.cast.kuba
    dossier.look(stage.session, stage.tools, stage.cast.agnieszka, kuba, "page", as_staff=False)
    dossier.look(stage.session, stage.tools, stage.cast.hanneke, kuba, "page", as_staff=True)
    seen = {
        name: [
            one.viewer.name for one in dossier.looks(stage.session, stage.tools, _person(stage, name), kuba)
        ]
        for name in ("agnieszka", "pieter", "marieke", "hanneke", "karin")
    }
    head = stage.cast.hanneke.name
    assert seen == {
        "agnieszka": [head, stage.cast.agnieszka.name],
        "pieter": [head],
        "marieke": [head],
        "hanneke": [head],
        "karin": [],
    }


def test_an_export_is_plain_json_with_its_media(stage: Stage) -> None:
    """The export for a guardian is what the view shows, voices and photos included."""
    pieter = stage.cast.pieter
    said = sayings.keep(
        stage.session,
        stage.tools,
        pieter,
        "",
        child=stage.cast.kuba,
        file=sayings.File(kind="voice", media_type="audio/ogg", content=b"\x00sound"),
    )
    dossier.add(stage.session, stage.tools, pieter, stage.cast.kuba, said, "view")
    plain = dossier.export(stage.session, stage.tools, stage.cast.kuba, pieter)
    again = json.loads(json.dumps(plain))
    assert again["first_name"] == "Kuba"
    (voice,) = again["additions"][0]["said"]["voices"]
    assert base64.b64decode(again["media"][str(voice)]["base64"]) == b"\x00sound"
    assert again["media"][str(voice)]["media_type"] == "audio/ogg"
    assert again["additions"][0]["made_at"] == stage.clock.now().isoformat()


def test_the_operators_export_holds_all_that_was_shared(stage: Stage) -> None:
    """Without a reader both parts, all talks and all threads are in it."""
    _fill(stage)
    plain = dossier.export(stage.session, stage.tools, stage.cast.kuba, None)
    teacher = dossier.export(stage.session, stage.tools, stage.cast.kuba, stage.cast.marieke)
    assert len(plain["parts"]) == 2
    assert all(len(part["messages"]) == 2 and len(part["answers"]) == 2 for part in plain["parts"])
    assert len(plain["talks"]) == len(teacher["talks"]) == 3
    assert len(plain["looks"]) == 3
