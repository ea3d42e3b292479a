"""While a form is open: a guardian's authority ends, a teacher leaves, a child moves to another group."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx import Response
from sqlalchemy import select

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.agreements import Agreement
from bot.model.clock import MovableClock
from bot.model.conversation import Conversation
from bot.model.drafts import Draft, DraftField
from bot.model.messages import Outgoing
from bot.model.people import DoorKind, Teaching
from bot.model.privacy import AuditLine, PassPurpose
from bot.model.report import Reaction, Report
from bot.services import conversation, roster
from bot.services import report as reports
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.erasure import Erasure
from tests.cast import DEMO_ROSTER, LANGUAGES, Cast, open_door
from tests.web import school_year as year
from tests.web.page import Page, PageForm, SignedIn
from tests.web.test_desk_report import School, follow

DOSSIER = PassPurpose.DOSSIER
NEW_TEACHER = "Basisschool De Wilg,bao,3A,,,,s-nadia,juf Nadia,teacher,,,nl"
MARIEKE_LEAVES = ("Basisschool De Wilg,bao,3A,,,,s-marieke,juf Marieke,teacher,,,nl", NEW_TEACHER)
KUBA_MOVES = ("bao,3A,3,k-kuba", "bao,6B,3,k-kuba")
NO_AUTHORITY = ("father,yes", "father,no")
NO_GUARDIAN = ("p-pieter", "")
FIRST, SECOND = "Kuba vertelt thuis veel.", "Kuba kiest zelf een boek."


@pytest.fixture
def school(
    database: Database, tools: Tools, cast: Cast, clock: MovableClock, window: Callable[..., SignedIn]
) -> School:
    """A joint talk about Kuba is planned."""
    with database.writing() as session:
        c = cast.at(session)
        talk = year.plan(session, tools, c.marieke, c.kuba)
        return School(database, tools, clock, cast, window, talk.id)


def imports(school: School, texts: Texts, before: str, after: str) -> None:
    """The school's roster comes in as the command does it; without `after` the rows are gone."""
    lines = DEMO_ROSTER.read_text(encoding="utf-8").splitlines()
    kept = [line.replace(before, after) for line in lines if after or before not in line]
    rows, problems = roster.read_roster("\n".join(kept) + "\n")
    assert not problems
    with school.database.writing() as session:
        roster.apply(session, school.tools, rows, end_missing=True)
        notices.tell_all(session, school.tools, texts)


def draft_form(browser: SignedIn, path: str) -> PageForm:
    """The form of a draft as it stands on its page."""
    return next(one for one in browser.get(path).forms if one.id == "draft")


def dossier_of(school: School) -> str:
    """Kuba's dossier."""
    return f"/dossier/child/{school.cast.kuba.id}"


def nadia(school: School) -> SignedIn:
    """The new teacher's browser."""
    with school.database.reading() as session:
        [person] = [
            one.person for one in session.scalars(select(Teaching)) if one.person.roster_id == "s-nadia"
        ]
        session.expunge(person)
    return school.open(person)


def autosave(browser: SignedIn, path: str, form: PageForm, words: str) -> Response:
    """One field, as the page's script sends it."""
    fields = {"key": f"{form.value('key')}.a", "name": "teacher_sees", "value": words, "revision": "0"}
    return browser.client.post(f"{path}/field", data=fields, headers={"accept": "application/json"})


class TestAuthorityEnds:
    """A guardian's authority or guardianship ends during the talk."""

    @pytest.mark.parametrize("ends", [NO_AUTHORITY, NO_GUARDIAN])
    def test_a_half_typed_report_reaches_the_others_whole(
        self, school: School, texts: Texts, ends: tuple[str, str]
    ) -> None:
        """Before it is shown the teacher reads to whom it goes; the other parent gets every word (002-report)."""
        with school.writing() as (session, cast):
            for guardian in (cast.agnieszka, cast.pieter):
                open_door(session, school.clock, guardian, DoorKind.TELEGRAM)
        marieke = school.open(school.cast.marieke)
        school.send(marieke, "save", **school.filled())
        pieter = school.open(school.cast.pieter, DOSSIER)
        imports(school, texts, *ends)
        preview = school.send(marieke, "preview")
        assert preview.status == 200
        assert f"Agnieszka Nowak, {school.cast.pieter.name}" not in preview.words
        assert ("Pieter de Vries" in preview.words) is (ends is NO_AUTHORITY)
        shown = follow(marieke, marieke.send(school.report_page + "/preview", preview.form("share")))
        assert FIRST in shown.words
        assert FIRST in school.open(school.cast.agnieszka, DOSSIER).get(dossier_of(school)).words
        assert FIRST not in pieter.get(dossier_of(school)).words
        with school.database.reading() as session:
            [made] = session.scalars(select(Report))
            assert [one.name for one in reports.waits_for(session, made)] == ["Agnieszka Nowak"]
            told = {
                one.address for one in session.scalars(select(Outgoing)) if one.macro.startswith("report.")
            }
            [agreement] = session.scalars(select(Agreement))
            assert [party.person.name for party in agreement.parties] == ["Agnieszka Nowak"]
        assert len(told) == 1

    @pytest.mark.parametrize(("ends", "status"), [(NO_AUTHORITY, 404), (NO_GUARDIAN, 403)])
    def test_a_reaction_half_typed_comes_back_to_its_author(
        self, school: School, texts: Texts, ends: tuple[str, str], status: int
    ) -> None:
        """With one sentence, to be copied; nothing of the report is there, nothing is stored (002-separated-talk)."""
        school.show()
        pieter = school.open(school.cast.pieter, DOSSIER)
        form = pieter.get(dossier_of(school)).form("react")
        imports(school, texts, *ends)
        mine = "Zo heb ik het niet gezegd."
        page = Page(pieter.send(dossier_of(school), form, reaction="wrong", words=mine))
        assert page.status == status
        assert mine in page.words
        assert "school" in page.words
        assert FIRST not in page.html
        assert "Kuba" not in page.html
        with school.database.reading() as session:
            assert session.scalars(select(Reaction)).all() == []

    def test_a_single_word_comes_back_too(self, school: School, texts: Texts) -> None:
        """Not only what looks like a sentence."""
        school.show()
        pieter = school.open(school.cast.pieter, DOSSIER)
        form = pieter.get(dossier_of(school)).form("react")
        imports(school, texts, *NO_AUTHORITY)
        assert "Nee!" in Page(pieter.send(dossier_of(school), form, reaction="wrong", words="Nee!")).words

    def test_a_report_of_a_talk_apart_stays_at_school(self, school: School, texts: Texts) -> None:
        """The form says so; agreements with nobody are not made, and the rest can be shown (002-separated-talk)."""
        with school.writing() as (session, cast):
            open_door(session, school.clock, cast.pieter, DoorKind.TELEGRAM)
            school.talk = year.plan(session, school.tools, cast.marieke, cast.kuba, guardian=cast.pieter).id
        marieke = school.open(school.cast.marieke)
        school.send(marieke, "save", **school.filled())
        imports(school, texts, *NO_GUARDIAN)
        refused = school.send(marieke, "preview")
        assert refused.status == 422
        assert "agreement_1_words-problem" in refused.ids
        empty = {f"agreement_1_{what}": "" for what in ("words", "due_on")}
        form = next(one for one in refused.forms if one.id == "draft")
        preview = follow(
            marieke,
            marieke.send(
                school.report_page,
                form,
                do="preview",
                agreement_1_owner=[],
                present="agreement_1_owner",
                **empty,
            ),
        )
        assert preview.status == 200
        shown = follow(marieke, marieke.send(school.report_page + "/preview", preview.form("share")))
        assert FIRST in shown.words
        assert FIRST not in school.open(school.cast.agnieszka, DOSSIER).get(dossier_of(school)).words

    def test_a_talk_apart_that_is_called_off_is_not_told_to_who_left(
        self, school: School, texts: Texts
    ) -> None:
        """Neither day nor place."""
        with school.writing() as (session, cast):
            open_door(session, school.clock, cast.pieter, DoorKind.TELEGRAM)
            talk_id = year.plan(session, school.tools, cast.marieke, cast.kuba, guardian=cast.pieter).id
        imports(school, texts, *NO_GUARDIAN)
        with school.writing() as (session, cast):
            conversation.cancel(session, school.tools, cast.marieke, session.get_one(Conversation, talk_id))
            notices.tell_all(session, school.tools, texts)
            assert session.scalars(select(Outgoing)).all() == []

    def test_the_teachers_hear_that_an_agreement_names_a_parent_less(
        self, school: School, texts: Texts
    ) -> None:
        """A state and a child's name, no words (002-agreements)."""
        with school.writing() as (session, cast):
            open_door(session, school.clock, cast.marieke, DoorKind.TELEGRAM)
            year.propose(session, school.tools, cast.marieke, cast.kuba, "Samen lezen.", [cast.pieter])
        imports(school, texts, *NO_AUTHORITY)
        with school.database.reading() as session:
            [told] = session.scalars(select(Outgoing).where(Outgoing.macro == "notices.agreement_party_left"))
            assert told.parameters == {"child": "Kuba", "stopped": True}
        page = school.open(school.cast.marieke).get(school.child_page)
        assert "Samen lezen." in page.words
        assert "Samen lezen." not in school.open(school.cast.pieter, DOSSIER).get(dossier_of(school)).words


class TestTeacherLeaves:
    """A teacher leaves the school."""

    def test_a_half_typed_report_goes_on_with_the_new_teacher(self, school: School, texts: Texts) -> None:
        """The leaver gets one sentence and no words; all that was kept stands there for the school (002-conv-form)."""
        marieke = school.open(school.cast.marieke)
        school.send(marieke, "save", parents_story=FIRST, teacher_sees=SECOND)
        form = draft_form(marieke, school.report_page)
        imports(school, texts, *MARIEKE_LEAVES)
        late = Page(marieke.send(school.report_page, form, do="save", seen_differently="Nog één zin."))
        assert late.status == 403
        for words in (FIRST, SECOND, "Nog één zin.", "Kuba"):
            assert words not in late.html
        assert late.forms == []
        assert autosave(marieke, school.report_page, form, "Nog iets.").status_code == 403
        for address in ("/desk/", school.child_page, school.report_page):
            assert marieke.get(address).status == 403
        new = nadia(school)
        assert draft_form(new, school.report_page).value("parents_story") == FIRST
        assert school.cast.marieke.name in new.get(school.child_page).words
        assert school.show(new).status == 200
        with school.database.reading() as session:
            assert session.scalars(select(Report)).one().shown_by.name == "juf Nadia"

    def test_a_preparation_that_only_its_author_may_read_is_told_of_and_then_deleted(
        self, school: School, texts: Texts
    ) -> None:
        """The new teacher sees whose and since when, hears of its end, and no word of it (design promise 3)."""
        marieke = school.open(school.cast.marieke)
        path = f"{school.child_page}/preparation"
        marieke.send(path, draft_form(marieke, path), do="save", BL02="Alleen van mij.")
        imports(school, texts, *MARIEKE_LEAVES)
        new = nadia(school)
        page = new.get(school.child_page)
        assert school.cast.marieke.name in page.words
        assert "1 sep" in page.words
        assert "Alleen van mij." not in page.html + new.get(path).html
        with school.writing() as (session, _cast):
            [teaching] = [
                one for one in session.scalars(select(Teaching)) if one.person.roster_id == "s-nadia"
            ]
            open_door(session, school.clock, teaching.person, DoorKind.TELEGRAM)
        eraser = Erasure(school.database, school.tools, texts)
        school.clock.move(days=6)
        eraser.erase()
        with school.database.reading() as session:
            [told] = session.scalars(select(Outgoing).where(Outgoing.macro == "report.draft_due"))
            assert told.parameters["left"] == school.cast.marieke.name
            assert "van mij" not in told.body
        school.clock.move(days=2)
        eraser.erase()
        with school.database.reading() as session:
            assert session.scalars(select(DraftField)).all() == []
            assert session.scalars(select(Draft)).all() == []
            gone = select(AuditLine.actor_id).where(AuditLine.action == "expire")
            assert session.scalars(gone).all() == [None]

    def test_a_question_half_typed_is_not_sent(self, school: School, texts: Texts) -> None:
        """Nobody asks a parent anything who does not work here any more."""
        with school.writing() as (session, cast):
            run = year.prepare(
                session, school.tools, cast.agnieszka, cast.kuba, {"BO01": "Kuba jest wesoły."}
            )
            answer = run.answers[0].id
        marieke = school.open(school.cast.marieke)
        form = marieke.get(f"{school.child_page}?ask={answer}").form("ask")
        imports(school, texts, *MARIEKE_LEAVES)
        page = Page(marieke.send(school.child_page, form, words="Wat bedoelt u?"))
        assert page.status == 403
        assert "Wat bedoelt u?" not in page.html
        assert (
            "Wat bedoelt u?" not in school.open(school.cast.agnieszka, DOSSIER).get(dossier_of(school)).words
        )


class TestChildMoves:
    """A child moves to another group."""

    def test_the_old_teacher_keeps_only_what_was_just_typed(self, school: School, texts: Texts) -> None:
        """Not what a colleague wrote in the same form; the new teacher goes on with all that was kept."""
        with school.writing() as (session, cast):
            session.add(Teaching(person_id=cast.karin.id, group_id=cast.group_3a.id))
        marieke, karin = school.open(school.cast.marieke), school.open(school.cast.karin)
        school.send(karin, "save", parents_story=FIRST)
        form = draft_form(marieke, school.report_page)
        imports(school, texts, *KUBA_MOVES)
        page = Page(marieke.send(school.report_page, form, do="save", teacher_sees="Net getypt."))
        assert page.status == 404
        assert "Net getypt." in page.words
        assert FIRST not in page.html
        assert "/desk/" in page.addresses
        refused = autosave(marieke, school.report_page, form, "Net getypt.")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        joris = school.open(school.cast.joris)
        assert draft_form(joris, school.report_page).value("parents_story") == FIRST
        assert school.show(joris).status == 200

    def test_reading_the_class_goes_on_without_the_child(self, school: School, texts: Texts) -> None:
        """The step to the child leads back to the groups; the new teacher meets the child in the own class."""
        marieke = school.open(school.cast.marieke)
        neighbour = f"/desk/child/{school.cast.abel.id}"
        assert any(one.startswith(school.child_page) for one in marieke.get(neighbour).addresses)
        imports(school, texts, *KUBA_MOVES)
        page = marieke.get(school.child_page)
        assert page.status == 404
        assert "Kuba" not in page.html
        assert "/desk/" in page.addresses
        assert not any(one.startswith(school.child_page) for one in marieke.get(neighbour).addresses)
        joris = school.open(school.cast.joris)
        assert any(
            one.startswith(school.child_page)
            for one in joris.get(f"/desk/child/{school.cast.lena.id}").addresses
        )
        assert joris.get(school.child_page).status == 200

    def test_a_preparation_of_the_old_teacher_is_nobodys_to_read(self, school: School, texts: Texts) -> None:
        """Its end comes as for any draft; the old teacher may not read it, the new one never could."""
        marieke = school.open(school.cast.marieke)
        path = f"{school.child_page}/preparation"
        form = draft_form(marieke, path)
        marieke.send(path, form, do="save", BL02="Alleen van mij.")
        imports(school, texts, *KUBA_MOVES)
        joris = school.open(school.cast.joris)
        for browser in (marieke, joris):
            assert "Alleen van mij." not in browser.get(path).html
        assert school.cast.marieke.name in joris.get(school.child_page).words


def test_a_report_shown_meanwhile_gives_the_words_back(school: School) -> None:
    """Two tabs: in one the report is shown, in the other something was typed (002-conv-form)."""
    marieke = school.open(school.cast.marieke)
    form = draft_form(marieke, school.report_page)
    school.show(marieke)
    page = Page(marieke.send(school.report_page, form, do="save", teacher_sees="Te laat getypt."))
    assert page.status == 409
    assert "Te laat getypt." in page.words
    assert page.html.count("Te laat getypt.") == 1
    day = (school.clock.today() + timedelta(days=3)).isoformat()
    assert day not in page.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_every_language(school: School, texts: Texts, language: str) -> None:
    """What is not (any more) for a reader, with words of their own and without, and what is closed for them."""
    with school.writing() as (_session, cast):
        for person in (cast.marieke, cast.pieter):
            person.language, person.language_chosen = language, True
    school.show()
    marieke, pieter = school.open(school.cast.marieke), school.open(school.cast.pieter, DOSSIER)
    page = pieter.get(dossier_of(school))
    lost = [marieke.get("/desk/child/987654"), pieter.get("/dossier/child/987654")]
    imports(school, texts, *MARIEKE_LEAVES)
    closed = [marieke.get("/desk/")]
    imports(school, texts, *NO_GUARDIAN)
    closed.append(
        Page(pieter.send(dossier_of(school), page.form("react"), reaction="add", words="Nog iets."))
    )
    for one in (*lost, *closed):
        assert one.status in {403, 404}
        assert f'<html lang="{language}"' in one.html
        assert one.html.count("<h1") == 1
    assert "Nog iets." in closed[-1].words
