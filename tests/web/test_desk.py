"""The teacher's desk: the group, one page per child, and what its forms do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.model.agreements import Agreement, AgreementState
from bot.model.clock import MovableClock
from bot.model.conversation import Conversation
from bot.model.dossier import Look
from bot.model.messages import HelpWish, Message
from bot.model.people import Door, DoorKind
from bot.model.preparation import Answer, Progress
from bot.model.privacy import PassPurpose
from bot.model.translation import Attachment, MediaState
from bot.services import help as help_wishes
from bot.services.overview import ChildRow, GuardianRow
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk import CHART_WIDTH, bars_of
from bot.web.desk_class import tasks_of
from tests.cast import Cast, open_door
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

Opener = Callable[..., SignedIn]
ZOO = 'Kuba jest wesoły. Lubi <b>zoo</b> & \'s wieczorem "czytać".'


@pytest.fixture
def kuba(cast: Cast) -> str:
    """The address of Kuba's page."""
    return f"/desk/child/{cast.kuba.id}"


@pytest.fixture
def desk(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Juf Marieke at her desk."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    return browser


@pytest.fixture
def lead(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Hanneke, the head, at the desk."""
    browser = window()
    browser.sign_in(database, tools, cast.hanneke, PassPurpose.DESK)
    return browser


def _guardian(progress: Progress) -> GuardianRow:
    return GuardianRow(
        person_id=1,
        name="ouder",
        authority=True,
        progress=progress.value,
        language="nl",
        wished_language=None,
        joined=True,
        doors_to_confirm=(),
        unread_messages=0,
        help_wishes=(),
        unopened_days=0,
    )


def _talk_fields(tools: Tools, **changes: str | list[str]) -> dict[str, str | list[str]]:
    day = (tools.clock.today() + timedelta(days=8)).isoformat()
    return {"date": day, "time": "15:15", "goal": ["meet"], **changes}


def _agreement_fields(tools: Tools, **changes: str | list[str]) -> dict[str, str | list[str]]:
    today = tools.clock.today()
    fields: dict[str, str | list[str]] = {
        "words": "Samen lezen jullie elke avond.",
        "owner": "parents",
        "due_on": (today + timedelta(days=30)).isoformat(),
        "look_back_on": (today + timedelta(days=40)).isoformat(),
    }
    return {**fields, **changes}


# The group


def test_the_group_shows_each_parents_state(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast
) -> None:
    """Not started, busy, ready, wants help and another way are told apart, per parent (004-oog-prepare)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Vrolijk."}, share=False)
        help_wishes.ask(session, tools, c.selam, c.abel, "person")
    rows = _rows(desk.get(f"/desk/group/{cast.group_3a.id}"))
    assert "state-ready" in rows["Kuba"]
    assert "state-busy" in rows["Kuba"]
    assert "state-needs_help" in rows["Abel"]


def _rows(page: Page) -> dict[str, str]:
    rows = page.html.split('<tr role="row">')[2:]
    return {row.split("</a>")[0].rpartition(">")[2]: row for row in rows}


def test_the_group_names_languages_that_are_wished(desk: SignedIn, cast: Cast) -> None:
    """A language that is not shipped stands with the parent, in words the teacher can read."""
    assert "Tigrinya" in _rows(desk.get(f"/desk/group/{cast.group_3a.id}"))["Abel"]


def test_the_chart_says_the_same_in_words(desk: SignedIn, cast: Cast) -> None:
    """Who cannot see the bar hears its numbers, and nothing is styled in the page itself."""
    page = desk.get(f"/desk/group/{cast.group_3a.id}")
    title = page.html.partition("<title id=")[2].partition("</title>")[0]
    assert title.endswith(" 3")
    assert 'role="img"' in page.html
    assert " style=" not in page.html
    assert "<script" not in page.html


def test_the_pieces_of_the_chart_fill_it() -> None:
    """The bar is as long as the class is large, whatever the states."""
    rows = [
        ChildRow(1, "een", 3, (_guardian(Progress.READY), _guardian(Progress.BUSY)), 0, None),
        ChildRow(2, "twee", 3, (_guardian(Progress.READY),), 0, None),
        ChildRow(3, "drie", 3, (), 0, None),
    ]
    bars = bars_of(rows)
    assert [(bar.state, bar.count) for bar in bars] == [("ready", 2), ("busy", 1)]
    assert bars[1].left == bars[0].width
    assert bars[0].width + bars[1].width == pytest.approx(CHART_WIDTH)
    assert bars_of([]) == []


def test_what_waits_stands_in_order_of_need(clock: MovableClock) -> None:
    """Help first, then doors, messages, talks that are over, and at last what is to be planned."""
    ready = _guardian(Progress.READY)
    rows = [
        ChildRow(1, "een", 3, (ready,), 0, None),
        ChildRow(2, "twee", 3, (ready, _guardian(Progress.BUSY)), 0, None),
        ChildRow(3, "drie", 3, (replace(ready, unread_messages=2),), 0, clock.now() - timedelta(hours=1)),
        ChildRow(4, "vier", 3, (replace(ready, doors_to_confirm=(9,)),), 0, clock.now() + timedelta(days=1)),
        ChildRow(5, "vijf", 3, (replace(ready, help_wishes=((4, "phone"),)),), 0, None),
    ]
    tasks = tasks_of(rows, clock.now())
    assert [task.kind for task in tasks] == ["help", "door", "message", "talk_over", "plan"]
    assert [row.first_name for row in tasks[-1].children] == ["een", "vijf"]


def test_an_empty_day_is_friendly(desk: SignedIn, cast: Cast) -> None:
    """With nothing to do the page says so instead of showing an empty list."""
    assert 'class="tasks"' not in desk.get(f"/desk/group/{cast.group_3a.id}").html


def test_a_door_is_confirmed_with_one_tap(
    desk: SignedIn, database: Database, cast: Cast, clock: MovableClock
) -> None:
    """One press on the group's page, and the parent's phone may read back."""
    with database.writing() as session:
        door_id = open_door(session, clock, cast.agnieszka, confirmed=False).id
    path = f"/desk/group/{cast.group_3a.id}"
    form = next(one for one in desk.get(path).forms if one.value("door"))
    assert desk.send(path, form).status_code == 303
    with database.reading() as session:
        assert session.get_one(Door, door_id).reads_back
    assert not any(one.value("door") for one in desk.get(path).forms)


def test_the_head_sees_every_group_and_a_teacher_the_own_one(
    desk: SignedIn, lead: SignedIn, cast: Cast
) -> None:
    """The first page holds the groups that are this person's business."""
    own, every = (f"/desk/group/{group.id}" for group in (cast.group_3a, cast.group_6b))
    assert own in desk.get("/desk/").addresses
    assert every not in desk.get("/desk/").addresses
    assert {own, every} <= set(lead.get("/desk/").addresses)


# One child: what the parents say


def test_dutch_stands_first_with_its_label_and_the_original_behind_it(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """The teacher reads Dutch, sees who translated, and finds the own words one tap away (002-prep-form)."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(
            session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły.", "BO03": "Tańczy."}
        )
        for answer, origin in zip(run.answers, ("machine", "human"), strict=True):
            assert answer.saying is not None
            year.translate(session, tools, answer.saying, "nl", f"Nederlands {origin}", origin)
    page = desk.get(kuba)
    for origin, original in (("machine", "Kuba jest wesoły."), ("human", "Tańczy.")):
        behind = page.html.partition(f"Nederlands {origin}")[2]
        details, _, rest = behind.partition("</details>")
        assert f'<p class="words" lang="pl" dir="auto">{original}</p>' in details
        assert "open" not in details.partition("<summary>")[0]
        assert "<summary>" in details
        on_paper = rest.partition("</div>")[0]
        assert 'class="print-only"' in on_paper
        assert original in on_paper
    assert page.words.count("computer") == 2  # on the screen and on paper


def test_what_is_not_translated_says_so(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Where nobody translates, the own words stand with a label that says so and names who can help (002-prep-form)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
    page = desk.get(kuba)
    label = page.html.partition("Kuba jest wesoły.")[2].partition("</div>")[0]
    assert "Niemand vertaalt deze taal hier met de computer" in label
    assert "intern begeleider" in label
    assert "Pools" in label


def test_words_of_a_parent_are_shown_literally(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """HTML, quotes and apostrophes are words, on this page as everywhere."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": ZOO})
        year.write(session, tools, c.agnieszka, c.kuba, c.agnieszka, "<script>alert('x')</script>")
        c.agnieszka.name = "Agnieszka O'Nowak <i>"
    page = desk.get(kuba)
    assert ZOO in page.words
    assert "<script>alert('x')</script>" in page.words
    assert "Agnieszka O'Nowak <i>" in page.words
    assert "<b>zoo" not in page.html
    assert "<script" not in page.html


def test_only_what_was_shared_is_there(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """A parent who is still writing shows as busy, without a word (promise 2)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."}, share=False)
    page = desk.get(kuba)
    assert "wesoły" not in page.html
    assert "state-busy" in page.html


def test_sensitive_answers_are_for_the_teacher_only(
    desk: SignedIn, lead: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """The teacher reads what was flagged, marked as such; the head does not (004-privacy-care)."""
    with database.writing() as session:
        c = cast.at(session)
        answers = {"BO01": "Kuba jest wesoły.", "BO04": "Hałas jest trudny."}
        year.prepare(session, tools, c.agnieszka, c.kuba, answers, also_share=["BO04"])
    assert "Hałas jest trudny." in desk.get(kuba).words
    assert 'class="answer sensitive"' in desk.get(kuba).html
    seen_by_lead = lead.get(kuba)
    assert "Kuba jest wesoły." in seen_by_lead.words
    assert "Hałas" not in seen_by_lead.html
    assert "sensitive" not in seen_by_lead.html


def test_each_parent_stands_apart(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """What two parents say is never mixed; each under the own name (002-separated-talk)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Słowa mamy."})
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Woorden van papa."})
    html = desk.get(kuba).html
    hers, _, his = html.partition(f'id="part-{cast.pieter.id}"')
    assert "Słowa mamy." in hers
    assert "Woorden van papa." in his
    assert "Woorden van papa." not in hers


def test_opening_a_child_is_put_on_record(desk: SignedIn, database: Database, cast: Cast, kuba: str) -> None:
    """Each look of staff is a row that the parents can read (004-dossier-5)."""
    desk.get(kuba)
    with database.reading() as session:
        look = session.scalars(select(Look)).one()
        assert (look.child_id, look.viewer_id, look.as_staff) == (cast.kuba.id, cast.marieke.id, True)
    assert "juf Marieke" in desk.get(kuba).words.partition("Wie keek")[2]


def test_one_screen_holds_everything_at_hand(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Answers, talks, agreements, additions and messages stand on one page (004-dossier-8)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Het antwoord."})
        year.plan(session, tools, c.marieke, c.kuba, goal_words="Het doel van ons.")
        year.propose(session, tools, c.marieke, c.kuba, "De afspraak van ons.")
        year.add(session, tools, c.pieter, c.kuba, "De toevoeging.")
        year.write(session, tools, c.pieter, c.kuba, c.pieter, "Het bericht.")
    words = desk.get(kuba).words
    for said in (
        "Het antwoord.",
        "Het doel van ons.",
        "De afspraak van ons.",
        "De toevoeging.",
        "Het bericht.",
    ):
        assert said in words


# Files


@pytest.fixture
def voice(database: Database, tools: Tools, cast: Cast) -> int:
    """A voice message in a sensitive answer of Agnieszka that she shared."""
    with database.writing() as session:
        c = cast.at(session)
        answers = {"BO01": "Kuba jest wesoły.", "BO04": "Trudne."}
        run = year.prepare(session, tools, c.agnieszka, c.kuba, answers, also_share=["BO04"])
        saying = run.answers[1].saying
        assert saying is not None
        return year.record(session, tools, saying).id


def test_a_voice_message_is_played_from_the_page(desk: SignedIn, voice: int, kuba: str) -> None:
    """The player's address gives the sound, never guessed as anything else, and also in pieces."""
    address = f"/desk/file/{voice}"
    assert address in desk.get(kuba).addresses
    whole = desk.client.get(address)
    assert whole.content == year.OGG
    assert whole.headers["content-type"] == "audio/ogg"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["cache-control"] == "no-store"
    piece = desk.client.get(address, headers={"range": "bytes=4-7"})
    assert (piece.status_code, piece.content) == (206, year.OGG[4:8])


def test_a_file_is_as_secret_as_the_answer_it_belongs_to(
    desk: SignedIn, lead: SignedIn, voice: int, database: Database
) -> None:
    """The head may not hear a sensitive answer, nor anybody after it was taken back (004-privacy-care)."""
    assert lead.client.get(f"/desk/file/{voice}").status_code == 404
    assert lead.get(f"/desk/file/{voice}").html == lead.get("/desk/file/9999").html
    with database.writing() as session:
        saying_id = session.get_one(Attachment, voice).saying_id
        session.scalars(select(Answer).where(Answer.saying_id == saying_id)).one().share = "withdrawn"
    assert desk.client.get(f"/desk/file/{voice}").status_code == 404


def test_a_file_that_is_not_there_yet_is_said_to_be_on_its_way(
    desk: SignedIn, voice: int, kuba: str, database: Database
) -> None:
    """No player stands on the page before there is something to play."""
    with database.writing() as session:
        session.get_one(Attachment, voice).state = MediaState.WAITING.value
    assert f"/desk/file/{voice}" not in desk.get(kuba).addresses
    assert desk.client.get(f"/desk/file/{voice}").status_code == 404


def test_hearing_a_file_is_a_look_too(desk: SignedIn, voice: int, database: Database, cast: Cast) -> None:
    """Who opens only the file has looked as well."""
    desk.client.get(f"/desk/file/{voice}")
    with database.reading() as session:
        assert session.scalars(select(Look.child_id)).all() == [cast.kuba.id]


# Talks


def test_a_talk_is_planned_with_its_goal(desk: SignedIn, database: Database, tools: Tools, kuba: str) -> None:
    """Day, time, length, place, goal and people are kept as chosen, in the school's time (001-p03)."""
    page = desk.act(kuba, "plan_talk", **_talk_fields(tools, people=["parents", "interpreter"], length="20"))
    assert page.status == 200
    with database.reading() as session:
        talk = session.scalars(select(Conversation)).one()
        assert talk.planned_at is not None
        assert talk.planned_at.isoformat() == "2026-09-09T13:15:00+00:00"
        assert (talk.length_minutes, talk.goals, talk.people) == (20, ["meet"], ["parents", "interpreter"])
    assert "15:15" in page.words


def test_a_talk_without_a_goal_comes_back_with_everything_typed(
    desk: SignedIn, database: Database, tools: Tools, kuba: str
) -> None:
    """No goal, no talk; and nothing that was typed is lost (001-p03)."""
    fields = _talk_fields(tools, goal=[], place_words="lokaal 's-Gravenhage", people=["child"], length="25")
    page = desk.act(kuba, "plan_talk", **fields)
    assert page.status == 422
    form = page.form("plan_talk")
    assert form.value("place_words") == "lokaal 's-Gravenhage"
    assert (form.value("time"), form.value("length"), form.fields["people"]) == ("15:15", "25", ["child"])
    assert "plan_talk-goal-problem" in page.ids
    assert 'aria-describedby="plan_talk-goal-problem"' in page.html
    assert "#plan_talk-goal" in page.addresses
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


TALK_MISTAKES: list[tuple[dict[str, str | list[str]], str]] = [
    ({"date": ""}, "date"),
    ({"date": "morgen"}, "date"),
    ({"date": "0001-01-01"}, "date"),
    ({"date": "2026-02-30"}, "date"),
    ({"date": "2026-08-01"}, "date"),
    ({"time": "vijf uur"}, "time"),
    ({"time": ""}, "time"),
    ({"length": "0"}, "length"),
    ({"length": "99999999999999"}, "length"),
    ({"length": "een uur"}, "length"),
    ({"place": "other"}, "place"),
    ({"place": "moon"}, "place"),
    ({"people": []}, "people"),
    ({"people": ["ghost"]}, "people"),
    ({"moment": "party"}, "moment"),
    ({"goal": ["world peace"], "goal_words": ""}, "goal"),
]


def test_each_mistake_in_a_talk_is_told_at_its_field(
    desk: SignedIn, database: Database, tools: Tools, kuba: str
) -> None:
    """A clear sentence stands at the field, the rest stays as it was, and nothing is planned."""
    form = desk.get(kuba).form("plan_talk")
    for changes, where in TALK_MISTAKES:
        fields = {**_talk_fields(tools, goal_words="Ons doel"), **changes}
        page = Page(desk.send(kuba, form, **fields))
        assert page.status == 422, changes
        assert _problems(page) == [f"plan_talk-{where}-problem"], changes
        kept = page.form("plan_talk").fields
        assert all(kept.get(name, []) in ([value], value) for name, value in fields.items() if name != where)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


def _problems(page: Page) -> list[str]:
    return [one for one in page.ids if one.endswith("-problem")]


def test_a_day_may_be_typed_in_the_dutch_way(
    desk: SignedIn, database: Database, tools: Tools, kuba: str
) -> None:
    """Where a browser has no calendar the usual ways to write a day are understood."""
    typed = ("9-9-2026", "09-09-2026", "9/9/2026", "9.9.2026", "2026-09-09")
    for day in typed:
        assert desk.act(kuba, "plan_talk", **_talk_fields(tools, date=day)).status == 200, day
    with database.reading() as session:
        planned = session.scalars(select(Conversation.planned_at)).all()
        assert [at.date().isoformat() for at in planned if at] == ["2026-09-09"] * len(typed)


def test_a_talk_apart_is_with_one_parent(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """A talk with one parent is planned as such (002-separated-talk)."""
    desk.act(kuba, "plan_talk", **_talk_fields(tools, guardian=str(cast.pieter.id)))
    with database.reading() as session:
        assert session.scalars(select(Conversation.guardian_id)).one() == cast.pieter.id


def test_a_talk_can_be_changed(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """The form holds what stands, and what is changed stands afterwards."""
    with database.writing() as session:
        c = cast.at(session)
        talk_id = year.plan(session, tools, c.marieke, c.kuba, goal_words="Kiezen").id
    form = desk.get(kuba).form("change_talk", talk_id)
    assert form.value("goal_words") == "Kiezen"
    assert form.fields["goal"] == ["meet", "agreements"]
    assert desk.send(kuba, form, time="16:45", place="phone").status_code == 303
    with database.reading() as session:
        talk = session.get_one(Conversation, talk_id)
        assert (talk.place, talk.goals) == ("phone", ["meet", "agreements", "other"])
        assert talk.planned_at is not None
        assert talk.planned_at.isoformat() == "2026-09-08T14:45:00+00:00"


def test_marking_a_talk_as_held_is_asked_twice(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """The page tells what cannot be undone; looking at it changes nothing, its button does."""
    with database.writing() as session:
        c = cast.at(session)
        talk_id = year.plan(session, tools, c.marieke, c.kuba).id
    assert not desk.get(kuba).has_form("mark_held")
    sure = f"{kuba}/sure/mark_held/{talk_id}"
    assert sure in desk.get(kuba).addresses
    page = desk.get(sure)
    with database.reading() as session:
        assert session.get_one(Conversation, talk_id).held_at is None
    assert desk.send(sure, page.form("mark_held", talk_id)).status_code == 303
    with database.reading() as session:
        assert session.get_one(Conversation, talk_id).held_at is not None
    assert not desk.get(kuba).has_form("change_talk")


def test_a_talk_that_was_held_already_can_be_written_down(
    desk: SignedIn, database: Database, tools: Tools, kuba: str
) -> None:
    """With the box ticked a talk in the past is recorded as held (002-agreements)."""
    page = desk.act(kuba, "plan_talk", **_talk_fields(tools, date="2026-08-31", held="yes"))
    assert page.status == 200
    with database.reading() as session:
        assert session.scalars(select(Conversation.held_at)).one() is not None


def test_calling_off_is_asked_twice(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """A talk is called off only from the page that asks."""
    with database.writing() as session:
        c = cast.at(session)
        talk_id = year.plan(session, tools, c.marieke, c.kuba).id
    sure = f"{kuba}/sure/cancel_talk/{talk_id}"
    assert desk.act(sure, "cancel_talk", talk_id).status == 200
    with database.reading() as session:
        assert session.get_one(Conversation, talk_id).cancelled_at is not None


# Agreements


def test_proposing_confirms_for_the_school_in_one_press(
    desk: SignedIn, database: Database, tools: Tools, kuba: str
) -> None:
    """Text, owner and dates stand, the teacher's confirmation is recorded, the parents' is awaited (002-agreements)."""
    page = desk.act(kuba, "propose", **_agreement_fields(tools))
    assert page.status == 200
    with database.reading() as session:
        agreement = session.scalars(select(Agreement)).one()
        assert agreement.state == AgreementState.PROPOSED.value
        assert [one.for_school for one in agreement.current.confirmations] == [True]
        assert len(agreement.parties) == 2
    assert page.words.count(": nog niet") == 2
    assert not page.has_form("confirm_agreement")


def test_an_agreement_is_active_when_all_confirmed_the_same_text(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Each confirmation shows on the page, with how it was read; a change lets them lapse (001-p10)."""
    with database.writing() as session:
        c = cast.at(session)
        agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        year.confirm(session, tools, c.agnieszka, agreement.current)
        year.confirm(session, tools, c.pieter, agreement.current)
        agreement_id = agreement.id
        assert agreement.state == AgreementState.ACTIVE.value
    assert 'class="label good">✓ Pieter de Vries' in desk.get(kuba).html
    page = desk.act(kuba, "change_agreement", agreement_id, words="Samen lezen, niet op woensdag.")
    assert "Samen lezen, niet op woensdag." in page.words
    assert "Samen lezen." in page.words
    assert page.words.count(": nog niet") == 2
    with database.reading() as session:
        changed = session.get_one(Agreement, agreement_id)
        assert changed.state == AgreementState.PROPOSED.value
        assert [version.number for version in changed.versions] == [1, 2]


AGREEMENT_MISTAKES: list[tuple[dict[str, str | list[str]], str]] = [
    ({"words": "  \n "}, "words"),
    ({"words": ""}, "words"),
    ({"owner": []}, "owner"),
    ({"owner": "everybody"}, "owner"),
    ({"due_on": "2020-01-01"}, "due_on"),
    ({"due_on": "ooit"}, "due_on"),
    ({"look_back_on": ""}, "look_back_on"),
    ({"look_back_on": "2026-08-31"}, "look_back_on"),
    ({"guardian": []}, "guardian"),
]


def test_each_mistake_in_an_agreement_is_told_at_its_field(
    desk: SignedIn, database: Database, tools: Tools, kuba: str
) -> None:
    """One owner, two dates, words, a parent; what is missing is said kindly, the rest stays (001-p02)."""
    form = desk.get(kuba).form("propose")
    for changes, where in AGREEMENT_MISTAKES:
        page = Page(desk.send(kuba, form, **_agreement_fields(tools, **changes)))
        assert page.status == 422, changes
        assert _problems(page) == [f"propose-{where}-problem"], changes
        if where != "words":
            assert page.form("propose").value("words") == "Samen lezen jullie elke avond."
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Agreement)) == 0


def test_a_change_of_an_old_text_comes_back(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Who changes what a colleague changed meanwhile is told, with the own words kept."""
    with database.writing() as session:
        c = cast.at(session)
        agreement_id = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.").id
    mine = desk.get(kuba).form("change_agreement", agreement_id)
    desk.act(kuba, "change_agreement", agreement_id, words="Van de collega.")
    answer = Page(desk.send(kuba, mine, words="Van mij."))
    assert answer.status == 422
    assert answer.form("change_agreement", agreement_id).value("words") == "Van mij."
    with database.reading() as session:
        assert session.get_one(Agreement, agreement_id).current.saying.original == "Van de collega."


def test_remarks_of_parents_stand_with_the_agreement(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """What a parent understood, and what should be different, is read beside the text (003-yes-meaning)."""
    with database.writing() as session:
        c = cast.at(session)
        agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        year.remark(session, tools, c.pieter, agreement.current, "Ik lees elke avond voor.")
        year.remark(session, tools, c.agnieszka, agreement.current, "Nie w środę.", wish=True)
        agreement_id = agreement.id
    page = desk.get(kuba)
    assert "Ik lees elke avond voor." in page.words
    assert "Nie w środę." in page.words
    assert f"#agreement-{agreement_id}" in page.addresses


def test_closing_an_agreement_asks_how_it_went(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Nothing is preselected; without an answer the question comes back, with one the agreement is closed."""
    with database.writing() as session:
        c = cast.at(session)
        agreement_id = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.").id
    sure = f"{kuba}/sure/close_agreement/{agreement_id}"
    again = desk.act(sure, "close_agreement", agreement_id)
    assert again.status == 422
    assert f"close_agreement-{agreement_id}-state-problem" in again.ids
    assert desk.act(sure, "close_agreement", agreement_id, state="bit_done").status == 200
    with database.reading() as session:
        assert session.get_one(Agreement, agreement_id).state == AgreementState.BIT_DONE.value
    assert not desk.get(kuba).has_form("change_agreement")


def test_the_school_confirms_again_after_its_word_lapsed(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, clock: MovableClock, kuba: str
) -> None:
    """Where the school's confirmation no longer stands, one button gives it again; an old digest does not."""
    with database.writing() as session:
        c = cast.at(session)
        agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        agreement.current.confirmations[0].lapsed_at = clock.now()
        agreement_id = agreement.id
    form = desk.get(kuba).form("confirm_agreement", agreement_id)
    assert desk.send(kuba, form, digest="0" * 64).status_code == 422
    assert desk.act(kuba, "confirm_agreement", agreement_id).status == 200
    assert not desk.get(kuba).has_form("confirm_agreement")


# Messages, help, doors


def test_a_message_goes_to_one_parent(desk: SignedIn, database: Database, cast: Cast, kuba: str) -> None:
    """The words stand in that parent's thread, whole, with line breaks and without control characters."""
    words = "Beste ouder,\nhet gaat goed met 's morgens lezen. \x00\x07" + "lang " * 1500
    assert desk.act(kuba, "write", cast.pieter.id, words=words).status == 200
    with database.reading() as session:
        message = session.scalars(select(Message)).one()
        assert (message.guardian_id, message.author_id) == (cast.pieter.id, cast.marieke.id)
        assert message.saying.original.replace("\r\n", "\n") == words.replace("\x00\x07", "")


def test_an_empty_message_comes_back(desk: SignedIn, database: Database, cast: Cast, kuba: str) -> None:
    """Only spaces are no words; the sentence stands at the field of that parent."""
    page = desk.act(kuba, "write", cast.pieter.id, words="   ")
    assert page.status == 422
    assert f"write-{cast.pieter.id}-words-problem" in page.ids
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_the_same_form_sent_twice_does_it_once(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Two taps in one second, or back and again, leave one message and one agreement."""
    page = desk.get(kuba)
    write, propose = page.form("write", cast.pieter.id), page.form("propose")
    for _ in range(3):
        assert desk.send(kuba, write, words="Dag!").status_code == 303
        assert desk.send(kuba, propose, **_agreement_fields(tools)).status_code == 303
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1
        assert session.scalar(select(func.count()).select_from(Agreement)) == 1


def test_messages_are_marked_as_read_by_choice(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Opening the page marks nothing; the button marks what stood there, not what came later."""
    with database.writing() as session:
        c = cast.at(session)
        year.write(session, tools, c.pieter, c.kuba, c.pieter, "Eerste.")
    form = desk.get(kuba).form("mark_read")
    with database.writing() as session:
        c = cast.at(session)
        year.write(session, tools, c.pieter, c.kuba, c.pieter, "Tweede.")
    assert desk.send(kuba, form).status_code == 303
    with database.reading() as session:
        read = session.scalars(select(Message).order_by(Message.id)).all()
        assert [one.read_at is not None for one in read] == [True, False]
    assert desk.get(kuba).has_form("mark_read")


def test_a_wish_for_help_is_settled(desk: SignedIn, database: Database, tools: Tools, cast: Cast) -> None:
    """The wish stands on top until somebody took care of it (002-cannot-write)."""
    with database.writing() as session:
        c = cast.at(session)
        wish_id = help_wishes.ask(session, tools, c.selam, c.abel, "phone").id
    path = f"/desk/child/{cast.abel.id}"
    assert desk.act(path, "settle", wish_id).status == 200
    with database.reading() as session:
        assert session.get_one(HelpWish, wish_id).settled_at is not None
    assert not desk.get(path).has_form("settle")


def test_a_door_is_confirmed_or_closed_from_the_childs_page(
    desk: SignedIn, database: Database, cast: Cast, clock: MovableClock, kuba: str
) -> None:
    """Yes is one tap; no is asked twice, for it cannot be undone."""
    with database.writing() as session:
        good = open_door(session, clock, cast.agnieszka, confirmed=False).id
        bad = open_door(session, clock, cast.pieter, DoorKind.TELEGRAM, confirmed=False).id
    assert desk.act(kuba, "confirm_door", good).status == 200
    assert not desk.get(kuba).has_form("end_door")
    assert desk.act(f"{kuba}/sure/end_door/{bad}", "end_door", bad).status == 200
    with database.reading() as session:
        assert session.get_one(Door, good).reads_back
        assert not session.get_one(Door, bad).is_open


def test_the_head_reads_and_settles_but_does_not_write(
    lead: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Only what the rule table allows is offered: no messages, no agreements, no talks, no doors."""
    with database.writing() as session:
        c = cast.at(session)
        year.write(session, tools, c.pieter, c.kuba, c.pieter, "Alleen voor de juf.")
        year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        help_wishes.ask(session, tools, c.pieter, c.kuba, "person")
    page = lead.get(kuba)
    assert "Alleen voor de juf." not in page.html
    assert "Samen lezen." in page.words
    assert {form.value("do") for form in page.forms} == {"", "settle"}


def test_a_named_member_of_staff_reads_sensitive_answers(
    serve: Callable[[Tools], None], window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Who was named reads what is flagged; the same person without being named does not (004-privacy-care)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO04": "Trudne."}, also_share=["BO04"])
    coordinator = window()
    coordinator.sign_in(database, tools, cast.karin, PassPurpose.DESK)
    assert "Trudne." not in coordinator.get(kuba).html
    serve(replace(tools, sensitive_readers=frozenset({"s-karin"})))
    assert "Trudne." in coordinator.get(kuba).words
