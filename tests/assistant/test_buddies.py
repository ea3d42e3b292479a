"""Parents help parents, in the chat: the offer, the rules, the school's decision, and the place where it all stands."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.content.catalogues import SHIPPED_LANGUAGES, own_name
from bot.demo.phones import DirectPhone
from bot.model.buddies import CODE_VERSION, BuddyProfile, BuddyRules, Task
from bot.model.help_requests import HelpRequest, MatchState, RequestState
from bot.model.people import Person
from bot.services import buddies, buddy_leaving
from tests import helping_parents as parents
from tests.assistant.labels import BACK, HELP, MENU, MORE, NEVER_MIND, OLD, READY, fixed
from tests.assistant.stage import Stage

OPEN, ASK, WANT, OFFER, CHANGE, LEAVE, CODE, ACCEPT, ALL_GROUPS = (
    fixed(f"buddies.{name}_button")
    for name in ("open", "ask", "want", "offer", "change", "leave", "code", "accept", "all_groups")
)
EXPLAIN, REMIND = (fixed("buddies.task_name", task=task) for task in ("explain", "remind"))
EVENING = fixed("buddies.time_name", part="evening")


def _marked(label: str) -> str:
    return fixed("preparation.selected_label", label=label)


def _begun(stage: Stage, person: Person | None = None) -> DirectPhone:
    """A phone at the first question of an offer."""
    phone = stage.joined(person or stage.cast.ewa)
    phone.command("buddy")
    phone.tap(WANT)
    return phone


def _answered(phone: DirectPhone) -> None:
    """Every question has an answer; the rules stand there now."""
    phone.tap(own_name("pl"))
    phone.tap(READY)
    phone.tap(EXPLAIN)
    phone.tap(READY)
    phone.tap(EVENING)
    phone.tap(READY)
    phone.tap("2")
    phone.tap("3A")
    phone.tap(READY)


def _profile(stage: Stage) -> BuddyProfile | None:
    with stage.reading() as session:
        found = session.scalar(select(BuddyProfile))
        if found is not None:
            _ = (found.languages, found.tasks, found.times, found.groups)
        session.expunge_all()
        return found


def _offered(stage: Stage, person: Person | None = None, *, approved: bool = True) -> int:
    """This person, Ewa unless told otherwise, offers; the coordinator said yes, or has yet to."""
    with stage.database.writing() as session:
        profile = parents.offer(session, stage.tools, session.get_one(Person, (person or stage.cast.ewa).id))
        if approved:
            buddies.approve(session, stage.tools, session.get_one(Person, stage.cast.karin.id), profile, "")
        stage.tell(session)
        return profile.id


def test_an_offer_in_a_few_taps(stage: Stage) -> None:
    """Languages, kinds of help, times, families, groups, the rules: then the coordinator hears of it (002-buddy)."""
    coordinator = stage.joined(stage.cast.karin)
    phone = _begun(stage)
    assert fixed("buddies.ask_languages") in phone.bubbles[-1].words
    _answered(phone)
    assert fixed("buddies.code") in phone.bubbles[-1].words
    assert _profile(stage) is None
    seen = phone.tap(ACCEPT)
    assert fixed("buddies.thanks_offer") in seen.words
    assert fixed("buddies.standing", state="offered") in seen.words
    profile = _profile(stage)
    assert profile is not None
    assert {one.language for one in profile.languages} == {"en", "pl"}
    assert [one.task for one in profile.tasks] == ["explain"]
    assert [one.part_of_week for one in profile.times] == ["evening"]
    assert [one.group_id for one in profile.groups] == [stage.cast.group_3a.id]
    assert (profile.max_families, profile.code_version) == (2, CODE_VERSION)
    assert "buddy" not in stage.door(phone).state
    told = coordinator.looks().words
    assert fixed("buddies.offered_to_school", person=stage.cast.ewa.name) in told


def test_what_is_chosen_is_marked_in_its_message(stage: Stage) -> None:
    """No new message per tap; a second tap takes it back; the own language stands first, and is chosen already."""
    phone = _begun(stage)
    count = len(phone.bubbles)
    labels = stage.labels(phone)
    assert labels[0] == _marked(own_name("en"))
    assert len([one for one in labels if one not in {READY, NEVER_MIND}]) == len(SHIPPED_LANGUAGES)
    phone.tap(own_name("pl"))
    assert _marked(own_name("pl")) in stage.labels(phone)
    phone.tap(_marked(own_name("pl")))
    assert own_name("pl") in stage.labels(phone)
    assert len(phone.bubbles) == count


def test_a_language_and_a_kind_of_help_are_needed(stage: Stage) -> None:
    """Ready with nothing chosen asks again, kindly; times may be left open."""
    phone = _begun(stage)
    phone.tap(_marked(own_name("en")))
    seen = phone.tap(READY)
    assert fixed("preparation.choice_needed") in seen.words
    assert fixed("buddies.ask_languages") in seen.words
    phone.tap(own_name("pl"))
    phone.tap(READY)
    assert fixed("preparation.choice_needed") in phone.tap(READY).words
    phone.tap(EXPLAIN)
    phone.tap(READY)
    assert fixed("buddies.ask_families") in phone.tap(READY).words


def test_back_and_never_mind(stage: Stage) -> None:
    """Each question leads back to the one before; never mind keeps nothing, and its older buttons say so."""
    phone = _begun(stage)
    phone.tap(READY)
    phone.tap(EXPLAIN)
    assert fixed("buddies.ask_languages") in phone.tap(BACK).words
    assert _marked(EXPLAIN) in phone.tap(READY).words
    assert WANT in phone.tap(NEVER_MIND).words
    assert OLD in phone.tap_old(own_name("pl")).words
    assert _profile(stage) is None


def test_all_groups_unless_some_are_chosen(stage: Stage) -> None:
    """Choosing a group takes the mark from all; choosing all takes it from each."""
    phone = _begun(stage)
    _answered(phone)
    phone.tap_old(_marked("3A"))
    phone.tap_old("6B")
    phone.tap_old(ALL_GROUPS)
    phone.tap(ACCEPT)
    profile = _profile(stage)
    assert profile is not None
    assert profile.groups == []


def test_only_what_the_school_wants_is_asked(stage: Stage) -> None:
    """Its kinds of help, and no more families than its number (004-buddy-tasks)."""
    stage.tools = replace(stage.tools, buddies=BuddyRules(tasks=(Task.EXPLAIN,), families=1))
    phone = _begun(stage)
    phone.tap(READY)
    labels = stage.labels(phone)
    assert EXPLAIN in labels
    assert REMIND not in labels
    phone.tap(EXPLAIN)
    phone.tap(READY)
    phone.tap(READY)
    assert [one for one in stage.labels(phone) if one.strip("✓ ").isdigit()] == [_marked("1")]


def test_the_school_says_yes_and_the_parent_reads_why(stage: Stage) -> None:
    """The decision comes with the coordinator's reason, and stands at the place of buddies afterwards (002-buddy)."""
    profile_id = _offered(stage, approved=False)
    phone = stage.joined(stage.cast.ewa)
    with stage.database.writing() as session:
        karin = session.get_one(Person, stage.cast.karin.id)
        profile = session.get_one(BuddyProfile, profile_id)
        buddies.approve(session, stage.tools, karin, profile, "Welkom bij ons.")
        stage.tell(session)
    told = phone.looks().words
    assert fixed("buddies.standing", state="approved") in told
    assert "Welkom bij ons." in told
    seen = phone.tap(OPEN).words
    assert fixed("buddies.standing", state="approved") in seen
    assert WANT not in seen
    assert "Welkom bij ons." in phone.tap(OFFER).words


def test_a_pause_and_an_end_stand_there_with_the_reason(stage: Stage) -> None:
    """Until the school says yes again; who was told that it is over can offer anew."""
    profile_id = _offered(stage)
    phone = stage.joined(stage.cast.ewa)
    for state, why in (("paused", "Even rust."), ("ended", "Het past niet.")):
        with stage.database.writing() as session:
            karin = session.get_one(Person, stage.cast.karin.id)
            profile = session.get_one(BuddyProfile, profile_id)
            if state == "paused":
                buddies.pause(session, stage.tools, karin, profile, why)
            else:
                buddy_leaving.end(session, stage.tools, karin, profile, why)
            stage.tell(session)
        told = phone.looks().words
        assert fixed("buddies.standing", state=state) in told
        assert why in told
        seen = phone.command("buddy").words
        assert fixed("buddies.standing", state=state) in seen
        assert why in seen
    phone.tap(WANT)
    assert fixed("buddies.ask_languages") in phone.bubbles[-1].words


def test_the_offer_is_seen_changed_and_left_with_one_tap(stage: Stage) -> None:
    """What was chosen is chosen already; a change asks no rules again; leaving asks nothing and can be undone."""
    _offered(stage)
    coordinator = stage.joined(stage.cast.karin)
    phone = stage.joined(stage.cast.ewa)
    phone.command("buddy")
    shown = phone.tap(OFFER).words
    assert "Languages: Dutch, Polish" in shown
    assert "Groups: all" in shown
    assert _marked(own_name("pl")) in phone.tap(CHANGE).words
    phone.tap(READY)
    assert _marked(EXPLAIN) in stage.labels(phone)
    phone.tap(REMIND)
    phone.tap(READY)
    phone.tap(READY)
    phone.tap("1")
    seen = phone.tap(READY)
    assert fixed("buddies.saved") in seen.words
    assert fixed("buddies.standing", state="approved") in seen.words
    phone.tap(OFFER)
    assert fixed("buddies.left") in phone.tap(LEAVE).words
    assert fixed("buddies.left_to_school", person=stage.cast.ewa.name) in coordinator.looks().words
    assert OLD in phone.tap(LEAVE).words
    seen = phone.command("buddy")
    assert WANT in seen.words
    assert OFFER not in seen.words


def test_new_rules_are_shown_at_the_menu_and_accepted(stage: Stage) -> None:
    """Who accepted older ones reads so with the next menu and at the place of buddies, and accepts them once."""
    profile_id = _offered(stage)
    with stage.database.writing() as session:
        session.get_one(BuddyProfile, profile_id).code_version = CODE_VERSION - 1
    phone = stage.joined(stage.cast.ewa)
    assert fixed("buddies.code_again") in phone.command("menu").words
    assert CODE in phone.command("buddy").words
    assert fixed("buddies.code") in phone.tap(CODE).words
    assert fixed("buddies.accepted") in phone.tap(ACCEPT).words
    profile = _profile(stage)
    assert profile is not None
    assert buddies.may_be_asked(profile)
    assert OLD in phone.tap(ACCEPT).words
    assert fixed("buddies.code_again") not in phone.command("menu").words


def test_what_goes_on_stands_there_and_in_the_menu(stage: Stage) -> None:
    """A help has its chat, a request its way back; the menu has a row while anything goes on (001-overloaded)."""
    phone = stage.joined(stage.cast.agnieszka)
    assert OPEN not in phone.command("menu").words
    assert OPEN in phone.tap(MORE).words
    _offered(stage)
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        parents.request(session, stage.tools, c.agnieszka, c.kuba, RequestState.ASKING)
        helped = parents.request(
            session, stage.tools, c.agnieszka, c.zosia, RequestState.HELPED, task="explain"
        )
        parents.match(session, stage.tools, helped, c.ewa, MatchState.HELPING)
    assert OPEN in phone.command("menu").words
    seen = phone.tap(OPEN).words
    assert fixed("helping.open_button", name="Ewa") in seen
    assert fixed("buddies.withdraw_button", task="understand") in seen
    assert "Kowalska" not in seen
    asked = phone.tap(fixed("buddies.request_button", task="understand")).words
    assert fixed("help_requests.take_back_button") in asked
    phone.tap(fixed("buddies.withdraw_button", task="understand"))
    with stage.reading() as session:
        states = session.scalars(select(HelpRequest.state).order_by(HelpRequest.id)).all()
        assert states == [RequestState.WITHDRAWN.value, RequestState.HELPED.value]


def test_leaving_ends_what_goes_on_through_it(stage: Stage) -> None:
    """Who is helped hears it; what the buddy asked for themselves goes on (002-buddy)."""
    _offered(stage)
    asker, phone = stage.joined(stage.cast.agnieszka), stage.joined(stage.cast.ewa)
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        helped = parents.request(session, stage.tools, c.agnieszka, c.kuba, RequestState.HELPED)
        parents.match(session, stage.tools, helped, c.ewa, MatchState.HELPING)
        asked = parents.request(session, stage.tools, c.agnieszka, c.zosia, RequestState.ASKING)
        parents.match(session, stage.tools, asked, c.ewa, MatchState.ASKED)
        parents.request(session, stage.tools, c.ewa, c.lena, RequestState.ASKING)
    asker.looks()
    phone.command("buddy")
    phone.tap(OFFER)
    seen = phone.tap(LEAVE).words
    assert fixed("helping.ended", name="Agnieszka", asker=False, asked=True) in seen  # three taps about it
    with stage.reading() as session:
        requests = session.scalars(select(HelpRequest).order_by(HelpRequest.id)).all()
        assert [[match.state for match in one.matches] for one in requests] == [["ended"], ["declined"], []]
        assert requests[1].state in {RequestState.ASKING.value, RequestState.UNANSWERED.value}
        assert requests[2].state == RequestState.ASKING.value
    assert asker.looks().bubbles


def test_a_phone_that_is_not_confirmed_offers_nothing(stage: Stage) -> None:
    """First the teacher confirms whose phone it is."""
    phone = stage.joined(stage.cast.ewa)
    stage.forget_confirmation(phone)
    assert fixed("errors.door_not_confirmed") in phone.command("buddy").words


def test_who_works_at_school_only_asks(stage: Stage) -> None:
    """A parent who teaches may be helped and does not offer; a teacher without a child sees the own menu."""
    teacher = stage.joined(stage.cast.marieke)
    assert ASK not in teacher.command("buddy").words
    with stage.database.writing() as session:
        tie = stage.guardianship(session, stage.cast.ewa, stage.cast.lena)
        tie.person_id = stage.cast.joris.id
    both = stage.joined(stage.cast.joris)
    seen = both.command("buddy").words
    assert ASK in seen
    assert WANT not in seen


def test_where_the_school_switched_it_off(stage: Stage) -> None:
    """No row anywhere, and the command says so."""
    stage.tools = replace(stage.tools, buddies=BuddyRules(on=False))
    phone = stage.joined(stage.cast.ewa)
    assert OPEN not in phone.command("menu").words
    assert OPEN not in phone.tap(MORE).words
    assert fixed("errors.buddies_off") in phone.command("buddy").words
    assert HELP in phone.tap(MENU).words


@pytest.mark.parametrize("label", [READY, _marked(own_name("pl")), ACCEPT])
def test_a_second_tap_on_what_is_done_changes_nothing(stage: Stage, label: str) -> None:
    """After the offer was made its buttons are old, and it stands as it was made."""
    phone = _begun(stage)
    _answered(phone)
    phone.tap(ACCEPT)
    assert OLD in phone.tap_old(label).words
    profile = _profile(stage)
    assert profile is not None
    assert {one.language for one in profile.languages} == {"en", "pl"}
