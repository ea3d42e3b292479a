"""The conversation engine, turn by turn; the state is saved and reloaded between all turns."""

from dataclasses import replace

from bot.dialog import effects as happened
from bot.dialog import inputs as wish
from bot.dialog.effects import AnswerGiven, Effect, QuestionAsked, ReviewShown
from bot.dialog.engine import advance, begin
from bot.dialog.inputs import Input
from bot.dialog.route import overview
from bot.dialog.script import AnswerKind, Question, Script
from bot.dialog.state import Answer, Mode, State
from tests.dialog.scripts import CHILD, DAY, GLAD, HELP, HOUR, LIKES, SCHOOL, WHICH_HELP, script


class Talk:
    """One conversation: every turn gives the effects; buttons are those of the screen that stands."""

    def __init__(self, *questions: Question, grade: int = 3) -> None:
        self.script: Script = script(*questions)
        facts: dict[str, str | int] = {"grade": grade, "school_type": "bao", "today": "2026-10-05"}
        state, self.effects = begin(self.script, facts)
        self.saved = state.to_json()

    @property
    def state(self) -> State:
        """The state as it was saved."""
        return State.from_json(self.saved)

    @property
    def screen(self) -> Effect:
        """What stands on the screen."""
        return self.effects[-1]

    @property
    def facts(self) -> tuple[Effect, ...]:
        """What the last turn brought about, without the screen."""
        return self.effects[:-1]

    def take(self, wished: Input) -> "Talk":
        """One turn."""
        state, self.effects = advance(self.script, self.state, wished)
        self.saved = state.to_json()
        return self

    def say(self, words: str, *, voice: bool = False) -> "Talk":
        """Type or speak."""
        return self.take(wish.Say(words, voice))

    def tap(self, *keys: str) -> "Talk":
        """Tap choices, one after the other."""
        for key in keys:
            self.take(wish.Choose(self.state.step, key))
        return self

    def ready(self) -> "Talk":
        """Tap 'ready'."""
        return self.take(wish.Ready(self.state.step))

    def skip(self) -> "Talk":
        """Tap 'skip'."""
        return self.take(wish.Skip(self.state.step))

    def back(self) -> "Talk":
        """Tap 'back'."""
        return self.take(wish.Back(self.state.step))

    def asks(self) -> str:
        """The question on the screen, or '' at another screen."""
        return self.screen.question if isinstance(self.screen, QuestionAsked | happened.OtherAsked) else ""


def test_a_talk_goes_from_the_first_question_to_the_review() -> None:
    """Each answer leads to the next question on the way; the last one to the review (002-prep-form)."""
    talk = Talk()
    assert talk.screen == QuestionAsked("who", 1, done=0, total=6)
    assert talk.say("Kuba is rustig").facts == (AnswerGiven("who", (), with_words=True),)
    assert talk.screen == QuestionAsked("likes", 2, done=1, total=6)
    assert talk.tap("music", "outside").screen == QuestionAsked("likes", 2, 1, 6, ("outside", "music"))
    assert talk.ready().facts == (AnswerGiven("likes", ("outside", "music"), with_words=False),)
    assert talk.tap("often").facts == (AnswerGiven("glad", ("often",), with_words=False),)
    assert talk.tap("no").asks() == "day"
    assert talk.say("1 12").facts == (AnswerGiven("day", ("2026-12-01",), with_words=False),)
    assert talk.say("14u30").facts == (AnswerGiven("hour", ("14:30",), with_words=False),)
    assert talk.effects[1:] == (ReviewShown(7, done=6, total=6),)
    assert talk.take(wish.Finish()).screen == happened.RunFinished(8)


def test_every_question_can_be_skipped() -> None:
    """Skipping all the way ends at the review with nothing answered (002-prep-form)."""
    talk = Talk()
    skipped = [talk.asks()]
    while talk.asks():
        assert talk.skip().facts == (happened.QuestionSkipped(skipped[-1]),)
        skipped.append(talk.asks())
    assert skipped == ["who", "likes", "glad", "help", "day", "hour", ""]
    assert talk.screen == ReviewShown(7, done=0, total=6)


def test_skipping_an_answered_question_keeps_the_answer() -> None:
    """Who goes back to look and skips forward has lost nothing."""
    talk = Talk(CHILD, GLAD).say("Kuba is rustig").back().skip()
    assert talk.facts == ()
    assert talk.asks() == "glad"
    assert talk.state.answers["who"] == Answer(words=True)


def test_a_condition_decides_what_is_asked() -> None:
    """A fact about the child or an earlier answer opens a question (002-thread-per-unit)."""
    assert Talk(CHILD, SCHOOL, grade=3).say("x").screen == ReviewShown(2, 1, 1)
    assert Talk(CHILD, SCHOOL, grade=5).say("x").asks() == "school"
    assert Talk(HELP, WHICH_HELP).tap("yes").asks() == "which_help"
    assert Talk(HELP, WHICH_HELP).tap("no").asks() == ""


def test_an_answer_that_no_longer_applies_is_kept_aside() -> None:
    """Changing 'yes' to 'no' hides the follow-up answer; changing it back shows it again, unasked."""
    talk = Talk(HELP, WHICH_HELP, GLAD).tap("yes").say("logopedie").tap("often")
    talk.take(wish.Change("help")).tap("no")
    assert [question.id for question, _ in overview(talk.script, talk.state)] == ["help", "glad"]
    assert talk.screen == ReviewShown(talk.state.step, done=2, total=2)
    talk.take(wish.Change("help")).tap("yes")
    assert talk.screen == ReviewShown(talk.state.step, done=3, total=3)


def test_a_question_that_opens_late_is_asked_before_the_review() -> None:
    """Going on from the review leads to the question that a changed answer opened, and back."""
    talk = Talk(HELP, WHICH_HELP, GLAD).tap("no").tap("often").take(wish.Change("help")).tap("yes")
    assert talk.screen == ReviewShown(talk.state.step, done=2, total=3)
    assert talk.take(wish.Resume()).asks() == "which_help"
    assert isinstance(talk.say("logopedie").screen, ReviewShown)


def test_back_goes_to_the_question_before_on_the_way() -> None:
    """Back passes over questions that do not apply, and stays at the first one."""
    talk = Talk(HELP, WHICH_HELP, GLAD).tap("no")
    assert talk.asks() == "glad"
    assert talk.back().asks() == "help"
    assert talk.back().screen == QuestionAsked("help", talk.state.step, 0, 2, ("no",))


def test_after_going_back_one_is_asked_what_is_still_open() -> None:
    """A corrected answer leads straight to where one was, not through what was already answered."""
    talk = Talk(CHILD, GLAD, HELP, DAY).say("x").tap("often").tap("no").back().back().back()
    assert talk.asks() == "who"
    assert talk.say("y").asks() == "day"


def test_back_from_the_review_is_the_last_question() -> None:
    """From the review one steps back into the questions; from 'finished' back to the review."""
    talk = Talk(CHILD, GLAD).say("x").tap("often")
    assert talk.back().asks() == "glad"
    talk.tap("rarely").take(wish.Finish())
    assert isinstance(talk.back().screen, ReviewShown)


def test_a_button_of_an_older_screen_changes_nothing() -> None:
    """Choose, ready, skip and back of an older screen are answered with the current one."""
    talk = Talk()
    talk.say("Kuba is rustig")
    before, screen = talk.state, talk.screen
    for late in (wish.Choose(1, "music"), wish.Ready(1), wish.Skip(1), wish.Back(1)):
        assert talk.take(late).effects == (happened.InputStale(), screen)
        assert talk.state == before


def test_a_button_that_this_screen_does_not_have_changes_nothing() -> None:
    """An unknown key, and 'ready' where nothing is to be confirmed, are answered with the current screen."""
    talk = Talk(GLAD)
    assert talk.tap("sometimes").effects == (happened.InputStale(), QuestionAsked("glad", 1, 0, 1))
    assert talk.ready().facts == (happened.InputStale(),)


def test_marks_are_taken_away_by_a_second_tap() -> None:
    """Tapping a marked choice unmarks it; the screen keeps its step, so quick taps all count."""
    talk = Talk(LIKES).tap("music", "reading", "music")
    assert talk.screen == QuestionAsked("likes", 1, 0, 1, ("reading",))


def test_ready_with_nothing_chosen_is_not_a_skip() -> None:
    """The person is asked to choose or skip; nothing is taken as an answer."""
    talk = Talk(LIKES).ready()
    assert talk.facts == (happened.ChoiceNeeded("likes"),)
    assert talk.state.answers == {}


def test_no_more_than_most_can_be_chosen() -> None:
    """A third of two is refused and the first two stay; 'something else' counts as one."""
    talk = Talk(LIKES).tap("music", "reading", "outside")
    assert talk.facts == (happened.TooManyChosen(2, "likes"),)
    assert talk.tap("other").facts == (happened.TooManyChosen(2, "likes"),)
    assert talk.screen == QuestionAsked("likes", 1, 0, 1, ("reading", "music"))


def test_something_else_opens_own_words() -> None:
    """The words stand beside what was already chosen."""
    talk = Talk(LIKES).tap("music", "other")
    assert talk.screen == happened.OtherAsked("likes", 2, 0, 1)
    assert talk.say("koken").facts == (AnswerGiven("likes", ("music", "other"), with_words=True),)


def test_from_own_words_back_leads_to_the_choices() -> None:
    """Who opened 'something else' by mistake is back at the same buttons, with what was chosen."""
    talk = Talk(LIKES).tap("music", "other").back()
    assert talk.screen == QuestionAsked("likes", 3, 0, 1, ("music",))


def test_own_words_may_be_spoken_where_something_else_is_open() -> None:
    """A voice message answers 'something else' also where its question awaits none (002-cannot-write)."""
    talk = Talk(SCHOOL, grade=6).tap("other").say("", voice=True)
    assert talk.facts == (AnswerGiven("school", ("other",), with_words=True),)
    assert talk.state.answers["school"] == Answer(("other",), words=False, voice=True)


def test_typed_words_count_as_own_words_where_they_are_allowed() -> None:
    """Words that are no label become own words under 'something else', beside what was chosen."""
    talk = Talk(LIKES).tap("music").say("koken")
    assert talk.facts == (AnswerGiven("likes", ("music", "other"), with_words=True),)


def test_own_words_never_push_out_a_choice() -> None:
    """With all places taken the words are kept without taking one."""
    talk = Talk(LIKES).tap("music", "reading").say("koken")
    assert talk.facts == (AnswerGiven("likes", ("reading", "music"), with_words=True),)


def test_a_typed_label_is_a_choice() -> None:
    """Who types the label, in Dutch or Polish, has tapped it; typing it twice does not unmark it."""
    assert Talk(GLAD).say("OFTEN").facts == (AnswerGiven("glad", ("often",), with_words=False),)
    assert Talk(HELP).say("tak").facts == (AnswerGiven("help", ("yes",), with_words=False),)
    talk = Talk(LIKES).say("muzyka").say("Muziek")
    assert talk.screen == QuestionAsked("likes", 1, 0, 1, ("music",))


def test_words_where_a_choice_is_needed_are_not_taken() -> None:
    """The person is asked to choose; the words are named as not used, so that they can be kept."""
    talk = Talk(GLAD).say("dat ligt eraan")
    assert talk.effects == (happened.ChoiceNeeded("glad"), QuestionAsked("glad", 1, 0, 1))


def test_a_voice_message_where_none_is_awaited_is_unexpected() -> None:
    """A voice message at buttons is not dropped: the person is asked what it is for."""
    talk = Talk(GLAD).say("", voice=True)
    assert talk.effects == (happened.WordsUnexpected(), QuestionAsked("glad", 1, 0, 1))


def test_a_message_without_anything_in_it_says_nothing() -> None:
    """Only spaces or control characters answer no question."""
    talk = Talk(CHILD).say(" \x00\u200f ")
    assert talk.effects == (happened.NothingSaid(), QuestionAsked("who", 1, 0, 1))


def test_a_date_and_a_time_that_are_not_understood_are_asked_again() -> None:
    """The question stays and nothing is guessed."""
    talk = Talk(DAY, HOUR).say("volgende week")
    assert talk.effects == (happened.DateNotUnderstood("day"), QuestionAsked("day", 1, 0, 2))
    talk.say("1-12-2026").say("na school")
    assert talk.facts == (happened.TimeNotUnderstood("hour"),)
    assert talk.tap("25:00").facts == (happened.TimeNotUnderstood("hour"),)
    assert talk.tap("14:30").facts == (AnswerGiven("hour", ("14:30",), with_words=False),)


def test_a_date_question_that_allows_words_takes_them() -> None:
    """Where words are allowed, words that are no date are own words."""
    open_day = Question("day", AnswerKind.DATE, words=True)
    assert Talk(open_day).say("na de vakantie").facts == (AnswerGiven("day", (), with_words=True),)


def test_stop_keeps_everything_and_resume_goes_on() -> None:
    """Days later the same question stands there, with what was marked (002-prep-form)."""
    talk = Talk().say("Kuba is rustig").tap("music").take(wish.Stop())
    assert talk.screen == happened.RunStopped(3)
    talk.saved = talk.state.with_facts({"today": "2026-10-12"}).to_json()
    assert talk.take(wish.Stop()).screen == happened.RunStopped(3)
    assert talk.take(wish.Resume()).screen == QuestionAsked("likes", 4, 1, 6, ("music",))


def test_stopping_inside_own_words_goes_on_there() -> None:
    """Who stopped while 'something else' was open is asked for the words again."""
    talk = Talk(LIKES).tap("other").take(wish.Stop()).take(wish.Resume())
    assert talk.screen == happened.OtherAsked("likes", 4, 0, 1)


def test_words_after_a_stop_go_on_but_answer_nothing() -> None:
    """The run goes on, and the words are named unexpected: nobody guesses that they were an answer."""
    talk = Talk().take(wish.Stop()).say("Hallo")
    assert talk.effects == (happened.WordsUnexpected(), QuestionAsked("who", 3, 0, 6))
    assert talk.state.answers == {}
    assert Talk().take(wish.Stop()).say("  ").facts == (happened.NothingSaid(),)


def test_a_button_while_stopped_changes_nothing() -> None:
    """Buttons of the question that stood before the stop are stale, also with a guessed step."""
    talk = Talk().take(wish.Stop())
    for tap in (
        wish.Skip(2),
        wish.Back(2),
        wish.Choose(2, "music"),
        wish.Ready(2),
        wish.Skip(1),
        wish.Finish(),
    ):
        assert talk.take(tap).effects == (happened.InputStale(), happened.RunStopped(2))


def test_words_at_the_review_are_unexpected() -> None:
    """At the review and after it no question waits; the words are not dropped."""
    talk = Talk(CHILD).say("x").say("en nog iets")
    assert talk.effects == (happened.WordsUnexpected(), ReviewShown(2, 1, 1))
    assert talk.take(wish.Finish()).say("en nog iets").facts == (happened.WordsUnexpected(),)


def test_starting_over_clears_all_answers() -> None:
    """Only this wish takes answers away, and it says so."""
    talk = Talk().say("Kuba is rustig").tap("music").take(wish.StartOver())
    assert talk.effects == (happened.AnswersCleared(), QuestionAsked("who", 3, 0, 6))
    assert talk.state.answers == {}
    assert talk.state.drafts == {}


def test_one_answer_is_changed_from_the_review() -> None:
    """The question is asked again and the review comes right after it."""
    talk = Talk(CHILD, GLAD, HELP).say("x").tap("often").tap("no").take(wish.Change("glad"))
    assert talk.asks() == "glad"
    assert talk.tap("rarely").facts == (AnswerGiven("glad", ("rarely",), with_words=False),)
    assert isinstance(talk.screen, ReviewShown)


def test_a_change_can_be_left_without_changing() -> None:
    """Back and skip lead to the review again; the answer stays."""
    talk = Talk(CHILD, GLAD).say("x").tap("often")
    assert isinstance(talk.take(wish.Change("who")).back().screen, ReviewShown)
    assert isinstance(talk.take(wish.Change("who")).skip().screen, ReviewShown)
    assert talk.state.answers["who"] == Answer(words=True)


def test_a_finished_run_can_be_changed_and_finished_again() -> None:
    """Finishing closes nothing for good."""
    talk = Talk(CHILD, GLAD).say("x").tap("often").take(wish.Finish())
    assert talk.take(wish.Change("glad")).asks() == "glad"
    assert isinstance(talk.tap("rarely").screen, ReviewShown)
    assert isinstance(talk.take(wish.Finish()).screen, happened.RunFinished)
    assert talk.take(wish.Finish()).facts == ()


def test_a_question_is_changed_in_the_middle() -> None:
    """Before the review one can change an earlier answer and goes on with what is open."""
    talk = Talk(CHILD, GLAD, HELP).say("x").tap("often").take(wish.Change("who"))
    assert talk.asks() == "who"
    assert talk.say("y").asks() == "help"


def test_only_a_question_on_the_way_can_be_changed() -> None:
    """An unknown question and one that does not apply are answered with the current screen."""
    talk = Talk(CHILD, SCHOOL, grade=3)
    for question in ("school", "nowhere"):
        assert talk.take(wish.Change(question)).effects == (
            happened.InputStale(),
            QuestionAsked("who", 1, 0, 1),
        )


def test_the_review_can_be_seen_at_any_moment() -> None:
    """Halfway the review counts what is answered; back leads to where one was."""
    talk = Talk().say("x").skip().take(wish.ShowReview())
    assert talk.screen == ReviewShown(4, done=1, total=6)
    assert talk.take(wish.ShowReview()).screen == ReviewShown(4, done=1, total=6)
    assert talk.back().asks() == "glad"


def test_a_review_before_the_end_goes_on_with_what_is_open() -> None:
    """Resume at the review leads to the first open question; a skipped one is not open."""
    talk = Talk().say("x").skip().take(wish.ShowReview()).take(wish.Resume())
    assert talk.asks() == "glad"


def test_finish_belongs_to_the_review() -> None:
    """A late 'finish' while a question stands there changes nothing."""
    talk = Talk().take(wish.Finish())
    assert talk.effects == (happened.InputStale(), QuestionAsked("who", 1, 0, 6))


def test_an_edited_message_changes_the_answer_and_nothing_else() -> None:
    """The corrected words belong to the earlier question; the screen stays."""
    talk = Talk(CHILD, GLAD).say("Kuba is rusti")
    screen = talk.screen
    assert talk.take(wish.Correct("who", "Kuba is rustig")).effects == (
        AnswerGiven("who", (), with_words=True),
        screen,
    )


def test_an_edited_message_is_read_as_a_label_too() -> None:
    """Mistyped own words that now are a label become that choice, beside the others."""
    talk = Talk(LIKES).tap("music").say("lezn").take(wish.Correct("likes", "lezen"))
    assert talk.facts == (AnswerGiven("likes", ("reading", "music"), with_words=False),)
    single = Talk(SCHOOL, grade=5).say("latr").take(wish.Correct("school", "later"))
    assert single.facts == (AnswerGiven("school", ("later",), with_words=False),)


def test_an_edited_label_without_room_stays_words() -> None:
    """The correction of own words never drops a choice or exceeds what may be chosen."""
    talk = Talk(LIKES).tap("music", "outside").say("lezn").take(wish.Correct("likes", "lezen"))
    assert talk.facts == (AnswerGiven("likes", ("outside", "music"), with_words=True),)


def test_an_edited_answer_may_be_words_where_it_was_words() -> None:
    """Own words given under 'something else' can be corrected where typing alone is not allowed."""
    strict = replace(SCHOOL, words=False)
    talk = Talk(strict, grade=5).tap("other").say("samn").take(wish.Correct("school", "samen"))
    assert talk.facts == (AnswerGiven("school", ("other",), with_words=True),)


def test_an_edit_that_is_no_answer_changes_nothing() -> None:
    """Words at a choice, a date that does not exist, nothing at all, or a question off the way."""
    talk = Talk(GLAD, DAY, SCHOOL).tap("often").say("1-12")
    answers = talk.state.answers
    assert talk.take(wish.Correct("glad", "dat ligt eraan")).facts == (happened.ChoiceNeeded("glad"),)
    assert talk.take(wish.Correct("day", "31-2")).facts == (happened.DateNotUnderstood("day"),)
    assert talk.take(wish.Correct("day", " ")).facts == (happened.NothingSaid(),)
    assert talk.take(wish.Correct("school", "later")).facts == (happened.WordsUnexpected(),)
    assert talk.state.answers == answers


def test_an_edit_can_take_the_question_on_the_screen_away() -> None:
    """When the question that stands there no longer applies, the next open one is asked, on a new screen."""
    talk = Talk(HELP, WHICH_HELP, GLAD).tap("yes")
    step = talk.state.step
    assert talk.take(wish.Correct("help", "nee")).screen == QuestionAsked("glad", step + 1, 1, 2)


def test_confirming_again_keeps_the_own_words() -> None:
    """Who comes back to add a choice does not lose what was said under 'something else'."""
    talk = Talk(LIKES).say("koken").take(wish.Change("likes"))
    assert talk.screen == QuestionAsked("likes", talk.state.step, 0, 1, ("other",))
    assert talk.tap("music").ready().facts == (
        AnswerGiven("likes", ("music", "other"), with_words=False, keeps_words=True),
    )
    assert talk.state.answers["likes"].words


def test_unmarking_something_else_takes_the_own_words_away() -> None:
    """The own words go only when the person unmarks them and confirms."""
    talk = Talk(LIKES).say("koken").take(wish.Change("likes")).tap("other", "music").ready()
    assert talk.facts == (AnswerGiven("likes", ("music",), with_words=False),)


def test_something_else_without_words_is_no_answer() -> None:
    """When an edit turned the own words into a choice, an older mark at 'something else' stands for nothing."""
    talk = Talk(LIKES).say("koken").take(wish.Change("likes")).tap("music")
    talk.take(wish.Correct("likes", "lezen")).ready()
    assert talk.facts == (AnswerGiven("likes", ("music",), with_words=False),)


def test_marks_stay_when_one_looks_elsewhere() -> None:
    """Marks that were not confirmed are still there after going back and coming again."""
    talk = Talk(CHILD, LIKES).say("x").tap("music").back().say("y")
    assert talk.screen == QuestionAsked("likes", talk.state.step, 1, 2, ("music",))


def test_a_talk_without_questions_begins_at_the_review() -> None:
    """Where no question applies there is nothing to get stuck on."""
    talk = Talk(SCHOOL, grade=3)
    assert talk.screen == ReviewShown(1, 0, 0)
    assert talk.back().screen == ReviewShown(1, 0, 0)
    assert talk.take(wish.Resume()).screen == ReviewShown(1, 0, 0)
    assert talk.take(wish.StartOver()).facts == (happened.AnswersCleared(),)


def test_a_saved_place_that_the_script_no_longer_has_leads_onward() -> None:
    """A position unknown to the script is no dead end: the first open question is asked, on a new screen."""
    talk = Talk(CHILD, GLAD)
    talk.saved = replace(talk.state, position="gone", mode=Mode.OTHER).to_json()
    assert talk.take(wish.Resume()).screen == QuestionAsked("who", 2, 0, 2)
    talk.saved = replace(talk.state, mode=Mode.OTHER).to_json()
    assert talk.take(wish.Resume()).screen == QuestionAsked("who", 3, 0, 2)
